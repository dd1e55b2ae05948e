"""Names, times and identities: everything random is a digest of what it names, so two runs agree."""

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
}


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


def number(below: int, *words: object) -> int:
    """Return a number of 0 to `below` - 1 that depends on `words` only."""
    return int.from_bytes(digest(*words)[:8], "big") % below


def suffix(length: int, *words: object) -> str:
    """Return what the API server would append to a generateName."""
    return "".join(SAFE[byte % len(SAFE)] for byte in digest(*words)[:length])


def uid(kind: str, namespace: str | None, name: str, created: str) -> str:
    """Return the uid of one object; the same name made again at another time has another one."""
    return str(uuid.UUID(bytes=digest(kind, namespace, name, created)[:16], version=4))


def make(kind: str, namespace: str | None, name: str, created: str, changed: str | None = None, **meta: Any) -> Obj:
    """Return an object with its metadata; resourceVersion holds the time of the last change until `number_versions`."""
    metadata: Obj = {"name": name, "creationTimestamp": at(created), "uid": uid(kind, namespace, name, at(created))}
    metadata["resourceVersion"] = at(changed or created)
    if namespace is not None:
        metadata["namespace"] = namespace
    metadata |= {key: value for key, value in meta.items() if value not in (None, {}, [])}
    return {"apiVersion": API_VERSIONS.get(kind, "v1"), "kind": kind, "metadata": metadata}


def owner(of: Obj) -> list[Obj]:
    """Return the ownerReferences of an object that `of` controls."""
    reference = {"apiVersion": of["apiVersion"], "kind": of["kind"], "name": of["metadata"]["name"], "uid": of["metadata"]["uid"]}
    return [reference | {"controller": True, "blockOwnerDeletion": True}]


def key(obj: Obj) -> tuple[int, str, str]:
    """Order in which kubectl prints objects: kinds as they were asked for, then namespace, then name."""
    return KINDS.index(obj["kind"]), obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def number_versions(*snapshots: list[Obj]) -> None:
    """Replace the times of last change by resourceVersions that grow with them over all `snapshots`."""
    changes = {(o["metadata"]["resourceVersion"], *key(o)) for objects in snapshots for o in objects}
    versions = {change: str(1_204_318 + 7 * place) for place, change in enumerate(sorted(changes))}
    for objects in snapshots:
        for o in objects:
            o["metadata"]["resourceVersion"] = versions[o["metadata"]["resourceVersion"], *key(o)]


def kubectl_json(objects: list[Obj]) -> str:
    """Return what ``kubectl get ... -A -o json`` prints: four spaces, sorted keys, Go's escapes."""
    listed = {"apiVersion": "v1", "items": sorted(objects, key=key), "kind": "List", "metadata": {"resourceVersion": ""}}
    text = json.dumps(listed, indent=4, sort_keys=True, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text + "\n"
