"""The starter outlines: whole, true of every date and kind of commune, plans that read well before they are filled."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from xlplan import catalogue
from xlplan.documents import conditions
from xlplan.documents.blocks import Paragraph, Plan, WordTable
from xlplan.documents.compose import compose
from xlplan.documents.inserts import BLOCKS
from xlplan.documents.outline import HEADING_LEVELS, LEVELS
from xlplan.documents.own_figures import Value, is_own
from xlplan.documents.values import PLACEHOLDER
from xlplan.pipeline import examine
from xlplan.resources import outlines
from xlplan.sheets.reader import read
from xlplan.sheets.standard.builder import build
from xlplan.sheets.standard.content import Content, record_sheets
from xlplan.sheets.standard.starter import Start, blank_content

KINDS = sorted(catalogue.kinds())
ONLY_IN_STARTERS = ("khi", "chuong_trinh")
ROLE = re.compile(r"«([^»]*)»")
ABOLISHED = re.compile(r"\b(huyện|quận|thị xã|thị trấn)\b", re.IGNORECASE)
OF_ONE_KIND = re.compile(r"\b(toàn xã|toàn phường)\b", re.IGNORECASE)
DAYS = ("2021-01-01", "2024-06-01", "2025-02-28", "2025-03-01", "2025-06-30", "2025-07-01", "2026-01-01", "2030-12-31")
COMMUNES = ("xã", "phường", "thị trấn", "đặc khu")
STARTS = [  # kind of commune and first year of the plan
    ("xã", 2022),
    ("thị trấn", 2024),
    ("phường", 2026),
    ("đặc khu", 2026),
    ("xã", 2027),
]


def starter(kind: str) -> dict[str, Any]:
    return tomllib.loads((outlines() / f"{kind}.toml").read_text(encoding="utf-8"))


def rows(kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The records with the sheet that they are of."""
    data = starter(kind)
    for sheet in record_sheets():
        for row in data.get(sheet, ()):
            yield sheet, row


def texts(kind: str) -> Iterator[tuple[str, str]]:
    """Every text that reaches a workbook, with the sheet that it is of."""
    for row in starter(kind)["noi_dung"]:
        yield "noi_dung", row[1]
    for sheet, row in rows(kind):
        for key, text in row.items():
            if key not in ONLY_IN_STARTERS:
                yield sheet, text


def known(code: str) -> bool:
    return catalogue.known(code) or code in catalogue.fields() or code in catalogue.derived_codes()


def start(kind: str, commune: str, year: int, **more: Any) -> Start:
    return Start(
        catalogue.kinds()[kind], year, ("Đông", "Tây"), unit=f"{commune} Bình An", today=date(2026, 3, 1), **more
    )


def content(kind: str, commune: str = "xã", year: int = 2024) -> Content:
    return blank_content(start(kind, commune, year), outlines())


def plan_of(made: Content, tmp_path: Path) -> Plan:
    path = tmp_path / "so.xlsx"
    build(made, path)
    composed = compose(read(path))
    assert composed.plan is not None
    assert composed.findings == ()
    return composed.plan


def lines(plan: Plan) -> list[str]:
    return [block.text for block in plan.body if isinstance(block, Paragraph)]


# ---- the files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_outline_holds_only_what_its_workbook_has(kind: str) -> None:
    data = starter(kind)
    assert {"noi_dung", "can_cu", "muc_tieu", "phan_cong", "noi_nhan"} <= set(data)
    assert set(data) <= set(catalogue.kinds()[kind].sheets)
    codes = {programme.code for programme in catalogue.programmes()}
    for sheet, row in rows(kind):
        columns = {column.key for column in catalogue.forms()[sheet].columns}
        assert set(row) <= columns | set(ONLY_IN_STARTERS), (sheet, row)
        assert row.get("khi", "hai cấp") in ("ba cấp", "hai cấp")
        assert {row.get("chuong_trinh", "hop-nhat-2026")} <= codes


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_lists_are_those_of_the_drop_downs(kind: str) -> None:
    for sheet, row in rows(kind):
        for column in catalogue.forms()[sheet].columns:
            if column.list and column.key in row:
                assert row[column.key] in catalogue.lists()[column.list], (sheet, row)


@pytest.mark.parametrize("kind", KINDS)
def test_levels_are_known_and_none_is_skipped(kind: str) -> None:
    depth = -1
    outline = starter(kind)["noi_dung"]
    for level, *_ in outline:
        assert level in LEVELS
        if level in HEADING_LEVELS:
            assert HEADING_LEVELS.index(level) <= depth + 1
            depth = HEADING_LEVELS.index(level)
    levels = [row[0] for row in outline]
    assert all(above in "-+" for above, level in pairwise(levels) if level == "+")
    assert (outline[0][0], outline[-1][0]) == ("*", "*")


