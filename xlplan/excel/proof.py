"""What only Excel can prove: that the VBA compiles, every function computes in a cell, every button does its work.

``xlplan addin doctor --full`` runs this list on a user's machine, the tests marked ``excel`` run it where there is an
Excel. It works on a workbook of its own in a temporary folder; dialogs are off (``display_alerts``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from xlplan.excel.setup.words import Text
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from xlplan.sheets.standard.content import Content

Say = Callable[[str, bool | None, Text, Text | None], None]
"""Takes an item's key, whether it holds (None: only a person can see it), what was seen, and what to do."""

VILLAGES = ("Mai Hà", "Hồ Sơn", "Tiên Long")
_SCRATCH = "Thử"
_NEARLY = 1e-9

SAMPLES: tuple[tuple[str, object], ...] = (
    ("=GN_TYLE(4,128)", 3.13),
    ("=GN_TYLE(1,3,1)", 33.3),
    ("=GN_CUOIKY(63,12)", 51),
    ("=GN_CUOIKY(63,12,2)", 53),
    ("=GN_DACHIEU(63,69)", 132),
    ('=GN_KIEMTRATONG({3;4},7)&""', "Đúng"),
    ('=GN_KIEMTRATONG({3;4},9)&""', "Lệch +2"),
    ('=GN_DOCSO(1545)&""', "một nghìn năm trăm bốn mươi lăm"),
    ('=GN_DOCTIEN(13000000)&""', "Mười ba triệu đồng"),
    ('=GN_NGAY(DATE(2026,1,5))&""', "ngày 05 tháng 01 năm 2026"),
    ('=GN_SO(1545)&""', "1.545"),
    ('=GN_SO(4,TRUE)&""', "04"),
    ('=GN_UNICODE("Hé nghÌo")&""', "Hộ nghèo"),
    ('=GN_CHITIEU("ho_ngheo_dau_ky")', 9),
    ('=GN_CHITIEU("ho_ngheo_dau_ky","Hồ Sơn")', 3),
    ('=GN_CAU("ty_le_ho_ngheo_dau_ky")&""', "2,25%"),
    ('=INDEX(GN_KIEMTRABIEU(BIEU),1,1)&""', "Không thấy sai sót"),
    ('=INDEX(GN_GOIY(BIEU),1,1)&""', "Không thấy sai sót"),
    ("=ERROR.TYPE(GN_TYLE(1,0))", 2),
    ('=ERROR.TYPE(GN_TYLE("chưa rõ",1))', 3),
    ('=ERROR.TYPE(GN_CHITIEU("khong_co"))', 7),
    ('=GN_TYLE("",10)&""', ""),
)
"""A formula of every function, and what its cell must show."""


class Stage(NamedTuple):
    """Where the proofs run: an Excel without dialogs, a workbook with macros open in it, its folder."""

    app: Any
    book: Any
    folder: Path


class Proof(NamedTuple):
    """One thing to prove; ``run`` gives what is wrong, empty where all holds."""

    key: str
    what: Text
    run: Callable[[Stage], str]
    needs_python: bool = True


def run(say: Say) -> None:
    """Runs the whole list in a new Excel, which is closed afterwards. One proof that fails stops no other."""
    import xlwings as xw

    app = xw.App(visible=False, add_book=False)
    try:
        app.display_alerts = False
        with TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(name)
            path = folder / "xlplan_thu.xlsm"
            path.write_bytes(specimen())
            stage = Stage(app, app.books.open(path), folder)
            try:
                prove(stage, say)
            finally:
                with suppress(Exception):
                    stage.book.close()
    finally:
        app.quit()


def prove(stage: Stage, say: Say) -> None:
    """Runs the list on a stage; what needs Python is skipped where Python does not start."""
    started = True
    for proof in PROOFS:
        if proof.needs_python and not started:
            say(proof.key, None, Text(f"{proof.what.vi}: chưa thử được", f"{proof.what.en}: not tried"), None)
            continue
        try:
            wrong = proof.run(stage)
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        started = started and not (proof.key == "start" and wrong)
        found = Text(f"{proof.what.vi}: {wrong}", f"{proof.what.en}: {wrong}") if wrong else proof.what
        say(proof.key, not wrong, found, _SEND if wrong else None)
    say("ribbon", None, _LOOK, None)


def specimen() -> bytes:
    """A workbook with macros of three villages, whose figures agree."""
    from xlplan.excel.build import workbook_bytes

    return workbook_bytes(content())


