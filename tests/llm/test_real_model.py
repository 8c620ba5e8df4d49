"""A real, weak model run on this machine: it talks much nonsense, and none of it is shown or recorded.

`make test-llm` fetches the model and runs this; without one it is left out. VEJVISER_TEST_GGUF names another file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import like

from assistant.answering.grounding import judge
from assistant.answering.writing import WrittenAnswer
from assistant.build import Engine
from assistant.domain.maturity import Language
from assistant.llm.patience import Breaker
from assistant.session import Sessions
from assistant.store import Store

GGUF = os.environ.get("VEJVISER_TEST_GGUF", "")
pytestmark = pytest.mark.skipif(not GGUF, reason="no model; make test-llm fetches one")
PROJECT = Path(__file__).parents[2]
SECONDS = 90.0
STORY = "We are nineteen men and we bend and weld steel near Thisted, mostly small series."
TURNS = (STORY, "That drawings get lost.", "That we find drawings at once.")
ASKED: list[tuple[Language, str]] = [
    ("en", "What is MQTT?"),
    ("en", "How do we get the employees on board?"),
    ("en", "What does a sensor on an old machine cost?"),
    ("da", "Hvad er MQTT?"),
    ("da", "Hvad kan 3D-printes?"),
]
TOLD = [
    "The foreman types the stops into a spreadsheet on Fridays.",
    "Next year we want to buy a big system for all of that.",
    "My neighbour has a robot and a screen for everything.",
]
SERVER = """
import sys, time, xllamacpp
wanted = xllamacpp.CommonParams()
wanted.model.path, wanted.n_ctx, wanted.n_parallel, wanted.verbosity, wanted.ui = sys.argv[1], 4096, 1, -1, False
server = xllamacpp.Server(wanted)
print(server.listening_address, flush=True)
time.sleep(600)
"""


def on(engine: Engine, **settings: object) -> Engine:
    return like(engine, **({"model_timeout": SECONDS} | settings))


@pytest.fixture(scope="module")
def real(engine: Engine) -> Engine:
    return on(engine, model=f"gguf:{GGUF}")


def told(sessions: Sessions, *turns: str):
    reply = sessions.open("en")
    for turn in turns:
        reply = sessions.say(reply.conversation, turn)
    return reply


@pytest.mark.parametrize(("language", "question"), ASKED)
def test_every_sentence_shown_is_supported(real: Engine, language: Language, question: str) -> None:
    assert real.models is not None
    real.models.patience.breaker.succeeded()  # an answer that was empty is no reason to leave the next one out
    shown: list[str] = []
    answer = real.ask(question, language, shown=shown.append)
    passages = {hit.passage.id: hit.passage for hit in answer.nearest}
    for quote in answer.sentences:
        assert quote.text in passages[quote.passage].text or judge(quote.text, passages[quote.passage]).supported
    assert shown == [quote.text for quote in answer.sentences] or not isinstance(answer, WrittenAnswer)
    left = len(answer.left_out) if isinstance(answer, WrittenAnswer) else "all"
    print(f"\n{question}: {len(shown)} sentences written, {left} left out")


def test_a_dialogue_ends_where_the_rules_end(real: Engine, engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path / "real")
    sessions, plain = real.sessions(store), engine.sessions(Store(tmp_path / "plain"))
    mine, ruled = told(sessions, *TURNS), told(plain, *TURNS)
    for turn in TOLD:
        mine, ruled = sessions.say(mine.conversation, turn), plain.say(ruled.conversation, turn)
        new = mine.state.profile.findings.keys() - ruled.state.profile.findings.keys()
        assert not new or (mine.difference is not None and mine.difference.kept == "both")
        if mine.difference is not None:
            print(f"\n{mine.difference}")
    assert mine.state.profile.company() == ruled.state.profile.company()
    spent = store.spent(mine.conversation)
    print(f"\n{spent}")


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], str]]:
    pytest.importorskip("langchain_openai")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, GGUF], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_server_that_is_killed_in_mid_answer_is_not_missed(
    engine: Engine, server: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    process, address = server
    made = on(engine, model="openai:small", model_base_url=f"{address}/v1", model_timeout=30.0)
    assert made.models is not None
    patience = made.models.patience
    real_model, heard = patience._model, []

    class Killing:
        name = real_model.name

        def stream(self, messages):
            for piece in real_model.stream(messages):
                heard.append(piece)
                if len(heard) == 3:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                yield piece

        complete = real_model.complete

    patience._model = Killing()
    sessions, plain = made.sessions(Store(tmp_path / "a")), engine.sessions(Store(tmp_path / "b"))
    mine, ruled = told(sessions, STORY), told(plain, STORY)
    begun = time.monotonic()
    reply = sessions.say(mine.conversation, "What is MQTT?")
    assert len(heard) >= 3
    assert process.poll() is not None
    assert time.monotonic() - begun < 32
    assert reply.text == plain.say(ruled.conversation, "What is MQTT?").text
    assert [call.outcome for call in reply.calls] != ["ok"]
    patience.breaker = Breaker()
    assert sessions.say(mine.conversation, "What is a broker?").text
