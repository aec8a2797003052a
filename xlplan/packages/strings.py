"""Text of cells: the shared strings, runs of rich text, and Excel's ``_xHHHH_`` escapes."""

import re

from xlplan.packages.gate import Package, PackageError
from xlplan.packages.stream import Scanner, is_utf8, is_well_formed, scan
from xlplan.patterns import pattern

_PLAIN_SIZE = 4 << 20  # bytes; above it, memory counts for more than speed
_PLAIN_HEAD = pattern(rb"(?:<\?xml [^<>?]*+\?>\s*+)?+<sst(?: [^<>]*+)?+(?<!/)>(?=<si><t)")
_ENTITIES = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&apos;": "'",
}  # and the numbers met so far
_MOST_ENTITIES = 2_000
_ENTITY = pattern("&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);")
_DOUBTFUL_REFERENCE = pattern("&(?!(?:amp|lt|gt|quot|apos|#10|#[1-9][0-9]{2,3});)")  # XML has all of 100 … 9999
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n")  # XML allows a carriage return and changes it
_ESCAPE = pattern(r"_x([0-9A-Fa-f]{4})_")
_FORBIDDEN = pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain_text(data: bytes) -> str | None:
    """The text of UTF-8 in which all but the tags is what XML allows: characters, references, no end of a CDATA.

    None where there is any doubt. Whoever then sees that the tags are in order needs no parser.
    """
    if len(data.translate(None, _CONTROLS)) != len(data):
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if "]]>" in text or "\ufffe" in text or "\uffff" in text:
        return None
    return None if "&" in text and _DOUBTFUL_REFERENCE.search(text) else text  # the sign alone is found much faster


def decode(text: str) -> str:
    """Text with Excel's escapes undone: ``a_x000D_b`` -> ``a\\rb``, ``_x005F_x000D_`` -> ``_x000D_``.

    Control characters that no XML can hold reach a cell only by such an escape; nobody sees them, and they
    would make the next writer of XML fail, so they are left out. A lone surrogate becomes U+FFFD.
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if plain == text:
        return text
    whole = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole if whole.isprintable() else _FORBIDDEN.sub("", whole)


def unescape(text: str) -> str:
    """Text of well-formed XML without a DTD, its entities replaced."""
    if "&" not in text:
        return text
    if "&#" in text:
        return _ENTITY.sub(_character, text)
    plain = text.replace("&gt;", ">").replace("&lt;", "<")
    if "&" not in plain:  # formulas hold no other, nearly always
        return plain
    return plain.replace("&quot;", '"').replace("&apos;", "'").replace("&amp;", "&")


def _character(match: re.Match[str]) -> str:
    entity = match[0]
    known = _ENTITIES.get(entity)
    if known is None:
        known = chr(int(entity[3:-1], 16) if entity[2] == "x" else int(entity[2:-1]))
        if len(_ENTITIES) < _MOST_ENTITIES:
            _ENTITIES[entity] = known
    return known


class RichText:
    """Gathers the text of a ``si`` or ``is``: its ``t`` or those of its runs ``r``, not the ``rPh``."""

    __slots__ = ("_in_run", "_in_text", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._in_run = self._in_text = False

    def start(self, name: str) -> bool:
        """Whether an element inside belongs to the text; what does not is to be ignored."""
        if name == "t" and not self._in_text:
            self._in_text = True
            return True
        if name == "r" and not self._in_run and not self._in_text:
            self._in_run = True
            return True
        return False

    def end(self, name: str, text: list[str]) -> None:
        """An element inside ends, with the text before its end."""
        if name == "t":
            self._pieces.append("".join(text))
            self._in_text = False
        elif name == "r":
            self._in_run = False

    def take(self) -> str:
        """The whole text; the next one begins empty."""
        text = decode("".join(self._pieces))
        self._pieces.clear()
        return text


class _SharedStrings(Scanner):
    __slots__ = ("_level", "_most", "_rich", "strings")

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self.strings: list[str] = []
        self._rich = RichText()
        self._level = 0  # 0 before the root, 1 between the items, 2 in an item

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.text.clear()
        if self._level == 2:
            if not self._rich.start(name):
                self.ignore()
        elif (name == "si") == (self._level == 1):
            self._level += 1
        else:
            self.ignore()

    def end(self, name: str) -> None:
        if name == "si":
            if len(self.strings) >= self._most:
                raise PackageError("too_large", f"more than {self._most} shared strings")
            self.strings.append(self._rich.take())
            self._level = 1
        elif self._level == 2:
            self._rich.end(name, self.text)


def shared_strings(package: Package, part: str) -> list[str]:
    """The shared strings of a workbook in their order. Raises PackageError."""
    if package.size(part) <= _PLAIN_SIZE:
        plain = _cut_strings(package.read(part))
        if plain is not None:
            return plain
    reader = _SharedStrings(package.limits.cells)
    scan(part, package.chunks(part), reader)
    return reader.strings


def _cut_strings(data: bytes) -> list[str] | None:
    """Strings without runs, cut where one ends and the next begins.

    None when a tag was missed or the part may not be well-formed: as in ``rows``, the cut is the proof that it is.
    """
    head, stop = _PLAIN_HEAD.match(data), data.rfind(b"</sst>")
    if head is None or stop < head.end() or not is_utf8(data):
        return None
    text = plain_text(data[head.end() : stop])
    if text is None or not is_well_formed(data[: head.end()] + data[stop:]):
        return None
    text = text.replace('<t xml:space="preserve">', "<t>")
    if not (text.startswith("<si><t>") and text.endswith("</t></si>")):
        return None
    found = text[len("<si><t>") : -len("</t></si>")].split("</t></si><si><t>")
    if text.count("<") != 4 * len(found):
        return None
    if "&" in text:
        found = [unescape(item) if "&" in item else item for item in found]
    if "&" in text or _ESCAPE.search(text):  # a reference may stand for a letter of an escape
        return [decode(item) if "_x" in item else item for item in found]
    return found
