"""Vietnamese texts in VBA source: ASCII literals whose other letters are code points, ``"Ki\\u1EC3m tra"``.

VBA source is stored in a Windows code page that has no letter such as "ộ"; `XlplanDecode` in XlplanPython.bas puts
the letters together again.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.patterns import pattern

_PIECE = 700  # letters of one literal; VBA takes lines of at most 1,023
_ESCAPE = pattern(r"\\u[0-9A-F]{4}")


def escaped(text: str) -> str:
    """The text with every letter outside ASCII, and every backslash, as ``\\uXXXX`` (UTF-16 units)."""
    return "".join(letter if letter.isascii() and letter.isprintable() and letter != "\\" else _units(letter)
                   for letter in text)  # fmt: skip


def _units(letter: str) -> str:
    data = letter.encode("utf-16-be")
    return "".join(f"\\u{data[at]:02X}{data[at + 1]:02X}" for at in range(0, len(data), 2))


def literal(text: str) -> str:
    """A VBA expression that gives the text: ``XlplanDecode("…")``, over several lines where it is long."""
    pieces = [piece.replace('"', '""') for piece in _pieces(escaped(text))]
    joined = ' & _\n        "'.join(f'{piece}"' for piece in pieces)
    return f'XlplanDecode("{joined})'


def _pieces(text: str) -> Iterator[str]:
    """Parts of an escaped text that cut no escape in two."""
    at = 0
    while at < len(text) or at == 0:
        end = min(at + _PIECE, len(text))
        if end < len(text):
            for back in range(1, 6):
                if _ESCAPE.match(text, end - back):
                    end -= back
                    break
        yield text[at:end]
        at = end
        if not text:
            return
