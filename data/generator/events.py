"""Events that kubelets, the scheduler and what else is not there leave; those of the controllers are the controllers' own."""

from __future__ import annotations

from typing import NamedTuple

from .base import Obj, at, digest, make


class Told(NamedTuple):
    """One Event: what it says, who says it, when, how often."""

    reason: str
    message: str  # with $POD for how a kubelet calls the pod, and $NAME for its namespace/name
    by: str
    first: str
    last: str = ""
    count: int = 1
    warning: bool = False


NO_IMAGE = 'Failed to pull image "registry.example/shop/media:2.9.1-rc": rpc error: code = NotFound desc = no such manifest'
CRASHING = Told("BackOff", "Back-off restarting failed container app in pod $POD", "kubelet", "13:31:40", "14:02:55", 141, True)
UNHEALTHY = Told(
    "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", "kubelet", "13:31:23", "14:03:03", 191, True
)
PULLING = (
    Told("Failed", NO_IMAGE, "kubelet", "13:36:16", "13:55:12", 8, True),
    Told("Failed", "Error: ErrImagePull", "kubelet", "13:36:16", "13:55:12", 8, True),
    Told("BackOff", 'Back-off pulling image "registry.example/shop/media:2.9.1-rc"', "kubelet", "13:36:20", "14:03:01", 112, True),
)
NODE_LOST = Told("NodeNotReady", "Node node-c status is now: NodeNotReady", "node-controller", "13:47:10")
POD_LOST = Told("NodeNotReady", "Node is not ready", "node-controller", "13:47:10", warning=True)
EVICTED = Told("TaintManagerEviction", "Marking for deletion Pod $NAME", "taint-eviction-controller", "13:52:15")
UNTARGETED = Told("TargetUnhealthy", "health check timed out, 3 of 3", "lb.example.net", "13:50:02", warning=True)
BACKUP_MADE = Told("SuccessfulCreate", "Created job db-backup-29922555", "cronjob-controller", "13:15:00")
BACKUP_DONE = Told("SawCompletedJob", "Saw completed job: db-backup-29922555, condition: Complete", "cronjob-controller", "13:15:17")


def event(told: Told, found: Obj) -> Obj:
    """Return the Event about an object of the cluster."""
    meta, kubelet = found["metadata"], told.by == "kubelet"
    about = {"apiVersion": found["apiVersion"], "kind": found["kind"], "name": meta["name"], "uid": meta["uid"]}
    if "namespace" in meta:
        about |= {"namespace": meta["namespace"], "resourceVersion": meta["resourceVersion"]}
    if kubelet:
        about["fieldPath"] = f"spec.containers{{{found['spec']['containers'][0]['name']}}}"
    message = told.message.replace("$POD", f"{meta['name']}_{meta.get('namespace')}({meta['uid']})")
    message = message.replace("$NAME", f"{meta.get('namespace')}/{meta['name']}")
    name = f"{meta['name']}.{digest(told.reason, message)[:8].hex()}"
    made = make("Event", meta.get("namespace", "default"), name, involvedObject=about, message=message, reason=told.reason)
    made |= {"reportingComponent": told.by, "type": "Warning" if told.warning else "Normal"}
    if told.by == "default-scheduler":  # writes through events.k8s.io: other fields hold the times
        return made | {
            "action": "Binding",
            "eventTime": at(told.first).replace("Z", ".000000Z"),
            "reportingInstance": "default-scheduler-x",
        }
    host = {"host": found["spec"]["nodeName"]} if kubelet else {}
    made |= {"count": told.count, "firstTimestamp": at(told.first), "lastTimestamp": at(told.last or told.first)}
    return made | {"reportingInstance": host.get("host", ""), "source": {"component": told.by} | host}
