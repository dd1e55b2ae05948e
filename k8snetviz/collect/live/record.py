"""A live cluster -> a ``.k8snet`` file, page by page: memory follows the page, not the cluster."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from k8snetviz.collect.live.collection import PAGE, Bounds, Cluster, ask
from k8snetviz.collect.live.gather import Told
from k8snetviz.collect.live.record_sink import FileSink
from k8snetviz.collect.pauses import no_collection
from k8snetviz.collect.snapshot_file import Manifest
from k8snetviz.collect.snapshot_writer import new_snapshot_file


class Recorded(NamedTuple):
    """A file that was written, and what it says of itself."""

    path: Path
    name: str  # of the context
    manifest: Manifest


def record(path: str | Path, cluster: Cluster = Cluster(), *, page_size: int = PAGE, progress: Told | bool = True) -> Recorded:  # noqa: B008 - immutable
    """Write what `cluster` holds to `path`: the file that ``collect(...).save(path)`` writes, without holding all of it.

    One kind is read after the other, the next page while the last one is written. Objects stand in the order of the server.
    A fault or an interrupt leaves neither half a file nor a temporary one.

    Raises
    ------
    UsageError : `path` cannot be written, or there is no such context.
    ClusterError : the server cannot be reached, or refused everything.
    """
    with new_snapshot_file(Path(path)) as writer, no_collection():
        sink = FileSink(writer)
        name = ask(cluster, sink, Bounds(page_size, at_once=1, ahead=1, one_kind=True), progress)
        manifest = sink.manifest()
        writer.manifest(manifest)
    return Recorded(Path(path), name, manifest)
