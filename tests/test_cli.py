"""Commands as an official types them: exit status, one clear line for bad input, nothing half-written."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import build
import pytest
from babel.messages import Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from xlplan.cli import COMMANDS, run
from xlplan.pipeline import process

ROOT = Path(__file__).parent.parent
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"
LONG_AN = ROOT / "workbooks" / "long_an_2024.xlsx"


@pytest.fixture(autouse=True)
def _own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XLPLAN_LANG", raising=False)
    monkeypatch.setenv("LANGUAGE", "vi")


def test_every_command_has_help_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
        vietnamese = capsys.readouterr().out
        assert run(["--lang", "en", name, "--help"]) == 0
        english = capsys.readouterr().out
        assert "Cách dùng:" in vietnamese and "Tùy chọn:" in vietnamese
        assert "Usage:" in english and not re.search("[ăđơưạảấầẩẫậ]", english.replace("“thon”", ""))


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"xlplan {name}" not in text] == []


def test_check_of_son_trung_reports_its_contradiction_and_nothing_else_as_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["check", "--format", "json", str(SON_TRUNG)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == 1
    (entry,) = report["files"]
    errors = [f for f in entry["findings"] if f["severity"] == "error"]
    assert [(f["code"], f["actual"], f["expected"]) for f in errors] == [("A14", "63", "64")]
    assert entry["status"] == "findings"
    assert (entry["unit"], entry["period"]) == ("xã Sơn Trung", "2023")
    assert entry["rates"]["ty_le_ho_ngheo_dau_ky"] == "4.08"


def test_check_of_long_an_finds_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(LONG_AN)]) == 0
    assert "LỖI" not in capsys.readouterr().out


def test_plan_refuses_a_workbook_with_errors_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "plan.docx"
    assert run(["plan", str(SON_TRUNG), "-o", str(out)]) == 1
    assert not out.exists()
    assert "--force" in capsys.readouterr().err
    assert run(["plan", str(SON_TRUNG), "-o", str(out), "--force"]) == 0
    with zipfile.ZipFile(out) as package:
        comments = package.read("word/comments.xml").decode()
    assert "A14" in comments and "63" in comments


def test_plan_of_a_clean_workbook_has_no_comment(tmp_path: Path) -> None:
    out = tmp_path / "plan.docx"
    assert run(["plan", str(LONG_AN), "-o", str(out)]) == 0
    with zipfile.ZipFile(out) as package:
        assert "word/comments.xml" not in package.namelist()


def encrypted(path: Path) -> Path:
    """The outer shape of a workbook with a password: a compound file whose directory names EncryptedPackage."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    directory = b""
    for name, kind in (("Root Entry", 5), ("EncryptedPackage", 2)):
        text = name.encode("utf-16-le")
        directory += text.ljust(64, b"\0") + (len(text) + 2).to_bytes(2, "little") + bytes([kind, 1]) + bytes(60)
    path.write_bytes(bytes(header) + directory + bytes(1024))
    return path


