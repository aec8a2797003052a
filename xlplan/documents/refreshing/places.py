"""Where a control stands in a document: ``¶12`` in the body, ``T2R3C1`` in a table, as in findings on Word files."""

from __future__ import annotations

from xlplan.documents.wordxml import Element, w


class Places:
    """The places of one part; ``name`` stands before those of headers, footers and notes."""

    def __init__(self, root: Element, name: str = "") -> None:
        self._name = f"{name} " if name else ""
        tables = [t for t in root.iter(w("tbl")) if next(t.iterancestors(w("tbl")), None) is None]
        self._tables = {table: n for n, table in enumerate(tables, start=1)}
        loose = [p for p in root.iter(w("p")) if next(p.iterancestors(w("tbl"), w("txbxContent")), None) is None]
        self._paragraphs = {paragraph: n for n, paragraph in enumerate(loose, start=1)}

    def of(self, element: Element) -> str:
        """The place of an element inside the part."""
        cell = row = table = paragraph = None
        for parent in element.iterancestors():
            if parent.tag == w("tc"):
                cell = parent
            elif parent.tag == w("tr"):
                row = parent
            elif parent.tag == w("tbl"):
                table = parent
            elif parent.tag == w("p"):
                paragraph = parent
        if table is not None and row is not None and cell is not None:
            rows = [r for r in table.iter(w("tr")) if next(r.iterancestors(w("tbl")), None) is table]
            cells = [c for c in row.iter(w("tc")) if next(c.iterancestors(w("tr")), None) is row]
            return f"{self._name}T{self._tables[table]}R{rows.index(row) + 1}C{cells.index(cell) + 1}"
        if paragraph is None:
            paragraph = next(element.iterdescendants(w("p")), None)
        return f"{self._name}¶{self._paragraphs.get(paragraph, 0)}" if paragraph is not None else self._name.strip()
