"""LibreOffice and poppler for the tests marked ``office``, and what openxml-audit says of a file."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

PROGRAMS = ("soffice", "pdftotext")
TIMEOUT = 180  # seconds for one conversion; the first one also writes the profile


def require_office() -> None:
    """Skip the test where LibreOffice or poppler is missing; with XLPLAN_REQUIRE_OFFICE=1 fail it."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        skip_or_fail(f"{' and '.join(missing)} not found: install LibreOffice and poppler-utils")


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test for what this machine lacks; with XLPLAN_REQUIRE_OFFICE=1 fail it."""
    if os.environ.get("XLPLAN_REQUIRE_OFFICE") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@cache
def profile() -> str:
    """A profile of this session only: a running LibreOffice is neither needed nor disturbed."""
    folder = tempfile.mkdtemp(prefix="xlplan-office-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder).as_uri()


def convert(path: Path, outdir: Path, kind: str) -> Path:
    """The file in another format (``pdf``, ``docx``, ``xlsx`` …), written into ``outdir`` by LibreOffice."""
    outdir.mkdir(parents=True, exist_ok=True)
    command = [
        "soffice",
        f"-env:UserInstallation={profile()}",
        "--headless",
        "--norestore",
        "--convert-to",
        kind,
    ]
    done = subprocess.run(
        [*command, "--outdir", str(outdir), str(path)],
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )
    made = outdir / f"{path.stem}.{kind.partition(':')[0]}"
    assert made.exists(), f"LibreOffice made no {made.name}: {done.stderr or done.stdout}"
    return made


def to_pdf(path: Path, outdir: Path) -> Path:
    """The file as PDF, written into ``outdir``."""
    return convert(path, outdir, "pdf")


def repairs(path: Path) -> list[str]:
    """What Word or Excel, of 2010 or of Microsoft 365, would offer to repair in a file."""
    from openxml_audit import FileFormat, OpenXmlValidator  # type: ignore[import-untyped]

    return [
        f"{version.value} {error.part_uri}: {error.description}"
        for version in (FileFormat.OFFICE_2010, FileFormat.MICROSOFT_365)
        for error in OpenXmlValidator(file_format=version).validate(path).errors
        if error.severity.value == "error"
    ]
