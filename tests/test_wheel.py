"""Installed from the wheel alone, in an empty folder, every command works."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's own files, unpacked where no checkout is near."""
    built = tmp_path_factory.mktemp("wheel")
    code = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(built)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as package:
        package.extractall(target)
    return target


def xlplan(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "XLPLAN_LANG": "vi"}
    return subprocess.run(
        [sys.executable, "-m", "xlplan", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_every_command_works_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    steps = (
        ("--help",),
        ("new", "xa.xlsx", "--kind", "nam", "--villages", "Đông, Tây"),
        ("new", "thon.xlsx", "--kind", "thon"),
        ("check", "xa.xlsx", "thon.xlsx"),
        ("plan", "xa.xlsx", "-o", "xa.docx"),
        ("batch", ".", "-o", "ra"),
        ("addin", "doctor"),
    )
    for arguments in steps:
        done = xlplan(installed, tmp_path, *arguments)
        assert (done.returncode, done.stderr if arguments[0] != "batch" else "") == (0, ""), arguments
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    ours = {"ke_hoach/xa.docx", "ke_hoach/thon.docx", "phan_hoi/xa.txt", "phan_hoi/thon.txt", "so_theo_doi.sqlite"}
    ours |= {"ket_qua.jsonl", "tong_hop.xlsx", "tong_hop.html"}
    assert made == {"xa.xlsx", "thon.xlsx", "xa.docx"} | {f"ra/{name}" for name in ours}


def test_the_wheel_holds_templates_outlines_catalogue_translations_and_page(installed: Path) -> None:
    package = installed / "xlplan"
    for name in (
        "templates/ke_hoach.docx",
        "templates/outlines/nam.toml",
        "templates/outlines/thon.toml",
        "catalogue/data/indicators.toml",
        "cli/locale/vi/LC_MESSAGES/messages.mo",
        "excel/setup/bundle/cai_dat.cmd",
        "province/page/page.html",
        "province/page/page.css",
        "province/page/page.js",
        "province/page/words.toml",
    ):
        assert (package / name).is_file(), name


def test_help_in_a_fresh_process_is_vietnamese(installed: Path, tmp_path: Path) -> None:
    assert "Cách dùng:" in xlplan(installed, tmp_path, "check", "--help").stdout
