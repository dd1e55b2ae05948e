"""A live cluster -> a ``.k8snet`` file, page by page: memory follows the page, not the cluster."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, overload

from k8snetviz.collect.live.collection import PAGE, Bounds, Cluster, ask
from k8snetviz.collect.live.gather import Told
from k8snetviz.collect.live.record_sink import FileSink
from k8snetviz.collect.snapshot_file import Manifest
from k8snetviz.collect.snapshot_writer import new_snapshot_file
from k8snetviz.model.pauses import no_collection


class Recorded(NamedTuple):
    """A file that was written, and what it says of itself."""

    path: Path
    name: str  # of the context
    manifest: Manifest


class _UnchangedError(Exception):
    """The cluster is as it was: the new file is dropped."""


@overload
def record(path: str | Path, cluster: Cluster = ..., *, page_size: int = ..., progress: Told | bool = ...) -> Recorded: ...
@overload
def record(
    path: str | Path, cluster: Cluster = ..., *, page_size: int = ..., progress: Told | bool = ..., unlike: Manifest | None
) -> Recorded | None: ...
def record(
    path: str | Path,
    cluster: Cluster = Cluster(),  # noqa: B008 - immutable
    *,
    page_size: int = PAGE,
    progress: Told | bool = True,
    unlike: Manifest | None = None,
) -> Recorded | None:
    """Write what `cluster` holds to `path`: the file that ``collect(...).save(path)`` writes, without holding all of it.

    One kind is read after the other, the next page while the last one is written. Objects stand in the order of the server.
    A fault or an interrupt leaves neither half a file nor a temporary one. Where the cluster holds what `unlike` tells,
    nothing is written, and None returned.

    Raises
    ------
    UsageError : `path` cannot be written, or there is no such context.
    ClusterError : the server cannot be reached, or refused everything.
    """
    try:
        with new_snapshot_file(Path(path)) as writer, no_collection():
            sink = FileSink(writer)
            name = ask(cluster, sink, Bounds(page_size, at_once=1, ahead=1, one_kind=True), progress)
            manifest = sink.manifest()
            if unlike is not None and _content(manifest) == _content(unlike):
                raise _UnchangedError
            writer.manifest(manifest)
    except _UnchangedError:
        return None
    return Recorded(Path(path), name, manifest)


def _content(manifest: Manifest) -> object:
    lists = [(each.kind, each.sha256) for each in manifest.kinds]
    return lists, manifest.gaps, manifest.coverage, manifest.server_version, manifest.cluster_config
