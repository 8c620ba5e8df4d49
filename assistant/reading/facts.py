"""Company facts from one sentence: numbers, names, gazetteers and grammar, in English and Danish. Knows no items or stages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.domain.acts import Fact
from assistant.domain.maturity import Language
from assistant.reading import numbers
from assistant.reading.lexicon import Lexicon
from assistant.reading.segments import Piece, sentences

LARGEST_FIRM = 5000
_ARTICLES = frozenset({"en", "et", "én", "ét", "one", "a", "et par", "a couple", "dozen", "hundred", "hundrede"})
"""Words that are seldom a number of people."""
_NO_NUMBER: dict[Language, frozenset[str]] = {"en": frozenset({"to", "fire"}), "da": frozenset()}
"""Words of a language that are numbers in the other one alone."""
_COMMON_WORDS = frozenset(
    {
        "sage",
        "infor",
        "teams",
        "monitor",
        "billy",
        "dynamics",
        "inventor",
        "lobster",
        "rational",
        "engel",
        "lincoln",
        "outlook",
    }
)
"""Names of software and machines that are ordinary words when written small."""
_WITHOUT = re.compile(
    r"\b(?:don't|do not|doesn't|never|no|not|without|ikke|aldrig|ingen|uden)\W+(?:\w+\W+){0,3}$", re.IGNORECASE
)
_N = rf"(?P<n>{numbers.PATTERN})(?![-–.,]?\d|-\w)"
_ABOUT = (
    r"(?:(?:about|around|roughly|some|nearly|almost|only|just|maybe|perhaps|exactly|now|ca\.?|cirka|omkring|omtrent|knap|godt"
    r"|næsten|kun|nok|vel|måske|præcis|nu|i dag|altså|sådan|en|today|currently|a good|still|stadig|all in all|i alt|together|only the) ){0,3}"
)
_PEOPLE = {
    "en": r"(?:men|people|employees|of us|staff|folks?|hands|heads|souls|workers|persons|pairs of hands|on the payroll|strong)",
    "da": r"(?:mand|mennesker|ansatte|medarbejdere|folk|stykker|personer|hoveder|hænder|på lønningslisten|mand høj|sjæle)",
}
_UNIT = {
    "en": r"(?! ?(?:years|%|per cent|km|kilomet|minutes|hours|days|weeks|months|machines|customers|orders|metres|pieces))",
    "da": r"(?! ?(?:år|%|procent|km|kilometer|minutter|timer|dage|uger|måneder|maskiner|kunder|ordrer|meter))",
}
_PART = {
    "en": r"(?! (?:in|on|at) (?:the|sales|nights|days|shift|a course|courses)| who\b| for | out\b| off\b| ill\b| sick\b| to | days?\b)",
    "da": r"(?! (?:i|på|ude|til) (?:kontoret|lageret|natholdet|værkstedet|salg|montage|svejs\w*|kursus)| der\b| som\b| om\b)",
}
_STRONG = {  # the whole firm, whatever was asked
    "en": (
        rf"\b(?:we are|we're|that makes us|makes us|we count|we employ|we now employ) {_ABOUT}{_N}\b{_UNIT['en']}{_PART['en']}",
        rf"\b{_ABOUT}{_N} (?:employees|on the payroll)\b{_PART['en']}",
        rf"\b(?:there are|there're|there's) {_ABOUT}{_N} of us\b{_PART['en']}",
        rf"\b(?:we are|we're) an? (?:\w+ ){{0,3}}(?:team|crew|firm|company|shop|family|business) of {_ABOUT}{_N}\b",
        rf"\b(?:number of employees|headcount)(?: is| are| should be|:)? {_ABOUT}{_N}\b",
    ),
    "da": (
        rf"\b(?:vi er|er vi|vi tæller|vi beskæftiger|vi bliver) {_ABOUT}{_N}\b{_UNIT['da']}{_PART['da']}",
        rf"\b{_ABOUT}{_N} (?:ansatte|medarbejdere|på lønningslisten)\b{_PART['da']}",
        rf"\b(?:vi er|er vi) et? (?:\w+ ){{0,3}}(?:hold|team|\w*virksomhed|\w*firma|smedje|værksted) på {_ABOUT}{_N}\b",
        rf"\b(?:antal (?:ansatte|medarbejdere)|ansatte|medarbejdere)(?: er| skal være|:)? {_ABOUT}{_N}\b",
    ),
}
_WEAK = {  # men and people, which may be a part of the firm: taken only where the firm as such is told about
    "en": (
        rf"\b(?:there are|there're) {_ABOUT}{_N}(?= (?:in all|all told|altogether)|\s*[.,;!]|\s*$)",
        rf"\b(?:a team of|team of|a staff of|staff of|crew of|employ|employing) {_ABOUT}{_N}\b{_UNIT['en']}{_PART['en']}",
        rf"\b{_ABOUT}{_N} (?:people (?:in all|all told|altogether|here|work)|men (?:in all|all told|altogether|here)|in all|all told|strong|staff|pairs of hands)\b",
        rf"\b(?:with|of|have|we've got|got) {_ABOUT}{_N} {_PEOPLE['en']}\b{_PART['en']}",
        rf"\b{_ABOUT}{_N} {_PEOPLE['en']}\b{_PART['en']}",
    ),
    "da": (
        rf"\b(?:beskæftiger|der er|med|har|i alt) {_ABOUT}{_N} {_PEOPLE['da']}\b{_PART['da']}",
        rf"\b{_ABOUT}{_N} {_PEOPLE['da']}\b{_PART['da']}",
    ),
}
_REPLACED = re.compile(rf"\b(?:not|ikke)\s+(?:\w+\s+)?{numbers.PATTERN}(?!\w)", re.IGNORECASE)
"""A number that is said to be wrong: "we are 21 now, not 19"."""
_SAID = re.compile(r"\b(?:said|told|wrote|put|sagde|skrev|fortalte)\W+(?:\w+\W+){0,3}$", re.IGNORECASE)
"""Stands before a number that was said earlier: "I said ten of us"."""
_COUNTED = re.compile(r"\s+(?:employees|staff|people|of us|ansatte|medarbejdere|mennesker)\b", re.IGNORECASE)
"""Follows a number that is surely one of people."""
_NEAR = 4
"""Words at the most between a number that is mended and what it is to be."""
_NOT = re.compile(r"\b(?:not|ikke)\s+(?:\w+\s+)?$", re.IGNORECASE)
_PRODUCTS = {
    "en": r"\b(?:we|I) (?:mostly |mainly |only |also |just )?(?:make|build|produce|manufacture|weld|bend|turn|mould|mold|sew|cast|bake|brew|print|machine|assemble|saw|press|cut)s? (?!it\b|them\b|that\b|things\b|to\b|up\b|and\b|a living|money|sure|do\b|up\b|our own|the (?:drawings?|offers?|quotes?|plans?)|one\b|everything)(?P<value>[a-zæøåé][^.,;:!?()]{2,60}?)(?= (?:for|to|with|in|out of|from|at|on|near|outside|here|and we|because|mostly|mainly|since)\b|[.,;:!?()]|$)",
    "da": r"\b(?:vi|jeg) (?:mest |primært |kun |også |hovedsageligt )?(?:laver|bygger|producerer|fremstiller|svejser|bukker|drejer|støber|syr|bager|brygger|trykker|fræser|samler|saver|presser) (?:(?:jo|nok|bare|mest|egentlig|sådan set|for det meste) )*(?!det\b|dem\b|den\b|en levevej|penge|tegning\w*|tilbud|planer|alt\b|ikke\b|selv\b|om\b|mest\b)(?P<value>[a-zæøåé][^.,;:!?()]{2,60}?)(?= (?:til|for|med|i|af|fra|på|ved|nær|uden for|her|og vi|fordi|mest|siden)\b|[.,;:!?()]|$)",
}
_CUSTOMERS = {
    "en": r"\b(?:customers are|sell (?:\w+ )?to|deliver (?:\w+ )?to|supply|work for|mostly for|mainly for) (?:mostly |mainly )?(?P<value>[a-zæøåé][^.,;:!?()]{2,60}?)(?= (?:in|with|and we|who|that|from|on)\b|[.,;:!?()]|$)",
    "da": r"\b(?:kunder(?:ne)? er|sælger (?:\w+ )?til|leverer (?:\w+ )?til|arbejder for|mest (?:for|til)|primært (?:for|til)) (?:mest |primært )?(?P<value>[a-zæøåé][^.,;:!?()]{2,60}?)(?= (?:i|med|og vi|som|der|fra|på)\b|[.,;:!?()]|$)",
}
_NAMED_SYSTEM = {
    "en": r"\b(?:a|an|the|our) (?:program|programme|system|ERP|software|app|package)(?: system)? (?:called|named|by the name of) (?P<value>[\"“'‘]?[A-ZÆØÅ][\w.+-]*(?: [A-ZÆØÅ0-9][\w.+-]*)?)",
    "da": r"\b(?:et|en|vores) (?:program|system|ERP|økonomisystem|app|programpakke)(?:-?system)?,? (?:der |som )?(?:hedder|kaldet|ved navn|kaldes) (?P<value>[\"“'‘»]?[A-ZÆØÅ][\w.+-]*(?: [A-ZÆØÅ0-9][\w.+-]*)?)",
}
_PLACE_BEFORE = {
    "en": r"(?:\b(?:in|near|outside|from|at|out(?:side)? of|south of|north of|west of|east of|based in|here in|municipality of|of|close to|by)\s+)$",
    "da": r"(?:\b(?:i|ved|uden for|udenfor|fra|nær|syd for|nord for|vest for|øst for|her i|på|lige ved|tæt på|omkring)\s+)$",
}
_HOME = re.compile(  # in passing, only what says where the company itself is
    r"\b(?:we(?:'re| are| sit| lie| live| belong)|(?:we|our \w+|the (?:firm|company|works|shop|factory)) (?:is|are|lies?|sits?)"
    r"|vi (?:er|ligger|sidder|bor|holder til|hører)|(?:firmaet|virksomheden|værkstedet|fabrikken|smedjen) ligger|her i)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_COUNCIL = re.compile(r"'?s?[ -](?:kommune|municipality|council)\b", re.IGNORECASE)
_MAKES = re.compile(
    r"\b(?:(?:we|vi) (?:\w+ )?(?:make|produce|build|run|manufacture|laver|producerer|bygger|kører|fremstiller))\b",
    re.IGNORECASE,
)
_NOT_HOME = re.compile(
    r"\b(?:customers?|clients?|suppliers?|deliver\w*|sold|sells?|haulier|ordered|order from|fair|kunder?|kunden|leverandør\w*|leverer|solgt|sælger|bestilt\w*|messe\w*|vognmand|born|bought|købt\w*|født|a firm|et firma)\b[^.]{0,40}$",
    re.IGNORECASE,
)


_FORMER = re.compile(
    r"\b(?:in|at|on|i|på|ved)\s+(?:an?|the|our|en|et|den|det|vores)\s+"
    r"(?:old|former|disused|gamle|gammelt?|tidligere|nedlagte?)\s+$",
    re.IGNORECASE,
)
"""Stands before a house that is named by the trade that it once had."""
_HOUSE = re.compile(
    r"(?:dairy|brewery|bakery|butcher\w*|foundry|shipyard|machine shop|mejeri\w*|slagteri\w*|bryggeri\w*|bageri\w*|røgeri\w*"
    r"|smedj?e\w*|værft\w*|støberi\w*|maskinfabrik\w*)$",
    re.IGNORECASE,
)
"""Trades that have houses of their own."""
_SITE = re.compile(r"(?:eri|værft|smedje|fabriks?)(?:s?grund|s?bygning|s?lokale)\w*$", re.IGNORECASE)
"""The ground and the buildings of such a trade."""
_REST_OF_WORD = re.compile(r"\w*")


class FactReader:
    """Finds company facts in sentences of one language."""

    def __init__(self, lexicon: Lexicon, language: Language) -> None:
        self._lexicon, self._no_number = lexicon, _NO_NUMBER[language]
        self._strong = [re.compile(pattern, re.IGNORECASE) for pattern in _STRONG[language]]
        self._weak = [re.compile(pattern, re.IGNORECASE) for pattern in _WEAK[language]]
        self._products = re.compile(_PRODUCTS[language], re.IGNORECASE)
        self._customers = re.compile(_CUSTOMERS[language], re.IGNORECASE)
        self._named_system = re.compile(_NAMED_SYSTEM[language])
        self._place_before = re.compile(_PLACE_BEFORE[language], re.IGNORECASE)

    def read(
        self,
        sentence: Piece,
        *,
        correction: bool,
        asked: str | None,
        telling: bool,
        story: bool = False,
        said: Sequence[int] = (),
    ) -> Iterator[Fact]:
        """The facts in `sentence`.

        Args:
            sentence: One sentence or clause.
            correction: The person said that something recorded is wrong.
            asked: The fact that was asked about ("employees"), if one was.
            telling: The person tells about the company as such; sector and order type are read only then.
            story: The opening story is told; products and customers are read only then.
            said: Numbers of employees that were said before; asked about them, people mostly say which of these is right.
        """
        as_such = story or (telling and correction)  # of what hurts one tells with the two men who stood and waited
        if (employees := self._read_employees(sentence, asked, as_such, said)) is not None:
            match, value = employees
            replaced = correction or bool(_REPLACED.search(sentence.text))
            yield _fact("employees", value, sentence, match.span(), replaced)
        yield from self._read_municipality(sentence, correction, telling, story)
        for field, pattern in (("systems", self._lexicon.systems), ("machines", self._lexicon.machines)):
            for match in pattern.finditer(sentence.text):
                if match.group() in _COMMON_WORDS or _WITHOUT.search(sentence.text[: match.start()]):
                    continue
                yield _fact(field, match.group(), sentence, match.span(), correction)
        for match in self._named_system.finditer(sentence.text):
            name = match["value"].strip("\"“'‘».")
            yield _fact("systems", name, sentence, match.span("value"), correction)
        if order := self._read_order_type(sentence, telling or asked == "order_type"):
            yield _fact("order_type", order[1], sentence, order[0].span(), correction)
        if telling:
            named = [
                (found.span(), sector)
                for sector, pattern in self._lexicon.sector.items()
                if (found := next((m for m in pattern.finditer(sentence.text) if not _was_there(m)), None))
            ]
            if named:
                first, sector = min(named)
                yield _fact("sector", sector, sentence, first, correction)
            for field, pattern in (("products", self._products), ("customers", self._customers)) if story else ():
                told = pattern.search(sentence.text)
                if (
                    told
                    and len(told["value"].split()) <= 9
                    and not self._read_order_type(Piece(told["value"], 0), True)
                ):
                    yield _fact(field, told["value"].strip(), sentence, told.span("value"), correction)

    def _read_employees(
        self, sentence: Piece, asked: str | None, as_such: bool, said: Sequence[int]
    ) -> tuple[re.Match[str], int] | None:
        patterns = self._strong + (self._weak if as_such or asked == "employees" else [])
        if asked == "employees":
            bare = re.compile(rf"(?<!\w){_N}(?!\w)", re.IGNORECASE)
            first = next(
                (
                    m
                    for m in bare.finditer(sentence.text)
                    if _value(m) in said and m["n"].casefold() not in self._no_number and not _negated(m)
                ),
                None,
            )
            if first is not None and (number := _value(first)) is not None:
                return first, number
            patterns = [*patterns, bare]
        for pattern in patterns:
            for match in pattern.finditer(sentence.text):
                said_as = match["n"].casefold()
                if said_as in self._no_number or (said_as in _ARTICLES and asked != "employees"):
                    continue
                number = _value(match)
                if number is not None and 1 <= number <= LARGEST_FIRM and not _negated(match):
                    return match, number
        return None

    def _read_municipality(self, sentence: Piece, correction: bool, telling: bool, story: bool) -> Iterator[Fact]:
        for match in self._lexicon.place.finditer(sentence.text):
            before, capital = sentence.text[: match.start()], match.group()[:1].isupper()
            opens = story and not before.strip() and sentence.text[match.end() : match.end() + 1] in (",", "")
            named = (
                opens
                or self._place_before.search(before)
                or (
                    (telling or correction) and _COUNCIL.match(sentence.text[match.end() :]) and not _NOT.search(before)
                )
            )
            at_home = named and (telling or correction or _HOME.search(before)) and not _NOT_HOME.search(before)
            if capital and at_home:
                place = self._lexicon.places[match.group().casefold()]
                yield _fact("municipality", place, sentence, match.span(), correction)
                return

    def _read_order_type(self, sentence: Piece, telling: bool) -> tuple[re.Match[str], str] | None:
        found = {
            name: match
            for name, pattern in self._lexicon.order_type.items()
            if (match := pattern.search(sentence.text))
        }
        if not found or not (telling or _MAKES.search(sentence.text)):
            return None
        if len(found) > 1:
            first = min(found.values(), key=lambda match: match.start())
            return found.get("mixed", first), "mixed"
        name, match = next(iter(found.items()))
        return match, name


def _was_there(match: re.Match[str]) -> bool:
    """Whether a trade is named only for the house that it once had: "in an old dairy", "på en gammel slagterigrund"."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    named = match.group() + "".join(_REST_OF_WORD.findall(after)[:1])
    return bool(_SITE.search(named) or (_FORMER.search(before) and _HOUSE.search(named)))


