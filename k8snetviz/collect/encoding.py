"""Bytes of any encoding that a terminal or PowerShell leaves behind -> UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Callable

Read = Callable[[int], bytes]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(head: bytes) -> str:
    """Return the codec that `head` calls for: by its mark, else by where its NULs are; ``utf-8`` when in doubt.

    Text of UTF-16 without a mark is told by ASCII characters whose other byte is NUL, all on one side.
    """
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    sample = head[:4096]
    even, odd = sample[0::2], sample[1::2]
    if len(sample) >= 4 and odd.count(0) > 0.7 * len(odd) and not even.count(0):
        return "utf-16-le"
    if len(sample) >= 4 and even.count(0) > 0.7 * len(even) and not odd.count(0):
        return "utf-16-be"
    return "utf-8"


def as_utf8(read: Read, codec: str) -> Read:
    """Return a reader of UTF-8 over `read`; a lone or cut surrogate becomes U+FFFD. UTF-8 itself passes untouched."""
    if codec == "utf-8":
        return read
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")

    def transcoded(size: int) -> bytes:
        while True:
            raw = read(size)
            text = decoder.decode(raw, final=not raw)
            if text or not raw:
                return text.encode("utf-8", "replace")

    return transcoded


def repaired(block: bytes) -> tuple[bytes, int | None]:
    """Return `block` as valid UTF-8 and the offset of the first byte that was not; None when all were.

    Costs next to nothing for ASCII. Bytes that are no UTF-8 become U+FFFD, so that one of them loses no object.
    """
    if block.isascii():
        return block, None
    try:
        block.decode()
    except UnicodeDecodeError as error:
        return block.decode("utf-8", "replace").encode(), error.start
    return block, None
