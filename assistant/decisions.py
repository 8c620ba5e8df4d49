"""What a company settles about its plan, and what changed: decide, approve, versions, being asked anew, comparison over time.

Every settlement is a turn of the conversation. Knows the order of things; the rules are the domain's and the turn is the session's.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.actions import Cost, PlanStage
from assistant.domain.acts import MOST_HOURS, AnyAct, CapacitySaid, PlanDecision, Remove
from assistant.domain.approval import approval_of, current, prepared
from assistant.domain.changes import Changes, compare
from assistant.domain.fold import advance
from assistant.domain.planned import Capacity, PlanVersion
from assistant.domain.refused import Refused
from assistant.domain.state import State
from assistant.domain.times import Comparison, beginning, over_time
from assistant.errors import UserError
from assistant.replies import Reply
from assistant.session import Sessions


class Decisions:
    """The company's say, on the conversations of `sessions`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._model, self._actions = sessions.model, sessions.actions

    def decide(self, conversation: str, decisions: Sequence[PlanDecision]) -> Reply:
        """One turn in which the company settles something about its plan.

        Raises:
            UserError: no such conversation, or a decision that cannot be taken; nothing is written.
        """

        def acts(state: State) -> list[AnyAct]:
            taken: list[AnyAct] = []
            for decision in decisions:
                ready = prepared(decision, state, self._model, self._actions)
                state = advance(self._model, state, [ready])
                taken.append(ready)
            return taken

        return self._sessions.settle(conversation, acts)

    def rewrite(
        self, conversation: str, action: str, *, text: str, owner: str, month: str, stage: PlanStage | None = None
    ) -> Reply:
        """One turn in which an action is written anew: what is left empty is empty afterwards.

        Raises:
            UserError: no such conversation, nothing is different, or it cannot be taken; nothing is written.
        """

        def acts(state: State) -> list[AnyAct]:
            plan = current(state, self._model, self._actions)
            stands = {own.id: (own.text, own.owner, own.month) for own in plan.own}
            stands |= {p.action: (p.decided.text, p.decided.owner, p.decided.month) for p in plan.planned}
            before = dict(zip(("text", "owner", "month"), stands.get(action, ("", "", "")), strict=True))
            wanted = {"text": text.strip(), "owner": owner.strip(), "month": month}
            new = {name: value for name, value in wanted.items() if value and value != before[name]}
            clear = tuple(name for name, value in before.items() if value and not wanted[name])
            change = PlanDecision.model_validate(
                {"decision": "change", "action": action, "stage": stage, "clear": clear, **new}
            )
            return [prepared(change, state, self._model, self._actions)]

        return self._sessions.settle(conversation, acts)

    def approve(self, conversation: str, who: str, on: str, seen: int | None = None) -> Reply:
        """Keeps the plan as it stands as the next version that the company approved.

        Args:
            conversation: Its id.
            who: Who approves.
            on: The date, `2027-03-01`.
            seen: The turn after which the plan was shown to `who`; a plan that has changed since is not approved unseen.

        Raises:
            UserError: no such conversation, nothing to approve, or the plan is no longer the one that was seen.
        """

        def acts(state: State) -> list[AnyAct]:
            if seen is not None and seen != state.turn:
                shown = current(self._sessions.at(conversation, seen), self._model, self._actions)
                if compare(shown, current(state, self._model, self._actions)):
                    raise Refused("seen", "plan: it was changed in the meantime; look at it again and approve it then.")
            return [approval_of(state, self._model, self._actions, who, on)]

        return self._sessions.settle(conversation, acts)

    def capacity(self, conversation: str, hours: int | None, money: Cost | None) -> Reply:
        """One turn that sets own hours a month and the dearest money band; None leaves what was set before."""

        def acts(state: State) -> list[AnyAct]:
            words = self._sessions.wordings[state.language].capacity(hours, money)
            return [CapacitySaid(hours=hours, money=money, quote=words, start=0, end=len(words))]

        return self._sessions.settle(conversation, acts)

    def put_in(self, conversation: str, hours: str, money: Cost | None) -> Reply:
        """One turn that sets own hours a month, as written, and the dearest money band; what is empty is no longer known.

        Raises:
            UserError: no such conversation, hours that are no number, or nothing is different.
        """

        def acts(state: State) -> list[AnyAct]:
            wanted, before = Capacity(hours=_hours(hours), money=money), state.capacity
            if wanted == before:
                raise Refused("nothing", "capacity: nothing is different; give hours or money.")
            less = (before.hours and not wanted.hours) or (before.money and not wanted.money)
            taken: list[AnyAct] = [Remove(what="capacity")] if less else []
            words = self._sessions.wordings[state.language]
            if said := words.capacity(wanted.hours, money):
                start = len(words.clicks.shown(taken, ())) + 1 if taken else 0
                end = start + len(said)
                taken.append(CapacitySaid(hours=wanted.hours, money=money, quote=said, start=start, end=end))
            return taken

        return self._sessions.settle(conversation, acts)

    def begin(self, conversation: str, on: str, label: str = "") -> Reply:
        """Asks the company anew from the day `on`; what is known so far stays as the earlier time.

        Raises:
            UserError: no such conversation, a day that is none, or a label that is taken.
        """
        return self._sessions.settle(conversation, lambda state: [beginning(state, on, label)])

    def versions(self, conversation: str) -> tuple[PlanVersion, ...]:
        """The plans that the company approved, oldest first."""
        return self._sessions.state(conversation).versions

    def version(self, conversation: str, number: int | None = None) -> PlanVersion:
        """The approved plan called `number`, else the last one.

        Raises:
            UserError: no such conversation, nothing approved yet, or no such version.
        """
        known = {version.number: version for version in self.versions(conversation)}
        if not known:
            raise UserError("plan: no version is approved yet; approve one first.")
        if number is not None and number not in known:
            raise UserError(f"version {number}: there is none; there are {', '.join(map(str, known))}.")
        return known[max(known) if number is None else number]

    def changes(self, conversation: str, since: int | None = None) -> Changes:
        """What is different in the plan now from the version numbered `since`, else from the last one approved.

        Raises:
            UserError: no such conversation, nothing approved yet, or no such version.
        """
        old = self.version(conversation, since)
        return compare(old.plan, self._sessions.plan(conversation))

    def times(self, conversation: str) -> Comparison:
        """Every item at every time that the company was asked, with the words of each time; the first bears the date of the first turn."""
        state = self._sessions.state(conversation)
        found = over_time(state, self._model)
        stored = self._sessions.store.conversation(conversation)
        if stored is None:
            return found
        first = found.dates[0] or stored.created.date().isoformat()
        return found.model_copy(update={"dates": (first, *found.dates[1:])})


def _hours(written: str) -> int | None:
    number = written.strip()
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 6 and 1 <= int(number) <= MOST_HOURS):
        raise Refused("hours", f"hours {number[:20]!r}: write a whole number from 1 to {MOST_HOURS}.", most=MOST_HOURS)
    return int(number)
