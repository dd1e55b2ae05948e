"""Our cases: loading, what is kept, the ledger and the states, imports. Only the public API is called."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.generate import SNAPSHOT_KINDS
from benchmarks.later import later
from benchmarks.measure import Meter, held_bytes
from benchmarks.oracle import read_oracle, wrong_names

# what a ledger is made from; expanded before, it costs nothing in the warm measure
_LEDGER_TABLES = (
    "pods",
    "services",
    "service_ports",
    "service_addresses",
    "selectors",
    "slices",
    "slice_endpoints",
    "endpoints",
    "nodes",
    "label_sets",
    "container_sets",
    "workloads",
    "coverage",
    "gaps",
)


def load_pods(folder: Path, meter: Meter) -> None:
    """`load` of the pods file and `snap.pods`; then what stays in memory."""
    import pandas as pd

    import k8snetviz as knv

    assert knv.load  # fetched, so that its imports are not counted
    before = held_bytes()
    with meter.section("cpu"):
        snap = knv.load(folder / "snapshot/pods.json")
        pods = snap.pods
    meter.facts["pods"] = len(pods)
    meter.facts["kept"] = held_bytes() - before
    meter.facts["frame"] = frame_bytes(pods)
    oracle = read_oracle(folder)
    meter.facts["wrong"] = abs(len(pods) - oracle["counts"]["pods"])
    assert isinstance(pods, pd.DataFrame)


def load_snapshot(folder: Path, meter: Meter) -> None:
    """`load` of the folder of six kinds and `snap.pods`."""
    import k8snetviz as knv

    assert knv.load
    with meter.section("cpu"):
        snap = knv.load(folder / "snapshot")
        pods = snap.pods
    with meter.section("tables"):
        for table in _LEDGER_TABLES:
            snap.table(table)
    oracle = read_oracle(folder)
    wanted = {SNAPSHOT_KINDS[name][0]: oracle["counts"][name] for name in SNAPSHOT_KINDS}
    counts = {kind: snap.provenance.counts.get(kind, 0) for kind in wanted}
    meter.facts |= {"pods": len(pods), "wrong": sum(counts[kind] != wanted[kind] for kind in wanted), "gaps": len(snap.gaps)}


def map_services(folder: Path, meter: Meter) -> None:
    """The map alone: which pods each selector selects. The one case that calls a room's function, since the map is no answer by itself."""
    import k8snetviz as knv
    from k8snetviz.analysis.selection import select, selector_pairs

    snap = knv.load(folder / "snapshot")
    services, pods = snap.services, snap.coded("pods")
    for table in ("selectors", "label_sets"):
        snap.table(table)
    with meter.section("cpu"):
        pairs = selector_pairs(snap, services)
        selection = select(snap, services, pairs, pods.text("namespace"), pods.numbers("label_set"))
    keys = (services["namespace"] + "/" + services["service"]).tolist()
    names = snap.pods["pod"].tolist()
    found: dict[str, list[str]] = {keys[service]: [] for service in set(pairs.service.tolist())}
    for service, pod in zip(selection.service.tolist(), selection.member.tolist(), strict=True):
        found[keys[service]].append(names[pod])
    meter.facts |= {"pairs": len(selection.service), "wrong": wrong_names(read_oracle(folder), found)}


def ledger_warm(folder: Path, meter: Meter) -> None:
    """`backends` and `service_states` on expanded tables."""
    _ledger(folder, meter, warm=True)


def ledger_cold(folder: Path, meter: Meter) -> None:
    """The same right after `load`."""
    _ledger(folder, meter, warm=False)


def ledger_apart(folder: Path, meter: Meter) -> None:
    """Both on expanded tables, `service_states` without being given the ledger."""
    _ledger(folder, meter, warm=True, handed=False)


def _ledger(folder: Path, meter: Meter, *, warm: bool, handed: bool = True) -> None:
    import k8snetviz as knv

    assert knv.load and knv.backends and knv.service_states
    with meter.section("load"):
        snap = knv.load(folder / "snapshot")
    for table in _LEDGER_TABLES if warm else ():
        snap.table(table)
    with meter.section("backends"):
        backends = knv.backends(snap)
    with meter.section("states"):
        states = knv.service_states(snap, ledger=backends if handed else None)
    oracle = read_oracle(folder)
    chosen = backends[backends["selected"].fillna(False).astype(bool)]
    pods = chosen.drop_duplicates(["namespace", "service", "pod"])
    found = {f"{ns}/{service}": names.tolist() for (ns, service), names in pods.groupby(["namespace", "service"])["pod"]}
    meter.facts |= {
        "rows": len(backends),
        "states": len(states),
        "wrong": wrong_names(oracle, found),
        "drift": int((backends["drift"] != "none").sum()),  # the generated slices are what the controller writes
    }


def import_ours(_folder: Path, meter: Meter) -> None:
    """Import k8snetviz, and nothing else."""
    with meter.section("cpu"):
        import k8snetviz  # noqa: F401
    meter.facts["pandas"] = "pandas" in sys.modules


def import_for_load(_folder: Path, meter: Meter) -> None:
    """Import k8snetviz and fetch `load` with all that it needs."""
    with meter.section("cpu"):
        import k8snetviz as knv

        assert knv.load


def cli_help(_folder: Path, meter: Meter) -> None:
    """`k8snetviz --help` as a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([sys.executable, "-X", "importtime", "-m", "k8snetviz", "--help"], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    meter.seconds["cpu"] = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 4)
    meter.facts["pandas"] = any(line.rpartition("|")[2].strip() == "pandas" for line in run.stderr.splitlines())
    meter.facts["exit"] = run.returncode


def frame_bytes(frame: object) -> int:
    """Return the bytes of a frame, every distinct text counted once."""
    import numpy as np
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)
    total, seen = 0, set()
    for name in frame.columns:
        total += int(frame[name].memory_usage(index=False, deep=False))
        if frame[name].dtype.kind != "O":
            continue
        for cell in np.asarray(frame[name].array, dtype=object):
            if id(cell) not in seen:
                seen.add(id(cell))
                total += sys.getsizeof(cell)
    return total


def diff_two(folder: Path, meter: Meter) -> None:
    """`load` of two snapshots, which is the floor, and `diff` of them; what was planted must be found, and nothing else of its kind."""
    import k8snetviz as knv
    from k8snetviz.collect import beside

    assert knv.load
    assert knv.diff
    assert beside
    planted = later(folder)
    with meter.section("loads"):
        before, after = knv.load(folder / "snapshot"), knv.load(folder / "later")
    with meter.section("diff"):
        changes = knv.diff(before, after)
    names = (changes["namespace"] + "/" + changes["name"]).where(changes["namespace"].notna(), changes["name"])
    pods, services = changes["kind"].eq("Pod"), changes["kind"].eq("Service")
    found = {
        "gone": pods & changes["change"].eq("removed"),
        "unready": pods & changes["field"].eq("status.conditions[Ready]"),
        "edited": services & changes["field"].eq("spec.selector"),
    }
    wrong = sum(len(set(names[mask.fillna(False)]) ^ set(planted[what])) for what, mask in found.items())
    counted = sum(int(mask.fillna(False).sum()) for mask in found.values())
    meter.facts["wrong"] = wrong + int((pods | services).sum()) - counted
    meter.facts["changes"] = len(changes)
