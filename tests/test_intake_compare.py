"""Who sent what: every commune of a list stands somewhere, and one commune's figures count once."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.intake.communes import plain_code
from xlplan.intake.compare import compare as compared
from xlplan.intake.expected import Expected
from xlplan.intake.previous import index
from xlplan.intake.received import Received
from xlplan.intake.received import superseded as superseded_without_list
from xlplan.model import NOTHING
from xlplan.results import Submitted

Y23, Y24 = (2023, 2023), (2024, 2024)
EARLY, LATE = "2024-12-01T08:00:00Z", "2024-12-20T08:00:00Z"
LIST = [
    Expected("Sơn Trung", "01234", "huyện Hương Sơn", "tỉnh Hà Tĩnh", Y24, "2024-12-15"),
    Expected("Long An", "30388", "huyện Hương Sơn", "tỉnh Hà Tĩnh", Y24, "2024-12-15"),
    Expected("phường Phước Long", "", "", "tỉnh Hà Tĩnh", Y24),
]


def compare(*arguments: Any, **options: Any) -> tuple[Submitted, ...]:
    return compared(*arguments, **options)[0]


def superseded(
    received: Iterable[Received], expected: Sequence[Expected] = (), identical: Mapping[str, str] = NOTHING
) -> frozenset[str]:
    return compared(expected, received, identical=identical)[1]


def sent(
    file: str, unit: str = "xã Sơn Trung", period: tuple[int, int] | None = Y24, saved: str = EARLY, **fields: object
) -> Received:
    return Received(file, unit, period=period, modified=saved, **fields)  # type: ignore[arg-type]


def broken(file: str, problem: str = "no_content") -> Received:
    return Received(file, status="unreadable", problem=problem)


def standing(lines: tuple[Submitted, ...]) -> dict[str, str]:
    return {line.unit or line.file: line.standing for line in lines}


def of(file: str, lines: tuple[Submitted, ...]) -> Submitted:
    (line,) = [line for line in lines if line.file == file]
    return line


def test_whoever_sent_nothing_is_missing_and_the_rest_is_received() -> None:
    lines = compare(LIST, [sent("a.xlsx"), sent("b.xlsx", "XÃ  LONG AN")])
    assert standing(lines) == {"Sơn Trung": "received", "Long An": "received", "phường Phước Long": "missing"}
    assert lines[0] == Submitted("Sơn Trung", "received", "01234", "huyện Hương Sơn", "tỉnh Hà Tĩnh", "a.xlsx")
    assert compare(LIST, [])[0].remark == "Chưa gửi sổ tính; hạn nộp 15/12/2024. Đôn đốc gửi."


@pytest.mark.parametrize("unit", ["Sơn Trung", "xã Sơn Trung", "XÃ SƠN TRUNG", "Xã Sơn  Trung", "xa Son Trung"])
def test_a_commune_is_known_by_its_name_however_it_is_spelt(unit: str) -> None:
    assert standing(compare(LIST, [sent("a.xlsx", unit)]))["Sơn Trung"] == "received"


def test_names_that_differ_in_tone_marks_are_two_communes() -> None:
    two = [
        sent("thanh.xlsx", "xã Thành Đức", code="00154", saved=EARLY),
        sent("thanh2.xlsx", "xã Thạnh Đức", code="00031"),
    ]
    for listed in (["Thạnh Đức"], ["Thành Đức"], ["Thạnh Đức", "Thành Đức"], ["xã Thanh Duc", "xã Thành Đức"]):
        lines, gone = compared([Expected(unit) for unit in listed], two)
        assert gone == frozenset(), listed
    lines = compare([Expected("Thạnh Đức")], two)
    assert of("thanh2.xlsx", lines).standing == "received"
    assert of("thanh.xlsx", lines).standing == "unexpected" and "Thạnh Đức" in of("thanh.xlsx", lines).remark


@pytest.mark.parametrize("code", ["01234", "1234", " 1.234", "'01234"])
def test_a_commune_is_known_by_its_code_whatever_excel_made_of_it(code: str) -> None:
    lines = compare(LIST, [sent("a.xlsx", "xã Sơn Trung Mới", code=code)])
    assert lines[0].standing == "received"
    assert "xã Sơn Trung Mới" in lines[0].remark


def test_codes_are_compared_without_zeros() -> None:
    assert plain_code("01234") == plain_code("1234") == "1234"
    assert plain_code("") == "" != plain_code("0123")


def test_namesakes_are_told_apart_by_district_and_province() -> None:
    twins = [Expected("Tân Phú", "", "huyện A"), Expected("Tân Phú", "", "huyện B"), Expected("phường Tân Phú")]
    lines = compare(twins, [sent("a.xlsx", "xã Tân Phú", district="Huyện B")])
    assert [line.standing for line in lines] == ["missing", "received", "missing"]
    unclear = compare(twins, [sent("a.xlsx", "xã Tân Phú")])
    assert [line.standing for line in unclear] == ["missing"] * 3 + ["unexpected"]
    assert "có thể là Tân Phú" in unclear[-1].remark


def test_a_workbook_that_was_saved_after_the_deadline_is_late() -> None:
    late = compare(LIST, [sent("a.xlsx", saved=LATE)])[0]
    assert (late.standing, late.remark) == ("late", "Lưu lần cuối ngày 20/12/2024, sau hạn nộp 15/12/2024.")
    last_minute = compare(LIST, [sent("a.xlsx", saved="2024-12-15T16:59:59Z")])[0]  # 23:59:59 in Việt Nam
    assert last_minute.standing == "received"
    assert compare(LIST, [sent("a.xlsx", saved="2024-12-15T17:00:00Z")])[0].standing == "late"
    assert compare(LIST, [sent("a.xlsx", saved="")])[0].standing == "received"


def test_a_later_submission_supersedes_the_earlier_and_both_rows_say_so() -> None:
    records = [sent("cu.xlsx", saved=EARLY), sent("moi.xlsx", saved="2024-12-02T08:00:00Z")]
    lines = compare(LIST, records)
    assert (of("moi.xlsx", lines).standing, of("cu.xlsx", lines).standing) == ("duplicate", "superseded")
    assert "“cu.xlsx”" in of("moi.xlsx", lines).remark and "“moi.xlsx”" in of("cu.xlsx", lines).remark
    assert superseded(records, LIST) == superseded_without_list(records) == {"cu.xlsx"}


def test_a_correction_after_the_deadline_of_what_came_in_time_is_not_late() -> None:
    line = of("moi.xlsx", compare(LIST, [sent("cu.xlsx", saved=EARLY), sent("moi.xlsx", saved=LATE)]))
    assert line.standing == "duplicate"
    assert "Bản trong hạn đã gửi" in line.remark


def test_on_a_tie_fewer_errors_count_and_then_the_newer_format() -> None:
    assert superseded_without_list([sent("a.xlsx", errors=3), sent("b.xlsx", errors=1)]) == {"a.xlsx"}
    assert superseded_without_list([sent("a.xls"), sent("a.xlsx"), sent("a.xlsm")]) == {"a.xls", "a.xlsm"}


def test_the_same_figures_side_by_side_are_one_commune_and_no_alarm() -> None:
    lines = compare(LIST, [sent("a.xlsx", figures="f"), sent("a.xlsm", figures="f")])
    assert (of("a.xlsx", lines).standing, of("a.xlsm", lines).standing) == ("received", "duplicate")


def test_a_file_of_the_same_content_is_said_to_be_one() -> None:
    lines = compare(LIST, [sent("A/a.xlsx")], identical={"B/a.xlsx": "A/a.xlsx"})
    assert of("B/a.xlsx", lines).standing == "duplicate"
    assert "“A/a.xlsx”" in of("B/a.xlsx", lines).remark


def test_a_copy_of_a_neighbours_workbook_in_ones_own_folder_is_the_wrong_one() -> None:
    for kept, twin in (("Xã Sơn Trung/a.xlsx", "Xã Long An/a.xlsx"), ("Xã Long An/a.xlsx", "Xã Sơn Trung/a.xlsx")):
        lines = compare(LIST, [sent(kept)], identical={twin: kept})
        assert [(line.standing, line.file) for line in lines[:2]] == [
            ("received", kept),
            ("wrong_commune", "Xã Long An/a.xlsx"),
        ]
        assert superseded([sent(kept)], LIST, {twin: kept}) == frozenset()


def test_another_years_workbook_is_no_submission() -> None:
    lines = compare(LIST, [sent("a.xlsx", period=Y23), sent("b.xlsx", "xã Long An", period=None)])
    assert [line.standing for line in lines[:2]] == ["wrong_year", "wrong_year"]
    assert lines[0].remark == "Sổ tính ghi kỳ 2023, cần kỳ 2024. Đề nghị gửi đúng kỳ."
    both = compare(LIST, [sent("a.xlsx"), sent("cu.xlsx", period=Y23)])
    assert (of("a.xlsx", both).standing, of("cu.xlsx", both).standing) == ("received", "wrong_year")
    without = [each._replace(period=None) for each in LIST]
    assert compare(without, [sent("a.xlsx", period=Y23)])[0].standing == "received"
    assert compare(without, [sent("a.xlsx", period=Y23)], period=Y24)[0].standing == "wrong_year"


def test_several_periods_of_one_commune_each_have_a_line() -> None:
    two = [LIST[0], LIST[0]._replace(period=Y23)]
    lines = compare(two, [sent("a.xlsx")])
    assert [(line.standing, line.file) for line in lines] == [("received", "a.xlsx"), ("missing", "")]


def test_what_cannot_be_read_is_of_the_commune_whose_name_it_bears() -> None:
    lines = compare(LIST, [broken("bieu_SonTrung.xlsx"), broken("Xã Long An/bieu.xls", "encrypted"), broken("x.xlsx")])
    assert [line.standing for line in lines] == ["wrong_template", "wrong_template", "missing", "wrong_template"]
    assert lines[1].remark.startswith("Tệp có mật khẩu. ")
    assert lines[3].unit == ""


def test_a_workbook_of_no_commune_of_the_list_is_unexpected() -> None:
    lines = compare(LIST, [sent("a.xlsx", "xã An Dương"), sent("b.xlsx", "xã Phước Long"), sent("c.xlsx", "")])
    assert [line.standing for line in lines[3:]] == ["unexpected"] * 3
    assert lines[3].remark == "Xã An Dương không có trong danh sách. Kiểm tra tên, mã đơn vị và danh sách."
    assert "có thể là phường Phước Long" in lines[4].remark
    assert "chưa ghi tên đơn vị" in lines[5].remark


@pytest.mark.parametrize("file", ["Xã Long An.xlsx", "thu/30_LongAn_2024.xlsx", "Xã Long An/bieu.xlsx", "long an.xlsx"])
def test_a_neighbours_workbook_under_ones_own_name_is_the_wrong_one(file: str) -> None:
    copy = sent(file, "xã Sơn Trung", saved=LATE)
    lines = compare(LIST, [copy])
    assert [line.standing for line in lines] == ["missing", "wrong_commune", "missing"]
    assert lines[1].file == file and "xã Sơn Trung" in lines[1].remark
    assert file.rpartition("/")[2] in lines[0].remark
    real = sent("Sơn Trung.xlsx", saved=EARLY)  # its own workbook is not superseded by the neighbour's copy
    assert standing(compare(LIST, [real, copy])) == {
        "Sơn Trung": "received",
        "Long An": "wrong_commune",
        "phường Phước Long": "missing",
    }
    assert superseded([real, copy], LIST) == {file}


@pytest.mark.parametrize(
    ("file", "unit", "province"),
    [
        ("An Giang - Long An - Sơn Trung.xlsx", "xã Sơn Trung", ""),
        ("bieu Long An.xlsx", "xã Sơn Trung", "tỉnh Long An"),
        ("huyện Long An.xlsx", "xã Sơn Trung", ""),
        ("Lòng Án.xlsx", "xã Sơn Trung", ""),
        ("Long Biên - so lieu.xlsx", "xã Sơn Trung", ""),
        ("so lieu thong nhat.xlsx", "xã Sơn Trung", ""),
        ("bieu 2024 (1).xlsx", "xã Sơn Trung", ""),
        ("Xã Long An Đông.xlsx", "xã Long An Đông", ""),
    ],
)
def test_a_name_in_a_path_accuses_nobody_without_being_certain(file: str, unit: str, province: str) -> None:
    others = [Expected("Thống Nhất"), Expected("Long Biên", province="Hà Nội")]
    lines = compare([*LIST, *others], [sent(file, unit, province=province)])
    assert not [line for line in lines if line.standing == "wrong_commune"]


def test_a_folder_with_workbooks_of_several_communes_is_a_districts() -> None:
    records = [sent("Long An/a.xlsx"), sent("Long An/b.xlsx", "phường Phước Long")]
    assert [line.standing for line in compare(LIST, records)] == ["received", "missing", "received"]


def test_a_code_that_came_with_a_copied_workbook_is_said_and_supersedes_nobody() -> None:
    real, copy = sent("a.xlsx", code="01234"), sent("b.xlsx", "xã Long An", code="1234", saved=LATE)
    lines = compare(LIST, [real, copy])
    assert standing(lines)["Sơn Trung"] == "received"
    assert lines[1].remark.startswith("Mã 1234 là của Sơn Trung nhưng Thông tin ghi tên xã Long An.")
    assert superseded([real, copy], LIST) == superseded_without_list([real, copy]) == frozenset()


def test_whoever_sent_anothers_name_or_code_is_told_what_was_expected() -> None:
    (_, line, _) = compare(LIST, [sent("Xã Long An.xlsx", code="01234")])
    assert line.message.startswith(
        "Sheet “Thông tin” đang ghi xã Sơn Trung (mã 01234), trong khi tên tệp hoặc thư mục là của Long An. "
    )
    assert "gửi đúng sổ của mình" in line.message and "xin sửa tên, mã đơn vị" in line.message
    wrong_code = of("b.xlsx", compare(LIST, [sent("b.xlsx", "xã Long An", code="1234")]))
    assert "1234 là mã của Sơn Trung, còn mã của xã Long An là 30388. Xin sửa mã hoặc tên" in wrong_code.message
    no_own = of("c.xlsx", compare(LIST, [sent("c.xlsx", "phường Phước Long", code="1234")]))
    assert no_own.message.endswith("1234 là mã của Sơn Trung. Xin sửa mã hoặc tên cho đúng rồi gửi lại.")
    renamed = compare(LIST, [sent("d.xlsx", "xã An Dương", code="1234")])[0]
    assert renamed.standing == "received"
    assert "đang ghi tên xã An Dương, mã 1234; theo danh sách, mã này là của Sơn Trung." in renamed.message
    assert "“Thông tin”" in compare(LIST, [sent("Xã Long An.xlsx")], "en")[1].message


def test_nobody_is_told_so_whose_file_is_rightly_anothers_too_or_names_none() -> None:
    kept, twin = "Xã Long An/a.xlsx", "Xã Sơn Trung/a.xlsx"
    assert not [line for line in compare(LIST, [sent(kept)], identical={twin: kept}) if line.message]
    assert not [line for line in compare(LIST, [sent("Xã Long An.xlsx", "")]) if line.message]


def test_without_a_list_namesakes_are_only_one_commune_where_something_says_so() -> None:
    one = sent("A/x.xlsx", "xã Tân Phú", district="huyện A")
    assert superseded_without_list([one, sent("B/x.xlsx", "xã Tân Phú", district="huyện B")]) == frozenset()
    assert superseded_without_list([one, sent("B/x.xlsx", "Tân Phú", district="Huyện A", saved=LATE)]) == {"A/x.xlsx"}
    assert superseded_without_list([sent("A/x.xlsx", "Tân Phú"), sent("B/y.xlsx", "Tân Phú")]) == frozenset()
    assert superseded_without_list([sent("A/x.xlsx", "Tân Phú"), sent("A/y.xlsx", "Tân Phú")]) == {"A/y.xlsx"}
    assert superseded_without_list([sent("x.xlsx", ""), sent("y.xlsx", ""), broken("z.xlsx")]) == frozenset()
    assert superseded_without_list([one, sent("A/y.xlsx", "xã Tân Phú", Y23, district="huyện A")]) == frozenset()
    either = sent("C/x.xlsx", "xã Tân Phú", province="tỉnh T")
    two = [one._replace(province="tỉnh T"), sent("B/x.xlsx", "xã Tân Phú", district="huyện B", province="tỉnh T")]
    assert superseded_without_list([either, *two]) == frozenset()


def test_without_a_list_only_what_is_worth_a_line_has_one() -> None:
    records = [sent("a.xlsx"), sent("b.xlsx", saved=LATE), sent("c.xlsx", "xã Long An"), broken("d.xlsx", "damaged")]
    lines = compare([], records)
    assert {line.file: line.standing for line in lines} == {
        "a.xlsx": "superseded",
        "b.xlsx": "duplicate",
        "d.xlsx": "wrong_template",
    }


def test_every_line_has_a_sentence_in_english_too() -> None:
    records = [sent("a.xlsx", saved=LATE), sent("b.xlsx", period=Y23), broken("c.xlsx"), sent("d.xlsx", "xã Lạ")]
    for line in compare(LIST, records, "en"):
        assert line.remark.isascii() or "“" in line.remark or line.unit in line.remark or "xã" in line.remark.lower()
    assert compare(LIST, [], "en")[2].remark == "No workbook has come. Ask for it."


def test_every_commune_and_every_file_stands_in_one_line_at_most() -> None:
    many = [Expected(f"xã Số {n} Đông", f"{n:05d}", "", "", Y24) for n in range(1, 2001)]
    records = [sent(f"Xã Số {n} Đông/bieu.xlsx", f"xã Số {n} Đông", code=str(n)) for n in range(1, 2001, 2)]
    records += [sent(f"lai/{n}.xlsx", f"Số {n} Đông", saved=LATE) for n in range(1, 500, 2)]
    start = time.perf_counter()
    lines = compare(many, records)
    assert time.perf_counter() - start < 3  # takes 0.15 s
    assert [line.unit for line in lines[:2000]] == [each.unit for each in many]
    files = [line.file for line in lines if line.file]
    assert sorted(files) == sorted(each.file for each in records)


UNITS = st.sampled_from(["xã Sơn Trung", "Long An", "phường Phước Long", "xã Lạ", ""])
FILES = st.builds(
    lambda folder, stem, suffix: f"{folder}{stem}{suffix}",
    st.sampled_from(["", "thu/", "Xã Long An/", "Xã Sơn Trung/"]),
    st.sampled_from(["a", "b", "Sơn Trung", "long_an", "PhuocLong 2024"]),
    st.sampled_from([".xlsx", ".xls"]),
)
RECORDS = st.builds(
    Received,
    FILES,
    UNITS,
    st.sampled_from(["", "1234", "30388", "777"]),
    st.sampled_from(["", "huyện Hương Sơn", "huyện X"]),
    st.just(""),
    st.sampled_from([None, Y23, Y24]),
    st.sampled_from(["", EARLY, LATE]),
    st.sampled_from(["clean", "findings", "unreadable"]),
    problem=st.just("damaged"),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(RECORDS, max_size=6, unique_by=lambda each: each.file), st.lists(FILES, max_size=2), st.booleans())
def test_nothing_is_lost_and_nothing_counts_twice(records: list[Received], copies: list[str], listed: bool) -> None:
    expected = LIST if listed else []
    files = [each.file for each in records]
    identical = {file: files[0] for file in copies if records and file not in files}
    lines = compare(expected, records, identical=identical)
    lost = superseded(records, expected, identical)
    assert [line.unit for line in lines[: len(expected)]] == [each.unit for each in expected]
    named = [line.file for line in lines[len(expected) :]]
    assert len(named) == len(set(named))
    standings = {line.file: line.standing for line in lines if line.file}
    assert set(standings) <= {*files, *identical}
    assert lost <= set(files)
    assert all(standings[file] not in ("received", "late") for file in lost)
    assert all(file in standings for file in (*lost, *identical))
    for each in records:
        if each.status == "unreadable" or (listed and not each.unit and not each.code):
            assert each.file in standings


def test_last_years_workbook_is_found_by_code_or_by_name() -> None:
    years = [
        sent("2022.xlsx", period=(2022, 2022), code="01234"),
        sent("2023.xlsx", period=Y23, code="01234"),
        sent("2024.xlsx", period=Y24, code="01234"),
        sent("giai doan.xlsx", period=(2021, 2023), code="01234"),
        sent("A.xlsx", "xã Tân Phú", Y23, district="huyện A"),
        sent("B.xlsx", "xã Tân Phú", Y23, district="huyện B"),
        sent("B cu.xlsx", "xã Tân Phú", Y23, "2024-01-01T00:00:00Z", district="huyện B"),
        sent("khong ky.xlsx", "xã Long An", None),
        broken("hong.xlsx"),
    ]
    found = pickle.loads(pickle.dumps(index(years)))
    assert found.find("1234", "xã Sơn Trung", "", "", Y24) == "2023.xlsx"
    assert found.find("1234", "Sơn Trung", "", "", Y23) == "2022.xlsx"
    assert found.find("", "xã Sơn Trung", "", "", (2026, 2030)) == "2024.xlsx"
    assert found.find("9999", "xã Sơn Trung", "", "", Y24) is None  # another commune's code
    assert found.find("1234", "xã Quang Diệm", "", "", Y24) is None  # a merged commune with an old code
    assert found.find("", "Tân Phú", "Huyện B", "", Y24) == "B.xlsx"
    assert found.find("", "xã Tân Phú", "", "", Y24) is None  # either of two
    assert found.find("", "xã Long An", "huyện C", "", Y24) == "khong ky.xlsx"
    assert found.find("", "", "", "", Y24) is None


def test_only_a_name_that_is_nearly_the_same_is_offered() -> None:
    listed = [Expected(unit) for unit in ("xã Nghĩa Tín", "xã Diên Tri", "xã Hàm Hiệp")]

    def remark(unit: str) -> str:
        lines = compare(listed, [Received("a.xlsx", unit)])
        return next(line.remark for line in lines if line.standing == "unexpected")

    assert "có thể là" not in remark("xã Gia Tri")
    assert "có thể là xã Hàm Hiệp." in remark("xã Hàn Hiệp")
