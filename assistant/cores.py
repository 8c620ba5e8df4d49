"""What the processor has, and what is made of it."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Literal

Numbers = Literal["bfloat16", "float32"]


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def numbers() -> Numbers:
    """The numbers that a model is quickest in here, by torch's name."""
    import torch

    return quickest(torch.cpu.get_capabilities())


def quickest(has: Mapping[str, object]) -> Numbers:
    """The same for a processor that `has` these abilities (torch's names, and its `cpu_name`).

    With tiles for it (AMX) a processor embeds two to three times the texts a second in bfloat16; an AMD one that knows these
    numbers 1.5 to 1.8 times. Others that know them without tiles are slower in them than in float32.
    """
    amd = str(has.get("cpu_name", "")).startswith("AMD") and has.get("avx512_bf16")
    return "bfloat16" if has.get("amx_bf16") or amd else "float32"
