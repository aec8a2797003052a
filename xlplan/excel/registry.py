"""The worksheet functions as data: names, help and arguments, without xlwings.

:mod:`xlplan.excel.functions` decorates its functions from this list, and whoever writes their VBA wrappers and their
entries in Excel's function wizard reads the same list. Names of arguments are ASCII (VBA stores its source in a code
page) and none is a word of VBA; help is Vietnamese and fits the 255 letters that Excel shows.
"""

from __future__ import annotations

from xlplan.tuples import NamedTuple

CATEGORY = "Kế hoạch giảm nghèo"
"""The functions' group in Excel's function wizard."""

CALLER = "caller"
"""The last parameter of functions that want the calling cell: xlwings fills it in, a VBA wrapper passes ``Nothing``."""


class Argument(NamedTuple):
    """An argument as the wizard shows it. ``place`` is set where the function asks for the cells' addresses too."""

    name: str
    help: str
    optional: bool = False
    place: bool = False


class Function(NamedTuple):
    """A function: ``volatile`` where it reads more than its arguments, ``wants_caller`` where it asks who calls.

    ``arguments`` are those that a user types; :data:`CALLER`, where wanted, comes after them.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...]
    volatile: bool = False
    wants_caller: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters in the order of the call."""
        return (*(argument.name for argument in self.arguments), *((CALLER,) if self.wants_caller else ()))


_TABLE = Argument(
    "table",
    "Vùng của biểu, gồm cả các dòng tiêu đề, các thôn và dòng tổng; nên chọn cả tên biểu phía trên.",
    place=True,
)
_CODE = "Mã số liệu như ở sheet “Danh mục”"

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "GN_TYLE",
        "Tỷ lệ phần trăm của bộ phận so với tổng số, làm tròn như trong văn bản: 4 trên 128 là 3,13. Tổng số bằng 0 "
        "thì báo #DIV/0!.",
        (
            Argument("part", "Số của bộ phận, ví dụ số hộ nghèo; một ô hoặc cả vùng."),
            Argument("whole", "Tổng số, ví dụ tổng số hộ; một ô hoặc vùng tương ứng."),
            Argument("decimals", "Số chữ số thập phân, từ 0 đến 15; bỏ trống là 2.", optional=True),
        ),
    ),
    Function(
        "GN_CUOIKY",
        "Số cuối kỳ = số đầu kỳ - giảm + tăng. Ô trống được tính là 0; cả ba ô trống thì để trống.",
        (
            Argument("start", "Số đầu kỳ; một ô hoặc cả vùng."),
            Argument("decrease", "Số giảm trong kỳ."),
            Argument("increase", "Số tăng trong kỳ (phát sinh, tái nghèo), nếu có.", optional=True),
        ),
    ),
    Function(
        "GN_DACHIEU",
        "Số hộ nghèo đa chiều = hộ nghèo + hộ cận nghèo.",
        (
            Argument("poor", "Số hộ nghèo; một ô hoặc cả vùng."),
            Argument("near_poor", "Số hộ cận nghèo; một ô hoặc vùng tương ứng."),
        ),
    ),
    Function(
        "GN_KIEMTRATONG",
        "Đối chiếu số toàn xã với tổng các thôn: “Đúng”, hoặc “Lệch +2” khi số toàn xã lớn hơn tổng các thôn 2. Chọn "
        "nhiều cột thì trả lời cho từng cột.",
        (
            Argument("villages", "Số liệu của các thôn: một cột, một hàng hoặc cả vùng."),
            Argument("total", "Số toàn xã: một ô, hoặc một hàng (một cột) ứng với từng cột (từng hàng) của vùng."),
        ),
    ),
    Function(
        "GN_KIEMTRABIEU",
        "Kiểm tra cả biểu và liệt kê sai sót: mức, mã, ô, nội dung; không có lỗi và chỗ cần xem thì ghi “Không thấy "
        "sai sót”.",
        (_TABLE,),
        wants_caller=True,
    ),
    Function(
        "GN_GOIY",
        "Gợi ý sửa các lỗi của biểu: ô có thể sai, đang ghi, nên là, độ chắc, vì sao.",
        (_TABLE,),
        wants_caller=True,
    ),
    Function(
        "GN_DOCSO",
        "Đọc số nguyên bằng chữ: 1545 là “một nghìn năm trăm bốn mươi lăm”.",
        (Argument("n", "Số nguyên; một ô hoặc cả vùng."),),
    ),
    Function(
        "GN_DOCTIEN",
        "Đọc số tiền (đồng) bằng chữ: 13.000.000 là “Mười ba triệu đồng”.",
        (Argument("n", "Số tiền, tính bằng đồng; một ô hoặc cả vùng."),),
    ),
    Function(
        "GN_NGAY",
        "Ngày, tháng, năm theo cách viết của Nghị định 30/2020/NĐ-CP: “ngày 05 tháng 01 năm 2026”.",
        (Argument("day", "Ô ngày tháng, hoặc chữ dạng 05/01/2026."),),
    ),
    Function(
        "GN_SO",
        "Số theo cách viết tiếng Việt: 1545 là “1.545”, 4.08 là “4,08”.",
        (
            Argument("n", "Số; một ô hoặc cả vùng."),
            Argument("pad", "TRUE để viết thêm số 0 trước số từ 1 đến 9 (04 hộ); bỏ trống là không.", optional=True),
        ),
    ),
    Function(
        "GN_CHITIEU",
        "Số liệu hoặc tỷ lệ của toàn xã, hay của một thôn, đọc từ chính sổ tính này theo mã.",
        (
            Argument("code", f"{_CODE}, ví dụ ho_ngheo_dau_ky, ty_le_ho_ngheo_dau_ky."),
            Argument("village", "Tên thôn; bỏ trống là toàn xã.", optional=True),
        ),
        volatile=True,
        wants_caller=True,
    ),
    Function(
        "GN_CAU",
        "Câu, chữ mà kế hoạch sẽ in cho một mã, ví dụ bien_dong[ho_ngheo], hoặc cho cả câu có mã trong {{…}}.",
        (Argument("code", f"{_CODE}, hoặc cả câu có {{{{mã}}}}."),),
        volatile=True,
        wants_caller=True,
    ),
    Function(
        "GN_UNICODE",
        "Chuyển chữ theo bảng mã cũ TCVN3 (.VnTime), VNI sang Unicode; chữ đã là Unicode thì giữ nguyên.",
        (Argument("text", "Ô hoặc vùng có chữ cần chuyển.", place=True),),
    ),
)

BY_NAME = {function.name: function for function in FUNCTIONS}
