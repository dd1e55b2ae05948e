"""Workloads as people write them: what runs, how many, and where their pods will stand."""

from __future__ import annotations

from typing import Any, NamedTuple

from .base import Obj, make
from .kubelet import Plan


class Workload(NamedTuple):
    """One workload, when it was applied, and the pods that its controller will make of it."""

    made: Obj
    since: str
    plans: tuple[Plan, ...] = ()


def plans(*places: tuple[str, int] | tuple[str, int, str], **more: Any) -> tuple[Plan, ...]:
    """Return one pod to come per (node, place in its ranges, end of its name)."""
    return tuple(Plan(*place, **more) for place in places)


def _selector(template: Obj) -> Obj:
    labels = template["metadata"]["labels"]
    return {"matchLabels": {key: labels[key] for key in ("app", "k8s-app") if key in labels}}


def _make(kind: str, namespace: str, name: str, template: Obj, **spec: Any) -> Obj:
    selector = _selector(template)
    return make(kind, namespace, name, labels=selector["matchLabels"], spec={"selector": selector, "template": template} | spec)


def deployment(namespace: str, name: str, template: Obj, since: str, places: tuple[Plan, ...], **rolling: Any) -> Workload:
    """Return a Deployment with as many replicas as `places`; `rolling` holds maxSurge and maxUnavailable."""
    strategy = {"rollingUpdate": rolling, "type": "RollingUpdate"} if rolling else None
    more = {"replicas": len(places), "revisionHistoryLimit": 3} | ({"strategy": strategy} if strategy else {})
    return Workload(_make("Deployment", namespace, name, template, **more), since, places)


def stateful_set(namespace: str, name: str, template: Obj, since: str, places: tuple[Plan, ...], *, service: str, size: str) -> Workload:
    """Return a StatefulSet with a volume for each member."""
    claim: Obj = {"metadata": {"name": "data"}}
    claim["spec"] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    more = {"replicas": len(places), "serviceName": service, "volumeClaimTemplates": [claim]}
    return Workload(_make("StatefulSet", namespace, name, template, **more), since, places)


def volumes(workload: Workload, zones: dict[str, str]) -> list[Obj]:
    """Return a volume for each member of a StatefulSet, in the zone of the node where the member will stand."""
    meta, (claim,) = workload.made["metadata"], workload.made["spec"]["volumeClaimTemplates"]
    found = []
    for place, plan in enumerate(workload.plans):
        term = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": [zones[plan.node]]}
        spec = {
            "accessModes": ["ReadWriteOnce"],
            "capacity": claim["spec"]["resources"]["requests"],
            "claimRef": {"namespace": meta["namespace"], "name": f"data-{meta['name']}-{place}"},
            "csi": {"driver": "disks.example.net", "volumeHandle": f"{meta['name']}-{place}"},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}},
            "persistentVolumeReclaimPolicy": "Retain",
        }
        found.append(make("PersistentVolume", None, f"{meta['namespace']}-{meta['name']}-{place}", spec=spec))
    return found


def daemon_set(namespace: str, name: str, template: Obj, since: str, places: tuple[Plan, ...]) -> Workload:
    """Return a DaemonSet; its controller makes one pod for each node that joins."""
    return Workload(_make("DaemonSet", namespace, name, template), since, places)


def job(namespace: str, name: str, template: Obj, since: str, plan: Plan) -> Workload:
    """Return a Job of one pod."""
    once = template | {"spec": template["spec"] | {"restartPolicy": "Never"}}
    made = make("Job", namespace, name, labels=template["metadata"]["labels"], spec={"backoffLimit": 3, "template": once})
    return Workload(made, since, (plan,))


def cron_job(namespace: str, name: str, template: Obj, schedule: str) -> Obj:
    """Return a CronJob."""
    once = template | {"spec": template["spec"] | {"restartPolicy": "Never"}}
    spec: Obj = {"concurrencyPolicy": "Forbid", "failedJobsHistoryLimit": 1, "schedule": schedule, "successfulJobsHistoryLimit": 1}
    return make(
        "CronJob", namespace, name, labels={"app": name}, spec=spec | {"jobTemplate": {"spec": {"backoffLimit": 3, "template": once}}}
    )