def mended(text: str, language: Language, said: Sequence[int], *, surely: bool) -> Fact | None:
    """The number of employees in `text` that is to replace those `said` before; see `_put_right`."""
    numbered = [
        (match, value)
        for match in re.finditer(rf"(?<!\w){_N}(?!\w)", text, re.IGNORECASE)
        if match["n"].casefold() not in _ARTICLES | _NO_NUMBER[language]
        and (value := _value(match)) is not None
        and 1 <= value <= LARGEST_FIRM
    ]
    return _put_right("employees", text, _narrowed(text, numbered, said), said, surely)


def _narrowed(
    text: str, numbered: Sequence[tuple[re.Match[str], int]], said: Sequence[int]
) -> Sequence[tuple[re.Match[str], int]]:
    """Of several new numbers the one of people, or the one right beside what is mended."""
    if len({value for _, value in numbered if value not in said}) < 2:
        return numbered
    old = [(match, value) for match, value in numbered if value in said]
    people = [(match, value) for match, value in numbered if value not in said and _COUNTED.match(text, match.end())]
    beside = []
    for before, after in pairwise(numbered):
        near = len(text[before[0].end() : after[0].start()].split()) <= _NEAR
        if near and before[1] not in said and after[1] in said and _negated(after[0]):
            beside = [before]  # "36, not 34. Two apprentices ..."
        elif near and not beside and before[1] in said and _negated(before[0]) and after[1] not in said:
            beside = [after]  # "not 31. 33. The two apprentices ..."
    return [*old, *(people or beside)] if people or beside else numbered


