"""The replay: stored turns folded one after the other, those that were taken back left out. Pure: `State = reduce(advance, turns)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.domain.acts import AnyAct, Signal
from assistant.domain.fold import advance
from assistant.domain.maturity import MaturityModel
from assistant.domain.state import Asked, News, State


def replay(model: MaturityModel, start: State, turns: Iterable[tuple[Sequence[AnyAct], Asked | None]]) -> State:
    """Folds stored turns, each the acts accepted in it and the question asked after it, into the state they lead to."""
    states = [start]
    for number, (acts, asked) in enumerate(turns, 1):
        if any(isinstance(act, Signal) and act.signal == "undo" for act in acts):
            undone = len(states) > 1
            if undone:
                states.pop()
            news = News(kind="undone" if undone else "nothing_to_undo", what="")
            states[-1] = states[-1].model_copy(
                update={"turn": number, "news": (news,), "ended": "", "wants_progress": False}
            )
        else:
            before = states[-1].model_copy(update={"turn": number - 1})
            state = advance(model, before, acts)
            states.append(state.model_copy(update={"asked": asked}))
    return states[-1]
