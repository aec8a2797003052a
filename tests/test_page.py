"""The page `tong_hop.html`: nothing in it but what was meant, and in a real Chromium it does what it shows."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from browser import Browser, Tab, require_browser
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xlplan.intake.communes import named
from xlplan.messages import Language
from xlplan.pipeline import Problem
from xlplan.province.page import PLAIN_ROWS, write_page
from xlplan.province.page.data import address, shown_paths
from xlplan.results import Gathered, Result, Submitted, VillageRow

MADE = datetime(2026, 2, 3, 9, 5)
HOSTILE = (
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=1</script>",
    "<!--<script>",
    "</style><style>body{display:none}</style>",
    "</noscript><svg/onload=window.hacked=1>",
    "javascript:window.hacked=1",
    '=HYPERLINK("https://example.org","x")',
    "$title ${cards} {count} \u2028\u2029 &lt;b&gt;",
)


def finding(code: str = "A14", severity: str = "error", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "severity": severity,
        "sheet": "Hiện trạng",
        "cell": "D6",
        "message": f"Hiện trạng, ô D6: đang ghi 63; 48 + 16 = 64 ({code}).",
        "actual": "63",
        "expected": "64",
        "related": ["D8"],
        "proposal": None,
        "candidates": [],
        "explanation": "",
        **more,
    }


def result(
    unit: str, file: str = "", *findings: dict[str, Any], counts: dict[str, int] | None = None, **more: Any
) -> Result:
    entry = {
        "file": file or f"{unit}.xlsx",
        "status": "findings" if findings else "clean",
        "unit": unit,
        "period": "2026",
        "rates": {},
        "findings": list(findings),
        "not_checked": [],
    }
    return Result(
        entry["file"], "0" * 64, "2026-01-02T00:00:00Z", entry, period=(2026, 2026), counts=counts or {}, **more
    )


def unreadable(file: str) -> Result:
    entry = {"file": file, "status": "unreadable", "unit": "", "period": "", "findings": []}
    return Result(file, "1" * 64, "2026-01-02T00:00:00Z", entry, trouble=Problem("encrypted", file))


def page(gathered: Gathered, lang: Language = "vi") -> str:
    stream = io.BytesIO()
    write_page(gathered, stream, lang, made=MADE)
    return stream.getvalue().decode()


class Parsed(HTMLParser):
    """Tags in their order, the text of script and style elements, and all other text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside.append((tag, dict(attrs).get("id") or "", ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            tag, name, text = self.inside[-1]
            self.inside[-1] = (tag, name, text + data)
        else:
            self.text += data

    def block(self, name: str) -> Any:
        return json.loads(next(text for _, found, text in self.inside if found == name))


def rows(text: str) -> list[dict[str, Any]]:
    data = Parsed(text).block("rows")
    return [dict(zip(data["fields"], row, strict=True)) for row in data["rows"]]


def test_the_policy_admits_the_one_script_and_the_one_style_and_nothing_else() -> None:
    parsed = Parsed(page(Gathered([result("xã Sơn Trung")])))
    policy = next(about["content"] for tag, about in parsed.tags if tag == "meta" and "http-equiv" in about) or ""
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    for tag in ("script", "style"):
        (text,) = (text for found, name, text in parsed.inside if found == tag and not name)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy
    assert "style" not in {name for _, about in parsed.tags for name in about}
    assert not [name for _, about in parsed.tags for name in about if name.startswith("on")]
    assert {about.get("src") for _, about in parsed.tags} == {None}
    assert {urlsplit(about["href"] or "").scheme for _, about in parsed.tags if "href" in about} == {"", "data"}


def test_a_place_is_one_place_however_workbooks_and_list_spell_it() -> None:
    own = result("xã A", "a.xlsx", district="huyện Kỳ Sơn", province="tỉnh Nghệ An")
    bare = result("xã B", "b.xlsx")  # workbooks name no district since 01/7/2025
    lines = (
        Submitted("xã A", "received", "", "Huyện Kỳ Sơn", "Nghệ An", "a.xlsx"),
        Submitted("xã B", "received", "", "Huyện Kỳ Sơn", "Nghệ An", "b.xlsx"),
        Submitted("xã C", "missing", "", "Kỳ Sơn", "Nghệ An"),
    )
    found = rows(page(Gathered([own, bare], lines, listed=True)))
    assert [row["unit"] for row in found] == ["xã A", "xã B", "xã C"]
    assert len({(row["district"], row["province"]) for row in found}) == 1


def test_why_a_file_cannot_be_read_is_said_once() -> None:
    bad, why = unreadable("a.xlsx"), "Tệp có mật khẩu."
    with_list = Gathered([bad], (Submitted("", "wrong_template", file="a.xlsx", remark=why),))
    assert [row["remarks"] for row in rows(page(with_list))] == [[why]]
    (alone,) = rows(page(Gathered([bad])))
    assert len(alone["remarks"]) == 1


def test_figures_of_different_workbooks_say_of_how_many_they_are() -> None:
    both = {"tong_so_ho": 100, "ho_ngheo_dau_ky": 10, "giam_ho_ngheo": 4, "ho_ngheo_cuoi_ky": 6}
    start = {code: both[code] for code in ("tong_so_ho", "ho_ngheo_dau_ky", "giam_ho_ngheo")}
    made = page(Gathered([result("xã A", "a.xlsx", counts=both), result("xã B", "b.xlsx", counts=start)]))
    assert "<dd>20<small>10,00% số hộ</small>" in made
    assert "<dd>6<small>6,00% số hộ; cộng từ 1 sổ</small>" in made


ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.sampled_from(HOSTILE)


@settings(deadline=None, max_examples=30)
@example(HOSTILE[0], HOSTILE[1])
@example(HOSTILE[2], HOSTILE[5])
@example("\udc80", "\x00")
@given(ANY_TEXT, ANY_TEXT)
def test_no_text_becomes_markup_or_is_changed(one: str, other: str) -> None:
    def made(unit: str, said: str) -> Parsed:
        found = result(unit or "xã", "a.xlsx", finding(message=said, explanation=unit))
        stream = io.BytesIO()
        write_page(Gathered([found], (Submitted("xã B", "late", file="a.xlsx", remark=said),)), stream, made=MADE)
        return Parsed(stream.getvalue().decode())

    plain, hostile = made("xã Sơn Trung", "câu chữ"), made(one, other)
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert not [text for tag, name, text in hostile.inside if name and "<" in text]
    (row,) = (dict(zip(hostile.block("rows")["fields"], row, strict=True)) for row in hostile.block("rows")["rows"])
    assert row["unit"] == (one if named(one) else "xã B")  # where the workbook names nobody, the list does
    assert not other or row["remarks"][0] == other  # what may follow is our own: a workbook without a name
    ((told,),) = hostile.block("findings-0")
    assert (told[4], told[6]) == (other, one)


@settings(deadline=None)
@example("javascript:alert(1)")
@example("ke_hoach/50% “hộ” #1?.docx")
@example("//example.org/x")
@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_link_is_relative_and_means_the_file(name: str) -> None:
    link = address(name)
    if not link:
        assert not name or name.startswith("/") or ".." in name.split("/")
        return
    split = urlsplit(link)
    assert (split.scheme, split.netloc, split.query, split.fragment) == ("", "", "", "")
    assert unquote(split.path) == f"./{name}"
    assert re.fullmatch(r"[\w./~%-]+", link, re.ASCII)


def test_the_page_says_nothing_of_the_machine_and_of_no_village() -> None:
    files = ["/home/an/so 2026/huyện A/xã B.xlsx", "/home/an/so 2026/huyện C/xã D.xlsx"]
    assert shown_paths(files) == ["huyện A/xã B.xlsx", "huyện C/xã D.xlsx"]
    assert shown_paths(["a/b.xlsx", "/mnt/x/y/z/c.xlsx", ""]) == ["a/b.xlsx", "y/z/c.xlsx", ""]
    household = result("xã B", files[0], villages=(VillageRow("Thôn Kín Đáo", {"tong_so_ho": 7}),))
    text = page(Gathered([household, unreadable(files[1])]))
    assert "/home" not in text and "so 2026" not in text and "Kín Đáo" not in text
    assert "xã D.xlsx: tệp có mật khẩu." in text


def test_each_commune_and_file_has_its_row_and_status() -> None:
    gathered = Gathered(
        [
            result("xã A", "a.xlsx", finding(), finding("B05", "info"), plan="ke_hoach/a.docx"),
            result("xã B", "b.xlsx", finding("C04", "warning"), district="huyện X"),
            result("xã C", "c.xlsx", finding("B05", "info")),
            result("xã A", "a-cu.xlsx", finding(), finding()),
            unreadable("hong.xlsx"),
        ],
        (
            Submitted("xã B", "late", "00002", "huyện Y", "tỉnh Z", "b.xlsx", "Gửi ngày 03/02/2026."),
            Submitted("xã A", "superseded", file="a-cu.xlsx", remark="Đã có a.xlsx."),
            Submitted("xã D", "missing", "00004", "huyện Y", "tỉnh Z"),
            Submitted("xã E", "duplicate", file="e.xlsx", remark="Trùng với a.xlsx."),
            Submitted("xã C", "received", file="c.xlsx"),
        ),
        frozenset({"a-cu.xlsx"}),
        listed=True,
    )
    text = page(gathered)
    made = {row["file"] or row["unit"]: row for row in rows(text)}
    assert {name: row["status"] for name, row in made.items()} == {
        "a.xlsx": "error",
        "b.xlsx": "warning",
        "c.xlsx": "clean",
        "a-cu.xlsx": "superseded",
        "hong.xlsx": "unreadable",
        "xã D": "missing",
        "e.xlsx": "aside",
    }
    assert made["b.xlsx"]["standings"] == ["late"] and made["b.xlsx"]["district"] == "huyện Y"
    assert made["c.xlsx"]["standings"] == []
    assert made["a.xlsx"]["rules"] == {"A14": 1} and made["a.xlsx"]["links"] == ["./ke_hoach/a.docx", "", ""]
    said = " ".join(Parsed(text).text.split())
    for card in ("Sổ đã nhận4", "Chưa nộp1", "Không đọc được1", "Có lỗi1", "Cần xem1", "Không có lỗi1"):
        assert card in said
    assert "1 bản đã được thay, không tính" in said and "Lập lúc 09:05 ngày 03/02/2026" in said
    assert "Nộp muộn. Gửi ngày 03/02/2026." in said  # the plain table for a browser without script


COUNTS = st.dictionaries(st.sampled_from(("tong_so_ho", "ho_ngheo_dau_ky")), st.integers(0, 9999))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(COUNTS, st.booleans()), max_size=8))
def test_totals_are_of_what_counts_and_rates_of_what_has_both(communes: list[tuple[dict[str, int], bool]]) -> None:
    results = [result(f"xã {n}", f"{n}.xlsx", counts=counts) for n, (counts, _) in enumerate(communes)]
    replaced = frozenset(f"{n}.xlsx" for n, (_, counts) in enumerate(communes) if not counts)
    text = " ".join(Parsed(page(Gathered(results, superseded=replaced))).text.split())
    counted = [counts for counts, counts_too in communes if counts_too]
    for code, name in (("tong_so_ho", "Tổng số hộ"), ("ho_ngheo_dau_ky", "Hộ nghèo đầu kỳ")):
        values = [counts[code] for counts in counted if code in counts]
        assert (f"{name}{sum(values):,}".replace(",", ".") in text) == bool(values)
    both = [counts for counts in counted if len(counts) == 2]
    households, poor = (sum(counts[code] for counts in both) for code in ("tong_so_ho", "ho_ngheo_dau_ky"))
    if households:
        share = (Decimal(100 * poor) / households).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert f"{share:,}% số hộ".translate(str.maketrans(",.", ".,")) in text


