"""Programs that tests need from Debian, and packages from npm: found, or installed where that is allowed."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

from assistant.settings import load

AXE = "axe-core@4.14.1"
AXE_SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="


def program(names: Sequence[str], packages: Sequence[str], why: str, besides: str = "") -> str:
    """The first of `names` that is there, in PATH or in a folder that matches `besides`, after installing `packages` if need be.

    Where it cannot be had the tests are skipped, but fail in continuous integration: there nothing may go unseen.
    """
    if (found := _found(names, besides)) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with FileLock(Path(tempfile.gettempdir()) / "vejviser-apt.lock"):  # tests run side by side
            if _found(names, besides) is None:
                _install(packages, why)
        found = _found(names, besides)
    return found or _missing(packages)


def _install(packages: Sequence[str], why: str) -> None:
    print(f"\nInstalling {packages[0]} for {why} (once, some minutes) ...", file=sys.__stderr__, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], check=False, capture_output=True, env=environment)


def axe() -> str:
    """The script of axe-core, which looks for hindrances in a page; fetched with npm once and kept in the cache folder."""
    kept = load().cache / f"{AXE.replace('@', '-')}.tgz"
    if not _whole(kept):
        npm = program(["npm"], ["npm"], "axe-core")
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([npm, "pack", AXE, "--silent"], cwd=folder, check=False, capture_output=True, timeout=300)
            fetched = Path(folder) / kept.name
            if not _whole(fetched):
                _missing([AXE])
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fetched, unfinished := kept.with_suffix(f".{os.getpid()}"))
            unfinished.replace(kept)
    with tarfile.open(kept) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def _whole(packed: Path) -> bool:
    if not packed.is_file():
        return False
    return base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() == AXE_SHA512


def _found(names: Sequence[str], besides: str = "") -> str | None:
    folders = map(str, sorted(Path("/").glob(besides.lstrip("/")), reverse=True)) if besides else ()
    where = os.pathsep.join([os.environ.get("PATH", os.defpath), *folders])
    return next((path for name in names if (path := shutil.which(name, path=where))), None)


def _missing(packages: Sequence[str]) -> NoReturn:
    how = f"npm pack {packages[0]}" if packages[0] == AXE else f"sudo apt-get install {' '.join(packages)}"
    reason = f"not there, and cannot be installed here: `{how}`, then run the tests again"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
