"""Where a report comes from: sources, checksums, what was read of each kind, versions and times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from k8snetviz import __version__
from k8snetviz.documents.checksums import Checked, checksums, saved_lists, sum_of_sums
from k8snetviz.documents.markup import Html, facts, folded, paragraph, section, table
from k8snetviz.documents.report_tables import left_out
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import each
from k8snetviz.views.text import count

_FILES, _SOURCES = 200, 300  # rows
_ROOM = 120_000  # bytes of one table
_OPEN = 30  # rows of a table that is not folded
_PLACES = 5  # namespaces named in one line


def origin_section(snap: Snapshot) -> Html:
    """Return the provenance of `snap` as a section of the report."""
    return section("origin", "Where this comes from", *origin_parts(snap), kinds_part([snap], [snap.provenance.name]))


def origin_parts(snap: Snapshot) -> list[str]:
    """Return what is told of the origin of `snap`; the files it was read from are read again for their checksums."""
    told = snap.provenance
    versions = [
        ("Snapshot", told.name),
        ("Cluster", told.cluster or "not known"),
        ("Server version", told.server_version or "not known"),
        ("Collected", collected(snap)),
        ("Saved by", f"k8snetviz {told.toolkit_version}" if told.toolkit_version else None),
        ("Made by", f"k8snetviz {__version__}"),
    ]
    checked = checksums(told.files)
    return [facts(versions), _files(checked), _lists(checked), _sources(snap)]


def collected(snap: Snapshot) -> str:
    """Return the collection window of `snap` in UTC."""
    started, finished = snap.provenance.started, snap.provenance.finished
    if finished is None and started is None:
        return "time not known: the input does not tell it"
    ends = [f"{moment:%Y-%m-%d %H:%M:%S} UTC" for moment in (started, finished) if moment is not None]
    return " to ".join(dict.fromkeys(ends))


def _files(checked: list[Checked]) -> str:
    if not checked:
        return paragraph("No checksum: the snapshot was not read from files that can be read again (stdin, or objects in memory).", "note")
    heads = ("File", "Bytes when read", "sha256 now", "Now")
    rows = ((each.file.name, each.file.bytes, each.sha256, each.found) for each in checked)
    made, shown = table(heads, rows, "Files that were read", limit=_FILES, room=_ROOM)
    whole = f"sha256 over the lines “sha256  name” of all {len(checked):,} files, in the order read: {sum_of_sums(checked)}"
    return _fold(f"{count(len(checked), 'file')} with checksums", made, shown, len(checked), "file") + (
        paragraph(whole, "note") if len(checked) > 1 else ""
    )


def _lists(checked: list[Checked]) -> str:
    lists = [member for each in checked if each.file.name.endswith(".k8snet") for member in saved_lists(each.file.path)]
    if not lists:
        return ""
    heads = ("List", "Objects", "Bytes", "sha256 by the manifest")
    rows = ((member.member, member.count, member.bytes, member.sha256) for member in lists)
    made, shown = table(heads, rows, "Lists in the snapshot file", limit=_FILES, room=_ROOM)
    return _fold(f"{count(len(lists), 'List')} in the snapshot file", made, shown, len(lists), "List")


def _sources(snap: Snapshot) -> str:
    sources = snap.sources
    if sources.empty:
        return ""
    heads = ("Source", "Layout", "Format", "Objects", "Copies dropped", "Bytes")
    rows = ((row.source, row.layout, row.format, row.objects, row.duplicates, row.bytes) for row in each(sources))
    made, shown = table(heads, rows, "Sources, with sizes after decompression", limit=_SOURCES, room=_ROOM)
    body = f"{made}\n{left_out(shown, len(sources), 'source')}"
    return folded(count(len(sources), "source"), body, opened=False, printed=False)


def kinds_part(snaps: Sequence[Snapshot], names: Sequence[str]) -> str:
    """Return the objects of each kind in one snapshot, or in several side by side, and where that kind was read."""
    places = [{str(kind): rows for kind, rows in snap.coverage.groupby("kind", sort=False)} for snap in snaps]
    kinds = sorted({kind for snap, place in zip(snaps, places, strict=True) for kind in (*snap.provenance.counts, *place)})
    heads = ("Kind", *(("Objects",) if len(snaps) == 1 else names), "Read in", "Whole")
    rows = [
        (kind, *(snap.provenance.counts.get(kind, 0) for snap in snaps), *_read_in_all([place.get(kind) for place in places]))
        for kind in kinds
    ]
    made, shown = table(heads, rows, "Objects of each kind, and where that kind was read", limit=_SOURCES, room=_ROOM)
    return _fold(count(len(kinds), "kind"), made, shown, len(kinds), "kind")


def _read_in_all(places: list[pd.DataFrame | None]) -> list[str]:
    """Return where a kind was read, and whether whole, in each snapshot; what is the same in all is said once."""
    return [" → ".join(dict.fromkeys(told)) for told in zip(*map(_read_in, places), strict=True)]


def _read_in(places: pd.DataFrame | None) -> tuple[str, str]:
    if places is None:
        return "not listed: only these objects were seen", "not known"
    named: list[Any] = places["namespace"].dropna().tolist()
    more = f" and {len(named) - _PLACES:,} more" if len(named) > _PLACES else ""
    where = "all namespaces" if places["namespace"].isna().any() else ", ".join(named[:_PLACES]) + more
    return where, "yes" if places["complete"].all() else "no"


def _fold(summary: str, made: str, shown: int, every: int, noun: str) -> str:
    return folded(summary, f"{made}\n{left_out(shown, every, noun)}", opened=shown <= _OPEN)
