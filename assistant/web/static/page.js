// Runs before Gradio: Gradio's own words follow the page, not the browser. Nothing here talks to a server.
(() => {
  const page = __PAGE__;
  // Gradio takes its built-in words by the browser's language; those of this page are registered as "en".
  Object.defineProperty(navigator, "language", { get: () => "en" });
  Object.defineProperty(navigator, "languages", { get: () => ["en"] });
  const open = new Map();
  const tend = () => {
    if (document.documentElement.lang !== page.language) document.documentElement.lang = page.language;
    // Gradio labels the chat and every message in English, with the raw Markdown; the messages read well by themselves.
    for (const chat of document.querySelectorAll("#v-chat [role=log]")) {
      if (chat.getAttribute("aria-label") !== page.chat) chat.setAttribute("aria-label", page.chat);
    }
    for (const said of document.querySelectorAll("#v-chat [data-testid][aria-label]")) said.removeAttribute("aria-label");
    const leave = document.querySelector("[data-go]");
    if (leave && !leave.dataset.gone) { leave.dataset.gone = "1"; setTimeout(() => location.assign(leave.dataset.go), 300); }
    for (const part of document.querySelectorAll("details[data-keep]")) {
      const kept = open.get(part.dataset.keep);
      if (kept !== undefined && part.open !== kept && !part.dataset.seen) part.open = kept;
      part.dataset.seen = "1";
    }
  };
  document.addEventListener("toggle", (event) => {
    const part = event.target;
    if (part.dataset && part.dataset.keep && part.isConnected) open.set(part.dataset.keep, part.open);
  }, true);
  new MutationObserver(tend).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["lang", "aria-label", "open"] });
  addEventListener("load", () => {
    if (location.search.includes("conversation=")) setTimeout(() => history.replaceState(null, "", location.pathname), 3000);
  });
})();
