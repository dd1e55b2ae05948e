"""Pods: a template, a place and a state become the object that the kubelet and the control plane keep."""

from __future__ import annotations

import copy
import json
from typing import NamedTuple

from .base import Obj, at, digest, later, make, owner, suffix
from .nodes import addresses, pod_addresses
from .templates import TOKEN, token_volume, tolerations


class Plan(NamedTuple):
    """One pod: where it runs, since when, and how it fares."""

    node: str | None
    place: int  # of its address in the ranges of the node; 0 on the host's network
    created: str
    name: str = ""  # suffix, or whole name where it starts with "="
    state: str = "ready"  # ready, crash, unready, image, gate, unschedulable, lost, evicted, succeeded
    since: str = ""  # when that state began
    families: int = 2
    hostname: bool = False  # a member of a StatefulSet


EVICTED_AFTER = 305  # seconds from a lost node to the deletion of its pods: the default toleration


def _spec(template: Obj, plan: Plan, name: str, controller: Obj) -> Obj:
    spec = copy.deepcopy(template["spec"])
    spec |= {"enableServiceLinks": True, "preemptionPolicy": "PreemptLowerPriority"}
    spec.setdefault("priority", 0)
    spec.setdefault("serviceAccountName", "default")
    spec["serviceAccount"] = spec["serviceAccountName"]
    spec["tolerations"] = spec.get("tolerations", []) + tolerations(controller["kind"] == "DaemonSet")
    if plan.hostname:
        spec |= {"hostname": name, "subdomain": controller["spec"]["serviceName"]}
    if plan.node:
        spec["nodeName"] = plan.node
    if spec.get("hostNetwork"):
        for each in (port for c in spec["containers"] for port in c.get("ports", [])):
            each["hostPort"] = each["containerPort"]
    if spec.get("automountServiceAccountToken", True):
        volume = "kube-api-access-" + suffix(5, "token", name)
        spec["volumes"] = [*spec.get("volumes", []), token_volume(volume)]
        for each in spec["containers"] + spec.get("initContainers", []):
            each["volumeMounts"] = [*each.get("volumeMounts", []), {"mountPath": TOKEN, "name": volume, "readOnly": True}]
    return spec


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


def _container_statuses(spec: Obj, plan: Plan, meta: Obj) -> Obj:
    found: Obj = {}
    started, pod_name = later(plan.created, 4), f"{meta['name']}_{meta['namespace']}({meta['uid']})"
    for field, status in (("containers", "containerStatuses"), ("initContainers", "initContainerStatuses")):
        for place, each in enumerate(spec.get(field, [])):
            sidecar = each.get("restartPolicy") == "Always"
            own = plan
            if field == "initContainers":
                own = plan._replace(state="ready" if sidecar else "succeeded", since=later(plan.created, 3))
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
                row["containerID"] = "containerd://" + digest(meta["name"], each["name"], plan.created).hex()
            if each["resources"].get("requests"):
                row["allocatedResources"] = each["resources"]["requests"]
            found.setdefault(status, []).append(row)
    return found


def _condition(kind: str, status: bool, since: str, reason: str = "", message: str = "") -> Obj:
    row: Obj = {"type": kind, "status": str(status), "lastProbeTime": None, "lastTransitionTime": since, "observedGeneration": 1}
    return row | ({"reason": reason} if reason else {}) | ({"message": message} if message else {})


