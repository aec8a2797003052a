"""Real plans, and hands that edit their XML: what an official does in Word, said in a line."""

from __future__ import annotations

import dataclasses
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from xlplan import catalogue
from xlplan.pipeline import Options, process
from xlplan.resources import outlines
from xlplan.sheets.standard.builder import build
from xlplan.sheets.standard.starter import Start, blank_content

ROOT = Path(__file__).parent.parent
URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "word/document.xml"
_RUN_ORDER = ("rStyle", "rFonts", "b", "i", "caps", "color", "sz", "u")
_PARAGRAPH_ORDER = ("pStyle", "keepNext", "widowControl", "numPr", "pBdr", "tabs", "spacing", "ind")
_PARAGRAPH_ORDER += ("contextualSpacing", "jc", "outlineLvl", "sectPr")


def w(name: str) -> str:
    return f"{{{URI}}}{name}"


# -- plans -----------------------------------------------------------------------------------------------------


@cache
def commune_plan(name: str) -> bytes:
    """The plan of a commune's workbook (``long_an_2024``)."""
    return made(ROOT / "workbooks" / f"{name}.xlsx")


def made(workbook: Path) -> bytes:
    plan = process(workbook, Options(plan=True, force=True)).plan
    assert plan is not None
    return plan


@cache
def filled_plan(kind: str, unit: str = "xã Bình An", first: int = 2026) -> bytes:
    """A plan of this kind with number 05, 3 February 2026 and a deputy's name, for a commune of two villages."""
    start = Start(
        catalogue.kinds()[kind], first, ("Đông", "Tây"), unit=unit, province="tỉnh Ninh Bình", today=date(2026, 3, 1)
    )
    content = blank_content(start, outlines())
    signed = {"so_ke_hoach": "5", "ngay": "3", "thang": "2", "nam_ban_hanh": str(first)}
    signed |= {"quyen_ky": "KT.", "chuc_vu_ky": "Phó Chủ tịch", "nguoi_ky": "Nguyễn Văn An"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "so.xlsx"
        build(dataclasses.replace(content, fields={**content.fields, **signed}), path)
        return made(path)


# -- hands -----------------------------------------------------------------------------------------------------


class Hands:
    """A Word file that is being edited. ``save`` writes it."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.trees = {
            n: etree.fromstring(self.parts[n]) for n in self.parts if n.startswith("word/") and "rels" not in n
        }

    @property
    def body(self) -> Any:
        return self.trees[MAIN][0]

    def save(self, path: Path) -> Path:
        path.write_bytes(self.bytes())
        return path

    def bytes(self) -> bytes:
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, etree.tostring(self.trees[name]) if name in self.trees else data)
        return buffer.getvalue()

    # ---- finding

    def paragraphs(self) -> Iterator[Any]:
        yield from self.body.iter(w("p"))

    def find(self, text: str, nth: int = 0) -> Any:
        """The paragraph (the ``nth``) whose text begins so."""
        return [p for p in self.paragraphs() if said(p).startswith(text)][nth]

    def style(self, name: str) -> Any:
        """A style by the name that Word shows."""
        styles = self.trees["word/styles.xml"]
        return next(s for s in styles.iter(w("style")) if s.find(w("name")).get(w("val")) == name)

    # ---- changing

    def say(self, paragraph: Any, text: str) -> None:
        """Gives a paragraph another text, in the format of its first run."""
        runs = list(paragraph.iter(w("r")))
        for run in runs[1:]:
            run.getparent().remove(run)
        for child in [c for c in runs[0] if c.tag != w("rPr")]:
            runs[0].remove(child)
        node = etree.SubElement(runs[0], w("t"))
        node.text = text
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def replace(self, old: str, new: str, nth: int = 0) -> None:
        """Replaces a text within one run."""
        nodes = [t for t in self.body.iter(w("t")) if old in (t.text or "")]
        nodes[nth].text = nodes[nth].text.replace(old, new)

    def letters(self, paragraph: Any, **how: str) -> None:
        """Direct formatting of all runs: ``letters(p, b="0", sz="24")``."""
        for run in paragraph.iter(w("r")):
            properties = run.find(w("rPr"))
            if properties is None:
                properties = run.makeelement(w("rPr"))
                run.insert(0, properties)
            for name, value in how.items():
                _put(properties, name, _RUN_ORDER, fonts(value) if name == "rFonts" else {"val": value})

    def lay(self, paragraph: Any, name: str, **values: str) -> None:
        """Direct formatting of a paragraph: ``lay(p, "spacing", after="0")``."""
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = paragraph.makeelement(w("pPr"))
            paragraph.insert(0, properties)
        _put(properties, name, _PARAGRAPH_ORDER, values)

    def restyle(self, name: str, part: str, element: str, **values: str) -> None:
        """Changes a style: ``restyle("KH Đoạn", "pPr", "spacing", after="0")``."""
        style = self.style(name)
        properties = style.find(w(part))
        if properties is None:
            properties = etree.SubElement(style, w(part))
        order = _RUN_ORDER if part == "rPr" else _PARAGRAPH_ORDER
        _put(properties, element, order, values)

    def delete(self, element: Any) -> None:
        element.getparent().remove(element)

    def after(self, paragraph: Any, text: str) -> Any:
        """A copy of a paragraph below it, with another text."""
        copy = etree.fromstring(etree.tostring(paragraph))
        paragraph.addnext(copy)
        self.say(copy, text)
        return copy

    def end_section_before(self, paragraph: Any) -> None:
        """A section of its own for what comes before a paragraph, with the settings of the last one."""
        end = paragraph.makeelement(w("p"))
        etree.SubElement(end, w("pPr")).append(etree.fromstring(etree.tostring(self.section(-1))))
        paragraph.addprevious(end)

    def section(self, nth: int = 0) -> Any:
        return list(self.body.iter(w("sectPr")))[nth]


def said(paragraph: Any) -> str:
    return "".join("\n" if n.tag == w("br") else n.text or "" for n in paragraph.iter(w("t"), w("br")))


def fonts(name: str) -> dict[str, str]:
    return dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), name)


def _put(properties: Any, name: str, order: tuple[str, ...], values: dict[str, str]) -> None:
    element = properties.find(w(name))
    if element is None:
        element = properties.makeelement(w(name))
        later = order[order.index(name) + 1 :]
        at = next((i for i, c in enumerate(properties) if etree.QName(c).localname in later), len(properties))
        properties.insert(at, element)
    for key, value in values.items():
        element.set(w(key), value)
