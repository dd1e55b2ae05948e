"""Files, directories, archives and stdin -> members, one after another; nothing is extracted, names are labels.

What a member is, is told by its first bytes, never by its name. Archives are read as streams; only a zip that
itself comes as a stream is spooled (in memory, past 64 MiB in a nameless temporary file), since its directory is at its end.
"""

from __future__ import annotations

import io
import os
import stat
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.snapshot_reader import is_snapshot_file
from k8snetviz.collect.streams import Budget, Read, Stream, compression_of, decompressed, over
from k8snetviz.errors import InputError

HEAD = 64 << 10  # bytes of a member that are looked at to tell what it is
_TAIL = 64 << 10
_SPOOLED = 64 << 20
_HEADER = 1 << 20  # a tar header longer than this (names, pax records) is hostile
_ENDS = 4  # how often tarfile may ask for more where there is none
_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zstd", ".tgz")
_PASSED = frozenset({".git", "__MACOSX", ".venv", "node_modules", "__pycache__"})


Given = str | Path | bytes  # path, "-" for stdin, or what a file would hold


@dataclass
class Member:
    """A file or archive member, to be read before the next one is asked for."""

    name: str  # label: path below the input, `outer!inner` inside archives
    path: str  # what layouts look at: with the folders above it, inside an archive only those of the archive
    stream: Stream
    head: bytes
    tail: bytes = b""  # last bytes, of a plain file only
    alone: bool = False  # the input is this member
    snapshot: Any = None  # a `.k8snet` file: path or seekable stream
    fault: str = ""  # an archive that cannot be read to its end, told by a member of its own


def walk(given: Given, limits: Limits) -> Iterator[Member]:
    """Yield the members of one input in a fixed order: directories by name, archives as they are packed.

    Raises
    ------
    InputError : the path is not there or may not be read.
    LimitError : the input is larger than `limits` allow.
    """
    budget = Budget(limits)
    if isinstance(given, bytes):
        yield from _expand(Stream(io.BytesIO(given).read, "bytes", budget), "bytes", "bytes", None, 0, alone=True)
        return
    if str(given) == "-":
        yield from _expand(Stream(_stdin(), "stdin", budget), "stdin", "stdin", None, 0, alone=True)
        return
    path = Path(given)
    try:
        directory = path.is_dir()
        if not directory and not path.exists():
            raise InputError(f"wanted to read {path}, found no such file or directory")
    except OSError as error:
        raise InputError(f"wanted to read {path}: {error.strerror or error}") from error
    if not directory:
        yield from _file(path, path.name, path.name, budget, alone=True)
        return
    root = path.resolve()
    for found in _files(root):
        label = found.relative_to(root).as_posix()
        yield from _file(found, label, found.as_posix(), budget)


def _stdin() -> Read:
    source: Any = sys.stdin.buffer
    read: Read = getattr(source, "read1", source.read)
    return read


def _files(root: Path) -> Iterator[Path]:
    """Yield the regular files below `root`, sorted; links, devices and pipes are passed."""
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _PASSED)
        for name in sorted(names):
            path = Path(folder, name)
            try:
                regular = stat.S_ISREG(path.lstat().st_mode)
            except OSError:
                continue
            if regular:
                yield path


def _file(path: Path, label: str, place: str, budget: Budget, *, alone: bool = False) -> Iterator[Member]:
    try:
        with path.open("rb", buffering=0) as opened:
            stream = Stream(opened.read, label, budget)
            for member in _expand(stream, label, place, path, 0, alone=alone):
                if member.stream is stream and (size := os.fstat(opened.fileno()).st_size) > _TAIL:
                    member.tail = os.pread(opened.fileno(), _TAIL, size - _TAIL) if hasattr(os, "pread") else b""
                yield member
    except OSError as error:
        if alone:
            raise InputError(f"wanted to read {path}: {error.strerror or error}") from error
        empty = Stream(lambda _: b"", label, budget)
        yield Member(label, place, empty, b"", fault=error.strerror or str(error))


def _expand(stream: Stream, label: str, place: str, path: Path | None, depth: int, *, alone: bool = False) -> Iterator[Member]:
    """Yield `stream`, or the members of the archive that it is."""
    budget = stream.budget
    budget.member(label)
    head = stream.peek(HEAD)
    layers = 0
    while (compression := compression_of(head)) is not None:
        layers += 1
        _deep(depth + layers - 1, label, budget)
        place = place[: -len(_suffix(place))] if _suffix(place) else place
        stream, path = decompressed(stream, compression, budget, label), None
        head = stream.peek(HEAD)
    if is_snapshot_file(head):
        yield from _saved(stream, label, path, alone=alone)
    elif head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        _deep(depth, label, budget)
        yield from _zip(stream, label, path, depth)
    elif _is_tar(head):
        _deep(depth, label, budget)
        yield from _tar(stream, label, depth)
    else:
        yield Member(label, place, stream, head, alone=alone, fault=stream.fault)


