"""What a kubelet reports of its pods: there is none here, so the recorder speaks for it."""

from __future__ import annotations

import json
from typing import NamedTuple

from .base import Obj, at, digest, later
from .nodes import addresses, pod_addresses

NETWORKS = "k8s.v1.cni.cncf.io/network-status"


class Plan(NamedTuple):
    """One pod to come: where it will run, what the end of its name will be, and how it will fare."""

    node: str
    place: int = 0  # of its address in the ranges of the node; 0 on the host's network
    name: str = ""  # what stands for the characters that the API server makes up
    state: str = "ready"  # ready, crash, unready, image, gate, lost, evicted, succeeded
    since: str = ""  # when that state began
    families: int = 2


EVICTED_AFTER = 305  # seconds from a lost node to the deletion of its pods: the default toleration


def _container_state(plan: Plan, started: str, image: str, pod_name: str) -> Obj:
    running = {"running": {"startedAt": started}}
    if plan.state == "succeeded":
        ended = {"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": at(plan.since)}
        return {"ready": False, "started": False, "restartCount": 0, "lastState": {}, "state": {"terminated": ended}}
    if plan.state == "image":
        message = f'Back-off pulling image "{image}": ErrImagePull: rpc error: code = NotFound desc = no such manifest'
        waiting = {"reason": "ImagePullBackOff", "message": message}
        return {"ready": False, "started": False, "restartCount": 0, "lastState": {}, "state": {"waiting": waiting}}
    if plan.state == "crash":
        ended = {"exitCode": 1, "reason": "Error", "startedAt": later(plan.since, -6), "finishedAt": at(plan.since)}
        message = f"back-off 5m0s restarting failed container=app pod={pod_name}"
        waiting = {"reason": "CrashLoopBackOff", "message": message}
        return {"ready": False, "started": False, "restartCount": 9, "lastState": {"terminated": ended}, "state": {"waiting": waiting}}
    return {"ready": plan.state != "unready", "started": True, "restartCount": 0, "lastState": {}, "state": running}


def _container_statuses(spec: Obj, plan: Plan, created: str, pod_name: str) -> Obj:
    found: Obj = {}
    started = later(created, 4)
    for field, status in (("containers", "containerStatuses"), ("initContainers", "initContainerStatuses")):
        for place, each in enumerate(spec.get(field, [])):
            sidecar = each.get("restartPolicy") == "Always"
            own = plan
            if field == "initContainers":
                own = plan._replace(state="ready" if sidecar else "succeeded", since=later(created, 3))
            # the first container is the one that fails; its neighbours run
            elif place and plan.state in ("crash", "unready", "image"):
                own = plan._replace(state="ready")
            row = _container_state(own, started, each["image"], pod_name) | {
                "imageID": "",
                **{k: each[k] for k in ("name", "image", "resources")},
            }
            if field == "initContainers" and not sidecar:
                row["ready"] = True
            if own.state != "image":
                row["imageID"] = f"{each['image'].rpartition(':')[0]}@sha256:{digest(each['image']).hex()}"
                row["containerID"] = "containerd://" + digest(pod_name.partition("_")[0], each["name"], created).hex()
            found.setdefault(status, []).append(row)
    return found


def _condition(kind: str, status: bool, since: str, reason: str = "", message: str = "") -> Obj:
    row: Obj = {"type": kind, "status": str(status), "lastProbeTime": None, "lastTransitionTime": since, "observedGeneration": 1}
    return row | ({"reason": reason} if reason else {}) | ({"message": message} if message else {})


def _conditions(spec: Obj, plan: Plan, created: str) -> list[Obj]:
    made, up = at(created), later(created, 12)
    since = at(plan.since) if plan.since else up
    if plan.state in ("crash", "image"):  # never was ready
        since = made
    done = {"reason": "PodCompleted"} if plan.state == "succeeded" else {}
    unready = f"containers with unready status: [{spec['containers'][0]['name']}]"
    broken = {"reason": "ContainersNotReady", "message": unready} if plan.state in ("crash", "unready", "image") else done
    containers_ready = not broken
    rows = [_condition(gate["conditionType"], plan.state != "gate", since, *_gate_text(plan)) for gate in spec.get("readinessGates", [])]
    if plan.state == "evicted":
        when = later(plan.since, EVICTED_AFTER)
        rows.append(_condition("DisruptionTarget", True, when, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"))
    rows.append(_condition("PodReadyToStartContainers", plan.state != "succeeded", since if done else later(created, 2)))
    rows.append(_condition("Initialized", True, later(created, 3), **done))
    ready = {**broken}
    if plan.state == "gate":
        ready = {"reason": "ReadinessGatesNotReady"}
        ready["message"] = f'corresponding condition of pod readiness gate "{spec["readinessGates"][0]["conditionType"]}" is "False"'
    rows.append(_condition("Ready", plan.state == "ready", since, **ready))
    rows.append(_condition("ContainersReady", containers_ready, since if broken else up, **broken))
    return rows


def _gate_text(plan: Plan) -> tuple[str, str]:
    if plan.state == "gate":
        return "TargetUnhealthy", "the load balancer's health check of this target fails: 3 of 3 timed out"
    return "TargetHealthy", ""


PHASES = {"image": "Pending", "succeeded": "Succeeded"}


def status(found: Obj, plan: Plan, created: str, pod_name: str) -> Obj:
    """Return the status of a pod made at `created`; `pod_name` is how the kubelet calls it, ``name_namespace(uid)``."""
    spec, host = found["spec"], addresses(plan.node)
    own = host if spec.get("hostNetwork") else pod_addresses(plan.node, plan.place)[: plan.families]
    told: Obj = {"phase": PHASES.get(plan.state, "Running"), "conditions": _conditions(spec, plan, created), "observedGeneration": 1}
    told |= {"hostIP": host[0], "hostIPs": [{"ip": a} for a in host], "startTime": at(created)}
    told |= {"podIP": own[0], "podIPs": [{"ip": a} for a in own]}
    return told | _container_statuses(spec, plan, created, pod_name)


def networks(plan: Plan) -> str:
    """Return what the network plugin writes into an annotation of the pod."""
    four, six = pod_addresses(plan.node, plan.place)
    mac = "0a:58:" + ":".join(f"{int(part):02x}" for part in four.split("."))
    said = {"name": "kindnet", "interface": "eth0", "ips": [four, six], "mac": mac, "default": True, "dns": {}}
    return json.dumps([said], indent=4)
