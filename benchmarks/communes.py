"""Workbooks of a whole country: as many communes as are asked for, all different, each as its office might send it.

python benchmarks/communes.py FOLDER [COUNT] [SEED] [PROCESSES]

The standard builder writes them from drawn figures that agree: 5 to 40 villages, ten or twelve sheets, formulas with
their results, merged headings, legal bases, outline, targets, projects, tasks, recipients. Half are plans with the
table in their body (``thon``), half plans with projects and the table as annex (``nam``), a third of each the other
way round than the form has it. About 15 % hold a slip, as people make them. The same number and seed give the same
bytes, whatever was made before.
"""

from __future__ import annotations

import random
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from xlplan import catalogue  # noqa: E402
from xlplan.resources import outlines  # noqa: E402
from xlplan.sheets.standard.builder import build, zip_entry  # noqa: E402
from xlplan.sheets.standard.content import Content  # noqa: E402
from xlplan.sheets.standard.starter import Start, blank_content  # noqa: E402
from xlplan.vietnamese.numbers import rate  # noqa: E402
from xlplan.vietnamese.text import name_key  # noqa: E402

COMMUNES = 3321
YEAR = 2026
SLIPS = 0.15
FEWEST, MOST = 5, 40  # villages
SEED = 20261128

_FIRST = """
    An Bình Cẩm Châu Cát Chu Diên Đại Đồng Đông Đức Gia Giao Hà Hải Hàm Hạ Hiệp Hòa Hoằng Hồng Hùng Hưng Khánh Kim Kỳ
    Lạc Lâm Liên Long Lộc Lương Mai Minh Mỹ Nam Nga Ngọc Nghĩa Nhân Nhơn Ninh Phong Phú Phúc Phước Quang Quảng Quế
    Quỳnh Sơn Tam Tân Tây Thái Thanh Thành Thạch Thạnh Thiện Thịnh Thọ Thuận Thượng Thủy Tiên Trà Tràng Triệu Trung
    Trường Vạn Vân Văn Việt Vĩnh Vũ Xuân Yên
"""
_SECOND = """
    An Bắc Bình Châu Chánh Cường Đạo Đình Định Đông Đức Giang Hà Hải Hạnh Hiếu Hiệp Hoa Hòa Hội Hưng Khê Khánh Kiên
    Lâm Lạc Lập Lễ Liên Lĩnh Loan Lộc Lợi Long Lương Lý Mỹ Nam Nghĩa Ngọc Nguyên Nhân Nhuận Phong Phú Phúc Phước Quang
    Quý Sơn Tâm Tân Tập Thái Thắng Thạnh Thành Thiện Thịnh Thọ Thới Thuận Thủy Tiến Tín Trạch Tri Trung Trường Tường
    Viên Vinh Vượng Xuân Xá Yên
"""
_FIRST_SYLLABLES, _SECOND_SYLLABLES = _FIRST.split(), _SECOND.split()
_PROVINCES = (
    *("tỉnh An Giang", "tỉnh Bắc Ninh", "tỉnh Cà Mau", "thành phố Cần Thơ", "tỉnh Cao Bằng", "thành phố Đà Nẵng"),
    *("tỉnh Đắk Lắk", "tỉnh Điện Biên", "tỉnh Đồng Nai", "tỉnh Đồng Tháp", "tỉnh Gia Lai", "thành phố Hà Nội"),
    *("tỉnh Hà Tĩnh", "thành phố Hải Phòng", "thành phố Hồ Chí Minh", "thành phố Huế", "tỉnh Hưng Yên"),
    *("tỉnh Khánh Hòa", "tỉnh Lai Châu", "tỉnh Lâm Đồng", "tỉnh Lạng Sơn", "tỉnh Lào Cai", "tỉnh Nghệ An"),
    *("tỉnh Ninh Bình", "tỉnh Phú Thọ", "tỉnh Quảng Ngãi", "tỉnh Quảng Ninh", "tỉnh Quảng Trị", "tỉnh Sơn La"),
    *("tỉnh Tây Ninh", "tỉnh Thái Nguyên", "tỉnh Thanh Hóa", "tỉnh Tuyên Quang", "tỉnh Vĩnh Long"),
)
_SOUTH = ("An Giang", "Cà Mau", "Cần Thơ", "Đồng Nai", "Đồng Tháp", "Tây Ninh", "Vĩnh Long")
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Lý")
_MIDDLE = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Thanh", "Ngọc", "Quốc")
_GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hùng",
    "Hương",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Nga",
)

