"""Random edits of a workbook's figures and of a finished plan's prose, and what a refresh must keep of the latter."""

from __future__ import annotations

import random
import re
import zipfile
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from openpyxl import load_workbook

from xlplan.documents.compose import compose
from xlplan.documents.controls import Listing, parse_listing
from xlplan.documents.refreshing import Refreshed, refresh
from xlplan.documents.render import render
from xlplan.sheets.reader import read

ROOT = Path(__file__).parent.parent
WORKBOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "word/document.xml"
SHEETS = ("Biểu chỉ tiêu", "Hiện trạng", "Mục tiêu", "Chỉ tiêu năm", "Kinh phí")
DATES = {"Ngày ban hành": 31, "Tháng ban hành": 12, "Số kế hoạch": 200}
WORDS = ["các", "thôn", "tiếp", "tục", "rà", "soát,", "công", "khai", "63", "hộ", "và", "4,08%", "theo", "quy", "định"]


def w(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


# -- the workbook ---------------------------------------------------------------------------------------------------


def speaking(source: Path, target: Path) -> Path:
    """A copy of a workbook whose outline also asks for sentences that are made from figures."""
    book = load_workbook(source)
    sheet = book["Nội dung"]
    head = next(r for r in range(1, 10) if sheet.cell(r, 1).value == "Cấp")
    columns = {str(cell.value): cell.column for cell in sheet[head] if cell.value}
    last = max(r for r in range(head, sheet.max_row + 1) if sheet.cell(r, 1).value or sheet.cell(r, 2).value)
    rows = (
        ("I", "Nhận xét, {{thoi_ky}}", "nhận xét"),
        ("-", "Hộ nghèo {{bien_dong[ho_ngheo]}}; hộ cận nghèo {{bien_dong[ho_can_ngheo]}}", ""),
        ("-", "Cao nhất: {{nhieu_nhat[ho_ngheo_dau_ky]}}; không còn: {{khong_co[ho_ngheo_cuoi_ky]}}", ""),
        ("-", "Đầu kỳ {{ho_ngheo_dau_ky}} hộ{{ho_ngheo_dau_ky}}{{ty_le_ho_ngheo_dau_ky}}", ""),
    )
    for n, (level, words, block) in enumerate(rows, start=last + 1):
        sheet.cell(n, columns["Cấp"]).value = level
        sheet.cell(n, columns["Nội dung"]).value = words
        sheet.cell(n, columns["Chèn khối"]).value = block or None
    book.save(target)
    return target


def other_figures(source: Path, target: Path, rng: random.Random, most: int = 6) -> Path:
    """A copy of a workbook in which somebody typed up to ``most`` other figures, and perhaps another date."""
    book = load_workbook(source)
    cells = [
        cell
        for sheet in book.worksheets
        if sheet.title in SHEETS
        for row in sheet.iter_rows(min_row=4)
        for cell in row
        if type(cell.value) in (int, float) and not (1900 < cell.value < 2100)
    ]
    for cell in rng.sample(cells, min(len(cells), rng.randint(1, most))):
        how = rng.random()
        if how < 0.15:
            cell.value = 0
        elif isinstance(cell.value, float):
            cell.value = round(cell.value * rng.uniform(0.5, 1.5), 2)
        else:
            cell.value = max(0, cell.value + rng.randint(-5, 9))
    if rng.random() < 0.3:
        for (label,) in book["Thông tin"].iter_rows(max_col=1):
            name = str(label.value or "").strip()
            if name in DATES and rng.random() < 0.5:
                label.offset(column=1).value = rng.randint(1, DATES[name] if name == "Số kế hoạch" else 12)
    book.save(target)
    return target


# -- the plan -------------------------------------------------------------------------------------------------------


def plan_of(workbook: Path) -> bytes:
    plan = compose(read(workbook)).plan
    assert plan is not None
    return render(plan)


def part(data: bytes, name: str = MAIN) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return package.read(name)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == name else old.read(info.filename))
    return buffer.getvalue()


