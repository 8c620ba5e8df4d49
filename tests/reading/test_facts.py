"""Company facts in the ways people say them: what is taken, with which words, and what is not."""

from __future__ import annotations

import pytest

from assistant.domain.acts import Fact


@pytest.fixture(scope="session")
def facts(read):
    def reading(text: str, language: str, field: str, asked: str = "story") -> list:
        found = [act for act in read(text, language, asked) if isinstance(act, Fact) and act.field == field]
        assert all(text[act.start : act.end] == act.quote for act in found)
        return [act.value for act in found]

    return reading


EMPLOYEES = [
    ("en", "We are 19 people.", 19),
    ("en", "We are nineteen men in the shop.", 19),
    ("en", "There are about 25 of us.", 25),
    ("en", "We're a team of twelve.", 12),
    ("en", "We employ a good 40 people.", 40),
    ("en", "With 30 employees we are small.", 30),
    ("en", "We have 8 men and a dog.", 8),
    ("en", "We're a dozen.", 12),
    ("en", "We are twenty-odd in all.", 23),
    ("en", "Our headcount is 45.", 45),
    ("en", "We are 15 to 20 people.", 18),
    ("en", "We are some 1,200 people.", 1200),
    ("en", "Twelve people work here.", 12),
    ("en", "We are currently only 7.", 7),
    ("da", "Vi er 19 mand.", 19),
    ("da", "Vi er nitten ansatte.", 19),
    ("da", "Vi er ca. 20 mand.", 20),
    ("da", "Vi er et par og tyve.", 22),
    ("da", "Vi er en snes mennesker.", 20),
    ("da", "Der er 25 ansatte her.", 25),
    ("da", "Vi er omkring halvtreds mand i alt.", 50),
    ("da", "Vi har 12 medarbejdere.", 12),
    ("da", "Vi er fem og tyve.", 25),
    ("da", "Antal ansatte: 33.", 33),
    ("da", "Vi er 120 ansatte.", 120),
    ("da", "På værkstedet er vi fireogtyve.", 24),
]


