"""Formulas as short programs for a stack of values, so that none is too deep to run and all can pause.

``IF(A1>0,B1,"")`` becomes: push A1, push 0, call >, branch, push B1, jump, push "".
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import TYPE_CHECKING, Literal

from xlplan.refs import MAX_COLUMN, MAX_ROW, column_number, qualify
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlplan.packages.cells import Sheet
    from xlplan.packages.workbook import Workbook

LONGEST = 8192  # characters of a formula, as in Excel; also the steps of its program with all names in place
_DEEPEST = 80  # expressions within expressions; each costs at most six frames of Python's stack
_STORED_DIGITS = 17  # a number with more is a division that does not end, of which Excel shows 15
_POSITIONAL = 20  # characters of a small number; a longer one is written with an exponent

EXACT = Context(prec=34, Emax=307, Emin=-307)
WIDE = Context(prec=800)
_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
ZERO = Decimal(0)


class UnsupportedError(Exception):
    """The formula is broken, or means something that is not computed here."""


class FaultError(Exception):
    """The result is an error value, with this code."""


class Fault(NamedTuple):
    """An error value, such as ``#DIV/0!``."""

    code: str


class Area(NamedTuple):
    """A rectangle of cells, often a single one, by its first and last row and column."""

    sheet: Sheet
    row1: int
    col1: int
    row2: int
    col2: int

    @property
    def height(self) -> int:
        """How many rows it has."""
        return self.row2 - self.row1 + 1

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.col2 - self.col1 + 1

    @property
    def size(self) -> int:
        """How many cells it has, blank ones too."""
        return self.height * self.width


Scalar = Decimal | str | bool | Fault | None
"""A single value; None is a blank cell or an argument left out."""

Operand = Decimal | str | bool | Fault | Area | None


class Op(NamedTuple):
    """A step of a program.

    ``push`` puts ``operand`` on the stack. ``call`` replaces the last ``args`` values by the result of the
    function or operator ``name``. ``jump`` goes to ``target``. ``branch`` takes a condition away: it goes on
    when that is true, to ``target`` when not, and to ``end`` with an error in its place. ``recover`` goes to
    ``target``, unless there is an error (with ``name`` IFNA only #N/A), which it takes away.
    """

    action: Literal["push", "call", "jump", "branch", "recover"]
    operand: Operand = None
    name: str = ""
    args: int = 0
    target: int = 0
    end: int = 0


