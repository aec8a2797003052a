"""The compression of module sources and of the ``dir`` stream. Source: [MS-OVBA] 2.4.1.

A container is the byte 1 and then chunks; each chunk stands for 4096 bytes, the last one for what remains. In a chunk
every eight tokens follow a byte of flags: a clear bit is a literal byte, a set bit a copy of bytes of the same chunk.
"""

from __future__ import annotations

_SIGNATURE = 1
_CHUNK = 4096
_HEADER = 2  # bytes; they also count in the size that stands in the header
_COMPRESSED, _RAW = 0xB000, 0x3000  # flag and signature of a chunk's header
_SHORTEST_COPY = 3


def compress(data: bytes) -> bytes:
    """The container of ``data``, with the longest copies and among these the nearest.

    A chunk that would grow is stored raw. The format pads a raw chunk to 4096 bytes: where the last chunk is raw
    (3641 to 4095 bytes without repetitions, which no text has), zeros follow the data when they are read back.
    """
    return bytes((_SIGNATURE,)) + b"".join(_chunk(data[at : at + _CHUNK]) for at in range(0, len(data), _CHUNK))


def decompress(container: bytes) -> bytes:
    """What ``compress`` was given. Raises ValueError if the bytes are not a whole container."""
    if container[:1] != bytes((_SIGNATURE,)):
        raise ValueError("not a compressed VBA container: it does not begin with the byte 1")
    data = bytearray()
    at = 1
    while at < len(container):
        header = int.from_bytes(container[at : at + _HEADER], "little")
        end = at + (header & 0xFFF) + _SHORTEST_COPY
        if header & 0x7000 != _RAW or end > len(container):
            raise ValueError(f"a damaged VBA container: no chunk at byte {at}")
        body = container[at + _HEADER : end]
        data += _expanded(body) if header & 0x8000 else body
        at = end
    return bytes(data)


def _chunk(plain: bytes) -> bytes:
    body, kind = _tokens(plain), _COMPRESSED
    if len(body) > _CHUNK:
        body, kind = plain.ljust(_CHUNK, b"\0"), _RAW
    return (kind | len(body) + _HEADER - 3).to_bytes(_HEADER, "little") + body


def _tokens(plain: bytes) -> bytes:
    body = bytearray()
    at = 0
    while at < len(plain):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            back, length = _copy(plain, at)
            if length:
                flags |= 1 << bit
                tokens += (back - 1 << 16 - _offset_bits(at) | length - _SHORTEST_COPY).to_bytes(2, "little")
            else:
                tokens += plain[at : at + 1]
            at += length or 1
        body.append(flags)
        body += tokens
    return bytes(body)


def _copy(plain: bytes, at: int) -> tuple[int, int]:
    """How far back the longest copy of what follows begins and how many bytes it has; (0, 0) if none pays."""
    longest = min((0xFFFF >> _offset_bits(at)) + _SHORTEST_COPY, len(plain) - at)
    found, length = at, _SHORTEST_COPY - 1
    while length < longest:
        earlier = plain.rfind(plain[at : at + length + 1], 0, found + length)
        if earlier < 0:
            break
        found = earlier
        length += 1
        while length < longest and plain[found + length] == plain[at + length]:
            length += 1
    return (at - found, length) if found < at else (0, 0)


def _offset_bits(done: int) -> int:
    """How many of a copy token's 16 bits are the offset, when ``done`` bytes of the chunk are known."""
    return max((done - 1).bit_length(), 4)


def _expanded(body: bytes) -> bytes:
    plain = bytearray()
    at = 0
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(8):
            if at == len(body):
                break
            if flags >> bit & 1:
                _append_copy(plain, body[at : at + 2])
                at += 2
            else:
                plain.append(body[at])
                at += 1
    if len(plain) > _CHUNK:
        raise ValueError("a damaged VBA container: a chunk of more than 4096 bytes")
    return bytes(plain)


def _append_copy(plain: bytearray, token: bytes) -> None:
    bits = _offset_bits(len(plain))
    number = int.from_bytes(token, "little")
    back = (number >> 16 - bits) + 1
    length = (number & 0xFFFF >> bits) + _SHORTEST_COPY
    if len(token) < 2 or back > len(plain):
        raise ValueError("a damaged VBA container: a copy from before its chunk")
    source = bytes(plain[-back:])
    plain += (source * (length // back + 1))[:length]  # a copy may overlap itself
