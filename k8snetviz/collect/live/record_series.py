"""A live cluster -> a folder of ``.k8snet`` files, one for each time that it had changed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from k8snetviz.collect.live.collection import PAGE, Cluster
from k8snetviz.collect.live.gather import Told
from k8snetviz.collect.live.record import Recorded, record
from k8snetviz.collect.snapshot_file import Manifest
from k8snetviz.errors import ClusterError, UsageError

_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.k8snet")


def record_series(
    folder: str | Path,
    cluster: Cluster = Cluster(),  # noqa: B008 - immutable
    *,
    every_s: float,
    keep: int | None = None,
    page_size: int = PAGE,
    progress: Told | bool = True,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Recorded | ClusterError | None]:
    """Record `cluster` into `folder` without end; yields each file, None where nothing had changed, or why nothing came.

    Files are called by the moment (UTC) at which they were begun, so that names sort by time; `load_series` reads the folder.
    The cluster is asked in full every time: its own number of the last change grows with every lease that a node renews, and
    tells nothing. What came is compared with the file before it, by the sums of its Lists; equal ones are not kept.

    Parameters
    ----------
    folder : made if it is not there; files in it that were not called like this are left alone
    cluster : which cluster, as whom
    every_s : seconds from one begin to the next; where a collection takes longer, the next one follows at once
    keep : how many files stay, the newest ones; all without it
    page_size : objects a page
    progress : as of `collect`
    wait : waits for so many seconds

    Raises
    ------
    UsageError : the folder cannot be made or written, or there is no such context.
    ClusterError : the first time nothing came. Later this is yielded: a cluster that is away for a while is what a series is for.
    """
    place = Path(folder)
    if every_s <= 0 or (keep is not None and keep < 1):
        raise UsageError(f"wanted positive bounds, found every_s={every_s}, keep={keep}")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"wanted a folder for the series, found {place}: {error.strerror or error}") from error
    last: Manifest | None = None
    due = time.monotonic()
    while True:
        try:
            path = place / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}.k8snet"
            came = record(path, cluster, page_size=page_size, progress=progress, unlike=last)
        except ClusterError as error:
            if last is None:
                raise
            yield error
        else:
            last = came.manifest if came else last
            _drop_oldest(place, keep)
            yield came
        due = max(due + every_s, time.monotonic())
        wait(max(0.0, due - time.monotonic()))


def _drop_oldest(place: Path, keep: int | None) -> None:
    if keep is not None:
        for path in sorted(path for path in place.iterdir() if _NAME.fullmatch(path.name))[:-keep]:
            path.unlink()
