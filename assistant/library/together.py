"""One question asked two ways: with what it is about, and by its own words alone. Knows hits and how to ask, no index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from assistant.domain.maturity import Language
from assistant.library.index import Hit

_TALKED_OF = 0.04
"""What a passage gains that stands in a text which speaks of what the question is about."""

_WIDELY, _SOME = 60, 3
"""Passages looked at in each way, and those that say which texts it is about."""
Search: TypeAlias = Callable[[str, int, Language], list[Hit]]


def searched(search: Search, question: str, about: str, language: Language, k: int) -> list[Hit]:
    """At most `k` hits for `question`, best first; where it is `about` something it is asked with that and without."""
    if not about:
        return search(question, k, language)
    within, alone, named = ways(question, about)
    return together(
        search(within, _WIDELY, language), search(alone, _WIDELY, language), search(named, _SOME, language), k
    )


def ways(question: str, about: str) -> list[str]:
    """What is searched for `question`: with what it is `about`, alone, and that which it is about; else itself."""
    return [f"{about} {question}", question, about] if about else [question]


def together(within: Sequence[Hit], alone: Sequence[Hit], about: Sequence[Hit], k: int) -> list[Hit]:
    """At most `k` hits, best first, by the mean of both ratings; what only one way found has the lowest of the other.

    What is told with a question says what it is about and drowns what it asks: each way misses what the other finds.
    The texts that speak of what it is about are where the talk goes on, so that their passages come first among equals.

    Args:
        within: Found by the question behind what it is about, best first.
        alone: Found by the question alone, best first.
        about: Found by what it is about, best first.
        k: How many are wanted.
    """
    if not within or not alone:
        return list(within or alone)[:k]
    first = {hit.passage.id: hit for hit in within}
    second = {hit.passage.id: hit for hit in alone}
    lowest = (min(hit.rating for hit in within), min(hit.rating for hit in alone))
    talked_of = {hit.passage.document for hit in about}
    found = []
    for name in dict.fromkeys((*first, *second)):
        one, other = first.get(name), second.get(name)
        hit = one or second[name]
        rating = ((one.rating if one else lowest[0]) + (other.rating if other else lowest[1])) / 2
        rating += _TALKED_OF * (hit.passage.document in talked_of)
        told = _most(one.told if one else {}, other.told if other else {})
        score = max(found.score for found in (one, other) if found)
        found.append(replace(hit, rating=rating, told=told, score=score, border=_border(within, alone, hit)))
    return sorted(found, key=lambda hit: -hit.rating)[:k]


def _most(some: Mapping[int, float], others: Mapping[int, float]) -> dict[int, float]:
    return {place: max(some.get(place, 0.0), others.get(place, 0.0)) for place in (*some, *others)}


def _border(within: Sequence[Hit], alone: Sequence[Hit], hit: Hit) -> float | None:
    """The border of a library lies where the question in its context is seen; a library without one has none."""
    return None if hit.border is None else max(h.border for h in (*within, *alone) if h.border is not None)
