"""Personas: an owner who is played by a language model. Knows their files, and the script whose firm, facts and gold each one has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant import play as playing
from assistant.content import read_yaml, validated
from assistant.domain.maturity import Content
from assistant.errors import ContentError
from assistant.play import Script

FOLDER = Path(__file__).parent / "personas"
SCRIPTS = Path(__file__).parent / "scripts"
Mood = Literal["terse", "talkative", "suspicious", "boastful", "confused"]
MOODS: dict[Mood, str] = {
    "terse": "You are short of words: half sentences, never more than two, no pleasantries.",
    "talkative": "You like to talk: you come to the matter by way of a small remark, and go on a little after it.",
    "suspicious": "You do not trust the assistant: you wonder aloud what it wants with this, and then answer all the same.",
    "boastful": "You are proud and let it be heard, in big words about yourself; what you tell of the firm stays as it is.",
    "confused": "You are not sure what is meant: you begin with the wrong end, stop, and then find your answer.",
}
LONGEST: dict[Mood, int] = {"terse": 45, "talkative": 170, "suspicious": 120, "boastful": 120, "confused": 120}
"""Words of one turn, but for the story, that still fit the mood."""
MANNERS = (
    "begin with the matter itself", "begin with a remark about the day", "begin as if you were just interrupted",
    "speak of it as something you have told before", "put the most important word first", "sigh first, then answer",
    "answer as to a neighbour over the fence", "say it in fewer words than you would like to",
)  # fmt: skip
"""What a seed draws from, turn by turn, so that no two runs are worded alike."""
SHY = {"en": "I'd rather not go into that.", "da": "Det vil jeg helst ikke ind på."}
"""What an owner says who is asked for what is withheld."""


class Withheld(Content):
    """Something that the owner knows and does not tell."""

    what: str
    """In a sentence, for the model that plays."""
    never: list[str]
    """Words that would tell it, in any case of letters."""
    about: str = ""
    """The item or fact that it is the answer to, if any; that one must stay open in the profile."""


class Persona(Content):
    """One owner; the firm is a script's."""

    id: str
    """The file's name without its ending."""
    script: str
    """File below evals/scripts, without its ending: whose story, answers and gold these are."""
    mood: Mood
    who: str
    """Who speaks, in a sentence that begins with the name."""
    withhold: list[Withheld]
    course: Literal["short", "full"] = "short"
    """Short costs half of what the full one does."""


@dataclass(frozen=True)
class Owner:
    """A persona with its firm."""

    persona: Persona
    script: Script
    """Without interjections; in its gold an item that is withheld is null, and a fact that is withheld is left out."""

    @property
    def withheld(self) -> frozenset[str]:
        """Items and facts that are withheld."""
        return frozenset(one.about for one in self.persona.withhold if one.about)

    def told(self, key: str) -> list[str]:
        """What may be told about `key`, in order; empty when nothing is known or it is withheld."""
        if key in self.withheld:
            return []
        return [self.script.story] if key == "story" else self.script.answers.get(key, [])

    def facts(self) -> list[str]:
        """All that may be told, a line each."""
        return [
            " ".join(self.script.story.split()),
            *(" ".join(self.told(key)) for key in self.script.answers if self.told(key)),
        ]


def load(folder: Path = FOLDER, scripts: Path = SCRIPTS) -> list[Owner]:
    """All personas, by file name.

    Raises:
        ContentError: one is malformed, its script is missing, or there are none.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ContentError(f"{folder}: holds no personas; put *.yaml there.")
    return [_owner(path, scripts) for path in paths]


def digest(owners: Sequence[Owner]) -> str:
    """First twelve hexadecimal digits of the SHA-256 of all that is known of `owners`, their firms included."""
    told = [[one.persona.model_dump(mode="json"), one.script.model_dump(mode="json")] for one in owners]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def _owner(path: Path, scripts: Path) -> Owner:
    persona = validated(Persona, read_yaml(path), path)
    if persona.id != path.stem:
        raise ContentError(f"{path}: id is {persona.id!r}; it must be the file's name, {path.stem!r}.")
    script = playing.load(scripts / f"{persona.script}.yaml")
    if any(one.kind == "change_language" for one in script.interjections):
        raise ContentError(f"{path}: script: {persona.script} goes over to another language; choose one that does not.")
    for one in persona.withhold:
        if not [word for word in one.never if word.strip()]:
            raise ContentError(
                f"{path}: withhold: {one.what!r} has no words under `never`; name those that would tell it."
            )
        if one.about in playing.PHASES:
            raise ContentError(
                f"{path}: withhold: about: {one.about!r} is no item and no fact; leave it out, and only `never` counts."
            )
        if one.about and one.about not in script.answers:
            raise ContentError(
                f"{path}: withhold: about: {one.about!r} is not answered by {persona.script}; correct it."
            )
    owner = Owner(persona, _quiet(script, persona))
    known = " ".join(owner.facts()).casefold()
    for told in (word for one in persona.withhold for word in one.never if word.casefold() in known):
        raise ContentError(
            f"{path}: withhold: {told!r} stands in what may be told; choose other words or another script."
        )
    return owner


def _quiet(script: Script, persona: Persona) -> Script:
    """`script` without what is thrown in, and with a gold that fits what is told."""
    withheld = {one.about for one in persona.withhold if one.about}
    unsettled = {
        path.removeprefix("company.") for one in script.interjections for path in one.expect.get("profile", {})
    }
    unsettled |= {one.at for one in script.interjections if one.kind == "skip"}
    unsettled |= {
        str(one.expect["conflict"]).removeprefix("company.") for one in script.interjections if "conflict" in one.expect
    }
    end = script.end
    items = {item: None if item in withheld else stage for item, stage in end.items.items() if item not in unsettled}
    company = {
        fact: value
        for fact, value in end.company.items()
        if fact not in unsettled and f"company.{fact}" not in withheld
    }
    gold = end.model_copy(update={
        "items": items, "company": company, "evidence": {}, "barriers": None, "technologies": {},
    })  # fmt: skip
    return script.model_copy(update={"interjections": [], "course": persona.course, "end": gold, "id": persona.id})


def words(texts: Sequence[str]) -> str:
    """`texts` as lines of a list, for a prompt."""
    return "\n".join(f"- {' '.join(text.split())}" for text in texts)
