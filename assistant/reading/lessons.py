"""What the head learns from: exemplars, sentences that tell nothing of today, and remarks. Knows the content's shape, no vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.domain.maturity import LANGUAGES, STAGES, MaturityModel

NOW = "now"
"""Kind of an utterance that tells what the firm does now."""
REMARKS = ("barrier", "ruled_out", "technology", "use", "interested", "turn")
"""What is told apart in a remark: which barrier ("" for none), whether it is said to be none, which technology ("" for
none), how far its use has come (0 to 5), whether it is of interest, and what a turn wants of the dialogue."""
_EVERY = {"samples": 6, "silent": 8, "barrier": 4}
"""Which of what is taught otherwise is also a turn that answers: every so many."""
_NOBODY = 1
"""Stage up to which all samples are: "nobody does that" is easily taken for not knowing."""
_NO_ANSWERS = {"unknown": "unknown", "off_topic": "aside", "joke": "", "instruct": "aside"}
"""Kinds of silent utterances that are wishes, or neither: what is wanted of the machine is no matter of the dialogue."""


@dataclass(frozen=True)
class Lessons:
    """What the head learns from."""

    samples: Sequence[tuple[str, int, str]]
    """(item, stage, text): the exemplars and descriptors."""
    other: Sequence[str]
    """Sentences about no item."""
    silent: Mapping[str, Sequence[str]]
    """Utterances by kind (plan, past, others, hearsay …) that do not tell what the firm does now; under NOW some that do."""
    parts: Sequence[str] = ()
    """Answers about a firm whose parts are on different stages."""
    remarks: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """(label, text) by what is told apart, one of REMARKS."""


def lessons(
    model: MaturityModel,
    other: Mapping[str, Sequence[str]],
    silent: Mapping[str, Mapping[str, Sequence[str]]],
    parts: Mapping[str, Sequence[str]],
    remarks: Mapping[str, Mapping[str, Any]],
    turns: Mapping[str, Mapping[str, Sequence[str]]],
) -> Lessons:
    """All that is taught, of both languages.

    Args:
        model: Its exemplars and descriptors are the samples.
        other: Sentences about no item, by language.
        silent: Utterances by language and kind.
        parts: Answers about a firm whose parts differ, by language.
        remarks: What is said of barriers and technologies, by language.
        turns: Turns by language and what they want of the dialogue.
    """
    samples = [
        (item.id, stage, text)
        for item in model.items.values()
        for stage in STAGES
        for language in LANGUAGES
        for text in (*item.exemplars[stage][language], item.descriptors[stage][language])
    ]
    kinds = sorted({kind for by_kind in silent.values() for kind in by_kind})
    by_kind = {kind: [text for name in LANGUAGES for text in silent.get(name, {}).get(kind, ())] for kind in kinds}
    both = [text for name in LANGUAGES for text in parts[name]]
    said: dict[str, list[tuple[str, str]]] = {name: [] for name in REMARKS}
    for name in LANGUAGES:
        for what, label, text in _said(remarks[name]):
            said[what].append((label, text))
        said["turn"] += [(label, text) for label, texts in turns[name].items() for text in texts]
    said["turn"] += [
        ("answer", text)
        for number, (_, stage, text) in enumerate(samples)
        if stage <= _NOBODY or number % _EVERY["samples"] == 0
    ]
    said["turn"] += [("answer", text) for _, text in said["barrier"][:: _EVERY["barrier"]]]
    for kind, texts in by_kind.items():
        if label := _NO_ANSWERS.get(kind, "answer"):
            said["turn"] += [(label, text) for text in (texts[:: _EVERY["silent"]] if label == "answer" else texts)]
    return Lessons(samples, [text for name in LANGUAGES for text in other[name]], by_kind, both, said)


def _said(remarks: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(what, label, text) of the remarks of one language."""
    for barrier, by_status in remarks["barriers"].items():
        for status, texts in by_status.items():
            for text in texts:
                yield "barrier", barrier, text
                yield "ruled_out", "yes" if status == "ruled_out" else "no", text
                yield "technology", "", text
    for text in remarks["neither"]:
        yield "barrier", "", text
        yield "technology", "", text
    for technology, said in remarks["technologies"].items():
        for what in ("use", "interested"):
            for label, texts in said[what].items():
                for text in texts:
                    yield what, str(label), text
                    yield "technology", technology, text
