"""CPR numbers: which are found, what is left alone, and that none is stored, said back or logged."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.build import Engine
from assistant.corrections import Corrections
from assistant.domain.acts import PlanDecision, Question
from assistant.domain.personal import masked, masked_act
from assistant.store import Store


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("010190-1234", "xxxxxx-xxxx"), ("0101901234", "xxxxxxxxxx"), ("010190 1234", "xxxxxx xxxx"),
        ("010190 - 1234", "xxxxxx - xxxx"), ("010190–1234", "xxxxxx–xxxx"), ("010190\u20111234", "xxxxxx\u2011xxxx"),
        ("010190\u00a01234", "xxxxxx\u00a0xxxx"), ("01.01.90-1234", "xx.xx.xx-xxxx"), ("01 01 90-1234", "xx xx xx-xxxx"),
        ("01/01/90-1234", "xx/xx/xx-xxxx"), ("CPR0101901234", "CPRxxxxxxxxxx"), ("(010190-1234)", "(xxxxxx-xxxx)"),
        ("290200-4000", "xxxxxx-xxxx"), ("311299-9999", "xxxxxx-xxxx"), ("Ja, 010190-1234.", "Ja, xxxxxx-xxxx."),
        ("010190-1234 og 311257-5678", "xxxxxx-xxxx og xxxxxx-xxxx"), ("010190-1234,020290-4321", "xxxxxx-xxxx,xxxxxx-xxxx"),
    ],
)  # fmt: skip
def test_a_number_is_masked_and_the_text_stays_as_long(said: str, left: str) -> None:
    assert masked(said) == left
    assert len(left) == len(said)


@pytest.mark.parametrize(
    "said",
    [
        "320190-1234", "011390-1234", "290201-1234", "290200-1234", "000000-0000", "4512345678", "+45 12 34 56 78", "12345678",
        "0101901234567", "10101901234", "2026-11-30 1234", "10 12 20 1000", "10.12.20 1000", "a0101901234b", "01 01 90 1234",
        "CVR 29 18 98 46", "we made 1,010,190 in 1234 days", "010190", "", "phone 0045 1234 5678",
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_left_alone(said: str) -> None:
    assert masked(said) == said


DAYS = st.integers(0, 365 * 100 - 1).map(lambda days: date(1937, 1, 1) + timedelta(days=days))


@given(DAYS, st.integers(0, 9999), st.sampled_from(["", "-", " ", " - ", "–"]), st.text("abc ,.ÆØÅ", max_size=9))
def test_every_number_of_a_real_date_is_masked(born: date, serial: int, between: str, around: str) -> None:
    if born.year < 2000 and serial >= 4000 and not (serial >= 9000 or serial < 5000):
        serial %= 4000
    if born.year >= 2000:
        serial = 4000 + serial % 1000 if born.year <= 2036 else 5000 + serial % 4000
    number = f"{born:%d%m%y}{between}{serial:04}"
    before = around.rstrip("abc") if not between else around
    after = masked(f"{before}{number} {around}")
    assert not any(sign.isdigit() for sign in after)


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(said: str) -> None:
    assert len(masked(said)) == len(said)
    assert masked(masked(said)) == masked(said)


def test_an_act_is_masked_in_all_its_words() -> None:
    act = PlanDecision(decision="add", text="Ask 010190-1234", owner="0201904321", stage=None)
    assert masked_act(act).text == "Ask xxxxxx-xxxx"
    assert masked_act(act).owner == "xxxxxxxxxx"
    plain = Question(quote="How?", start=0, end=4, answered=True)
    assert masked_act(plain) is plain


NUMBER = "010190-1234"


@pytest.mark.parametrize(("language", "sentence"), [("en", "looks like a CPR number"), ("da", "ligner et CPR-nummer")])
def test_no_number_is_stored_or_said_back(engine: Engine, tmp_path: Path, language: str, sentence: str) -> None:
    store = Store(tmp_path)
    sessions = engine.sessions(store)
    name = sessions.open(language).conversation  # type: ignore[arg-type]
    said = {
        "en": f"We are nineteen men and weld steel near Thisted. The foreman is Ole, {NUMBER}. What is MQTT for {NUMBER.replace('-', '')}?",
        "da": f"Vi er nitten mand og svejser stål ved Thisted. Værkføreren er Ole, {NUMBER}. Hvad er MQTT for {NUMBER.replace('-', '')}?",
    }[language]
    reply = sessions.say(name, said)
    assert sentence in reply.text.split("\n\n")[0]
    assert reply.state.profile.company()["employees"] == 19
    assert sentence not in sessions.say(name, "skip" if language == "en" else "spring over").text
    clicked = Corrections(sessions).fact(name, "products", f"stairs for {NUMBER}")
    assert sentence in clicked.text
    decided = sessions.act(
        name, [PlanDecision(decision="add", text=f"call {NUMBER}", stage="analyse")], f"call {NUMBER}"
    )
    assert sentence in decided.text
    shown = [reply.text, clicked.text, decided.text, *(turn.said for turn in store.turns(name))]
    store.close()
    assert all("1234" not in text for text in shown)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"xxxxxx-xxxx" in held
    assert b"0101" not in held
    assert b"1234" not in held
