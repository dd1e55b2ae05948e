"""Bounded streams: bytes of a file or member, decompressed, counted against the limits, never held whole."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.inflate import GarbageError, Inflater
from k8snetviz.errors import InputError, LimitError

Read = Callable[[int], bytes]

_FREE = 64 << 20  # the ratio is looked at past this many bytes
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_MAGIC = ((b"\x1f\x8b", "gzip"), (_ZSTD_MAGIC, "zstd"), (b"\xfd7zXZ\x00", "xz"))
_FAULTS: tuple[type[Exception], ...] = (
    EOFError,
    OSError,  # also of bz2, and of what vanishes while it is read
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    RuntimeError,  # zipfile: encrypted
    NotImplementedError,  # zipfile: method
    ValueError,
)


class Budget:
    """Counts what one input costs, and refuses beyond the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._members = 0
        self._total = 0

    def member(self, name: str) -> None:
        """Count a member."""
        self._members += 1
        if self._members > self.limits.members:
            raise over("members", f"{self.limits.members} files or members", f"more, up to {name}")

    def spend(self, size: int, name: str) -> None:
        """Count bytes."""
        self._total += size
        if self._total > self.limits.total_bytes:
            raise over("total_bytes", f"{self.limits.total_bytes} bytes after decompression", f"more, up to {name}")


def over(option: str, bound: str, found: str) -> LimitError:
    """Return the error of a limit that was met."""
    return LimitError(f"wanted at most {bound}, found {found}; raise it with limits=Limits({option}=...) if you trust the input")


class Stream:
    """Bytes that are read once, in order. A fault ends them early and stands in `fault`; limits raise."""

    def __init__(self, read: Read, name: str, budget: Budget, *, counted: bool = True, packed: Callable[[], int] | None = None) -> None:
        self._read = read
        self.budget = budget
        self._counted = counted
        self._packed = packed
        self._peeked = b""
        self.name = name
        self.size = 0
        self.fault = ""
        self.cut = False  # the fault came before the end, not behind it

    def peek(self, size: int) -> bytes:
        """Return the first `size` bytes without using them up."""
        while len(self._peeked) < size:
            part = self._next(size - len(self._peeked))
            if not part:
                break
            self._peeked += part
        return self._peeked[:size]

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes; all of them when it is negative."""
        if size < 0:
            return b"".join(iter(lambda: self.read(1 << 20), b""))
        if self._peeked:
            part, self._peeked = self._peeked[:size], self._peeked[size:]
            return part
        return self._next(size)

    def _next(self, size: int) -> bytes:
        if self.fault or size == 0:
            return b""
        try:
            part = self._read(size)
        except LimitError:
            raise
        except _FAULTS as error:
            self.fault = str(error) or type(error).__name__
            self.cut = not isinstance(error, GarbageError)
            return b""
        except Exception as error:  # zstandard raises a type of its own, which may not be there
            if type(error).__name__ != "ZstdError":
                raise
            self.fault, self.cut = str(error), True
            return b""
        self.size += len(part)
        self._check()
        if self._counted:
            self.budget.spend(len(part), self.name)
        return part

    def _check(self) -> None:
        limits = self.budget.limits
        if self.size > limits.member_bytes:
            raise over("member_bytes", f"{limits.member_bytes} bytes in one file or member", f"more in {self.name}")
        if self._packed is not None and self.size > _FREE and self.size > limits.ratio * max(1, self._packed()):
            raise over("ratio", f"{limits.ratio} bytes out of one compressed byte", f"more in {self.name}")


def compression_of(head: bytes) -> str | None:
    """Return the compression that `head` shows by its magic bytes."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:3] == b"BZh" and head[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return "bz2"
    return None


def decompressed(stream: Stream, compression: str, budget: Budget, name: str) -> Stream:
    """Return the stream of what `stream` holds compressed."""
    try:
        read = Inflater(stream.read, compression).read
    except ImportError as error:
        raise InputError(
            f"wanted to read {stream.name}, which is compressed with zstd, found no package zstandard; pip install 'k8snetviz[zstd]'"
        ) from error
    return Stream(read, name, budget, packed=lambda: stream.size)
