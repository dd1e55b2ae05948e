"""The rules of the endpoint ledger once more, pod by pod over API dicts: slow, plain, and independent of the package.

Written from sections 2.3, 3 and 4 of the reference and the tables of decisions of the design. It reads the dicts
that an input is made of, never the package's tables. ``known(kind, namespace)`` says what was read whole;
``partly(kind, namespace)`` is not needed: what is among the objects was read.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable
from typing import Any

_SKIP = "endpointslice.kubernetes.io/skip-mirror"
Obj = dict[str, Any]
Known = Callable[[str, str | None], bool]
FAMILIES = ("IPv4", "IPv6")
# EP-* order, for ties
ORDER = ("TERMINAL_PHASE", "NO_POD_IP", "NODE_MISSING", "FAMILY_MISSING", "PORT_UNRESOLVED", "TERMINATING", "NOT_READY")
NO_STEPS = ("NO_SUCH_POD", "SELECTOR_MISMATCH", "OTHER_NAMESPACE", "NOT_COLLECTED")


def of_kind(objects: list[Obj], kind: str) -> list[Obj]:
    return [item for item in objects if item["kind"] == kind]


def space_of(item: Obj) -> str:
    return item["metadata"]["namespace"]


def name_of(item: Obj) -> str:
    return item["metadata"]["name"]


def family_of(address: str) -> str:
    return f"IPv{ipaddress.ip_address(address).version}"


def is_managed(service: Obj) -> bool:
    """EP-0."""
    return service["spec"].get("type") != "ExternalName" and bool(service["spec"].get("selector"))


def selects(service: Obj, labels: dict[str, str] | None) -> bool:
    """EP-1b."""
    return all((labels or {}).get(key) == value for key, value in service["spec"]["selector"].items())


def is_terminal(pod: Obj) -> bool:
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def is_terminating(pod: Obj) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def is_ready(pod: Obj) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", []))


def addresses_of(pod: Obj) -> dict[str, str]:
    """EP-6a, NM-6."""
    status = pod.get("status", {})
    texts = [entry["ip"] for entry in status.get("podIPs", [])] or ([status["podIP"]] if status.get("podIP") else [])
    return {family_of(text): text for text in texts}


def primary_of(pod: Obj) -> str | None:
    found = list(addresses_of(pod))
    return found[0] if found else None


def families_of(service: Obj) -> list[str] | None:
    """EP-4; None: whatever candidates have."""
    spec = service["spec"]
    headless = spec.get("clusterIP") == "None"
    if headless and not is_managed(service):
        return None  # section 2.3, case 2
    if spec.get("ipFamilies"):
        return list(spec["ipFamilies"])
    if spec.get("clusterIP") and not headless:
        return [family_of(address) for address in spec.get("clusterIPs") or [spec["clusterIP"]]]  # SV-3
    return None


def first_family(service: Obj) -> str | None:
    """EP-44."""
    spec = service["spec"]
    if spec.get("ipFamilies"):
        return spec["ipFamilies"][0]
    if spec.get("clusterIP") and spec["clusterIP"] != "None":
        return family_of(spec["clusterIP"])
    return None


def find_port(pod: Obj, port: Obj) -> tuple[int | None, str | None]:
    """EP-11 to EP-16: the number, or the rule by which there is none."""
    wanted = port.get("targetPort", port["port"])
    if isinstance(wanted, int):
        return wanted, None
    protocol = port.get("protocol", "TCP")
    spec = pod["spec"]
    inits = spec.get("initContainers", [])
    counted = spec["containers"] + [c for c in inits if c.get("restartPolicy") == "Always"]
    declared = [p for container in counted for p in container.get("ports", [])]
    for candidate in declared:
        if candidate.get("name") == wanted and candidate.get("protocol", "TCP") == protocol:
            return candidate["containerPort"], None
    if any(candidate.get("name") == wanted for candidate in declared):
        return None, "EP-16"
    others = [p for container in inits for p in container.get("ports", [])]
    if any(p.get("name") == wanted and p.get("protocol", "TCP") == protocol for p in others):
        return None, "EP-13"
    return None, "EP-14"


def expected(service: Obj, pod: Obj, port: Obj | None, family: str | None, nodes: set[str] | None) -> tuple[str, str | None, str | None]:
    """State, reason and rule of a selected pod (3.1)."""
    publish = bool(service["spec"].get("publishNotReadyAddresses"))
    if is_terminal(pod):
        return "absent", "TERMINAL_PHASE", "EP-1c"
    if "status" not in pod:
        return "unknown", "NOT_COLLECTED", "SN-23"
    if not addresses_of(pod):
        return "absent", "NO_POD_IP", "EP-1d"
    if not publish and nodes is not None and pod["spec"].get("nodeName") not in nodes:
        return "absent", "NODE_MISSING", "EP-3"
    if family is not None and family not in addresses_of(pod):
        return "absent", "FAMILY_MISSING", "EP-6"
    if port is not None:
        number, rule = find_port(pod, port)
        if number is None:
            return "absent", "PORT_UNRESOLVED", rule
    if publish or (is_ready(pod) and not is_terminating(pod)):
        return "ready", None, None
    if is_terminating(pod):
        return "terminating" if is_ready(pod) else "terminating-not-serving", "TERMINATING", "EP-7"
    return "not-ready", "NOT_READY", "EP-7"


class World:
    """The objects, and what is known."""

    def __init__(self, objects: list[Obj], known: Known) -> None:
        self.objects, self.known = objects, known
        self.pods = of_kind(objects, "Pod")
        self.services = sorted(of_kind(objects, "Service"), key=lambda s: (space_of(s), name_of(s)))
        self.nodes = {name_of(n) for n in of_kind(objects, "Node")} if known("Node", None) else None
        self.zones = {name_of(n): n["metadata"].get("labels", {}).get("topology.kubernetes.io/zone") for n in of_kind(objects, "Node")}

    def source(self, service: Obj) -> tuple[str, bool]:
        """EP-47: where observed endpoints come from, and whether absence means none."""
        space, name = space_of(service), name_of(service)
        slices = [s for s in of_kind(self.objects, "EndpointSlice") if self._of(s, service)]
        legacy = [e for e in of_kind(self.objects, "Endpoints") if (space_of(e), name_of(e)) == (space, name)]
        cut = any(e["metadata"].get("annotations", {}).get("endpoints.kubernetes.io/over-capacity") == "truncated" for e in legacy)
        if self.known("EndpointSlice", space):
            return "slices", True
        filled = [e for e in legacy if e.get("subsets")]
        if not is_managed(service) and any(_SKIP in e["metadata"].get("labels", {}) for e in filled):
            return ("slices", False) if slices and not self.known("Endpoints", space) else ("nothing", False)  # EP-41
        if self.known("Endpoints", space):
            return "endpoints", not cut
        if slices:
            return "slices", False
        return ("endpoints", False) if filled else ("nothing", False)

    def _of(self, item: Obj, service: Obj) -> bool:
        label = item["metadata"].get("labels", {}).get("kubernetes.io/service-name")
        return (space_of(item), label) == (space_of(service), name_of(service))

    def endpoints(self, service: Obj) -> list[Obj]:
        """Observed endpoints: address, family, state, rank, target, node, zone, ports as (name, protocol, number)."""
        source, _ = self.source(service)
        found = []
        if source == "slices":
            for item in of_kind(self.objects, "EndpointSlice"):
                if self._of(item, service) and item["addressType"] != "FQDN":
                    ports = [(p.get("name") or "", p.get("protocol", "TCP"), p.get("port")) for p in item.get("ports") or []]
                    found += [
                        _entry(e, e["addresses"][0], e.get("conditions") or {}, ports, space_of(service))
                        for e in item.get("endpoints") or []
                    ]
        if source == "endpoints":
            for item in of_kind(self.objects, "Endpoints"):
                if (space_of(item), name_of(item)) != (space_of(service), name_of(service)):
                    continue
                for subset in item.get("subsets") or []:
                    ports = [(p.get("name") or "", p.get("protocol", "TCP"), p["port"]) for p in subset.get("ports") or []]
                    for side, ready in (("addresses", True), ("notReadyAddresses", False)):
                        found += [_entry(e, e["ip"], {"ready": ready}, ports, space_of(service)) for e in subset.get(side) or []]
        return found

    def pod(self, space: str, name: str) -> Obj | None:
        return next((p for p in self.pods if (space_of(p), name_of(p)) == (space, name)), None)


def _entry(endpoint: Obj, address: str, conditions: Obj, ports: list[Any], space: str) -> Obj:
    ready = conditions.get("ready") is not False  # EP-8
    serving = conditions.get("serving") is not False
    terminating = bool(conditions.get("terminating"))
    if ready:
        state = "ready"
    elif terminating:
        state = "terminating" if serving else "terminating-not-serving"
    else:
        state = "not-ready"
    target = endpoint.get("targetRef") or {}
    return {
        "address": address,
        "family": family_of(address),
        "state": state,
        "rank": (terminating, not ready, not serving),  # KX-6
        "pointed": target.get("kind") == "Pod",
        "target": (target.get("namespace") or space, target.get("name")),
        "uid": target.get("uid"),
        "node": endpoint.get("nodeName"),
        "zone": endpoint.get("zone"),
        "ports": ports,
    }


def joined(endpoint: Obj, port: Obj | None) -> list[int | None]:
    """Numbers at which an endpoint serves a Service port (KX-3, KX-4); a Service without ports takes all."""
    if port is None:
        return [None]
    key = (port.get("name") or "", port.get("protocol", "TCP"))
    return [number for name, protocol, number in endpoint["ports"] if (name, protocol) == key and number]


def same_pod(endpoint: Obj, pod: Obj) -> bool:
    """A targetRef agrees with the pod of that name."""
    uid = pod["metadata"].get("uid")
    if endpoint["uid"] and uid and endpoint["uid"] != uid:
        return False
    return "status" not in pod or endpoint["address"] in addresses_of(pod).values()


def ledger(objects: list[Obj], known: Known) -> list[Obj]:
    """Rows of BACKENDS, unordered."""
    world = World(objects, known)
    rows: list[Obj] = []
    for service in world.services:
        if service["spec"].get("type") != "ExternalName":
            rows += _of_service(world, service)
    return rows


def _of_service(world: World, service: Obj) -> list[Obj]:
    space = space_of(service)
    selected = [p for p in world.pods if is_managed(service) and space_of(p) == space and selects(service, p["metadata"].get("labels"))]
    seen = world.endpoints(service)
    ports: list[Obj | None] = list(service["spec"].get("ports") or []) or [None]
    families: list[str | None] | None = families_of(service)  # type: ignore[assignment]
    if families is None:
        present = {f for p in selected for f in addresses_of(p)} | {e["family"] for e in seen}
        families = sorted(present) or ([None] if selected else [])
    rows, used = [], []
    matches = {id(e): _pods_of(e, selected) for e in seen}
    for pod in selected:
        mine = [e for e in seen if any(p is pod for p in matches[id(e)])]
        for family in families:
            here = [e for e in mine if e["family"] == family]
            rows += [_own_row(world, service, pod, port, family, here) for port in ports]
    used = [id(e) for e in seen if matches[id(e)] and e["family"] in families]
    strays = [e for e in seen if id(e) not in used]
    return rows + _stray_rows(world, service, ports, families, strays, selected, matches)


def _pods_of(endpoint: Obj, selected: list[Obj]) -> list[Obj]:
    """The selected pods that an endpoint is."""
    if endpoint["pointed"]:
        return [p for p in selected if (space_of(p), name_of(p)) == endpoint["target"] and same_pod(endpoint, p)]
    holders = [p for p in selected if endpoint["address"] in addresses_of(p).values()]
    return [p for p in holders if not is_terminal(p)] or holders


def _own_row(world: World, service: Obj, pod: Obj, port: Obj | None, family: str | None, mine: list[Obj]) -> Obj:
    state, reason, rule = expected(service, pod, port, family, world.nodes)
    number = find_port(pod, port)[0] if port is not None else None
    source, whole = world.source(service)
    shown = [(e["rank"], e, n) for e in mine for n in joined(e, port)]
    best, seen = min(shown, key=lambda s: s[0])[1:] if shown else (None, None)
    wrong = [n for _, _, n in shown if number is not None and n != number]
    if best:
        observed = best["state"]
    elif source == "endpoints" and family != (first_family(service) or primary_of(pod)):
        observed = "unknown"  # EP-44
    else:
        observed = "absent" if whole else "unknown"
    wanted = state not in ("absent", "unknown")
    if observed == "unknown" or state == "unknown":
        drift = "unknown"
    elif wanted and observed == "absent":
        if mine:
            drift = "port"
        elif source == "endpoints" and state.startswith("terminating"):
            drift = "none"  # EP-9
        else:
            drift = "missing"
    elif observed == "absent":
        drift = "none"
    elif not wanted:
        drift = "port" if reason == "PORT_UNRESOLVED" else "stale"
    elif wrong:
        drift = "port"
    else:
        drift = "none" if state == observed else "readiness"
    serves = (state == observed == "ready" and drift == "none") or (state, observed) in (("ready", "unknown"), ("unknown", "ready"))
    if state == "unknown" and observed == "ready":
        reason = rule = None  # the observed side decides
    node = pod["spec"].get("nodeName") or (best["node"] if best else None)
    return {
        **_port(service, port),
        "family": family,
        "pod_namespace": space_of(pod),
        "pod": name_of(pod),
        "address": addresses_of(pod).get(family or ""),
        "node": node,
        "zone": world.zones.get(node) or (best["zone"] if best else None),
        "selected": True,
        "target_port": number,
        "observed_port": (min(wrong) if wrong else seen) if port is not None else None,
        "expected": state,
        "observed": observed,
        "drift": drift,
        "reason": reason,
        "rule": rule,
        "serves": serves,
    }


def _port(service: Obj, port: Obj | None) -> Obj:
    return {
        "namespace": space_of(service),
        "service": name_of(service),
        "port_name": (port or {}).get("name"),
        "port": (port or {}).get("port"),
        "protocol": port.get("protocol", "TCP") if port else None,
    }


def _stray_rows(
    world: World, service: Obj, ports: list[Obj | None], families: list[Any], strays: list[Obj], selected: list[Obj], matches: Any
) -> list[Obj]:
    rows: dict[Any, tuple[Any, Obj]] = {}
    alive = set()
    told = [(e, _judge(world, service, e, selected, matches[id(e)])) for e in strays]
    for endpoint, verdict in told:
        for port in ports:
            for number in joined(endpoint, port):
                alive.add((endpoint["family"], endpoint["address"], verdict["pod_namespace"], verdict["pod"]))
                row = {**_port(service, port), **verdict, "observed": endpoint["state"], "target_port": number if port else None}
                row["observed_port"] = row["target_port"]
                row["serves"] = endpoint["state"] == "ready" and verdict["expected"] in (None, "unknown") and endpoint["family"] in families
                if verdict["reason"] is None and endpoint["state"] != "ready":
                    row["reason"] = "NOT_READY" if endpoint["state"] == "not-ready" else "TERMINATING"
                    row["rule"] = "EP-8"
                _keep(rows, row, endpoint, number)
    for endpoint, verdict in told:
        if (endpoint["family"], endpoint["address"], verdict["pod_namespace"], verdict["pod"]) in alive:
            continue
        for port in ports:
            drift = verdict["drift"] if verdict["drift"] == "unknown" or verdict["expected"] is None else "port"
            row = {**_port(service, port), **verdict, "observed": "absent", "target_port": None, "drift": drift, "serves": False}
            row["observed_port"] = None
            _keep(rows, row, endpoint, "dead")
    return [row for _, row in rows.values()]


def _keep(rows: dict[Any, tuple[Any, Obj]], row: Obj, endpoint: Obj, number: Any) -> None:
    dead = number == "dead"
    key = (*[row[name] for name in ("port_name", "port", "protocol", "family", "address", "pod_namespace", "pod")], number)
    key += () if dead else (row["drift"],)
    if key not in rows or endpoint["rank"] < rows[key][0]:
        rows[key] = (endpoint["rank"], row)


def _judge(world: World, service: Obj, endpoint: Obj, selected: list[Obj], matched: list[Obj]) -> Obj:
    """What a stray endpoint is."""
    space = space_of(service)
    target_space = endpoint["target"][0]
    holder, held = None, False
    if endpoint["pointed"]:
        pod = world.pod(*endpoint["target"])
    else:
        live = [p for p in world.pods if not is_terminal(p) and endpoint["address"] in addresses_of(p).values()]
        alone = [p for p in live if not p["spec"].get("hostNetwork")]
        held = bool(live)
        pod = holder = alone[0] if len(alone) == 1 else None
    wrong = endpoint["pointed"] and pod is not None and not same_pod(endpoint, pod)
    away = (space_of(pod) if pod else target_space if endpoint["pointed"] else space) != space
    read = world.known("Pod", target_space if endpoint["pointed"] and (pod is None or away) else space)
    named = endpoint["pointed"] and pod is None and not world.known("Pod", target_space)

    def verdict(pod: Obj | None, selected: Any, expected: Any, drift: str, reason: Any, rule: Any) -> Obj:
        shown = (space_of(pod), name_of(pod)) if pod else endpoint["target"] if named else (None, None)
        node = (pod or {"spec": {}})["spec"].get("nodeName") or endpoint["node"]
        return {
            "family": endpoint["family"],
            "pod_namespace": shown[0],
            "pod": shown[1],
            "address": endpoint["address"],
            "node": node,
            "zone": world.zones.get(node) or endpoint["zone"],
            "selected": selected,
            "expected": expected,
            "drift": drift,
            "reason": reason,
            "rule": rule,
        }

    if not is_managed(service):
        return verdict(None if wrong else pod, None, None, "none", None, None)
    if wrong:
        uid = pod["metadata"].get("uid")
        other_uid = bool(endpoint["uid"] and uid and endpoint["uid"] != uid)
        return verdict(pod, any(p is pod for p in selected), "absent", "stale", "NO_SUCH_POD", "EP-26" if other_uid else "EP-6a")
    if matched:
        return verdict(matched[-1], True, "absent", "stale", "FAMILY_MISSING", "EP-5")
    if pod is None and not (held and read) and read:
        return verdict(None, False, "absent", "stale", "NO_SUCH_POD", "EP-26")
    if away:
        return verdict(pod, False, "absent", "foreign", "OTHER_NAMESPACE", "EP-1a")
    if pod is not None or (held and read):
        return verdict(pod, False, "absent", "foreign", "SELECTOR_MISMATCH", "EP-1b")
    assert holder is None
    return verdict(None, None, "unknown", "unknown", None, None)


# --- states -------------------------------------------------------------------------------------------------------


def states(objects: list[Obj], known: Known) -> list[Obj]:
    """Rows of SERVICE_STATES, in key order, without the sentence."""
    world = World(objects, known)
    rows = ledger(objects, known)
    return [_state(world, s, [r for r in rows if _counts_for(s, r)]) for s in world.services]


def _counts_for(service: Obj, row: Obj) -> bool:
    """Tell whether `row` is of `service` and of one of its families: no traffic takes other slices (KX-2)."""
    families = families_of(service)
    own = (row["namespace"], row["service"]) == (space_of(service), name_of(service))
    return own and (families is None or row["family"] in families)


def _state(world: World, service: Obj, rows: list[Obj]) -> Obj:
    space, kind = space_of(service), service["spec"].get("type", "ClusterIP")
    managed, knows_pods = is_managed(service), world.known("Pod", space)
    out: Obj = {"namespace": space, "service": name_of(service), "type": kind, "managed": managed}
    assigned = bool(service.get("status", {}).get("loadBalancer", {}).get("ingress"))
    out["load_balancer"] = ("assigned" if assigned else "pending") if kind == "LoadBalancer" else None
    if kind == "ExternalName":
        return out | dict.fromkeys(("selected", "ready", "not_ready", "terminating", "nodes", "reason")) | {"state": "external"}
    people = _candidates(world, rows)
    selected = [c for c in people if c["selected"]]
    serving = [r for r in rows if r["serves"]]
    state = _verdict(world, service, rows, people)
    waiting = [c for c in people if (c["selected"] or c["alone"]) and not c["serves"] and not c["terminating"] and not c["untold"]]
    counts = {
        "selected": len(selected) if managed and knows_pods else None,
        "ready": len([c for c in people if c["serves"]]),
        "not_ready": len(waiting),
        "terminating": len([c for c in people if c["terminating"] and (c["selected"] or c["alone"])]),
        "nodes": len({r["node"] for r in serving} - {None}),
    }
    if state == "unknown":
        counts = dict.fromkeys(counts)
    return out | counts | {"state": state, "reason": _reason(world, service, rows, state)}


def _candidates(world: World, rows: list[Obj]) -> list[Obj]:
    groups: dict[Any, list[Obj]] = {}
    for row in rows:
        key = (row["pod_namespace"], row["pod"]) if row["pod"] else (row["address"],)
        groups.setdefault(key, []).append(row)
    found = []
    for key, mine in groups.items():
        pod = world.pod(*key) if len(key) == 2 else None
        alone = all(r["expected"] in (None, "unknown") for r in mine)
        selected = any(r["selected"] for r in mine) and not any(r["reason"] == "TERMINAL_PHASE" for r in mine)
        going = any((r["expected"] or "").startswith("terminating") for r in mine)
        going |= alone and any(r["observed"].startswith("terminating") for r in mine)
        going |= selected and pod is not None and is_terminating(pod)
        found.append(
            {
                "selected": selected,
                "alone": alone,
                "terminating": going,
                "serves": any(r["serves"] for r in mine),
                "ports": {(r["port_name"], r["port"], r["protocol"]) for r in mine if r["serves"]},
                "untold": any(_untold(r) for r in mine),
            }
        )
    return found


def _untold(row: Obj) -> bool:
    return row["observed"] == "unknown" and row["expected"] in (None, "unknown")


def _verdict(world: World, service: Obj, rows: list[Obj], people: list[Obj]) -> str:
    managed, knows_pods = is_managed(service), world.known("Pod", space_of(service))
    source, whole = world.source(service)
    ports = [((p.get("name")), p["port"], p.get("protocol", "TCP")) for p in service["spec"].get("ports") or []] or [(None, None, None)]
    families = families_of(service)
    if families is None:
        families = sorted({r["family"] for r in rows}, key=str)
    fine = True
    for port in ports:
        for family in families:
            here = [r for r in rows if (r["port_name"], r["port"], r["protocol"]) == port and r["family"] == family]
            if any(r["serves"] for r in here) or any(_untold(r) for r in here):
                continue
            if here or (whole and (source == "slices" or family == first_family(service))):
                fine = False
    live = [c for c in people if c["selected"] and not c["terminating"] and not c["untold"]]
    fine &= all(c["ports"] == set(ports) for c in live)
    fine &= not any(r["drift"] in ("stale", "foreign") and r["observed"] == "ready" for r in rows)
    if any(r["serves"] for r in rows):
        return "serving" if fine else "degraded"
    for row in rows:  # KX-13
        if row["expected"] == "terminating" and row["drift"] in ("none", "unknown"):
            return "degraded"
        if row["expected"] in (None, "unknown") and row["observed"] == "terminating":
            return "degraded"
    if managed and knows_pods and not any(c["selected"] for c in people) and _scaled_to_zero(world, service):
        return "empty"
    observed_told = source != "nothing" and whole
    if not (managed and knows_pods) and not observed_told:
        return "unknown"
    return "unknown" if any(_untold(r) for r in rows) else "down"


def _scaled_to_zero(world: World, service: Obj) -> bool:
    kinds = ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")
    workloads = [w for kind in kinds for w in of_kind(world.objects, kind) if space_of(w) == space_of(service)]
    names = {(w["kind"], name_of(w)) for w in workloads}
    tops = [
        w
        for w in workloads
        if not any(o.get("controller") and (o["kind"], o["name"]) in names for o in w["metadata"].get("ownerReferences", []))
    ]
    matching = [w for w in tops if selects(service, w["spec"]["template"]["metadata"].get("labels"))]
    return bool(matching) and all(w["spec"].get("replicas", 1) == 0 for w in matching)


def _reason(world: World, service: Obj, rows: list[Obj], state: str) -> str | None:
    if state == "serving":
        return None
    if state == "empty":
        return "SCALED_TO_ZERO"
    if state == "unknown":
        return "NOT_COLLECTED"
    for terminal in (False, True):
        failing = {
            ((row["pod_namespace"], row["pod"]) if row["pod"] else row["address"], row["reason"])
            for row in rows
            if not row["serves"] and row["reason"] and row["reason"] not in NO_STEPS and (row["reason"] == "TERMINAL_PHASE") == terminal
        }
        if failing:
            counts = Counter(reason for _, reason in failing)
            return min(counts, key=lambda reason: (-counts[reason], ORDER.index(reason)))
    if is_managed(service) and world.known("Pod", space_of(service)) and not any(r["selected"] for r in rows):
        return "SELECTS_NOTHING"
    for drift in ("missing", "stale", "foreign", "port", "readiness"):
        if any(r["drift"] == drift for r in rows):
            return f"DRIFT_{drift.upper()}"
    return "NOT_COLLECTED" if is_managed(service) and not world.known("Pod", space_of(service)) else "NO_ENDPOINTS"
