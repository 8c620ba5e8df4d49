"""What the company may not settle like that, with a reason that a page can say in its own words. Knows no rule."""

from __future__ import annotations


class Refused(ValueError):
    """A settlement that cannot be taken.

    Args:
        why: Names the reason for whoever words it anew.
        sentence: What, where and what to do.
        values: What the wording of the reason may need.
    """

    def __init__(self, why: str, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.why, self.values = why, values
