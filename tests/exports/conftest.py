"""LibreOffice for the tests that look at Word files on paper; it comes from Debian and is installed when it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest
from printing import pages

PACKAGES = ("libreoffice-writer", "fonts-crosextra-carlito")
"""Carlito has the widths of Calibri, without which pages break elsewhere than in Word."""


def soffice() -> str:
    """LibreOffice, installed when it is missing and may be installed."""
    if found := shutil.which("soffice"):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(
            "\nInstalling LibreOffice for the tests of Word files (once, some minutes) ...",
            file=sys.__stderr__,
            flush=True,
        )
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            subprocess.run(
                ["apt-get", *command],
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        if found := shutil.which("soffice"):
            return found
    reason = "no LibreOffice, and it cannot be installed here: `sudo apt-get install libreoffice-writer`, then run the tests again"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def on_paper(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, bytes]], dict[str, list[str]]]:
    """Word files by name -> the text of their pages as LibreOffice prints them."""
    program = soffice()

    def printed(files: dict[str, bytes]) -> dict[str, list[str]]:
        folder = tmp_path_factory.mktemp("word")
        for name, content in files.items():
            (folder / f"{name}.docx").write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
        names = [str(folder / f"{name}.docx") for name in files]
        subprocess.run(
            [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *names],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return {name: pages(folder / f"{name}.pdf") for name in files}

    return printed
