"""The quick check of CI: cost over two sizes four times apart, in one process, and answers against the oracle."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.measure import cpu_seconds
from benchmarks.oracle import read_oracle, wrong_names
from benchmarks.plan import Size

SMALL, LARGE = Size(50, 2_000, 200), Size(200, 8_000, 800)
MOST_GROWTH = 5.5  # for four times the objects; a pairwise step would show as 16
_TRIES = 4


def smoke() -> int:
    """Print growth and answers; return 1 when a step grows faster than its input in every try, or an answer is wrong."""
    with tempfile.TemporaryDirectory(prefix="k8snetviz-smoke-") as temporary:
        folders = []
        for size in (SMALL, LARGE):
            folders.append(Path(temporary) / str(size.pods))
            generate(size, folders[-1])
        failures = [fault for folder in folders for fault in _wrong(folder)]
        for name, step in (("load", _load), ("backends + service_states", _ledger)):
            failures += _growth(name, step, folders)
    for failure in failures:
        print(failure, file=sys.stderr)
    print("benchmark smoke run: " + ("failed" if failures else "linear, and right"))
    return 1 if failures else 0


def _growth(name: str, step: Callable[[Path], float], folders: list[Path]) -> list[str]:
    best = [min(step(folder) for _ in range(2)) for folder in folders]
    for _try in range(_TRIES):
        print(f"{name}: {best[0]:.3f} s at {SMALL.pods} pods, {best[1]:.3f} s at {LARGE.pods}: {best[1] / best[0]:.2f} times")
        if best[1] <= MOST_GROWTH * best[0]:
            return []
        best = [min(before, step(folder)) for before, folder in zip(best, folders, strict=True)]  # a busy machine only adds
    return [f"{name} grows {best[1] / best[0]:.1f} times for 4 times the objects; at most {MOST_GROWTH} is linear"]


def _load(folder: Path) -> float:
    import k8snetviz as knv

    gc.collect()
    start = cpu_seconds()
    assert len(knv.load(folder / "snapshot").pods)
    return cpu_seconds() - start


def _ledger(folder: Path) -> float:
    import k8snetviz as knv

    snap = knv.load(folder / "snapshot")
    gc.collect()
    start = cpu_seconds()
    assert len(knv.backends(snap)) and len(knv.service_states(snap))
    return cpu_seconds() - start


def _wrong(folder: Path) -> list[str]:
    """Return what differs from the oracle: objects, selected pods, drift where the slices are the controller's."""
    import k8snetviz as knv

    oracle = read_oracle(folder)
    snap = knv.load(folder / "snapshot")
    backends = knv.backends(snap)
    chosen = backends[backends["selected"].fillna(False).astype(bool)].drop_duplicates(["namespace", "service", "pod"])
    found = {f"{ns}/{service}": names.tolist() for (ns, service), names in chosen.groupby(["namespace", "service"])["pod"]}
    faults = {
        "pods missing or too many": abs(len(snap.pods) - oracle["counts"]["pods"]),
        "Services missing or too many": abs(len(knv.service_states(snap)) - oracle["counts"]["services"]),
        "Services with other pods than the oracle": wrong_names(oracle, found),
        "backends that drift where none does": int((backends["drift"] != "none").sum()),
        "gaps in a whole snapshot": sum(snap.gaps["reason"] != "NOT_COLLECTED"),
    }
    return [f"{folder.name} pods: {count} {what}" for what, count in faults.items() if count]
