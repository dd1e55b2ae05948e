"""Pods as the API holds them: the object of one workload in one state, with tokens for what differs from pod to pod."""

from __future__ import annotations

from random import Random
from typing import Any

from benchmarks.plan import Workload

Obj = dict[str, Any]

_REGISTRY = "registry.shop.example:5000/platform"
_SIDECARS = ("istio-proxy", "otel-collector", "vault-agent")
_ENV = ("DATABASE_URL", "LOG_LEVEL", "FEATURE_FLAGS", "CACHE_TTL_SECONDS", "UPSTREAM_TIMEOUT", "REGION", "JAVA_TOOL_OPTIONS", "GOMEMLIMIT")
_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

_STATES = (  # probability for pods of long-running workloads; the rest is ready
    (0.012, "unready"),
    (0.010, "crash"),
    (0.004, "creating"),
    (0.004, "unscheduled"),
    (0.005, "failed"),
    (0.006, "terminating"),
    (0.002, "terminating-unready"),
)
LIVE = frozenset({"ready", "unready", "crash", "terminating", "terminating-unready"})  # hold an address, not terminal


def draw_state(workload: Workload, rng: Random) -> str:
    """Return the state of one more pod of `workload`."""
    draw = rng.random()
    if workload.kind == "Job":
        return "succeeded" if draw < 0.7 else "failed" if draw < 0.75 else "ready"
    for probability, state in _STATES:
        draw -= probability
        if draw < 0:
            return "ready" if workload.kind == "DaemonSet" and state == "unscheduled" else state
    return "ready"


def pod_object(workload: Workload, revision: int, state: str, *, dual_stack: bool) -> Obj:
    """Return the pod of `workload`'s ReplicaSet number `revision` in `state`; per-pod values are tokens."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _metadata(workload, revision, state),
        "spec": _spec(workload, state),
        "status": _status(workload, state, dual_stack=dual_stack),
    }


def pod_labels(workload: Workload, revision: int) -> dict[str, str]:
    """Return the labels of a pod: the template's and those that its controller adds."""
    if workload.kind == "Deployment":
        return workload.labels | {"pod-template-hash": workload.hashes[revision]}
    if workload.kind == "StatefulSet":
        return workload.labels | {"apps.kubernetes.io/pod-index": "@index@", "statefulset.kubernetes.io/pod-name": "@name@"}
    return workload.labels


def owner_of(workload: Workload, revision: int) -> tuple[str, str]:
    """Return kind and name of the controlling owner."""
    if workload.kind == "Deployment":
        return "ReplicaSet", f"{workload.name}-{workload.hashes[revision]}"
    return workload.kind, workload.name


def _metadata(workload: Workload, revision: int, state: str) -> Obj:
    kind, name = owner_of(workload, revision)
    meta: Obj = {"name": "@name@"}
    if workload.kind != "StatefulSet":
        meta["generateName"] = f"{name}-"
    meta |= {"namespace": workload.namespace, "uid": "@uid@", "resourceVersion": "@rv@", "creationTimestamp": "@t0@"}
    if state.startswith("terminating"):
        meta |= {"deletionTimestamp": "@t4@", "deletionGracePeriodSeconds": 30}
    meta["labels"] = pod_labels(workload, revision)
    meta["annotations"] = {
        "checksum/config": f"{workload.number * 2654435761 % 2**64:016x}{workload.number * 40503 % 2**64:016x}",
        "kubectl.kubernetes.io/restartedAt": "2026-10-30T14:02:11Z",
        "prometheus.io/port": "9090",
        "prometheus.io/scrape": "true",
    }
    if state != "unscheduled":
        meta["annotations"] |= {"cni.projectcalico.org/containerID": "@cid@", "cni.projectcalico.org/podIP": "@ip@/32"}
    api = "batch/v1" if kind == "Job" else "apps/v1"
    uid = f"{workload.number:08x}-{revision:04x}-4a4a-8b8b-{workload.number * 7919 % 16**12:012x}"
    owner = {"apiVersion": api, "kind": kind, "name": name, "uid": uid, "controller": True, "blockOwnerDeletion": True}
    return meta | {"ownerReferences": [owner]}


