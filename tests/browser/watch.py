"""A stopwatch in the page: how long until something can be seen, as the browser tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from talk import Talk

WATCH = """(waiting) => {
  const bubbles = () => [...document.querySelectorAll("#v-chat [data-testid=bot], #v-chat [data-testid=user]")];
  const before = bubbles().length;
  window.vWatch = new Promise((told) => addEventListener("keydown", (event) => {
    const begun = performance.now(), found = { reaction: null, reply: null, ready: null };
    const look = () => {
      const now = performance.now() - begun, all = bubbles(), last = all[all.length - 1];
      const answered = all.length > before && last.dataset.testid === "bot" && last.innerText.trim() !== waiting;
      if (found.reaction === null && (document.querySelector("#v-talk.v-busy") || all.length > before)) found.reaction = now;
      if (found.reply === null && answered) found.reply = now;
      if (found.reply !== null && !document.querySelector("#v-send").disabled) found.ready = now;
      if (found.ready !== null || now > 20000) told(found); else requestAnimationFrame(look);
    };
    look();
  }, { once: true, capture: true }));
}"""


@dataclass(frozen=True)
class Turn:
    """Seconds from Enter until each can be seen."""

    reaction: float
    reply: float
    ready: float
    """The next one can be sent."""


def turn(talk: Talk, text: str) -> Turn:
    """Sends `text` and takes the time."""
    box = talk.page.locator("#v-box textarea")
    box.fill(text)
    talk.page.evaluate(WATCH, talk.words["waiting"])
    box.press("Enter")
    found = cast("dict[str, float | None]", talk.page.evaluate("window.vWatch"))
    return Turn(*((20_000.0 if found[name] is None else found[name]) / 1000 for name in ("reaction", "reply", "ready")))  # type: ignore[operator]