@pytest.mark.parametrize("kind", KINDS)
def test_headings_are_in_the_form_of_the_decree(kind: str) -> None:
    for level, text, *_ in starter(kind)["noi_dung"]:
        bare = PLACEHOLDER.sub("", text)
        if level == "I":
            assert bare == bare.upper()
            assert not text.endswith((".", ":"))
        elif level != "*" and not text.endswith((".", ":")):
            assert level in HEADING_LEVELS
            assert len(text) < 100


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_are_known_and_each_sheet_has_its_place(kind: str) -> None:
    used = [row[2] for row in starter(kind)["noi_dung"] if len(row) > 2 and row[2]]
    assert set(used) <= set(BLOCKS)
    assert len(set(used)) == len(used)
    sheets = catalogue.kinds()[kind].sheets
    assert {"mục tiêu", "phân công"} <= set(used)
    assert ("dự án" in used) == ("du_an" in sheets)
    assert ("kinh phí" in used or "bảng kinh phí" in used) == ("kinh_phi" in sheets)
    assert ("bảng chỉ tiêu năm" in used) == ("chi_tieu_nam" in sheets)
    assert ("biểu chỉ tiêu" in used or "biểu kèm theo" in used) == ("bieu" in sheets)


@pytest.mark.parametrize("kind", KINDS)
def test_every_placeholder_exists(kind: str) -> None:
    yearly = {row["ma"] for sheet, row in rows(kind) if sheet == "chi_tieu_nam"}
    for sheet, text in texts(kind):
        assert text.count("{{") == text.count("}}") == len(PLACEHOLDER.findall(text)), text
        for code, argument in PLACEHOLDER.findall(text):
            assert known(code) or code in yearly or is_own(sheet, code), (sheet, text)
            takes = catalogue.derived_codes()[code].arguments if code in catalogue.derived_codes() else ()
            assert bool(argument) == bool(takes), (sheet, text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_condition_can_be_read(kind: str) -> None:
    def lookup(code: str) -> Value | None:
        return Value("") if known(code) or code in catalogue.forms() else None

    for row in starter(kind)["noi_dung"]:
        conditions.holds(row[3] if len(row) > 3 else "", lookup)


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_one_kind_of_commune_or_of_an_abolished_level(kind: str) -> None:
    for sheet, text in texts(kind):
        own = PLACEHOLDER.sub("", ROLE.sub("", text))
        assert not ABOLISHED.search(own), (sheet, text)
        assert not OF_ONE_KIND.search(own), (sheet, text)


@pytest.mark.parametrize("kind", KINDS)
def test_figures_come_from_the_workbook(kind: str) -> None:
    """Typed digits are dates, deadlines, shares of all and citations, never counts of households or money."""
    counted = re.compile(r"\d[\d.,]*\s*(hộ|khẩu|nhân khẩu|đồng|triệu|căn|thôn|ấp|khu phố|lao động)\b")
    year = re.compile(r"\b20\d\d\b")
    for sheet, text in texts(kind):
        assert not counted.search(text), (sheet, text)
        assert sheet == "can_cu" or not year.search(text), (sheet, text)


# ---- offices -----------------------------------------------------------------------------------------------------


def test_every_role_has_a_name_on_every_day_in_every_kind_of_commune() -> None:
    for role, names in catalogue.offices().items():
        for day in DAYS:
            for commune in COMMUNES:
                name = catalogue.office(role, day, commune)
                assert all(known(code) for code, _ in PLACEHOLDER.findall(name))
                assert day < "2025-07-01" or "cap_tren" not in name
                assert day < "2025-07-01" or not name.startswith("Công chức")
        kinds = {word.word for word in catalogue.unit_words("commune_kind")}
        assert all(set(name.communes) <= kinds for name in names)


def test_an_outline_speaks_only_of_known_roles() -> None:
    asked = {role for kind in KINDS for _, text in texts(kind) for role in ROLE.findall(text)}
    assert asked <= set(catalogue.offices())
    assert set(catalogue.offices()) == asked  # and every role is of use


# ---- the plans ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("commune", "year"), STARTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_workbook_makes_a_plan_without_a_complaint(kind: str, commune: str, year: int, tmp_path: Path) -> None:
    made = content(kind, commune, year)
    plan = plan_of(made, tmp_path)
    report = examine(read(tmp_path / "so.xlsx")).report
    assert report is not None
    assert {finding.code for finding in report.findings} <= {"B08"}  # a period over two poverty standards
    whole = "\n".join([*lines(plan), *plan.recipients])
    assert "«" not in whole
    assert "{{" not in whole
    assert "  " not in whole.replace("\u00a0", "")
    if year >= 2026:
        assert not ABOLISHED.search(whole)
        assert "Công chức Văn hóa" not in whole
    for other in COMMUNES:
        if other not in (commune, "xã"):  # “xã” is also part of “xã hội”, “hợp tác xã”
            assert not re.search(rf"\b{other}\b", whole)


@pytest.mark.parametrize(("commune", "year"), STARTS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_office_has_its_tasks_once(kind: str, commune: str, year: int) -> None:
    assignments = content(kind, commune, year).records["phan_cong"]
    offices = [row["don_vi"] for row in assignments]
    assert len(set(offices)) == len(offices)
    for row in assignments:
        tasks = row["nhiem_vu"].splitlines()
        assert len(set(tasks)) == len(tasks)
        assert all(task.endswith(".") and task[0].isupper() for task in tasks)


@pytest.mark.parametrize("kind", ["nam", "du-an", "giai-doan"])
def test_projects_are_those_of_the_programme(kind: str) -> None:
    old, new = (content(kind, "xã", year).records["du_an"] for year in (2024, 2026))
    projects = {project.code: project for project in catalogue.programmes()[0].projects}
    above = ""
    for row in old:
        if row["loai"] == "dự án":
            above = row["ma"]
            assert row["ten"] == projects[above].name
        else:
            parts = projects[above].parts
            assert row["ten"] == parts[int(row["ma"].removeprefix("Tiểu dự án ")) - 1]
    assert [row["ten"] for row in new]
    assert not any(row.get("ma") for row in new)  # the merged programme has no official numbers yet
    for row in (*old, *new):
        part_of_all = row["loai"] == "tiểu dự án" or row.get("noi_dung")
        assert not part_of_all or {"muc_tieu", "doi_tuong", "noi_dung"} <= set(row)


@pytest.mark.parametrize("kind", KINDS)
def test_legal_bases_are_those_of_the_time(kind: str) -> None:
    old, new = ([row.get("so", "") for row in content(kind, "xã", year).records["can_cu"]] for year in (2024, 2026))
    assert "90/QĐ-TTg" in old
    assert "351/2025/NĐ-CP" not in old
    assert "351/2025/NĐ-CP" in new
    assert "90/QĐ-TTg" not in new


@pytest.mark.parametrize("kind", ["phuong", "giai-doan"])
def test_what_is_filled_in_is_said(kind: str, tmp_path: Path) -> None:
    """No row is lost under another whose condition fails."""
    made = content(kind, "phường")
    counts = {
        "tong_so_ho": 900,
        "tong_nhan_khau": 3000,
        "ho_ngheo_dau_ky": 50,
        "ho_can_ngheo_dau_ky": 60,
        "khau_ngheo_dau_ky": 111,
        "khau_can_ngheo_dau_ky": 222,
        "ho_ngheo_khong_lao_dong": 31,
        "ho_ngheo_co_lao_dong": 19,
        "ho_ngheo_cuoi_ky": 44,
        "ho_can_ngheo_cuoi_ky": 60,
    }
    assert set(counts) - {"tong_nhan_khau"} <= {code for code, *_ in made.situation}
    made = dataclasses.replace(
        made, situation=[(code, counts.get(code), "") for code in {c: 0 for c, *_ in made.situation}]
    )
    said = "\n".join(lines(plan_of(made, tmp_path)))
    for figure in ("900 hộ", "50 hộ", "60 hộ", "111 người", "222 người", "31 hộ", "19 hộ", "5,56%", "6,67%"):
        assert figure in said
    assert "giảm 06 hộ, từ 50 hộ (5,56%) xuống 44 hộ (4,89%)" in said
    assert "giữ nguyên 60 hộ" in said


def test_rows_about_groups_of_households_stay_under_their_line(tmp_path: Path) -> None:
    for kind in ("nam", "thon"):
        made = content(kind)
        counts: dict[str, list[Any]] = {line.code: [7, 3] for line in made.kind.lines}
        counts["tong_so_ho"] = [100, 100]
        own = {"ho_ngheo_dau_ky": 10, "ho_ngheo_khong_lao_dong": 6, "ho_ngheo_co_lao_dong": 4, "khau_ngheo_dau_ky": 33}
        situation = [
            (code, None if code in counts else own.get(code), "")
            for code in dict.fromkeys(c for c, *_ in made.situation)
        ]
        commune = {code: sum(figures) for code, figures in counts.items()}
        made = dataclasses.replace(made, counts=counts, commune=commune, situation=situation)
        said = lines(plan_of(made, tmp_path))
        for line in ("Số nhân khẩu: 33 người.", "Hộ nghèo không có khả năng lao động: 06 hộ."):
            assert line in said, kind


def test_a_commune_without_poor_households_reads_true(tmp_path: Path) -> None:
    made = content("phuong", "phường", 2026)
    made = dataclasses.replace(
        made,
        situation=[
            (code, 900 if code == "tong_so_ho" else 0, "") for code in dict.fromkeys(c for c, *_ in made.situation)
        ],
    )
    said = "\n".join(lines(plan_of(made, tmp_path)))
    assert "Hộ nghèo: không còn." in said
    assert "Nguyên nhân" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_day_and_source_of_the_figures_are_said_where_known(kind: str, tmp_path: Path) -> None:
    made = content(kind, "xã", 2026)
    before = "\n".join(lines(plan_of(made, tmp_path)))
    assert "heo kết quả rà soát cuối năm 2025" in before
    assert "chốt đến ngày" not in before
    assert "Nguồn số liệu" not in before
    more = {"ngay_chot": "31/12/2025", "nguon_so_lieu": "Quyết định số 12/QĐ-UBND"}
    said = "\n".join(lines(plan_of(dataclasses.replace(made, fields={**made.fields, **more}), tmp_path)))
    assert said.count("heo kết quả rà soát cuối năm 2025") == 1
    assert said.count("ố liệu chốt đến ngày 31/12/2025") == 1
    assert said.count("Nguồn số liệu: Quyết định số 12/QĐ-UBND.") == 1


def test_villages_are_counted_also_where_the_people_are_not(tmp_path: Path) -> None:
    for kind in ("nam", "thon", "phuong", "giai-doan"):
        said = "\n".join(lines(plan_of(content(kind, "xã", 2026), tmp_path)))
        assert "sinh sống tại 02 thôn." in said, kind
        assert "nhân khẩu" not in said, kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_programme_is_named_in_full_once_and_short_names_are_used(kind: str, tmp_path: Path) -> None:
    made = content(kind, "xã", 2026)
    said = lines(plan_of(made, tmp_path))
    name = catalogue.programmes()[-1].name
    outline = "\n".join(text for _, text, *_ in starter(kind)["noi_dung"])
    assert outline.count("{{chuong_trinh}}") == 1
    assert sum(name in line for line in said[said.index("MỤC ĐÍCH, YÊU CẦU") :]) == 1
    for short in re.findall(r"dưới đây gọi là ([^)]*)\)", outline):
        defined = next(n for n, line in enumerate(said) if f"gọi là {short})" in line)
        assert any(short in line.replace(name, "") for line in said[defined + 1 :]), short
        assert not any(short in line.replace(name, "") for line in said[:defined]), short


@pytest.mark.parametrize("year", [2024, 2026])
@pytest.mark.parametrize("kind", KINDS)
def test_recipients_are_abbreviated(kind: str, year: int, tmp_path: Path) -> None:
    recipients = plan_of(content(kind, "xã", year), tmp_path).recipients
    assert recipients[0].startswith("- UBND ")
    assert not any("Ủy ban nhân dân" in line for line in recipients)


def test_the_budget_of_a_plan_for_projects_counts_itself(tmp_path: Path) -> None:
    made = content("du-an")
    amounts = [{**row, "so_tien": "2000000"} if row.get("nguon") else row for row in made.records["kinh_phi"]]
    made = dataclasses.replace(made, records={**made.records, "kinh_phi": amounts})
    said = "\n".join(lines(plan_of(made, tmp_path)))
    assert "Tổng số tiền: 8.000.000 đồng (Tám triệu đồng), trong đó:" in said


def test_a_plan_for_a_period_shows_its_years_and_its_budget(tmp_path: Path) -> None:
    made = content("giai-doan", "xã", 2026)
    plan = plan_of(made, tmp_path)
    tables = [block for block in plan.body if isinstance(block, WordTable)]
    assert len(tables) == 2
    assert "Kế hoạch giảm nghèo giai đoạn 2026 - 2030" in "\n".join(lines(plan))
    stream = BytesIO()
    build(made, stream)  # and is a workbook that opens
    assert stream.getvalue()[:2] == b"PK"
