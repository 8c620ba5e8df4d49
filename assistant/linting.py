"""Looks through scripts of dialogues before they are played: each fault with its line and what to do. Knows the script format, plays nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from assistant.content import read_yaml
from assistant.domain.acts import FACTS, Order
from assistant.domain.maturity import Content, MaturityModel
from assistant.errors import ContentError
from assistant.play import PHASES, End, Interjection, Script, TechnologyGold, overlaps

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "question": ("answered", "topic"), "correction": ("profile",), "skip": ("status",), "change_language": ("language",),
    "stop_and_resume": ("resumed",), "offtopic": ("profile_unchanged",), "contradiction": ("conflict",),
    "prompt_injection": ("profile_unchanged",), "undo": (),
}  # fmt: skip
"""What may be expected of each kind of interjection."""
TOPICS = ("iot", "additive_manufacturing", "blockchain", "process", "privacy", "unanswerable")
_MISSING = {
    "story": "what answers the opening question", "otherwise": "what is said when nothing is keyed",
    "id": "the file's name without its ending", "language": "en or da",
}  # fmt: skip
_ORDERS: tuple[str, ...] = get_args(Order)
Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a script."""

    line: int
    """From 1."""
    where: str
    """Key, such as `end.items.technology.capture`."""
    what: str
    """What is wrong and what to do."""

    def as_json(self) -> dict[str, Any]:
        """`{line, where, what}`."""
        return {"line": self.line, "where": self.where, "what": self.what}


def lint(path: Path, model: MaturityModel) -> list[Fault]:
    """The faults of the script in `path`, by line; empty when it can be played and means what it says.

    Raises:
        ContentError: the file cannot be read.
    """
    try:
        data = read_yaml(path)
    except ContentError as error:
        if isinstance(error.__cause__, yaml.YAMLError):
            mark = getattr(error.__cause__, "problem_mark", None)
            cause = getattr(error.__cause__, "problem", None) or "its signs cannot be read"
            return [Fault(mark.line + 1 if mark else 1, "", f"is not valid YAML: {cause}; mend that line.")]
        raise
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    found = list(_twice(node, ()))
    try:
        script = Script.model_validate(data)
    except ValidationError as error:
        told: dict[Place, str] = {}
        for one in error.errors():
            place = _inside(node, one["loc"]) + (one["loc"][-1:] if one["type"] == "missing" else ())
            told.setdefault(
                place, _refused(one["type"], one["msg"], place)
            )  # a value that may be of several kinds: once
        found += told.items()
        return sorted({Fault(_line(node, place), ".".join(map(str, place)), what) for place, what in found})
    found += _faults(script, path.stem, model)
    return sorted({Fault(_line(node, place), ".".join(map(str, place)), what) for place, what in found})


def _refused(kind: str, said: str, place: Place) -> str:
    """What the shape of a script does not allow, in plain words."""
    name = str(place[-1]) if place else ""
    if kind == "extra_forbidden":
        kinds: dict[str, type[Content]] = {"end": End, "interjections": Interjection, "technologies": TechnologyGold}
        above = next((kinds[str(step)] for step in reversed(place[:-1]) if step in kinds), Script)
        return f"there is no such key; {_meant(name, set(above.model_fields))}"
    if kind == "missing":
        return f"is missing; write {_MISSING.get(name, 'it')}."
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "must hold keys and values; look at another script."
    if kind == "list_type":
        return "must be a list: a line that begins with `- ` for each."
    if kind == "string_type":
        return "must be text; put it in quotes."
    plain = said.removeprefix("Value error, ").removeprefix("Input ")
    return f"{plain[:1].lower()}{plain[1:]}; mend it."


def _faults(script: Script, stem: str, model: MaturityModel) -> Iterator[tuple[Place, str]]:
    asked = {*model.items, *(PHASES - {"story"}), *(f"company.{fact}" for fact in FACTS)}
    if script.id != stem:
        yield ("id",), f"is {script.id!r}; it must be the file's name, {stem!r}."
    for name, texts in script.answers.items():
        if name not in asked:
            yield ("answers", name), f"nothing is asked under this name; {_meant(name, asked)}"
        if not texts or not all(text.strip() for text in texts):
            yield ("answers", name), "an answer is empty; write one or take the key out."
    yield from _interjected(script, asked, model)
    yield from _end(script, model)


