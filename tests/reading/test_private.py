"""Personal numbers and illnesses are hidden before anything is read or kept; what only looks like them stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.build import Engine
from assistant.content import Knowledge, root
from assistant.errors import ContentError
from assistant.reading.private import PrivateWords
from assistant.store import Store

WORDS = PrivateWords(Knowledge(root()).reading("private"), "private.yaml")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mit nummer er 310265-4321.", "Mit nummer er •••••••••••."),
        ("Henrik, 3104740000, 37 hours", "Henrik, ••••••••••, 37 hours"),
        ("311175 - 0000 and 22.08.71-8888", "•••••• • •••• and •••••••••••••"),
        ("Hun har 300289 1010.", "Hun har •••••• ••••."),
    ],
)
def test_personal_numbers_are_hidden(text: str, kept: str) -> None:
    hidden = WORDS.hide(text)
    assert (hidden.text, hidden.kinds) == (kept, ("number",))


@pytest.mark.parametrize(
    "text",
    [
        "Part number 784512-0033 is engraved.", "Ring 98 12 34 56.", "Delivered 12.05.24, 1430 pieces.", "EAN 5701234567892",
        "We make parts for insulin pumps and cancer scanners.", "Vi laver dele til kræftscannere og diabetespumper.",
        "Order 1234567890123.", "He has the strength; kræfterne er der hos ham.",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert WORDS.hide(text).text == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Only Morten can do it, and he has asthma. We write on paper.", "asthma"),
        ("Kun Lone kan det, men hun har sklerose. Vi skriver på papir.", "sklerose"),
        ("Min kone er gravid, så kontoret er lukket.", "gravid"),
    ],
)
def test_an_illness_of_a_person_is_hidden_and_the_rest_stays(text: str, gone: str) -> None:
    hidden = WORDS.hide(text)
    assert hidden.kinds == ("health",)
    assert hidden.text == text.replace(gone, "•" * len(gone))


@given(st.text(max_size=300))
def test_any_text_keeps_its_length_and_is_hidden_once(text: str) -> None:
    hidden = WORDS.hide(text)
    assert len(hidden.text) == len(text)
    assert WORDS.hide(hidden.text).text == hidden.text


def test_a_file_that_lacks_a_key_is_named() -> None:
    with pytest.raises(ContentError, match=r"private\.yaml: key 'health'"):
        PrivateWords({"number": [], "person": []}, "private.yaml")


@pytest.mark.parametrize(("language", "told"), [("en", "personal number"), ("da", "CPR-nummer")])
def test_a_turn_is_kept_without_the_number_and_the_person_is_told(
    engine: Engine, tmp_path: Path, language: str, told: str
) -> None:
    store = Store(tmp_path)
    sessions = engine.sessions(store)
    opened = sessions.open(language)  # type: ignore[arg-type]
    reply = sessions.say(opened.conversation, "Vi er otte mand, og mit CPR-nummer er 310265-4321. We are eight.")
    kept = store.turns(opened.conversation)[-1]
    store.close()
    assert told in reply.text
    assert "4321" not in kept.said + kept.reply + str(kept.acts)
    assert all(kept.said[act.start : act.end] == act.quote for act in kept.acts if hasattr(act, "quote"))
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert files
    assert all(b"4321" not in path.read_bytes() for path in files)
