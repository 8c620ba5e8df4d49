"""Nothing acknowledged is lost, nothing is corrupt, when the program is killed in the middle of what it does. See `kills.py`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

KILLS = 12
"""Here; `make test-kills` kills two hundred times."""


def test_a_dozen_kills_lose_nothing() -> None:
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(here / "kills.py"), str(KILLS)], capture_output=True, text=True, timeout=300,
        env={"PYTHONPATH": str(here.parent), "PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = re.findall(r"^(\w+): (\d+) kills, ([\d,]+) acknowledged, 0 problems$", done.stdout, re.MULTILINE)
    assert [name for name, _, _ in lines] == ["turns", "ingestion", "migration", "backup"]
    assert sum(int(kills) for _, kills, _ in lines) == KILLS
    assert all(int(number.replace(",", "")) > 0 for _, _, number in lines), done.stdout
