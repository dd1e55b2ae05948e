"""Writes a realistic cluster: ``python -m benchmarks.generate S /tmp/somewhere --style kubectl``.

The folder then holds ``snapshot/`` (pods, services, endpointslices, nodes, namespaces, deployments: what is loaded),
``more/replicasets.json`` and ``oracle.json`` (which pods every Service selects, counted without any of our own code).
"""

from __future__ import annotations

import argparse
import json
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import kinds
from benchmarks.oracle import names_digest
from benchmarks.plan import SIZES, Plan, Size, Space, Workload, make_plan
from benchmarks.pods import draw_state, pod_object
from benchmarks.text import ListWriter, Style, Template

Obj = dict[str, Any]
SNAPSHOT_KINDS = {
    "pods": ("Pod", "v1"),
    "services": ("Service", "v1"),
    "endpointslices": ("EndpointSlice", "discovery.k8s.io/v1"),
    "nodes": ("Node", "v1"),
    "namespaces": ("Namespace", "v1"),
    "deployments": ("Deployment", "apps/v1"),
}
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_EPOCH = 1_761_955_200  # 2025-11-01
_PER_NODE = 250  # addresses of a /24


def generate(size: Size, folder: Path, *, style: Style = "kubectl", seed: int = 1, dual_stack: bool = True) -> Obj:
    """Write the cluster of that size and seed into `folder` and return its oracle."""
    plan = make_plan(size, seed, dual_stack=dual_stack)
    (folder / "snapshot").mkdir(parents=True, exist_ok=True)
    (folder / "more").mkdir(exist_ok=True)
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(ListWriter(folder / "snapshot" / f"{name}.json", kind, version, style))
            for name, (kind, version) in SNAPSHOT_KINDS.items()
        }
        replica_sets = ListWriter(folder / "more" / "replicasets.json", "ReplicaSet", "apps/v1", style)
        writers["replicasets"] = stack.enter_context(replica_sets)
        oracle = _Cluster(plan, style, writers).write()
        counts = {name: writer.count for name, writer in writers.items()}
    oracle = {"seed": seed, "style": style, "size": list(size), "counts": counts} | oracle
    (folder / "oracle.json").write_text(json.dumps(oracle))
    return oracle


@dataclass
class _Made:
    """A pod that is ready to be written: its name, its template, its values."""

    pod: kinds.Pod
    template: Template
    values: Obj


