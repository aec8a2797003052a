"""Which commune is meant: by its administrative code first, then by its name, told apart by district and province.

Excel takes the leading zeros of a code away (01234 becomes 1234). A code that belongs to another name proves nothing:
it may have come with a copied workbook.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from xlplan import catalogue
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.names import same
from xlplan.vietnamese.text import bare, clean, fuzzy_key, key, name_key, name_parts

_BARE_KINDS = ("xa ", "phuong ", "thi tran ", "dac khu ")


def named(unit: str) -> str:
    """A commune's name as it was written; empty where only its kind is given (`xã`, as in a blank workbook)."""
    text = clean(unit)
    return "" if key(text) in _kinds() else text


@lru_cache(maxsize=1)
def _kinds() -> frozenset[str]:
    return frozenset(key(kind) for kind in catalogue.lists()["loai_don_vi"])


class Commune(NamedTuple):
    """Who a commune is, as a workbook or a list says it; any part may be empty."""

    unit: str
    code: str = ""
    district: str = ""
    province: str = ""


class Identity(NamedTuple):
    """The same by the keys of comparison: equal identities are one commune, if they name one at all."""

    code: str
    kind: str
    name: str
    district: str
    province: str


def identity(commune: Commune) -> Identity:
    """A commune's keys; ``name`` is empty where no commune is named."""
    kind, name = name_parts(named(commune.unit))
    return Identity(plain_code(commune.code), kind, name, place_key(commune.district), place_key(commune.province))


@lru_cache(maxsize=4096)  # a district is asked for with each of its communes
def place_key(name: str) -> str:
    """The key of a district or province: `tỉnh An Giang` and `An Giang` are one."""
    return name_key(clean(name))


def plain_code(written: str) -> str:
    """An administrative code as it is compared: without leading zeros, spaces and thousands dots; other text by key."""
    text = "".join(clean(written).split()).lstrip("'")
    digits = text.replace(".", "").removesuffix(",0")
    return digits.lstrip("0") if digits.isdecimal() and digits.isascii() else key(text)


def spelt_alike(one: str, other: str) -> bool:
    """Whether two names of communes may be one: spellings of it, also without diacritics (`xa Son Trung`)."""
    return not one or not other or same(one, other) or without_marks(one) == without_marks(other)


def one_spelling(one: str, other: str) -> bool:
    """Whether two names that are alike without diacritics are one: `Hoà Lợi` and `Hòa Lợi`, or one typed without any.

    `Thạnh Đức` and `Thành Đức` are two communes.
    """
    return same(one, other) or any(bare(key(name)) == key(name) for name in (one, other))


@lru_cache(maxsize=4096)
def without_marks(unit: str) -> str:
    """A commune's own name without diacritics and kind, however that was typed."""
    text = bare(fuzzy_key(clean(unit)))
    for kind in _BARE_KINDS:
        if text.startswith(kind) and len(text) > len(kind):
            return text.removeprefix(kind)
    return text


def compatible(one: Identity, other: Identity) -> bool:
    """Whether nothing that both say tells two communes of one name apart, their codes aside."""
    pairs = ((one.kind, other.kind), (one.district, other.district), (one.province, other.province))
    return one.name == other.name and all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


def shown_one(one: Identity, other: Identity) -> bool:
    """Whether a district or province that both name shows that one name is one commune."""
    return bool((one.district and one.district == other.district) or (one.province and one.province == other.province))


Met = tuple[Identity, str]
"""An identity and the folder in which it was met."""


def groups(met: Iterable[Met]) -> dict[Met, int]:
    """Numbers identities by the commune that they are; one number, one commune.

    One code is one commune where the name is the same; without a code the name is, with district or province alike.
    Where neither says anything, only files of one folder are taken for one commune: a district's communes have
    different names, a country's have not. What may be either of two communes is taken for a third.
    """
    numbers: dict[Met, int] = {}
    coded: dict[tuple[str, str], int] = {}
    named: dict[str, dict[int, list[Met]]] = {}
    for found in sorted(set(met), key=lambda each: (not each[0].code, -sum(map(bool, each[0])), each)):
        who, _ = found
        known = named.setdefault(who.name, {})
        if who.code:
            number = coded.setdefault((who.code, without_marks(who.name)), len(numbers))
        else:
            fitting = [number for number, members in known.items() if _fits(found, members)]
            number = fitting[0] if len(fitting) == 1 else len(numbers)
        numbers[found] = number
        known.setdefault(number, []).append(found)
    return numbers


def _fits(found: Met, members: list[Met]) -> bool:
    who, folder = found
    return all(compatible(who, each) for each, _ in members) and any(
        shown_one(who, each) or folder == at for each, at in members
    )
