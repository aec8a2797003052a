"""Streams the XML of a part that may be large, so that memory does not grow with the part.

expat is as fast here as a tree, stops at the first letter of a DOCTYPE and keeps nothing of what it has read.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar
from xml.parsers import expat

from xlplan.packages.gate import PackageError

_LONGEST = 10 << 20  # bytes of one tag or text; Excel's own limit is 32,767 letters a cell
_MOST_NAMES = 10_000  # different names of elements and attributes in one part; Office has some hundreds
_DEEPEST = 256  # of elements within each other, as in lxml
_LONGEST_KNOWN = 16 << 10  # bytes of which it is kept whether they are well-formed

_Found = TypeVar("_Found")
_Start = Callable[[str, dict[str, str]], object]
_End = Callable[[str], object]


class Scanner:
    """Base of a reader of streamed XML. ``start`` and ``end`` are called for each element and its end.

    Names come without the prefix that the root element has, so ``x:row`` is ``row``. ``text`` gathers what
    stands between tags; ``start`` must empty it. What stands in the wrong place must be passed over with
    ``ignore``, so that nothing can nest without end.
    """

    __slots__ = ("_depth", "_handlers", "_parser", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self._depth = 0  # of what is being ignored
        self._parser: expat.XMLParserType | None = None
        self._handlers: tuple[_Start, _End] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """An element ends."""
        raise NotImplementedError

    def ignore(self) -> None:
        """Call in ``start``: pass over the element that begins, with all that it holds."""
        parser = self._parser
        assert parser is not None
        self._depth = 1
        parser.StartElementHandler = self._deeper
        parser.EndElementHandler = self._back
        parser.CharacterDataHandler = None

    def _deeper(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise PackageError("suspicious", "XML elements are nested too deep")

    def _back(self, _name: str) -> None:
        self._depth -= 1
        if not self._depth:
            self._listen()

    def _listen(self) -> None:
        parser, handlers = self._parser, self._handlers
        assert parser is not None
        assert handlers is not None
        parser.StartElementHandler, parser.EndElementHandler = handlers
        parser.CharacterDataHandler = self.text.append

    def _begin(self, parser: expat.XMLParserType) -> None:
        """Learn the prefix from the root element, then let ``start`` and ``end`` work without it."""

        def root(tag: str, attributes: dict[str, str]) -> None:
            prefix, colon, name = tag.rpartition(":")
            handlers: tuple[_Start, _End] = self.start, self.end
            if colon:
                handlers = _unprefixed(prefix + colon, *handlers)
            self._handlers = handlers
            self._listen()
            self.start(name, attributes)

        self._parser = parser
        parser.buffer_text = True
        parser.StartElementHandler = root


def scan(part: str, chunks: Iterable[bytes], scanner: Scanner) -> None:
    """Run a scanner over the chunks of a part. Raises PackageError."""
    fed = 0
    with _parsing(part, scanner) as parser:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if (
                fed - parser.CurrentByteIndex > _LONGEST
                or sum(map(len, scanner.text)) > _LONGEST
                or len(parser.intern) > _MOST_NAMES
            ):
                raise PackageError("suspicious", f"part {part} has an absurdly long text, tag or list of names")
        parser.Parse(b"", True)


def scan_around(
    part: str, data: bytes, hole: tuple[int, int, int], scanner: Scanner, read_hole: Callable[[], _Found]
) -> _Found:
    """Run a scanner over the bytes around a hole, and give what ``read_hole`` makes of those inside.

    ``hole`` is where it starts and stops, and after how many bytes nothing of interest follows. First expat sees that
    the whole is well-formed, which in one piece and without events takes a quarter of the time; then the scanner meets
    what is of interest, as if the hole were empty (nothing more, where ``read_hole`` found nothing). Raises
    PackageError.
    """
    start, stop, end = hole
    see_well_formed(part, data)
    with _parsing(part, scanner) as parser:
        parser.Parse(data[:start], False)
        found = read_hole()
        if found:
            parser.Parse(data[stop:end], False)
    return found


def see_well_formed(part: str, data: bytes) -> None:
    """Let expat see that the bytes are well-formed XML without a DOCTYPE. Raises PackageError."""
    with _guarded(part) as parser:
        parser.Parse(data, True)


def is_well_formed(data: bytes) -> bool:
    """Whether bytes are well-formed XML without a DOCTYPE. Of what many workbooks have alike the answer is kept."""
    return _known(data) if len(data) <= _LONGEST_KNOWN else _known.__wrapped__(data)


@lru_cache(maxsize=128)
def _known(data: bytes) -> bool:
    try:
        see_well_formed("", data)
    except PackageError:
        return False
    return True


def is_utf8(data: bytes) -> bool:
    """Whether XML says that it is UTF-8, or says nothing, which means the same."""
    head = data[: data.find(b">") + 1].lower().replace(b"'", b'"')
    return b"encoding=" not in head or b'encoding="utf-8"' in head


@contextmanager
def _guarded(part: str) -> Iterator[expat.XMLParserType]:
    """A parser that raises PackageError for what it meets."""
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise PackageError("suspicious", f"part {part} has a DOCTYPE")

    parser.StartDoctypeDeclHandler = doctype
    try:
        yield parser
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise PackageError("damaged", f"part {part}: {error}") from error


@contextmanager
def _parsing(part: str, scanner: Scanner) -> Iterator[expat.XMLParserType]:
    """A parser that feeds the scanner. Raises PackageError for what it meets."""
    try:
        with _guarded(part) as parser:
            scanner._begin(parser)
            yield parser
    finally:
        scanner._parser = scanner._handlers = None  # no circle: the memory is free again at once


def _unprefixed(prefix: str, start: _Start, end: _End) -> tuple[_Start, _End]:
    def bare(tag: str) -> str:
        return tag.removeprefix(prefix) if tag.startswith(prefix) else f"?{tag}"

    return (lambda tag, attributes: start(bare(tag), attributes)), (lambda tag: end(bare(tag)))
