"""A case of an eval begins with nothing remembered, so that it does not matter which ones came before."""

from evals.cases import Case, timed


class Remembering:
    """An engine that only counts how often it forgets."""

    def __init__(self):
        self.known = ["from the case before"]

    def forget(self):
        self.known.clear()


def test_nothing_is_remembered_from_the_case_before():
    engine = Remembering()

    def examine(row):
        assert engine.known == []
        engine.known.append(row)
        return Case(id=row, language="en", kind="clear", scores={})

    assert [timed(engine, examine, row).id for row in ("a", "b")] == ["a", "b"]
