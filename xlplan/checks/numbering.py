"""Numbers that somebody typed before headings, points, projects and rows: C10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from xlplan.checks.scope import PASSED, Case, Outcome
from xlplan.messages import finding
from xlplan.model import CellRef, Finding, Record, Severity, Submission, Table, Text
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean, key

_LABEL = pattern(
    r"(?P<roman>[IVX]{1,5})\s?[.)]\s+(?=\S)"
    r"|(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\s?(?:[.)]\s+|(?<=\.\d)\s+|(?<=\.\d\d)\s+)(?=[^\W\d])"
    r"|(?P<letter>[a-zđ])\)\s+(?=\S)"
)
_LETTERS = "abcdđeghiklmnopqrstuvxy"
_ROMAN = {"I": 1, "V": 5, "X": 10}
_AUTOMATIC = ("I", "1", "1.1", "1.1.1", "a")  # levels of the outline that are numbered when they are printed
_TYPED_IN = {"noi_dung": ("noi_dung",), "du_an": ("noi_dung", "muc_tieu"), "phan_cong": ("nhiem_vu",)}
_AGAIN = ("Đánh lại số cho liền nhau, hoặc xóa số đã gõ", "Number them again, or delete what was typed")
_IN_ORDER = ("Đánh lại số cho liền nhau, không lặp", "Number them again without gap or repeat")


class Label(NamedTuple):
    """A typed number: ``kind`` roman, number or letter, the numbers before its last one, and this."""

    kind: str
    prefix: tuple[int, ...]
    last: int
    written: str


@lru_cache(maxsize=2048)  # the communes of a batch share most of their words
def label_of(text: str) -> Label | None:
    """The number that a line begins with, if any: ``II.``, ``4.3.``, ``2)``, ``b)``; no figure (``1.545 hộ``)."""
    text = text.lstrip()
    if "." not in text[:8] and ")" not in text[:8]:
        return None
    match = _LABEL.match(text)
    if match is None:
        return None
    written = match[0].strip()
    if written[-1].isdigit() and not text[match.end()].isupper():
        return None  # 1.5 ha
    if match["roman"]:
        value = _roman(match["roman"])
        return Label("roman", (), value, written) if value else None
    if match["letter"]:
        place = _LETTERS.find(match["letter"]) + 1
        return Label("letter", (), place, written) if place else None
    *prefix, last = (int(part) for part in match["number"].split("."))
    return Label("number", tuple(prefix), last, written) if last else None


def _roman(written: str) -> int:
    values = [_ROMAN[sign] for sign in written]
    return sum(-v if any(v < w for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def is_numbered(text: str) -> bool:
    """Whether a text, or a line of it, begins with a typed number."""
    return label_of(text) is not None or ("\n" in text and any(map(label_of, text.splitlines())))


class Order:
    """Numbers of one list as they come; siblings without a typed number count as steps between them."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, tuple[int, ...]], int] = {}
        self.between = 0

    def fault(self, label: Label) -> tuple[str, str] | None:
        """What is wrong with the next number, in both languages; a list may begin anew with 1."""
        place = label.kind, label.prefix
        before, between = self.seen.get(place), self.between
        self.between = 0
        self.seen[place] = label.last
        for deeper in [k for k in self.seen if k[0] == label.kind and k[1][: len(label.prefix) + 1] != k[1]]:
            if len(deeper[1]) > len(label.prefix) and deeper[1][: len(label.prefix)] == label.prefix:
                del self.seen[deeper]
        if before is None or before < label.last <= before + 1 + between + _skips(label, before):
            return None
        if label.last > before:
            return "nhảy cóc so với số ngay trước", "which skips a number"
        if label.last == 1 and before > 1:
            return None
        return "lặp lại hoặc lùi so với số ngay trước", "which repeats or falls behind the number before"


