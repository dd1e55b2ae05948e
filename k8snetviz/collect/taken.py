"""When a snapshot was taken: told by the input, else the newest time that its objects name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.moments import NO_TIME, one_moment
from k8snetviz.collect.reader import InputReader
from k8snetviz.collect.several import MomentSink, inside
from k8snetviz.errors import InputError
from k8snetviz.model.snapshot import InputFile, Snapshot
from k8snetviz.model.tables.timelines import TimeFrom

_TIMES = (("pods", "created"), ("pods", "started"), ("pods", "ready_since"), ("events", "last"), ("objects", "created"))
_SECOND = 1_000_000


def taken(snapshot: Snapshot, limits: Limits | None = None) -> tuple[datetime | None, TimeFrom | None]:
    """Return when `snapshot` was taken, in UTC, and how that is known; nothing where nothing tells it.

    Where the input does not tell, its files are looked at once more, if they stand there unchanged: they name more times than
    tables hold, such as those at which containers were started. Without them the tables must do.
    """
    source = snapshot.provenance
    told = source.finished or source.started
    if told is not None:
        return (told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)), TimeFrom.COLLECTION
    newest = _newest_of_files(snapshot, limits or Limits()) or _newest_of_tables(snapshot)
    return newest, TimeFrom.NEWEST if newest else None


def _newest_of_files(snapshot: Snapshot, limits: Limits) -> datetime | None:
    found = [moment for file in snapshot.provenance.files for moment in _times(file, snapshot.provenance.name, limits)]
    return datetime.fromtimestamp(max(found) // _SECOND, UTC) if found else None


def _times(file: InputFile, unit: str, limits: Limits) -> Iterator[int]:
    """Yield the newest time of each member of `file`; of an archive with several snapshots only those of `unit`."""
    try:
        told = file.path.stat()
        if (told.st_size, told.st_mtime_ns) != (file.bytes, file.modified_ns):
            return
        sink = MomentSink()
        InputReader(file.path, sink, limits).units()
    except (InputError, OSError):
        return
    own = [member for member in sink.members if inside(member.name, unit)]
    times = (one_moment(moment) for member in own or sink.members for moment in member.newest)
    yield from (time for time in times if time != NO_TIME)


def _newest_of_tables(snapshot: Snapshot) -> datetime | None:
    newest = max((time for table, column in _TIMES if not pd.isna(time := snapshot.table(table)[column].max())), default=None)
    return None if newest is None else newest.to_pydatetime()
