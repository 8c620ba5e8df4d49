"""What the processor has, and what is made of it."""

import os
from functools import cache
from typing import Literal


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def numbers() -> Literal["bfloat16", "float32"]:
    """The numbers that a model is quickest in here, by torch's name.

    With tiles of its own (AMX) a processor embeds two to three times the texts a second in bfloat16; without them, also where
    it knows these numbers, it is slower than in float32.
    """
    import torch

    return "bfloat16" if torch.cpu.get_capabilities().get("amx_bf16") else "float32"
