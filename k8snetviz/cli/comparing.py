"""Verbs over several moments of a cluster: what changed between them, and who failed when."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.cli.inputs import LIVE, read_source
from k8snetviz.cli.moments import snapshots
from k8snetviz.cli.output import columns_of, emit, plain, render
from k8snetviz.cli.timeline_text import in_short
from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable
from k8snetviz.model.tables.changes import Uncompared

if TYPE_CHECKING:
    from k8snetviz.model.snapshot import Snapshot

_SHOWN = 20  # lines of what was not compared


def diff(arguments: argparse.Namespace) -> int:
    """Print what changed for traffic between two snapshots: sentences for people, CHANGES for programs."""
    from k8snetviz.analysis.diff import diff as changes_of
    from k8snetviz.analysis.diff import not_compared

    found = snapshots(arguments)
    if len(found) != 2:
        raise UsageError(f"wanted two snapshots, found {len(found)} in {' and '.join(arguments.inputs)}; name one file for each moment")
    before, after = found
    changes, unknown = changes_of(before, after), not_compared(before, after)
    first, unknown = _first(before, after, unknown), unknown[unknown["reason"] != Uncompared.OTHER_CLUSTER.value]
    if arguments.format == "table" and not arguments.columns:
        emit(_told(changes, unknown, first), arguments.output)
        return 0
    emit(render(columns_of(changes, arguments.columns, None), arguments.format), arguments.output)
    for sentence in first:
        sys.stderr.write(plain(f"k8snetviz: {sentence}\n"))
    if len(unknown):
        sys.stderr.write(plain(f"k8snetviz: {len(unknown)} things were not compared; without --format they are listed\n"))
    return 0


def _first(before: Snapshot, after: Snapshot, unknown: pd.DataFrame) -> list[str]:
    """Return what a reader must know before the changes: an order against the time, two clusters."""
    said = []
    earlier, later = before.provenance.finished, after.provenance.finished
    if earlier is not None and later is not None and earlier > later:
        said.append(f"{before.provenance.name} was taken after {after.provenance.name}: what follows leads back in time.")
    if (unknown["reason"] == Uncompared.OTHER_CLUSTER.value).any():
        said.append("The two snapshots are of different clusters: an equal name is not the same object.")
    return said


def _told(changes: pd.DataFrame, unknown: pd.DataFrame, first: list[str]) -> str:
    """Return what must be known first, the sentences of what changed, then those of what was not compared."""
    from k8snetviz.analysis.change_lines import change_lines

    lines = change_lines(changes)
    cells = zip(lines["depth"], lines["text"], lines["suspect"], strict=True)
    told = [f"{'    ' * depth}{text}{' [suspect]' if suspect else ''}" for depth, text, suspect in cells] or ["no change for traffic"]
    told = [*first, "", *told] if first else told
    details = list(_folded(unknown))
    if details:
        told += ["", "Not compared, or with doubt:", *(f"    {detail}" for detail in details[:_SHOWN])]
    if len(details) > _SHOWN:
        told.append(f"    ... and {len(details) - _SHOWN} more: knv.not_compared(before, after)")
    return plain("\n".join(told)) + "\n"


def _folded(unknown: pd.DataFrame) -> Iterator[str]:
    """Return the sentences of NOT_COMPARED; kinds of one namespace that are lost for one reason are one line."""
    seen: dict[tuple[str, ...], list[str]] = {}
    details = {}
    for kind, namespace, side, reason, detail in unknown.itertuples(index=False, name=None):
        key = (side, "" if namespace is pd.NA else namespace, reason)
        seen.setdefault(key, []).append(kind)
        details[key] = detail
    for (side, namespace, reason), kinds in seen.items():
        if len(kinds) == 1:
            yield details[side, namespace, reason]
        else:
            where = f" of namespace {printable(namespace)}" if namespace else ""
            yield f"{', '.join(kinds)}{where}: not known whole in the snapshot {side} ({reason})."


def timeline(arguments: argparse.Namespace) -> int:
    """Print which Services failed when: a line each for people, TIMELINE or what stands beside it for programs."""
    from k8snetviz.timelines import history

    told = history([read_source(arguments, word) if word == LIVE else word for word in arguments.inputs])
    if arguments.format == "table" and not arguments.columns and arguments.table == "timeline":
        emit(plain(in_short(told)), arguments.output)
        return 0
    emit(render(columns_of(getattr(told, arguments.table), arguments.columns, None), arguments.format), arguments.output)
    return 0
