"""Writes and reads ``.k8snet`` files, in pieces: memory follows the block, not the file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k8snetviz import __version__
from k8snetviz.collect.pod_items import pod_items
from k8snetviz.collect.registry import specs
from k8snetviz.collect.snapshot_file import (
    FORMAT,
    VERSION,
    Manifest,
    Member,
    SavedCoverage,
    SavedGap,
    SavedSource,
    Window,
    config_of,
)
from k8snetviz.collect.snapshot_reader import is_snapshot_file, read_snapshot_file
from k8snetviz.collect.snapshot_writer import new_snapshot_file
from k8snetviz.model.kinds import Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

__all__ = ["is_snapshot_file", "read_snapshot_file", "write_snapshot_file"]
_BLOCK = 500


def write_snapshot_file(store: ObjectStore, path: Path) -> None:
    """Write everything that `store` holds to `path`; a file of that name is replaced only by a whole new one."""
    store.finish()
    with new_snapshot_file(path) as writer:
        for kind, blocks, sources in _lists(store):
            written, at = writer.list(specs()[kind]), 0
            for block in blocks:
                part = sources[at : at + len(block)]
                written.add(block, [(source, len(list(run))) for source, run in itertools.groupby(part)])
                at += len(block)
        writer.end()
        writer.manifest(_manifest(store, writer.members))


def _lists(store: ObjectStore) -> Iterator[tuple[Kind, Iterator[Sequence[Any]], list[int]]]:
    """Yield kind, objects in blocks, and the number of the source of every object."""
    pods = store.finished_pods()
    if len(pods):
        yield Kind.POD, pod_items(pods), pods.numbers("source").tolist()
    for kind in sorted(store.kept):
        kept = store.kept[kind]
        blocks = (kept.objects[start : start + _BLOCK] for start in range(0, len(kept.objects), _BLOCK))
        yield kind, blocks, kept.sources


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
        cluster_config=config_of(hints),
        sources=[SavedSource(s.name, s.layout, s.format, s.objects, s.duplicates, s.bytes) for s in store.sources],
    )
