"""Starts a script from a stored conversation, with personal data replaced: what was said, keyed by what was asked.

Its gold is what was recorded, not what is right: read it, and decide each line by the rubric before you keep it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from assistant.build import Engine
from assistant.domain.acts import Evidence, LanguageChange, Question, Signal
from assistant.errors import UserError
from assistant.exports import json as export
from assistant.linting import lint
from assistant.session import Sessions
from assistant.settings import load as load_settings
from assistant.store import Turn
from evals.anonymous import Anonymous

_OTHERWISE = {"en": "I honestly don't know.", "da": "Det ved jeg faktisk ikke."}
_ASIDE = ("undo", "stop", "erase", "progress", "later")
"""Signals of turns that are no answers; a script has other ways for them."""


def script(sessions: Sessions, conversation: str, name: str, hidden: Anonymous) -> dict[str, Any]:
    """The script as plain values, in the order in which it is written.

    Raises:
        UserError: there is no such conversation, or nothing was said in it.
    """
    state = sessions.state(conversation)
    turns = sessions.store.turns(conversation)
    said = [(before, turn) for before, turn in pairwise(turns) if turn.said.strip()]
    if not said:
        raise UserError(f"conversation {conversation!r}: nothing was said in it yet; choose another.")
    story = ""
    answers: dict[str, list[str]] = {}
    interjections: list[dict[str, Any]] = []
    for before, turn in said:
        asked = before.asked.id if before.asked else ""
        if asked == "story" and not story:
            story = hidden.text(turn.said)
        elif thrown := _interjection(turn, asked, hidden):
            interjections.append(thrown)
        elif asked and not any(isinstance(act, Signal) and act.signal in _ASIDE for act in turn.acts):
            answers.setdefault(asked, []).append(hidden.text(turn.said))
    found = sessions.store.conversation(conversation)
    assert found is not None  # its state is there
    made: dict[str, Any] = {"id": name, "language": found.language}
    made |= {"purpose": "started from a stored conversation", "course": found.course, "story": story}
    made |= {"answers": answers, "otherwise": _OTHERWISE[found.language]}
    if interjections:
        made["interjections"] = interjections
    return made | {"end": _end(export.profile(state, sessions.model), hidden)}


def _interjection(turn: Turn, asked: str, hidden: Anonymous) -> dict[str, Any] | None:
    """What was said instead of an answer, with what came of it as what is expected."""
    acts = turn.acts
    if any(isinstance(act, LanguageChange) for act in acts):
        language = next(act.language for act in acts if isinstance(act, LanguageChange))
        return _thrown(asked, hidden.text(turn.said), "change_language", {"language": language})
    questions = [act for act in acts if isinstance(act, Question)]
    if questions and not any(isinstance(act, Evidence) and not isinstance(act, Question) for act in acts):
        return _thrown(asked, hidden.text(turn.said), "question", {"answered": any(q.answered for q in questions)})
    if any(isinstance(act, Signal) and act.signal == "skip" for act in acts) and "." in asked:
        return _thrown(asked, hidden.text(turn.said), "skip", {"status": "declined"})
    return None


def _thrown(asked: str, said: str, kind: str, expect: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": asked, "say": said, "kind": kind, "expect": dict(expect)}


def _end(profile: Mapping[str, Any], hidden: Anonymous) -> dict[str, Any]:
    company = {
        field: [hidden.text(str(one)) for one in value]
        if isinstance(value, list)
        else hidden.text(value)
        if isinstance(value, str)
        else value
        for field, value in profile["company"].items()
    }
    items = {item: found["stage"] for item, found in profile["items"].items() if found["status"] != "not_asked"}
    evidence = {
        item: hidden.text(found["quote"])
        for item, found in profile["items"].items() if found["quote"] and items.get(item) is not None
    }  # fmt: skip
    return {
        "company": company, "items": items,
        "barriers": {name: how for name, how in profile["barriers"].items() if how != "not_mentioned"},
        "technologies": {
            name: {"use": said["use"], "interested": said["interested"]}
            for name, said in profile["technologies"].items() if said["use"] is not None
        },
        "evidence": evidence,
    }  # fmt: skip


def written(made: Mapping[str, Any], replaced: Mapping[str, str]) -> str:
    """The YAML of a script, with what to do before it is kept."""
    head = [
        "# yaml-language-server: $schema=../../docs/schemas/script.schema.json",
        "# Started from a stored conversation. Before you keep it: read every text for what still tells who this is, and",
        "# decide the gold under `end` by the rubric; it is what was recorded, not what is right. Then `vejviser lint` it.",
    ]
    if replaced:
        head.append(
            f"# Replaced: {len(replaced)} names, numbers and addresses, by {', '.join(sorted(set(replaced.values())))}."
        )
    return "\n".join(head) + "\n" + yaml.safe_dump(dict(made), allow_unicode=True, sort_keys=False, width=120)


def main(arguments: Sequence[str]) -> int:
    """Writes the script and says what it still lacks."""
    parser = argparse.ArgumentParser(prog="vejviser eval new", description=__doc__)
    parser.add_argument("conversation", help="its id; see `vejviser conversations list`")
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("evals/scripts/new-script.yaml"), help="file to write (%(default)s)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.out.exists():
        raise UserError(f"{chosen.out}: is there already; name another file with -o.")
    if chosen.out.suffix != ".yaml":
        raise UserError(f"{chosen.out}: must end in .yaml; name another file with -o.")
    engine = Engine(load_settings())
    sessions = engine.sessions()
    company = sessions.state(chosen.conversation).profile.company().get("name")
    hidden = Anonymous(engine.knowledge, [str(company)] if company else [])
    made = script(sessions, chosen.conversation, chosen.out.stem, hidden)
    try:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(written(made, hidden.replaced), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{chosen.out}: cannot be written ({error.strerror}); name another file with -o.") from error
    print(chosen.out)
    for old, new in hidden.replaced.items():
        print(f"replaced: {old} -> {new}", file=sys.stderr)
    for fault in lint(chosen.out, sessions.model):
        print(f"{chosen.out}:{fault.line}: {fault.where}: {fault.what}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
