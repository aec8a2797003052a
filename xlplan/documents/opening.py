"""Opens a Word template within the limits of the gate and learns from it once a process what every plan needs."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from xlplan.documents.context import PageWidths
from xlplan.documents.problems import TemplateProblem
from xlplan.documents.word.kinds import refuse_macros, types_of_document
from xlplan.documents.word.nodes import child, transitional
from xlplan.documents.wordxml import Styles, clean, w
from xlplan.packages.gate import Package, PackageError, read_bytes
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from docx.document import Document
    from docxtpl import DocxTemplate

AUTHOR = "xlplan"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class Opened(NamedTuple):
    """A template: its bytes as a .docx, its main part, its styles and the room on its pages."""

    data: bytes
    main: str
    styles: Styles
    widths: PageWidths

    def __hash__(self) -> int:
        """By what the rest is read from."""
        return hash((self.data, self.main))


def opened(path: Path) -> Opened:
    """The template, known to be a Word document without macros. Raises TemplateProblem."""
    try:
        return _opened(read_bytes(path))
    except PackageError as error:
        raise TemplateProblem(error.kind, detail=error.detail) from error


@lru_cache(maxsize=8)
def _opened(data: bytes) -> Opened:
    package = Package(data)
    name, root = package.main_part("word")
    refuse_macros(package, name)
    if child(transitional(root), "body") is None:
        raise TemplateProblem("damaged", detail=f"part {name} has no body")
    if types := types_of_document(package, name):
        data = packed(data, types)
    document = docxtpl_of(data).docx
    return Opened(data, name, _styles(document), _page_widths(document))


def shown_title(title: str) -> str:
    """A title as the properties of a file may hold it."""
    return " ".join(clean(title).split())[:255]


def docxtpl_of(data: bytes) -> DocxTemplate:
    """docxtpl's view of a template, fresh for each document that it fills."""
    from docxtpl import DocxTemplate

    word = DocxTemplate(BytesIO(data))
    try:
        word.render_init()
    except Exception as error:  # python-docx has no exception of its own for damaged files
        raise TemplateProblem("damaged", detail=f"{type(error).__name__}: {error}") from error
    return word


def _styles(document: Document) -> Styles:
    """Ids and sizes by name: Word may give a style another id whenever it saves."""
    ids, sizes = {}, {}
    for style in document.styles.element.style_lst:
        ids[style.name_val] = style.styleId
        size = style.find(w("rPr") + "/" + w("sz"))
        if size is not None:
            sizes[style.name_val] = float(size.get(w("val"), "24")) / 2
    return Styles(ids, sizes)


def _page_widths(document: Document) -> PageWidths:
    """What the template's own margins leave: the first section's, and that of its first landscape section."""
    sections = list(document.sections)
    margins = [(s.left_margin or 0) + (s.right_margin or 0) + (s.gutter or 0) for s in sections]
    sizes = [sorted((s.page_width or 0, s.page_height or 0)) for s in sections]
    wide = next((i for i, s in enumerate(sections) if s.page_width and s.page_width == sizes[i][1]), 0)
    return PageWidths((sizes[0][0] - margins[0]) // 635, (sizes[wide][1] - margins[wide]) // 635)


def packed(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """A package with changed parts, without the time of day."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.create_system = 0
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, changed.get(name) or old.read(name))
    return buffer.getvalue()