@pytest.mark.parametrize(("language", "text", "number"), EMPLOYEES)
def test_employees(facts, language, text, number):
    assert facts(text, language, "employees") == [number]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We are not 19."),
        ("en", "We have three men in the office."),
        ("en", "Three men in the office do the drawings."),
        ("en", "We have 4 people on nights."),
        ("en", "We have 12 machines."),
        ("en", "We are 30 years old as a firm."),
        ("en", "We have been here 30 years."),
        ("en", "We are 5 km from Aars."),
        ("en", "We are two minutes from the fjord."),
        ("en", "We are a small firm."),
        ("en", "My brother-in-law has 200 people."),
        ("en", "Next year we will be 40 people."),
        ("en", "In the nineties we were 60 people."),
        ("da", "Vi er ikke 19 mand."),
        ("da", "Vi har tre mand på kontoret."),
        ("da", "Tre mand på kontoret tegner."),
        ("da", "Vi er 30 år gamle."),
        ("da", "Vi har 12 maskiner."),
        ("da", "Vi er 5 km fra Aars."),
        ("da", "Min svoger har 200 ansatte."),
        ("da", "Til næste år skal vi være 40 mand."),
    ],
)
def test_numbers_that_are_not_the_employees(facts, language, text):
    assert facts(text, language, "employees") == []


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "We are 21 now, not 19.", 21),
        ("en", "We are not 19 people, we are 21.", 21),
        ("da", "Vi er 21 nu, ikke 19.", 21),
    ],
)
def test_a_number_said_to_be_wrong_is_a_correction(read, language, text, number):
    (found,) = (act for act in read(text, language, "technology.capture") if isinstance(act, Fact))
    assert (found.value, found.correction) == (number, True)


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "21", 21),
        ("en", "Twenty-one, I think.", 21),
        ("da", "21", 21),
        ("da", "enogtyve", 21),
        ("da", "Det er 21.", 21),
    ],
)
def test_a_bare_number_counts_when_it_was_asked_for(facts, language, text, number):
    assert facts(text, language, "employees", "company.employees") == [number]
    assert facts(text, language, "employees") == []


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("en", "We are in Thisted.", "Thisted"),
        ("en", "Our workshop is in Hurup.", "Thisted"),
        ("en", "We are 5 km from Aars.", "Vesthimmerland"),
        ("en", "A small smithy near Fjerritslev.", "Jammerbugt"),
        ("da", "Vi ligger i Hurup.", "Thisted"),
        ("da", "Værkstedet ligger uden for Løgstør.", "Vesthimmerland"),
        ("da", "Vi er en smedje i Hobro.", "Mariagerfjord"),
    ],
)
def test_the_municipality_is_home(facts, language, text, place):
    assert facts(text, language, "municipality") == [place]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Our customers are in Aalborg."),
        ("en", "We deliver to Randers."),
        ("en", "A customer in Thisted sends drawings."),
        ("en", "We have a supplier in Vejle."),
        ("en", "The old man was called Skive."),
        ("da", "Vores kunder ligger i Aalborg."),
        ("da", "Vi leverer til Randers."),
        ("da", "Vi har en leverandør i Vejle."),
        ("da", "Vi kan lide at være en skive i maskineriet."),
        ("da", "Vi arbejder i varde grader."),
    ],
)
def test_other_places_are_not_home(facts, language, text):
    assert facts(text, language, "municipality") == []


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "We use e-conomic and Excel.", ["e-conomic", "Excel"]),
        ("en", "It is all in Business Central.", ["Business Central"]),
        ("en", "We have a program called Blikfang for the drawings.", ["Blikfang"]),
        ("en", "We work with a system called PladeNet 7 every day.", ["PladeNet 7"]),
        ("en", "We excelled last year.", []),
        ("da", "Vi bruger e-conomic og Excel.", ["e-conomic", "Excel"]),
        ("da", "Vi har et program, der hedder Blikfang til tegninger.", ["Blikfang"]),
        ("da", "Vi kører C5.", ["C5"]),
        ("da", "Vi har et godt program.", []),
    ],
)
def test_systems(facts, language, text, names):
    assert facts(text, language, "systems") == names


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "We make one-offs.", "one_off"),
        ("en", "Everything we make is made to order.", "one_off"),
        ("en", "We make small series of 50.", "small_series"),
        ("en", "We run batches of twenty.", "small_series"),
        ("en", "We run long series of 10,000.", "large_series"),
        ("en", "We make both one-offs and large series.", "mixed"),
        ("da", "Vi laver enkeltstyk.", "one_off"),
        ("da", "Vi laver småserier på 50.", "small_series"),
        ("da", "Vi kører store serier.", "large_series"),
        ("da", "Vi laver både enkeltstyk og store serier.", "mixed"),
        ("da", "Vi laver lidt af hvert.", "mixed"),
    ],
)
def test_order_type(facts, language, text, kind):
    assert facts(text, language, "order_type") == [kind]


@pytest.mark.parametrize(
    ("language", "text", "field", "values"),
    [
        ("en", "We make trailers for farmers.", "products", ["trailers"]),
        ("en", "We make trailers for farmers.", "sector", ["machinery"]),
        ("da", "Vi laver trapper til private.", "products", ["trapper"]),
        ("da", "Vi laver trapper til private.", "sector", ["wood_furniture"]),
        ("da", "Vi river farve på en gammel slagterigrund i Skive.", "sector", []),
        ("da", "Vi holder til i det gamle mejeri i Aars og syr gardiner.", "sector", ["textiles"]),
        ("en", "We are nine in an old dairy near Thisted and bend steel.", "sector", ["metal"]),
        ("en", "We are an old brewery in Randers.", "sector", ["food"]),
        ("da", "Vi er en gammel smedje i Hobro.", "sector", ["metal"]),
        ("da", "Vi koger lim i partier på et par hundrede liter.", "order_type", ["small_series"]),
        ("en", "We sell mostly to farmers.", "customers", ["farmers"]),
        ("en", "We make a living.", "products", []),
        ("en", "We have a Haas and two press brakes.", "machines", ["Haas", "press brakes"]),
        ("da", "Vi har en kantpresse og en Trumpf.", "machines", ["kantpresse", "Trumpf"]),
    ],
)
def test_other_facts(facts, language, text, field, values):
    assert facts(text, language, field) == values