class Headings(Order):
    """Numbers of the headings of a document, where a higher number begins all lower ones anew."""

    def __init__(self) -> None:
        super().__init__()
        self.alone: dict[tuple[int, ...], tuple[Text, Label]] = {}  # a 4.1 that has no 4.2 so far

    def heading(self, text: Text, label: Label) -> Iterator[Outcome]:
        """Outcomes for the next heading, and for what ends before it."""
        rank = _rank(label)
        yield from self.close(rank)
        self.seen = {place: last for place, last in self.seen.items() if _rank_of(*place) <= rank}
        if label.last == 1 and rank:
            self.seen.pop((label.kind, label.prefix), None)  # another list
        fault = self.fault(label) or self._astray(label)
        yield _finding(text.ref, label.written, *fault, advice=_IN_ORDER) if fault else PASSED
        if label.prefix and label.last == 1 and not fault:
            self.alone[label.prefix] = text, label
        else:
            self.alone.pop(label.prefix, None)
        if len(label.prefix) > 1:
            self.alone.pop(label.prefix[:-1], None)  # 2.1 is divided itself, into 2.1.1 …

    def _astray(self, label: Label) -> tuple[str, str] | None:
        """What is wrong with a 5.1 under 4."""
        above = self.seen.get(("number", label.prefix[:-1]))
        if not label.prefix or above is None or above == label.prefix[-1]:
            return None
        number = ".".join(map(str, (*label.prefix[:-1], above)))
        return f"nhưng đang ở trong mục {number}", f"which stands in section {number}"

    def close(self, rank: int = 0) -> Iterator[Outcome]:
        """What ends before a heading of this rank: a 4.1 that stayed alone."""
        for prefix in [prefix for prefix in self.alone if 1 + len(prefix) > rank]:
            text, label = self.alone.pop(prefix)
            number = ".".join(map(str, (*prefix, 2)))
            yield _finding(
                text.ref,
                label.written,
                f"nhưng không có {number}",
                f"but there is no {number}",
                severity="warning",
                advice=(
                    "Xem có thiếu mục không; chỉ một mục thì không cần chia",
                    "See whether a section is missing; a single one needs no number",
                ),
            )


def _rank(label: Label) -> int:
    return _rank_of(label.kind, label.prefix)


def _rank_of(kind: str, prefix: tuple[int, ...]) -> int:
    """How deep a number stands among others: I, 1, 1.1, a."""
    return 0 if kind == "roman" else 1 + len(prefix) if kind == "number" else len(_AUTOMATIC) + 1


def numbers_of_headings(paragraphs: Iterable[Text]) -> Iterator[Outcome]:
    """Outcomes of C10 for the paragraphs of a document, which carry their numbers themselves."""
    order = Headings()
    for text in paragraphs:
        label = label_of(text.value)
        if label is not None:
            yield from order.heading(text, label)
            _within_line(text.value, label, order)
    yield from order.close()


def _skips(label: Label, before: int) -> int:
    """Many a list goes from d) to e)."""
    return int(label.kind == "letter" and before == _LETTERS.index("d") + 1)


def numbers_in_order(case: Case) -> Iterator[Outcome]:
    """Outcomes of C10."""
    if any(traits.is_numbered for traits in case.traits):
        yield from _outline(case.submission)
        yield from _lines(case.submission)
    yield from _projects(case.submission)
    for table in case.tables:
        yield from _rows(table)


def _outline(submission: Submission) -> Iterator[Outcome]:
    """Numbers typed before the rows of `Nội dung`, level by level under their headings."""
    orders: dict[str, Order] = {}
    doubled: list[tuple[Text, Label]] = []
    for record in submission.records.get("noi_dung", ()):
        level, text = record.text("cap").strip(), record.texts.get("noi_dung")
        if text is None:
            continue
        if level in _AUTOMATIC:
            deeper = _AUTOMATIC[_AUTOMATIC.index(level) + 1 :]
            orders = {known: order for known, order in orders.items() if known not in (*deeper, "-", "+", "*", "")}
        order = orders.setdefault(level, Order())
        label = label_of(text.value)
        if label is None:
            order.between += level in _AUTOMATIC
            continue
        fault = order.fault(label)
        yield _finding(text.ref, label.written, *fault) if fault else PASSED
        if level in _AUTOMATIC and not fault:
            doubled.append((text, label))
    if doubled:
        yield _doubled(doubled)