def bad_files(folder: Path) -> dict[str, Path]:
    whole = SON_TRUNG.read_bytes()
    files = {name: folder / name for name in ("chu.xlsx", "cut.xlsx", "rong.xlsx", "word.xlsx", "trang.xlsx")}
    files["chu.xlsx"].write_text("xin chào", encoding="utf-8")
    files["cut.xlsx"].write_bytes(whole[: len(whole) // 2])
    files["rong.xlsx"].write_bytes(b"")
    shutil.copy(ROOT / "templates" / "ke_hoach.docx", files["word.xlsx"])
    build.workbook(files["trang.xlsx"], "Sheet1\n| |\n")
    files["matkhau.xlsx"] = encrypted(folder / "matkhau.xlsx")
    files["khongco.xlsx"] = folder / "khongco.xlsx"
    files["thumuc.xlsx"] = folder / "thumuc.xlsx"
    files["thumuc.xlsx"].mkdir()
    return files


def test_bad_input_gives_one_clear_line_that_names_the_file_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = set()
    for name, path in bad_files(tmp_path).items():
        for arguments in (
            ["check", str(path)],
            ["plan", str(path), "-o", str(tmp_path / "ra" / "plan.docx")],
        ):
            assert run(arguments) == 2, name
            streams = capsys.readouterr()
            assert streams.out == ""
            assert len(streams.err.strip().splitlines()) == 1
            assert streams.err.startswith(f"{path}: ")
        seen.add(streams.err.partition(":")[2])
    assert len(seen) == 8  # each kind of bad file has its own words
    assert not (tmp_path / "ra").exists()


def test_an_output_that_cannot_be_written_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "tep"
    blocked.write_text("x", encoding="utf-8")
    assert run(["plan", str(LONG_AN), "-o", str(blocked / "plan.docx")]) == 2
    assert run(["new", str(blocked / "moi.xlsx")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["tep"]


def test_an_output_never_overwrites_its_input(tmp_path: Path) -> None:
    copy = shutil.copy(LONG_AN, tmp_path / "xa.xlsx")
    before = Path(copy).read_bytes()
    assert run(["plan", str(copy), "-o", str(copy)]) == 2
    assert run(["new", str(copy)]) == 2
    assert Path(copy).read_bytes() == before


def test_usage_errors_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["check"],
        ["nonsense"],
        ["plan", "x.xlsx"],
        ["check", "--format", "xml", "x"],
        ["--lang", "fr", "new"],
    ):
        assert run(arguments) == 2
    assert "Lỗi:" in capsys.readouterr().err


def test_new_makes_a_workbook_that_check_can_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("nam", "thon"):
        for orientation in ("rows", "columns"):
            out = tmp_path / f"{kind}-{orientation}.xlsx"
            words = ["new", str(out), "--kind", kind, "--villages", "Đông, Tây", "--orientation", orientation]
            assert run(words) == 0
            capsys.readouterr()
            assert run(["check", "--format", "json", str(out)]) == 0
            (entry,) = json.loads(capsys.readouterr().out)["files"]
            assert [f for f in entry["findings"] if f["severity"] != "info"] == []
            assert run(["plan", str(out), "-o", str(tmp_path / "p.docx")]) == 0


def test_vietnamese_survives_redirection_where_the_console_is_not_utf_8(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "xlplan", "check", str(SON_TRUNG)],
        capture_output=True,
        env=environment,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1
    assert "Hiện trạng" in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_english_by_environment(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XLPLAN_LANG", "en")
    assert run(["check", str(SON_TRUNG)]) == 1
    assert "ERROR" in capsys.readouterr().out


def test_the_compiled_translations_follow_their_source() -> None:

    def plain(messages: Iterable[Message]) -> dict[str, list[str]]:
        return {str(flat(m.id)[0]): flat(m.string) for m in messages if m.id}

    def flat(text: str | Iterable[str]) -> list[str]:
        return [text] if isinstance(text, str) else list(text)

    folder = ROOT / "xlplan" / "cli" / "locale" / "vi" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as po, (folder / "messages.mo").open("rb") as mo:
        wanted, compiled = read_po(po), read_mo(mo)
    assert plain(wanted) == plain(compiled)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--unit", "quận Bình Minh"],
        ["--unit", "phường"],
        ["--unit", "Bình Minh"],
        ["--unit", "thị trấn Tân Khai"],
        ["--province", "Đồng Nai"],
        ["--to", "2026"],
    ],
)
def test_new_asks_for_names_and_periods_that_exist(tmp_path: Path, arguments: list[str]) -> None:
    target = tmp_path / "xa.xlsx"
    assert run(["new", str(target), "--kind", "giai-doan", "--year", "2027", *arguments]) == 2
    assert not target.exists()


def test_new_takes_unit_province_and_period(tmp_path: Path) -> None:
    target = tmp_path / "xa.xlsx"
    arguments = ["--kind", "giai-doan", "--year", "2024", "--to", "2033", "--unit", "thị trấn Tân Khai"]
    assert run(["new", str(target), *arguments, "--province", "tỉnh Bình Phước"]) == 0
    submission = process(target).report.submission
    assert (submission.unit_name, submission.text("tinh")) == ("thị trấn Tân Khai", "tỉnh Bình Phước")
    assert submission.period == (2024, 2033)
    assert [key for key in submission.records["chi_tieu_nam"][0].texts if key.startswith("loai_20")][-1] == "loai_2033"
