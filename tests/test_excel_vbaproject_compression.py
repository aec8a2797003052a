"""The compression of VBA sources: Microsoft's examples, round trips, and an independent decompressor."""

from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from olevba import decompressed

from xlplan.excel.vbaproject.compression import compress, decompress

WORDS = ("Function ", "End Sub\r\n", "    ", "ByVal cell As Range", "If ", " Then\r\n", "\t' ghi chu\r\n", "x")
TEXT = st.lists(st.sampled_from(WORDS), max_size=1500).map(lambda words: "".join(words).encode())
BORDERS = st.sampled_from((0, 1, 2, 3, 16, 17, 32, 33, 4094, 4095, 4096, 4097, 4099, 8191, 8192, 8193, 12288))


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes of which no three in a row come twice."""
    chosen = random.Random(seed)
    made, seen = bytearray(b"\0\1"), set()
    while len(made) < size:
        byte = chosen.randrange(256)
        if (three := (made[-2], made[-1], byte)) not in seen:
            seen.add(three)
            made.append(byte)
    return bytes(made)


@pytest.mark.parametrize(
    ("plain", "container"),
    [
        (b"abcdefghijklmnopqrstuv.", "0119B000616263646566676800696A6B6C6D6E6F70007172737475762E"),
        (b"a" * 73, "0103B002614500"),
    ],
    ids=["no compression", "maximum compression"],
)
def test_the_examples_of_the_specification_are_met_byte_for_byte(plain: bytes, container: str) -> None:
    assert compress(plain).hex().upper() == container
    assert decompress(bytes.fromhex(container)) == plain


def test_the_example_with_a_choice_among_copies_is_read_and_written_in_the_same_size() -> None:
    plain = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    container = bytes.fromhex(
        "012FB000236161616263646582660070616768696A013808616B6C00306D6E6F700671027004107273747576107778797A003C"
    )
    assert decompress(container) == plain == decompress(compress(plain))
    assert len(compress(plain)) == len(container)


@settings(deadline=None)
@given(TEXT)
def test_text_comes_back_and_others_read_it_too(plain: bytes) -> None:
    container = compress(plain)
    assert decompress(container) == plain
    assert decompressed(container) == plain


@settings(deadline=None)
@given(st.binary(max_size=400), BORDERS)
@example(b"a", 4096)
@example(b"ab", 4097)
def test_repeated_bytes_come_back_at_the_borders_of_chunks(pattern: bytes, size: int) -> None:
    plain = (pattern * (size // max(len(pattern), 1) + 1))[:size]
    assert decompress(compress(plain)) == plain


@settings(deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_come_back(plain: bytes) -> None:
    assert decompress(compress(plain)) == plain


def test_copies_do_not_reach_back_into_the_chunk_before() -> None:
    phrase = noise(200)
    plain = noise(3896, seed=2) + phrase + phrase  # the second one begins a chunk
    assert decompress(compress(plain)) == plain
    assert len(compress(plain)) > 4096 + 200


def test_chunks_that_do_not_shrink_are_stored_raw() -> None:
    plain = noise(2 * 4096)
    container = compress(plain)
    assert container == b"\1" + b"\xff\x3f" + plain[:4096] + b"\xff\x3f" + plain[4096:]
    assert decompress(container) == plain


@pytest.mark.parametrize("size", [3640, 3641, 4095])
def test_a_raw_chunk_at_the_end_is_filled_with_zeros_as_the_format_wants(size: int) -> None:
    plain = noise(size)
    assert decompress(compress(plain)) == (plain if size == 3640 else plain.ljust(4096, b"\0"))


def test_a_long_module_takes_well_under_a_second() -> None:
    chosen = random.Random(3)
    plain = "".join(chosen.choice(WORDS) + str(chosen.randrange(900)) for _ in range(9000)).encode()[:60_000]
    start = time.process_time()
    container = compress(plain)
    assert time.process_time() - start < 1
    assert len(container) < len(plain) / 2


@pytest.mark.parametrize(
    "container",
    [b"", b"\0", b"\1\0", b"\1\0\0\0", b"\1\x03\xb0\x02a", b"\1\x03\xb0\x01\x00\x00\x00", b"\1\x02\xb0\x02a\x45"],
    ids=["empty", "no sign", "half a header", "no chunk", "cut off", "copy of nothing", "half a token"],
)
def test_what_is_no_container_is_refused(container: bytes) -> None:
    with pytest.raises(ValueError, match="container"):
        decompress(container)


@given(st.binary(max_size=300))
def test_damage_is_refused_or_read_but_never_ends_in_another_error(noise: bytes) -> None:
    with contextlib.suppress(ValueError):
        decompress(b"\1" + noise)


def test_a_chunk_may_not_stand_for_more_than_4096_bytes() -> None:
    with pytest.raises(ValueError, match="4096"):
        decompress(b"\1\x03\xb0\x02a\xff\x0f")
