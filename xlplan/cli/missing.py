"""The communes of which nothing came, as a batch says them at its end: how many, and who, district by district."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from xlplan.cli.language import Texts
from xlplan.results import Submitted
from xlplan.vietnamese.numbers import format_count

_NAMED = 30  # communes of a district that are named, the province workbook has all
_AREAS = 20  # districts, likewise
_WIDTH = 100  # letters of a line where there is no terminal to fill
_GLUE = "\u00a0"  # keeps a name on one line


def grouped(lines: Iterable[Submitted]) -> tuple[list[list[Submitted]], list[Submitted]]:
    """The missing communes of which the same is to be said (a deadline, say), and the lines that stand alone."""
    missing: dict[str, list[Submitted]] = {}
    others = []
    for line in lines:
        if line.standing == "missing":
            missing.setdefault(line.remark, []).append(line)
        else:
            others.append(line)
    alone = [line for group in missing.values() if len(group) == 1 for line in group]
    return [group for group in missing.values() if len(group) > 1], [*alone, *others]


def paragraphs(group: Sequence[Submitted], rest: str, texts: Texts) -> Iterator[str]:
    """The lines of one group below its heading: a paragraph for each district.

    ``rest`` is the province workbook, which has all names; where there is none, all are named here.
    """
    most, most_areas = (_NAMED, _AREAS) if rest else (len(group), len(group))
    areas: dict[tuple[str, str], list[str]] = {}
    for line in group:
        areas.setdefault((line.district, line.province), []).append(line.unit or line.code)
    several = len({province for _, province in areas}) > 1
    width = min(shutil.get_terminal_size((_WIDTH, 0)).columns, _WIDTH)
    for (district, province), units in list(areas.items())[:most_areas]:
        area = ", ".join(filter(None, (district, province if several or not district else "")))
        head = f"{area} ({_number(len(units), texts)}): " if area and len(areas) > 1 else f"{area}: " if area else ""
        text = head + ", ".join(unit.replace(" ", _GLUE) for unit in units[:most]) + _left(len(units) - most, texts)
        lines = wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
        yield "\n".join(lines).replace(_GLUE, " ")
    if len(areas) > most_areas or any(len(units) > most for units in areas.values()):
        yield texts(f"  Đủ tên các đơn vị: xem {rest}", f"  All of their names: see {rest}")


def _left(number: int, texts: Texts) -> str:
    if number <= 0:
        return ""
    said = _number(number, texts)
    return " " + texts(f"và {said} đơn vị nữa", f"and {said} more").replace(" ", _GLUE)


def _number(count: int, texts: Texts) -> str:
    return texts(format_count(count), f"{count:,}")