class Scope:
    """The sheets and defined names that formulas of a workbook can use; case does not matter."""

    def __init__(self, workbook: Workbook) -> None:
        self._sheets = {sheet.name.lower(): sheet for sheet in reversed(workbook.sheets)}
        self._names = {name.lower(): text for name, text in workbook.defined_names.items()}

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name. Raises UnsupportedError."""
        if (found := self._sheets.get(name.lower())) is None:
            raise UnsupportedError(f"no sheet {name!r}")
        return found

    def name(self, name: str, sheet: Sheet | None, home: Sheet) -> str:
        """What a defined name stands for: on the sheet written before it, else on its own, else anywhere."""
        found = self._names.get(qualify((sheet or home).name, name).lower())
        if found is None and sheet is None:
            found = self._names.get(name.lower())
        if found is None:
            raise UnsupportedError(f"no name {name!r}")
        return found


def compile_formula(text: str, place: tuple[Sheet, int, int], scope: Scope) -> list[Op]:
    """The program of a formula (without its ``=``) at a cell. Raises UnsupportedError, and nothing else."""
    code: list[Op] = []
    _Parser(text, place, scope, code).run()
    return code


_TOKEN = re.compile(
    r"""
      "(?P<text>(?:[^"]|"")*)"
    | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A))
    | '(?P<quoted>(?:[^']|'')+)'!
    | (?P<sheet>[^\W\d][\w.]*)!
    | (?P<area>  \$?[A-Za-z]{1,3}\$?[0-9]{1,7} (?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?
               | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}
               | \$?[0-9]{1,7}:\$?[0-9]{1,7} ) (?![\w.\\?(!])
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?) (?![\w.])
    | (?P<function>[^\W\d][\w.]*)\(
    | (?P<name>(?:[^\W\d]|\\)[\w.\\?]*)
    | (?P<space>[ \t\r\n]+)
    | (?P<op><>|<=|>=|[-+*/^&=<>(),%])
    """,
    re.VERBOSE,
)
_FIXED = re.compile(r"(?:\$[A-Za-z]+)?(?:\$[0-9]+)?(?::(?:\$[A-Za-z]+)?(?:\$[0-9]+)?)?")
_END = re.compile(r"\$?([A-Za-z]*)\$?([0-9]*)")
_LEVELS = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}

_Token = tuple[str, str]  # what it is, and its text without quotes
_LAST: _Token = ("end", "")


class _Parser:
    """Reads one formula, or one defined name inside it, and adds its steps to a program."""

    def __init__(self, text: str, place: tuple[Sheet, int, int], scope: Scope, code: list[Op], depth: int = 0) -> None:
        self._place = place
        self._scope = scope
        self._code = code
        self._depth = depth
        self._in_name = depth > 0
        self._at = 0
        self._tokens = _tokens(text)

    def run(self) -> None:
        self._expression(0)
        if self._peek() != _LAST:
            raise UnsupportedError(f"{self._peek()[1]!r} after the end")

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _LAST

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _take(self, sign: str) -> bool:
        """Whether the next token is this sign; then it is read."""
        found = self._peek() == ("op", sign)
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise UnsupportedError(f"{self._peek()[1]!r} in place of {sign!r}")

    def _emit(self, op: Op) -> int:
        """Add a step; give its place, to set later where it goes."""
        if len(self._code) >= LONGEST:
            raise UnsupportedError("too long")
        self._code.append(op)
        return len(self._code) - 1

    def _call(self, name: str, args: int) -> None:
        self._emit(Op("call", name=name, args=args))

    def _expression(self, level: int) -> None:
        """An operand and all operators that bind closer than ``level``, each from the left."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnsupportedError("too deep")
        self._signed()
        while self._peek()[0] == "op" and (own := _LEVELS.get(self._peek()[1], 0)) > level:
            _, sign = self._next()
            self._expression(own)
            self._call(sign, 2)
        self._depth -= 1

    def _signed(self) -> None:
        """An operand with signs before it, which bind closer than ``^`` in Excel, and percents behind it."""
        signs: list[str] = []
        while self._peek() in (("op", "-"), ("op", "+")):
            signs.append(self._next()[1])
        self._operand()
        while self._take("%"):
            self._call("%", 1)
        for sign in signs:
            self._call(f"unary {sign}", 1)

    def _operand(self) -> None:
        sheet = None
        kind, text = self._next()
        if kind in ("quoted", "sheet"):
            sheet = self._scope.sheet(text)
            kind, text = self._next()
        if kind == "area":
            self._area(text, sheet)
        elif kind == "name":
            self._name(text, sheet)
        elif sheet is not None and kind != "error":
            raise UnsupportedError(f"{text!r} on a sheet")
        elif kind == "function":
            self._function(text.upper().removeprefix("_XLFN."))
        elif (kind, text) == ("op", "("):
            self._expression(0)
            self._expect(")")
        else:
            self._emit(Op("push", _constant(kind, text)))

    def _area(self, text: str, sheet: Sheet | None) -> None:
        first, colon, last = text.partition(":")
        try:
            (row1, col1), (row2, col2) = _end(first), _end(last if colon else first)
        except ValueError:  # TTT2024 is no cell, so it may be a name
            self._name(text, sheet)
            return
        if self._in_name and not _FIXED.fullmatch(text):
            raise UnsupportedError("a name that moves with the cell")
        rows = sorted((row1, row2)) if row1 else (1, MAX_ROW)
        columns = sorted((col1, col2)) if col1 else (1, MAX_COLUMN)
        self._emit(Op("push", Area(sheet or self._place[0], rows[0], columns[0], rows[1], columns[1])))

    def _name(self, text: str, sheet: Sheet | None) -> None:
        if sheet is None and text.upper() in ("TRUE", "FALSE"):
            self._emit(Op("push", text.upper() == "TRUE"))
            return
        meant = self._scope.name(text, sheet, self._place[0])
        _Parser(meant, self._place, self._scope, self._code, self._depth).run()

    def _function(self, name: str) -> None:
        if name == "IF":
            self._if()
        elif name in ("IFERROR", "IFNA"):
            self._iferror(name)
        elif name in ("ROW", "COLUMN") and self._take(")"):
            self._emit(Op("push", Decimal(self._place[1] if name == "ROW" else self._place[2])))
        else:
            args = 0
            while not self._take(")"):
                if args:
                    self._expect(",")
                self._argument()
                args += 1
            self._call(name, args)

    def _argument(self) -> None:
        """An argument; one left out is a blank."""
        if self._peek() in (("op", ","), ("op", ")")):
            self._emit(Op("push"))
        else:
            self._expression(0)

    def _if(self) -> None:
        self._argument()
        branch = self._emit(Op("branch"))
        self._expect(",")
        self._argument()
        jump = self._emit(Op("jump"))
        if self._take(","):
            self._argument()
        else:
            self._emit(Op("push", operand=False))
        self._expect(")")
        end = len(self._code)
        self._code[branch] = Op("branch", target=jump + 1, end=end)
        self._code[jump] = Op("jump", target=end)

    def _iferror(self, name: str) -> None:
        self._argument()
        recover = self._emit(Op("recover"))
        self._expect(",")
        self._argument()
        self._expect(")")
        self._code[recover] = Op("recover", name=name, target=len(self._code))


def _tokens(text: str) -> list[_Token]:
    """The words and signs of a formula. Raises UnsupportedError."""
    if len(text) > LONGEST:
        raise UnsupportedError("too long")
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise UnsupportedError(f"{text[at]!r} in a formula")
        kind, word = match.lastgroup, match[match.lastgroup]
        quote = {"text": '"', "quoted": "'"}.get(kind, " ")
        if kind != "space":
            tokens.append((kind, word.replace(quote * 2, quote)))
        at = match.end()
    return tokens


def _constant(kind: str, text: str) -> Scalar:
    if kind == "text":
        return text
    if kind == "error":
        return Fault(text)
    if kind == "number":
        try:
            return EXACT.create_decimal(text)
        except DecimalException:
            pass
    raise UnsupportedError(f"{text!r} in place of a value")


def _end(text: str) -> tuple[int, int]:
    """Row and column of one end of an area, 0 for what it does not say. Raises ValueError."""
    match = _END.fullmatch(text)
    letters, digits = match.groups() if match else ("", "")
    row = int(digits or 0)
    if row > MAX_ROW or (digits and not row):
        raise ValueError(f"no row {digits}")
    return row, column_number(letters) if letters else 0


# ---- values -----------------------------------------------------------------------------------------------

_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?(%?)")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}%?")
# Signs and words of dates, times, fractions and money: Excel may take a text of these for a number.
_DOUBTFUL = re.compile(
    r"""(?:[0-9\s.,:/()%$€£¥₫+-] | january|february|march|april|june|july|august|september|october|november
    |december|jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec | [ap]m? | e | tháng|thg|vnd|usd|đ)++""",
    re.VERBOSE | re.IGNORECASE,
)
_FORMAT = re.compile(r"(#,##0|0+)(?:\.(0+))?(%?)")


