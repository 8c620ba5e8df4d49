"""What can be clicked in the plan, as HTML: decisions about an action, one's own actions, hours and money, approval. Knows no rule.

What can be moved where comes from the domain; everything else may be tried, and what is refused is told at the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from assistant.domain.actions import COSTS, PLAN_STAGES
from assistant.domain.approval import LONGEST
from assistant.domain.dates import month
from assistant.domain.moving import Moves
from assistant.domain.planned import Capacity
from assistant.web.pages.forms import Choice, area, button, folded, form, select, text
from assistant.web.words import Words

MONTHS = 24
"""That can be chosen, from this one on."""


class PlanForms:
    """Forms in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def action(
        self, name: str, title: str, *, agreed: bool, decided: bool, own: bool, stands: Mapping[str, str], moves: Moves,
        today: date,
    ) -> str:  # fmt: skip
        """All that can be decided about one action of the plan.

        Args:
            name: Its id.
            title: How it is called on the page.
            agreed: It is agreed to already.
            decided: Something was decided that can be taken back.
            own: It is the company's own.
            stands: Text, owner and month as they stand.
            moves: Where it can go.
            today: From which month on months can be chosen.
        """
        word = self._word
        buttons = "" if agreed else self._decide(name, title, "agree", "✓", "v-main")
        buttons += self._decide(name, title, "done", "")
        moved = "".join(
            button(f"{key}-{name}", word(key), "before", before, about=title, sign=sign)
            for key, before, sign in (("earlier", moves.earlier, "↑"), ("later", moves.later, "↓"))
            if before is not None
        )
        if moved:
            buttons += form("move", f"move-{name}", moved, {"action": name}, "v-inline")
        if decided:
            buttons += self._decide(name, title, "restore", "↺")
        change = form("rewrite", f"change-{name}", (
            area(f"text-{name}", "text", word("own_text" if own else "text"), stands["text"], LONGEST["text"])
            + self._who_when(name, stands, today)
            + button(f"save-{name}", word("save"), about=title, kind="v-main")
        ), {"action": name})  # fmt: skip
        reject = form("decide", f"reject-{name}", (
            area(f"reason-{name}", "reason", word("reason"), most=LONGEST["reason"])
            + button(f"no-{name}", word("reject_yes"), "decision", "reject", about=title)
        ), {"action": name})  # fmt: skip
        folds = folded(f"fold-change-{name}", word("change"), change, title)
        folds += folded(f"fold-reject-{name}", word("reject"), reject, title)
        return f'<div class="v-decide">{buttons}</div><div class="v-folds">{folds}</div>'

    def restore(self, name: str, title: str) -> str:
        """Takes back what was decided about an action that is out of the plan."""
        return self._decide(name, title, "restore", "↺")

    def beside(self, capacity: Capacity, today: date, approvable: bool, seen: int) -> str:
        """What concerns the whole plan: own hours and money, an action of one's own, approval."""
        word, empty = self._word, {"text": "", "owner": "", "month": ""}
        money = self._words.document["cost_band"]
        bands = [("", word("money_open")), *((band, money[band]) for band in COSTS)]
        hours = form("capacity", "capacity", (
            text("hours", "hours", word("hours"), str(capacity.hours or ""), 5, word("hours_hint"), numeric=True)
            + select("money", "money", word("money"), bands, capacity.money or "")
            + button("save-capacity", word("save"), about=word("capacity"), kind="v-main")
        ))  # fmt: skip
        add = form("add", "add", (
            area("text-new", "text", word("own_text"), most=LONGEST["text"])
            + self._who_when("new", empty, today)
            + button("save-new", word("add_yes"), kind="v-main")
        ))  # fmt: skip
        folds = folded("fold-add", word("add"), add) + folded("fold-capacity", word("capacity"), hours)
        if approvable:
            approve = form("approve", "approve", (
                f'<p>{self._words.html("plan.forms.approve_told")}</p>'
                + text("who", "who", word("who"), most=LONGEST["who"])
                + button("save-approve", word("approve_yes"), kind="v-main")
            ), {"seen": seen})  # fmt: skip
            folds += folded("fold-approve", word("approve"), approve)
        return f'<div class="v-folds v-whole">{folds}</div>'

    def _who_when(self, name: str, stands: Mapping[str, str], today: date) -> str:
        word, stages = self._word, self._words.replies["plan_stage"]
        parts = [("", word("stage_open")), *((stage, stages[stage]) for stage in PLAN_STAGES)]
        return (
            text(f"owner-{name}", "owner", word("owner"), stands["owner"], LONGEST["owner"])
            + select(f"month-{name}", "month", word("month"), self._months(stands["month"], today), stands["month"])
            + select(f"stage-{name}", "stage", word("stage"), parts)
        )

    def _months(self, stands: str, today: date) -> list[Choice]:
        first = today.year * 12 + today.month - 1
        known = [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, first + MONTHS)]
        if stands and stands not in known:
            known.insert(0, stands)
        return [("", self._word("month_open")), *((one, month(one, self._words.replies["dates"])) for one in known)]

    def _decide(self, name: str, title: str, decision: str, sign: str, kind: str = "") -> str:
        sends = button(f"{decision}-{name}", self._word(decision), "decision", decision, kind, title, sign)
        return form("decide", f"{decision}-form-{name}", sends, {"action": name}, "v-inline")

    def _word(self, key: str) -> str:
        return self._words(f"plan.forms.{key}")
