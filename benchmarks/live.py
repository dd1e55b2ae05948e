"""A live list, page by page: ours against the official client's typed list and against fetching and scanning the same bytes (P8, P9, P10).

    python -m benchmarks.live --folder /tmp/knv/M --pods 10000           # what the official client needs seconds for
    python -m benchmarks.live --folder /tmp/knv/L --cases save,fetch     # all pods of the folder

`--folder` is one of `benchmarks.run --folder`: its pods, as the API server writes them, are served on loopback in pages of 500 by a
process of its own, which has them all in memory. Every case is a process too; CPU seconds are its own, what is imported not counted.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from benchmarks.floors import _Pod, blocks, typed_scan
from benchmarks.measure import Meter, peak_bytes

PAGE = 500
_EMPTY = b'{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}'
_KNOWN = {
    "/version": b'{"gitVersion":"v1.34.0","major":"1","minor":"34"}',
    "/api": b'{"kind":"APIVersions","versions":["v1"]}',
    "/apis": b'{"kind":"APIGroupList","apiVersion":"v1","groups":[]}',
    "/api/v1": b'{"kind":"APIResourceList","groupVersion":"v1","resources":'
    b'[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"]}]}',
}


def serve(pods: Path, most: int, told: Connection) -> None:
    """Serve the first `most` pods of a file; tell the port when all pages are made."""
    pages = list(_pages(pods, most))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            number = int(parse_qs(asked.query).get("continue", ["0"])[0])
            body = pages[number] if asked.path == "/api/v1/pods" else _KNOWN.get(asked.path, _EMPTY)
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send((server.server_address[1], sum(map(len, pages))))
    server.serve_forever()


def _pages(pods: Path, most: int) -> Iterator[bytes]:
    """Yield whole pages of a list, each with the token of the next one."""
    raws = [bytes(raw) for block in blocks(pods) for raw in msgspec.json.decode(block, type=list[msgspec.Raw])][:most]
    for number, start in enumerate(range(0, len(raws), PAGE), 1):
        left = len(raws) - start - PAGE
        more = f',"continue":"{number}","remainingItemCount":{left}' if left > 0 else ""
        head = f'{{"kind":"PodList","apiVersion":"v1","metadata":{{"resourceVersion":"1"{more}}},"items":['
        yield head.encode() + b",".join(raws[start : start + PAGE]) + b"]}"


def official(config: str, meter: Meter) -> int:
    """List with the official client: typed objects, page by page, each page dropped before the next."""
    from kubernetes import client
    from kubernetes import config as configuration

    configuration.load_kube_config(config)
    api = client.CoreV1Api()
    count, token = 0, None
    with meter.section("cpu"):
        while True:
            page = api.list_pod_for_all_namespaces(limit=PAGE, _continue=token)
            count += len(page.items)
            token = page.metadata._continue
            if not token:
                return count


def fetch(config: str, meter: Meter) -> int:
    """Fetch the same pages and drop them."""
    with meter.section("cpu"):
        return sum(PAGE for _ in _fetched(config))


class _Page(msgspec.Struct):
    items: list[_Pod]


def scan(config: str, meter: Meter) -> int:
    """Fetch the same pages and decode the fields of 15 columns; keep nothing."""
    decoder = msgspec.json.Decoder(_Page)
    with meter.section("cpu"):
        return sum(len(decoder.decode(body).items) for body in _fetched(config))


def block_scan(config: str, meter: Meter) -> int:
    """Decode the same fields from the pods file, in blocks: with `fetch` the floor of P9, where all pods of the folder are served."""
    typed_scan(Path(os.environ["K8SNETVIZ_BENCH"]), meter)
    return int(meter.facts["pods"])


def _fetched(config: str) -> Iterator[bytes]:
    import urllib3

    pool = urllib3.PoolManager()
    server = json.loads(Path(config).read_text())["clusters"][0]["cluster"]["server"]
    token = ""
    head = msgspec.json.Decoder(dict[str, Any])
    while True:
        body = pool.request("GET", f"{server}/api/v1/pods?limit={PAGE}" + (f"&continue={token}" if token else "")).data
        yield body
        token = head.decode(body[: body.index(b',"items":')] + b"}")["metadata"].get("continue", "")
        if not token:
            return


def ours(config: str, meter: Meter) -> int:
    """Collect, and expand the table of pods."""
    import k8snetviz.collect.live.connection
    from k8snetviz.collect.live.collect import collect

    k8snetviz.collect.live.connection.connect(kubeconfig=config, timeout_s=1).close()  # imports the official client
    with meter.section("cpu"):
        return len(collect(kubeconfig=config, progress=False).pods)


def save(config: str, meter: Meter) -> int:
    """Save page by page."""
    import k8snetviz.collect.live.connection
    from k8snetviz.collect.live.collection import Cluster
    from k8snetviz.collect.live.record import record

    k8snetviz.collect.live.connection.connect(kubeconfig=config, timeout_s=1).close()
    with tempfile.TemporaryDirectory() as folder, meter.section("cpu"):
        recorded = record(Path(folder) / "x.k8snet", Cluster(kubeconfig=config), progress=False)
        meter.facts["bytes"] = recorded.path.stat().st_size
    return sum(member.count for member in recorded.manifest.kinds)


def kubectl(config: str, meter: Meter) -> int:
    """Let kubectl print the same pages to a file."""
    with tempfile.NamedTemporaryFile(dir=Path(config).parent) as file:
        command = ["kubectl", "--kubeconfig", config, "get", "pods", "-A", "-o", "json", f"--cache-dir={Path(config).parent / 'cache'}"]
        subprocess.run(command, stdout=file, check=True)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        meter.seconds["cpu"] = round(usage.ru_utime + usage.ru_stime, 4)
        meter.facts["peak"] = usage.ru_maxrss * 1024
        return sum(line == b"        {\n" for line in Path(file.name).open("rb"))


CASES = {"official": official, "fetch": fetch, "scan": scan, "block-scan": block_scan, "ours": ours, "save": save, "kubectl": kubectl}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="a generated cluster of benchmarks.run")
    parser.add_argument("--pods", type=int, default=1 << 30, help="serve only so many")
    parser.add_argument("--cases", default=",".join(CASES), help="only these, comma between; kubectl must be on PATH")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        meter = Meter()
        count = CASES[options.case](os.environ["KUBECONFIG"], meter)
        print(json.dumps({"cpu": meter.seconds["cpu"], "count": count, "peak": meter.facts.pop("peak", peak_bytes()), **meter.facts}))
        return 0
    names = options.cases.split(",")
    with _served(options.folder / "snapshot" / "pods.json", options.pods) as (config, size):
        runs = {name: [] for name in names}
        for _ in range(options.rounds):
            for name in names:
                command = [sys.executable, "-m", "benchmarks.live", "--folder", str(options.folder), "--case", name]
                done = subprocess.run(
                    command,
                    env=os.environ | {"KUBECONFIG": config, "K8SNETVIZ_BENCH": str(options.folder)},
                    stdout=subprocess.PIPE,
                    check=True,
                )
                runs[name].append(json.loads(done.stdout))
    _print(runs, size)
    return 0


@contextmanager
def _served(pods: Path, most: int) -> Iterator[tuple[str, int]]:
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(pods, most, there), daemon=True)
    server.start()
    try:
        port, size = here.recv()
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "kubeconfig"
            cluster = {"name": "bench", "cluster": {"server": f"http://127.0.0.1:{port}"}}
            context = {"name": "bench", "context": {"cluster": "bench", "user": "bench"}}
            users = [{"name": "bench", "user": {"token": "none"}}]
            whole = {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "users": users, "contexts": [context]}
            config.write_text(json.dumps(whole | {"current-context": "bench"}))
            yield str(config), size
    finally:
        server.kill()
        server.join()


def _print(runs: dict[str, list[dict[str, Any]]], size: int) -> None:
    cpu = {name: statistics.median(run["cpu"] for run in found) for name, found in runs.items()}
    print(f"{max(run['count'] for found in runs.values() for run in found):,} pods, {size / 1e6:,.0f} MB in pages of {PAGE}")
    for name, found in runs.items():
        more = f", file {found[0]['bytes'] / 1e6:,.1f} MB" if "bytes" in found[0] else ""
        peak = statistics.median(run["peak"] for run in found)
        print(f"{name:10} {cpu[name]:8.3f} CPU s   {peak / 1e6:6.0f} MB peak   {found[0]['count']:,} objects{more}")
    if {"ours", "fetch", "block-scan"} <= set(cpu) and runs["ours"][0]["count"] == runs["block-scan"][0]["count"]:
        print(f"P9: ours / (fetch + block-scan) = {cpu['ours'] / (cpu['fetch'] + cpu['block-scan']):.2f}")
    for goal, one, other in (("P8", "official", "ours"), ("P9, no block copied", "ours", "scan"), ("P10", "kubectl", "save")):
        if one in cpu and other in cpu:
            print(f"{goal}: {one} / {other} = {cpu[one] / cpu[other]:.2f}")


if __name__ == "__main__":
    sys.exit(main())