def settled(number: Decimal) -> Decimal:
    """A number as a cell holds it: without the noise of divisions, whole numbers without exponent."""
    number = EXACT.normalize(number)
    if len(number.as_tuple().digits) > _STORED_DIGITS:
        number = _FIFTEEN.normalize(number)
    if not number or number.adjusted() < -307:
        return ZERO
    return Decimal(int(number)) if number == number.to_integral_value() else number


def read_number(text: str) -> Decimal | None:
    """The number that a text writes, None where it is none. Raises UnsupportedError where that may depend."""
    text = text.strip(" ")
    match = _PLAIN_NUMBER.fullmatch(text)
    if match is None:
        if _DOUBTFUL.fullmatch(text) and any("0" <= sign <= "9" for sign in text):
            raise UnsupportedError("a text that may be a date or a number")
        return None
    if _THOUSANDS.fullmatch(text):
        raise UnsupportedError("thousands or thousandths")
    number = EXACT.create_decimal(text.removesuffix("%"))
    return number.scaleb(-2, EXACT) if match[1] else number


def as_number(value: Scalar) -> Decimal:
    """The number that arithmetic takes a value for. Raises FaultError."""
    if isinstance(value, Fault):
        raise FaultError(value.code)
    if isinstance(value, str):
        if (read := read_number(value)) is None:
            raise FaultError("#VALUE!")
        return read
    return value if isinstance(value, Decimal) else Decimal(bool(value))


