"""Reads ``.k8snet`` files back into a store: what was saved, and what was known of it."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from k8snetviz import __version__
from k8snetviz.collect.batches import Batch, Gap, Limits
from k8snetviz.collect.snapshot_file import FORMAT, MAGIC, MAGIC_AT, MANIFEST, VERSION, Manifest, ManifestHead, Member, config_hint
from k8snetviz.errors import LimitError, SnapshotError
from k8snetviz.model.kinds import GapReason, Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_BLOCK = 1 << 20
HEAD = 128  # bytes that is_snapshot_file needs
_LARGEST_MANIFEST = 256 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)


def is_snapshot_file(head: bytes) -> bool:
    """Tell from its first bytes whether a file was written as ``.k8snet``; a cut one still is."""
    return head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC


def read_snapshot_file(file: Path | IO[bytes], store: ObjectStore, limits: Limits | None = None, *, name: str | None = None) -> None:
    """Read a ``.k8snet`` file (a path, or an open file that can seek) into `store`.

    Raises
    ------
    SnapshotError : it is cut or changed (the member is named), or of a newer format.
    LimitError : a member is larger than `limits` allow.
    """
    shown = name or (str(file) if isinstance(file, Path) else "the snapshot")
    try:
        with zipfile.ZipFile(file) as archive:
            _SnapshotReader(archive, shown, store, limits or Limits()).read()
    except zipfile.BadZipFile as error:
        raise SnapshotError(f"wanted a whole .k8snet file, but {shown} is cut off or changed: {error}") from error


class _SnapshotReader:
    def __init__(self, archive: zipfile.ZipFile, name: str, store: ObjectStore, limits: Limits) -> None:
        self._archive, self._name, self._store, self._limits = archive, name, store, limits
        self._first = len(store.sources)  # numbers of the file's sources begin here

    def read(self) -> None:
        manifest = self._manifest()
        store = self._store
        for saved in manifest.sources:
            store.source(saved.source, saved.layout, saved.format)
        if not manifest.sources:
            store.source(self._name, "k8snet", "json")
        for member in manifest.kinds:
            self._list(member)
        for source, saved in zip(store.sources[self._first :], manifest.sources, strict=False):
            source.objects, source.duplicates, source.bytes = saved.objects, saved.duplicates, saved.bytes
        if manifest.concluded:
            store.restored_sources += len(store.sources) - self._first
        try:
            self._known(manifest)
        except ValueError as error:
            raise self._wrong(MANIFEST, str(error)) from error

    def _known(self, manifest: Manifest) -> None:
        store = self._store
        for gap in manifest.gaps:
            store.gap(Gap(GapReason(gap.reason), gap.detail, gap.kind, gap.namespace, gap.source))
        store.coverage.told += [(Kind(row.kind), row.namespace, row.complete) for row in manifest.coverage]
        told = {
            "cluster": manifest.cluster,
            "server_version": manifest.server_version,
            "started": manifest.window.started,
            "finished": manifest.window.finished,
            "toolkit_version": manifest.toolkit_version,
            "cluster_config": config_hint(manifest.cluster_config) if manifest.cluster_config is not None else None,
        }
        for hint, value in told.items():
            if value is not None:
                store.hint(hint, value)

    def _manifest(self) -> Manifest:
        text = b"".join(self._stream(MANIFEST, _LARGEST_MANIFEST))
        try:
            head = msgspec.json.decode(text, type=ManifestHead)
            if head.format != FORMAT:
                raise SnapshotError(f"wanted a .k8snet file, but {MANIFEST} of {self._name} names the format {head.format!r}")
            if head.version > VERSION:
                raise SnapshotError(
                    f"{self._name} has format version {head.version}, written by k8snetviz {head.toolkit_version}; "
                    f"k8snetviz {__version__} reads up to version {VERSION}: install a newer one"
                )
            manifest = msgspec.json.decode(text, type=Manifest)
        except msgspec.DecodeError as error:
            raise self._wrong(MANIFEST, str(error)) from error
        for member in manifest.kinds:
            places = [source for source, _ in member.sources]
            told = all(0 <= place < max(len(manifest.sources), 1) for place in places) and all(count > 0 for _, count in member.sources)
            if not told or sum(count for _, count in member.sources) != member.count:
                raise self._wrong(MANIFEST, f"its sources of {member.member} do not add up")
        return manifest

    def _list(self, member: Member) -> None:
        kind = Kind(member.kind) if member.kind in Kind.__members__.values() else None
        before = self._store.count_read(kind)
        digest, size = hashlib.sha256(), 0
        for block in self._blocks(member.member):
            self._take(member, block, first=not size)
            digest.update(block)
            size += len(block)
        if digest.hexdigest() != member.sha256 or size != member.bytes:
            raise self._wrong(member.member, "its content is not what the manifest says")
        if kind is not None and self._store.count_read(kind) - before == member.count:
            self._store.set_sources(kind, [self._first + source for source, count in member.sources for _ in range(count)])

    def _take(self, member: Member, block: bytes, *, first: bool) -> None:
        """Take the items of whole lines; the first and the last line of a List hold none."""
        start = block.find(b"\n") + 1 if first else 0
        last = block.endswith(b"\n]}\n") or block == b"]}\n"
        items = block[start : len(block) - 3 if last else len(block)].strip(b",\n")
        if items and not self._store.add(Batch(b"[" + items + b"]", self._first, member.kind, member.api_version, listed=False)):
            raise self._wrong(member.member, "it does not hold objects, one a line")

    def _blocks(self, member: str) -> Iterator[bytes]:
        """Yield pieces of a member that end with a line."""
        rest = b""
        for piece in self._stream(member, self._limits.member_bytes):
            data = rest + piece
            cut = data.rfind(b"\n") + 1
            if cut:
                yield data[:cut]
            rest = data[cut:]
        if rest:
            yield rest

    def _stream(self, member: str, limit: int) -> Iterator[bytes]:
        size = 0
        try:
            with self._archive.open(member) as file:
                while piece := file.read(_BLOCK):
                    size += len(piece)
                    if size > limit:
                        raise LimitError(f"{member} of {self._name} holds more than {limit} bytes; Limits(member_bytes=...) raises this")
                    yield piece
        except _DAMAGE as error:
            raise self._wrong(member, str(error)) from error

    def _wrong(self, member: str, why: str) -> SnapshotError:
        return SnapshotError(f"wanted a whole .k8snet file, but {member} of {self._name} is missing, cut off or changed: {why}")
