"""The sheet `Hướng dẫn`: one page of help."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan import catalogue
from xlplan.sheets.standard.book import (
    ACCENT,
    AMBER_FILL,
    AMBER_TEXT,
    BOXED,
    GREY_FILL,
    HEADING,
    LEFT,
    RED_FILL,
    RED_TEXT,
    SOFT_FILL,
    Book,
    Page,
    Style,
    text_height,
)
from xlplan.sheets.standard.cells import Place

_MARK_WIDTH, _TEXT_WIDTH = 9.0, 96.0
_SAMPLES: dict[str, Style] = {
    "white": {},
    "soft": {"bg_color": SOFT_FILL},
    "grey": {"bg_color": GREY_FILL},
    "amber": {"bg_color": AMBER_FILL, "font_color": AMBER_TEXT},
    "red": {"bg_color": RED_FILL, "font_color": RED_TEXT, "bold": True},
}

Line = tuple[str, str]
"""A mark (a number, or the name of a colour) and its text; without a mark a plain paragraph."""


def write_help(book: Book) -> None:
    """Fill the sheet `Hướng dẫn`."""
    page = book.pages["huong_dan"]
    page.widths([_MARK_WIDTH, _TEXT_WIDTH])
    page.put(Place(0, 0), catalogue.forms()["huong_dan"].heading, HEADING)
    page.height(0, 30)
    row = 1
    for title, lines in _sections(book):
        page.put(Place(row, 0), title, {"bold": True, "font_color": ACCENT, "valign": "bottom"})
        page.height(row, 30)
        for i, line in enumerate(lines):
            _write_line(page, row + 1 + i, line)
        row += 1 + len(lines)
    page.sheet.hide_gridlines(2)
    page.sheet.print_area(0, 0, row - 1, 1)
    page.print_on_a4([90])
    page.sheet.fit_to_pages(1, 1)
    page.sheet.set_selection(0, 0, 0, 0)
    page.protect()


def _write_line(page: Page, row: int, line: Line) -> None:
    mark, text = line
    if mark in _SAMPLES:
        page.put(Place(row, 0), "12" if mark != "white" else "", BOXED, _SAMPLES[mark], {"align": "center"})
    else:
        page.put(Place(row, 0), mark, {"align": "center", "valign": "top"})
    look: Style = {"text_wrap": True, "valign": "vcenter" if mark in _SAMPLES else "top"}
    if mark:
        page.put(Place(row, 1), text, look, LEFT)
    else:
        page.put_merged(Place(row, 0), Place(row, 1), text, look)
    page.height(row, text_height([(text, _TEXT_WIDTH + (0 if mark else _MARK_WIDTH))], least=25))


def _sections(book: Book) -> Iterator[tuple[str, list[Line]]]:
    has_table = book.grid is not None
    yield "Điền theo thứ tự", _order(book)
    if has_table:
        yield "Vì sao có hai nguồn số liệu toàn xã", _two_sources(book)
        yield "Màu của ô", _colours(book)
        yield f"Thêm hoặc bớt {_village(book)}", _villages(book)
    yield "Kiểm tra và lập kế hoạch", _commands()
    yield "Cần nhớ", _reminders(book)


def _village(book: Book) -> str:
    return str(book.facts.village_word.result)


def _commune(book: Book) -> str:
    return str(book.facts.commune_word.result)


def _order(book: Book) -> list[Line]:
    """What to fill, in which order; only the sheets that the workbook has."""
    village, commune = _village(book), _commune(book)
    beside, linked = (" ngoài biểu", " Ô xám lấy từ biểu.") if "bieu" in book.pages else ("", "")
    texts = {
        "thong_tin": f"tên {commune}, kỳ kế hoạch, số và ngày, người ký. Ô chưa có thì để trống.",
        "bieu": f"tên và số liệu từng {village} (ô trắng); rồi số liệu chính thức toàn {commune}.",
        "hien_trang": f"số liệu toàn {commune}{beside}: số hộ, nhân khẩu, khả năng lao động…{linked}",
        "muc_tieu": "mỗi dòng một chỉ tiêu, với câu văn sẽ đưa vào kế hoạch.",
        "chi_tieu_nam": "chỉ tiêu từng năm; chọn năm nào là thực hiện, năm nào là kế hoạch; ghi tổng của các năm.",
        "can_cu": "mỗi dòng một văn bản, theo thứ tự sẽ in.",
        "noi_dung": "đề cương của kế hoạch; số thứ tự tự đánh theo cấp, {{mã}} được thay bằng số liệu.",
        "du_an": "mỗi dòng một dự án, tiểu dự án.",
        "kinh_phi": "từng khoản với số lượng, mức tối đa, số tiền, nguồn vốn; nhập cả dòng tổng để đối chiếu.",
        "phan_cong": "đơn vị nào làm việc gì.",
        "noi_nhan": "nơi gửi và dòng lưu.",
    }
    shown = [key for key in book.content.kind.sheets if key in texts]
    return [(f"{i}.", f"{catalogue.forms()[key].title}: {texts[key]}") for i, key in enumerate(shown, start=1)]


def _two_sources(book: Book) -> list[Line]:
    village, commune = _village(book), _commune(book)
    lines = "dòng" if book.grid and book.grid.rows else "cột"
    text = (
        f"Cuối biểu có ba {lines}. “Toàn {commune}” là số liệu chính thức, nhập từ văn bản giao hoặc công "
        f"nhận (ghi tên văn bản ở “Thông tin”). “Cộng các {village}” là tổng do Excel tính. “Chênh lệch” là "
        "hiệu của hai số đó: bằng 0 thì biểu khớp, khác 0 thì hiện màu đỏ. Không chép tổng vào ô chính thức: "
        "khi ấy hai số luôn bằng nhau, và một lỗi gõ nhầm sẽ không bao giờ lộ ra."
    )
    return [("", text)]


def _colours(book: Book) -> list[Line]:
    return [
        ("white", "Ô để nhập."),
        ("soft", "Tính bằng công thức: tỷ lệ, tổng, chênh lệch. Không cần nhập."),
        ("grey", "Lấy tự động từ biểu hoặc do chương trình ghi."),
        (
            "amber",
            f"Số liệu của {_village(book)} không khớp nhau: cuối kỳ khác đầu kỳ trừ số giảm, hoặc một phần "
            "lớn hơn tổng.",
        ),
        ("red", f"Số chính thức toàn {_commune(book)} khác tổng các {_village(book)}."),
    ]


def _villages(book: Book) -> list[Line]:
    village = _village(book)
    if book.grid and book.grid.rows:
        add = (
            "Thêm: bấm chuột phải vào số dòng của dòng “…”, chọn Insert; chọn cả dòng mới, nhấn Ctrl+D để "
            "chép dòng ngay trên xuống (có sẵn công thức tỷ lệ), rồi sửa tên và số liệu. "
            f"{village.capitalize()} mới tự được cộng."
        )
        remove = "Bớt: bấm chuột phải vào số dòng, chọn Delete. Không xóa dòng “…”."
    else:
        add = (
            "Thêm: bấm chuột phải vào chữ cái của cột “…”, chọn Insert; chọn cả cột mới, nhấn Ctrl+R để chép "
            "cột bên trái sang (có sẵn công thức tỷ lệ), rồi sửa tên và số liệu. "
            f"{village.capitalize()} mới tự được cộng."
        )
        remove = "Bớt: bấm chuột phải vào chữ cái của cột, chọn Delete. Không xóa cột “…”."
    return [("", add), ("", remove)]


def _commands() -> list[Line]:
    return [
        ("1.", "Kiểm tra số liệu: xlplan check TÊN_TỆP.xlsx"),
        ("2.", "Lập kế hoạch trong Word: xlplan plan TÊN_TỆP.xlsx -o KE_HOACH.docx"),
    ]


def _reminders(book: Book) -> list[Line]:
    lines = [
        "Không đổi tên các sheet của mẫu. Có thể thêm sheet riêng; chương trình không đụng đến.",
        "Ô công thức được khóa, không có mật khẩu; khi thật cần: thẻ Review, Unprotect Sheet.",
        "Dán số liệu: dùng Paste Special, Values để giữ định dạng và phần kiểm tra của ô.",
    ]
    if "danh_muc" in book.content.kind.sheets:
        lines.append("Mọi mã dùng được trong {{ }} và giá trị hiện tại của chúng: xem “Danh mục”.")
    return [("–", text) for text in lines]