def listing(data: bytes) -> Listing:
    found = parse_listing(part(data, "customXml/item1.xml"))
    assert found is not None
    return found


def controls(root: etree._Element) -> list[etree._Element]:
    """Our controls in the order of the document."""
    return [c for c in root.iter(w("sdt")) if c.find(f"{w('sdtPr')}/{w('tag')}") is not None]


def number(control: etree._Element) -> int:
    tag = control.find(f"{w('sdtPr')}/{w('tag')}")
    assert tag is not None
    found = re.match(r"x(\d+)", tag.get(w("val"), ""))
    assert found is not None
    return int(found[1])


def text(element: etree._Element) -> str:
    marks = {w("tab"): "\t", w("br"): "\n"}
    runs = element.iter(w("r"))
    return "".join(marks.get(c.tag, c.text or "") for r in runs for c in r if c.tag in (w("t"), *marks))


def figures(data: bytes) -> dict[int, str]:
    """The text of each control by its number; of copies the last."""
    return {number(control): text(control) for control in controls(etree.fromstring(part(data)))}


class Edited(NamedTuple):
    data: bytes
    deleted: set[int]


def edited(data: bytes, rng: random.Random, edits: int = 12) -> Edited:
    """The plan after an official worked on it."""
    root = etree.fromstring(part(data))
    before = {number(control) for control in controls(root)}
    for _ in range(edits):
        rng.choice(EDITS)(root, rng)
    after = {number(control) for control in controls(root)}
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return Edited(with_part(data, MAIN, content), before - after)


def _loose(root: etree._Element) -> list[etree._Element]:
    """Paragraphs of the body that no section ends with."""
    return [p for p in root[0].iterchildren(w("p")) if p.find(f"{w('pPr')}/{w('sectPr')}") is None]


def _insert(root: etree._Element, rng: random.Random) -> None:
    at = rng.choice(_loose(root))
    made = etree.fromstring(f'<w:p xmlns:w="{NAMESPACE}"><w:r><w:t>{" ".join(rng.sample(WORDS, 5))}</w:t></w:r></w:p>')
    at.addnext(made)


def _delete(root: etree._Element, rng: random.Random) -> None:
    paragraphs = _loose(root)
    if len(paragraphs) > 10:
        gone = rng.choice(paragraphs)
        root[0].remove(gone)


def _move(root: etree._Element, rng: random.Random) -> None:
    one, other = rng.sample(_loose(root), 2)
    other.addnext(one)


def _copy(root: etree._Element, rng: random.Random) -> None:
    """A paragraph copied with its controls, as Word does it: same tags, other ids."""
    one = rng.choice(_loose(root))
    made = deepcopy(one)
    for id_ in made.iter(w("id")):
        id_.set(w("val"), str(rng.randrange(1, 2**31)))
    one.addnext(made)


def _outside(root: etree._Element) -> list[etree._Element]:
    return [t for t in root.iter(w("t")) if t.text and next(t.iterancestors(w("sdt")), None) is None]


def _reword(root: etree._Element, rng: random.Random) -> None:
    chosen = rng.choice(_outside(root))
    chosen.text = f"{chosen.text or ''} {rng.choice(WORDS)} "
    chosen.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _format(root: etree._Element, rng: random.Random) -> None:
    run = rng.choice(list(root.iter(w("r"))))
    properties = run.find(w("rPr"))
    if properties is None:
        properties = run.makeelement(w("rPr"))
        run.insert(0, properties)
    if properties.find(w("color")) is None:
        properties.append(etree.fromstring(f'<w:color xmlns:w="{NAMESPACE}" w:val="FF0000"/>'))


def _type_into(root: etree._Element, rng: random.Random) -> None:
    texts = [t for control in controls(root) for t in control.iter(w("t"))]
    if texts:
        rng.choice(texts).text = str(rng.randrange(1000))


