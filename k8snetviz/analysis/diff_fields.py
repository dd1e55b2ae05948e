"""Which fields of Services, Nodes, Namespaces and workloads matter for traffic, and how their values are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from k8snetviz.analysis.columns import equals, rows_with
from k8snetviz.analysis.diff_columns import text
from k8snetviz.analysis.diff_objects import Cells, Facet, Family, Fields
from k8snetviz.model.kinds import WORKLOADS, AddressRole, Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import OBJECTS

READY = "status.conditions[Ready]"
SELECTOR = "spec.selector"
REPLICAS = "spec.replicas"
TEMPLATE = "spec.template"
# Labels that controllers write anew with every object: hashes and uids of owners.
HASHES = frozenset(
    {"pod-template-hash", "controller-revision-hash", "pod-template-generation", "controller-uid", "batch.kubernetes.io/controller-uid"}
)
_SERVICE = {
    "type": "spec.type",
    "external_name": "spec.externalName",
    "internal_traffic_policy": "spec.internalTrafficPolicy",
    "external_traffic_policy": "spec.externalTrafficPolicy",
    "session_affinity": "spec.sessionAffinity",
    "publish_not_ready": "spec.publishNotReadyAddresses",
    "ip_family_policy": "spec.ipFamilyPolicy",
    "traffic_distribution": "spec.trafficDistribution",
    "load_balancer_class": "spec.loadBalancerClass",
    "allocate_node_ports": "spec.allocateLoadBalancerNodePorts",
    "health_check_node_port": "spec.healthCheckNodePort",
    "proxy_name": "metadata.labels[service.kubernetes.io/service-proxy-name]",
    "deleting": "metadata.deletionTimestamp",
}
_PORT = {"port_name": "name", "target_port": "targetPort", "node_port": "nodePort", "app_protocol": "appProtocol"}
_DESIRED = {Kind.DAEMON_SET.value: "status.desiredNumberScheduled", Kind.JOB.value: "spec.parallelism"}


def joined(values: Iterable[Any]) -> str | None:
    """Return different values in their order, with commas; None of nothing."""
    return ",".join(sorted({str(value) for value in values})) or None


def requirement(cells: Cells) -> tuple[str, str, str | None]:
    """Return key, operator and value of a row of SELECTORS."""
    return cells["key"], cells["operator"], cells["value"]


def selector_text(requirements: Iterable[tuple[str | None, str | None, str | None]]) -> str | None:
    """Return a selector as kubectl writes it (``app=cart,tier in (a,b),!old``); ``<all>`` selects everything, None is no selector."""
    values: dict[tuple[str, str], list[str]] = {}
    given = list(requirements)
    for key, operator, value in given:
        if key is not None and operator is not None:
            values.setdefault((key, operator), []).extend([] if value is None else [value])
    words = [_requirement(key, operator, found) for (key, operator), found in sorted(values.items())]
    return ",".join(words) or ("<all>" if given else None)


def _requirement(key: str, operator: str, values: list[str]) -> str:
    listed = ",".join(sorted(values))
    forms = {"Equals": f"{key}={listed}", "In": f"{key} in ({listed})", "NotIn": f"{key} notin ({listed})", "Exists": key}
    return forms.get(operator, f"!{key}" if operator == "DoesNotExist" else f"{key} {operator} ({listed})")


def table_of(
    name: str, kind: Kind | None, named: str, columns: Iterable[str], *, spaced: bool = True
) -> Callable[[Snapshot], pd.DataFrame]:
    """Return a function that gives `columns` of a declared table with the names of its objects as `kind`, `namespace` and `name`."""
    chosen = list(columns)

    def rows(snap: Snapshot) -> pd.DataFrame:
        frame = snap.table(name)
        frame = frame[[*([] if kind else ["kind"]), *(["namespace"] if spaced else []), named, *chosen]].rename(columns={named: "name"})
        given: dict[str, Any] = {} if spaced else {"namespace": pd.array([pd.NA] * len(frame), dtype="string")}
        given |= {"kind": pd.array([kind.value] * len(frame), dtype="string")} if kind else {}
        return frame.assign(**given) if given else frame

    return rows


def _services(snap: Snapshot) -> pd.DataFrame:
    columns = [name for name in _SERVICE if name != "deleting"]
    frame = table_of("services", Kind.SERVICE, "service", [*columns, "headless", "cluster_ip", "family", "second_family", "deleted"])(snap)
    return frame.assign(deleting=frame["deleted"].notna().astype("boolean")).drop(columns="deleted")


def _service_fields(rows: list[Cells]) -> Fields:
    (cells,) = rows
    found = {field: text(cells[name]) for name, field in _SERVICE.items()}
    found["spec.clusterIP"] = "None" if cells["headless"] else cells["cluster_ip"]
    found["spec.ipFamilies"] = ",".join(cells[name] for name in ("family", "second_family") if cells[name]) or None
    return found


def _address_fields(rows: list[Cells]) -> Fields:
    by_role: dict[str, list[str]] = {}
    for cells in rows:
        by_role.setdefault(cells["role"], []).append(cells["address"])
    cluster = by_role.get(AddressRole.CLUSTER.value, [])
    return {
        "spec.clusterIPs": joined(cluster) if len(cluster) > 1 else None,  # one alone is spec.clusterIP
        "spec.externalIPs": joined(by_role.get(AddressRole.EXTERNAL.value, [])),
        "status.loadBalancer.ingress": joined(by_role.get(AddressRole.LOAD_BALANCER.value, [])),
    }


def port_field(port: object, protocol: object) -> str:
    """Return the field path of a Service port."""
    return f"spec.ports[{port}/{protocol}]"


def _port_fields(rows: list[Cells]) -> Fields:
    found: Fields = {}
    for cells in rows:
        path = port_field(cells["port"], cells["protocol"])
        if path in found:  # the API allows a port and protocol once; files may hold anything
            path = f"{path}({cells['port_name']})"
        name = f"{cells['port_name']} " if cells["port_name"] else ""
        found[path] = f"{name}to {cells['target_port']}"
        found |= {f"{path}.{field}": text(cells[name]) for name, field in _PORT.items()}
    return found


def _range_fields(rows: list[Cells]) -> Fields:
    return {"spec.loadBalancerSourceRanges": joined(cells["cidr"] for cells in rows)}


def _error_fields(rows: list[Cells]) -> Fields:
    faulty = (f"{cells['address']} {cells['port']}/{cells['protocol']} {cells['error']}" for cells in rows if cells["error"])
    return {"status.loadBalancer.ingress[].ports[].error": joined(faulty)}


def _service_selectors(snap: Snapshot) -> pd.DataFrame:
    return rows_with(snap.selectors, kind=Kind.SERVICE.value)[["kind", "namespace", "name", "key", "operator", "value"]]


SERVICES = Family(
    table_of("services", Kind.SERVICE, "service", ["uid"]),
    (
        Facet(_services, _service_fields),
        Facet(table_of("service_addresses", Kind.SERVICE, "service", ["role", "address"]), _address_fields),
        Facet(table_of("service_source_ranges", Kind.SERVICE, "service", ["cidr"]), _range_fields),
        Facet(table_of("load_balancer_ports", Kind.SERVICE, "service", ["address", "port", "protocol", "error"]), _error_fields),
        Facet(table_of("service_ports", Kind.SERVICE, "service", ["port", "protocol", *_PORT]), _port_fields, parts=True),
        Facet(_service_selectors, lambda rows: {SELECTOR: selector_text(map(requirement, rows))}),
    ),
)


def _node_fields(rows: list[Cells]) -> Fields:
    (cells,) = rows
    return {
        READY: cells["ready_status"],
        "metadata.labels[topology.kubernetes.io/zone]": cells["zone"],
        "metadata.labels[topology.kubernetes.io/region]": cells["region"],
        "spec.unschedulable": text(cells["unschedulable"]),
    }


def _ranges(snap: Snapshot) -> pd.DataFrame:
    return table_of("ranges", None, "name", ["cidr"], spaced=False)(snap)


NODES = Family(
    table_of("nodes", Kind.NODE, "node", ["uid"], spaced=False),
    (
        Facet(table_of("nodes", Kind.NODE, "node", ["ready_status", "zone", "region", "unschedulable"], spaced=False), _node_fields),
        Facet(
            table_of("node_addresses", Kind.NODE, "node", ["type", "address"], spaced=False),
            lambda rows: {"status.addresses": joined(f"{cells['type']}:{cells['address']}" for cells in rows)},
        ),
        Facet(lambda snap: rows_with(_ranges(snap), kind=Kind.NODE.value), lambda rows: {"spec.podCIDRs": joined(c["cidr"] for c in rows)}),
    ),
)


def inventory(snap: Snapshot, *kinds: Kind) -> pd.DataFrame:
    """Return OBJECTS, which lists every pod, if some of it may be of `kinds`; else none of it."""
    counts = snap.provenance.counts
    return OBJECTS.empty() if counts and not any(kind.value in counts for kind in kinds) else snap.objects


def _service_cidrs(snap: Snapshot) -> pd.DataFrame:
    objects = rows_with(inventory(snap, Kind.SERVICE_CIDR), kind=Kind.SERVICE_CIDR.value)
    return objects[["kind", "namespace", "name", "uid"]]


SERVICE_CIDRS = Family(
    _service_cidrs,
    (
        Facet(
            lambda snap: rows_with(_ranges(snap), kind=Kind.SERVICE_CIDR.value),
            lambda rows: {"spec.cidrs": joined(c["cidr"] for c in rows)},
        ),
    ),
)


def label_fields(path: str) -> Callable[[list[Cells]], Fields]:
    """Return a function that gives one field for each label, hashes aside."""
    return lambda rows: {f"{path}[{cells['key']}]": cells["value"] for cells in rows if cells["key"] not in HASHES}


def _namespaces(*columns: str) -> Callable[[Snapshot], pd.DataFrame]:
    return lambda snap: table_of("namespaces", Kind.NAMESPACE, "namespace", columns, spaced=False)(snap)


def _namespace_labels(snap: Snapshot) -> pd.DataFrame:
    return snap.labels_of([Kind.NAMESPACE])[["kind", "namespace", "name", "key", "value"]]


NAMESPACES = Family(
    _namespaces("uid"),
    (
        Facet(_namespaces("phase"), lambda rows: {"status.phase": rows[0]["phase"]}),
        Facet(_namespace_labels, label_fields("metadata.labels")),  # policies select namespaces by them
    ),
)


def _workloads(*columns: str) -> Callable[[Snapshot], pd.DataFrame]:
    def rows(snap: Snapshot) -> pd.DataFrame:
        frame = snap.workloads
        top = ~equals(frame["owner_kind"], *(kind.value for kind in WORKLOADS))  # those of a workload tell its rollouts
        return frame.loc[top, ["kind", "namespace", "workload", *columns]].rename(columns={"workload": "name"}).reset_index(drop=True)

    return rows


def _template_labels(snap: Snapshot) -> pd.DataFrame:
    frame = _workloads("template_label_set")(snap).merge(snap.label_sets, left_on="template_label_set", right_on="label_set")
    return frame[["kind", "namespace", "name", "key", "value"]]


def _template_ports(snap: Snapshot) -> pd.DataFrame:
    frame = _workloads("template_container_set")(snap).merge(
        declared_ports(snap), left_on="template_container_set", right_on="container_set"
    )
    return frame[["kind", "namespace", "name", "port_name", "port", "protocol"]]


def declared_ports(snap: Snapshot) -> pd.DataFrame:
    """Return the rows of CONTAINER_SETS that declare a port."""
    sets = snap.container_sets
    return sets[sets["port"].notna()]


def ports_text(rows: Iterable[tuple[str | None, int, str]]) -> str | None:
    """Return declared ports as ``http:8080/TCP,9090/TCP``."""
    return joined(f"{f'{name}:' if name else ''}{port}/{protocol}" for name, port, protocol in rows)


def _template_port_fields(rows: list[Cells]) -> Fields:
    return {f"{TEMPLATE}.spec.containers[].ports": ports_text((c["port_name"], c["port"], c["protocol"]) for c in rows)}


def _replicas(rows: list[Cells]) -> Fields:
    (cells,) = rows
    return {_DESIRED.get(cells["kind"], REPLICAS): text(cells["replicas"]), "spec.serviceName": cells["service_name"]}


WORKLOAD_OBJECTS = Family(
    _workloads("uid"),
    (
        Facet(_workloads("replicas", "service_name"), _replicas),
        Facet(_template_labels, label_fields(f"{TEMPLATE}.metadata.labels")),
        Facet(_template_ports, _template_port_fields),
    ),
)
