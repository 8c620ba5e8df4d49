"""The report as one HTML page: nothing fetched from anywhere, light and dark, readable on a phone. Knows outcomes and changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from evals import plots
from evals.cases import Case, Outcome
from evals.compare import WORDS, Change
from evals.metrics import Figure

WORST = 10
_TURN = re.compile(r"\(turn (\d+), ")
_STYLE = """
:root{color-scheme:light dark;--ink:#1c2530;--soft:#55606c;--line:#dde3ea;--back:#fff;--card:#f5f7f9;--good:#17693a;--bad:#a4262c;--blue:#0b6e99}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#a5b1bd;--line:#37424d;--back:#14191e;--card:#1d242b;--good:#6fce94;--bad:#ff9b94;--blue:#5fb8de}}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;max-width:76rem;margin:0 auto;padding:1rem;color:var(--ink);background:var(--back)}
h1{font-size:1.5rem}h2{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1.5rem}h3{margin-top:1.5rem}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}tr.part td:first-child{padding-left:1.8rem;color:var(--soft)}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}.soft{color:var(--soft)}.row{display:flex;flex-wrap:wrap;gap:1rem}
figure{margin:0;max-width:100%}figure svg{max-width:100%;height:auto}figcaption{font-size:.85rem;color:var(--soft)}svg text{font:12px system-ui,sans-serif;fill:var(--ink)}
.interval{overflow:visible}.axis{stroke:var(--line)}.range{stroke:var(--blue);stroke-width:4;stroke-opacity:.45}.dot{fill:var(--blue);fill-opacity:.75}.bar{stroke:var(--bad);stroke-width:2}
.frame{fill:none;stroke:var(--line)}.right{fill:var(--good)}.wrong{fill:var(--bad)}
details{background:var(--card);border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.4rem .8rem}summary{cursor:pointer}summary:focus-visible{outline:2px solid var(--blue)}
.said{margin:.5rem 0;padding:.3rem .7rem;border-left:3px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere}.user{border-color:var(--blue)}.user::before{content:attr(data-turn) ". ";color:var(--soft)}.hit{border-color:var(--bad);border-left-width:6px}.said:target{outline:2px solid var(--blue)}
.verdict{font-size:1.15rem;font-weight:600;margin-bottom:.3rem}.group th{padding-top:1rem;border-bottom:1px solid var(--ink)}.group a{color:inherit}
.missed{margin-top:0}.missed a{color:var(--bad)}nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0}nav a,a{color:var(--blue)}
@media(max-width:42rem){thead{display:none}table,tbody{display:block}tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .8rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
td,td.n,.group th{border:0;padding:0;text-align:left}td:first-child,.group th{flex:0 0 100%}td:empty{display:none}tr.part td:first-child{padding-left:0}tr.part{padding-left:.9rem}
td[data-is]::before{content:attr(data-is) " ";color:var(--soft)}.group{border:0}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem;color:var(--soft);margin:.2rem 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0;overflow-wrap:anywhere}
"""


def page(
    outcomes: Sequence[Outcome], changed: Mapping[str, Mapping[str, Change]], made: Mapping[str, Any], verdict: str
) -> str:
    """The whole page; `verdict` is its first sentence."""
    contents = "".join(f'<li><a href="#{one.task}">{escape(one.title)}</a></li>' for one in outcomes)
    tasks = "".join(_task(one, changed.get(one.task, {})) for one in outcomes)
    first, _, rest = verdict.partition("; ")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Vejviser: evals</title><style>{_STYLE}</style></head><body><main><h1>Vejviser: how well it works</h1>"
        f'<p class="verdict">{escape(first)}{"." if rest else ""}</p>{_trouble(outcomes, changed)}<nav><ul>{contents}</ul></nav>'
        f"{_bars(outcomes, changed)}{tasks}<h2>What was measured</h2>{_made(made, outcomes)}</main></body></html>"
    )


def _trouble(outcomes: Sequence[Outcome], changed: Mapping[str, Mapping[str, Change]]) -> str:
    """What misses its bar and what got worse, a line each, with a link to where it stands."""
    lines = []
    for one in outcomes:
        for name in one.short:
            found, bar = one.figures[name], one.bars[name]
            value = f"{found.value:.3f}" if found.cases else "no cases"
            lines.append((one, f"{name}: {value}, the bar is {'at most' if bar.at_most else 'at least'} {bar.value:g}"))
        lines += [
            (one, f"{name}: worse than the baseline, {change.now:.3f} after {change.before:.3f}")
            for name, change in changed.get(one.task, {}).items() if change.verdict == "worse"
        ]  # fmt: skip
    told = "".join(f'<li><a href="#{one.task}">{escape(one.title)}</a>: {escape(line)}</li>' for one, line in lines)
    return f'<ul class="missed">{told}</ul>' if told else ""


def _bars(outcomes: Sequence[Outcome], changed: Mapping[str, Mapping[str, Change]]) -> str:
    """The figures that have bars, by eval."""
    rows = []
    for one in outcomes:
        rows.append(f'<tr class="group"><th colspan="7"><a href="#{one.task}">{escape(one.title)}</a></th></tr>')
        rows += [_row(name, one.figures[name], one, name, changed.get(one.task, {}).get(name)) for name in one.bars]
    return _table("".join(rows))


def _table(rows: str) -> str:
    return (
        '<div class="wide"><table><thead><tr><th>figure</th><th class="n">value</th><th class="n">95 % interval</th><th></th>'
        '<th class="n">bar</th><th class="n">cases</th><th>since the baseline</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(title: str, one: Figure, outcome: Outcome, name: str, change: Change | None) -> str:
    bar = outcome.bars.get(name)
    missed = bar is not None and not bar.met(one)
    told = "" if bar is None else f"{'≤ ' if bar.at_most else '≥ '}{bar.value:g}"
    value = f"{one.value:.3f}" if one.cases else "–"
    low_high = f"{one.low:.3f} to {one.high:.3f}" if one.cases else ""
    kind = ' class="part"' if title.startswith(" ") else ""
    mark = ' class="n bad"' if missed else ' class="n"'
    return (
        f"<tr{kind}><td>{escape(title.strip())}</td><td{mark}>{value}{' ✗' if missed else ''}</td><td class='n soft'>{low_high}</td>"
        f"<td>{plots.interval(one, bar)}</td><td class='n'{' data-is=bar' if told else ''}>{told}</td>"
        f"<td class='n' data-is=cases>{one.cases}</td><td>{_since(change)}</td></tr>"
    )


def _since(change: Change | None) -> str:
    if change is None or change.before is None:
        return ""
    kind = {"better": "good", "worse": "bad"}.get(change.verdict, "soft")
    by = f" ({change.now - change.before:+.3f})" if change.verdict != "same" else ""
    return f'<span class="{kind}">{WORDS[change.verdict]}{by}</span>'


def _task(one: Outcome, changed: Mapping[str, Change]) -> str:
    rows = "".join(_row(name, value, one, name, changed.get(name)) for name, value in one.figures.items())
    kept = ", kept from an earlier run of the same code, content and cases" if one.kept else ""
    body = [
        f'<h2 id="{one.task}">{escape(one.title)}</h2>',
        (
            f"<p class='soft'>Part “{escape(one.part)}”, {len(one.cases)} cases, {one.seconds:.0f} s{kept}. "
            f"{sum(not case.passed for case in one.cases)} cases with something wrong.</p>"
        ),
        _table(rows),
    ]
    sure = one.plots.get("reliability", {})
    if sure:
        body.append("<h3>Certainty</h3><p class='soft'>Each dot is a tenth of the scale.</p><div class='row'>")
        body += [plots.reliability(language, pairs) for language, pairs in sure.items()]
        body.append("</div>")
    matrices = one.plots.get("confusion", {})
    if matrices:
        body.append(
            "<h3>Stages, item by item</h3><p class='soft'>Rows: label; columns: read (– nothing).</p><div class='row'>"
        )
        body += [plots.confusion(item, counts) for item, counts in matrices.items()]
        body.append("</div>")
    return "".join([*body, _worst(one)])


def _worst(one: Outcome) -> str:
    cases = worst(one)
    if not cases:
        return ""
    spent = (
        "<p class='soft'>These cases are only measured: whoever reads one to mend the product has spent it. "
        "Look at the part “tune” for that.</p>"
        if one.part == "measure" and one.task != "safety" else ""
    )  # fmt: skip
    return f"<h3>The worst {len(cases)}</h3>{spent}" + "".join(_case(case, told=not spent) for case in cases)


def worst(one: Outcome) -> list[Case]:
    """At most ten cases: those with most wrong first."""
    wrong = [case for case in one.cases if not case.passed]
    return sorted(wrong, key=lambda case: (-len(case.wrong), case.id))[:WORST]


def _case(case: Case, *, told: bool) -> str:
    """A case to unfold; with `told` its first fault stands outside."""
    lines = "".join(f"<li>{_linked(case, escape(line))}</li>" for line in case.wrong)
    hit = {int(turn) for line in case.wrong for turn in _TURN.findall(line)}
    said, turn = "", 0
    for one in case.said:
        turn += one.role == "user"
        here = f' id="{escape(case.id)}-{turn}" data-turn="{turn}"' if one.role == "user" else ""
        mark = " hit" if one.role == "user" and turn in hit else ""
        said += f'<div class="said {one.role}{mark}"{here}>{escape(one.text)}</div>' + _more(one.more)
    return (
        f"<details><summary>{escape(case.id)} <span class='soft'>({escape(case.kind)}, {escape(case.language)}, "
        f"{case.seconds:.1f} s){escape(f' {case.wrong[0]}') if told and case.wrong else ''}</span></summary><ul>{lines}</ul>{said}</details>"
    )


def _linked(case: Case, line: str) -> str:
    """`line` with its turn as a link to what was said there."""
    return _TURN.sub(rf'(<a href="#{escape(case.id)}-\1">turn \1</a>, ', line)


def _more(more: Mapping[str, Any]) -> str:
    """What was made of a message, a line for each thing; lists of things one below the other."""
    lines = []
    for name, value in more.items():
        if value is not False and value in (None, "", [], {}, (), 0):  # False == 0, and is an answer
            continue
        if isinstance(value, list | tuple) and any(isinstance(one, dict) for one in value):
            lines += [f"{name}: {_thing(one)}" for one in value]
        else:
            lines.append(f"{name}: {_thing(value)}")
    return f"<pre>{escape(chr(10).join(lines))}</pre>" if lines else ""


def _thing(value: Any) -> str:
    if isinstance(value, dict):
        first = sorted(value.items(), key=lambda pair: pair[0] != "kind")
        return ", ".join(f"{k} {_thing(v)}" for k, v in first if v not in (None, "", [], {}) and v is not False)
    if isinstance(value, list | tuple):
        return ", ".join(map(_thing, value))
    if isinstance(value, float):
        return f"{value:.3g}"
    return f"“{value}”" if isinstance(value, str) and " " in value else str(value)


def tokens(outcomes: Sequence[Outcome]) -> tuple[int, int, int]:
    """Calls of a language model in all transcripts, tokens sent and received."""
    calls = [
        call
        for one in outcomes for case in one.cases for said in case.said
        for call in (said.more.get("model") or {}).get("calls", [])
    ]  # fmt: skip
    return len(calls), sum(call["sent"] for call in calls), sum(call["received"] for call in calls)


def _made(made: Mapping[str, Any], outcomes: Sequence[Outcome]) -> str:
    calls, sent, received = tokens(outcomes)
    rows = dict(made) | {
        "seconds": {one.task: round(one.seconds, 1) for one in outcomes},
        "calls of a language model": f"{calls}, {sent:,} tokens sent, {received:,} received",
    }
    told = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(', '.join(f'{k} {v}' for k, v in value.items()) if isinstance(value, dict) else str(value))}</dd>"
        for name, value in rows.items()
    )
    return f"<dl>{told}</dl>"
