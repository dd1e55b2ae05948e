"""What leads to a Service from outside: Ingress rules, Gateway routes, OpenShift Routes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from k8snetviz.analysis.columns import rows_with
from k8snetviz.analysis.references import Reference
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import REACHED_BY


def reached_by(snap: Snapshot, service: Reference) -> pd.DataFrame:
    """Return the REACHED_BY of one Service, in key order; no rows when nothing leads to it, or nothing was collected."""
    if snap.ingress_rules.empty and snap.routes.empty:
        return REACHED_BY.empty()
    namespace, name = str(service.namespace), service.name
    rules, routes = rows_with(snap.ingress_rules, service=name, namespace=namespace), rows_with(snap.routes, service=name)
    if rules.empty and routes.empty:
        return REACHED_BY.empty()
    mine = rows_with(snap.service_ports, service=name, namespace=namespace)
    has = {*mine["port"].astype("string"), *mine["port_name"].dropna()}
    return REACHED_BY.from_rows([*_ingresses(rules, has), *_routes(rows_with(routes, backend_namespace=namespace), has)])


def _ingresses(rules: pd.DataFrame, has: set[str]) -> Iterator[dict[str, object]]:
    for rule in rules.to_dict("records"):
        yield _row(Kind.INGRESS, rule, rule["ingress"], (rule["host"], rule["path"]), has)


def _routes(routes: pd.DataFrame, has: set[str]) -> Iterator[dict[str, object]]:
    kinds = routes["backend_kind"].isna() | (routes["backend_kind"] == Kind.SERVICE.value)
    for route in routes[kinds.fillna(False)].to_dict("records"):
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