def _doubled(rows: list[tuple[Text, Label]]) -> Finding:
    """Typed numbers beside those that the program prints itself."""
    text, label = rows[0]
    more = f" (và {len(rows) - 1} dòng khác)" if len(rows) > 1 else ""
    more_en = f" (and {len(rows) - 1} more rows)" if len(rows) > 1 else ""
    return _finding(
        text.ref,
        label.written,
        f"sẽ in thêm bên cạnh số thứ tự tự động của cấp này{more}",
        f"which is printed beside the automatic number of this level{more_en}",
        severity="warning",
        advice=("Xóa số đã gõ; số thứ tự được tự đánh", "Delete what was typed; the numbers come by themselves"),
    )


def _lines(submission: Submission) -> Iterator[Outcome]:
    """Numbers typed before the lines of one cell."""
    for sheet, columns in _TYPED_IN.items():
        for record in submission.records.get(sheet, ()):
            for column in columns:
                text = record.texts.get(column)
                if text is not None and "\n" in text.value:
                    yield from _in_cell(text)


def _in_cell(text: Text) -> Iterator[Outcome]:
    order = Order()
    for line in text.value.splitlines():
        label = label_of(line)
        if label is not None:
            fault = order.fault(label)
            yield _finding(text.ref, label.written, *fault) if fault else PASSED
            _within_line(line, label, order)


def _within_line(line: str, label: Label, order: Order) -> None:
    """Numbers that run on in one line: “1) Rà soát; 2) Tập huấn”."""
    for part in line.split("; ")[1:]:
        found = label_of(part)
        if found is not None and found[:2] == label[:2] and found.last == order.seen[found[:2]] + 1:
            order.fault(found)


def _projects(submission: Submission) -> Iterator[Outcome]:
    """Projects keep the numbers of their programme, with gaps where a commune takes no part; none stands twice."""
    seen: dict[tuple[str, str], Record] = {}
    for record in submission.records.get("du_an", ()):
        code = record.texts.get("ma")
        if code is None or not code.value[-1:].isdigit():
            continue
        of_programme = key(record.text("loai")) == key("dự án")
        if of_programme:
            seen = {place: row for place, row in seen.items() if place[1]}
        place = key(code.value), key(record.text("ten")) if of_programme else ""
        first = seen.setdefault(place, record)
        if first is not record:
            yield _finding(
                code.ref,
                clean(code.value),
                f"đã có ở ô {first.texts['ma'].ref.address}",
                f"which stands in {first.texts['ma'].ref.address} already",
                severity="warning",
                advice=("Xem có chép nhầm dòng không", "See whether the row was copied by mistake"),
            )


def _rows(table: Table) -> Iterator[Outcome]:
    """The numbers of the villages (TT) run on from 1; they begin anew in each group."""
    before, parent = 0, None
    for i in table.positions("village"):
        unit = table.units[i]
        if not unit.number.isdecimal():
            continue
        number = int(unit.number)
        if before == 0 and number != 1:
            return  # codes, not a count
        runs_on = number == before + 1 or (number == 1 and unit.parent != parent)
        before, parent = number, unit.parent
        if runs_on:
            continue
        yield _finding(
            unit.ref,
            f"TT {unit.number}",
            f"không tiếp theo số của dòng trước ở dòng “{unit.name}”",
            f"which does not follow the number before, in the row of “{unit.name}”",
            severity="warning",
            advice=(
                "Đánh lại số thứ tự, xem có thiếu hay lặp dòng không",
                "Number the rows again; see whether one is missing",
            ),
        )
        return


def _finding(
    ref: CellRef,
    written: str,
    fault: str,
    fault_en: str,
    *,
    severity: Severity = "error",
    advice: tuple[str, str] = _AGAIN,
) -> Finding:
    return finding(
        "C10",
        ref,
        severity=severity,
        written=written,
        fault=fault,
        fault_en=fault_en,
        advice=advice[0],
        advice_en=advice[1],
        actual=written,
    )
