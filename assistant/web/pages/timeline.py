"""The plan along the months, drawn as SVG that grows with the panel. Knows months and steps; everything it shows also stands in words."""

from __future__ import annotations

from datetime import date
from html import escape

from assistant.domain.dates import month
from assistant.domain.plan import Plan
from assistant.web.words import Words

MOST = 36
"""Months that are drawn at the most; a plan that takes longer ends at the edge."""
ROW, TOP = 2.9, 1.8
"""Heights in letters: of a step, and of the months above."""


def timeline(plan: Plan, today: date, words: Words) -> str:
    """Every step from its first to its last month, and the months that were agreed for single actions; else why there is none."""
    document = words.document
    if not plan.steps or plan.steps[0].months is None:
        return f'<p class="v-small-note">{escape(document["no_months"])}</p>' if plan.steps else ""
    last = max(step.months[1] for step in plan.steps if step.months)
    shown = max(3, min(MOST, last))
    unit = 100 / shown
    rows, told = "", []
    for number, step in enumerate(plan.steps):
        assert step.months is not None
        first, end = step.months
        name = f"{number + 1}. {words.replies['plan_stage'][step.stage]}"
        span = str(document["month_one" if first == end else "months"]).format(first=first, last=end)
        told.append(f"{name}: {span}")
        y = TOP + number * ROW
        rows += f'<text x="0" y="{y + 0.95:.2f}em" class="v-name">{escape(name)}</text>'
        if first <= shown:
            wide = (min(end, shown) - first + 1) * unit
            rows += (
                f'<rect x="{(first - 1) * unit:.2f}%" y="{y + 1.3:.2f}em" width="{wide:.2f}%" height="1em" rx="3" '
                f'class="v-bar v-{step.stage}"/>'
            )
        decided = [*(planned.decided.month for planned in step.actions), *(own.month for own in step.own)]
        for when in sorted({one for one in decided if one}):
            if (at := _ahead(when, today)) is not None and at < shown:
                x = (at + 0.5) * unit
                rows += f'<circle cx="{x:.2f}%" cy="{y + 1.8:.2f}em" r=".42em" class="v-when"/>'
                told.append(f"{name}: {month(when, words.replies['dates'])}")
    ticks = "".join(
        f'<text x="{(at) * unit:.2f}%" y="1em" class="v-tick">{escape(_short(today, at, words))}</text>'
        f'<line x1="{at * unit:.2f}%" x2="{at * unit:.2f}%" y1="1.3em" y2="100%" class="v-grid"/>'
        for at in range(0, shown, max(1, -(-shown // 4)))
    )
    heading, height = words.html("plan.timeline"), TOP + len(plan.steps) * ROW
    return (
        f'<figure class="v-figure"><figcaption>{heading} <small>({words.html("plan.estimate")})</small></figcaption>'
        f'<svg role="img" aria-label="{heading}: {escape("; ".join(told))}" width="100%" height="{height:.1f}em">{ticks}{rows}</svg></figure>'
    )


def _short(today: date, ahead: int, words: Words) -> str:
    """A month in few letters, with its year."""
    number = today.year * 12 + today.month - 1 + ahead
    name = str(words.replies["dates"]["months"][number % 12])[:3]
    return f"{name} {number // 12}"


def _ahead(when: str, today: date) -> int | None:
    year, _, of_year = when.partition("-")
    if not (year.isdigit() and of_year.isdigit()):
        return None
    ahead = int(year) * 12 + int(of_year) - (today.year * 12 + today.month)
    return ahead if ahead >= 0 else None