def moved(text: str, lexicon: Lexicon, said: Sequence[str]) -> Fact | None:
    """The municipality in `text` that is to replace one `said` before; see `_put_right`."""
    capital = [match for match in lexicon.place.finditer(text) if match.group()[:1].isupper()]
    named = [(match, lexicon.places[match.group().casefold()]) for match in capital]
    return _put_right("municipality", text, named, said, surely=False)


def _put_right(
    field: str, text: str, named: Sequence[tuple[re.Match[str], int | str]], said: Sequence[int | str], surely: bool
) -> Fact | None:
    """Of all values `named` in `text` the only one that was neither `said` before nor is taken back.

    Its sentence is quoted. It is meant to replace what was said when that is taken back ("I said ten", "not Herning"), or, `surely`, stands beside it.
    """
    before = [text[: match.start()] for match, _ in named]
    denied = [bool(_NOT.search(words)) for words in before]
    gone = any(
        value in said and (surely or no or _SAID.search(words))
        for (_, value), no, words in zip(named, denied, before, strict=True)
    )
    other = [(match, value) for (match, value), no in zip(named, denied, strict=True) if value not in said and not no]
    if not gone or len({value for _, value in other}) != 1:
        return None
    match, value = other[0]
    said_in = next((one for one in sentences(text) if one.start <= match.start() < one.end), Piece(text, 0))
    return _fact(field, value, said_in, (0, len(said_in.text)), True)


def _value(match: re.Match[str]) -> int | None:
    number = numbers.parse(match["n"])
    return None if number is None else number.value


def _negated(match: re.Match[str]) -> bool:
    return bool(_NOT.search(match.string[: match.start("n")]) or _NOT.search(match.string[: match.start()]))


def _fact(field: str, value: int | str, sentence: Piece, span: tuple[int, int], correction: bool) -> Fact:
    return Fact(
        field=field, value=value, quote=sentence.text[span[0] : span[1]], start=sentence.start + span[0],
        end=sentence.start + span[1], correction=correction,
    )  # fmt: skip
