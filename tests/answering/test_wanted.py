"""What a question wants: an amount with its unit, and names that the material must speak of."""

from __future__ import annotations

import pytest

from assistant.answering.wanted import wanted
from assistant.domain.maturity import Language


@pytest.mark.parametrize(
    ("language", "question", "sentence", "given"),
    [
        ("en", "How many watts does an IO-Link master draw?", "An IO-Link master has eight ports.", False),
        ("en", "How many watts does the box draw?", "The box draws 12 W when it sends.", True),
        ("en", "How many years does it last?", "A battery in the example lasts three years.", True),
        ("en", "How many years does it last?", "A battery lasts long in the cold.", False),
        ("en", "How long does the short course take?", "Most owners take an afternoon every week.", True),
        ("en", "How often must it be calibrated?", "Calibration is done by the maker.", False),
        ("en", "What does it cost?", "Vejviser costs you nothing but your own time.", True),
        ("en", "What does it cost?", "The price depends on the firm.", False),
        ("en", "What is the price today for a kilo of steel?", "Steel costs 12 kroner in the example.", False),
        ("en", "What can a temperature sensor be used for?", "A temperature sensor suits ovens.", True),
        ("en", "OEE, what does that percentage tell me?", "OEE multiplies three shares.", True),
        ("da", "Hvor mange procent skal vi nå?", "Målet sætter I selv.", False),
        ("da", "Hvor mange procent skal vi nå?", "I eksemplet er målet 95 procent.", True),
        ("da", "Hvor varmt må det blive?", "PLA bliver blødt ved 60 °C.", True),
        ("da", "Hvor varmt må det blive?", "PLA bliver blødt i en varm bil.", False),
        ("da", "Hvad koster det?", "Det koster ikke andet end din egen tid, altså gratis.", True),
        ("da", "Hvad er prisen på stål i dag?", "Stålet koster 12 kr. i eksemplet.", False),
        ("da", "Hvorfor skal vi måle?", "Fordi I ellers gætter.", True),
    ],
)
def test_an_amount_that_is_asked_for_must_be_given(
    language: Language, question: str, sentence: str, given: bool
) -> None:
    passage = f"{sentence} All amounts are in kroner."
    assert wanted(question, language).given(sentence, passage, language) is given


def test_money_needs_a_passage_that_speaks_of_money() -> None:
    asked = wanted("How big is the fine?", "en")
    assert not asked.given("Report within 24 hours.", "Report within 24 hours.", "en")
    assert asked.given("The fine is up to 10 million.", "The fine is up to 10 million. It is counted in euros.", "en")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What does ISO 99123 say?", ("ISO 99123", "ISO")),
        ("How much did Grundfos save?", ("Grundfos",)),
        ("Grundfos saved how much?", ()),
        ("What is the difference between OEE and TEEP?", ("OEE", "TEEP")),
        ("Hvad koster en Bambu Lab printer?", ("Bambu", "Lab")),
        ("Can we start on Monday in Denmark?", ()),
        ("hvad er mqtt", ()),
    ],
)
def test_names(question: str, names: tuple[str, ...]) -> None:
    assert wanted(question, "en").names == names


def test_a_name_stands_in_the_material_with_or_without_its_ending() -> None:
    asked = wanted("What do the Danfoss's lines say of IO-Link and TEEP?", "en")
    assert asked.missing("danfoss makes valves; IO-Link is the last stretch") == ["TEEP"]
