"""Compressed bytes -> what they hold, up to the last byte before a cut or damage.

The file objects of the standard library lose what they have decompressed when the next bytes are missing or damaged: of a
small file that is everything.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

Read = Callable[[int], bytes]
_CHUNK = 64 << 10


class _Engine(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Gzip:
    """One member of a gzip file, as an engine like those of bz2 and lzma."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(wbits=31)
        self._fault: zlib.error | None = None
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        if self._fault is not None:
            raise self._fault
        data = self._engine.unconsumed_tail + data
        before = self._engine.copy()
        try:
            found = self._engine.decompress(data, max_length)
        except zlib.error as error:
            found = _until_damage(before, data)
            if not found:
                raise
            self._fault = error
            self.needs_input = False
            return found
        self.needs_input = not self._engine.unconsumed_tail and len(found) < max_length
        return found


def _until_damage(engine: zlib._Decompress, data: bytes) -> bytes:
    """Return what `data` holds before the place where it is damaged."""
    found = bytearray()
    with suppress(zlib.error):
        for byte in data:
            found += engine.decompress(bytes((byte,)))
    return bytes(found)


class _Zstd:
    """One frame of zstd. It knows no bound of what it returns, so that it is given little at a time."""

    needs_input = True

    def __init__(self) -> None:
        import zstandard

        self._engine = zstandard.ZstdDecompressor().decompressobj()

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    def decompress(self, data: bytes, _: int, /) -> bytes:
        return self._engine.decompress(data)


class GarbageError(OSError):
    """What was compressed is whole; what follows it is something else."""


_ENGINES: dict[str, tuple[Callable[[], _Engine], bytes, int]] = {
    # what reads a member, how the next one begins, bytes that are read at a time
    "gzip": (_Gzip, b"\x1f\x8b", _CHUNK),
    "bz2": (bz2.BZ2Decompressor, b"BZh", _CHUNK),
    "xz": (lzma.LZMADecompressor, b"\xfd7zXZ\x00", _CHUNK),
    "zstd": (_Zstd, b"\x28\xb5\x2f\xfd", 4 << 10),
}


class Inflater:
    """Reads the members of a compressed file, one after another. Raises what is wrong after all that is right was read."""

    def __init__(self, source: Read, compression: str) -> None:
        self._source = source
        self._name = compression
        self._begin, self._magic, self._chunk = _ENGINES[compression]
        self._engine = self._begin()
        self._garbage = False

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes or a few more; empty at the end."""
        while not self._engine.eof:
            data = self._source(self._chunk) if self._engine.needs_input else b""
            if self._engine.needs_input and not data:
                raise EOFError("Compressed file ended before the end-of-stream marker was reached")
            found = self._engine.decompress(data, size)
            if self._engine.eof:
                self._next()
            if found:
                return found
        if self._garbage:
            raise GarbageError(f"what follows the end of its {self._name} data is none")
        return b""

    def _next(self) -> None:
        """Go on to the member that follows, if one does."""
        rest = self._engine.unused_data.lstrip(b"\0")
        while len(rest) < len(self._magic) and (more := self._source(self._chunk)):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return
        self._garbage = not rest.startswith(self._magic)
        if not self._garbage:
            self._engine = self._begin()
            self._source = _preceded(rest, self._source)


def _preceded(head: bytes, source: Read) -> Read:
    parts = [head]
    return lambda size: parts.pop() if parts else source(size)
