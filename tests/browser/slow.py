"""The app with a language model that takes its time, in a process of its own: `python -c "import slow; slow.serve(0)"`."""

from __future__ import annotations

from assistant.build import Engine
from assistant.llm.fake import FakeModel
from assistant.settings import load
from assistant.web.serve import serve as serving

QUESTION = "What is MQTT?"
FIRST = "MQTT is a light way to send messages through a common post office, called a broker."
SECOND = "MQTT carries anything, so sender and receiver must agree on names and units themselves."
PIECE, WAIT = 30, 0.4


def command(port: int = 0) -> str:
    """What Python is told to serve on `port`."""
    return f"import slow; slow.serve({port})"


def serve(port: int) -> None:
    """Serves and prints the address when it answers. One answer takes about three seconds."""
    model = FakeModel([f"{FIRST} [1] {SECOND} [1]"], wait=WAIT, piece=PIECE, for_ever=True)
    serving(Engine(load(), chat=model), "127.0.0.1", port, lambda address: print(address, flush=True))