def content() -> Content:
    """What the workbook holds."""
    from xlplan import catalogue
    from xlplan.resources import outlines
    from xlplan.sheets.standard.starter import Start, blank_content

    start = Start(catalogue.kinds()["thon"], 2026, list(VILLAGES), unit="xã Thử", today=date(2026, 1, 1))
    made = blank_content(start, outlines())
    figures = {
        "tong_so_ho": [150, 130, 120],
        "ho_ngheo_dau_ky": [4, 3, 2],
        "giam_ho_ngheo": [1, 1, 0],
        "ho_ngheo_cuoi_ky": [3, 2, 2],
        "ho_can_ngheo_dau_ky": [5, 4, 4],
        "giam_ho_can_ngheo": [1, 0, 1],
        "ho_can_ngheo_cuoi_ky": [4, 4, 3],
    }
    for code, values in figures.items():
        made.counts[code] = list(values)
        made.commune[code] = sum(values)
    return made


# ---- the list -------------------------------------------------------------------------------------------------


def _compiles(stage: Stage) -> str:
    """A procedure of each module answers, so Excel has compiled the module."""
    from xlplan.excel.build.generate import VBA

    texts = tomllib.loads((VBA / "texts.toml").read_text(encoding="utf-8"))
    for key, text in texts.items():
        shown = stage.book.macro("XlplanText")(key)
        if shown != text:
            return f"XlplanText({key}) = {shown!r}"
    for macro, argument, wanted in (("XlplanDecode", r"\u1ED9", "ộ"), ("XlplanError", "12", "12")):
        if (shown := stage.book.macro(macro)(argument)) != wanted:
            return f"{macro} = {shown!r}"
    return "" if stage.book.macro("GetConfigFilePath")() else "GetConfigFilePath = ''"


def _state(stage: Stage) -> str:
    """VBA finds the installation, and the sheet `Tính toán` says so since the workbook was opened."""
    from xlplan.sheets.analysis import ANALYSIS_SHEET

    obstacle = stage.book.macro("XlplanObstacle")()
    if obstacle:
        return str(stage.book.macro("XlplanText")(obstacle))
    shown = stage.book.sheets[ANALYSIS_SHEET].range("A3").value
    return "" if shown == stage.book.macro("XlplanText")("ready") else f"A3 = {shown!r}"


def _functions(stage: Stage) -> str:
    """Every function in a cell."""
    sheet = _scratch(stage)
    wrong = []
    for row, (formula, wanted) in enumerate(SAMPLES, start=1):
        cell = sheet.range((row, 1))
        cell.formula = formula
        if not _same(cell.value, wanted):
            wrong.append(f"{formula} = {cell.value!r}, {wanted!r}")
    return "; ".join(wrong)


def _arrays(stage: Stage) -> str:
    """An array formula over more cells than it has results: figures first, then blanks."""
    sheet = _scratch(stage)
    sheet.range("D1:E3").value = [[4, 128], [1, 3], [0, 5]]
    target = sheet.range("F1:F5")
    target.formula_array = "=GN_TYLE(D1:D3,E1:E3)"
    shown, wanted = target.value, [3.13, 33.33, 0, "", ""]
    return "" if all(_same(*pair) for pair in zip(shown, wanted, strict=True)) else f"{shown!r}, {wanted!r}"


def _analysis(stage: Stage) -> str:
    """The sheet `Tính toán`, computed by Excel, shows what was stored in it."""
    from xlplan.sheets.analysis import ANALYSIS_SHEET

    used = stage.book.sheets[ANALYSIS_SHEET].used_range
    formulas, before = used.formula, used.options(err_to_str=True).value
    stage.app.api.CalculateFull()  # calculate() would leave alone what is not dirty
    after = used.options(err_to_str=True).value
    wrong = []
    for row, line in enumerate(formulas):
        for column, formula in enumerate(line):
            own = str(formula).startswith("=GN_") and "GN_TRANGTHAI" not in formula
            if own and not _same(after[row][column], before[row][column]):
                wrong.append(f"{formula} = {after[row][column]!r}, {before[row][column]!r}")
    return "; ".join(wrong[:3])


def _buttons(stage: Stage) -> str:
    """Every button is pressed through its callback, does its work and says so; one figure is swapped for that."""
    from xlplan.excel.desktop import last_word

    cell = stage.book.sheets[TABLE].range(SWAPPED.cell)
    cell.value = SWAPPED.wrong
    wrong = []
    for callback, effect in _PRESSED:
        last_word().unlink(missing_ok=True)
        try:
            stage.book.macro("XlplanPress")(callback)
            seen = effect(stage)
            if not seen and not last_word().exists():
                seen = "không có trả lời"
            elif not seen and (said := last_word().read_text(encoding="utf-8")).startswith(_FAILED):
                seen = said
        except Exception as error:
            seen = f"{type(error).__name__}: {error}"
        if seen:
            wrong.append(f"{callback}: {seen}")
    return "; ".join(wrong)


