"""The replay: stored turns folded one after the other, those that were taken back left out. Pure: `State = reduce(advance, turns)`.

What is taken back is the last turn in which the company said or shared something; what it withdrew and what advisers added stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.domain.acts import AnyAct, Consent, Signal
from assistant.domain.fold import advance
from assistant.domain.maturity import MaturityModel
from assistant.domain.sharing import beside
from assistant.domain.state import Asked, News, State


def replay(model: MaturityModel, start: State, turns: Iterable[tuple[Sequence[AnyAct], Asked | None]]) -> State:
    """Folds stored turns, each the acts accepted in it and the question asked after it, into the state they lead to."""
    states = [start]
    folded: list[tuple[int, Sequence[AnyAct]]] = []
    for number, (acts, asked) in enumerate(turns, 1):
        if any(isinstance(act, Signal) and act.signal == "undo" for act in acts):
            place = _last_said([acts for _, acts in folded])
            undone = place is not None
            if place is not None:
                kept = folded[place + 1 :]
                del states[place + 1 :], folded[place:]
                for turn, others in kept:  # folded anew on the state without it, with the question of that state
                    states.append(advance(model, states[-1].model_copy(update={"turn": turn - 1}), others))
                    folded.append((turn, others))
            news = News(kind="undone" if undone else "nothing_to_undo", what="")
            question = {"asked": asked} if place is not None and kept and asked is not None else {}
            states[-1] = states[-1].model_copy(
                update={"turn": number, "news": (news,), "ended": "", "wants_progress": False, **question}
            )
        else:
            before = states[-1].model_copy(update={"turn": number - 1})
            state = advance(model, before, acts)
            states.append(state.model_copy(update={"asked": asked}))
            folded.append((number, acts))
    return states[-1]


def _last_said(turns: Sequence[Sequence[AnyAct]]) -> int | None:
    """The last turn that can be taken back: what advisers added cannot, nor a withdrawal, for that would share anew."""
    later: set[str] = set()
    for place in reversed(range(len(turns))):
        consents = [act for act in turns[place] if isinstance(act, Consent)]
        if not beside(turns[place]) or any(act.given and act.adviser not in later for act in consents):
            return place
        later.update(act.adviser for act in consents)
    return None