def _deep(depth: int, label: str, budget: Budget) -> None:
    if depth >= budget.limits.nesting:
        raise over("nesting", f"{budget.limits.nesting} archives inside each other", f"more in {label}")


def _suffix(name: str) -> str:
    return next((suffix for suffix in _SUFFIXES if name.lower().endswith(suffix)), "")


def _is_tar(head: bytes) -> bool:
    if len(head) < 512:
        return False
    if head[257:262] == b"ustar":
        return True
    try:
        return head[0] != 0 and tarfile.TarInfo.frombuf(head[:512], "utf-8", "replace").chksum > 0 and head[156:157] in b"\x0001235"
    except tarfile.TarError:
        return False


class _Header(tarfile.TarInfo):
    """A tar header that refuses to read endless names."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in b"LKxgXN" and self.size > _HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(tar)  # type: ignore[misc, no-any-return]  # not in the stubs

    @classmethod
    def fromtarfile(cls, tar: tarfile.TarFile) -> Self:
        """Return the next header; tarfile takes one that is cut or damaged for the end of the archive, this does not."""
        try:
            return super().fromtarfile(tar)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # not in the stubs
            raise
        except tarfile.HeaderError as error:
            if tar.offset == 0:
                raise
            raise tarfile.ReadError(f"{error or 'no end mark'} at byte {tar.offset}") from error


class _Source:
    """What tarfile reads from: skipping to what a header promises ends where the data does."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ends = 0

    def read(self, size: int) -> bytes:
        part = self._stream.read(size)
        self._ends += not part
        if self._ends > _ENDS:
            raise tarfile.ReadError("unexpected end of data")
        return part


def _body(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Read:
    """Return a reader of a member; one that is cut gives what it holds before it raises, which tarfile's own does not."""
    source: Any = archive.fileobj
    left = info.size

    def read(wanted: int) -> bytes:
        nonlocal left
        part: bytes = source.read(min(wanted, left)) if left else b""
        if left and not part:
            raise EOFError("unexpected end of data")
        left -= len(part)
        return part

    return read


def _tar(stream: Stream, label: str, depth: int) -> Iterator[Member]:
    fault = ""
    source: Any = _Source(stream)
    try:
        with tarfile.open(fileobj=source, mode="r|", tarinfo=_Header, errorlevel=2) as archive:
            for info in archive:
                if not info.isreg() or info.issparse():
                    continue
                inner = _label(info.name)
                member = Stream(_body(archive, info), f"{label}!{inner}", stream.budget, counted=False)
                yield from _expand(member, f"{label}!{inner}", inner, None, depth + 1)
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError) as error:
        fault = str(error) or type(error).__name__
    fault = stream.fault or fault
    if fault:
        yield Member(label, label, Stream(lambda _: b"", label, stream.budget), b"", fault=fault)


def _saved(stream: Stream, label: str, path: Path | None, *, alone: bool) -> Iterator[Member]:
    """Yield a snapshot file of ours, whole or cut."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
        if path is None:
            while part := stream.read(1 << 20):
                spool.write(part)
        yield Member(label, label, Stream(lambda _: b"", label, stream.budget), b"", alone=alone, snapshot=path or spool)


def _zip(stream: Stream, label: str, path: Path | None, depth: int) -> Iterator[Member]:
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
        source: Any = path
        if path is None:
            while part := stream.read(1 << 20):
                spool.write(part)
            source = spool
        yield from _zip_members(source, stream, label, depth)


def _zip_members(source: Path | IO[bytes], stream: Stream, label: str, depth: int) -> Iterator[Member]:
    empty = Stream(lambda _: b"", label, stream.budget)
    try:
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                mode = info.external_attr >> 16
                if info.filename.endswith("/") or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
                    continue
                inner = _label(info.filename)
                yield from _zip_member(archive, info, Stream(lambda _: b"", f"{label}!{inner}", stream.budget), inner, depth)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        yield Member(label, label, empty, b"", fault=stream.fault or str(error))


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, empty: Stream, inner: str, depth: int) -> Iterator[Member]:
    try:
        opened = archive.open(info)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        yield Member(empty.name, inner, empty, b"", fault=str(error))
        return
    with opened:
        source: Any = opened  # read1 gives what comes before a fault
        member = Stream(source.read1, empty.name, empty.budget, packed=lambda: info.compress_size)
        yield from _expand(member, empty.name, inner, None, depth + 1)


def _label(name: str) -> str:
    """Return a member's name as a label: slashes, no leading ``./``, nothing that a terminal would act on."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    return "".join(char if char.isprintable() else "\ufffd" for char in "/".join(parts)) or "unnamed"
