"""Plans that break one rule of Nghị định 30 each: what `lint` finds is the code in the fixture's name, and no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from word_edits import Hands, commune_plan, filled_plan, w

from xlplan import catalogue
from xlplan.documents import lint as rules
from xlplan.messages import message
from xlplan.pipeline import lint

Edit = Callable[[Hands], None]
FIXTURES: dict[str, tuple[Callable[[], bytes], Edit]] = {}


def long_an() -> bytes:
    return commune_plan("long_an_2024")


def phuong() -> bytes:
    return filled_plan("phuong")


def nam() -> bytes:
    return filled_plan("nam")


def broken(name: str, plan: Callable[[], bytes] = long_an) -> Callable[[Edit], Edit]:
    def register(edit: Edit) -> Edit:
        assert name not in FIXTURES
        FIXTURES[name] = (plan, edit)
        return edit

    return register


# -- D30-01 ----------------------------------------------------------------------------------------------------


@broken("D30-01-left-margin-of-20-mm")
def _(hands: Hands) -> None:
    hands.section().find(w("pgMar")).set(w("left"), "1134")


@broken("D30-01-paper-is-letter")
def _(hands: Hands) -> None:
    for size in hands.body.iter(w("pgSz")):
        size.set(w("w"), "12240")
        size.set(w("h"), "15840")


@broken("D30-01-right-margin-of-an-inch-in-the-annex")
def _(hands: Hands) -> None:
    hands.section(1).find(w("pgMar")).set(w("right"), "1440")


# -- D30-02 ----------------------------------------------------------------------------------------------------


@broken("D30-02-text-in-arial-by-style")
def _(hands: Hands) -> None:
    values = dict.fromkeys(("ascii", "hAnsi"), "Arial")
    hands.restyle("KH Gạch", "rPr", "rFonts", **values)


def in_one_line(hands: Hands, between: str) -> None:
    kind = hands.find("KẾ HOẠCH")
    first = next(kind.getnext().iter(w("t")))
    first.text = f"KẾ HOẠCH{between}{first.text}"
    hands.delete(kind)


@broken("D30-02-kind-and-subject-in-one-line")
def _(hands: Hands) -> None:
    in_one_line(hands, " ")


@broken("D30-02-kind-and-subject-in-one-line-with-a-dash", phuong)
def _(hands: Hands) -> None:
    in_one_line(hands, " – ")


@broken("D30-02-font-of-the-theme")
def _(hands: Hands) -> None:
    theme = (
        hands.trees["word/theme/theme1.xml"]
        if "word/theme/theme1.xml" in hands.trees
        else hands.trees["word/theme.xml"]
    )
    for latin in theme.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}latin"):
        latin.set("typeface", "Calibri")
    hands.restyle("KH Đoạn", "rPr", "rFonts", asciiTheme="minorHAnsi", hAnsiTheme="minorHAnsi")


@broken("D30-02-a-red-sentence")
def _(hands: Hands) -> None:
    hands.letters(hands.find("Để triển khai kịp thời"), color="FF0000")


@broken("D30-02-kind-not-bold")
def _(hands: Hands) -> None:
    hands.letters(hands.find("KẾ HOẠCH"), b="0")


@broken("D30-02-body-of-12-points")
def _(hands: Hands) -> None:
    hands.restyle("KH Đoạn", "rPr", "sz", val="24")


@broken("D30-02-toggle-of-a-character-style-takes-the-bold-away")
def _(hands: Hands) -> None:
    hands.letters(hands.find("KẾ HOẠCH"), rStyle="KHDam")


# -- D30-03 ----------------------------------------------------------------------------------------------------


@broken("D30-03-no-page-number")
def _(hands: Hands) -> None:
    for reference in list(hands.body.iter(w("headerReference"))):
        hands.delete(reference)


@broken("D30-03-number-on-page-1")
def _(hands: Hands) -> None:
    hands.delete(hands.section().find(w("titlePg")))


@broken("D30-03-number-at-the-left")
def _(hands: Hands) -> None:
    hands.restyle("KH Số trang", "pPr", "jc", val="left")


@broken("D30-03-number-of-10-points")
def _(hands: Hands) -> None:
    hands.restyle("KH Số trang", "rPr", "sz", val="20")


@broken("D30-03-number-in-the-footer")
def _(hands: Hands) -> None:
    rels = hands.parts["word/_rels/document.xml.rels"].replace(b"relationships/header", b"relationships/footer")
    hands.parts["word/_rels/document.xml.rels"] = rels
    for reference in hands.body.iter(w("headerReference")):
        reference.tag = w("footerReference")


@broken("D30-03-annex-counts-on")
def _(hands: Hands) -> None:
    hands.delete(hands.section(1).find(w("pgNumType")))


# -- D30-04 ----------------------------------------------------------------------------------------------------


@broken("D30-04-motto-with-dashes")
def _(hands: Hands) -> None:
    hands.replace("Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc")


@broken("D30-04-motto-without-spaces")
def _(hands: Hands) -> None:
    hands.replace("Độc lập - Tự do - Hạnh phúc", "Độc lập-Tự do-Hạnh phúc")


@broken("D30-04-nation-misspelt")
def _(hands: Hands) -> None:
    hands.replace("CHỦ NGHĨA VIỆT NAM", "CHỦ NGHIÃ VIỆT NAM")


@broken("D30-04-nation-missing")
def _(hands: Hands) -> None:
    hands.delete(hands.find("CỘNG HÒA"))


# -- D30-05 ----------------------------------------------------------------------------------------------------


@broken("D30-05-rule-of-the-motto-too-short")
def _(hands: Hands) -> None:
    hands.restyle("KH Kẻ tiêu ngữ", "pPr", "ind", left="2200", right="2200")


@broken("D30-05-rule-of-the-agency-as-long-as-its-name")
def _(hands: Hands) -> None:
    hands.restyle("KH Kẻ cơ quan", "pPr", "ind", left="300", right="300")


@broken("D30-05-no-rule-below-the-subject")
def _(hands: Hands) -> None:
    subject = hands.find("Thực hiện Chương trình")
    hands.delete(subject.getnext())


# -- D30-06 ----------------------------------------------------------------------------------------------------


@broken("D30-06-number-of-one-digit", phuong)
def _(hands: Hands) -> None:
    hands.replace("05/KH-UBND", "5/KH-UBND")


@broken("D30-06-spaces-around-the-slash")
def _(hands: Hands) -> None:
    hands.replace("Số: 38/KH-UBND", "Số: 38 / KH-UBND")


@broken("D30-06-symbol-of-a-decision")
def _(hands: Hands) -> None:
    for _ in ("of the plan", "of its annex"):
        hands.replace("38/KH-UBND", "38/QĐ-UBND")


@broken("D30-06-word-without-colon")
def _(hands: Hands) -> None:
    hands.replace("Số: 38", "Số 38")


# -- D30-07 ----------------------------------------------------------------------------------------------------


@broken("D30-07-month-padded")
def _(hands: Hands) -> None:
    hands.replace("Long An, ngày 29 tháng 3 năm", "Long An, ngày 29 tháng 03 năm")


@broken("D30-07-day-not-padded", phuong)
def _(hands: Hands) -> None:
    hands.replace("ngày 03 tháng 02 năm 2026", "ngày 3 tháng 02 năm 2026")


@broken("D30-07-february-not-padded", phuong)
def _(hands: Hands) -> None:
    hands.replace("ngày 03 tháng 02 năm 2026", "ngày 03 tháng 2 năm 2026")


@broken("D30-07-no-comma-after-the-place")
def _(hands: Hands) -> None:
    hands.replace("Long An, ngày", "Long An ngày")


@broken("D30-07-date-in-figures")
def _(hands: Hands) -> None:
    hands.replace("Long An, ngày 29 tháng 3 năm 2024", "Long An, ngày 29/3/2024")


@broken("D30-07-31-april", phuong)
def _(hands: Hands) -> None:
    hands.replace("ngày 03 tháng 02 năm 2026", "ngày 31 tháng 4 năm 2026")


# -- D30-08 ----------------------------------------------------------------------------------------------------


@broken("D30-08-date-upright-by-style")
def _(hands: Hands) -> None:
    hands.restyle("KH Địa danh ngày tháng", "rPr", "i", val="0")


@broken("D30-08-date-upright-by-hand", phuong)
def _(hands: Hands) -> None:
    hands.letters(hands.find("Bình An, ngày"), i="0")


# -- D30-09 ----------------------------------------------------------------------------------------------------


@broken("D30-09-first-basis-ends-with-a-full-stop")
def _(hands: Hands) -> None:
    hands.replace("thị xã Tân Châu năm 2024;", "thị xã Tân Châu năm 2024.")


@broken("D30-09-basis-upright")
def _(hands: Hands) -> None:
    hands.letters(hands.find("Căn cứ Quyết định"), i="0")


@broken("D30-09-two-bases-in-one-paragraph", phuong)
def _(hands: Hands) -> None:
    first = hands.find("Căn cứ")
    hands.say(first, "Căn cứ Luật Tổ chức chính quyền địa phương; căn cứ Luật Ngân sách nhà nước;")


@broken("D30-09-last-basis-ends-with-a-semicolon", nam)
def _(hands: Hands) -> None:
    bases = [
        p
        for p in hands.paragraphs()
        if (s := p.find(f"{w('pPr')}/{w('pStyle')}")) is not None and s.get(w("val")) == "KHCanCu"
    ]
    hands.say(bases[-1], "Căn cứ Luật Ngân sách nhà nước;")


# -- D30-10 ----------------------------------------------------------------------------------------------------


@broken("D30-10-aligned-left")
def _(hands: Hands) -> None:
    hands.lay(hands.find("Để triển khai kịp thời"), "jc", val="left")


@broken("D30-10-no-indent")
def _(hands: Hands) -> None:
    hands.restyle("KH Đoạn", "pPr", "ind", firstLine="0")


@broken("D30-10-paragraphs-without-a-gap", phuong)
def _(hands: Hands) -> None:
    hands.restyle("KH Đoạn", "pPr", "spacing", before="0", after="0")


@broken("D30-10-double-spaced", nam)
def _(hands: Hands) -> None:
    hands.restyle("KH Đoạn", "pPr", "spacing", line="480", lineRule="auto")


# -- D30-11 ----------------------------------------------------------------------------------------------------


@broken("D30-11-section-twice")
def _(hands: Hands) -> None:
    hands.replace("IV. ", "III. ")


@broken("D30-11-khoan-skipped")
def _(hands: Hands) -> None:
    hands.replace("2. ", "3. ")


@broken("D30-11-section-not-in-capitals")
def _(hands: Hands) -> None:
    hands.say(hands.find("I. MỤC TIÊU"), "I. Mục tiêu")


@broken("D30-11-full-stop-after-a-title")
def _(hands: Hands) -> None:
    hands.say(hands.find("1. Mục tiêu tổng quát"), "1. Mục tiêu tổng quát.")


# -- D30-12 ----------------------------------------------------------------------------------------------------


def points(hands: Hands, *labels: str) -> None:
    at = hands.find("Để ")
    for label in reversed(labels):
        hands.after(at, f"{label} Giúp hộ nghèo tiếp cận dịch vụ xã hội cơ bản.")


@broken("D30-12-e-follows-d", phuong)
def _(hands: Hands) -> None:
    points(hands, "a)", "b)", "c)", "d)", "e)")


@broken("D30-12-letter-f", phuong)
def _(hands: Hands) -> None:
    points(hands, "a)", "b)", "c)", "d)", "đ)", "e)", "f)")


@broken("D30-12-full-stop-for-a-bracket", nam)
def _(hands: Hands) -> None:
    points(hands, "a.", "b.")


# -- D30-13 ----------------------------------------------------------------------------------------------------


@broken("D30-13-no-space-after-kt")
def _(hands: Hands) -> None:
    hands.replace("KT. CHỦ TỊCH", "KT.CHỦ TỊCH")


@broken("D30-13-tm-without-full-stop")
def _(hands: Hands) -> None:
    hands.replace("TM. ỦY BAN NHÂN DÂN", "TM ỦY BAN NHÂN DÂN")


@broken("D30-13-chairman-alone")
def _(hands: Hands) -> None:
    hands.delete(hands.find("TM. ỦY BAN NHÂN DÂN"))


@broken("D30-13-degree-before-the-name", phuong)
def _(hands: Hands) -> None:
    hands.replace("Nguyễn Văn An", "ThS. Nguyễn Văn An")


# -- D30-14 ----------------------------------------------------------------------------------------------------


@broken("D30-14-archive-without-full-stop")
def _(hands: Hands) -> None:
    hands.replace("- Lưu: VT.", "- Lưu: VT")


@broken("D30-14-recipients-of-14-points")
def _(hands: Hands) -> None:
    hands.restyle("KH Nơi nhận dòng", "rPr", "sz", val="28")


@broken("D30-14-no-archive", phuong)
def _(hands: Hands) -> None:
    hands.delete(hands.find("- Lưu:"))


@broken("D30-14-recipient-ends-with-a-comma")
def _(hands: Hands) -> None:
    hands.replace("- BND các ấp;", "- BND các ấp,")


@broken("D30-14-kinh-gui-in-a-plan", nam)
def _(hands: Hands) -> None:
    hands.after(hands.find("Căn cứ"), "Kính gửi: Các thôn;")
    first = hands.find("Căn cứ")
    first.addprevious(hands.find("Kính gửi"))
    hands.lay(hands.find("Kính gửi"), "jc", val="center")


# -- D30-15 ----------------------------------------------------------------------------------------------------


@broken("D30-15-single-annex-with-a-number")
def _(hands: Hands) -> None:
    hands.say(hands.find("Phụ lục"), "Phụ lục I")


@broken("D30-15-annex-of-another-number")
def _(hands: Hands) -> None:
    hands.replace("(Kèm theo Kế hoạch số 38/", "(Kèm theo Kế hoạch số 37/")


@broken("D30-15-line-kem-theo-upright")
def _(hands: Hands) -> None:
    hands.restyle("KH Kèm theo", "rPr", "i", val="0")


@broken("D30-15-annexes-not-numbered")
def _(hands: Hands) -> None:
    label, title, attached = (hands.find(text) for text in ("Phụ lục", "BIỂU CHỈ TIÊU", "(Kèm theo"))
    at = hands.find("./.", -1)
    for part in (label, title, attached):
        at.addprevious(etree.fromstring(etree.tostring(part)))
    hands.end_section_before(hands.find("Phụ lục", 1))


@broken("D30-15-no-line-kem-theo")
def _(hands: Hands) -> None:
    hands.delete(hands.find("(Kèm theo"))


@broken("D30-15-title-in-small-letters")
def _(hands: Hands) -> None:
    hands.say(hands.find("BIỂU CHỈ TIÊU"), "Biểu chỉ tiêu giảm nghèo năm 2024")


# -- D30-16 ----------------------------------------------------------------------------------------------------


@broken("D30-16-text-ends-with-a-full-stop", phuong)
def _(hands: Hands) -> None:
    hands.replace("./.", ".")


@broken("D30-16-annex-without-the-sign")
def _(hands: Hands) -> None:
    hands.delete([p for p in hands.paragraphs() if "./." in "".join(p.itertext())][-1])


# -- D30-17 ----------------------------------------------------------------------------------------------------


@broken("D30-17-district-above-in-2026", phuong)
def _(hands: Hands) -> None:
    agency = hands.find("ỦY BAN NHÂN DÂN")
    agency.addprevious(etree.fromstring(etree.tostring(agency)))
    hands.say(hands.find("ỦY BAN NHÂN DÂN"), "UBND HUYỆN GIA VIỄN")
    hands.letters(hands.find("UBND HUYỆN"), b="0")


@broken("D30-17-township-in-2026", nam)
def _(hands: Hands) -> None:
    hands.say(hands.find("XÃ BÌNH AN"), "THỊ TRẤN BÌNH AN")


# -- D30-18 ----------------------------------------------------------------------------------------------------


@broken("D30-18-commune-with-a-capital-in-a-sentence")
def _(hands: Hands) -> None:
    hands.say(hands.find("Trên đây là"), "Trên đây là Kế hoạch giảm nghèo của Xã Long An năm 2024./.")


@broken("D30-18-council-with-capitals", phuong)
def _(hands: Hands) -> None:
    hands.after(hands.find("Để "), "Các đơn vị báo cáo Ủy Ban Nhân Dân xã theo đúng thời hạn đã giao trong Kế hoạch.")


@broken("D30-18-numbered-ward-in-small-letters", nam)
def _(hands: Hands) -> None:
    hands.after(hands.find("Để "), "Các đơn vị phối hợp với phường 3 để tổ chức thực hiện Kế hoạch này.")


# -- the tests -------------------------------------------------------------------------------------------------


def codes(path: Path) -> set[str]:
    found = lint(path)
    assert found.problem is None
    assert not [item for item in found.not_checked if item.reason == "crashed"]
    return {item.code for item in found.findings}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_broken_plan_gives_the_code_in_its_name_and_no_other(name: str, tmp_path: Path) -> None:
    plan, edit = FIXTURES[name]
    hands = Hands(plan())
    edit(hands)
    assert codes(hands.save(tmp_path / f"{name}.docx")) == {name[:6]}


@pytest.mark.parametrize("plan", [long_an, phuong, nam])
def test_the_plans_that_are_broken_here_are_clean(plan: Callable[[], bytes], tmp_path: Path) -> None:
    assert codes(Hands(plan()).save(tmp_path / "ke_hoach.docx")) == set()


def test_every_code_has_two_fixtures_and_an_entry() -> None:
    for rule in rules.RULES:
        code = rules.code_of(rule)
        assert sum(name.startswith(code) for name in FIXTURES) >= 2, code
        assert code in catalogue.rule_texts()


@pytest.mark.parametrize("name", FIXTURES)
def test_a_finding_has_a_place_and_reads_whole_in_both_languages(name: str, tmp_path: Path) -> None:
    plan, edit = FIXTURES[name]
    hands = Hands(plan())
    edit(hands)
    for item in lint(hands.save(tmp_path / "x.docx")).findings:
        assert item.ref.address[:1] in "¶TH"
        for lang in ("vi", "en"):
            text = message(item, lang)
            assert "{" not in text
            assert "@" not in text
            assert text.endswith(".")
            assert "Nghị định 30" in text or "Decree 30" in text
