"""Verbs over several moments of a cluster: what changed between them, and who failed when."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import pandas as pd

from k8snetviz.cli.inputs import LIVE, read_source
from k8snetviz.cli.moments import snapshots
from k8snetviz.cli.output import columns_of, emit, plain, render
from k8snetviz.cli.timeline_text import in_short
from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable

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
    if arguments.format == "table" and not arguments.columns:
        emit(_told(changes, unknown), arguments.output)
        return 0
    emit(render(columns_of(changes, arguments.columns, None), arguments.format), arguments.output)
    if len(unknown):
        sys.stderr.write(plain(f"k8snetviz: {len(unknown)} things were not compared; without --format they are listed\n"))
    return 0


def _told(changes: pd.DataFrame, unknown: pd.DataFrame) -> str:
    """Return the sentences of what changed, then those of what was not compared."""
    from k8snetviz.analysis.change_lines import change_lines

    lines = change_lines(changes)
    cells = zip(lines["depth"], lines["text"], lines["suspect"], strict=True)
    told = [f"{'    ' * depth}{text}{' [suspect]' if suspect else ''}" for depth, text, suspect in cells] or ["no change for traffic"]
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
