"""What leads to a Service from outside: Ingress rules, Gateway routes, OpenShift Routes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from k8snetviz.analysis.references import Reference
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import REACHED_BY


def reached_by(snap: Snapshot, service: Reference) -> pd.DataFrame:
    """Return the REACHED_BY of one Service, in key order; no rows when nothing leads to it, or nothing was collected."""
    if snap.ingress_rules.empty and snap.routes.empty:
        return REACHED_BY.empty()
    ports = snap.service_ports
    mine = ports[(ports["namespace"] == service.namespace) & (ports["service"] == service.name)]
    has = {*mine["port"].astype("string"), *mine["port_name"].dropna()}
    return REACHED_BY.from_rows([*_ingresses(snap, service, has), *_routes(snap, service, has)])


def _ingresses(snap: Snapshot, service: Reference, has: set[str]) -> Iterator[dict[str, object]]:
    rules = snap.ingress_rules
    mine = (rules["namespace"] == service.namespace) & (rules["service"] == service.name)
    for rule in rules[mine.fillna(False)].to_dict("records"):
        yield _row(Kind.INGRESS, rule, rule["ingress"], (rule["host"], rule["path"]), has)


def _routes(snap: Snapshot, service: Reference, has: set[str]) -> Iterator[dict[str, object]]:
    routes = snap.routes
    kinds = routes["backend_kind"].isna() | (routes["backend_kind"] == Kind.SERVICE.value)
    mine = kinds & (routes["backend_namespace"] == service.namespace) & (routes["service"] == service.name)
    for route in routes[mine.fillna(False)].to_dict("records"):
        yield _row(Kind(route["kind"]), route, route["route"], (route["hosts"], route["match"]), has)


def _row(kind: Kind, rule: dict[Hashable, Any], name: str, where: tuple[Any, Any], has: set[str]) -> dict[str, object]:
    port = rule["port_name"] if not pd.isna(rule["port_name"]) else rule["port"]
    text = None if pd.isna(port) else str(port)
    checked = kind is not Kind.OPENSHIFT_ROUTE and text is not None  # an OpenShift Route names a port of the pods
    host, path = (None if pd.isna(each) else each for each in where)
    return {
        "kind": kind.value,
        "namespace": rule["namespace"],
        "name": name,
        "host": host,
        "path": path,
        "port": text,
        "has_port": (text in has) if checked else None,
    }
