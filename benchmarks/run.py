"""Measures floors and us in interleaved rounds, every case in its own process, and prints ratios of CPU seconds.

``python -m benchmarks.run --size S`` takes about two minutes, M ten; ``--smoke`` is the quick check of CI.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.case import CASES
from benchmarks.generate import generate
from benchmarks.goals import Figures
from benchmarks.plan import SIZES
from benchmarks.text import Style

_API_CASES = ("typed-scan", "json-normalize", "load")  # run on API-style bytes too
_TOO_MUCH_AT_L = ("official-client", "json-normalize")  # 20 and 8 GB; by name they run all the same
_ONLY_AT = {  # the spring layout takes minutes at M; the sizes make clusters of their own; 20,000 rows need a cluster that has them
    "notebook-paint": "S",
    "explorer-sizes": "S",
    "page-work": "ML",
}
_WRONG = {"wrong": "answers differ from the oracle", "drift": "backends drift where none does", "pandas": "pandas was imported"}
_ROOT = Path(__file__).parents[1]
Run = dict[str, Any]  # what a case printed, or its error
Record = dict[str, Any]  # size, rounds, bytes of the pods files by style, runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 1 when a case failed or an answer was wrong. Timings never fail."""
    options = _parser().parse_args(arguments)
    if options.smoke:
        from benchmarks.smoke import smoke

        return smoke()
    if options.show:
        records = [json.loads(line) for path in options.show for line in path.read_text().splitlines()]
        return _report(records, options)
    sizes = options.size.split(",")
    if unknown := [size for size in sizes if size not in SIZES]:
        print(f"wanted sizes among {', '.join(SIZES)}, found {', '.join(unknown)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="k8snetviz-benchmark-") as temporary:
        records = [_measure(size, options, Path(options.folder or temporary)) for size in sizes]
    if options.save:
        with options.save.open("a") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
    return _report(records, options)


def _report(records: list[Record], options: argparse.Namespace) -> int:
    """Print the tables of `records`, one per size in the order of SIZES; return 1 when a case failed or an answer was wrong."""
    by_size = {size: [record for record in records if record["size"] == size] for size in SIZES}
    measured = [_medians(size, found) for size, found in by_size.items() if found]
    print(report.render(measured, markdown=options.markdown))
    complaints = _complaints([run for record in records for run in record["runs"]])
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.partition("\n")[0])
    parser.add_argument("--size", default="S", help="S, M or L, or several: S,M")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", help="only these, comma between: " + ", ".join(CASES))
    parser.add_argument("--folder", type=Path, help="generated clusters are kept there and used again; else they are removed")
    parser.add_argument("--save", type=Path, help="append the figures to that file")
    parser.add_argument("--show", type=Path, nargs="+", help="measure nothing, print the tables of saved figures")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument("--smoke", action="store_true", help="the quick check of CI: growth over two sizes, answers against the oracle")
    return parser


def _measure(size: str, options: argparse.Namespace, folder: Path) -> Record:
    wanted = options.cases.split(",") if options.cases else [name for name in CASES if _fits(name, size)]
    jobs: list[tuple[str, Style]] = [(name, "kubectl") for name in wanted]
    jobs += [(name, "api") for name in wanted if name in _API_CASES and size != "L"]
    file_bytes: dict[str, int] = {}
    for style in sorted({style for _name, style in jobs}):
        cluster = folder / f"{size}-{style}"
        if not (cluster / "oracle.json").exists():
            generate(SIZES[size], cluster, style=style)
        file_bytes[style] = (cluster / "snapshot/pods.json").stat().st_size
    runs = []
    for number in range(options.rounds):
        for name, style in jobs:
            run = _run(name, style, folder / f"{size}-{style}")
            runs.append(run)
            print(
                f"{size} round {number + 1}: {name} {style} {run['error'] if 'error' in run else run['seconds']}",
                file=sys.stderr,
                flush=True,
            )
    return {"size": size, "rounds": options.rounds, "bytes": file_bytes, "runs": runs}


def _fits(name: str, size: str) -> bool:
    return size in _ONLY_AT.get(name, "SML") and not (size == "L" and name in _TOO_MUCH_AT_L)


def _run(name: str, style: Style, cluster: Path) -> Run:
    """Run one case in a process of its own and return its figures, or its error."""
    command = [sys.executable, "-m", "benchmarks.case", name, str(cluster)]
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path})
    if done.returncode:
        return {"case": name, "style": style, "error": (done.stderr.strip().splitlines() or ["no output"])[-1]}
    run: Run = json.loads(done.stdout.splitlines()[-1])
    return run | {"style": style}


def _complaints(runs: list[Run]) -> list[str]:
    found: dict[str, str] = {}
    for run in runs:
        label = f"{run['case']} ({run['style']})"
        if "error" in run:
            found[label] = f"{label} failed: {run['error']}"
            continue
        for fact, meaning in _WRONG.items():
            if run["facts"].get(fact):
                found[label + fact] = f"{label}: {meaning} ({int(run['facts'][fact])})"
    return list(found.values())


def _medians(size: str, records: list[Record]) -> Figures:
    """Return the medians of one size over all its records."""
    figures = Figures(size, {style: count for record in records for style, count in record["bytes"].items()})
    figures.rounds = sum(record["rounds"] for record in records)
    seconds: dict[tuple[str, str, str], list[float]] = {}
    peaks: dict[tuple[str, str], list[int]] = {}
    for run in (run for record in records for run in record["runs"]):
        if "error" in run:
            continue
        key = (run["case"], run["style"])
        figures.facts[key] = run["facts"]
        peaks.setdefault(key, []).append(run["peak"])
        for section, value in run["seconds"].items():
            seconds.setdefault((*key, section), []).append(value)
    figures.seconds = {key: statistics.median(values) for key, values in seconds.items()}
    figures.peaks = {key: int(statistics.median(values)) for key, values in peaks.items()}
    return figures


if __name__ == "__main__":
    sys.exit(main())
