"""What kind of Word file a package is: a document, a template (.dotx), one with macros, whatever its name says."""

from __future__ import annotations

from xlplan.packages.gate import Package, PackageError

_TYPES = "[Content_Types].xml"
_TEMPLATE, _DOCUMENT = b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml"


def refuse_macros(package: Package, part: str) -> None:
    """Raises PackageError (``macros``) for a file whose main part is of the types with macros, or that holds any."""
    if "macroEnabled" in package.content_type(part) or package.has("word/vbaProject.bin"):
        raise PackageError("macros", "the document holds macros")


def types_of_document(package: Package, part: str) -> dict[str, bytes]:
    """The parts to change so that a template is a document: Word opens none as .docx that says it is a template."""
    if not package.content_type(part).endswith("template.main+xml"):
        return {}
    return {_TYPES: package.read(_TYPES).replace(_TEMPLATE, _DOCUMENT)}