def _spec(workload: Workload, state: str) -> Obj:
    spec: Obj = {"volumes": _volumes(workload)}
    init = [_plain_container("migrate", workload)] if workload.init else []
    if workload.sidecar:
        proxy = _plain_container("mesh-proxy", workload)
        init.append(proxy | {"restartPolicy": "Always", "ports": [{"name": "mesh", "containerPort": 15020, "protocol": "TCP"}]})
    if init:
        spec["initContainers"] = init
    spec["containers"] = [_container(workload, number) for number in range(workload.containers)]
    spec |= {
        "restartPolicy": "Never" if workload.kind == "Job" else "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": workload.name,
        "serviceAccount": workload.name,
    }
    if state != "unscheduled":
        spec["nodeName"] = "@node@"
    if workload.host_network:
        spec["hostNetwork"] = True
    if workload.kind == "StatefulSet":
        spec |= {"hostname": "@name@", "subdomain": workload.name}
    seconds: Obj = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    spec |= {
        "securityContext": {"runAsNonRoot": True, "fsGroup": 2000, "seccompProfile": {"type": "RuntimeDefault"}},
        "schedulerName": "default-scheduler",
        "tolerations": [{"key": "node.kubernetes.io/not-ready"} | seconds, {"key": "node.kubernetes.io/unreachable"} | seconds],
        "priority": 0,
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
    }
    if workload.number % 3 == 0:
        spread = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
        spec["topologySpreadConstraints"] = [spread | {"labelSelector": {"matchLabels": workload.labels}}]
    return spec


def _volumes(workload: Workload) -> list[Obj]:
    token = {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}
    authority = {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}
    field = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    sources = [token, authority, {"downwardAPI": {"items": [field]}}]
    # the API server gives this volume a random name per pod: equal containers differ in their bytes
    access = {"name": "kube-api-access-@vol@", "projected": {"sources": sources, "defaultMode": 420}}
    config = {"name": "config", "configMap": {"name": f"{workload.name}-config", "defaultMode": 420}}
    return [config, {"name": "tmp", "emptyDir": {}}, *([access] if _talks_to_api(workload) else [])]


def _talks_to_api(workload: Workload) -> bool:
    return workload.number % 5 != 4  # the others set automountServiceAccountToken to false


