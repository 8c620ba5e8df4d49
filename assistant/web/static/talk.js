// What the page does by itself while people talk: shows at once that something was sent, keeps what was typed, lets nothing be
// sent twice, tells when the connection is gone, and keeps the keyboard where it was. Nothing here talks to a server.
(() => {
  const page = __PAGE__;
  document.documentElement.classList.add("scripted");
  const DRAFT = "vejviser-draft", SENT = "vejviser-sent", TURNED = "vejviser-turned";
  const TURNS = "#v-send, #v-skip, #v-undo, #v-new, #v-gone, .v-choice, .v-turn";
  const LONG = 500, VERY_LONG = 5000, BLINK = 400, FLUSHED = 1500;
  const find = (query) => document.querySelector(query);
  const box = () => find("#v-box textarea");
  const bare = (text) => text.replace(/[\s\u2060]+/g, " ").trim();
  const turn = () => Number(find("[data-turn]")?.dataset.turn || 0);
  const stands = (text) => [...document.querySelectorAll("#v-chat [data-testid=user]")].some((said) => bare(said.innerText) === bare(text));
  const kept = (store, name) => { try { return store.getItem(name); } catch { return null; } };
  const keep = (store, name, value) => { try { value ? store.setItem(name, value) : store.removeItem(name); } catch { /* no room, or not allowed */ } };

  let busy = 0, ticking = 0, pressed = 0, last = null, lost = false, started = false;

  const tell = (text, grave) => {
    const state = find("#v-state");
    if (state && state.textContent !== text) { state.textContent = text; state.classList.toggle("v-warning", Boolean(grave)); }
  };
  const fill = (text) => {
    const area = box();
    if (!area || area.value === text) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const tick = () => {
    const waited = performance.now() - busy;
    if (waited > LONG) find("#v-talk").classList.add("v-long");
    if (waited > VERY_LONG) tell(page.still);
  };
  const rest = () => {
    busy = pressed = 0;
    clearInterval(ticking);
    find("#v-talk").classList.remove("v-busy", "v-long");
  };
  const focusBox = () => {
    const now = document.activeElement;
    const gone = !now || now === document.body || now.disabled || !now.checkVisibility();
    if (gone && matchMedia("(pointer: fine)").matches) box()?.focus({ preventScroll: true });
  };
  // The control that takes the place of `from`, as soon as it is shown and as long as it may be drawn anew; whoever moves on is let go.
  const focusInstead = (from, query) => {
    let left = FLUSHED / 50, held = 0;
    const timer = setInterval(() => {
      const control = find(query), now = document.activeElement;
      if (control && now === control) held += 1;
      else if (!now || now === document.body || now === from || !now.checkVisibility()) { held = 0; control?.focus(); }
      else left = 0;
      if (--left <= 0 || held > 5) clearInterval(timer);
    }, 50);
  };
  // A reply that is longer than the chat is read from its beginning.
  const scroll = () => {
    const log = find("#v-chat [role=log]"), said = [...document.querySelectorAll("#v-chat [data-testid=user]")].pop();
    if (!log || !said) return;
    log.scrollTop += Math.min(said.getBoundingClientRect().top - log.getBoundingClientRect().top - 12, log.scrollHeight);
  };
  // Words that were sent count as arrived once a later turn stands on the page and they in it; else they go back into the box.
  const recover = (said, until = performance.now() + FLUSHED) => {
    const sent = JSON.parse(kept(sessionStorage, SENT) || "null");
    const draft = kept(sessionStorage, DRAFT) || "";
    const missing = sent && !(turn() > sent.turn && stands(sent.text));
    if (missing && performance.now() < until) return void setTimeout(recover, 50, said, until);
    keep(sessionStorage, SENT, "");
    if (missing) {
      fill(draft.startsWith(sent.text) ? draft : draft ? `${sent.text}\n${draft}` : sent.text);
      tell(said);
    } else if (draft && !(sent && draft === sent.text)) {
      fill(draft);
    } else {
      keep(sessionStorage, DRAFT, "");
    }
  };

  window.vejviser = {
    begin(_given, text) {
      clearInterval(ticking);
      busy = performance.now();
      ticking = setInterval(tick, 100);
      find("#v-talk").classList.add("v-busy");
      tell("");
      if (text) keep(sessionStorage, SENT, JSON.stringify({ text, turn: turn() }));
    },
    done() {
      const turned = busy > 0;
      rest();
      setTimeout(() => {
        if (turned || !started) scroll();
        if (!started) {
          started = true;
          recover(page.unsent);
          return;
        }
        if (!turned) return;
        if (!lost && navigator.onLine) tell("");
        keep(sessionStorage, SENT, "");
        keep(sessionStorage, DRAFT, box()?.value);
        keep(localStorage, TURNED, String(Date.now()));
        focusBox();
      }, 60);
    },
    wished() {
      setTimeout(() => {
        scroll();
        keep(localStorage, TURNED, String(Date.now()));
      }, 60);
    },
    // Whether a click in a panel has to wait: a turn is being made, or nobody would hear of it.
    held() {
      if (lost || !navigator.onLine) tell(lost ? page.lost : page.offline, true);
      return lost || !navigator.onLine || busy > 0;
    },
  };

  const hold = (event, text) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (text) tell(text, true);
  };
  // Before Gradio hears of a click or of Enter.
  const guard = (event, control) => {
    if (lost) return hold(event, page.lost);
    if (!navigator.onLine) return hold(event, page.offline);
    if (busy || performance.now() - pressed < BLINK) return hold(event);
    const length = box()?.value.length;
    if (control.id === "v-send" && length > page.most) return hold(event, page.too_long.replace("{length}", length).replace("{most}", page.most));
    pressed = performance.now();
    last = control;
  };
  addEventListener("click", (event) => {
    const control = event.target.closest?.("button");
    if (!control) return;
    if (control.matches(TURNS)) guard(event, control);
    else if (control.matches(".v-again")) last?.isConnected && last.checkVisibility() ? last.click() : location.reload();
    else if (control.id === "v-erase") focusInstead(control, "#v-keep");
    else if (control.id === "v-keep") focusInstead(control, "#v-erase");
  }, true);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && find("#v-talk.v-long")) find("#v-stop").click();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === box()) guard(event, find("#v-send"));
  }, true);
  addEventListener("input", (event) => { if (event.target === box()) keep(sessionStorage, DRAFT, event.target.value); }, true);
  addEventListener("offline", () => tell(page.offline, true));
  addEventListener("online", () => { if (!lost) tell(page.online); });
  addEventListener("storage", (event) => { if (event.key === TURNED && started && !busy && !lost) find("#v-refresh")?.click(); });

  // Gradio tells of a broken connection in English words of its own (hidden by the style sheet) and loads the page again when it is back.
  const broken = (toast) => {
    const sent = JSON.parse(kept(sessionStorage, SENT) || "null");
    lost = /connect/i.test(toast.textContent);
    if (busy && sent && box() && !box().value) fill(sent.text);
    rest();
    tell(lost ? page.lost : page.failed, true);
  };
  const look = () => {
    const toast = find("[data-testid=toast-body].error:not([data-seen])");
    if (toast) { toast.dataset.seen = "1"; broken(toast); }
    const area = box();
    if (area && !area.hasAttribute("aria-describedby")) area.setAttribute("aria-describedby", "v-pending");
    if (find(".v-head")) find("#v-hello")?.remove();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})();