class Swapped(NamedTuple):
    """The figure that the buttons find: two digits exchanged."""

    cell: str
    right: int
    wrong: int


def _names(stage: Stage) -> list[str]:
    return [sheet.name for sheet in stage.book.sheets]


def _marked(stage: Stage) -> str:
    if "Kiểm tra" not in _names(stage):
        return "không có sheet Kiểm tra"
    stage.book.sheets[TABLE].activate()
    stage.book.sheets[TABLE].range(SWAPPED.cell).select()  # what the next button is to repair
    return ""


def _holds(value: int) -> Callable[[Stage], str]:
    def seen(stage: Stage) -> str:
        found = stage.book.sheets[TABLE].range(SWAPPED.cell).value
        return "" if found == value else f"{SWAPPED.cell} = {found}"

    return seen


def _cleared(stage: Stage) -> str:
    return "sheet Kiểm tra vẫn còn" if "Kiểm tra" in _names(stage) else ""


def _made(pattern: str) -> Callable[[Stage], str]:
    return lambda stage: "" if list(stage.folder.glob(pattern)) else f"không thấy {pattern}"


def _planned(stage: Stage) -> str:
    stage.book.sheets[TABLE].range(SWAPPED.cell).value = SWAPPED.right  # what the next buttons are to find
    return _made("xlplan_thu.docx")(stage)


def _speaks(_: Stage) -> str:
    return ""  # that it said something, and what, is looked at for every button


TABLE = "Biểu chỉ tiêu"
SWAPPED = Swapped("C7", 150, 510)
_FAILED = "Không làm được"
_PRESSED: tuple[tuple[str, Callable[[Stage], str]], ...] = (
    ("XlplanCheck", _marked),
    ("XlplanRepair", _holds(SWAPPED.right)),
    ("XlplanUndo", _holds(SWAPPED.wrong)),
    ("XlplanJump", _speaks),
    ("XlplanClear", _cleared),
    ("XlplanRates", _speaks),
    ("XlplanWritePlan", _planned),
    ("XlplanRefreshPlan", _made("xlplan_thu_cap_nhat.docx")),
    ("XlplanCrosscheckPlan", _made("xlplan_thu_doi_chieu.docx")),
    ("XlplanSend", _made("xlplan_thu_gui*.xlsx")),
    ("XlplanHelp", _speaks),
    ("XlplanAbout", _speaks),
)

PROOFS: tuple[Proof, ...] = (
    Proof("vba", Text("VBA biên dịch và chạy được", "the VBA compiles and runs"), _compiles, needs_python=False),
    Proof("start", Text("VBA tìm thấy bộ cài", "VBA finds the installation"), _state, needs_python=False),
    Proof("functions", Text("các hàm GN_ tính đúng trong ô", "the GN_ functions compute in cells"), _functions),
    Proof("arrays", Text("công thức mảng", "array formulas"), _arrays),
    Proof("analysis", Text("sheet Tính toán", "the sheet Tính toán"), _analysis),
    Proof("buttons", Text("các nút trên thẻ", "the buttons of the tab"), _buttons),
)

_SEND = Text(
    "Gửi dòng này cùng kết quả “xlplan addin doctor --json” cho người phụ trách.",
    "Send this line and the output of “xlplan addin doctor --json” to whoever looks after the program.",
)
_LOOK = Text(
    "Mở một sổ và xem có thẻ “Kế hoạch giảm nghèo” cạnh thẻ Home không: việc này chỉ mắt người thấy được.",
    "Open a workbook and look for the tab “Kế hoạch giảm nghèo” beside Home: only a person can see that.",
)


def _scratch(stage: Stage) -> Any:
    if _SCRATCH not in _names(stage):
        stage.book.sheets.add(_SCRATCH, after=stage.book.sheets[-1])
    return stage.book.sheets[_SCRATCH]


def _same(shown: object, wanted: object) -> bool:
    if isinstance(wanted, int | float) and isinstance(shown, int | float):
        return abs(shown - wanted) < _NEARLY
    return (shown or "") == (wanted or "")


def callbacks() -> Iterator[str]:
    """The callbacks that are pressed."""
    return (callback for callback, _ in _PRESSED)
