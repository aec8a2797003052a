"""oletools' olevba, the independent reader of VBA projects; it greets its own libraries with warnings of their age."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oletools.olevba import VBA_Parser, decompress_stream  # type: ignore[import-untyped]


def decompressed(container: bytes) -> bytes:
    """What a compressed container stands for."""
    return bytes(decompress_stream(bytearray(container)))


def sources(name: str, data: bytes) -> dict[str, str]:
    """The text of every module stream in a ``vbaProject.bin`` or a workbook, by the name of the stream."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = VBA_Parser(name, data=data)
        try:
            return {stream.rpartition("/")[2]: code for _, stream, _, code in parser.extract_all_macros()}
        finally:
            parser.close()
