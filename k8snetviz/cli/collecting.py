"""The verb ``collect``, and what other verbs need of a live cluster: a file that stays."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from k8snetviz.cli.inputs import LIVE, cluster_of, read
from k8snetviz.cli.output import plain
from k8snetviz.collect.live.record import Recorded, record
from k8snetviz.collect.live.record_series import record_series
from k8snetviz.errors import NetvizError, UsageError

_SHOWN = ("Service", "Pod", "EndpointSlice", "Endpoints", "Node")


def collect(arguments: argparse.Namespace) -> int:
    """Write any input as one ``.k8snet`` file, or a live cluster again and again."""
    live = arguments.input == LIVE
    if arguments.keep is not None and arguments.every is None:
        raise UsageError("wanted --every TIME with --keep, found no --every")
    if arguments.cluster_config and not live:
        raise UsageError(f"wanted a live cluster for --cluster-config, found the input {arguments.input}")
    if arguments.every is not None and not live:
        raise UsageError(f"wanted a live cluster for --every, found the input {arguments.input}: a file does not change")
    if arguments.every is not None:
        folder = Path(arguments.output)
        made = record_series(folder, cluster_of(arguments), every_s=arguments.every, keep=arguments.keep, page_size=arguments.page_size)
        for event in made:
            _say(f"k8snetviz: {event}" if isinstance(event, NetvizError) else _told(event) if event else "nothing has changed")
        return 0
    if live:
        _say(_told(record(arguments.output, cluster_of(arguments), page_size=arguments.page_size)))
        return 0
    snapshot = read(arguments)
    written = snapshot.save(arguments.output)
    _say(f"{snapshot!r} written to {written} ({written.stat().st_size:,} bytes)")
    if gaps := len(snapshot.table("gaps")):
        _say(f"{gaps} gaps; see them with: k8snetviz show {written} gaps")
    return 0


def kept_file(arguments: argparse.Namespace, path: Path) -> str:
    """Return the input as something that can be loaded again: of a live cluster, `path` is written."""
    if arguments.input != LIVE:
        return str(arguments.input)
    _say(_told(record(path, cluster_of(arguments))))
    return str(path)


def file_name(arguments: argparse.Namespace) -> str:
    """Return a name for a file of the live cluster, by context and time."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", arguments.context or "live").strip("-.") or "live"
    return f"{name}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}.k8snet"


def _told(recorded: Recorded) -> str:
    counts = {member.kind: member.count for member in recorded.manifest.kinds}
    listed = ", ".join(f"{counts[kind]} {kind}" for kind in _SHOWN if counts.get(kind)) or "nothing"
    said = f"{recorded.name}: {listed}; written to {recorded.path} ({recorded.path.stat().st_size:,} bytes)"
    if gaps := len(recorded.manifest.gaps):
        said += f"\n{gaps} lists were refused or are not whole; see them with: k8snetviz show {recorded.path} gaps"
    return said


def _say(sentence: str) -> None:
    sys.stderr.write(plain(sentence) + "\n")
