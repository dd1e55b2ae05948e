"""The stage of the sample: a story clock over a running control plane, and the part of scheduler and kubelets, whom nobody else plays."""

from __future__ import annotations

import time
from bisect import bisect_right
from datetime import UTC, datetime
from typing import Any

from data.generator.base import API_VERSIONS, BORN, KINDS, at, later
from data.generator.events import Told, event
from data.generator.kubelet import NETWORKS, Plan, networks, status
from data.generator.workloads import Workload
from tests.cluster.objects import ok
from tests.cluster.sample_plane import ShopPlane, path

Obj = dict[str, Any]
_MERGE, _STRATEGIC = "application/merge-patch+json", "application/strategic-merge-patch+json"


def _seconds(stamp: str) -> float:
    return datetime.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC).timestamp()


class Stage:
    """What was done, in ticks: between two of them every object that changed is written down, and the controllers are quiet."""

    def __init__(self, plane: ShopPlane, began: float) -> None:
        self.plane = plane
        self.began = [int(began)]  # seconds of the machine's clock at which the ticks began
        self.story = [BORN]  # and the times of the story that they stand for
        self.ended: list[int] = []  # the last resource version of every tick but the running one
        self.seen: dict[str, Obj] = {}  # uid: the object as it was last seen
        self.growth: dict[str, list[int]] = {}  # uid of a slice: its generation at the end of each tick
        self.renamed: dict[str, str] = {}  # name that the API server made up: name in the sample
        self.lost: set[str] = set()  # nodes without a kubelet
        self.stale: set[str] = set()  # Services whose slices cannot be written
        self._plans: dict[tuple[str, str], list[Plan]] = {}
        self._running: dict[tuple[str, str], tuple[Plan, str]] = {}
        self._is_quiet = False

    @property
    def now(self) -> str:
        return self.story[-1]

    def tick_of(self, stamp: str) -> int:
        """Return the tick in which the control plane wrote a time."""
        return bisect_right(self.began, _seconds(stamp)) - 1

    def story_time(self, stamp: str) -> str:
        """Return the time of the story for a time that the control plane wrote."""
        return self.story[self.tick_of(stamp)]

    def is_real(self, stamp: str) -> bool:
        """Tell whether a time is of the machine's clock; what kubelets report is in the time of the story already."""
        return self.began[0] <= _seconds(stamp) <= time.time() + 5

    def tick(self, story: str) -> None:
        """Let the time of the story be `story` from now on."""
        assert at(story) >= self.now, f"{story} comes after {self.now}"
        if not self._is_quiet:
            self.quiet()
        self.ended.append(int(self.ask("GET", "/api/v1/namespaces?limit=1")["metadata"]["resourceVersion"]))
        for uid, found in self.seen.items():
            if found["kind"] == "EndpointSlice":
                self.growth.setdefault(uid, []).append(found["metadata"]["generation"])
        self.began.append(int(time.time()) + 1)
        while time.time() < self.began[-1]:
            time.sleep(max(self.began[-1] - time.time(), 0.001))
        self.story.append(at(story))

    def create(self, made: Obj, told: Obj | None = None) -> Obj:
        """Create an object; `told` is its status, which somebody reports right after."""
        kind, meta = made["kind"], made["metadata"]
        found: Obj = self.ask("POST", path(kind, meta.get("namespace")), made)
        if told:
            self.patch(kind, meta.get("namespace"), meta["name"], {"status": told}, "status")
        return found

    def patch(self, kind: str, namespace: str | None, name: str, change: Obj, part: str = "", how: str = _MERGE) -> None:
        self.ask("PATCH", path(kind, namespace, name, part), change, how)

    def get(self, kind: str, namespace: str | None, name: str) -> Obj:
        """Return an object, which says what it is."""
        return {"apiVersion": API_VERSIONS.get(kind, "v1"), "kind": kind} | self.ask("GET", path(kind, namespace, name))

    def ask(self, method: str, where: str, body: Any = None, how: str = "application/json") -> Any:
        """Make a request that has to be granted."""
        self._is_quiet = self._is_quiet and method == "GET"
        return ok(self.plane.raw(method, where, body, kind=how))

    def apply(self, *workloads: Workload) -> None:
        """Create workloads, and keep the plans for their pods."""
        for each in workloads:
            self.plan(each.made["metadata"]["namespace"], each.made["metadata"]["name"], each.plans)
            self.create(each.made)

    def plan(self, namespace: str, name: str, plans: tuple[Plan, ...]) -> None:
        self._plans[namespace, name] = [*self._plans.get((namespace, name), []), *plans]

    def play(self) -> None:
        """Let the controllers, and what the stage plays, do what follows from the acts of this tick, for as many ticks as it takes."""
        bound = self.work()
        while bound:
            self.tick(max(at(plan.since) if plan.state == "succeeded" else later(self.now, 12) for _, _, plan, _ in bound))
            for namespace, name, plan, since in bound:
                self.report(namespace, name, plan, since)
            bound = self.work()

    def work(self) -> list[tuple[str, str, Plan, str]]:
        """Bind the pods that have a plan and confirm that deleted ones are gone until all is quiet; return those that were bound."""
        bound = []
        while True:
            objects = self.quiet()
            nodes, acted = {node["metadata"]["name"] for node in objects["Node"]}, False
            for pod in objects["Pod"]:
                if "deletionTimestamp" in pod["metadata"] and pod["spec"].get("nodeName") not in self.lost:
                    self.stop(pod)
                elif not pod["spec"].get("nodeName") and (plan := self._find_plan(pod, nodes)):
                    bound.append((*self._bind(pod, plan), self.now))
                else:
                    continue
                acted = True
            if not acted:
                return bound

    def stop(self, pod: Obj) -> None:
        """Tell that the containers of a pod are gone, as its kubelet would."""
        meta = pod["metadata"]
        self.tell(pod, Told("Killing", f"Stopping container {pod['spec']['containers'][0]['name']}", "kubelet", self.now))
        self.delete(meta["namespace"], meta["name"], 0)

    def delete(self, namespace: str, name: str, grace_s: int) -> None:
        self.ask("DELETE", path("Pod", namespace, name), {"gracePeriodSeconds": grace_s})

    def _find_plan(self, pod: Obj, nodes: set[str]) -> Plan | None:
        (owner,) = pod["metadata"]["ownerReferences"]
        name = owner["name"].rpartition("-")[0] if owner["kind"] == "ReplicaSet" else owner["name"]
        waiting = self._plans[pod["metadata"]["namespace"], name]
        wanted = pod["spec"].get("affinity", {}).get("nodeAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution")
        chosen = [wanted["nodeSelectorTerms"][0]["matchFields"][0]["values"][0]] if wanted else None
        plan = next((p for p in waiting if p.node in (chosen or [p.node])), None)
        if plan is None or plan.node not in nodes:
            return None
        waiting.remove(plan)
        return plan

    def _bind(self, pod: Obj, plan: Plan) -> tuple[str, str, Plan]:
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        if plan.name:
            self.renamed[name] = f"{name.rpartition('-')[0]}-{plan.name}"
        target = {"apiVersion": "v1", "kind": "Node", "name": plan.node}
        binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}
        self.ask("POST", path("Pod", namespace, name, "binding"), binding)
        self.tell(pod, Told("Scheduled", f"Successfully assigned $NAME to {plan.node}", "default-scheduler", self.now))
        return namespace, name, plan

    def report(self, namespace: str, name: str, plan: Plan, since: str) -> None:
        """Report a pod as its kubelet would: it was started at `since` and fares as its plan says."""
        pod = self.get("Pod", namespace, name)
        known = f"{self.renamed.get(name, name)}_{namespace}({pod['metadata']['uid']})"
        if NETWORKS in pod["metadata"].get("annotations", {}):
            self.patch("Pod", namespace, name, {"metadata": {"annotations": {NETWORKS: networks(plan)}}})
        self.patch("Pod", namespace, name, {"status": status(pod, plan, since, known)}, "status", _STRATEGIC)
        if (namespace, name) not in self._running and plan.state != "image":
            started = Told("Started", f"Started container {pod['spec']['containers'][0]['name']}", "kubelet", later(since, 4))
            self.tell(pod | {"spec": pod["spec"] | {"nodeName": plan.node}}, started)
        self._running[namespace, name] = plan, since

    def fares(self, namespace: str, suffix: str, state: str, since: str, *told: Told) -> None:
        """Let the pod whose name in the sample ends so fare otherwise from `since` on, and tell it."""
        ((_, name),) = [key for key in self._running if key[0] == namespace and self.renamed.get(key[1], key[1]).endswith(suffix)]
        plan, started = self._running[namespace, name]
        self.report(namespace, name, plan._replace(state=state, since=since), started)
        for each in told:
            self.tell(self.get("Pod", namespace, name), each)

    def tell(self, found: Obj, told: Told) -> None:
        """Leave an Event about an object."""
        self.create(event(told, found))

    def quiet(self, timeout_s: float = 90.0) -> dict[str, list[Obj]]:
        """Wait until nothing changes and what the controllers have written agrees with the pods; return all objects."""
        end, before, since = time.monotonic() + timeout_s, None, 0.0
        while time.monotonic() < end:
            objects = self.objects()
            versions = {o["metadata"]["uid"]: o["metadata"]["resourceVersion"] for found in objects.values() for o in found}
            if versions != before:
                before, since = versions, time.monotonic()
            elif time.monotonic() - since >= 1.0 and self.agrees(objects):
                self._is_quiet = True
                return objects
            time.sleep(0.15)
        raise AssertionError(f"the control plane did not become quiet at {self.now} of the story")

    def objects(self) -> dict[str, list[Obj]]:
        """Return all objects of the kinds of the sample, and remember them."""
        found = {}
        for kind in KINDS:
            listed = self.ask("GET", path(kind))
            found[kind] = [{"apiVersion": listed["apiVersion"], "kind": kind} | each for each in listed["items"]]
            self.seen |= {each["metadata"]["uid"]: each for each in found[kind]}
        return found

    def agrees(self, objects: dict[str, list[Obj]]) -> bool:
        """Tell whether the controllers have seen every workload, and the slices every pod."""
        kinds = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
        if any(o["status"].get("observedGeneration") != o["metadata"]["generation"] for kind in kinds for o in objects[kind]):
            return False
        return all(self._written(service, objects) for service in objects["Service"] if service["spec"].get("selector"))

    def _written(self, service: Obj, objects: dict[str, list[Obj]]) -> bool:
        space, name, early = service["metadata"]["namespace"], service["metadata"]["name"], service["spec"].get("publishNotReadyAddresses")
        if name in self.stale:
            return True
        wanted, said = set(), set()
        for pod in objects["Pod"]:
            meta, told = pod["metadata"], pod["status"]
            matches = meta["namespace"] == space and service["spec"]["selector"].items() <= meta.get("labels", {}).items()
            if matches and told["phase"] not in ("Succeeded", "Failed"):
                ready = any(c["type"] == "Ready" and c["status"] == "True" for c in told.get("conditions", []))
                state = bool(early or (ready and "deletionTimestamp" not in meta))
                families = service["spec"]["ipFamilies"]
                wanted |= {(each["ip"], state) for each in told.get("podIPs", []) if ("IPv6" if ":" in each["ip"] else "IPv4") in families}
        for each in objects["EndpointSlice"]:
            if (each["metadata"]["namespace"], each["metadata"]["labels"].get("kubernetes.io/service-name")) == (space, name):
                said |= {(e["addresses"][0], e["conditions"]["ready"]) for e in each["endpoints"] or []}
        return wanted == said
