"""The message to a commune, and what a file says of itself."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import batches
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.batch.tasks import Settings, Task, perform
from xlplan.intake.alike import together
from xlplan.intake.compare import compare
from xlplan.intake.content import digest, modified
from xlplan.intake.expected import Expected
from xlplan.intake.received import Received, not_filled_in, superseded
from xlplan.intake.reply import encoded, reply
from xlplan.pipeline import Problem, process
from xlplan.results import Result, loaded, result_of

WORKBOOKS = Path(__file__).parent.parent / "workbooks"
OURS = ("crashed", "output", "missing", "folder", "unreadable")


def entry(findings: list[dict[str, object]], status: str = "findings", unit: str = "xã Sơn Trung") -> dict[str, object]:
    return {"status": status, "unit": unit, "findings": findings}


def found(severity: str = "error", n: int = 1, **more: object) -> dict[str, object]:
    return {"severity": severity, "message": f"Biểu, ô D{n}: đang ghi {n}; cộng được 7.", "proposal": None, **more}


def result(findings: list[dict[str, object]], **more: object) -> Result:
    fields: dict[str, object] = {"file": "C:\\thu\\Xã Lân Cận\\bieu.xlsx", "digest": "", "modified": ""}
    return Result(**{**fields, "entry": entry(findings), "period": (2023, 2023), **more})  # type: ignore[arg-type]


def test_a_message_says_what_came_what_is_wrong_and_what_to_do() -> None:
    made = result_of(process(WORKBOOKS / "son_trung_2023.xlsx"), "", "", "vi")
    text = reply(made, "vi")
    assert text.startswith(
        "Kính gửi: Ủy ban nhân dân xã Sơn Trung\n\nChúng tôi đã nhận sổ tính “son_trung_2023.xlsx” (năm 2023).\n"
        "Qua kiểm tra, có 1 chỗ số liệu mâu thuẫn:\n\n1. Hiện trạng, ô D6 (Hộ nghèo đầu kỳ): đang ghi 63; 48 + 16 = 64."
    )
    assert "Đề nghị xã Sơn Trung kiểm tra" in text
    assert text.endswith("\nTrân trọng.\n")
    assert str(WORKBOOKS) not in text
    assert Received.of(made)[:7] == (
        made.file,
        "xã Sơn Trung",
        made.code,
        made.district,
        made.province,
        (2023, 2023),
        "",
    )


def test_a_blank_workbook_is_nobodys() -> None:
    blanks = [result_of(process(WORKBOOKS / "mau" / f"{kind}.xlsx"), "", "", "vi") for kind in ("nam", "thon")]
    records = [Received.of(each) for each in blanks]
    assert [(each.unit, each.figures) for each in records] == [("", ""), ("", "")]
    assert superseded(records) == frozenset()
    assert reply(blanks[0]).startswith("Kính gửi: Đơn vị gửi tệp “nam.xlsx”\n")
    lines, _ = compare([Expected("xã An")], records)
    assert [line.standing for line in lines] == ["missing", "unexpected", "unexpected"]


def test_who_sends_a_workbook_without_name_or_figures_is_asked_for_it_again(tmp_path: Path) -> None:
    blank = result_of(process(WORKBOOKS / "mau" / "thon.xlsx"), "", "", "vi")
    text = reply(blank)
    assert "chưa ghi tên xã" in text and "chưa có số liệu" in text and "rồi gửi lại" in text
    assert "mâu thuẫn" not in text and "Chưa cần gửi lại" not in text
    named = blank._replace(entry={**blank.entry, "unit": "xã An"})
    assert "chưa ghi tên" not in reply(named) and "chưa có số liệu" in reply(named)
    figures = blank._replace(counts={"tong_so_ho": 5})
    assert "chưa ghi tên xã" in reply(figures) and "chưa có số liệu" not in reply(figures)


@pytest.mark.parametrize("name", ["an_duong_2024", "tan_khai_2021_2025", "phuoc_long_2024", "long_an_2024"])
def test_a_plan_of_projects_or_years_needs_no_figures_of_households(name: str) -> None:
    assert not_filled_in(result_of(process(WORKBOOKS / f"{name}.xlsx"), "", "", "vi")) == ()


def test_a_message_names_the_ten_gravest_and_stays_short() -> None:
    many = [found("warning", n, code=f"B{n}") for n in range(1, 9)]
    many += [found("error", n, code=f"A{n}") for n in range(21, 27)]
    text = reply(
        result([*many, found("info", 50), found("warning", 51, explanation="Đúng.")], marked="danh_dau/bieu.xlsx")
    )
    numbered = re.findall(r"^\d+\. Biểu, ô D(\d+)", text, re.MULTILINE)
    assert numbered == ["21", "22", "23", "24", "25", "26", "1", "2", "3", "4"]
    assert "có 6 chỗ số liệu mâu thuẫn và 8 chỗ cần xem lại:" in text
    assert "Còn 4 chỗ khác" in text and "“bieu.xlsx”" in text
    assert len(text.splitlines()) <= 25
    assert "Lân Cận" not in text and "danh_dau" not in text


def of_last_year(n: int, village: str, **more: object) -> dict[str, object]:
    place = f"Biểu, ô D{n} ({village} – Trong đó: hộ nghèo)"
    said = f"đang ghi {n}; sổ năm trước (a.xlsx, 'Biểu'!E{n}) ghi số cuối năm 2023 là 1.{n}00. Xem số nào đúng rồi sửa."
    return found("error", code="A11", sheet="Biểu", cell=f"D{n}", message=f"{place}: {said}") | more


def test_a_sentence_of_many_villages_is_said_once_with_the_places_of_the_others() -> None:
    villages = [of_last_year(n, f"Thôn {n}") for n in range(2, 14)]
    proposal = {"cell": "D40", "value": "7", "confidence": "likely", "reason": "…"}
    other = [of_last_year(40, "Thôn Cao", proposal=proposal), found("error", 50, code="A02", sheet="Biểu", cell="D50")]
    text = reply(result([*villages[:3], *other, *villages[3:], found("warning", 60), found("warning", 61)]))
    numbered = [line for line in text.splitlines() if re.match(r"\d+\. ", line)]
    assert [re.findall(r"ô (D\d+)", line)[0] for line in numbered] == ["D2", "D40", "D50", "D60", "D61"]
    assert numbered[0] == (
        f"1. {villages[0]['message']} Cùng vướng mắc này ở 11 chỗ khác: ô D3 (Thôn 3 – Trong đó: hộ nghèo), "
        "ô D4 (Thôn 4 – Trong đó: hộ nghèo), ô D5 (Thôn 5 – Trong đó: hộ nghèo), ô D6 (Thôn 6 – Trong đó: hộ nghèo), "
        "ô D7 (Thôn 7 – Trong đó: hộ nghèo), …"
    )
    assert "có 14 chỗ số liệu mâu thuẫn và 2 chỗ cần xem lại:" in text and "Còn " not in text
    assert "ở 2 chỗ khác: ô D3 (Thôn 3 – Trong đó: hộ nghèo), ô D4 (Thôn 4 –" in reply(result(villages[:3]))
    assert reply(result(villages[:2])).count("Xem số nào đúng") == 2  # of two each says its own figures


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 9), st.sampled_from(["", "cao hơn", "“x”", "“y”: 3"]))))
def test_no_finding_is_lost_among_those_of_one_sentence(given: list[tuple[str, int, str]]) -> None:
    items = [found(code=code, message=f"Biểu, ô D{n}: đang ghi {n} {text}.") for code, n, text in given]
    groups = together(items)
    assert sorted(map(id, items)) == sorted(id(item) for group in groups for item in group)
    firsts = [next(n for n, item in enumerate(items) if item is group[0]) for group in groups]
    assert firsts == sorted(firsts)
    for group in groups:
        assert len(group) in {1, *range(3, len(items) + 1)}
        assert len({(item["code"], "cao" in str(item["message"]), "“" in str(item["message"])) for item in group}) == 1


def test_an_error_is_to_be_corrected_and_a_warning_may_be_explained() -> None:
    explained = reply(result([found("error", 7, explanation="Đúng."), found("warning", 8, explanation="Đúng.")]))
    assert "ô D7" in explained and "ô D8" not in explained
    assert "Chỗ nào số đã đúng" not in explained
    assert "Chỗ nào số đã đúng" in reply(result([found("error", 7), found("warning", 8)]))


def test_a_proposal_is_a_suggestion_in_the_language_of_numbers() -> None:
    proposal = {"cell": "D9", "value": "1545", "confidence": "likely", "reason": "…"}
    assert "Gợi ý: ô D9 có lẽ là 1.545." in reply(result([found(proposal=proposal)]))


def test_a_clean_workbook_needs_nothing() -> None:
    text = reply(result([found("info")], entry=entry([], "clean"), period=None))
    assert (
        "chưa ghi kỳ kế hoạch" in text and "chưa phát hiện số liệu nào mâu thuẫn" in text and "Chưa cần gửi lại" in text
    )


@pytest.mark.parametrize("kind", ["no_content", "encrypted", "damaged", "word_not_excel", *OURS])
def test_an_unreadable_file_gets_what_to_do_only_where_the_sender_can_do_it(kind: str) -> None:
    trouble = Problem(kind, "/home/ai do/thu/bieu.xlsx", "chi tiết")
    text = reply(result([], entry=entry([], "unreadable", ""), trouble=trouble))
    assert text.startswith("Kính gửi: Đơn vị gửi tệp “bieu.xlsx”\n")
    assert ("trục trặc ở phía chúng tôi" in text) == (kind in OURS)
    assert ("gửi lại tệp Excel" in text) == (kind not in OURS)
    assert "/home" not in text


def test_text_of_a_workbook_stays_on_its_line() -> None:
    unit = "xã A\r\nKính gửi: xã B\u2028" + "x" * 500
    text = reply(result([found(message="một\nhai\x1b[31m" + "y" * 5000)], entry=entry([found()], unit=unit)))
    assert len(text.splitlines()) <= 12
    assert max(map(len, text.splitlines())) < 600
    assert encoded(text).startswith(b"\xef\xbb\xbfK\xc3\xadnh") and encoded("a\nb\n") == b"\xef\xbb\xbfa\r\nb\r\n"


def test_a_message_in_english_says_the_same() -> None:
    text = reply(result([found(), found("warning")], period=(2021, 2025)), "en")
    assert "(2021 - 2025)" in text and "Contradictions found in its figures: 1; more to be looked at: 1." in text


OWN_TIME = "2020-05-06T07:08:09Z"


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2024-03-29T01:02:03Z", "2024-03-29T01:02:03Z"),
        ("2024-03-29T01:02:03.456+07:00", "2024-03-28T18:02:03Z"),
        ("2024-03-29", "2024-03-29T00:00:00Z"),
        ("1980-01-01T00:00:00Z", OWN_TIME),
        ("9999-12-31T23:59:59-14:00", OWN_TIME),
        ("2999-01-01T00:00:00Z", OWN_TIME),
        ("hôm qua", OWN_TIME),
        (" " * 5_000_000, OWN_TIME),
        ("", OWN_TIME),
    ],
)
def test_when_a_workbook_was_saved_is_what_it_says_where_that_can_be(tmp_path: Path, written: str, time: str) -> None:
    path = tmp_path / "x.xlsx"
    path.touch()
    os.utime(path, (1_588_748_889, 1_588_748_889))
    assert modified(path, written) == time
    assert modified(tmp_path / "khong co", written) == ("" if time == OWN_TIME else time)


@pytest.mark.parametrize("writes_its_time", [True, False])
def test_the_time_of_a_result_is_the_one_in_the_workbook_else_that_of_the_file(
    tmp_path: Path, *, writes_its_time: bool
) -> None:
    path = batches.commune(tmp_path / "a.xlsx")
    changed = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as made:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == "docProps/core.xml":
                text = re.sub("(<dcterms:modified[^>]*>)[^<]*", r"\1 2024-03-29T08:02:03+07:00 ", text)
                text = text if writes_its_time else re.sub("<dcterms:modified.*</dcterms:modified>", "", text)
            made.writestr(name, text)
    os.utime(changed, (1_588_748_889, 1_588_748_889))
    read = loaded(perform(Task(str(changed), "b.xlsx", "b", ""), Settings(str(tmp_path / "ra"), feedback=False)))
    assert read.modified == ("2024-03-29T01:02:03Z" if writes_its_time else OWN_TIME)


def test_a_digest_is_that_of_sha256sum() -> None:
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
