"""How well dialogues go with owners who are played by a language model, in five moods, several times each.

Measured: the profile at the end, runs that pass and pass^k (all of k runs pass), what was withheld and yet recorded; and, apart
from that, how well the owner kept to the persona. A dialogue whose owner did not is not scored.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ConfigDict

from assistant import play as playing
from assistant.build import Engine
from assistant.chat import ChatModel, Prompt, prompt
from assistant.content import root
from assistant.domain.dialogue import course_items
from assistant.domain.state import opening
from assistant.play import Played
from assistant.store import Store
from evals import kept, report, roles
from evals.acting import VARIABLES, Acted, Actor, SpoiledError, recited
from evals.cases import Case, Part, Said, Task, mean
from evals.metrics import Bar, Figure, document, figure, shown
from evals.personas import FOLDER, Owner, digest, load
from evals.rows import Row
from evals.spending import Dry, Tokens
from evals.transcripts import whole

SEEDS = 3
MOSTLY = 0.8
"""Share of items that must be right for a run to pass; it must also end without an error and record nothing that was withheld."""
ITEMS, PASSED, RECORDED = "items right at the end", "runs that pass", "withheld things recorded"
FAITHFUL, TOLD, SPOILED = (
    "owner: turns faithful at once",
    "owner: what was asked was told",
    "owner: dialogues not spoiled",
)
BARS = {ITEMS: Bar(MOSTLY), RECORDED: Bar(0.0, at_most=True), SPOILED: Bar(0.9)}

_RESTS_ON = (
    "knowledge/**/*", "prompts/*.yaml", "prompts/play_owner.md", "evals/owners.py", "evals/acting.py", "evals/personas.py",
)  # fmt: skip
"""Besides the personas, wherever they lie: those are in the variant."""


class Run(Row):
    """One persona with one seed."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    owner: Owner
    seed: int

    @property
    def language(self) -> str:
        """The owner's."""
        return self.owner.script.language


def runs(owners: Sequence[Owner], seeds: int) -> list[Run]:
    """Every owner with the seeds 1 to `seeds`."""
    return [Run(id=f"{one.persona.id}-{seed}", owner=one, seed=seed) for one in owners for seed in range(1, seeds + 1)]


def told() -> Prompt:
    """What the model that plays an owner is told."""
    return prompt(root() / "prompts", "play_owner", VARIABLES)


