"""What each verb does: read the input, call the function of the same name, print what it returns."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from k8snetviz.cli.inputs import LIVE, read
from k8snetviz.cli.output import columns_of, emit, plain, render
from k8snetviz.model.kinds import BROKEN_FIRST, GLYPHS

if TYPE_CHECKING:
    import pandas as pd

    from k8snetviz.model.snapshot import Snapshot

_STATES = ("state", "namespace", "service", "type", "ready", "selected", "reason", "detail")
_BACKENDS = (
    "namespace",
    "service",
    "port_name",
    "port",
    "protocol",
    "pod",
    "address",
    "target_port",
    "expected",
    "observed",
    "drift",
    "reason",
    "value",
)
_SHORT = {
    "pods": ("namespace", "pod", "phase", "ready", "address", "node", "workload_kind", "workload", "cause"),
    "services": (
        "namespace",
        "service",
        "type",
        "headless",
        "cluster_ip",
        "external_name",
        "managed",
        "internal_traffic_policy",
        "external_traffic_policy",
    ),
    "slice_endpoints": (
        "namespace",
        "service",
        "slice",
        "address",
        "port_name",
        "port",
        "protocol",
        "ready",
        "serving",
        "terminating",
        "target",
        "node",
        "zone",
    ),
}


def show(arguments: argparse.Namespace) -> int:
    """Print the summary of an input, or one of its tables."""
    snapshot = read(arguments)
    if arguments.behind is not None:
        _print(snapshot.table(arguments.behind), arguments, _SHORT.get(arguments.behind))
        return 0
    if arguments.format == "table" and not arguments.columns:
        emit(_summary(snapshot), arguments.output)
        return 0
    _print(_counts(snapshot), arguments)
    return 0


def states(arguments: argparse.Namespace) -> int:
    """Print which Services serve, what is broken first."""
    from k8snetviz.analysis.states import service_states

    frame = service_states(read(arguments))
    if arguments.broken:
        frame = frame[~frame["state"].isin(["serving", "external"])]
    _print(_broken_first(frame) if arguments.format == "table" else frame, arguments, _STATES)
    return 0


def backends(arguments: argparse.Namespace) -> int:
    """Print the endpoint ledger, of one Service or of all."""
    from k8snetviz.analysis.ledger import backends as ledger

    _print(ledger(read(arguments), arguments.behind), arguments, _BACKENDS)
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """Print the story of one Service."""
    from k8snetviz.analysis.explain import explain as story

    explanation = story(read(arguments), arguments.behind)
    if arguments.format == "json":
        emit(explanation.to_json().rstrip("\n") + "\n", arguments.output)
    elif arguments.format == "html":
        emit(explanation._repr_html_() + "\n", arguments.output)
    else:
        emit(explanation.text().rstrip("\n") + "\n", arguments.output)
    return 0


def owners(arguments: argparse.Namespace) -> int:
    """Print who holds or covers an address."""
    from k8snetviz.analysis.owners import owners as holders

    _print(holders(read(arguments), arguments.behind), arguments)
    return 0


def lab(arguments: argparse.Namespace) -> int:
    """Open JupyterLab on the shipped notebooks, with the input filled in."""
    from k8snetviz.cli.collecting import file_name, kept_file
    from k8snetviz.documents.lab import FOLDER, open_lab

    folder = Path(arguments.folder or FOLDER)
    if arguments.input == LIVE:
        folder.mkdir(parents=True, exist_ok=True)
    source = kept_file(arguments, folder / file_name(arguments))
    return open_lab(source, folder=arguments.folder, browser=not arguments.no_browser)


def completion(arguments: argparse.Namespace) -> int:
    """Print a completion script."""
    import shtab

    from k8snetviz.cli.parser import parser

    emit(shtab.complete(parser(), arguments.shell).rstrip("\n") + "\n", None)
    return 0


def _broken_first(states: pd.DataFrame) -> pd.DataFrame:
    """Return SERVICE_STATES for people: what is broken first, each state with its glyph."""
    ordered = states.iloc[states["state"].map(BROKEN_FIRST.index).argsort(kind="stable")]
    return ordered.assign(state=ordered["state"].map(GLYPHS) + " " + ordered["state"])


def _print(frame: pd.DataFrame, arguments: argparse.Namespace, short: tuple[str, ...] | None = None) -> None:
    chosen = columns_of(frame, arguments.columns, short if arguments.format == "table" else None)
    emit(render(chosen, arguments.format), arguments.output)


def _counts(snapshot: Snapshot) -> pd.DataFrame:
    import pandas as pd

    counts = snapshot.provenance.counts
    return pd.DataFrame({"kind": pd.Series(list(counts), dtype="string"), "objects": pd.Series(list(counts.values()), dtype="Int64")})


def _summary(snapshot: Snapshot) -> str:
    source = snapshot.provenance
    facts = [source.name, source.server_version, source.finished.isoformat() if source.finished else None]
    lines = [" · ".join(fact for fact in facts if fact), "", render(_counts(snapshot), "table").rstrip("\n"), ""]
    gaps = snapshot.table("gaps")
    lines.append(f"{len(gaps)} gaps (things that are not known){':' if len(gaps) else ''}")
    if len(gaps):
        lines.append(render(gaps[["reason", "kind", "namespace", "source", "detail"]].head(20), "table").rstrip("\n"))
    if len(gaps) > 20:
        lines.append(f"... and {len(gaps) - 20} more: k8snetviz show INPUT gaps")
    return plain("\n".join(lines)) + "\n"