_RATE = re.compile(r'<c r="([A-Z]+)(\d+)"( s="\d+")?><f>(?=[^<]*ROUND\()[^<]*</f><v>([\d.]+)</v></c>')


class Slip(NamedTuple):
    """What somebody got wrong: ``total`` (the commune's figure), ``rate`` (typed over), ``village`` (one figure)."""

    kind: str
    code: str
    right: str
    wrong: str


class Commune(NamedTuple):
    """One workbook of the country; its name begins with the commune's administrative code."""

    name: str
    data: bytes
    slip: Slip | None


def commune(number: int, seed: int = SEED) -> Commune:
    """The workbook of a commune by its number from 0."""
    rng = random.Random(f"{seed}-{number}")
    content = drawn(number, rng)
    slip = None
    kind = rng.choice(("total", "rate", "village")) if rng.random() < SLIPS else ""
    if kind == "total":
        slip = _wrong_total(content, rng)
    elif kind == "village":
        slip = _wrong_village(content, rng)
    out = BytesIO()
    build(content, out)
    data = out.getvalue()
    if kind == "rate":
        data, slip = _wrong_rate(data, content.orientation == "rows", rng)
    return Commune(name_of(number), data, slip)


def name_of(number: int) -> str:
    """The name of the file."""
    return f"{_code(number)}_{_kind(number)}_{YEAR}.xlsx"


def _code(number: int) -> str:
    return f"{1 + 3 * number:05}"


def _kind(number: int) -> str:
    return ("thon", "nam")[number % 2]


def drawn(number: int, rng: random.Random) -> Content:
    """The content of a workbook without a slip."""
    kind = catalogue.kinds()[_kind(number)]
    province = rng.choice(_PROVINCES)
    ward = rng.random() < 0.2
    names = list(_names(rng, 1 + rng.choice((rng.randint(FEWEST, 12), rng.randint(8, 20), rng.randint(15, MOST)))))
    own = names.pop()
    turned = {"rows": "columns", "columns": "rows"}[kind.orientation]
    unit = f"{'phường' if ward else 'xã'} {own}"
    start = Start(kind, YEAR, names, turned if rng.random() < 1 / 3 else "", unit, province)
    content = blank_content(start, outlines())
    content.fields |= _fields(number, rng, province.partition(" ")[2], ward=ward)
    _fill_table(content, rng)
    _fill_records(content, rng)
    _leave_out(content, rng)
    return content


def _names(rng: random.Random, count: int) -> Iterator[str]:
    """Different names of two syllables."""
    seen: set[str] = set()
    while len(seen) < count:
        name = f"{rng.choice(_FIRST_SYLLABLES)} {rng.choice(_SECOND_SYLLABLES)}"
        first, second = name.split()
        if first != second and name_key(name) not in seen:
            seen.add(name_key(name))
            yield name


def _fields(number: int, rng: random.Random, province: str, *, ward: bool) -> dict[str, str | int]:
    if ward:
        word = rng.choice(("khu phố", "tổ dân phố"))
    else:
        word = "ấp" if province in _SOUTH else rng.choice(("thôn", "thôn", "thôn", "xóm", "bản"))
    deputy = rng.random() < 0.4
    fields: dict[str, str | int] = {
        "ma_don_vi": _code(number),
        "loai_thon": word,
        "so_ke_hoach": str(rng.randint(5, 160)),
        "ngay": rng.randint(2, 28),
        "thang": rng.randint(1, 3),
        "nam_ban_hanh": YEAR,
        "ban": "bản giấy",
        "quyen_ky": "KT." if deputy else "TM.",
        "chuc_vu_ky": "PHÓ CHỦ TỊCH" if deputy else "CHỦ TỊCH",
        "nguoi_ky": _person(rng),
        "nguoi_lap": _person(rng),
    }
    if rng.random() < 0.7:
        fields["ngay_chot"] = f"31/12/{YEAR - 1}"
        fields["nguon_so_lieu"] = f"Quyết định số {rng.randint(900, 4000)}/QĐ-UBND"
    return fields


def _person(rng: random.Random) -> str:
    return f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} {rng.choice(_GIVEN)}"


