"""The lexicon: names and patterns from `knowledge/reading/lexicon.yaml`, compiled once. Data, not judgement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.errors import ContentError
from assistant.reading.cues import compiled

_SECTIONS = (
    "barriers", "ruled_out", "technologies", "use", "interested", "order_type", "sector", "systems", "machines",
    "municipalities", "towns", "targets",
)  # fmt: skip


class Lexicon:
    """Compiled patterns for barriers, technologies and company facts."""

    def __init__(self, data: Mapping[str, Any], source: str) -> None:
        if unknown := sorted(set(data) ^ set(_SECTIONS)):
            raise ContentError(f"{source}: key {unknown[0]!r} is missing or unknown; the keys are {list(_SECTIONS)}.")

        def table(section: str) -> dict[Any, re.Pattern[str]]:
            return {key: compiled(value, f"{source}: {section}.{key}") for key, value in data[section].items()}

        self.barriers_said = {
            key: compiled(value["said"], f"{source}: barriers.{key}.said") for key, value in data["barriers"].items()
        }
        self.barriers_asked = {
            key: compiled(value["said"] + value["asked"], f"{source}: barriers.{key}.asked")
            for key, value in data["barriers"].items()
        }
        self.ruled_out = compiled(data["ruled_out"], f"{source}: ruled_out")
        self.technologies = table("technologies")
        self.use: dict[int, re.Pattern[str]] = table("use")
        self.interested = table("interested")
        self.order_type = table("order_type")
        self.sector = table("sector")
        self.targets = table("targets")
        self.systems = compiled([rf"(?<!\w)(?:{'|'.join(data['systems'])})(?!\w)"], f"{source}: systems")
        self.machines = compiled([rf"(?<!\w)(?:{'|'.join(data['machines'])})(?!\w)"], f"{source}: machines")
        self.places = {name.casefold(): name for name in data["municipalities"]}
        for municipality, towns in data["towns"].items():
            self.places |= {town.casefold(): municipality for town in towns}
        names = sorted(self.places, key=len, reverse=True)
        self.place = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