@pytest.mark.parametrize("asked", ["technology.capture", "barriers"])
def test_sector_and_products_are_read_only_when_the_company_is_told_of(facts, asked):
    assert facts("We make trailers for farmers.", "en", "products", asked) == []
    assert facts("We make trailers for farmers.", "en", "sector", asked) == []
    assert facts("We are 19 people.", "en", "employees", asked) == [19]


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "We make gates. Three or four of a kind at a time.", "small_series"),
        ("da", "Vi laver bælter, tyve-tredive ens ad gangen.", "small_series"),
        ("da", "Vi laver koblinger, hundrede tusind ad gangen.", "large_series"),
        ("da", "Der er aldrig to der er ens.", "one_off"),
    ],
)
def test_how_many_are_made_at_a_time(facts, language, text, kind):
    assert facts(text, language, "order_type") == [kind]


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "Thirty-eight. The other six are agency people.", 38),
        ("da", "Syv er vi. Tolv var det, dengang mor havde syerskerne.", 7),
    ],
)
def test_the_number_that_is_asked_for_comes_first(facts, language, text, number):
    assert facts(text, language, "employees", "company.employees") == [number]


def test_the_story_may_begin_with_the_place(facts):
    assert facts("Brønderslev, fifteen of us, two trades under one roof.", "en", "municipality") == ["Brønderslev"]
    assert facts("Brønderslev, fifteen of us.", "en", "municipality", "technology.capture") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Vi opdager det, når maskinen er tømt, og så står der to mand og ser på et hul."),
        ("da", "Hver fredag går tre folk rundt og leder efter papirer."),
        ("en", "The crane is slow, and then four men stand about and wait."),
    ],
)
@pytest.mark.parametrize("asked", ["pains", "goals"])
def test_people_in_what_hurts_are_not_the_whole_firm(facts, language, text, asked):
    assert facts(text, language, "employees", asked) == []
    assert facts("We are 19 people." if language == "en" else "Vi er 19 mand.", language, "employees", asked) == [19]


@pytest.mark.parametrize(
    ("language", "text", "employees", "municipality"),
    [
        ("en", "Believe me, I'll tell it straight. Hobro, so that's Mariagerfjord, sixty-two on the payroll.", [62], ["Mariagerfjord"]),
        ("da", "Jeg er tredive og overtog butikken for ti år siden, det er Morsø Kommune, og vi er sytten ansatte.", [17], ["Morsø"]),
        ("da", "Min far kørte det dengang alene, og nu sidder jeg her med fireogfyrre ansatte i Skive.", [44], ["Skive"]),
        ("en", "Back then we were 45 employees in Thisted, all of them blacksmiths.", [], []),
        ("da", "Dengang var der 45 ansatte her, alle smede.", [], []),
        ("en", "We plan to grow, with 60 employees in Aalborg.", [], []),
        ("en", "We'll be 40 people one day, and we are 31 employees.", [31], []),
    ],
)  # fmt: skip
def test_how_the_firm_is_stands_also_in_sentences_about_the_past_or_a_plan(
    facts, language, text, employees, municipality
):
    assert facts(text, language, "employees") == employees
    assert facts(text, language, "municipality") == municipality


def test_elsewhere_than_in_the_story_such_sentences_hold_no_facts(facts):
    text = "I took the shop over ten years ago, and we are seventeen employees."
    assert facts(text, "en", "employees") == [17]
    assert facts(text, "en", "employees", "pains") == []


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("da", "Dels enkelte hjul til reparation, dels serier på femten. Altså blandet.", "mixed"),
        ("en", "Bit of everything, from gates to brackets.", "mixed"),
        ("da", "Serierne er små.", "small_series"),
        ("da", "Vi tager en snes huse ad gangen.", "small_series"),
        ("da", "Der går trehundrede tusind boller ud ad porten om ugen.", "large_series"),
        ("da", "Vi kører det samme i ugevis.", "large_series"),
    ],
)
def test_order_type_in_passing(facts, language, text, kind):
    assert facts(text, language, "order_type")[:1] == [kind]


def test_part_of_the_firm_is_not_all_of_it(facts):
    assert (
        facts("We've got a shed for it, that's four of us, me included.", "en", "employees", "competence.skills") == []
    )
    assert facts("Vi er tre om robotten.", "da", "employees", "competence.skills") == []
    assert facts("There are thirty of us, so it takes time.", "en", "employees", "competence.skills") == [30]


def test_who_does_not_know_how_many_says_no_number_of_the_other_language(facts):
    assert facts("Ooh, don't know, I'd have to ask Mette.", "en", "employees", "company.employees") == []
    assert facts("To, tror jeg.", "da", "employees", "company.employees") == [2]


def test_a_butcher_with_steel_in_his_hand_makes_food(facts):
    text = "Vi laver pålæg, rullepølse og spegepølse. Der bliver skåret ud med kniv og stål."
    assert facts(text, "da", "sector")[0] == "food"
