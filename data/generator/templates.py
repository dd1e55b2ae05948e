"""Pod templates as the API server stores them, defaults filled in."""

from __future__ import annotations

from typing import Any

from .base import Obj

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path


def port(name: str | None, number: int, protocol: str = "TCP", **more: Any) -> Obj:
    """Return a declared container port."""
    return ({"name": name} if name else {}) | {"containerPort": number, "protocol": protocol} | more


def probe(path: str, to: str | int, period: int = 10) -> Obj:
    """Return an HTTP probe."""
    times = {"failureThreshold": 3, "periodSeconds": period, "successThreshold": 1, "timeoutSeconds": 1}
    return {"httpGet": {"path": path, "port": to, "scheme": "HTTP"}} | times


def container(name: str, image: str, *ports: Obj, **more: Any) -> Obj:
    """Return a container; `more` holds args, env, probes and the like."""
    filled: Obj = {"name": name, "image": image, "resources": {}}
    filled |= {"imagePullPolicy": "IfNotPresent", "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
    return filled | ({"ports": list(ports)} if ports else {}) | more


def requests(cpu: str, memory: str) -> Obj:
    """Return the resources that a container asks for."""
    return {"requests": {"cpu": cpu, "memory": memory}}


def env(values: dict[str, str]) -> list[Obj]:
    """Return environment entries; a value ``secret:key`` refers to a Secret, ``field:path`` to a field of the pod."""
    entries: list[Obj] = []
    for name, value in values.items():
        where, _, what = value.partition(":")
        if where == "field":
            entries.append({"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": what}}})
        elif where.endswith("-secret"):
            entries.append({"name": name, "valueFrom": {"secretKeyRef": {"key": what, "name": where}}})
        else:
            entries.append({"name": name, "value": value})
    return entries


def template(labels: dict[str, str], *containers: Obj, annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    """Return a pod template."""
    filled: Obj = {"containers": list(containers), "dnsPolicy": "ClusterFirst", "restartPolicy": "Always"}
    filled |= {"schedulerName": "default-scheduler", "securityContext": {}, "terminationGracePeriodSeconds": 30}
    meta: Obj = {"labels": labels} | ({"annotations": annotations} if annotations else {})
    return {"metadata": meta, "spec": filled | spec}


def shop_template(labels: dict[str, str], *containers: Obj, annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    """Return a pod template of the shop: no token of a service account, no root."""
    hardened = {"automountServiceAccountToken": False, "securityContext": {"runAsNonRoot": True}}
    return template(labels, *containers, annotations=annotations, **(hardened | spec))


def tolerations(daemon: bool) -> list[Obj]:
    """Return what admission, or the DaemonSet controller, adds to a pod."""
    taints = [("not-ready", "NoExecute"), ("unreachable", "NoExecute")]
    if not daemon:
        return [{"key": f"node.kubernetes.io/{t}", "effect": e, "operator": "Exists", "tolerationSeconds": 300} for t, e in taints]
    taints += [(t, "NoSchedule") for t in ("disk-pressure", "memory-pressure", "pid-pressure", "unschedulable", "network-unavailable")]
    return [{"key": f"node.kubernetes.io/{t}", "effect": e, "operator": "Exists"} for t, e in taints]


def token_volume(name: str) -> Obj:
    """Return the projected volume with the token of the service account."""
    field = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
        {"downwardAPI": {"items": [field]}},
    ]
    return {"name": name, "projected": {"defaultMode": 420, "sources": sources}}
