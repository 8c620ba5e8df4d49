"""Wording: what a move says, from `prompts/replies.<language>.yaml`. Knows texts and their order; decides nothing.

A reply is put together in one order: what was taken in (mirrored in the person's words), answers to questions, then one question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.clicking import Clicks
from assistant.domain.actions import Action, Cost
from assistant.domain.approval import own_words
from assistant.domain.dates import day
from assistant.domain.dialogue import Move
from assistant.domain.maturity import Language, MaturityModel
from assistant.domain.plan import stays
from assistant.domain.planned import Plan
from assistant.domain.profile import Profile, score
from assistant.domain.sources import Notes, Source, foreign
from assistant.domain.state import News, State

MIRROR = 11
"""Words of a quote that a mirror repeats at the most."""
_ASIDE = ("corrected", "removed", "undone", "capacity", "target", "shared", "unshared")
TO_READ = 2
"""Places to read that an idea names at the most."""


@dataclass(frozen=True)
class Said:
    """What the library has to say to one question."""

    sentences: tuple[tuple[str, Source], ...]
    """The answer, each sentence with where it stands; empty when not answered."""
    sources: tuple[Source, ...]
    """What is cited, or lies nearest when not answered."""


@dataclass(frozen=True)
class Worded:
    """A reply, and what its numbers in brackets stand for."""

    text: str
    sources: tuple[Source, ...] = ()
    """In the order of their numbers, from 1."""


class Wording:
    """The assistant's words in one language."""

    def __init__(
        self, texts: Mapping[str, Any], model: MaturityModel, actions: Mapping[str, Action], language: Language
    ) -> None:
        self._texts, self._model, self._actions, self._language = texts, model, actions, language
        self.clicks = Clicks(texts, model, actions, language)

    def greeting(self, days: int) -> str:
        """The first words, with the notice that this is a program and what is stored, and the opening question."""
        return f"{self._say('greeting', days=days)}\n\n{self._say('story')}"

    def reply(
        self, state: State, move: Move, answers: Sequence[Said], *, ideas: Sequence[str], plan: Plan | None,
        conversation: str, switched: bool, empty: str, to_read: Mapping[str, Source],
        private: Sequence[str] = (),
    ) -> Worded:  # fmt: skip
        """The whole reply to one turn.

        Args:
            state: After the turn.
            move: What comes next.
            answers: To the questions asked in the turn, in order.
            ideas: Action ids to introduce before the next question.
            plan: The draft, when the dialogue is finished.
            conversation: Its id, told when the person stops.
            switched: The language was changed in this turn.
            empty: Key of the text for a turn that settled nothing, else "".
            to_read: Source of an action -> where it stands, for what to read.
            private: Kinds of private words that were hidden in the turn.
        """
        notes = Notes()
        parts = [str(self._texts["private"][kind]) for kind in private]
        parts += [self._say("language_changed")] if switched else []
        if move.kind in ("stopped", "erased"):
            return Worded("\n\n".join([*parts, self._say(move.kind, conversation=conversation)]))
        parts += self._mirror(state)
        if empty and not state.news and not answers and move.asked is not None:
            parts.append(self._say(empty))
        parts += [self._answer(answer, notes) for answer in answers]
        if state.wants_progress:
            short = min(move.left, 5)
            parts.append(
                self._say("progress", left=move.left, seconds=short) if move.left > 1 else self._say("progress_last")
            )
        if ideas:
            parts.append(self._ideas(ideas, to_read, notes))
        if move.kind == "finish":
            decided = any(news.kind.startswith("plan_") or news.kind == "capacity" for news in state.news)
            parts.append(self.plan_in_short(plan, decided=decided) if plan is not None else self._say("over"))
        else:
            aside = (
                bool(answers)
                or state.wants_progress
                or any(n.kind in _ASIDE or n.kind.startswith("plan_") for n in state.news)
            )
            if move.kind == "again" and not parts:  # what was said settled nothing
                parts.append(self._say("again"))
            if move.kind == "again" and aside:
                parts.append(self._say("bridge", state.turn))
            parts.append(self.question(state, move))
        return Worded("\n\n".join(part for part in parts if part), tuple(notes.sources))

    def question(self, state: State, move: Move) -> str:
        """The question of `move`, with its options where descriptors are offered."""
        asked = move.asked
        if asked is None:
            return ""
        if asked.id.startswith("company."):
            fact = state.profile.fact(asked.id.removeprefix("company."))
            second = fact.conflict.quote.text if fact and fact.conflict else ""
            return self._say("settle_fact", first=fact.quote.text if fact else "", second=second)
        if asked.id not in self._model.items:
            if asked.id != "readback":
                return self._say(asked.id)
            corrected = any(news.kind in ("corrected", "removed") for news in state.news)
            return self._say("readback_again") if corrected else self.readback(state.profile)
        item = self._model.items[asked.id]
        if asked.form == "settle":
            finding = state.profile.findings[asked.id]
            first = finding.quote.text if finding.quote else ""
            second = finding.against.text if finding.against else ""
            return f"{self._say('settle_item', first=first, second=second)}\n{self._options(asked.id, asked.options)}"
        if asked.form == "closest":
            return f"{self._say('closest')}\n{self._options(asked.id, asked.options)}"
        if asked.form == "probe":
            return f"{self._say('probe', state.turn)} {item.probes[0][self._language]}"
        return item.question[self._language]

    def readback(self, profile: Profile) -> str:
        """Everything understood so far, line by line, and the question whether it is right."""
        lines = [self._say("readback_intro"), *(f"- {line}" for line in self.summary(profile))]
        return "\n".join(lines) + "\n\n" + self._say("readback_question")

    def summary(self, profile: Profile) -> list[str]:
        """The profile as lines of text."""
        lines = []
        if facts := self._facts(profile.company()):
            lines.append(self._say("readback_company", facts=facts))
        if profile.pains:
            lines.append(
                self._say("readback_pains", quotes=self._quoted(remark.quote.text for remark in profile.pains))
            )
        if profile.goals:
            lines.append(
                self._say("readback_goals", quotes=self._quoted(remark.quote.text for remark in profile.goals))
            )
        still_open = []
        for name in self._model.order:
            finding = profile.findings.get(name)
            title = self._model.items[name].title[self._language]
            if finding is None or finding.low is None or finding.quote is None:
                still_open.append(title)
                continue
            unsure = "" if finding.status == "recorded" else f" ({self._say('readback_unsure')})"
            lines.append(f"{title}: {self._quoted([finding.quote.text])}{unsure}")
        for status, key in (("mentioned", "readback_barriers"), ("ruled_out", "readback_no_barriers")):
            names = [b.barrier for b in profile.barriers.values() if b.status == status]
            if names:
                lines.append(self._say(key, names=self._titles(self._model.barriers, names)))
        if profile.technologies:
            lines.append(self._say("readback_technologies", names=self._technologies(profile)))
        if still_open:
            lines.append(self._say("readback_open", items=", ".join(still_open)))
        return lines

    def capacity(self, hours: int | None, money: Cost | None) -> str:
        """Own hours and money in words; empty when neither is known."""
        parts = [self._say("capacity_hours", hours=hours)] if hours is not None else []
        parts += [self._texts["capacity_money"][money]] if money is not None else []
        return self._listed(parts)

    def plan_in_short(self, plan: Plan, *, decided: bool = False) -> str:
        """The plan as a short numbered list; `decided` when it is shown again because of a decision."""
        steps = [
            self._say(
                "finish_step", number=number, stage=self._texts["plan_stage"][step.stage],
                titles="; ".join([
                    *(planned.decided.text or self._actions[planned.action].title[self._language] for planned in step.actions),
                    *(own.text for own in step.own),
                ]),
            )
            for number, step in enumerate(plan.steps, 1)
        ]  # fmt: skip
        if decided:
            return "\n".join([self._say("plan_now"), *(steps or [self._say("finish_nothing")])])
        lines = [self._say("finish"), *(steps or [self._say("finish_nothing")]), self._say("finish_end")]
        if steps and plan.capacity.hours is None:
            lines.append(self._say("finish_capacity"))
        return "\n".join(lines)

    def _mirror(self, state: State) -> list[str]:
        by_kind: dict[str, list[News]] = {}
        for news in state.news:
            by_kind.setdefault(news.kind, []).append(news)
        lines = []
        for kind in ("undone", "nothing_to_undo", "removed", "later", "declined", "unknown"):
            lines += [self._say(kind) for _ in by_kind.get(kind, [])[:1]]
        for kind in ("corrected", "resolved", "unsure"):
            lines += [self._say(kind, quote=_shortened(news.quote)) for news in by_kind.get(kind, [])[:2]]
        facts = {news.what for news in by_kind.get("fact", [])}
        if facts:
            company = {key: value for key, value in state.profile.company().items() if key in facts}
            lines.append(self._say("facts", facts=self._facts(company)))
        recorded = by_kind.get("recorded", [])
        if len(recorded) == 1 and not facts:
            lines.append(self._say("recorded", state.turn, quote=_shortened(recorded[0].quote)))
        elif recorded:
            titles = [self._model.items[news.what].title[self._language] for news in recorded]
            names = [title[:1].lower() + title[1:] for title in titles]
            lines.append(self._say("also", items=self._listed(names)))
        for kind in ("pain", "goal"):
            lines += [self._say(kind, quote=_shortened(news.quote)) for news in by_kind.get(kind, [])[:1]]
        said = {news.what: state.profile.barriers.get(news.what) for news in by_kind.get("barrier", [])}
        for status in ("mentioned", "ruled_out"):
            names = [name for name, barrier in said.items() if barrier is not None and barrier.status == status]
            if names:
                lines.append(self._say(f"barrier_{status}", names=self._titles(self._model.barriers, names)))
        if technologies := [news.what for news in by_kind.get("technology", [])]:
            lines.append(self._say("technology", names=self._titles(self._model.technologies, technologies)))
        if targets := [news.what for news in by_kind.get("target", [])]:
            lines.append(self._say("target", targets=", ".join(self._target(state.profile, name) for name in targets)))
        lines += [self._say("rated", value=news.what) for news in by_kind.get("rated", [])]
        lines += self._settled(state)
        return [" ".join(lines)] if lines else []

    def _target(self, profile: Profile, dimension: str) -> str:
        """A target that was chosen; one that is no higher than today means that all stays as it is."""
        title, target = self._model.dimension(dimension).title[self._language], profile.targets[dimension]
        today = score(profile, self._model).dimensions.get(dimension)
        return self._say("target_stays", title=title) if stays(today, target) else f"{title} {target}"

    def _settled(self, state: State) -> list[str]:
        """What the turn settled about the plan."""
        lines, own = [], own_words(state.decisions)
        for kind, what in dict.fromkeys((news.kind, news.what) for news in state.news):  # hours and money are one
            if kind == "plan_approved":
                version = state.versions[int(what) - 1]
                on = day(version.on, self._texts["dates"])
                lines.append(self._say(kind, who=version.who, on=on, version=version.number))
            elif kind.startswith("plan_"):
                lines.append(self._say(kind, title=self.clicks.title(what, own)))
            elif kind == "capacity":
                capacity = state.capacity
                lines.append(self._say("capacity", capacity=self.capacity(capacity.hours, capacity.money)))
            elif kind == "new_time":
                lines.append(self._say("new_time"))
            elif kind in ("shared", "unshared"):
                lines.append(self._say(kind, name=what))
        return lines

    def _answer(self, answer: Said, notes: Notes) -> str:
        if answer.sentences:
            text = f"{notes.text(answer.sentences)}\n\n{self._say('sources')}"
        else:
            text = self._say("parked") + (f" {self._say('parked_near')}" if answer.sources else "")
        return "\n".join([text, *notes.lines(answer.sources, self._texts["place"])])

    def _ideas(self, ideas: Iterable[str], to_read: Mapping[str, Source], notes: Notes) -> str:
        lines = [self._say("ideas_intro")]
        for name in ideas:
            action = self._actions[name]
            idea = self._say(
                "idea", title=action.title[self._language], conventional=action.conventional[self._language],
                digital=action.digital[self._language],
            )  # fmt: skip
            lines.append(f"- {idea}")
            if read := [to_read[source] for source in action.sources if source in to_read][:TO_READ]:
                lines += [
                    f"  {self._say('idea_read')}",
                    *(f"  {line}" for line in notes.lines(read, self._texts["place"])),
                ]
        return "\n".join(lines)

    def _options(self, item: str, stages: Sequence[int]) -> str:
        descriptors = self._model.items[item].descriptors
        return "\n".join(f"{n}. {descriptors[stage][self._language]}" for n, stage in enumerate(stages, 1))

    def _facts(self, company: Mapping[str, Any]) -> str:
        parts = []
        for field, value in company.items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            shown = self._texts.get(field, {}).get(shown, shown) if field in ("order_type", "sector") else shown
            parts.append(f"{self._texts['field'][field]}: {shown}")
        return "; ".join(parts)

    def _technologies(self, profile: Profile) -> str:
        parts = []
        for technology in profile.technologies.values():
            title = self._titles(self._model.technologies, [technology.technology])
            notes = [] if technology.use is None else [self._texts["use"][technology.use]]
            notes += [note] if (note := self._texts["interest"][technology.interested]) else []
            parts.append(f"{title} ({', '.join(notes)})" if notes else title)
        return ", ".join(parts)

    def _titles(self, named: Iterable[Any], ids: Sequence[str]) -> str:
        titles = {thing.id: thing.title[self._language] for thing in named}
        return self._listed([titles[name] for name in ids])

    def _listed(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self._texts['and']} {names[-1]}"

    def _quoted(self, quotes: Iterable[str]) -> str:
        left, right = ("“", "”") if self._language == "en" else ("»", "«")
        return ", ".join(f"{left}{foreign(_shortened(quote))}{right}" for quote in quotes)

    def _say(self, key: str, turn: int = 0, **values: object) -> str:
        text = self._texts[key]
        if isinstance(text, list):
            text = text[turn % len(text)]
        clean = {name: foreign(value) if isinstance(value, str) else value for name, value in values.items()}
        return str(text).format(**clean) if clean else str(text)


def _shortened(quote: str) -> str:
    words = quote.split()
    text = " ".join(words) if len(words) <= MIRROR else " ".join(words[:MIRROR]).rstrip(",;:") + " …"
    return text.rstrip(".")