def _split(root: etree._Element, rng: random.Random) -> None:
    """A run in two, as Word leaves it after a spell check, the second half in bold."""
    texts = [t for control in controls(root) for t in control.iter(w("t")) if len(t.text or "") > 1]
    if not texts:
        return
    first = rng.choice(texts)
    run, whole = first.getparent(), first.text or ""
    assert run is not None
    second = deepcopy(run)
    other = second.find(w("t"))
    if other is None or len(run.findall(w("t"))) != 1:
        return
    at = rng.randrange(1, len(whole))
    first.text, other.text = whole[:at], whole[at:]
    for t in (first, other):
        t.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if second.find(w("rPr")) is None:
        second.insert(0, second.makeelement(w("rPr")))
    second[0].append(second.makeelement(w("b")))
    run.addnext(second)
    run.addnext(run.makeelement(w("proofErr"), {w("type"): "spellStart"}))


def _unwrap(root: etree._Element, rng: random.Random) -> None:
    """*Remove Content Control*: the text stays."""
    control = rng.choice(controls(root))
    parent, content = control.getparent(), control.find(w("sdtContent"))
    assert parent is not None and content is not None
    at = parent.index(control)
    parent[at : at + 1] = list(content)


def _bookmark(root: etree._Element, rng: random.Random) -> None:
    control = rng.choice(controls(root))
    content = control.find(w("sdtContent"))
    assert content is not None
    mark = {w("id"): str(rng.randrange(10**6)), w("name"): "dau"}
    content.insert(0, content.makeelement(w("bookmarkStart"), mark))
    content.append(content.makeelement(w("bookmarkEnd"), {w("id"): mark[w("id")]}))


EDITS = (_insert, _delete, _move, _copy, _reword, _reword, _format, _format, _type_into, _split, _unwrap, _bookmark)


# -- what must hold -------------------------------------------------------------------------------------------------


def bare(data: bytes) -> bytes:
    """The document as C14N without what its controls hold."""
    root = etree.fromstring(part(data))
    for control in controls(root):
        content = control.find(w("sdtContent"))
        if content is not None:
            content.clear()
    return etree.tostring(root, method="c14n")


def disagreements(before: Edited, done: Refreshed, fresh: bytes) -> list[str]:
    """All in which a refreshed plan differs from a fresh one in its figures, or from the edited one in the rest."""
    found = []
    if bare(before.data) != bare(done.data):
        found.append("text or formatting outside of the controls changed")
    with zipfile.ZipFile(BytesIO(before.data)) as old, zipfile.ZipFile(BytesIO(done.data)) as new:
        names = [n for n in old.namelist() if n not in (MAIN, "customXml/item1.xml")]
        found += [f"{name} changed" for name in names if old.read(name) != new.read(name)]
        if old.namelist() != new.namelist():
            found.append("other parts")
    made = {entry.number: entry.key for entry in listing(before.data).entries}
    expected: dict[str, str] = {}
    for entry in listing(fresh).entries:
        expected.setdefault(entry.key, entry.text)
    left = {item.key for item in done.left}
    root = etree.fromstring(part(done.data))
    for control in controls(root):
        key, shown = made[number(control)], text(control)
        if key in expected and key not in left and shown != expected[key]:
            found.append(f"{key}: {shown!r} is not {expected[key]!r}")
        if key not in expected and key not in left:
            found.append(f"{key} is gone from a fresh plan and was not reported")
    for key in expected.keys() - set(made.values()) - left:
        if "…" not in expected[key] and "\u00a0" * 2 not in expected[key]:
            found.append(f"{key} is new and was not reported")
    reported = {item.key for item in done.left if item.why == "deleted"}
    if reported != {made[n] for n in before.deleted}:
        found.append("the deleted controls are not those that were reported")
    return found


def trial(rng: random.Random, folder: Path) -> tuple[Edited, Refreshed, bytes]:
    """One random edit of a workbook after random edits of its plan: the edited, the refreshed and the fresh plan."""
    source = speaking(rng.choice(WORKBOOKS), folder / "truoc.xlsx")
    workbook = other_figures(source, folder / "so.xlsx", rng)
    work = edited(plan_of(source), rng)
    return work, refresh(work.data, read(workbook)), plan_of(workbook)
