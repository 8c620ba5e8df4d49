// The forms beside the talk: hands over what is clicked, keeps what is typed until it is taken in, and the place where somebody is.
(() => {
  const PATIENCE = 10000; // after so long without an answer a form may be sent again
  const TOLD_FOR = 10000; // so long it is told what was taken in
  const drafts = new Map(), sent = new Map();
  let here = "", panel = null, last = "", hiding = 0;
  const plain = (form) => {
    const typed = new FormData(form);
    for (const hidden of form.querySelectorAll("input[type=hidden]")) typed.delete(hidden.name);
    return Object.fromEntries(typed);
  };
  const find = (key) => [...document.querySelectorAll("form[data-form]")].find((form) => form.dataset.form === key);
  const fill = (form) => {
    const draft = drafts.get(form.dataset.form);
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || field.type === "submit") continue;
      if (field.type === "radio") {
        const wanted = draft && field.name in draft ? draft[field.name] === field.value : field.defaultChecked;
        if (field.checked !== wanted) field.checked = wanted;
        continue;
      }
      const standing = field.options ? ([...field.options].find((one) => one.defaultSelected) || field.options[0]).value : field.defaultValue;
      const wanted = draft && field.name in draft ? draft[field.name] : standing;
      if (field.value !== wanted) field.value = wanted;
    }
    if (!sent.has(form.dataset.form)) form.removeAttribute("aria-busy");
  };
  const close = (form) => {
    const part = form.closest("details.v-edit");
    if (!part || "stay" in part.dataset) return null;
    part.open = false;
    part.dispatchEvent(new Event("toggle")); // at once, before the panel is drawn anew
    return part.querySelector("summary");
  };
  const taken = (told) => {
    if (!told || !told.dataset.once || told.dataset.once === last) return;
    last = told.dataset.once;
    const key = told.dataset.for, form = find(key), refused = told.dataset.told === "refused";
    sent.delete(key);
    clearTimeout(hiding);
    told.hidden = false;
    if (form) form.removeAttribute("aria-busy");
    if (refused) {
      const place = form && form.querySelector(".v-refused");
      if (place) {
        place.textContent = told.querySelector("p").textContent;
        told.hidden = true;
        place.scrollIntoView({ block: "nearest" });
      }
      return;
    }
    drafts.delete(key);
    let next = null;
    if (form) {
      fill(form);
      form.querySelector(".v-refused").textContent = "";
      next = close(form);
    }
    if (form && form.dataset.wish === "ask") {
      document.querySelector("#v-box textarea")?.focus();
      return;
    }
    const same = document.getElementById(here);
    next = next || (same && same.checkVisibility() ? same : null);
    if (!next && here) next = document.getElementById(here.replace(/^[a-z]+-/, "") + "-open") || (panel && panel.querySelector("h2"));
    if (next && next.tabIndex < 0) next.tabIndex = -1;
    if (next && next.closest("#v-side") && (document.activeElement === document.body || document.activeElement.closest("#v-side, .v-told"))) next.focus({ preventScroll: true });
    const hide = () => { if (told.matches(":hover, :focus-within")) hiding = setTimeout(hide, 3000); else told.hidden = true; };
    hiding = setTimeout(hide, TOLD_FOR);
  };
  const tend = () => {
    let anew = false;
    for (const form of document.querySelectorAll("form[data-form]:not([data-seen])")) {
      form.dataset.seen = "1";
      anew = true;
      fill(form);
    }
    for (const link of document.querySelectorAll("input[data-link]")) {
      const address = `${location.origin}${location.pathname}?conversation=${link.dataset.link}`;
      if (link.value !== address) link.value = address;
    }
    if (anew && here && document.activeElement && document.activeElement.id !== here && document.activeElement.closest("form[data-form], .v-edit")) {
      const same = document.getElementById(here);
      if (same && same.checkVisibility()) same.focus({ preventScroll: true });
    }
    setTimeout(() => taken(document.querySelector(".v-told")), 0); // when all panels are drawn anew
  };
  document.addEventListener("focusin", (event) => {
    panel = event.target.closest("#v-side section[aria-label]");
    here = panel ? event.target.id : "";
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.dataset.form) drafts.set(form.dataset.form, plain(form));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target, key = form.dataset.form;
    if (!key) return;
    event.preventDefault();
    if (window.vejviser.held() || Date.now() - (sent.get(key) || 0) < PATIENCE) return;
    sent.set(key, Date.now());
    form.setAttribute("aria-busy", "true");
    setTimeout(() => { if (Date.now() - (sent.get(key) || 0) >= PATIENCE) { sent.delete(key); form.removeAttribute("aria-busy"); } }, PATIENCE);
    const wish = { ...Object.fromEntries(new FormData(form, event.submitter)), form: key, wish: form.dataset.wish };
    form.dispatchEvent(new CustomEvent("wish", { bubbles: true, detail: wish }));
  });
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    const field = document.getElementById(copy.dataset.copy), said = copy.textContent;
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { if (!document.execCommand("copy")) return; }
    copy.textContent = copy.dataset.copied;
    setTimeout(() => { copy.textContent = said; }, 3000);
  });
  new MutationObserver(tend).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-seen", "data-once"] });
})();
