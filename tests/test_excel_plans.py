"""Buttons that work on a Word plan beside an open workbook: its figures refreshed, and a document held against it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import build
import hand_plans
import pytest
import xlwings as xw
import xlwings_engine as excel
from docx import Document
from excel_press import SWAPPED, TABLE, WORKBOOKS, app, opened, saved, typed
from lxml import etree
from office import repairs
from plan_edits import MAIN, controls, figures, part, text, w, with_part

from xlplan.cli import run
from xlplan.excel import desktop, macros
from xlplan.pipeline import Options, process

OUTLINE = """
Nội dung
| Cấp | Nội dung |
| I   | Đầu năm xã có {{ho_ngheo_dau_ky}} hộ nghèo, chiếm {{ty_le_ho_ngheo_dau_ky}}; giảm {{giam_ho_ngheo}} hộ |
"""
RIGHT = SWAPPED.replace("382", "328") + OUTLINE
PRESSES = (macros.refresh_plan, macros.crosscheck_plan)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(desktop.FOLDER_VARIABLE, str(tmp_path / "nhà"))
    monkeypatch.delenv("XLPLAN_LANG", raising=False)
    shown.clear()
    monkeypatch.setattr(desktop, "open_file", lambda path: shown.append(path) or True)


shown: list[Path] = []
"""The files that were opened for the user."""


@pytest.fixture
def book(tmp_path: Path) -> xw.Book:
    """An open workbook whose plan was written, with the figure of a village and the total typed since, unsaved."""
    book = opened(build.workbook(tmp_path / "Bình An.xlsx", RIGHT), tmp_path)
    macros.write_plan(book)
    assert said().startswith("Đã lập kế hoạch") and shown == [plan(tmp_path)]
    shown.clear()
    for cell, value in {"D4": 9, "E4": 4.5, "D6": 13, "E6": 3.96, "H4": 6, "I4": 3, "H6": 10, "I6": 3.05}.items():
        typed(book, TABLE, cell, value)
    return book


def plan(folder: Path) -> Path:
    return folder / "Bình An.docx"


def chosen(path: Path | str) -> None:
    """What the user chooses in the next dialog; nothing for closing it."""
    app()._choices.append(str(path))


def said() -> str:
    return str(app()._alerts[-1])


def folder_of(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}


def edited(path: Path) -> None:
    """What an official adds to a plan."""
    document = Document(str(path))
    document.add_paragraph("Kế hoạch này đã được Đảng ủy xã thông qua.")
    document.save(str(path))


# ---- Cập nhật số liệu --------------------------------------------------------------------------------------------


def test_the_plan_gets_the_figures_as_they_stand_and_keeps_what_people_wrote(book: xw.Book, tmp_path: Path) -> None:
    edited(plan(tmp_path))
    before, state = folder_of(tmp_path), excel.state(book)
    chosen(plan(tmp_path))
    macros.refresh_plan(book)
    made = tmp_path / "Bình An_cap_nhat.docx"
    assert folder_of(tmp_path) == before | {made.name: made.read_bytes()}
    assert excel.state(book) == state
    assert shown == [made] and repairs(made) == []
    assert set(figures(made.read_bytes()).values()) >= {"13", "3,96%"}
    assert "đã được Đảng ủy xã thông qua" in part(made.read_bytes()).decode()
    first, second, third, *lines = said().splitlines()
    assert first == "Đã cập nhật 2 số liệu." and second == f"Bản mới: {made}"
    assert third == "Văn bản đã chọn giữ nguyên."
    assert sum("“12” → “13”" in line for line in lines) == 1


def test_it_is_the_command_s_document_and_its_lines(
    book: xw.Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "lệnh"
    other.mkdir()
    copy = saved(book, other / book.name)
    run(["refresh", str(plan(tmp_path)), str(copy), "-o", str(other / "mới.docx")])
    told = capsys.readouterr().out.splitlines()
    chosen(plan(tmp_path))
    macros.refresh_plan(book)
    assert (tmp_path / "Bình An_cap_nhat.docx").read_bytes() == (other / "mới.docx").read_bytes()
    assert len(told) == 3
    assert [f"– {line}" for line in told[:-1]] == said().splitlines()[-2:]


def test_a_plan_that_agrees_is_not_written_again(book: xw.Book, tmp_path: Path) -> None:
    chosen(plan(tmp_path))
    macros.refresh_plan(book)
    shown.clear()
    before = folder_of(tmp_path)
    chosen(tmp_path / "Bình An_cap_nhat.docx")
    macros.refresh_plan(book)
    assert said() == "Số liệu trong văn bản đã khớp với sổ tính.\nKhông ghi tệp mới."
    assert folder_of(tmp_path) == before and shown == []


def test_a_result_is_never_written_over_and_names_do_not_grow(book: xw.Book, tmp_path: Path) -> None:
    chosen(plan(tmp_path))
    macros.refresh_plan(book)
    once = folder_of(tmp_path)
    chosen(plan(tmp_path))
    macros.refresh_plan(book)
    assert folder_of(tmp_path) == once  # the same again is the same file
    source = tmp_path / "Bình An_cap_nhat.docx"
    for number, figure in ((2, 4), (3, 5)):
        typed(book, TABLE, "F6", figure)
        chosen(source)
        macros.refresh_plan(book)
        source = tmp_path / f"Bình An_cap_nhat ({number}).docx"
        assert source.exists()
        assert {name: data for name, data in folder_of(tmp_path).items() if name in once} == once


def test_what_could_not_be_refreshed_comes_first(book: xw.Book, tmp_path: Path) -> None:
    data = plan(tmp_path).read_bytes()
    root = etree.fromstring(part(data))
    control = next(c for c in controls(root) if text(c) == "12")
    stretch = next(control.iter(w("r")))
    tracked = etree.SubElement(stretch.getparent(), w("ins"), {w("id"): "9", w("author"): "Hoa"})
    tracked.append(stretch)
    plan(tmp_path).write_bytes(with_part(data, MAIN, etree.tostring(root, encoding="UTF-8", xml_declaration=True)))
    chosen(plan(tmp_path))
    macros.refresh_plan(book)
    assert said().startswith("Đã cập nhật 1 số liệu; 1 chỗ không cập nhật được.")
    lines = [line for line in said().splitlines() if line.startswith("– ")]
    assert "Track Changes" in lines[0] and "“3,66%” → “3,96%”" in lines[1]


def test_a_long_list_is_cut_and_says_how_to_see_the_rest(tmp_path: Path) -> None:
    workbook = next(path for path in WORKBOOKS if "long_an" in path.stem)
    book = opened(workbook, tmp_path)
    file = tmp_path / f"{workbook.stem}.docx"
    made = process(workbook, Options(plan=True, force=True)).plan
    assert made is not None
    file.write_bytes(made)
    for column in "DEFGHIJKLM":
        typed(book, TABLE, f"{column}8", 700)
    chosen(file)
    macros.refresh_plan(book)
    assert len(said().splitlines()) < 20
    assert "dòng nữa" in said() and "Review > Compare" in said()


def test_a_workbook_with_errors_is_used_and_said(book: xw.Book, tmp_path: Path) -> None:
    typed(book, TABLE, "D6", 14)
    chosen(plan(tmp_path))
    macros.refresh_plan(book)
    assert (tmp_path / "Bình An_cap_nhat.docx").exists()
    assert "bấm Kiểm tra để xem" in said()


@pytest.mark.parametrize("answer", ["yes", "no"])
@pytest.mark.parametrize(("cell", "value", "told"), [("B4", 2025, "2024 ≠ xã Bình An, 2025"), ("B2", "Bình Minh", "≠")])
def test_a_plan_of_another_commune_or_year_is_asked_about(
    book: xw.Book, tmp_path: Path, cell: str, value: object, told: str, answer: str
) -> None:
    typed(book, "Thông tin", cell, value)
    before = folder_of(tmp_path)
    chosen(plan(tmp_path))
    app()._answers.append(answer)
    alerts = len(app()._alerts)
    macros.refresh_plan(book)
    asked = app()._alerts[alerts]
    assert "không cùng xã, phường hoặc không cùng kỳ" in asked and told in asked
    assert "--force" not in asked and asked.endswith("Vẫn cập nhật theo sổ tính đang mở?")
    assert (folder_of(tmp_path) == before) == (answer == "no")
    assert len(app()._alerts) - alerts == (1 if answer == "no" else 2)


def test_without_dialogs_a_plan_of_another_commune_is_left_alone(book: xw.Book, tmp_path: Path) -> None:
    typed(book, "Thông tin", "B2", "Bình Minh")
    book.app.display_alerts = False
    before = folder_of(tmp_path)
    macros.refresh_plan(book)
    assert folder_of(tmp_path) == before
    assert "không cùng xã" in desktop.last_word().read_text(encoding="utf-8")


# ---- Đối chiếu văn bản -------------------------------------------------------------------------------------------


def typed_plan(path: Path, lines: str) -> Path:
    hand = hand_plans.Hand("xã Bình An", "07", "Bình An, ngày 10 tháng 02 năm 2024", "Giảm nghèo năm 2024 xã Bình An")
    hand.lines(lines)
    hand.end()
    return hand.save(path)


WRONG = "Đầu năm 2024, toàn xã có 31 hộ nghèo, chiếm 3,96%.\nNăm 2024 giảm 3 hộ nghèo."


def comments(path: Path) -> list[str]:
    root = etree.fromstring(part(path.read_bytes(), "word/comments.xml"))
    return [text(comment) for comment in root]


def test_a_typed_plan_gets_comments_in_a_copy_beside_it(book: xw.Book, tmp_path: Path) -> None:
    document = typed_plan(tmp_path / "tự soạn.docx", WRONG)
    before, state = folder_of(tmp_path), excel.state(book)
    chosen(document)
    macros.crosscheck_plan(book)
    made = tmp_path / "tự soạn_doi_chieu.docx"
    assert folder_of(tmp_path) == before | {made.name: made.read_bytes()}
    assert excel.state(book) == state
    assert shown == [made] and repairs(made) == repairs(document)
    assert any("31" in comment and "13" in comment for comment in comments(made))
    assert said().startswith("Xã Bình An, 2024: 1 lỗi, 0 chỗ cần xem, 0 ghi chú")
    assert f"Bản có nhận xét: {made}" in said() and "đối chiếu lại" in said()


def test_it_is_the_command_s_copy(book: xw.Book, tmp_path: Path) -> None:
    document = typed_plan(tmp_path / "tự soạn.docx", WRONG)
    copy = saved(book, tmp_path / "lệnh.xlsx")
    assert run(["crosscheck", str(document), str(copy), "--mark", str(tmp_path / "lệnh.docx")]) == 1
    chosen(document)
    macros.crosscheck_plan(book)
    assert comments(tmp_path / "tự soạn_doi_chieu.docx") == comments(tmp_path / "lệnh.docx")


def test_a_document_without_findings_needs_no_copy(book: xw.Book, tmp_path: Path) -> None:
    document = typed_plan(tmp_path / "tự soạn.docx", WRONG.replace("31", "13"))
    before = folder_of(tmp_path)
    chosen(document)
    macros.crosscheck_plan(book)
    assert said().startswith("Xã Bình An, 2024: không thấy sai sót")
    assert folder_of(tmp_path) == before and shown == []


def test_what_could_not_be_compared_is_named(tmp_path: Path) -> None:
    workbook = next(path for path in WORKBOOKS if "long_an" in path.stem)
    book = opened(workbook, tmp_path)
    chosen(hand_plans.long_an(tmp_path / "tự soạn.docx"))
    macros.crosscheck_plan(book)
    assert "Chưa đối chiếu được: biểu không có số hộ nghèo cuối kỳ của ấp Tân Hậu B2 (C05)." in said()


def test_a_document_that_says_nothing_is_not_called_right(book: xw.Book, tmp_path: Path) -> None:
    chosen(typed_plan(tmp_path / "tự soạn.docx", "Ủy ban nhân dân xã tổ chức thực hiện."))
    macros.crosscheck_plan(book)
    assert "văn bản không có điều mà các quy tắc này đối chiếu (C01, " in said()


def test_a_copy_that_cannot_take_comments_still_tells_the_findings(
    book: xw.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xlplan.documents.crosscheck import run as running
    from xlplan.packages.patch.markup import MarkupError

    def refuse(*_: object) -> bytes:
        raise MarkupError("w:body")

    monkeypatch.setattr(running, "marked", refuse)
    document = typed_plan(tmp_path / "tự soạn.docx", WRONG)
    before = folder_of(tmp_path)
    chosen(document)
    macros.crosscheck_plan(book)
    assert folder_of(tmp_path) == before
    assert "– ¶" in said() and "31" in said()
    assert "không ghi được nhận xét vào tệp Word này" in said()


@pytest.mark.parametrize(("cell", "value"), [("B2", "Bình Minh"), ("B4", 2030)])
def test_a_document_of_another_commune_or_year_is_one_sentence(
    book: xw.Book, tmp_path: Path, cell: str, value: object
) -> None:
    document = typed_plan(tmp_path / "tự soạn.docx", WRONG)
    typed(book, "Thông tin", cell, value)
    before = folder_of(tmp_path)
    chosen(document)
    macros.crosscheck_plan(book)
    assert said().startswith("tự soạn.docx, ") and len(said().splitlines()) == 1
    assert str(value) in said() and "chọn đúng" in said().casefold()
    assert folder_of(tmp_path) == before


# ---- choosing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("press", PRESSES)
def test_the_plan_of_the_workbook_is_offered(book: xw.Book, tmp_path: Path, press: Any) -> None:
    chosen("")
    press(book)
    dialog = app()._dialog
    assert dialog.InitialFileName == str(plan(tmp_path)) and dialog.AllowMultiSelect is False
    assert [patterns for _, patterns in dialog.filters] == ["*.docx; *.docm; *.doc"]


@pytest.mark.parametrize("press", PRESSES)
def test_without_a_plan_the_workbook_s_folder_is_offered(book: xw.Book, tmp_path: Path, press: Any) -> None:
    plan(tmp_path).unlink()
    chosen("")
    press(book)
    assert app()._dialog.InitialFileName.rstrip("/\\") == str(tmp_path)
    assert app()._dialog.InitialFileName != str(tmp_path)  # a folder, to the dialog, ends in a separator


@pytest.mark.parametrize("press", PRESSES)
def test_whoever_chooses_nothing_changes_nothing_and_is_told_nothing(book: xw.Book, tmp_path: Path, press: Any) -> None:
    before, state, alerts = folder_of(tmp_path), excel.state(book), len(app()._alerts)
    chosen("")
    press(book)
    assert (folder_of(tmp_path), excel.state(book), len(app()._alerts)) == (before, state, alerts)
    assert shown == []


@pytest.mark.parametrize("press", PRESSES)
def test_a_workbook_that_was_never_saved_can_be_used(book: xw.Book, tmp_path: Path, press: Any) -> None:
    book.impl._path, book.impl._name = None, "Sổ1"
    chosen(plan(tmp_path))
    press(book)
    assert app()._dialog.InitialFileName == ""
    assert len(folder_of(tmp_path)) == 3  # the workbook's old file, the plan, the result


@pytest.mark.parametrize("press", PRESSES)
def test_a_document_on_the_web_is_one_sentence(book: xw.Book, press: Any) -> None:
    chosen("https://xa.sharepoint.com/Shared/ke_hoach.docx")
    press(book)
    assert said() == "ke_hoach.docx: tệp không nằm trong một thư mục trên máy này. Hãy lưu tệp về máy rồi làm lại."


def bad(folder: Path, name: str) -> Path:
    """A file that is no plan of this workbook."""
    path = folder / name
    if name.endswith(".doc"):
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000)
    elif name == "sổ.docx":
        path.write_bytes((folder / "Bình An.xlsx").read_bytes())
    elif name == "cụt.docx":
        path.write_bytes(plan(folder).read_bytes()[:3_000])
    elif name == "rỗng.docx":
        path.write_bytes(b"")
    elif name == "tự soạn.docx":
        typed_plan(path, WRONG)
    return path


BAD = [
    *((press, name) for press in PRESSES for name in ("cũ.doc", "sổ.docx", "cụt.docx", "rỗng.docx", "không có.docx")),
    (macros.refresh_plan, "tự soạn.docx"),  # without controls
]


@pytest.mark.parametrize(("press", "name"), BAD, ids=lambda part: getattr(part, "__name__", part))
def test_what_is_no_plan_is_one_clear_line(book: xw.Book, tmp_path: Path, press: Any, name: str) -> None:
    path = bad(tmp_path, name)
    before, state = folder_of(tmp_path), excel.state(book)
    chosen(path)
    press(book)
    assert said().startswith(f"{path}: ") and len(said().splitlines()) == 1
    assert said().endswith(".") and "Không làm được" not in said() and "--" not in said()
    assert (folder_of(tmp_path), excel.state(book), shown) == (before, state, [])


@pytest.mark.parametrize("press", PRESSES)
def test_a_document_that_word_keeps_to_itself_is_one_clear_line(
    book: xw.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, press: Any
) -> None:
    from xlplan.packages import gate

    def locked(path: Any, mode: str = "r") -> Any:
        if str(path) == str(plan(tmp_path)):
            raise PermissionError(13, "Permission denied")
        return Path(path).open(mode)

    monkeypatch.setattr(gate, "open", locked, raising=False)
    before, state = folder_of(tmp_path), excel.state(book)
    chosen(plan(tmp_path))
    press(book)
    assert said().startswith(f"{plan(tmp_path)}: không mở được tệp để đọc.") and len(said().splitlines()) == 1
    assert (folder_of(tmp_path), excel.state(book)) == (before, state)


@pytest.mark.parametrize("answer", ["ok", "cancel"])
@pytest.mark.parametrize("press", PRESSES)
def test_a_document_that_is_open_in_word_is_asked_about(book: xw.Book, tmp_path: Path, press: Any, answer: str) -> None:
    (tmp_path / "~$ình An.docx").write_bytes(b"\x03Hoa")
    before = folder_of(tmp_path)
    chosen(plan(tmp_path))
    app()._answers.append(answer)
    alerts = len(app()._alerts)
    press(book)
    assert app()._alerts[alerts].startswith("Bình An.docx đang mở trong Word; chỉ phần đã lưu được đọc.")
    assert (folder_of(tmp_path) == before) == (answer == "cancel")


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("abc.docx", "~$abc.docx"),
        ("abcdef.docx", "~$abcdef.docx"),
        ("abcdefg.docx", "~$bcdefg.docx"),
        ("abcdefgh.docx", "~$cdefgh.docx"),
        ("kế hoạch năm.docx", "~$ hoạch năm.docx"),
    ],
)
def test_word_s_own_file_is_found_under_the_name_that_word_gives_it(tmp_path: Path, name: str, owner: str) -> None:
    assert not desktop.is_open_in_word(tmp_path / name)
    (tmp_path / owner).write_bytes(b"")
    assert desktop.is_open_in_word(tmp_path / name)


@pytest.mark.parametrize("press", PRESSES)
def test_a_folder_that_cannot_be_written_is_one_sentence(
    book: xw.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, press: Any
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise desktop.OutputError(path, "Permission denied")

    monkeypatch.setattr(desktop, "write_bytes", refuse)
    before, state = folder_of(tmp_path), excel.state(book)
    chosen(plan(tmp_path))
    press(book)
    assert said().endswith("không ghi được kết quả. Kiểm tra thư mục, quyền ghi, hoặc đóng tệp nếu đang mở.")
    assert (folder_of(tmp_path), excel.state(book), shown) == (before, state, [])


@pytest.mark.parametrize("press", PRESSES)
def test_where_dialogs_are_off_the_plan_of_the_workbook_is_taken_and_nothing_is_opened(
    book: xw.Book, tmp_path: Path, press: Any
) -> None:
    book.app.display_alerts = False
    alerts = len(app()._alerts)
    press(book)
    assert len(list(tmp_path.glob("Bình An_*.docx"))) == 1
    assert (len(app()._alerts), shown) == (alerts, [])
    assert desktop.last_word().read_text(encoding="utf-8")


@pytest.mark.parametrize("press", PRESSES)
def test_a_step_that_fails_leaves_the_workbook_and_the_plan_as_they_were(
    book: xw.Book, tmp_path: Path, press: Any
) -> None:
    """Each call into Excel fails once: nothing is changed, and a result is there as a whole or not at all."""
    state, options, before = excel.state(book), dict(app()._options), folder_of(tmp_path)
    chosen(plan(tmp_path))
    excel.failures.calls = 0
    press(book)
    calls, done = excel.failures.calls, folder_of(tmp_path)
    (new,) = done.keys() - before.keys()
    refused = 0
    for number in range(1, calls + 1):
        (tmp_path / new).unlink(missing_ok=True)
        app()._choices[:] = [str(plan(tmp_path))]
        app()._alerts.clear()
        excel.failures.calls, excel.failures.fail_at = 0, number
        with suppress(excel.ExcelError):  # nobody to talk to: VBA tells the user
            press(book)
        what, excel.failures.fail_at = excel.failures.failed, 0
        refused += any("Không làm được" in alert for alert in app()._alerts)
        assert (excel.state(book), app()._options) == (state, options), what
        assert folder_of(tmp_path) in (before, done), what
    assert refused >= 9  # each step of the dialog, and the copy
