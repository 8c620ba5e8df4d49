"""Whom a company shares with, whom it could share with, and what advisers added, ready to be shown. Knows no components."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from assistant.accounts import Accounts
from assistant.domain.dates import day
from assistant.domain.maturity import MaturityModel
from assistant.domain.state import State
from assistant.web.words import Words


@dataclass(frozen=True)
class Consents:
    """What the part about advisers shows; nothing of it before the first word."""

    told: str = ""
    """As HTML; empty where there is nobody to share with and nothing was added."""
    free: tuple[tuple[str, str], ...] = ()
    """(name, id) of the advisers that it does not share with."""
    given: tuple[tuple[str, str], ...] = ()
    """Of those that it shares with."""


NOBODY = Consents()


class ConsentView:
    """Draws it in one language."""

    def __init__(self, accounts: Accounts, model: MaturityModel, words: Words) -> None:
        self._accounts, self._model, self._words = accounts, model, words

    def of(self, state: State) -> Consents:
        """For a conversation that has begun. An adviser whose account is gone sees nothing, and is not named any more.

        Raises:
            StoreError: the accounts cannot be read.
        """
        names = {one.id: one.name for one in self._accounts.all()}
        given = [one for one in state.consents if one.given and one.adviser in names]
        free = tuple((name, id_) for id_, name in names.items() if id_ not in {one.adviser for one in given})
        if not (free or given or state.advised or state.answered):
            return Consents()
        words = self._words
        shared = "".join(
            f"<p><strong>{words.html('sharing.shared', name=one.name, on=self._day(one.on))}</strong></p>"
            for one in given
        )
        told = (
            f"<h2>{words.html('sharing.heading')}</h2>{shared}"
            f"{'' if shared else '<p>' + words.html('sharing.none') + '</p>'}"
            f'{self._advice(state)}<p class="v-sum">{words.html("sharing.sees")}</p>'
        )
        return Consents(told, free, tuple((one.name, one.adviser) for one in given))

    def _advice(self, state: State) -> str:
        """What advisers added, marked as theirs."""
        words, entries = self._words, []
        for one in state.advised:
            title = self._model.items[one.item].title[words.language]
            text = one.text
            if one.stage is not None:
                name = self._model.stages[one.stage].title[words.language]
                text = f"{words.document['stage'].format(stage=one.stage, name=name).capitalize()}. {text}"
            said = words.html("sharing.on_item", name=one.name, title=title, on=self._day(one.on))
            entries.append(f"<li>{said} {escape(text)}</li>")
        for answer in state.answered:
            said = words.html(
                "sharing.on_question", name=answer.name, question=answer.question, on=self._day(answer.on)
            )
            entries.append(f"<li>{said} {escape(answer.text)}</li>")
        if not entries:
            return ""
        return f'<h3>{words.html("sharing.advice")}</h3><ul class="v-list v-advice">{"".join(entries)}</ul>'

    def _day(self, on: str) -> str:
        return day(on, self._words.replies["dates"])
