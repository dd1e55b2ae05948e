"""Following a cluster that changes: 2,000 changes of pods a second for a minute, as a watch tells them. Memory flat, lag bounded.

    python -m benchmarks.following                    # a minute
    python -m benchmarks.following --seconds 10 --rate 4000

A process of its own serves 10,000 pods and writes the events; this one follows them, its CPU and memory are its own. An object that
changes many times between two snapshots is kept once, so what is held follows the objects, not the changes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measure import cpu_seconds, held_bytes
from tests.build import pod, service
from tests.collect.live.server import Api, serving

PODS = "/api/v1/pods"
MANY = 10_000
_TURNS = 50  # a second
_STEP = 7919  # prime to MANY: changes go round all pods
_LATE_S = 30.0


class Sent(NamedTuple):
    """What the server wrote."""

    changes: int
    seconds: float
    late_s: float  # at most, against its own plan
    ended: float  # of the clock that all processes share


def serve(told: Connection, seconds: int, rate: int) -> None:
    """Serve pods, and on a word write `rate` changes a second for so long."""
    api = Api()
    api.holds("/api/v1/namespaces", "Namespace", [{"metadata": {"name": "shop"}}])
    api.holds("/api/v1/services", "Service", [service("web", selector={"app": "web"})])
    made = [pod(f"web-{n}", labels={"app": "web"}, ips=(f"10.{n // 65025}.{n // 255 % 255}.{n % 255}",), uid=f"u{n}") for n in range(MANY)]
    api.holds(PODS, "Pod", made)
    with tempfile.TemporaryDirectory() as folder, serving(api, Path(folder)) as config:
        told.send(str(config))
        told.recv()
        told.send(_write(api, made, seconds, rate))
        told.recv()


def _write(api: Api, made: list[dict[str, Any]], seconds: int, rate: int) -> Sent:
    began = time.monotonic()
    number, late = 0, 0.0
    for turn in range(1, seconds * _TURNS + 1):
        lines = []
        for _ in range(rate // _TURNS):
            each = made[number * _STEP % MANY]
            each["metadata"] |= {"resourceVersion": str(1000 + number), "labels": {"app": "web", "turn": str(number)}}
            lines.append(json.dumps({"type": "MODIFIED", "object": each}).encode())
            number += 1
        api.say(PODS, *lines)
        due = began + turn / _TURNS
        late = max(late, time.monotonic() - due)
        time.sleep(max(0.0, due - time.monotonic()))
    return Sent(number, time.monotonic() - began, late, time.monotonic())


def follow(config: str, told: Connection, rate: int) -> bool:
    """Follow while the server writes; print every five seconds, and tell whether all came, soon, and memory stayed flat."""
    from k8snetviz.collect.live.watching import watch

    with watch(kubeconfig=config) as live:
        first, held, cpu, began = live.changes, [held_bytes()], cpu_seconds(), time.monotonic()
        told.send("go")
        while not told.poll(5):
            held.append(held_bytes())
            seconds, came = time.monotonic() - began, live.changes - first
            behind = max(0.0, seconds - came / rate)
            print(f"{seconds:5.0f} s: {came:>9,} changes, {behind:4.1f} s behind the plan, {held[-1] / 1e6:4.0f} MB", flush=True)
        sent: Sent = told.recv()
        while live.changes - first < sent.changes and time.monotonic() - sent.ended < _LATE_S:
            time.sleep(0.005)
        lag, took = time.monotonic() - sent.ended, cpu_seconds() - cpu
        settled = held[1:] or held
        growth = max(*settled, held_bytes()) - settled[0]
        whole = live.changes - first == sent.changes and live.objects == MANY + 2
        began_cpu = cpu_seconds()
        live.snapshot()
        print(
            f"{sent.changes:,} changes in {sent.seconds:.1f} s (late by {sent.late_s:.2f} s at most), {lag:.2f} s behind at the end, "
            f"{took:.1f} CPU s, {took / sent.changes * 1e6:.0f} us a change; memory grew by {growth / 1e6:.1f} MB; "
            f"a snapshot costs {cpu_seconds() - began_cpu:.2f} CPU s; {'all came' if whole else 'NOT ALL CAME'}"
        )
    return whole and lag < 1.0 and growth < 20e6


def main() -> int:
    """Run the command line; 1 where it fell behind, lost something or grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.following", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=2_000, help="changes a second")
    options = parser.parse_args()
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, options.seconds, options.rate), daemon=True)
    server.start()
    try:
        fine = follow(here.recv(), here, options.rate)
        here.send("end")
        server.join(10)
    finally:
        server.kill()
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
