"""Providers: one setting becomes a model; what is missing is said in one sentence; nothing is imported before it is needed."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from assistant.chat import Message
from assistant.errors import ModelError, UserError
from assistant.llm.budget import Budgeted
from assistant.llm.patience import Patience
from assistant.llm.providers import connect

PROJECT = Path(__file__).parents[2]
HELLO = [Message("system", "Be short."), Message("user", "Hello")]
SCHEMA = {
    "title": "x",
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}


class Compatible(http.server.BaseHTTPRequestHandler):
    """An OpenAI-compatible server of one line."""

    said: ClassVar[list[dict[str, Any]]] = []
    keys: ClassVar[list[str]] = []
    breaks: ClassVar[bool] = False
    protocol_version = "HTTP/1.1"

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.said.append(asked)
        self.keys.append(self.headers.get("authorization", ""))
        head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        if not asked.get("stream"):
            self.send_header("content-type", "application/json")
            self.end_headers()
            choice = {"index": 0, "message": {"role": "assistant", "content": '{"a": 1}'}, "finish_reason": "stop"}
            self.chunk(json.dumps(head | {"object": "chat.completion", "choices": [choice]}).encode())
            self.chunk(b"")
            return
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for piece in ("Hel", "lo", "."):
            line = head | {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
            self.chunk(f"data: {json.dumps(line)}\n\n".encode())
            if self.breaks:
                self.close_connection = True
                return
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    pytest.importorskip("langchain_openai")
    Compatible.said, Compatible.keys, Compatible.breaks = [], [], False
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Compatible)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_any_compatible_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-place")
    model = connect("openai:small", base_url=address)
    assert "".join(model.stream(HELLO)) == "Hello."
    assert json.loads(model.complete(HELLO, SCHEMA)) == {"a": 1}
    first, second = Compatible.said
    assert first["model"] == "small"
    assert [message["role"] for message in first["messages"]] == ["system", "user"]
    assert second["response_format"]["json_schema"]["schema"]["required"] == ["a"]
    assert not any("another-place" in key for key in Compatible.keys)
    connect("openai:small", base_url=address, key="sk-mine").complete(HELLO)
    assert Compatible.keys[-1] == "Bearer sk-mine"


def test_a_server_that_dies_in_mid_answer_is_a_model_error(address: str) -> None:
    Compatible.breaks = True
    job = Budgeted(Patience(connect("openai:small", base_url=address, seconds=3)), "x", 3.0)
    got: list[str] = []
    with pytest.raises(ModelError):
        got.extend(job.stream(HELLO))
    assert got == ["Hel"]


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("gguf:/nowhere/model.gguf", "cannot be read"),
        (f"gguf:{Path(__file__)}", "no GGUF"),
        ("nonsense:model", "provider:model"),
        ("mistralai:small", "langchain-mistral"),
    ],
)
def test_what_is_missing_is_one_sentence(setting: str, says: str) -> None:
    if setting.startswith("gguf"):
        pytest.importorskip("xllamacpp")
    with pytest.raises(UserError, match=says) as failed:
        connect(setting)
    assert "\n" not in str(failed.value)


def test_without_a_key_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UserError, match="VEJVISER_MODEL_KEY"):
        connect("openai:gpt-4o-mini")


@pytest.mark.parametrize("package", ["langchain_openai", "xllamacpp"])
def test_a_missing_extra_names_what_to_install(package: str) -> None:
    setting = "gguf:x.gguf" if package == "xllamacpp" else "openai:gpt-4o-mini"
    code = (
        "import sys, importlib.abc\n"
        "class Gone(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name.split('.')[0] == {package!r}: raise ModuleNotFoundError(name, name=name)\n"
        "import importlib.util\n"
        "kept = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda name, *a: None if name == {package!r} else kept(name, *a)\n"
        "sys.meta_path.insert(0, Gone())\n"
        "from assistant.llm.providers import connect\n"
        "from assistant.errors import UserError\n"
        f"try: connect({setting!r}, key='x')\n"
        "except UserError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert f"pip install vejviser[{setting.split(':', maxsplit=1)[0]}]" in done.stdout


def test_without_a_model_nothing_of_a_provider_is_imported() -> None:
    code = (
        "import sys\n"
        "from assistant.build import Engine\n"
        "from assistant.settings import Settings\n"
        "assert Engine(Settings(_env_file=None)).models is None\n"
        "gone = ('langchain', 'langchain_openai', 'langchain_anthropic', 'langchain_ollama', 'openai', 'anthropic', 'ollama', 'xllamacpp')\n"
        "print([name for name in gone if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True, env={"PATH": ""}
    )
    assert done.stdout.strip() == "[]"
