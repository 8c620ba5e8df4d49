"""An owner played by a model, turn by turn, each turn held against the persona before the assistant sees it.

Knows personas and one prompt; knows neither the dialogue's state nor how figures are counted. What the owner does wrong is not the
product's doing: such a turn is asked for again, and a dialogue whose owner does not keep to the part is not scored.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.chat import ChatModel, Message, Prompt, as_data, without_thought
from assistant.errors import ModelError
from assistant.library.language import detect
from evals.personas import LONGEST, MANNERS, MOODS, SHY, Owner, words

VARIABLES = ("who", "mood", "language", "facts", "withheld", "reply", "matter", "manner", "wrong")
TRIES = 3
"""Times that one turn is asked for at the most."""
_LANGUAGES = {"en": "English", "da": "Danish"}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[^\W\d_,;:–-] )[A-ZÆØÅ][\w'-]+")
"""A word with a capital that begins no sentence."""
_CALENDAR = frozenset(
    {"i", "i'm", "i'd", "i'll", "i've", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january",
     "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "english",
     "danish", "danes", "denmark", "dansk", "danmark", "it", "ok", "okay", "god", "christmas"}
)  # fmt: skip
_ALIEN = re.compile(
    r"\b(?:as an? (?:ai|assistant|language model)|language model|sprogmodel|som (?:en )?(?:ai|assistent))\b"
    r"|^\s*(?:assistant|owner|user|ejer|assistent)\s*:", re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_MATTER = re.compile(r"What you know about what it asks:\n(.*?)\n\nThis time:", re.DOTALL)


class SpoiledError(Exception):
    """The owner did not keep to the part; the message says how."""


@dataclass(frozen=True)
class Acted:
    """One turn of a played owner."""

    key: str
    """What was asked."""
    matter: str
    """What the owner knows about that."""
    said: str
    first: tuple[str, ...]
    """What was wrong with the first try."""
    left: tuple[str, ...]
    """What is still wrong with what was said."""
    tries: int
    told: bool | None
    """Whether what was asked was told; None when nothing was to be told."""

    def as_json(self) -> dict[str, Any]:
        """For a transcript."""
        return {
            "asked": self.key,
            "matter": self.matter,
            "tries": self.tries,
            "wrong at first": list(self.first),
            "told what was asked": self.told,
        }


@dataclass
class Actor:
    """Plays one owner through one dialogue.

    Args:
        owner: Who.
        seed: Draws how each turn is worded; the same seed, the same draws.
        model: What speaks.
        prompt: `play_owner`, with VARIABLES.
        nearest: (said, texts) -> places of the texts, the nearest first.
    """

    owner: Owner
    seed: int
    model: ChatModel
    prompt: Prompt
    nearest: Callable[[str, Sequence[str]], Sequence[int]]
    turns: list[Acted] = field(default_factory=list)

    def speaks(self, key: str, reply: str) -> str:
        """What the owner says when `reply` asks for `key`.

        Raises:
            SpoiledError: no try kept to the part, or the model gives nothing.
        """
        matter, known = self._matter(key)
        first: tuple[str, ...] = ()
        said = ""
        faults: tuple[str, ...] = ()
        for attempt in range(1, TRIES + 1):
            try:
                said = cleaned(self.model.complete(self._told(reply, matter, faults if attempt > 1 else ())))
            except ModelError as error:
                raise SpoiledError(f"the model that plays the owner gave nothing: {error}") from error
            faults = tuple(self.faults(key, said, reply))
            first = faults if attempt == 1 else first
            if not faults:
                break
        self.turns.append(Acted(key, matter, said, first, faults, attempt, self._told_it(key, said) if known else None))
        if faults:
            raise SpoiledError(f"asked for {key}, the owner {faults[0]}: {said[:200]!r}")
        return said

    def faults(self, key: str, said: str, reply: str) -> list[str]:
        """Where `said` leaves the persona; empty when it does not. Only what can be told for sure: see `evals/judging.py`."""
        persona, script = self.owner.persona, self.owner.script
        if not said:
            return ["says nothing"]
        plain = said.casefold()
        found = [
            f"tells what is withheld ({word})"
            for one in persona.withhold
            for word in one.never
            if word.casefold() in plain
        ]
        known = " ".join([*self.owner.facts(), persona.who, reply, script.otherwise])
        numbers = set(_NUMBER.findall(known))
        found += [f"invents the number {one}" for one in _NUMBER.findall(said) if one not in numbers]
        names = set(re.findall(r"[\w'-]+", known.casefold()))
        found += [
            f"invents the name {one}" for one in _NAME.findall(said)
            if one.casefold() not in names | _CALENDAR and one.casefold().removesuffix("'s").removesuffix("s") not in names
        ]  # fmt: skip
        if _ALIEN.search(said):
            found.append("falls out of the part")
        if detect(said) not in (None, script.language):
            found.append(f"does not speak {_LANGUAGES[script.language]}")
        if key != "story" and len(said.split()) > LONGEST[persona.mood]:
            found.append(f"says more than {LONGEST[persona.mood]} words")
        return found

    def _matter(self, key: str) -> tuple[str, bool]:
        """What the owner knows about `key`, and whether that is anything."""
        script = self.owner.script
        if key in self.owner.withheld:
            return SHY[script.language], False
        told = self.owner.told(key)
        before = sum(turn.key == key for turn in self.turns)
        return (" ".join(told[min(before, len(told) - 1)].split()), True) if told else (script.otherwise, False)

    def _told(self, reply: str, matter: str, faults: Sequence[str]) -> list[Message]:
        owner = self.owner
        draw = random.Random(f"{owner.persona.id}/{self.seed}/{len(self.turns)}")  # noqa: S311 - draws a wording, guards nothing
        wrong = f"Your last try was no good: it {'; it '.join(faults)}. Answer again." if faults else ""
        return self.prompt.messages(
            who=owner.persona.who, mood=MOODS[owner.persona.mood], language=_LANGUAGES[owner.script.language],
            facts=words(owner.facts()), withheld=words([one.what for one in owner.persona.withhold]) or "- nothing",
            reply=as_data(reply), matter=matter, manner=draw.choice(MANNERS), wrong=wrong,
        )  # fmt: skip

    def _told_it(self, key: str, said: str) -> bool:
        """Whether what is known about `key` is among the two facts that `said` is nearest to."""
        keys = [one for one in ("story", *self.owner.script.answers) if self.owner.told(one)]
        order = self.nearest(said, [" ".join(self.owner.told(one)) for one in keys])
        return key in [keys[place] for place in order[:2]]


def cleaned(said: str) -> str:
    """What a model said, without what it thought aloud and without quotes around it."""
    text = " ".join(without_thought(said).split())
    return text[1:-1].strip() if len(text) > 1 and text[0] in '"“”' and text[-1] in '"“”' else text


def recited(messages: Sequence[Message]) -> str:
    """What an owner says who has no model: the facts as they are written."""
    found = _MATTER.search(messages[-1].text)
    return found[1].strip() if found else ""