def as_truth(value: Scalar) -> bool:
    """Yes or no, as conditions take a value. Raises FaultError."""
    if isinstance(value, str):
        if value.upper() not in ("TRUE", "FALSE"):
            raise FaultError("#VALUE!")
        return value.upper() == "TRUE"
    return as_number(value) != 0


def as_text(value: Scalar) -> str:
    """A value as ``&`` writes it. Raises FaultError."""
    if isinstance(value, Fault):
        raise FaultError(value.code)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, Decimal):
        return value or ""
    number = _FIFTEEN.normalize(settled(value))
    text = f"{number:f}"
    if number.adjusted() < 21 and (len(text) <= _POSITIONAL or number.adjusted() >= -4):
        return text
    digits, _, exponent = f"{number:e}".partition("e")
    return f"{digits}E{int(exponent):+03d}"


def formatted(value: Scalar, code: Scalar) -> str:
    """What TEXT makes of a value, by the formats of ``0``, ``#,##0``, decimals and ``%``."""
    match = _FORMAT.fullmatch(as_text(code))
    if match is None:
        raise UnsupportedError("a number format")
    if isinstance(value, bool) or (isinstance(value, str) and read_number(value) is None):
        return as_text(value)
    number = settled(as_number(value)).scaleb(2 if match[3] else 0, WIDE)
    rounded = number.quantize(Decimal(1).scaleb(-len(match[2] or "")), ROUND_HALF_UP, WIDE)
    if number < 0 and not rounded:
        raise UnsupportedError("zero below zero")
    if match[1] == "#,##0":
        return f"{rounded:,f}{match[3]}"
    whole, point, decimals = f"{abs(rounded):f}".partition(".")
    return "-" * (number < 0) + whole.zfill(len(match[1])) + point + decimals + match[3]


def order(one: Scalar, other: Scalar, *, exactly: bool = True) -> int:
    """Below, at or above zero as one value is less than, equal to or more than the other. Raises FaultError.

    With ``exactly`` false, it only counts whether they are equal.
    """
    for value in (one, other):
        if isinstance(value, Fault):
            raise FaultError(value.code)
    one, other = _unblank(one, other), _unblank(other, one)
    if isinstance(one, str) and isinstance(other, str):
        one, other = one.lower(), other.lower()
        if exactly and one != other and one and other and not (_is_plain(one) and _is_plain(other)):
            raise UnsupportedError("the order of texts with marks")
        return (one > other) - (one < other)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return int(settled(one).compare(settled(other)))
    ranks = [isinstance(value, str) + 2 * isinstance(value, bool) for value in (one, other)]
    return ranks[0] - ranks[1] or bool(one) - bool(other)


def _unblank(value: Scalar, other: Scalar) -> Scalar:
    if value is not None:
        return value
    return "" if isinstance(other, str) else False if isinstance(other, bool) else ZERO


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace(" ", "").isalnum()


def divide(one: Decimal, other: Decimal) -> Decimal:
    """A quotient; by zero it is #DIV/0!. Raises FaultError."""
    if not other:
        raise FaultError("#DIV/0!")
    return EXACT.divide(one, other)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """A power, as ``^`` gives it. Raises FaultError."""
    if not base and exponent <= 0:
        raise FaultError("#DIV/0!" if exponent else "#NUM!")
    if base < 0 and exponent != exponent.to_integral_value():
        raise UnsupportedError("a root of a negative number")
    return EXACT.power(base, exponent)


def mod(number: Decimal, divisor: Decimal) -> Decimal:
    """The rest of a division, with the sign of the divisor. Raises FaultError."""
    rest = EXACT.remainder(number, divisor) if divisor else divide(number, divisor)
    return EXACT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def rounded(mode: str) -> Callable[[Decimal, Decimal], Decimal]:
    """The function that rounds a number to so many places, also left of the point."""

    def function(number: Decimal, places: Decimal) -> Decimal:
        digits = int(max(min(places, Decimal(330)), Decimal(-330)))
        return settled(number).quantize(Decimal(1).scaleb(-digits, WIDE), mode, WIDE)

    return function
