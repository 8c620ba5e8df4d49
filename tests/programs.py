"""Programs that tests need from Debian: found, or installed where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

import pytest


def program(names: Sequence[str], packages: Sequence[str], why: str) -> str:
    """The first of `names` that is there, after installing `packages` if need be.

    Where it cannot be had the tests are skipped, but fail in continuous integration: there nothing may go unseen.
    """
    if (found := _found(names)) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"\nInstalling {packages[0]} for {why} (once, some minutes) ...", file=sys.__stderr__, flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *command], check=False, capture_output=True, env=environment)
        found = _found(names)
    return found or _missing(packages)


def _found(names: Sequence[str]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _missing(packages: Sequence[str]) -> NoReturn:
    reason = f"not there, and cannot be installed here: `sudo apt-get install {' '.join(packages)}`, then run the tests again"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
