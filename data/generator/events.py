"""Events of the last hour, as the kubelet, the scheduler and the controllers would have left them."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import NamedTuple

from .base import Obj, at, digest, make
from .pods import WHY_UNSCHEDULABLE


class Told(NamedTuple):
    """One Event: what it is about (kind, and namespace/name with wildcards), what it says, and when."""

    kind: str
    about: str
    reason: str
    message: str
    by: str  # component; a kubelet, where it has none
    first: str
    last: str = ""
    count: int = 1
    warning: bool = False


def _about(found: Obj, container: bool) -> Obj:
    meta = found["metadata"]
    row = {"apiVersion": found["apiVersion"], "kind": found["kind"], "name": meta["name"], "uid": meta["uid"]}
    if found["kind"] == "Node":
        return {"apiVersion": "v1", "kind": "Node", "name": meta["name"], "uid": meta["uid"]}
    row |= {"namespace": meta["namespace"], "resourceVersion": str(900_000 + digest(meta["uid"])[0] * 1000)}
    return row | ({"fieldPath": f"spec.containers{{{found['spec']['containers'][0]['name']}}}"} if container else {})


def _event(told: Told, objects: list[Obj]) -> Obj:
    (found,) = (o for o in objects if o["kind"] == told.kind and fnmatch(_name(o, "@" in told.about), told.about))
    last = at(told.last or told.first)
    name = f"{found['metadata']['name']}.{digest(told)[:8].hex()}"
    made = make("Event", found["metadata"].get("namespace", "default"), name, told.first, last)
    meta = found["metadata"]
    message = told.message.replace("$POD", f"{meta['name']}_{meta.get('namespace')}({meta['uid']})")
    message = message.replace("$NAME", f"{meta.get('namespace')}/{meta['name']}")
    kubelet = told.by == "kubelet"
    made |= {"involvedObject": _about(found, kubelet), "message": message, "reason": told.reason}
    made |= {"reportingComponent": told.by, "type": "Warning" if told.warning else "Normal"}
    if told.by == "default-scheduler":  # writes through events.k8s.io: other fields hold the times
        made |= {
            "action": "Scheduling",
            "eventTime": at(told.first).replace("Z", ".204518Z"),
            "firstTimestamp": None,
            "lastTimestamp": None,
        }
        made |= {"source": {}, "reportingInstance": "default-scheduler-control-1"}
        return made | ({"series": {"count": told.count, "lastObservedTime": last.replace("Z", ".911307Z")}} if told.count > 1 else {})
    host = found["spec"]["nodeName"] if kubelet else ""
    made |= {"count": told.count, "eventTime": None, "firstTimestamp": at(told.first), "lastTimestamp": last}
    return made | {"reportingInstance": host, "source": {"component": told.by} | ({"host": host} if host else {})}


def _name(found: Obj, with_node: bool) -> str:
    name = f"{found['metadata'].get('namespace', '')}/{found['metadata']['name']}"
    return f"{name}@{found['spec'].get('nodeName')}" if with_node else name


def _scaled(name: str, when: str, *steps: tuple[str, str, int, int]) -> list[Told]:
    told = []
    for verb, pod_hash, old, new in steps:
        message = f"Scaled {verb} replica set {name}-{pod_hash} from {old} to {new}"
        told.append(Told("Deployment", f"shop/{name}", "ScalingReplicaSet", message, "deployment-controller", when))
    return told


ROUTINE = [
    Told("CronJob", "data/db-backup", "SuccessfulCreate", "Created job db-backup-29922555", "cronjob-controller", "13:15:00"),
    Told(
        "CronJob",
        "data/db-backup",
        "SawCompletedJob",
        "Saw completed job: db-backup-29922555, condition: Complete",
        "cronjob-controller",
        "13:15:19",
    ),
    Told("Job", "data/db-backup-*", "Completed", "Job completed", "job-controller", "13:15:19"),
    Told("Pod", "data/db-backup-*", "Scheduled", "Successfully assigned $NAME to node-b", "default-scheduler", "13:15:00"),
    Told(
        "Pod",
        "data/db-backup-*",
        "Pulled",
        'Container image "docker.io/library/postgres:18.1" already present on machine',
        "kubelet",
        "13:15:01",
    ),
    Told("Pod", "data/db-backup-*", "Created", "Created container: dump", "kubelet", "13:15:02"),
    Told("Pod", "data/db-backup-*", "Started", "Started container dump", "kubelet", "13:15:02"),
]
NO_IMAGE = 'Failed to pull image "registry.example/shop/media:2.9.1-rc": rpc error: code = NotFound desc = no such manifest'
ROLLOUTS = [
    *_scaled("payments", "13:31:10", ("down", "7d4c9f6b85", 4, 2), ("up", "59b7f8d6cc", 0, 2)),
    Told(
        "Pod",
        "shop/payments-*-k2v9x",
        "BackOff",
        "Back-off restarting failed container app in pod $POD",
        "kubelet",
        "13:31:40",
        "14:02:55",
        141,
        True,
    ),
    Told(
        "Pod",
        "shop/payments-*-zp6wn",
        "Unhealthy",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        "kubelet",
        "13:31:23",
        "14:03:03",
        191,
        True,
    ),
    *_scaled("orders", "13:33:02", ("up", "6c9f5d7b84", 0, 3)),
    *_scaled("media", "13:36:04", ("up", "6f5c8b9d74", 0, 1)),
    Told("Pod", "shop/media-*-q8z4h", "Failed", NO_IMAGE, "kubelet", "13:36:09", "13:55:12", 8, True),
    Told("Pod", "shop/media-*-q8z4h", "Failed", "Error: ErrImagePull", "kubelet", "13:36:09", "13:55:12", 8, True),
    Told(
        "Pod",
        "shop/media-*-q8z4h",
        "BackOff",
        'Back-off pulling image "registry.example/shop/media:2.9.1-rc"',
        "kubelet",
        "13:36:20",
        "14:03:01",
        112,
        True,
    ),
    *_scaled("reviews", "13:41:01", ("up", "74c9d8f6b5", 0, 1)),
    Told("Pod", "shop/reviews-*-s7f2m", "Scheduled", "Successfully assigned $NAME to node-b", "default-scheduler", "13:41:02"),
    Told("Pod", "shop/reviews-*-s7f2m", "Started", "Started container app", "kubelet", "13:41:06"),
    *_scaled("search", "13:44:20", ("down", "84d6c7b9f5", 1, 0)),
    Told("Pod", "shop/search-*-r6h9k", "Killing", "Stopping container app", "kubelet", "13:44:20"),
]
LOST_NODE = [
    Told("Node", "/node-c", "NodeNotReady", "Node node-c status is now: NodeNotReady", "node-controller", "13:47:10"),
    *(
        Told("Pod", about, "NodeNotReady", "Node is not ready", "node-controller", "13:47:10", warning=True)
        for about in ("edge/gateway-*@node-c", "kube-system/kindnet-*@node-c", "kube-system/kube-proxy-*@node-c", "data/cache-1")
    ),
    Told("Pod", "data/cache-1", "TaintManagerEviction", "Marking for deletion Pod data/cache-1", "taint-eviction-controller", "13:52:15"),
]
SINGLE = [
    Told("Pod", "shop/checkout-*-n5gqc", "TargetUnhealthy", "health check timed out, 3 of 3", "lb.example.net", "13:50:02", warning=True),
    Told(
        "StatefulSet", "data/db", "SuccessfulCreate", "create Pod db-2 in StatefulSet db successful", "statefulset-controller", "13:54:12"
    ),
    Told("Pod", "data/db-2", "FailedScheduling", WHY_UNSCHEDULABLE, "default-scheduler", "13:54:12", "13:59:14", 2, True),
    *_scaled("pricing", "13:58:30", ("down", "5b9d8f7c64", 2, 1)),
    Told("Pod", "shop/pricing-*-xk9dp", "Killing", "Stopping container app", "kubelet", "13:58:30"),
    Told(
        "Service",
        "shop/pricing",
        "FailedToUpdateEndpointSlices",
        "Error updating Endpoint Slices for Service shop/pricing: failed to update the EndpointSlice: etcdserver: request timed out",
        "endpoint-slice-controller",
        "13:58:37",
        "14:02:21",
        7,
        True,
    ),
]


def events(during: bool, oldest: str, objects: list[Obj]) -> list[Obj]:
    """Return the Events about `objects` (some of them gone by now) whose last time is not before `oldest`."""
    told = ROUTINE + (ROLLOUTS + LOST_NODE + SINGLE if during else [])
    return [_event(each, objects) for each in told if at(each.last or each.first) >= oldest]