def _plain_container(name: str, workload: Workload) -> Obj:
    return {
        "name": name,
        "image": f"{_REGISTRY}/{name}:2.{workload.number % 30}.1",
        "env": [{"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}],
        "resources": {"limits": {"memory": "128Mi"}, "requests": {"cpu": "50m", "memory": "64Mi"}},
        "volumeMounts": [{"name": "kube-api-access-@vol@", "readOnly": True, "mountPath": _MOUNT}] if _talks_to_api(workload) else [],
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }


def container_name(workload: Workload, number: int) -> str:
    """Return the name of app container `number`."""
    return workload.name.rsplit("-", 1)[-1] + "-app" if number == 0 else _SIDECARS[number - 1]


def container_ports(workload: Workload, number: int) -> list[Obj]:
    """Return the declared ports of app container `number`."""
    if number:
        return [{"name": f"side-{number}", "containerPort": 15090 + number, "protocol": "TCP"}]
    host = ("hostPort",) if workload.host_network else ()
    return [{"name": name, "containerPort": port, "protocol": "TCP"} | dict.fromkeys(host, port) for name, port in workload.ports]


def _container(workload: Workload, number: int) -> Obj:
    container = _plain_container(container_name(workload, number), workload)
    ports = container_ports(workload, number)
    if ports:
        container["ports"] = ports
        for probe, path in (("readinessProbe", "/ready"), ("livenessProbe", "/healthz"))[: 2 - (number + workload.number) % 2]:
            check = {"path": path, "port": ports[0]["name"], "scheme": "HTTP"}
            container[probe] = {"httpGet": check, "initialDelaySeconds": 5, "timeoutSeconds": 2, "periodSeconds": 10}
            container[probe] |= {"successThreshold": 1, "failureThreshold": 3}
    if number == 0:
        wanted = _ENV[: 2 + workload.number % 5]
        container["args"] = ["serve", "--config=/etc/app/config.yaml", f"--shard={workload.number % 16}", "--drain-timeout=20s"]
        container["env"] = [{"name": name, "value": f"{name.lower()}-{workload.number * 31 % 977}"} for name in wanted]
        secret = {"secretKeyRef": {"name": f"{workload.name}-db", "key": "password"}}
        container["env"].append({"name": "DATABASE_PASSWORD", "valueFrom": secret})
        mounts = [{"name": "config", "readOnly": True, "mountPath": "/etc/app"}, {"name": "tmp", "mountPath": "/tmp"}]
        container["volumeMounts"] = [*mounts, *container["volumeMounts"]]
        drop = {"capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False}
        container["securityContext"] = drop
    return container


def _status(workload: Workload, state: str, *, dual_stack: bool) -> Obj:
    if state == "unscheduled":
        text = "0/100 nodes are available: 100 Insufficient cpu. preemption: 0/100 nodes are available."
        condition = {"type": "PodScheduled", "status": "False", "lastTransitionTime": "@t0@", "reason": "Unschedulable", "message": text}
        return {"phase": "Pending", "conditions": [condition], "qosClass": "Burstable"}
    phase = {"creating": "Pending", "succeeded": "Succeeded", "failed": "Failed"}.get(state, "Running")
    status: Obj = {"phase": phase, "conditions": _conditions(state), "hostIP": "@hostip@", "hostIPs": [{"ip": "@hostip@"}]}
    if state != "creating":
        ips = ["@ip@", "@ip6@"] if dual_stack and not workload.host_network else ["@ip@"]
        status |= {"podIP": "@ip@", "podIPs": [{"ip": ip} for ip in ips]}
    status["startTime"] = "@t1@"
    if state == "failed":
        status |= {"reason": "Evicted", "message": "The node was low on resource: ephemeral-storage."}
    if workload.init or workload.sidecar:
        names = ["migrate"] * workload.init + ["mesh-proxy"] * workload.sidecar
        status["initContainerStatuses"] = [_container_status(workload, name, n, state) for n, name in enumerate(names)]
    names = [container_name(workload, number) for number in range(workload.containers)]
    status["containerStatuses"] = [_container_status(workload, name, n, state) for n, name in enumerate(names)]
    return status | {"qosClass": "Burstable"}


def _conditions(state: str) -> list[Obj]:
    ready = state in ("ready", "terminating")
    reason: Obj = {"reason": "PodCompleted"} if state == "succeeded" else {"reason": "ContainersNotReady"}
    if state not in ("ready", "terminating", "succeeded"):
        reason |= {"message": "containers with unready status: [app]"}
    conditions: list[Obj] = []
    for kind, holds in (
        ("PodReadyToStartContainers", state not in ("creating", "succeeded", "failed")),
        ("Initialized", True),
        ("Ready", ready),
        ("ContainersReady", ready),
        ("PodScheduled", True),
    ):
        condition: Obj = {"type": kind, "status": "True" if holds else "False", "lastProbeTime": None, "lastTransitionTime": "@t2@"}
        conditions.append(condition if holds else condition | reason)
    return conditions


def _container_status(workload: Workload, name: str, number: int, state: str) -> Obj:
    done = state in ("succeeded", "failed") or name == "migrate"
    first_fails = number == 0 and name not in ("migrate", "mesh-proxy")
    if state == "creating":
        now: Obj = {"waiting": {"reason": "ContainerCreating"}}
    elif state == "crash" and first_fails:
        text = "back-off 5m0s restarting failed container=app pod=@name@"
        now = {"waiting": {"reason": "CrashLoopBackOff", "message": text}}
    elif done:
        code = 137 if state == "failed" else 0
        ended = {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": "@t2@", "finishedAt": "@t3@"}
        now = {"terminated": ended | {"containerID": "containerd://@id@"}}
    else:
        now = {"running": {"startedAt": "@t2@"}}
    last: Obj = {}
    if state == "crash" and first_fails:
        last = {
            "terminated": {"exitCode": 1, "reason": "Error", "startedAt": "@t2@", "finishedAt": "@t3@", "containerID": "containerd://@id@"}
        }
    waits = first_fails and state in ("unready", "terminating-unready")
    return {
        "name": name,
        "state": now,
        "lastState": last,
        "ready": ("running" in now and not waits) or name == "migrate",
        "restartCount": "@#restarts@",
        "image": f"{_REGISTRY}/{name}:2.{workload.number % 30}.1",
        "imageID": f"{_REGISTRY}/{name}@sha256:{workload.number * 2246822519 % 16**16:016x}{'5c7e19ab' * 6}",
        "containerID": f"containerd://@id{number}@",
        "started": "running" in now,
    }