class OnePass:
    """Results that count how often they are asked for."""

    def __init__(self, count: int) -> None:
        self.count, self.passes = count, 0

    def __iter__(self) -> Iterator[Result]:
        self.passes += 1
        return (result(f"xã {n}", "", finding()) for n in range(self.count))


def test_a_long_run_is_read_once_and_its_plain_table_is_left_out() -> None:
    few, many = OnePass(PLAIN_ROWS), OnePass(PLAIN_ROWS + 1)
    short, long = page(Gathered(few)), page(Gathered(many))
    assert (few.passes, many.passes) == (1, 1)
    assert short.count("<td>") == 6 * PLAIN_ROWS and "<td>" not in long and "Trang có 401 đơn vị" in long
    findings = [name for _, name, _ in Parsed(long).inside if name.startswith("findings-")]
    assert sum(len(Parsed(long).block(name)) for name in findings) == PLAIN_ROWS + 1


def test_the_page_is_english_when_asked_for() -> None:
    text = page(Gathered([result("xã A", counts={"tong_so_ho": 1545})]), "en")
    assert '<html lang="en">' in text and "Made at 09:05 on 2026-02-03" in text and ">1,545<" in text
    vi, en = (Parsed(page(Gathered([]), lang)).block("rows") for lang in ("vi", "en"))
    for part in ("words", "column", "statuses", "standings", "severities"):
        assert vi[part].keys() == en[part].keys()


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_texts_stand_out_from_their_ground_as_wcag_aa_asks() -> None:
    schemes = re.findall(r":root \{(.*?)\}", page(Gathered([])), re.DOTALL)
    assert len(schemes) == 3  # light, dark, paper
    pairs = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("ground", "paper", "band")]
    pairs += [(status, f"{status}-ground") for status in ("error", "warning", "clean", "aside")]
    pairs += [("error", "paper"), ("warning", "paper"), ("clean", "paper")]
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#\w+)", scheme))
        for ink, ground in pairs:
            light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


