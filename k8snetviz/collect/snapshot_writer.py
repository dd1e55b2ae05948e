"""The one writer of ``.k8snet`` files: Lists piece by piece into a zip that gets its name only when it is whole."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from k8snetviz.collect.kindspec import KindSpec
from k8snetviz.collect.snapshot_file import MAGIC, MANIFEST, MIMETYPE, Manifest, Member
from k8snetviz.errors import UsageError

_READABLE = 0o644 << 16
_PACKED = 2  # level of deflate: a third of the CPU of the usual 6, for files a quarter larger


class SnapshotWriter:
    """Writes Lists one after the other; `list` begins the next one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._open: ListWriter | None = None
        self.members: list[Member] = []
        archive.writestr(_entry(MIMETYPE, zipfile.ZIP_STORED), MAGIC)

    def list(self, spec: KindSpec) -> ListWriter:
        """Return the List of `spec` to write to; the one before it ends."""
        if self._open is None or self._open.spec is not spec:
            self.end()
            self._open = ListWriter(self._archive, spec)
        return self._open

    def end(self) -> None:
        """End the List that is being written."""
        if self._open is not None:
            ended, self._open = self._open, None
            self.members.append(ended.end())

    def drop(self) -> None:
        """Let go of the List that is being written: the file will not be kept."""
        if self._open is not None:
            self._open.drop()

    def manifest(self, manifest: Manifest) -> None:
        """Write what the whole is."""
        self._archive.writestr(_entry(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=1))


class ListWriter:
    """One List on its way into the file; every item stands on a line of its own."""

    def __init__(self, archive: zipfile.ZipFile, spec: KindSpec) -> None:
        self.spec = spec
        self._member = Member(spec.kind.value, spec.api_version, f"{spec.plural}.json", 0, 0, "")
        self._encoder, self._digest, self._highest = msgspec.json.Encoder(), hashlib.sha256(), -1
        self._archive = archive
        self._file = archive.open(self._member.member, "w", force_zip64=True)  # by name: then the level of the archive counts
        self._lead = f'{{"apiVersion":"{spec.api_version}","kind":"{spec.kind.value}List","metadata":{{}},"items":[\n'.encode()

    def add(self, items: Sequence[Any], runs: Sequence[tuple[int, int]]) -> None:
        """Append `items`; `runs` tell the number of their source and how many came from it."""
        self._write(self._lead + self._encoder.encode_lines(items)[:-1].replace(b"\n", b",\n"))  # no line ends inside: JSON escapes them
        self._lead = b",\n"
        versions = (item.metadata.resource_version for item in items)
        self._highest = max([self._highest, *[int(each) for each in versions if each and each.isascii() and each.isdigit()]])
        self._member.count += len(items)
        told = self._member.sources
        for source, count in runs:
            if told and told[-1][0] == source:
                told[-1] = source, told[-1][1] + count
            else:
                told.append((source, count))

    def end(self) -> Member:
        """Write the end of the List and return what the manifest tells of it."""
        self._write((b"" if self._lead == b",\n" else self._lead) + b"\n]}\n")
        self._file.close()
        _as_everywhere(self._archive.getinfo(self._member.member))
        self._member.sha256 = self._digest.hexdigest()
        self._member.resource_version = str(self._highest) if self._highest >= 0 else None
        return self._member

    def drop(self) -> None:
        """Stop in the middle."""
        self._file.close()

    def _write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._digest.update(piece)
        self._member.bytes += len(piece)


@contextmanager
def new_snapshot_file(path: Path) -> Iterator[SnapshotWriter]:
    """Yield the writer of a file that becomes `path` at the end; a fault or an interrupt leaves nothing, and an older `path` as it is.

    Raises UsageError where `path` cannot be written.
    """
    if not path.parent.is_dir():
        raise UsageError(f"cannot write {path}: there is no folder {path.parent}")
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED, compresslevel=_PACKED) as archive:
            writer = SnapshotWriter(archive)
            try:
                yield writer
            except BaseException:
                writer.drop()
                raise
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _entry(name: str, packed: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # of 1980: equal snapshots make equal files
    entry.compress_type = packed
    return _as_everywhere(entry)


def _as_everywhere(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Give `entry` what would depend on the machine."""
    entry.external_attr, entry.create_system = _READABLE, 3
    return entry
