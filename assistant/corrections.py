"""What a company sets right in its profile by pointing at it: a stage, a fact, a target, taking out, being asked again.

Every correction is a turn of the conversation, so it can be taken back like any other. The rules are the domain's and the turn is
the session's.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.clicking import Clicks
from assistant.domain.acts import AnyAct, Remove, Reopen, Signal
from assistant.domain.pointing import aimed, pointed, stated
from assistant.domain.refused import Refused
from assistant.domain.removal import without
from assistant.domain.state import State
from assistant.replies import Reply
from assistant.session import Sessions


class Corrections:
    """The company's say over its profile, on the conversations of `sessions`.

    Every method makes one turn and raises UserError when there is no such conversation or it cannot be taken; nothing is written then.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions, self._model = sessions, sessions.model

    def stage(self, conversation: str, item: str, stage: int) -> Reply:
        """The descriptor of `stage` is what fits the company."""

        def acts(state: State) -> list[AnyAct]:
            return [pointed(self._model, state, item, stage, len(self._words(state).before(item)))]

        return self._sessions.settle(conversation, acts)

    def fact(self, conversation: str, field: str, value: str) -> Reply:
        """The company fact is `value`."""

        def acts(state: State) -> list[AnyAct]:
            words = self._words(state)
            return [stated(state, field, value, words.listed_facts, len(words.before(f"company.{field}")))]

        return self._sessions.settle(conversation, acts)

    def targets(self, conversation: str, wanted: Mapping[str, int | None]) -> Reply:
        """The stage to reach in each dimension; None for the one that is proposed. What stays as it was is no part of the turn."""

        def acts(state: State) -> list[AnyAct]:
            words, chosen, start = self._words(state), state.profile.targets, 0
            taken: list[AnyAct] = []
            for dimension, stage in wanted.items():
                if chosen.get(dimension) == stage:
                    continue
                act: AnyAct = Remove(what=f"targets.{dimension}")
                if stage is not None:
                    act = aimed(self._model, state, dimension, stage, words.aim(dimension, stage), start)
                taken.append(act)
                start += len(words.shown([act], ())) + 1
            if not taken:
                raise Refused("nothing", "targets: nothing was changed; choose a stage.")
            return taken

        return self._sessions.settle(conversation, acts)

    def take_out(self, conversation: str, what: str, value: str = "") -> Reply:
        """Takes one thing out of the profile (see `Remove`)."""
        return self._sessions.settle(conversation, lambda state: [self._removal(state, what, value)])

    def ask(self, conversation: str, item: str) -> Reply:
        """Asks about one item now; what is recorded about it is put aside."""

        def acts(_: State) -> list[AnyAct]:
            if item not in self._model.items:
                raise Refused("gone", f"{item!r}: there is no item by that name.")
            return [Reopen(item=item)]

        return self._sessions.settle(conversation, acts)

    def undo(self, conversation: str, seen: int) -> Reply:
        """Takes back the turn numbered `seen`, if it is still the last one."""

        def acts(state: State) -> list[AnyAct]:
            if state.turn != seen:
                raise Refused("seen", "undo: something else was said in the meantime; look at it again.")
            return [Signal(signal="undo")]

        return self._sessions.settle(conversation, acts)

    def _removal(self, state: State, what: str, value: str) -> Remove:
        nothing = state.capacity.hours is None and state.capacity.money is None
        if nothing if what == "capacity" else without(state.profile, self._model, what, value) is None:
            raise Refused("gone", f"{what!r}: does not stand in the profile any more.")
        return Remove(what=what, value=value)

    def _words(self, state: State) -> Clicks:
        return self._sessions.wordings[state.language].clicks