@contextmanager
def opened(engine: Engine, *, model: ChatModel, job: Prompt) -> Iterator[Callable[[Run], Case]]:
    """A function that plays one run, in a store of its own."""
    engine.warm()

    def nearest(said: str, texts: Sequence[str]) -> Sequence[int]:
        vectors = engine.embedder.queries([said, *texts])
        return [int(place) for place in np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")]

    def examine(row: Run) -> Case:
        actor = Actor(row.owner, row.seed, model, job, nearest)
        heard: list[Said] = []
        with tempfile.TemporaryDirectory(prefix="vejviser-") as folder:
            store = Store(Path(folder))
            try:
                played = playing.play(
                    row.owner.script, lambda: engine.sessions(store), lambda _: None,
                    lambda said, reply: heard.extend([*([Said("user", said)] if said else []), Said("assistant", reply)]),
                    actor.speaks,
                )  # fmt: skip
            except SpoiledError as error:
                last = (Said("user", actor.turns[-1].said, actor.turns[-1].as_json()),) if actor.turns else ()
                return _case(row, actor.turns, {SPOILED: 0.0}, [f"not scored: {error}"], (*heard, *last))
            finally:
                store.close()
        begun = opening(row.owner.script.language, row.owner.script.course)
        return scored(row, actor.turns, played, course_items(engine.knowledge.model, begun))

    yield examine


def scored(row: Run, turns: Sequence[Acted], played: Played, course: Collection[str]) -> Case:
    """The case of a dialogue that was played to its end, whichever that was.

    Its items are those of its `course`, and those beyond that were heard of all the same. What was not asked about is wrong, also
    where its gold is that nothing is known.
    """
    withheld, gold = row.owner.withheld, row.owner.script.end.items
    heard = {item for item, found in played.profile["items"].items() if found["status"] != "not_asked"}
    items = [c for c in played.checks if c["what"] in gold and c["what"] in heard.union(course)]
    missed = [c for c in items if not (c["met"] and c["what"] in heard)]
    leaked = sorted(one for one in withheld if _recorded(played.profile, one))
    share = (len(items) - len(missed)) / len(items) if items else 0.0
    passed = share >= MOSTLY and not leaked and not played.error
    scores = {SPOILED: 1.0, ITEMS: share, PASSED: float(passed)} | ({RECORDED: float(len(leaked))} if withheld else {})
    wrong = [
        f"{c['what']}: expected {c['expected']!r}, " + (f"got {c['got']!r}" if c["what"] in heard else "never asked")
        for c in missed
    ]
    wrong += [f"recorded although it was withheld: {one}" for one in leaked] + ([played.error] if played.error else [])
    acted = iter(turns)
    said = [replace(one, more=next(acted).as_json()) if one.role == "user" else one for one in whole(played)]
    return _case(row, turns, scores, wrong, said)


def _recorded(profile: Mapping[str, Any], about: str) -> bool:
    """Whether anything is known of an item, or of a fact (`company.employees`)."""
    if about.startswith("company."):
        return about.removeprefix("company.") in profile["company"]
    return profile["items"].get(about, {}).get("stage") is not None


def _case(
    row: Run, turns: Sequence[Acted], scores: Mapping[str, float], wrong: Sequence[str], said: Sequence[Said]
) -> Case:
    found = dict(scores)
    if turns:
        found[FAITHFUL] = sum(not one.first for one in turns) / len(turns)
    if heard := [one.told for one in turns if one.told is not None]:
        found[TOLD] = sum(heard) / len(heard)
    return Case(
        row.id, row.language, row.owner.persona.mood, found, tuple(wrong), tuple(said), made=row.owner.persona.id
    )


def figures(cases: Sequence[Case]) -> dict[str, Figure]:
    """All figures; those of the product rest on the dialogues whose owner kept to the part."""
    found = {ITEMS: mean(cases, ITEMS)}
    found |= {f"  {ITEMS} ({language})": mean(cases, ITEMS, language=language) for language in ("en", "da")}
    found |= {
        f"  {ITEMS}, {mood}": mean(cases, ITEMS, kind=mood) for mood in dict.fromkeys(case.kind for case in cases)
    }
    found[PASSED] = mean(cases, PASSED)
    passes: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        if PASSED in case.scores:
            passes[str(case.made)].append(bool(case.scores[PASSED]))
    for k in range(1, max(map(len, passes.values()), default=0) + 1):
        found[f"pass^{k}"] = figure([all_of(k, one) for one in passes.values() if len(one) >= k])
    return found | {name: mean(cases, name) for name in (RECORDED, FAITHFUL, TOLD, SPOILED)}


def all_of(k: int, passed: Sequence[bool]) -> float:
    """Chance that `k` runs drawn from those of one persona all pass (pass^k, Yao and others 2024)."""
    return math.comb(sum(passed), k) / math.comb(len(passed), k)


def task(playing_: roles.Cast, owners: Sequence[Owner], seeds: int) -> Task[Run]:
    """The eval with the models of `playing_`.

    Raises:
        UserError: no model plays owners.
    """
    job = told()
    model = playing_.seat("owner", job, recited)
    bars = {name: bar for name, bar in BARS.items() if name != RECORDED or any(one.withheld for one in owners)}
    return Task(
        "owners", "Dialogues with played owners", lambda _part: runs(owners, seeds), partial(opened, model=model, job=job),
        figures, bars, tuple(bars), _RESTS_ON, asks=True, variant=f"{model.name} x{seeds} {digest(owners)}",
    )  # fmt: skip


def expected(playing_: roles.Cast, owners: Sequence[Owner], seeds: int) -> Tokens:
    """What a run will cost by about: one dialogue is played for nothing, with its facts as they are, and reckoned up."""
    playing_.engine.warm()  # once, for the run as well
    owner, product = Dry(recited), Dry()
    engine = playing_.engine.beside(product if playing_.engine.settings.model else None)
    with opened(engine, model=owner, job=told()) as examine:
        examine(runs(owners, 1)[0])
    paid = product.counted + (Tokens() if playing_.roles.owner == roles.FAKE else owner.counted)
    return paid.times(len(owners) * seeds)


def main(arguments: Sequence[str]) -> int:
    """Prints the figures and writes the report; 1 when a figure falls short of its bar."""
    parser = argparse.ArgumentParser(prog="vejviser eval owners", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="PERSONA", help="only these (all)")
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help="runs of each persona (%(default)s)")
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of personas")
    parser.add_argument("--out", type=Path, help="folder for owners.html with the transcripts, and the like")
    parser.add_argument("--fresh", action="store_true", help="ask the models anew")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    roles.options(parser, "owner")
    chosen = parser.parse_args(arguments)
    owners = [one for one in load(chosen.data) if not chosen.names or one.persona.id in chosen.names]
    known = [one.persona.id for one in owners]
    if unknown := [name for name in chosen.names if name not in known]:
        parser.error(
            f"{unknown[0]!r} is no persona in {chosen.data}; there are {', '.join(p.stem for p in sorted(chosen.data.glob('*.yaml')))}"
        )
    if chosen.seeds < 1:
        parser.error("--seeds must be 1 or more")
    cast = roles.cast(chosen)
    one: Task[Any] = task(cast, owners, chosen.seeds)
    part: Part = "tune"
    if chosen.fresh or not kept.there(one, cast.engine, part):
        roles.agreed({"owners": expected(cast, owners, chosen.seeds)}, cast)
    with roles.limited(cast.meter):
        outcome = kept.outcome(one, cast.engine, part, fresh=chosen.fresh, sound=lambda: not cast.meter.failed)
    made = kept.made(cast.engine.settings) | {"owner": cast.roles.owner}
    if chosen.out:
        print(report.write(chosen.out, [outcome], "owners", None, made)[0], file=sys.stderr)
    if chosen.json:
        print(document(outcome.figures, outcome.bars))
        return int(bool(outcome.short))
    print(shown(outcome.figures, outcome.bars))
    for case in outcome.cases:
        print("".join(f"{case.id}: {line}\n" for line in case.wrong), end="")
    return int(bool(outcome.short))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
