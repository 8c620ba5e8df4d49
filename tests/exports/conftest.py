"""LibreOffice for the tests that look at Word files on paper; it comes from Debian and is installed when it is missing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from printing import pages
from programs import program

PACKAGES = ("libreoffice-writer", "fonts-crosextra-carlito")
"""Carlito has the widths of Calibri, without which pages break elsewhere than in Word."""


@pytest.fixture(scope="session")
def on_paper(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, bytes]], dict[str, list[str]]]:
    """Word files by name -> the text of their pages as LibreOffice prints them."""
    office = program(["soffice"], PACKAGES, "the tests of Word files")

    def printed(files: dict[str, bytes]) -> dict[str, list[str]]:
        folder = tmp_path_factory.mktemp("word")
        for name, content in files.items():
            (folder / f"{name}.docx").write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
        names = [str(folder / f"{name}.docx") for name in files]
        subprocess.run(
            [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *names],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return {name: pages(folder / f"{name}.pdf") for name in files}

    return printed