# ---- in Chromium

NAMES = ("Sơn Trung", "Long An", "Phước Long", "An Dương", "Tân Khai", "Đắk Pơ", "Mỹ Hòa")


def country(count: int = 130) -> Gathered:
    results = []
    for n in range(count):
        households, poor = 80_000 + 3_700 * n, (n * 7919) % 97
        name = f"{'phường' if n % 9 == 4 else 'xã'} {NAMES[n % 7]}{f' {n // 7}' if n >= 7 else ''}"
        found = [finding("A14", message=f"câu {i} của {n}") for i in range(n % 3)] + [finding("C04", "warning")] * (
            n % 2
        )
        results.append(
            result(
                name,
                f"/so/{n:03}.xlsx",
                *found,
                counts={"tong_so_ho": households, "ho_ngheo_dau_ky": poor, "giam_ho_ngheo": poor // 3},
                rates={"ty_le_ho_ngheo_dau_ky": f"{100 * poor / households:.2f}"},
                district=f"huyện {'ABC'[n % 3]}",
                province=("tỉnh Một", "tỉnh Hai")[n % 2],
                plan=f"ke_hoach/{n:03}.docx",
                marked=f"danh_dau/{name} 50%.xlsx",
            )
        )
    for text in HOSTILE:
        proposal = {"cell": text, "value": text, "confidence": "possible", "reason": text}
        told = finding(message=text, sheet=text, cell=text, explanation=text, proposal=proposal)
        results.append(
            result(text, f"/so/{text}", told, district=text, province=text, plan=text, marked=text, code=text)
        )
    late = Submitted(results[3].unit, "late", file=results[3].file, remark=HOSTILE[0])
    missing = [
        Submitted(f"xã Vắng {n}", "missing", f"9{n}", "huyện A", "tỉnh Một", remark=HOSTILE[1]) for n in range(4)
    ]
    return Gathered(results, (late, *missing), frozenset({results[0].file}), listed=True)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(require_browser(), tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trang") / "tổng hợp #1.html"
    with path.open("wb") as stream:
        write_page(country(), stream, made=MADE)
    return path


def shown(tab: Tab, column: int = 1) -> list[str]:
    found: list[str] = tab(
        f"[...document.querySelectorAll('#table tbody tr:not(.detail)')].map(r => r.children[{column - 1}].innerText)"
    )
    return found


def choose(tab: Tab, box: str, value: str) -> None:
    tab(
        f"{{ const s = document.getElementById('{box}'); s.value = {json.dumps(value)};"
        " if (s.selectedIndex < 0) throw Error('no such option');"
        " s.dispatchEvent(new Event(s.tagName === 'INPUT' ? 'input' : 'change')); 0 }"
    )


@pytest.mark.browser
def test_a_keyboard_is_enough_to_search_and_open_the_findings(chromium: Browser, written: Path) -> None:
    tab = chromium.open(written)
    tab.press("Tab", "Enter")  # the skip link
    assert tab("location.hash") == "#units"
    tab.press("Tab")
    assert tab("document.activeElement.id") == "search"
    assert tab("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.write("son trung 2")
    assert [name.split("\n")[0] for name in shown(tab)] == ["xã Sơn Trung 2"]
    assert tab("document.getElementById('shown').innerText").startswith("1 trong 142 đơn vị")
    for _ in range(40):
        tab.press("Tab")
        if tab("document.activeElement.className") == "open":
            break
    assert tab("document.activeElement.getAttribute('aria-expanded')") == "false"
    tab.press("Enter")
    assert tab("document.activeElement.getAttribute('aria-expanded')") == "true"
    detail = tab("document.getElementById(document.activeElement.getAttribute('aria-controls')).innerText")
    assert "A14" in detail and "câu 0 của 14" in detail and "câu 1 của 14" in detail
    tab.press("Tab")
    assert tab("document.activeElement.href").endswith("/ke_hoach/014.docx")
    tab.press("Tab")
    assert (
        tab("document.activeElement.getAttribute('href')") == "./danh_dau/x%C3%A3%20S%C6%A1n%20Trung%202%2050%25.xlsx"
    )
    choose(tab, "search", "dak po 1")
    assert any(name.startswith("xã Đắk Pơ 1\n") for name in shown(tab))
    assert tab.troubles == []


@pytest.mark.browser
def test_sorting_filters_and_sums_follow_the_selection(chromium: Browser, written: Path) -> None:
    tab = chromium.open(written)
    heads = tab("[...document.querySelectorAll('#table thead th')].map(h => h.innerText.trim())")
    poor = heads.index("Hộ nghèo đầu kỳ") + 1
    head = f"document.querySelector('#table thead th:nth-child({poor})')"
    tab(f"{head}.querySelector('button').click()")
    assert tab(f"{head}.getAttribute('aria-sort')") == "descending"
    first = [int(text) for text in shown(tab, poor)]
    assert first == sorted(first, reverse=True) and first[0] == 96 and len(first) == 50
    tab(f"{head}.querySelector('button').click()")
    assert tab("[...document.querySelectorAll('[aria-sort]')].map(h => h.ariaSort)") == ["ascending"]
    assert shown(tab, poor)[0] == "0"
    tab("document.querySelector('#pages button:last-child').click()")
    assert "Trang 3/3" in tab("document.getElementById('pages').innerText")
    assert "xã Vắng 3" in " ".join(shown(tab))  # blanks last

    choose(tab, "province", "tỉnh Một")
    choose(tab, "district", "huyện B")
    expected = [r for n, r in enumerate(country().results) if r.district == "huyện B" and n % 2 == 0]
    assert len(shown(tab)) == len(expected)
    households, poorest = (sum(int(r.counts[c]) for r in expected) for c in ("tong_so_ho", "ho_ngheo_dau_ky"))
    share = (Decimal(100 * poorest) / households).quantize(Decimal("0.01"), ROUND_HALF_UP)
    sums = tab("[...document.querySelectorAll('tfoot td')].map(c => c.innerText)")
    assert f"{households:,}".replace(",", ".") in sums and f"{share}%".replace(".", ",") in sums
    charts = tab("[...document.querySelectorAll('svg')].map(s => s.getAttribute('role') + ' ' + s.ariaLabel)")
    top = max(expected, key=lambda r: int(r.counts["giam_ho_ngheo"]))
    assert len(charts) == 4 and all(text.startswith("img ") for text in charts)
    assert f"{top.unit}: {top.counts['giam_ho_ngheo']} hộ" in charts[2]

    tab("document.getElementById('clear').click()")
    choose(tab, "status", "missing")
    assert len(shown(tab)) == 4
    choose(tab, "status", "superseded")
    assert len(shown(tab)) == 1 and "Cộng 0 sổ" in tab("document.querySelector('tfoot').innerText")
    choose(tab, "status", "")
    choose(tab, "standing", "late")
    assert len(shown(tab)) == 1
    choose(tab, "standing", "")
    tab("document.querySelector('#to-follow summary').click()")
    tab.wait("document.querySelectorAll('#to-follow li').length > 0")
    assert tab.troubles == []


@pytest.mark.browser
def test_no_text_of_a_workbook_runs_or_loads_anything(chromium: Browser, written: Path) -> None:
    tab = chromium.open(written)
    choose(tab, "page-size", "500")
    tab("document.querySelectorAll('.open').forEach(b => b.click())")
    tab("document.querySelectorAll('details').forEach(d => { d.open = true })")
    text = tab("document.body.textContent")
    for hostile in HOSTILE:
        assert hostile in text
    assert tab("window.hacked") is None
    assert (
        tab("document.querySelectorAll('img, iframe, object, main script, main style, [onerror], [onload]').length")
        == 0
    )
    links = tab("[...document.querySelectorAll('td a')].map(a => a.href)")
    assert links and {urlsplit(link).scheme for link in links} == {"file"}
    printed = (
        "addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('tbody .open').length })"
    )
    choose(tab, "page-size", "50")
    tab(f"{printed}, 0")
    assert tab.pdf().startswith(b"%PDF") and tab("window.printed") == 142 and len(shown(tab)) == 50
    for width in (320, 375, 800, 1201, 1280):
        tab.resize(width)
        assert tab("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
    assert tab.troubles == []


@pytest.mark.browser
def test_what_was_put_into_the_file_afterwards_is_refused_and_seen(chromium: Browser, tmp_path: Path) -> None:
    """The policy works, and ``troubles`` would have told if the page had needed it."""
    put = '<script>window.hacked=1</script><img src="https://example.org/x.png" onerror="window.hacked=1">'
    path = tmp_path / "a.html"
    path.write_text(page(country(3)).replace("<main>", f"{put}<main>"), encoding="utf-8")
    tab = chromium.open(path)
    assert tab("window.hacked") is None and len(shown(tab)) > 3
    assert tab("(() => { try { document.body.innerHTML = '<b>x</b>' } catch (e) { return e.name } })()") == "TypeError"
    assert len([text for text in tab.troubles if "Content Security Policy" in text]) >= 2


@pytest.mark.browser
def test_without_script_a_plain_table_is_there(chromium: Browser, written: Path) -> None:
    tab = chromium.open(written)
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.call("Page.reload")
    tab.wait("document.readyState === 'complete' && document.querySelector('.plain tbody') !== null")
    assert tab("document.querySelectorAll('.plain tbody tr').length") == 142
    assert tab("document.querySelector('#units').hidden") is True
