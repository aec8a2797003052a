"""What XlsxWriter cannot put into a package: the ribbon, and the content type of an add-in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from xlplan.sheets.standard.builder import zip_entry

RIBBON = Path(__file__).parent.parent / "ribbon" / "customUI14.xml"
RIBBON_PART = "customUI/customUI14.xml"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_WORKBOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_COMPUTE_ALL = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'
_COMPUTED = '<calcPr calcId="191029"/>'
"""Every formula has its result: computed at once on opening, the functions would show #NAME? while macros are off."""
_GIVES_WAY = ' getVisible="XlplanTabVisible"'


def with_ribbon(package: bytes, *, addin: bool = False) -> bytes:
    """The package with our tab in the ribbon, as an add-in if asked for; the same input gives the same bytes."""
    result = BytesIO()
    with ZipFile(BytesIO(package)) as source, ZipFile(result, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "_rels/.rels":
                data = _related(data)
            elif part.filename == "xl/workbook.xml":
                data = _once(data, _COMPUTE_ALL, _COMPUTED)
            elif part.filename == "[Content_Types].xml" and addin:
                data = _once(data, _WORKBOOK_TYPE, _ADDIN_TYPE)
            target.writestr(zip_entry(part.filename), data)
        target.writestr(zip_entry(RIBBON_PART), _ribbon(addin=addin))
    return result.getvalue()


def _ribbon(*, addin: bool) -> bytes:
    """The tab; the add-in always shows its own, a workbook gives way to it."""
    data = RIBBON.read_bytes()
    return _once(data, _GIVES_WAY, "") if addin else data


def _related(relations: bytes) -> bytes:
    relation = f'<Relationship Id="rIdRibbon" Type="{RIBBON_RELATION}" Target="{RIBBON_PART}"/>'
    return _once(relations, "</Relationships>", f"{relation}</Relationships>")


def _once(data: bytes, old: str, new: str) -> bytes:
    if data.count(old.encode()) != 1:
        raise ValueError(f"expected once: {old}")
    return data.replace(old.encode(), new.encode())
