"""Gradio's queue called as a program would call it, past the page: any event, any input, any session."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Direct:
    """Calls the events of one page by the elements that they hang on.

    Args:
        visit: An httpx client, or a test client, on the app.
        page: `/en` or `/da`.
    """

    visit: Any
    page: str = "/en"
    session: str = field(default_factory=lambda: secrets.token_hex(6))

    def __post_init__(self) -> None:
        self.config: dict[str, Any] = self.visit.get(f"{self.page}/config").json()
        self._ids = {part["props"].get("elem_id"): part["id"] for part in self.config["components"]}

    def events(self) -> list[dict[str, Any]]:
        """All events of the page."""
        return list(self.config["dependencies"])

    def event(self, element: str, kind: str = "click") -> dict[str, Any]:
        """The first event of an element."""
        target = [self._ids[element], kind]
        return next(one for one in self.config["dependencies"] if target in [list(t) for t in one["targets"]])

    def join(self, event: dict[str, Any], data: Sequence[Any], event_data: Any = None, **more: Any) -> Any:
        """Puts an event into the queue; the answer to that alone."""
        body = {
            "data": list(data), "fn_index": event["id"], "session_hash": self.session, "event_data": event_data,
            "trigger_id": event["targets"][0][0] if event["targets"] else None,
        }  # fmt: skip
        return self.visit.post(f"{self.page}/gradio_api/queue/join", json=body | more)

    def call(self, event: dict[str, Any], data: Sequence[Any], event_data: Any = None) -> str:
        """Everything that the event sends back, as text."""
        joined = self.join(event, data, event_data)
        if joined.status_code != 200:
            return str(joined.text)
        with self.visit.stream("GET", f"{self.page}/gradio_api/queue/data?session_hash={self.session}") as answer:
            lines = []
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    lines.append(line[5:])
                    if json.loads(line[5:])["msg"] in ("process_completed", "close_stream", "unexpected_error"):
                        break
        return "\n".join(lines)

    def press(self, element: str, *data: Any, kind: str = "click") -> str:
        """Presses an element with `data` as its inputs."""
        return self.call(self.event(element, kind), data)
