"""What can be clicked in the profile, as HTML: another stage, being asked again, taking out, company facts, targets. Knows no rule."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

from assistant.domain.acts import FACTS
from assistant.domain.maturity import STAGES, MaturityModel
from assistant.domain.pointing import LONGEST_FACT
from assistant.domain.profile import SINGLE_FACTS, FactFinding, Finding, Profile, Remark
from assistant.domain.removal import place
from assistant.web.pages.forms import button, folded, form, radios, select, text
from assistant.web.words import Words


class ProfileForms:
    """Forms in one language."""

    def __init__(self, model: MaturityModel, words: Words) -> None:
        self._model, self._words, self._language = model, words, words.language

    def item(self, item: str, found: Finding | None) -> str:
        """What can be set right about one item that was talked about, or one that was not."""
        word, title = self._word, self._model.items[item].title[self._language]
        descriptors = self._model.items[item].descriptors
        stands = str(found.low) if found is not None and found.low is not None and found.low == found.high else ""
        stages = [(str(stage), descriptors[stage][self._language]) for stage in STAGES]
        pick = form("stage", f"stage-{item}", (
            radios(f"pick-{item}", "stage", word("closest"), stages, stands)
            + button(f"save-{item}", word("save"), about=title, kind="v-main")
        ), {"item": item})  # fmt: skip
        assessed = found is not None and found.low is not None
        ask = button(f"ask-{item}", word("ask_again" if assessed else "ask_now"), about=title)
        rest = form("ask", f"ask-form-{item}", ask, {"item": item}, "v-inline")
        if found is None or found.status != "declined":
            no = button(f"not-{item}", word("not_relevant"), about=title)
            rest += form("take_out", f"not-form-{item}", no, {"what": item}, "v-inline")
        return folded(
            f"fold-{item}", word("edit" if assessed else "fill"), f'{pick}<div class="v-decide">{rest}</div>', title
        )

    def facts(self, facts: Collection[FactFinding]) -> str:
        """All company facts: each to be set right or taken out."""
        word, replies, forms = self._word, self._words.replies, ""
        known = {fact.field: fact for fact in facts if fact.field in SINGLE_FACTS}
        for field in (field for field in FACTS if field in SINGLE_FACTS):
            name, value = replies["field"][field], str(known[field].value) if field in known else ""
            if field in ("sector", "order_type"):
                entries = [("", word("not_said")), *replies[field].items()]
                asked = select(f"fact-{field}", "value", name, entries, value)
            else:
                asked = text(f"fact-{field}", "value", name, value, LONGEST_FACT, numeric=field == "employees")
            asked += button(f"save-{field}", word("save"), about=name, kind="v-main")
            forms += f'<div class="v-fact">{form("fact", f"fact-form-{field}", asked, {"field": field}, "v-line")}'
            forms += self.out(f"company.{field}", name) if field in known else ""
            forms += "</div>"
        for fact in facts:
            if fact.field not in SINGLE_FACTS:
                name = f"{replies['field'][fact.field]}: {fact.value}"
                forms += f'<div class="v-fact"><span>{escape(name)}</span>{self.out(f"company.{fact.field}", name, str(fact.value))}</div>'
        return folded("fold-company", word("edit"), forms, self._words.document["company"], stay=True)

    def out(self, what: str, about: str, value: str = "") -> str:
        """Takes one thing out."""
        key = f"{what}-{value}" if value else what
        sends = button(f"out-{key}", self._word("take_out"), about=about, kind="v-quiet", sign="×")
        return form(
            "take_out", f"out-form-{key}", sends, {"what": what, **({"value": value} if value else {})}, "v-inline"
        )

    def remark(self, kind: str, remark: Remark) -> str:
        """Takes out a pain or a goal."""
        return self.out(f"{kind}.{place(remark)}", remark.quote.text[:60])

    def targets(self, profile: Profile) -> str:
        """Where the company wants to be, dimension by dimension."""
        word = self._word
        stages = [
            (str(n), self._words.document["stage"].format(stage=n, name=stage.title[self._language]))
            for n, stage in enumerate(self._model.stages)
        ]
        asked = "".join(
            select(
                f"target-{one.id}", one.id, one.title[self._language], [("", word("target_open")), *stages],
                str(profile.targets.get(one.id, "")),
            )
            for one in self._model.dimensions
        )  # fmt: skip
        told = f'<p class="v-small-note">{self._words.html("profile.forms.targets_told")}</p>'
        inner = form(
            "targets",
            "targets",
            told + asked + button("save-targets", word("save"), about=word("targets"), kind="v-main"),
        )
        return folded("fold-targets", word("targets"), inner)

    def _word(self, key: str) -> str:
        return self._words(f"profile.forms.{key}")
