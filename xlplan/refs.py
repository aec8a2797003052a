"""Cell addresses: column letters, ``D17``, ranges, and addresses on a named sheet."""

from xlplan.patterns import pattern

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_ADDRESS = pattern(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
COLUMNS: dict[str, int] = {}


def column_letters(column: int) -> str:
    """The letters of a column: 4 -> ``D``. Raises ValueError outside 1..16384."""
    if not 1 <= column <= MAX_COLUMN:
        raise ValueError(f"no column {column}")
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column: ``D`` or ``d`` -> 4. Raises ValueError when there is no such column."""
    known = COLUMNS.get(letters)
    if known is not None:
        return known
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            number = 0
            break
        number = number * 26 + ord(letter) - 64
        if number > MAX_COLUMN:
            break
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(f"no column {letters!r}")
    COLUMNS[letters] = number
    return number


def address(row: int, column: int) -> str:
    """The address of a cell: (17, 4) -> ``D17``. Raises ValueError outside the sheet."""
    if not 1 <= row <= MAX_ROW:
        raise ValueError(f"no row {row}")
    return f"{column_letters(column)}{row}"


def parse_address(text: str) -> tuple[int, int]:
    """Row and column of an address: ``D17``, ``$D$17`` or ``d17`` -> (17, 4). Raises ValueError."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError(f"no address {text!r}")
    row = int(match[2])
    if row > MAX_ROW:
        raise ValueError(f"no row {row}")
    return row, column_number(match[1])


def parse_range(text: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of ``A1:B2`` (or of one cell). Raises ValueError."""
    first, colon, last = text.partition(":")
    row1, column1 = parse_address(first)
    row2, column2 = parse_address(last) if colon else (row1, column1)
    return min(row1, row2), min(column1, column2), max(row1, row2), max(column1, column2)


def quote_sheet(sheet: str) -> str:
    """A sheet's name as formulas may always write it: ``Biểu chỉ tiêu`` -> ``'Biểu chỉ tiêu'``."""
    return "'" + sheet.replace("'", "''") + "'"


def qualify(sheet: str, reference: str) -> str:
    """An address or name on a sheet: ``'Biểu chỉ tiêu'!D9``. Always quoted, so that it is written one way."""
    return f"{quote_sheet(sheet)}!{reference}"
