"""Memory of a timeline: 100 snapshots of 3,000 pods that differ a little: ``python -m benchmarks.timeline /tmp/somewhere``.

Writes the series once (a ``.k8snet`` file each; in every step one of a hundred pods loses or regains readiness, and some of these
restart), then measures one pass over the first quarter of it, over all of it, and over as many copies of one moment.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

import k8snetviz as knv
from benchmarks.generate import generate
from benchmarks.plan import SIZES
from k8snetviz.analysis.timeline_pass import Pass, Told
from k8snetviz.collect.taken import taken
from k8snetviz.timelines import opened

COUNT, SHARE = 100, 100  # snapshots; one pod of so many changes in each


def write_series(folder: Path) -> list[Path]:
    """Return the files of the series, written if they are not there."""
    series = folder / "series"
    files = [series / f"t{number:03d}.k8snet" for number in range(COUNT)]
    if all(file.exists() for file in files):
        return files
    generate(SIZES["S"], folder / "base")
    series.mkdir(parents=True, exist_ok=True)
    lists: dict[str, Any] = {path.stem: json.loads(path.read_bytes()) for path in (folder / "base" / "snapshot").glob("*.json")}
    random, pods = Random(1), lists["pods"]["items"]
    for number, file in enumerate(files):
        for pod in random.sample(pods, len(pods) // SHARE) if number else ():
            _change(pod, random)
        lists["clock"] = {"kind": "NamespaceList", "apiVersion": "v1", "items": [_clock(number)]}
        knv.load(list(lists.values())).save(file)
    return files


def _change(pod: Any, random: Random) -> None:
    for condition in pod["status"].get("conditions", ()):
        if condition["type"] == "Ready":
            condition["status"] = "False" if condition["status"] == "True" else "True"
    for status in pod["status"].get("containerStatuses", ()) if random.random() < 0.5 else ():
        status["restartCount"] = status.get("restartCount", 0) + 1


def _clock(number: int) -> Any:
    return {"metadata": {"name": "clock", "uid": "clock", "creationTimestamp": f"2026-06-01T{number // 60:02d}:{number % 60:02d}:00Z"}}


def kept(files: list[Path]) -> tuple[int, int]:
    """Return the bytes that one pass over `files` keeps, and the number of answers, counts of restarts and Events in it."""
    gc.collect()
    tracemalloc.start()
    passed = Pass()
    for snapshot in opened(files):
        passed.add(snapshot, Told(*taken(snapshot)))
    del snapshot
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size, len(passed.answers) + sum(map(len, passed.restarts.values())) + len(passed.events)


def main() -> None:
    """Print what is kept, and the peak of the process beside that of loading one snapshot."""
    files = write_series(Path(sys.argv[1]))
    knv.service_states(knv.load(files[0]))
    alone = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    history = knv.history(files)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = len(history.timeline)
    table = int(history.timeline.memory_usage(deep=False).sum())
    del history
    print(f"peak of the process: one snapshot {alone / 1024:.0f} MB, a timeline of {len(files)} {peak / 1024:.0f} MB")
    print(f"TIMELINE: {rows:,} rows, {table / 1e6:.1f} MB")
    for name, part in (("a quarter", files[: COUNT // 4]), ("all", files)):
        size, answers = kept(part)
        print(f"kept of {name} ({len(part)} snapshots): {size / 1e6:.1f} MB for {answers:,} different answers")


if __name__ == "__main__":
    main()