# ---- figures -----------------------------------------------------------------------------------------------------


def _fill_table(content: Content, rng: random.Random) -> None:
    """The figures of the villages, and the commune's, which agree with them."""
    poor, near, cut = rng.uniform(0.012, 0.055), rng.uniform(0.015, 0.06), rng.uniform(0.2, 0.42)
    sizes = rng.sample(range(60, 700), len(content.villages))
    rows = [_village(rng, size, (poor, near, cut)) for size in sizes]
    total = {code: sum(row[code] for row in rows) for code in rows[0]}
    for line in content.kind.lines:
        content.counts[line.code] = [row[line.code] for row in rows]
        content.commune[line.code] = total[line.code]
    content.situation = [
        (code, None if code in content.counts else total.get(code, rng.randint(0, 9)), note)
        for code, _, note in content.situation
    ]


def _village(rng: random.Random, households: int, rates: tuple[float, float, float]) -> dict[str, int]:
    """Figures of a village that keep every identity and ask no question."""
    poor = round(households * rates[0] * rng.uniform(0.6, 1.5))
    near = round(households * rates[1] * rng.uniform(0.6, 1.5))
    most = households // 25  # no rate changes by more than five points
    cut = min(most, round(poor * rates[2] * rng.uniform(0.6, 1.5)))
    near_cut = min(most - cut, round(near * rates[2] * rng.uniform(0.6, 1.5)))
    able = rng.randint(cut, poor)
    supported = rng.randint(0, poor + near - cut - near_cut)
    people = households * 37 // 10 + rng.randint(0, households // 5)
    return {
        "tong_so_ho": households,
        "tong_nhan_khau": people,
        "ho_ngheo_dau_ky": poor,
        "khau_ngheo_dau_ky": poor * 3 + rng.randint(0, poor),
        "giam_ho_ngheo": cut,
        "ho_ngheo_cuoi_ky": poor - cut,
        "ho_can_ngheo_dau_ky": near,
        "khau_can_ngheo_dau_ky": near * 3 + rng.randint(0, near),
        "giam_ho_can_ngheo": near_cut,
        "ho_can_ngheo_cuoi_ky": near - near_cut,
        "ho_ngheo_co_lao_dong": able,
        "ho_ngheo_khong_lao_dong": poor - able,
        "ho_can_ngheo_co_lao_dong": near - near // 5,
        "ho_can_ngheo_khong_lao_dong": near // 5,
        "ho_ngheo_bao_tro_xa_hoi": rng.randint(0, poor - able),
        "ho_ngheo_ho_tro_thu_nhap": rng.randint(0, able),
        "ho_ngheo_dtts": rng.randint(0, poor // 2),
        "ho_ngheo_nguoi_co_cong": 0,
        "ho_da_chieu_dau_ky": poor + near,
        "giam_ho_da_chieu": cut + near_cut,
        "ho_da_chieu_cuoi_ky": poor + near - cut - near_cut,
        "ho_bao_tro_xa_hoi": supported,
        "ho_co_kha_nang_thoat_ngheo": poor + near - supported,
    }


def _fill_records(content: Content, rng: random.Random) -> None:
    """Targets that the figures keep, numbers and dates of the commune's and the province's own documents."""
    figures = {code: figure for code, figure in content.commune.items() if isinstance(figure, int)}
    for row in content.records["muc_tieu"]:
        code = catalogue.count_of(row["chi_tieu"])
        if code in figures:
            row["gia_tri"] = f"{rate(Decimal(figures[code]), Decimal(figures['tong_so_ho']), 2):f}"
    if "ho_ngheo_cuoi_ky" in content.counts and rng.random() < 0.5:
        i = rng.randrange(len(content.villages))
        name, left = content.villages[i], content.counts["ho_ngheo_cuoi_ky"][i]
        content.records["muc_tieu"].append(
            {
                "chi_tieu": "ho_ngheo_cuoi_ky",
                "phep": "còn",
                "gia_tri": str(left),
                "don_vi": "hộ",
                "co_so": "hộ nghèo",
                "pham_vi": name,
                "dien_giai": f"Đến cuối năm {{{{nam}}}}, {{{{loai_thon}}}} {name} còn {{{{gia_tri}}}} hộ nghèo.",
            }
        )
    signs = {"Nghị quyết": "NQ-HĐND", "Kế hoạch": "KH-UBND"}
    for row in content.records["can_cu"]:
        if (sign := signs.get(row["loai"])) and "so" not in row:
            row["so"] = f"{rng.randint(10, 420)}/{sign}"
            row["ngay"] = f"{rng.randint(1, 28):02}/12/{YEAR - 1}"
        elif row["loai"] == "Nghị định" and "ngay" not in row:
            row["ngay"] = f"30/12/{YEAR - 1}"


def _leave_out(content: Content, rng: random.Random) -> None:
    """A few bullets of the starter outline that this commune has no use for."""
    bullets = [row for row in content.outline if row[0] == "-" and not any(row[2:])]
    dropped = rng.sample(bullets, rng.randint(0, 6))
    content.outline = [row for row in content.outline if row not in dropped]


# ---- slips -------------------------------------------------------------------------------------------------------


def _slipped(value: int, rng: random.Random) -> int:
    """Two digits change places, or the figure is off by a little."""
    digits = list(str(value))
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    if places and rng.random() < 0.6:
        i = places[-1]  # the last ones: what is far off nobody overlooks
        digits[i], digits[i + 1] = digits[i + 1], digits[i]
        return int("".join(digits))
    return value + rng.choice((1, 2, 3) if value < 4 else (-2, -1, 1, 2))


def _wrong_total(content: Content, rng: random.Random) -> Slip:
    code = rng.choice(list(content.commune))
    right = content.commune[code]
    assert isinstance(right, int)
    content.commune[code] = _slipped(right, rng)
    return Slip("total", code, str(right), str(content.commune[code]))


def _wrong_village(content: Content, rng: random.Random) -> Slip:
    code, i = rng.choice(list(content.counts)), rng.randrange(len(content.villages))
    right = content.counts[code][i]
    assert isinstance(right, int)
    content.counts[code][i] = _slipped(right, rng)
    return Slip("village", f"{code}[{content.villages[i]}]", str(right), str(content.counts[code][i]))


def _wrong_rate(data: bytes, in_rows: bool, rng: random.Random) -> tuple[bytes, Slip]:
    """A rate of a village or the commune typed over its formula; the sum's own rates stay."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet2.xml"  # the table is the second sheet
    text = parts[name].decode()
    cells = list(_RATE.finditer(text))
    where: Callable[[re.Match[str]], int] = (lambda m: int(m[2])) if in_rows else (lambda m: _column(m[1]))
    last = max(map(where, cells))
    cell = rng.choice([m for m in cells if where(m) < last])
    right = Decimal(cell[4])
    wrong = max(right + Decimal(rng.choice((-9, -3, -1, 1, 3, 9, 27, 90))) / 100, Decimal("0.01"))
    wrong += Decimal("0.02") if wrong == right else 0
    typed = f'<c r="{cell[1]}{cell[2]}"{cell[3] or ""}><v>{wrong:f}</v></c>'
    parts[name] = (text[: cell.start()] + typed + text[cell.end() :]).encode()
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts.items():
            package.writestr(zip_entry(part), content)
    return out.getvalue(), Slip("rate", f"{cell[1]}{cell[2]}", f"{right:f}", f"{wrong:f}")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# ---- files -------------------------------------------------------------------------------------------------------


def write(folder: Path, count: int = COMMUNES, seed: int = SEED, processes: int = 2) -> list[Path]:
    """Write the workbooks that are not there yet; their paths in the order of their numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    one = partial(_written, folder, seed)
    if processes == 1:
        return [one(number) for number in range(count)]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(one, range(count), chunksize=8))


def _written(folder: Path, seed: int, number: int) -> Path:
    path = folder / name_of(number)
    if not path.exists():
        beside = path.with_suffix(".part")
        beside.write_bytes(commune(number, seed).data)
        beside.rename(path)
    return path


def main(folder: str, count: int = COMMUNES, seed: int = SEED, processes: int = 2) -> None:
    started = time.perf_counter()
    paths = write(Path(folder), count, seed, processes)
    seconds = time.perf_counter() - started
    size = sum(path.stat().st_size for path in paths) / len(paths) / 1024
    print(f"{len(paths)} workbooks of {size:.0f} KB on average in {seconds:.0f} s ({seconds / len(paths):.3f} s each)")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
