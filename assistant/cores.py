"""What the processor has."""

import os
from functools import cache


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def halved() -> bool:
    """Whether bfloat16 pays: with tiles of its own (AMX) a processor embeds two to three times the texts a second; without
    them, also where it knows the numbers, it is slower than in float32.
    """
    import torch

    return bool(torch.cpu.get_capabilities().get("amx_bf16"))
