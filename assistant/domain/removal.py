"""What can be taken out of a profile, one thing at a time. Pure; knows no dialogue, and nothing that is taken out is thrown away."""

from __future__ import annotations

from assistant.domain.maturity import MaturityModel
from assistant.domain.profile import Finding, Profile, Remark


def place(remark: Remark) -> str:
    """Where a pain or goal was said: what names it in a removal."""
    return f"{remark.quote.turn}-{remark.quote.start}"


def without(profile: Profile, model: MaturityModel, what: str, value: str = "") -> Profile | None:
    """`profile` without `what` (see `Remove`); None when there is no such thing in it.

    An item that is taken out counts as left out by the company, so it is not asked again.
    """
    kind, _, rest = what.partition(".")
    if what in model.items:
        old = profile.findings.get(what)
        gone = (old,) if old is not None and old.stage is not None else ()
        findings = {**profile.findings, what: Finding(item=what, status="declined")}
        return profile.model_copy(update={"findings": findings, "superseded": (*profile.superseded, *gone)})
    if kind == "company":
        facts = [fact for fact in profile.facts if fact.field == rest and value in ("", str(fact.value))]
        kept = tuple(fact for fact in profile.facts if fact not in facts)
        superseded = (*profile.superseded, *facts)
        return profile.model_copy(update={"facts": kept, "superseded": superseded}) if facts else None
    if kind in ("barriers", "technologies", "targets"):
        things = dict(getattr(profile, kind))
        return None if things.pop(rest, None) is None else profile.model_copy(update={kind: things})
    if kind in ("pains", "goals"):
        remarks = getattr(profile, kind)
        left = tuple(remark for remark in remarks if place(remark) != rest)
        return None if len(left) == len(remarks) else profile.model_copy(update={kind: left})
    return None
