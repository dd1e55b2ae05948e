"""What changed between two clusters once more, object by object over API dicts: slow, plain, and independent of the package.

Written from docs/diff.md. Gives (kind, namespace, name, change, field, before, after); causes have tests of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.analysis import reference
from tests.analysis.reference import Known, Obj

Told = tuple[str, str | None, str, str, str | None, str | None, str | None]
HASHES = ("pod-template-hash", "controller-revision-hash")
WORKLOADS = ("Deployment", "StatefulSet", "ReplicaSet")
BACKEND_FIELDS = ("expected", "observed", "drift", "reason", "target_port", "observed_port", "address", "serves")
STATE_FIELDS = ("state", "reason", "selected", "ready", "not_ready", "terminating", "load_balancer")


def changes(before: list[Obj], after: list[Obj], known: tuple[Known, Known]) -> set[Told]:
    """Return every change, as far as both sides know."""
    found = set(_objects(before, after, known))
    found |= set(_backends(before, after, known))
    return found | set(_states(before, after, known))


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(values: list[str]) -> str | None:
    return ",".join(sorted(set(values))) or None


def _objects(before: list[Obj], after: list[Obj], known: tuple[Known, Known]) -> Iterator[Told]:
    one, other = _by_key(before), _by_key(after)
    for key in one.keys() | other.keys():
        kind, space, _ = key
        if key not in other:
            if known[1](kind, space):
                yield *key, "removed", None, None, None
        elif key not in one:
            if known[0](kind, space):
                yield *key, "added", None, None, None
        else:
            old, new = _fields(one[key]), _fields(other[key])
            anew = kind == "Pod" and old["metadata.uid"] != new["metadata.uid"]
            for field in old.keys() | new.keys():
                counted = field.endswith("restartCount") and anew
                both = field == "metadata.deletionTimestamp" and old.get(field) and new.get(field)
                if old.get(field) != new.get(field) and not counted and not both and not _of_a_port(field, old, new):
                    yield *key, "changed", field, old.get(field), new.get(field)


def _of_a_port(field: str, old: Obj, new: Obj) -> bool:
    """A port that came or went is one change; of one that stayed each part is."""
    if not field.startswith("spec.ports["):
        return False
    port = field.split("]")[0] + "]"
    return (port in old and port in new) if field == port else not (port in old and port in new)


def _by_key(objects: list[Obj]) -> dict[tuple[str, str | None, str], Obj]:
    found = {}
    for item in objects:
        kind, meta = item["kind"], item["metadata"]
        owned = any(o["kind"] in WORKLOADS for o in meta.get("ownerReferences", []))
        if kind in ("Service", "Node", "Pod") or (kind in WORKLOADS and not owned):
            found[kind, meta.get("namespace"), meta["name"]] = item
    return found


def _fields(item: Obj) -> dict[str, str | None]:
    fields = {"Service": _service, "Node": _node, "Pod": _pod}.get(item["kind"], _workload)(item)
    return {"metadata.uid": item["metadata"]["uid"]} | fields


def _service(item: Obj) -> dict[str, str | None]:
    spec = item["spec"]
    external, balancer = spec["type"] == "ExternalName", spec["type"] == "LoadBalancer"
    families = spec.get("ipFamilies") or [reference.family_of(ip) for ip in spec.get("clusterIPs", []) if ip != "None"]
    ips = [ip for ip in spec.get("clusterIPs", []) if ip != "None"]
    found = {
        "spec.type": spec["type"],
        "spec.clusterIP": spec.get("clusterIP"),
        "spec.clusterIPs": _joined(ips) if len(ips) > 1 else None,
        "spec.ipFamilies": ",".join(families) or None,
        "spec.internalTrafficPolicy": None if external else "Cluster",
        "spec.externalTrafficPolicy": "Cluster" if balancer else None,
        "spec.allocateLoadBalancerNodePorts": "true" if balancer else None,
        "spec.publishNotReadyAddresses": _text(spec.get("publishNotReadyAddresses", False)),
        "spec.selector": ",".join(f"{k}={v}" for k, v in sorted((spec.get("selector") or {}).items())) or None,
    }
    for port in spec.get("ports", []):
        path = f"spec.ports[{port['port']}/{port['protocol']}]"
        target = str(port.get("targetPort", port["port"]))
        found[path] = f"{port['name']} to {target}" if port.get("name") else f"to {target}"
        found |= {f"{path}.name": port.get("name"), f"{path}.targetPort": target}
    return found


def _node(item: Obj) -> dict[str, str | None]:
    return {
        "status.conditions[Ready]": item["status"]["conditions"][0]["status"],
        "metadata.labels[topology.kubernetes.io/zone]": item["metadata"]["labels"].get("topology.kubernetes.io/zone"),
    }


def _pod(item: Obj) -> dict[str, str | None]:
    status, spec = item.get("status", {}), item["spec"]
    told = [c["status"] for c in status.get("conditions", []) if c["type"] == "Ready"]
    lists = [*spec["containers"], *spec.get("initContainers", [])]
    ports = [
        f"{p['name'] + ':' if p.get('name') else ''}{p['containerPort']}/{p.get('protocol', 'TCP')}"
        for container in lists
        for p in container.get("ports", [])
    ]
    found = {
        "spec.nodeName": spec.get("nodeName"),
        "spec.hostNetwork": _text(spec.get("hostNetwork", False)),
        "spec.containers[].ports": _joined(ports),
        "status.phase": status.get("phase"),
        "status.conditions[Ready]": str(told == ["True"]) if "status" in item else None,
        "status.podIPs": ",".join(entry["ip"] for entry in status.get("podIPs", [])) or None,
        "metadata.deletionTimestamp": item["metadata"].get("deletionTimestamp"),
    }
    counts = [c["restartCount"] for c in status.get("containerStatuses", [])]
    found["status.containerStatuses[].restartCount"] = str(sum(counts)) if counts else None
    return found | {f"metadata.labels[{k}]": v for k, v in item["metadata"]["labels"].items() if k not in HASHES}


def _workload(item: Obj) -> dict[str, str | None]:
    labels = item["spec"]["template"]["metadata"]["labels"]
    replicas = item["spec"].get("replicas", 1)
    return {"spec.replicas": _text(replicas)} | {f"spec.template.metadata.labels[{k}]": v for k, v in labels.items()}


def _alike(known: tuple[Known, Known], space: str) -> tuple[bool, bool]:
    """Whether both know the pods of a namespace, or neither; whether both observed endpoints in one form, or neither."""
    pods = known[0]("Pod", space) == known[1]("Pod", space)
    forms = ["slices" if k("EndpointSlice", space) else "endpoints" if k("Endpoints", space) else None for k in known]
    return pods, forms[0] == forms[1]


def _nodes_alike(known: tuple[Known, Known]) -> bool:
    return known[0]("Node", None) == known[1]("Node", None)


def _placed(objects: list[Obj], known: Known) -> dict[Any, Obj]:
    found: dict[Any, Obj] = {}
    for row in sorted(reference.ledger(objects, known), key=_order):
        stray = row["address"] if row["pod"] is None or row["reason"] == "NO_SUCH_POD" else None
        place = tuple(row[k] for k in ("namespace", "service", "port", "protocol", "port_name", "family", "pod_namespace", "pod"))
        number = 0
        while (*place, stray, number) in found:
            number += 1
        found[(*place, stray, number)] = row
    return found


def _order(row: Obj) -> Any:
    key = ("namespace", "service", "port", "protocol", "port_name", "family", "pod_namespace", "pod", "address")
    return [(row[name] is None, row[name] if row[name] is not None else 0) for name in key]


def _backends(before: list[Obj], after: list[Obj], known: tuple[Known, Known]) -> Iterator[Told]:
    sides = [_placed(objects, k) for objects, k in zip((before, after), known, strict=True)]
    for place in sides[0].keys() | sides[1].keys():
        old, new = sides[0].get(place), sides[1].get(place)
        row = new or old or {}
        pods, evidence = _alike(known, row["namespace"])
        key = ("Backend", row["namespace"], _name(place, row))
        if not pods:
            continue
        if old is None or new is None:
            there = 1 if old is None else 0
            selected = row["expected"] not in (None, "unknown", "absent") or bool(row["selected"])
            if known[1 - there]("Service", row["namespace"]) and (selected or evidence):
                told = "serving" if row["serves"] else "not-serving"
                yield (*key, "added", None, None, told) if there else (*key, "removed", None, told, None)
            continue
        shaky = "NODE_MISSING" in (old["reason"], new["reason"]) and not _nodes_alike(known)
        for field in BACKEND_FIELDS:
            one, other = old[field], new[field]
            if one == other or "unknown" in (one, other) or (shaky and field != "observed"):
                continue
            if evidence or field not in ("observed", "drift", "observed_port", "serves"):
                yield *key, "changed", field, _text(one), _text(other)


def _name(place: Any, row: Obj) -> str:
    port = row["port_name"] or ("-" if row["port"] is None else str(row["port"]))
    stray, number = place[-2], place[-1]
    who = f"{row['address'] or ''}#{number}" if number else stray or row["pod"] or row["address"] or "-"
    return "/".join((row["service"], port, row["protocol"] or "-", row["family"] or "-", who))


def _states(before: list[Obj], after: list[Obj], known: tuple[Known, Known]) -> Iterator[Told]:
    sides = [{(s["namespace"], s["service"]): s for s in reference.states(o, k)} for o, k in zip((before, after), known, strict=True)]
    lost = set()
    if not _nodes_alike(known):
        rows = [row for o, k in zip((before, after), known, strict=True) for row in reference.ledger(o, k)]
        lost = {(row["namespace"], row["service"]) for row in rows if row["reason"] == "NODE_MISSING"}
    for place in sides[0].keys() | sides[1].keys():
        old, new = sides[0].get(place), sides[1].get(place)
        key = ("ServiceState", *place)
        if old is None or new is None:
            if known[1 if new is None else 0]("Service", place[0]):
                state = (old or new or {})["state"]
                yield (*key, "added", None, None, state) if old is None else (*key, "removed", None, state, None)
        elif place not in lost and all(_alike(known, place[0])) and "unknown" not in (old["state"], new["state"]):
            for field in STATE_FIELDS:
                if old[field] != new[field]:
                    yield *key, "changed", field, _text(old[field]), _text(new[field])
