"""What companies share with advisers, and what advisers add to it. Knows consent and turns; knows no pages and no passwords.

An adviser never learns the id of a conversation, for whoever holds it may read the chat, write and erase. They hold a name of
their own for it, and each use of that name looks anew whether the company still shares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.accounts import Accounts, Adviser
from assistant.domain.acts import AdviserAnswer, AdviserFinding, AnyAct, ConflictSettled, Consent
from assistant.domain.dates import checked
from assistant.domain.profile import Quote
from assistant.domain.sharing import shared_with
from assistant.domain.state import State
from assistant.errors import UserError
from assistant.replies import Reply
from assistant.session import Sessions

LONGEST = 2000
"""Characters of what an adviser writes."""


class NotSharedError(UserError):
    """The company does not share with this adviser, or no longer."""

    def __init__(self) -> None:
        super().__init__("company: it is not shared with you; ask the company.")


class ChangedError(UserError):
    """What an adviser wanted to settle is no longer as it was shown."""

    def __init__(self) -> None:
        super().__init__("company: it has changed in the meantime; look again.")


@dataclass(frozen=True)
class Shared:
    """A company that shares, as an adviser meets it."""

    handle: str
    """The adviser's own name for it."""
    state: State
    since: str
    """The date of the consent."""
    last_said: datetime | None
    """When the company last said something."""


class Advising:
    """Sharing and advice, on the conversations of `sessions`."""

    def __init__(self, sessions: Sessions, accounts: Accounts) -> None:
        self._sessions, self._accounts = sessions, accounts

    # --- the company's side ---

    def share(self, conversation: str, adviser: str, on: str) -> Reply:
        """The company lets an adviser see it from the day `on`.

        Raises:
            UserError: no such conversation or adviser, or a day that is none; nothing is written.
        """
        return self._consent(conversation, adviser, on, given=True)

    def withdraw(self, conversation: str, adviser: str, on: str) -> Reply:
        """The company lets them see it no longer; holds from this moment.

        Raises:
            UserError: no such conversation, or it was not shared with them.
        """
        return self._consent(conversation, adviser, on, given=False)

    # --- the adviser's side ---

    def companies(self, adviser: Adviser) -> list[Shared]:
        """The companies that share with the adviser, newest first."""
        found = (self._shared(adviser, name) for name in self._candidates(adviser))
        return [one for one in found if one is not None]

    def company(self, adviser: Adviser, handle: str) -> Shared:
        """One of them.

        Raises:
            NotSharedError: there is none of that name, or the company does not share it with them.
        """
        found = self._shared(adviser, self.conversation(adviser, handle))
        if found is None:
            raise NotSharedError
        return found

    def conversation(self, adviser: Adviser, handle: str) -> str:
        """The conversation that the adviser calls `handle`.

        Raises:
            NotSharedError: there is none, or the company does not share it with them.
        """
        for name in self._candidates(adviser):
            if _handle(adviser, name) == handle and shared_with(self._sessions.state(name), adviser.id):
                return name
        raise NotSharedError

    def find(self, adviser: Adviser, handle: str, item: str, stage: int | None, text: str, on: str) -> None:
        """What the adviser has seen on an item; no words take it out.

        Raises:
            NotSharedError: the company does not share.
            UserError: no such item or stage, or too many words.
        """
        if item not in self._sessions.model.items:
            raise UserError(f"item {item!r}: there is none by that id.")
        act = AdviserFinding(
            adviser=adviser.id, name=adviser.name, on=checked(on), item=item, stage=stage, text=_short(text)
        )  # fmt: skip
        self._take(adviser, handle, lambda _: [act])

    def answer(self, adviser: Adviser, handle: str, question: str, text: str, on: str) -> None:
        """The adviser's answer to a parked question; no words take it out.

        Raises:
            NotSharedError: the company does not share.
            ChangedError: the question is no longer there.
            UserError: too many words.
        """
        act = AdviserAnswer(
            adviser=adviser.id, name=adviser.name, on=checked(on), question=question, text=_short(text)
        )  # fmt: skip

        def acts(state: State) -> list[AnyAct]:
            if question not in state.parked:
                raise ChangedError
            return [act]

        self._take(adviser, handle, acts)

    def settle(
        self, adviser: Adviser, handle: str, what: str, keep: Literal["first", "second"], seen: str, on: str
    ) -> None:
        """Which of two statements holds; `seen` are the words of the kept one as they were shown.

        Raises:
            NotSharedError: the company does not share.
            ChangedError: the two statements are no longer the ones that were shown.
        """

        def acts(state: State) -> list[AnyAct]:
            two = conflicts(state).get(what)
            quote = two[("first", "second").index(keep)].text if two else ""
            if two is None or quote != seen:
                raise ChangedError
            return [
                ConflictSettled(
                    adviser=adviser.id, name=adviser.name, on=checked(on), what=what, keep=keep, quote=quote
                )
            ]

        self._take(adviser, handle, acts)

    def _take(self, adviser: Adviser, handle: str, acts: Callable[[State], Sequence[AnyAct]]) -> None:
        """One turn by the adviser. Whether the company shares is looked at on the very state that the turn is written on."""

        def allowed(state: State) -> Sequence[AnyAct]:
            if not shared_with(state, adviser.id):
                raise NotSharedError
            return acts(state)

        self._sessions.settle(self.conversation(adviser, handle), allowed)

    def _consent(self, conversation: str, adviser: str, on: str, *, given: bool) -> Reply:
        account = self._accounts.one(adviser)

        def acts(state: State) -> list[AnyAct]:
            before = next((one for one in state.consents if one.adviser == adviser), None)
            if given == bool(before and before.given):
                raise ChangedError
            if account is None and before is None:
                raise UserError("adviser: there is no such account; choose another.")
            name = account.name if account else before.name if before else ""
            return [Consent(adviser=adviser, name=name, on=checked(on), given=given)]

        if given and account is None:
            raise UserError("adviser: there is no such account; choose another.")
        return self._sessions.settle(conversation, acts)

    def _shared(self, adviser: Adviser, conversation: str) -> Shared | None:
        state = self._sessions.state(conversation)
        consent = next((one for one in state.consents if one.adviser == adviser.id and one.given), None)
        if consent is None:
            return None
        return Shared(_handle(adviser, conversation), state, consent.on, self._sessions.store.last_said(conversation))

    def _candidates(self, adviser: Adviser) -> list[str]:
        """Conversations in which the adviser is named at all."""
        return [one.id for one in self._sessions.store.mentioning(adviser.id)]


def conflicts(state: State) -> dict[str, tuple[Quote, Quote]]:
    """Item id or `company.<field>` -> the two statements that do not agree."""
    found = {
        f"company.{fact.field}": (fact.quote, fact.conflict.quote)
        for fact in state.profile.facts
        if fact.conflict is not None
    }
    for item, finding in state.profile.findings.items():
        if finding.status == "conflict" and finding.quote and finding.against:
            found[item] = (finding.quote, finding.against)
    return found


def _handle(adviser: Adviser, conversation: str) -> str:
    return hashlib.sha256(f"{adviser.id}\0{conversation}".encode()).hexdigest()[:32]


def _short(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise UserError(f"text: {len(text):,} characters are more than {LONGEST:,}; say it shorter.")
    return text
