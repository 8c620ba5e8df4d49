"""Weighty words: small words on which the truth of a sentence hangs - not, only, may, must, before, if, from. Knows words, no sentences.

Each belongs to a sense that both languages share; a sentence that gains, loses or moves one says something else than its source.
"""

from __future__ import annotations

import re

from assistant.domain.maturity import Language

_SENSES: dict[str, tuple[str, str]] = {
    "not": ("not no never none nothing nobody neither nor cannot without hardly nowhere n't",
            "ikke ingen intet aldrig hverken uden næppe ingenting ej"),
    "only": ("only merely solely just", "kun blot alene udelukkende"),
    "all": ("all every each everybody everyone everything always whole entire",
            "alle alt hver hvert enhver ethvert samtlige altid hele hel helt"),
    "most": ("most mostly majority usually normally generally", "flest fleste oftest normalt"),
    "least": ("least minimum", "mindst minimum"),
    "at most": ("maximum", "højst højest maksimalt"),
    "between": ("between among", "mellem blandt"),
    "some": ("some several few partly sometimes certain", "nogle nogen noget enkelte få delvis delvist sommetider"),
    "often": ("often frequently many", "ofte tit mange"),
    "rarely": ("rarely seldom little", "sjældent lidt"),
    "may": ("may might can could perhaps maybe possibly probably likely", "kan kunne måske muligvis sandsynligvis nok"),
    "must": ("must need needs needed shall required", "skal skulle må nødt"),
    "should": ("should ought", "bør burde"),
    "will": ("will would", "vil ville"),
    "more": ("more higher above over exceeds", "mere flere højere over større"),
    "less": ("less fewer lower below under", "mindre færre lavere under"),
    "before": ("before until till", "før inden indtil"),
    "after": ("after since", "efter siden"),
    "during": ("during while", "mens imens"),
    "if": ("if unless when whenever provided", "hvis når medmindre såfremt dersom"),
    "because": ("because therefore thus hence so", "fordi derfor altså dermed så"),
    "but": ("but however although though except despite", "men dog selvom undtagen trods"),
    "or": ("or either", "eller enten"),
    "from": ("from", "fra"),
    "against": ("against", "mod imod"),
    "too": ("too very", "meget"),
    "off": ("off down out", "ned ud"),
    "on": ("up", "op"),
    "about": ("about around roughly approximately almost nearly circa", "cirka ca omkring omtrent næsten knap godt"),
    "still": ("still yet already", "stadig endnu allerede"),
    "was": ("was were had did", "var havde blev"),
    "we": ("we our ours us my i me mine", "vi vores os jeg min mit mine vor"),
    "they": ("he she his her him", "han hun hans hendes ham"),
    "same": ("same", "samme"),
    "other": ("other another", "anden andet andre"),
    "why": ("why who what which whose", "hvorfor hvem hvad hvilken hvilket hvilke"),
}  # fmt: skip
_OF: dict[Language, dict[str, str]] = {
    "en": {word: sense for sense, (english, _) in _SENSES.items() for word in english.split()},
    "da": {word: sense for sense, (_, danish) in _SENSES.items() for word in danish.split()},
}
FREE_TO_GO = frozenset(
    {"because", "but", "or", "off", "on", "why", "they", "same", "other", "still", "we", "yes", "no", "ja", "jo", "nej"}
)
"""Senses that a sentence may lose without saying something else; none may be gained."""
_CONTRACTED = re.compile(r"(?<=\w)n['’]t\b")
_UNFREE = re.compile(r"\b(can)(not)\b", re.IGNORECASE)


_SAYING = re.compile(r"\W*(?P<word>yes|no|ja|jo|nej)\s*[,.:;!]", re.IGNORECASE)


def says_yes_or_no(text: str) -> int | None:
    """Where a yes or a no that stands before the sentence proper ends; None where there is none."""
    found = _SAYING.match(text)
    return found.end("word") if found else None


def spelled_out(text: str) -> str:
    """`text` with "can't" and "cannot" as two words each, of about the same length."""
    return _UNFREE.sub(r"\1 \2", _CONTRACTED.sub(" not", text))


def sense(word: str, language: Language) -> str:
    """The sense of `word`, in small letters; empty where it has none."""
    return _OF[language].get(word, "")
