"""Objects, times and identities: what is random in a cluster is a digest of what it names here, so two recordings agree."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from typing import Any

Obj = dict[str, Any]
SAFE = "bcdfghjklmnpqrstvwxz2456789"  # the alphabet of generated Kubernetes names
DAY = "2026-11-22"  # the day of both snapshots
BORN = "2026-09-14T08:12:04Z"  # the day the cluster was made
KINDS = (
    *("Namespace", "Node", "Pod", "Service", "Endpoints", "EndpointSlice", "Ingress", "IngressClass", "NetworkPolicy"),
    *("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ServiceCIDR", "IPAddress", "Event"),
)
API_VERSIONS = {
    "EndpointSlice": "discovery.k8s.io/v1",
    **dict.fromkeys(("Ingress", "IngressClass", "NetworkPolicy", "ServiceCIDR", "IPAddress"), "networking.k8s.io/v1"),
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    **dict.fromkeys(("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"), "admissionregistration.k8s.io/v1"),
}
_METADATA = ("labels", "annotations", "finalizers", "ownerReferences")


def at(clock: str) -> str:
    """Turn ``13:24:05`` of the day of the snapshots, or a full time, into the text of the API."""
    return clock if "T" in clock else f"{DAY}T{clock}Z"


def later(time: str, seconds: int) -> str:
    """Return a time of the API, `seconds` later (earlier where negative)."""
    moved = datetime.strptime(at(time), "%Y-%m-%dT%H:%M:%S%z") + timedelta(seconds=seconds)
    return moved.strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(*words: object) -> bytes:
    """Return 32 bytes that depend on `words` only."""
    return hashlib.sha256("/".join(map(str, words)).encode()).digest()


def suffix(length: int, *words: object) -> str:
    """Return what the API server would append to a generateName."""
    return "".join(SAFE[byte % len(SAFE)] for byte in digest(*words)[:length])


def uid(kind: str, namespace: str | None, name: str, created: str) -> str:
    """Return the uid of one object; the same name made again at another time has another one."""
    return str(uuid.UUID(bytes=digest(kind, namespace, name, created)[:16], version=4))


def make(kind: str, namespace: str | None, name: str, **more: Any) -> Obj:
    """Return an object as a person hands it to the API server; `more` holds labels, owners and the like, and the other fields."""
    metadata: Obj = {"name": name} | ({"namespace": namespace} if namespace else {})
    metadata |= {key: more.pop(key) for key in _METADATA if more.get(key)}
    return {"apiVersion": API_VERSIONS.get(kind, "v1"), "kind": kind, "metadata": metadata} | {
        k: v for k, v in more.items() if v is not None
    }


def key(obj: Obj) -> tuple[int, str, str]:
    """Order in which kubectl prints objects: kinds as they were asked for, then namespace, then name."""
    return KINDS.index(obj["kind"]), obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def kubectl_json(objects: list[Obj]) -> str:
    """Return what ``kubectl get ... -A -o json`` prints: four spaces, sorted keys, Go's escapes."""
    listed = {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
    text = json.dumps(listed, indent=4, sort_keys=True, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text + "\n"
