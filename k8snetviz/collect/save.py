"""Writes and reads ``.k8snet`` files, in pieces: memory follows the block, not the file."""

from __future__ import annotations

import hashlib
import itertools
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from k8snetviz import __version__
from k8snetviz.collect.kindspec import KindSpec
from k8snetviz.collect.pod_items import pod_items
from k8snetviz.collect.registry import specs
from k8snetviz.collect.snapshot_file import (
    FORMAT,
    MAGIC,
    MANIFEST,
    MIMETYPE,
    VERSION,
    Manifest,
    Member,
    SavedCoverage,
    SavedGap,
    SavedSource,
    Window,
)
from k8snetviz.collect.snapshot_reader import is_snapshot_file, read_snapshot_file
from k8snetviz.errors import UsageError
from k8snetviz.model.kinds import Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

__all__ = ["is_snapshot_file", "read_snapshot_file", "write_snapshot_file"]
_BLOCK = 500
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # equal snapshots make equal files
_READABLE = 0o644 << 16


def write_snapshot_file(store: ObjectStore, path: Path) -> None:
    """Write everything that `store` holds to `path`; a file of that name is replaced only by a whole new one."""
    store.finish()
    if not path.parent.is_dir():
        raise UsageError(f"cannot write {path}: there is no folder {path.parent}")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_entry(MIMETYPE, zipfile.ZIP_STORED), MAGIC)
            members = [_write_list(archive, specs()[kind], blocks, runs) for kind, blocks, runs in _lists(store)]
            archive.writestr(_entry(MANIFEST), msgspec.json.format(msgspec.json.encode(_manifest(store, members)), indent=1))
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _entry(name: str, packed: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type, entry.external_attr, entry.create_system = packed, _READABLE, 3
    return entry


def _lists(store: ObjectStore) -> Iterator[tuple[Kind, Iterator[Sequence[Any]], list[int]]]:
    """Yield kind, objects in blocks, and the number of the source of every object."""
    pods = store.finished_pods()
    if len(pods):
        yield Kind.POD, pod_items(pods), pods.numbers("source").tolist()
    for kind in sorted(store.kept):
        kept = store.kept[kind]
        blocks = (kept.objects[start : start + _BLOCK] for start in range(0, len(kept.objects), _BLOCK))
        yield kind, blocks, kept.sources


def _write_list(archive: zipfile.ZipFile, spec: KindSpec, blocks: Iterator[Sequence[Any]], sources: list[int]) -> Member:
    member = Member(spec.kind.value, spec.api_version, f"{spec.plural}.json", len(sources), 0, "")
    member.sources = [(source, len(list(run))) for source, run in itertools.groupby(sources)]
    encoder, digest, highest = msgspec.json.Encoder(), hashlib.sha256(), -1
    with archive.open(_entry(member.member), "w", force_zip64=True) as file:
        for piece, versions in _pieces(spec, blocks, encoder):
            file.write(piece)
            digest.update(piece)
            member.bytes += len(piece)
            highest = max([highest, *[int(version) for version in versions if version and version.isascii() and version.isdigit()]])
    member.sha256 = digest.hexdigest()
    member.resource_version = str(highest) if highest >= 0 else None
    return member


def _pieces(spec: KindSpec, blocks: Iterator[Sequence[Any]], encoder: msgspec.json.Encoder) -> Iterator[tuple[bytes, list[str | None]]]:
    """Yield the text of a List; every item stands on a line of its own."""
    head = f'{{"apiVersion":"{spec.api_version}","kind":"{spec.kind.value}List","metadata":{{}},"items":[\n'
    lead = head.encode()
    for block in blocks:
        yield lead + b",\n".join([encoder.encode(item) for item in block]), [item.metadata.resource_version for item in block]
        lead = b",\n"
    yield (b"" if lead == b",\n" else lead) + b"\n]}\n", []


def _manifest(store: ObjectStore, members: list[Member]) -> Manifest:
    hints = store.hints
    system = next((item.metadata.uid for item in store.objects(Kind.NAMESPACE) if item.metadata.name == "kube-system"), None)
    return Manifest(
        format=FORMAT,
        version=VERSION,
        toolkit_version=__version__,
        cluster=system or hints.get("cluster"),
        server_version=hints.get("server_version"),
        window=Window(hints.get("started"), hints.get("finished")),
        kinds=members,
        coverage=[SavedCoverage(kind.value, namespace, complete) for kind, namespace, complete in store.coverage.rows(store)],
        gaps=[SavedGap(gap.reason.value, gap.detail, gap.kind, gap.namespace, gap.source) for gap in store.all_gaps()],
        sources=[SavedSource(s.name, s.layout, s.format, s.objects, s.duplicates, s.bytes) for s in store.sources],
    )