def _conditions(spec: Obj, plan: Plan) -> list[Obj]:
    made, up = at(plan.created), later(plan.created, 12)
    since = at(plan.since) if plan.since else up
    if plan.state in ("crash", "image"):  # never was ready
        since = made
    if plan.state == "unschedulable":
        return [_condition("PodScheduled", False, made, "Unschedulable", WHY_UNSCHEDULABLE)]
    done = {"reason": "PodCompleted"} if plan.state == "succeeded" else {}
    unready = f"containers with unready status: [{spec['containers'][0]['name']}]"
    broken = {"reason": "ContainersNotReady", "message": unready} if plan.state in ("crash", "unready", "image") else done
    containers_ready = not broken
    rows = [_condition(gate["conditionType"], plan.state != "gate", since, *_gate_text(plan)) for gate in spec.get("readinessGates", [])]
    if plan.state == "evicted":
        when = later(plan.since, EVICTED_AFTER)
        rows.append(_condition("DisruptionTarget", True, when, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"))
    rows.append(_condition("PodReadyToStartContainers", plan.state != "succeeded", since if done else later(plan.created, 2)))
    rows.append(_condition("Initialized", True, later(plan.created, 3), **done))
    ready = {**broken}
    if plan.state == "gate":
        ready = {"reason": "ReadinessGatesNotReady"}
        ready["message"] = f'corresponding condition of pod readiness gate "{spec["readinessGates"][0]["conditionType"]}" is "False"'
    rows.append(_condition("Ready", plan.state == "ready", since, **ready))
    rows.append(_condition("ContainersReady", containers_ready, since if broken else up, **broken))
    return [*rows, _condition("PodScheduled", True, made)]


def _gate_text(plan: Plan) -> tuple[str, str]:
    if plan.state == "gate":
        return "TargetUnhealthy", "the load balancer's health check of this target fails: 3 of 3 timed out"
    return "TargetHealthy", ""


WHY_UNSCHEDULABLE = (
    "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 node(s) didn't match "
    "PersistentVolume's node affinity. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
)
PHASES = {"image": "Pending", "unschedulable": "Pending", "succeeded": "Succeeded"}


def _status(spec: Obj, plan: Plan, meta: Obj) -> Obj:
    burstable = any(c["resources"] for c in spec["containers"])
    status: Obj = {"phase": PHASES.get(plan.state, "Running"), "qosClass": "Burstable" if burstable else "BestEffort"}
    status |= {"conditions": _conditions(spec, plan), "observedGeneration": 1}
    if plan.node is None:
        return status
    host = addresses(plan.node)
    own = host if spec.get("hostNetwork") else pod_addresses(plan.node, plan.place)[: plan.families]
    status |= {"hostIP": host[0], "hostIPs": [{"ip": a} for a in host], "startTime": at(plan.created)}
    status |= {"podIP": own[0], "podIPs": [{"ip": a} for a in own]}
    return status | _container_statuses(spec, plan, meta)


def pod(template: Obj, controller: Obj, plan: Plan) -> Obj:
    """Return the pod that `controller` made from `template`."""
    base = controller["metadata"]["name"]
    name = plan.name[1:] if plan.name.startswith("=") else f"{base}-{plan.name or suffix(5, base, *plan[:3])}"
    namespace = controller["metadata"]["namespace"]
    labels = dict(template["metadata"]["labels"])
    if plan.hostname:
        labels |= {"apps.kubernetes.io/pod-index": name.rpartition("-")[2], "statefulset.kubernetes.io/pod-name": name}
    annotations = dict(template["metadata"].get("annotations", {}))
    if "k8s.v1.cni.cncf.io/network-status" in annotations and plan.node:
        annotations["k8s.v1.cni.cncf.io/network-status"] = _network_status(plan.node, plan.place)
    changed, deletion = at(plan.since or later(plan.created, 12)), {}
    if plan.state == "evicted":
        changed = later(plan.since, EVICTED_AFTER)
        deletion = {"deletionTimestamp": later(changed, 30), "deletionGracePeriodSeconds": 30}
    meta = {"labels": labels, "annotations": annotations, "generateName": f"{base}-", "generation": 2 if deletion else 1}
    made = make("Pod", namespace, name, plan.created, changed, ownerReferences=owner(controller), **meta, **deletion)
    spec = _spec(template, plan, name, controller)
    return made | {"spec": spec, "status": _status(spec, plan, made["metadata"])}


def _network_status(node: str, place: int) -> str:
    four, six = pod_addresses(node, place)
    mac = "0a:58:" + ":".join(f"{int(part):02x}" for part in four.split("."))
    said = {"name": "kindnet", "interface": "eth0", "ips": [four, six], "mac": mac, "default": True, "dns": {}}
    return json.dumps([said], indent=4)