def _interjected(script: Script, asked: set[str], model: MaturityModel) -> Iterator[tuple[Place, str]]:
    for number, one in enumerate(script.interjections):
        place: Place = ("interjections", number)
        if one.at not in asked | {"story"}:
            yield (*place, "at"), f"{one.at!r} is never asked; {_meant(one.at, asked)}"
        if not one.say.strip() and one.kind != "stop_and_resume":
            yield (*place, "say"), "nothing is said; write what is said."
        legal = EXPECTED[one.kind]
        for key, value in one.expect.items():
            if key not in legal:
                yield (*place, "expect", key), f"is not expected of {one.kind}; {_one_of(legal)}"
            elif key == "topic" and value not in TOPICS:
                yield (*place, "expect", key), f"{value!r} is no topic; {_one_of(TOPICS)}"
            elif key == "conflict" and value not in asked:
                yield (*place, "expect", key), f"{value!r} is no item and no fact; {_meant(str(value), asked)}"
            elif key == "profile":
                facts = [name for name in value if name.removeprefix("company.") not in FACTS]
                yield from (((*place, "expect", key, name), f"is no fact; {_one_of(FACTS)}") for name in facts)
        if legal and not one.expect:
            yield place, f"expects nothing; add `expect` with {' or '.join(legal)}."
        if one.at in model.items and script.course == "short" and one.at not in model.short_course:
            yield (*place, "at"), f"{one.at!r} is not asked in the short course; choose one of its items."


def _end(script: Script, model: MaturityModel) -> Iterator[tuple[Place, str]]:
    end = script.end
    known = {
        "company": FACTS, "items": tuple(model.items), "barriers": tuple(one.id for one in model.barriers),
        "technologies": tuple(one.id for one in model.technologies), "evidence": tuple(model.items),
    }  # fmt: skip
    given: Mapping[str, Mapping[str, Any]] = {
        "company": end.company, "items": end.items, "barriers": end.barriers or {}, "technologies": end.technologies,
        "evidence": end.evidence,
    }  # fmt: skip
    for part, names in known.items():
        for name in given[part]:
            if name not in names:
                yield ("end", part, name), f"there is none by this name; {_meant(name, set(names))}"
    if (order := end.company.get("order_type")) is not None and order not in _ORDERS:
        yield ("end", "company", "order_type"), f"{order!r} is none; {_one_of(_ORDERS)}"
    for item, stage in end.items.items():
        if isinstance(stage, tuple) and stage[0] >= stage[1]:
            yield ("end", "items", item), f"{list(stage)} is no range; write the lower stage first."
    said = [script.story, *(text for texts in script.answers.values() for text in texts)]
    said += [one.say for one in script.interjections]
    for item, words in end.evidence.items():
        if end.items.get(item, 0) is None:
            yield ("end", "evidence", item), "the item is not assessed; take one of the two out."
        elif not any(_plain(words) in _plain(text) or overlaps(words, text) for text in said):
            yield ("end", "evidence", item), f"nobody says {words!r} in this script; quote what is said."


def _meant(name: str, known: set[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known)[:6])} …"


def _one_of(names: Sequence[str]) -> str:
    return f"choose one of {', '.join(names)}." if names else "take it out."


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _twice(node: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Keys that stand twice: YAML keeps only the last one, silently."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*place, key.value), "the key stands twice, and only the last one counts; join them."
            seen.add(key.value)
            yield from _twice(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _twice(value, (*place, number))


def _steps(node: Any, place: Place) -> Iterator[tuple[str | int, Any, int]]:
    """(step, node, line) from the top as far as `place` leads in the file; steps that are no keys of it are left out."""
    for step in place:
        if isinstance(node, yaml.MappingNode):
            held = [(key, value) for key, value in node.value if key.value == str(step)]
            if not held:
                continue
            key, node = held[-1]
            yield step, node, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            yield step, node, node.start_mark.line + 1


def _line(node: Any, place: Place) -> int:
    return next((line for *_, line in reversed(list(_steps(node, place)))), 1)


def _inside(node: Any, place: Place) -> Place:
    """`place` as far as it stands in the file: what a checker adds to it (names of types) is left out."""
    return tuple(step for step, *_ in _steps(node, place))


def schema() -> dict[str, Any]:
    """The JSON Schema of scripts, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", **Script.model_json_schema(),
        "title": "A scripted dialogue of Vejviser",
    }  # fmt: skip
