"""Workloads and the pods they own: Deployment with its ReplicaSets, StatefulSet, DaemonSet, Job, CronJob."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

from .base import Obj, at, later, make, owner, suffix, uid
from .pods import Plan, pod


class Revision(NamedTuple):
    """One template of a Deployment, and the pods that run it."""

    number: int
    created: str
    template: Obj
    pods: tuple[Plan, ...] = ()
    hash: str = ""


def _selected(template: Obj) -> dict[str, str]:
    labels = template["metadata"]["labels"]
    return {key: labels[key] for key in ("app", "k8s-app") if key in labels}


def _counts(pods: list[Obj]) -> tuple[int, int]:
    alive = [p for p in pods if "deletionTimestamp" not in p["metadata"]]
    return len(alive), sum(is_ready(p) for p in alive)


def is_ready(found: Obj) -> bool:
    """Tell whether the condition Ready of a pod is True."""
    return any(c["type"] == "Ready" and c["status"] == "True" for c in found["status"]["conditions"])


def changed_at(pods: list[Obj], otherwise: str) -> str:
    """Return the time of the last change of any of `pods`."""
    return max([p["metadata"]["resourceVersion"] for p in pods], default=at(otherwise))


def deployment(
    namespace: str, name: str, revisions: list[Revision], replicas: int, *, created: str, changed: str = "", **strategy: Any
) -> list[Obj]:
    """Return a Deployment, its ReplicaSets and their pods; `changed` is the time of the last edit."""
    newest = revisions[-1]
    labels = _selected(newest.template)
    rolling = {"maxSurge": "25%", "maxUnavailable": "25%"} | strategy
    meta = {"labels": labels, "annotations": {"deployment.kubernetes.io/revision": str(newest.number)}}
    made = make("Deployment", namespace, name, created, changed, generation=newest.number + 2 + bool(changed), **meta)
    made["spec"] = {
        "progressDeadlineSeconds": 600,
        "replicas": replicas,
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": labels},
        "strategy": {"rollingUpdate": rolling, "type": "RollingUpdate"},
        "template": newest.template,
    }
    sets = [_replica_set(made, revision, changed) for revision in revisions]
    pods = [pod for _, *owned in sets for pod in owned]
    made["metadata"]["resourceVersion"] = max(at(changed or created), changed_at(pods, created))
    made["status"] = _deployment_status(made, _counts(sets[-1][1:]), _counts(pods))
    return [made, *(found for objects in sets for found in objects)]


def _deployment_status(made: Obj, newest: tuple[int, int], all_pods: tuple[int, int]) -> Obj:
    name, changed, (alive, ready) = made["metadata"]["name"], made["metadata"]["resourceVersion"], all_pods
    replicas, spare = made["spec"]["replicas"], made["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"]
    enough = ready >= replicas - (spare if isinstance(spare, int) else replicas * int(spare.rstrip("%")) // 100)
    available = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    if not enough:
        available = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    progressed = ("True", "NewReplicaSetAvailable", f'ReplicaSet for deployment "{name}" has successfully progressed.')
    if newest[0] < alive and newest[1] < newest[0]:
        progressed = ("False", "ProgressDeadlineExceeded", f'ReplicaSet for deployment "{name}" has timed out progressing.')
    rows = [
        {"type": kind, "status": row[0], "reason": row[1], "message": row[2], "lastTransitionTime": changed, "lastUpdateTime": changed}
        for kind, row in (("Available", available), ("Progressing", progressed))
    ]
    status: Obj = {"conditions": rows, "observedGeneration": made["metadata"]["generation"]}
    counts = {"replicas": alive, "updatedReplicas": newest[0], "readyReplicas": ready, "availableReplicas": ready}
    counts["unavailableReplicas"] = alive - ready
    return status | {key: count for key, count in counts.items() if count}


def _replica_set(made: Obj, revision: Revision, changed: str) -> list[Obj]:
    namespace, name = made["metadata"]["namespace"], made["metadata"]["name"]
    pod_hash = revision.hash or suffix(10, name, revision.number)
    template = copy.deepcopy(revision.template)
    template["metadata"]["labels"] = template["metadata"]["labels"] | {"pod-template-hash": pod_hash}
    labels = made["metadata"]["labels"] | {"pod-template-hash": pod_hash}
    annotations = {
        "deployment.kubernetes.io/desired-replicas": str(made["spec"]["replicas"]),
        "deployment.kubernetes.io/max-replicas": str(made["spec"]["replicas"] + 1),
        "deployment.kubernetes.io/revision": str(revision.number),
    }
    meta = {"labels": template["metadata"]["labels"], "annotations": annotations, "generation": 1 + len(revision.pods)}
    rs = make("ReplicaSet", namespace, f"{name}-{pod_hash}", revision.created, ownerReferences=owner(made), **meta)
    rs["spec"] = {"replicas": len(revision.pods), "selector": {"matchLabels": labels}, "template": template}
    pods = [pod(template, rs, plan) for plan in revision.pods]
    rs["metadata"]["resourceVersion"] = max(changed_at(pods, revision.created), at(changed or revision.created))
    count, ready = _counts(pods)
    counts = {"fullyLabeledReplicas": count, "readyReplicas": ready, "availableReplicas": ready}
    status: Obj = {"replicas": count, "observedGeneration": rs["metadata"]["generation"]}
    rs["status"] = status | {key: value for key, value in counts.items() if value}
    return [rs, *pods]


def stateful_set(namespace: str, name: str, template: Obj, plans: tuple[Plan, ...], *, created: str, service: str, size: str) -> list[Obj]:
    """Return a StatefulSet and its pods, numbered in order."""
    labels = _selected(template)
    made = make("StatefulSet", namespace, name, created, labels=labels, generation=1)
    claim: Obj = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "status": {"phase": "Pending"}}
    claim["spec"] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, "volumeMode": "Filesystem"}
    made["spec"] = {
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "podManagementPolicy": "OrderedReady",
        "replicas": len(plans),
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": labels},
        "serviceName": service,
        "template": template,
        "updateStrategy": {"rollingUpdate": {"partition": 0}, "type": "RollingUpdate"},
        "volumeClaimTemplates": [claim],
    }
    revision = f"{name}-{suffix(10, name, 'revision')}"
    labelled = copy.deepcopy(template)
    labelled["metadata"]["labels"] = template["metadata"]["labels"] | {"controller-revision-hash": revision}
    pods = []
    for place, plan in enumerate(plans):
        own = copy.deepcopy(labelled)
        own["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": f"data-{name}-{place}"}}]
        pods.append(pod(own, made, plan._replace(name=f"={name}-{place}", hostname=True)))
    ready = sum(map(is_ready, pods))
    made["metadata"]["resourceVersion"] = changed_at(pods, created)
    counts = {"replicas": len(pods), "readyReplicas": ready, "availableReplicas": ready, "currentReplicas": len(pods)}
    counts |= {"updatedReplicas": len(pods), "observedGeneration": 1, "collisionCount": 0}
    made["status"] = counts | {"currentRevision": revision, "updateRevision": revision}
    return [made, *pods]


def daemon_set(namespace: str, name: str, template: Obj, plans: tuple[Plan, ...], *, created: str) -> list[Obj]:
    """Return a DaemonSet and its pods, one per node."""
    labels = _selected(template)
    annotations = {"deprecated.daemonset.template.generation": "1"}
    made = make("DaemonSet", namespace, name, created, labels=labels, annotations=annotations, generation=1)
    rolling = {"maxSurge": 0, "maxUnavailable": 1}
    made["spec"] = {"revisionHistoryLimit": 10, "selector": {"matchLabels": labels}, "template": template}
    made["spec"]["updateStrategy"] = {"rollingUpdate": rolling, "type": "RollingUpdate"}
    extra = {"controller-revision-hash": suffix(10, name, "revision"), "pod-template-generation": "1"}
    pods = []
    for plan in plans:
        own = copy.deepcopy(template)
        own["metadata"]["labels"] = own["metadata"]["labels"] | extra
        field = {"key": "metadata.name", "operator": "In", "values": [plan.node]}
        terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
        own["spec"]["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
        pods.append(pod(own, made, plan))
    ready = sum(is_ready(p) for p in pods)
    made["metadata"]["resourceVersion"] = changed_at(pods, created)
    status = {"currentNumberScheduled": len(pods), "desiredNumberScheduled": len(pods), "numberMisscheduled": 0, "numberReady": ready}
    status |= {"numberAvailable": ready, "observedGeneration": 1, "updatedNumberScheduled": len(pods)}
    made["status"] = status | ({"numberUnavailable": len(pods) - ready} if ready < len(pods) else {})
    return [made, *pods]


def job(namespace: str, name: str, template: Obj, plan: Plan, *, created: str, cron: Obj | None = None) -> list[Obj]:
    """Return a finished Job and its Succeeded pod."""
    own = uid("Job", namespace, name, at(created))
    extra = {"batch.kubernetes.io/controller-uid": own, "batch.kubernetes.io/job-name": name, "controller-uid": own, "job-name": name}
    labelled = copy.deepcopy(template)
    labelled["metadata"]["labels"] = template["metadata"]["labels"] | extra
    labelled["spec"]["restartPolicy"] = "Never"
    ended = later(plan.since, 2)
    meta: Obj = {"labels": labelled["metadata"]["labels"], "generation": 1}
    if cron:
        meta |= {"ownerReferences": owner(cron), "annotations": {"batch.kubernetes.io/cronjob-scheduled-timestamp": at(created)}}
    made = make("Job", namespace, name, created, ended, **meta)
    made["spec"] = {
        "backoffLimit": 3,
        "completionMode": "NonIndexed",
        "completions": 1,
        "manualSelector": False,
        "parallelism": 1,
        "podReplacementPolicy": "TerminatingOrFailed",
        "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": own}},
        "suspend": False,
        "template": labelled,
    }
    why = {"lastProbeTime": ended, "lastTransitionTime": ended, "message": "Reached expected number of succeeded pods"}
    rows = [why | {"reason": "CompletionsReached", "status": "True", "type": kind} for kind in ("SuccessCriteriaMet", "Complete")]
    made["status"] = {"completionTime": ended, "conditions": rows, "ready": 0, "startTime": at(created), "succeeded": 1}
    made["status"] |= {"terminating": 0, "uncountedTerminatedPods": {}}
    return [made, pod(labelled, made, plan._replace(state="succeeded"))]


def cron_job(namespace: str, name: str, template: Obj, schedule: str, *, created: str, last: str) -> Obj:
    """Return a CronJob whose last Job began at `last` and is done."""
    made = make("CronJob", namespace, name, created, later(last, 19), labels={"app": name}, generation=1)
    own = copy.deepcopy(template)
    own["spec"]["restartPolicy"] = "Never"
    made["spec"] = {"concurrencyPolicy": "Forbid", "failedJobsHistoryLimit": 1, "schedule": schedule, "successfulJobsHistoryLimit": 1}
    made["spec"] |= {"suspend": False, "jobTemplate": {"metadata": {}, "spec": {"backoffLimit": 3, "template": own}}}
    made["status"] = {"lastScheduleTime": at(last), "lastSuccessfulTime": later(last, 19)}
    return made