class _Cluster:
    """Writes one plan, namespace by namespace; holds the pods of one namespace at a time."""

    def __init__(self, plan: Plan, style: Style, writers: dict[str, ListWriter]) -> None:
        self._plan = plan
        self._style = style
        self._writers = writers
        self._rng = Random(plan.seed + 1)
        self._used = [1] * plan.size.nodes  # last address given on each node
        self._names: set[str] = set()  # of the pods of the namespace at hand

    def write(self) -> Obj:
        """Write everything; return the oracle."""
        for number in range(self._plan.size.nodes):
            self._writers["nodes"].add(kinds.node_object(number, self._rng, dual_stack=self._plan.dual_stack))
        services: dict[str, Obj] = {}
        for space in self._plan.spaces:
            self._writers["namespaces"].add(kinds.namespace_object(space.name, self._rng))
            for workload in sorted(space.workloads, key=lambda w: w.name):
                if workload.kind == "Deployment":
                    self._write_controllers(workload)
            services |= self._write_services(space, self._write_pods(space))
        pairs = sum(entry["selected"] for entry in services.values())
        return {"pairs": pairs, "services": services}

    def _write_controllers(self, workload: Workload) -> None:
        deployment, sets = kinds.controller_objects(workload, self._rng)
        self._writers["deployments"].add(deployment)
        for obj in sets:
            self._writers["replicasets"].add(obj)

    def _write_pods(self, space: Space) -> list[kinds.Pod]:
        self._names = set()
        made = [entry for workload in space.workloads for entry in self._make_pods(workload)]
        made.sort(key=lambda entry: entry.pod.name)
        for entry in made:
            self._writers["pods"].add_text(entry.template.fill(entry.values).encode())
        return [entry.pod for entry in made]

    def _make_pods(self, workload: Workload) -> list[_Made]:
        templates: dict[tuple[int, str], Template] = {}
        made = []
        for index in range(workload.replicas):
            state = draw_state(workload, self._rng)
            revision = index % len(workload.hashes) if workload.hashes else 0
            if (revision, state) not in templates:
                obj = pod_object(workload, revision, state, dual_stack=self._plan.dual_stack)
                templates[revision, state] = Template(obj, self._style)
            pod = self._pod(workload, revision, index, state)
            made.append(_Made(pod, templates[revision, state], self._values(pod, index)))
        return made

    def _pod(self, workload: Workload, revision: int, index: int, state: str) -> kinds.Pod:
        name = self._new_name(workload, revision, index)
        node = index if workload.kind == "DaemonSet" else self._free_node()
        if workload.host_network:
            address, address6 = kinds.node_address(node), ""
        else:
            self._used[node] += 1
            address, address6 = kinds.pod_address(node, self._used[node])
        if not self._plan.dual_stack:
            address6 = ""
        uid = kinds.new_uid(self._rng)
        return kinds.Pod(name, uid, workload, state, kinds.node_name(node), kinds.node_zone(node), address, address6)

    def _new_name(self, workload: Workload, revision: int, index: int) -> str:
        if workload.kind == "StatefulSet":
            return f"{workload.name}-{index}"
        middle = f"-{workload.hashes[revision]}" if workload.hashes else ""
        while True:  # the API server refuses a name that is taken, and the controller tries another
            name = f"{workload.name}{middle}-{''.join(self._rng.choices(_LETTERS, k=5))}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _free_node(self) -> int:
        while True:
            node = self._rng.randrange(self._plan.size.nodes)
            if self._used[node] < _PER_NODE:
                return node

    def _values(self, pod: kinds.Pod, index: int) -> Obj:
        rng = self._rng
        born = _EPOCH + rng.randrange(30_000_000)
        bits = f"{rng.getrandbits(256):064x}"
        values = {
            "name": pod.name,
            "uid": pod.uid,
            "rv": str(rng.randrange(10**7, 10**8)),
            "index": str(index),
            "vol": "".join(rng.choices(_LETTERS, k=5)),
            "node": pod.node,
            "hostip": pod.node[3:].partition(".")[0].replace("-", "."),
            "ip": pod.address,
            "ip6": pod.address6,
            "restarts": 0 if pod.state == "ready" and rng.random() < 0.9 else rng.randrange(1, 90),
            "cid": bits,
            "id": bits[::-1],
        }
        for number in range(4):  # one random number, turned: no pod has two equal ids
            values[f"id{number}"] = bits[number + 1 :] + bits[: number + 1]
        for number, delay in enumerate((0, 1, 4, 65, 3600)):
            values[f"t{number}"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(born + delay))
        return values

    def _write_services(self, space: Space, pods: list[kinds.Pod]) -> dict[str, Obj]:
        by_workload: dict[str, list[kinds.Pod]] = {}
        for pod in pods:
            by_workload.setdefault(pod.workload.name, []).append(pod)
        entries = {}
        for service in sorted(space.services, key=lambda s: s.name):
            obj = kinds.service_object(service, self._rng)
            self._writers["services"].add(obj)
            if service.selector is None:
                if service.type != "ExternalName":
                    self._writers["endpointslices"].add(kinds.manual_slice(service, self._rng))
                continue
            selected = _selected(service.selector, space.workloads, by_workload)
            for written in kinds.slice_objects(service, obj["metadata"]["uid"], selected, self._rng):
                self._writers["endpointslices"].add(written)
            names = [pod.name for pod in selected]
            entries[f"{space.name}/{service.name}"] = {"selected": len(names), "crc": names_digest(names)}
        return entries


def _selected(selector: dict[str, str], workloads: list[Workload], by_workload: dict[str, list[kinds.Pod]]) -> list[kinds.Pod]:
    """Return the pods that `selector` selects, by what the plan knows of their labels."""
    of_template = dict(selector)
    name = of_template.pop("statefulset.kubernetes.io/pod-name", None)
    fitting = [workload for workload in workloads if of_template.items() <= workload.labels.items()]
    if name is not None:
        fitting = [workload for workload in fitting if workload.kind == "StatefulSet"]
    return [pod for workload in fitting for pod in by_workload.get(workload.name, []) if name in (None, pod.name)]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__.partition("\n")[0])
    parser.add_argument("size", choices=sorted(SIZES), help="S 3,000 pods, M 30,000, L 150,000")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--style", choices=("kubectl", "api"), default="kubectl", help="as kubectl prints, or as the API server sends")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--single-stack", action="store_true", help="IPv4 only")
    options = parser.parse_args()
    size = SIZES[options.size]
    oracle = generate(size, options.folder, style=options.style, seed=options.seed, dual_stack=not options.single_stack)
    counts = ", ".join(f"{count} {name}" for name, count in oracle["counts"].items())
    print(f"{options.folder}: {counts}; {oracle['pairs']} pairs of Service and pod")


if __name__ == "__main__":
    main()
