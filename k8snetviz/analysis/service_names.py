"""What DNS answers for one Service (SERVICE_NAMES): its addresses, names of its pods, the chain of an ExternalName."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

import pandas as pd

from k8snetviz.analysis.ledger import backends
from k8snetviz.analysis.references import resolve_service
from k8snetviz.analysis.service_paths import effective
from k8snetviz.model.kinds import AddressRole, BackendState, Family, Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.paths import SERVICE_NAMES

_ZONE = "svc.cluster.local"
_LONGEST = 8  # names of a chain; CoreDNS follows no more either
Row = dict[str, Any]


def service_names(snap: Snapshot, service: str, *, ledger: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return SERVICE_NAMES of one Service, in key order.

    Parameters
    ----------
    service : as ``ns/name``
    ledger : BACKENDS, if it is at hand; rows of other Services are left out

    Raises
    ------
    UnknownReference : there is no such Service.
    """
    wanted = resolve_service(snap, service)
    own = (str(wanted.namespace), wanted.name)
    row = _service(snap, *own)
    assert row is not None
    if row["type"] == "ExternalName":
        found = list(_chain(snap, row))
    elif row["headless"]:
        rows = backends(snap, "/".join(own)) if ledger is None else ledger
        rows = rows[(rows["namespace"] == own[0]) & (rows["service"] == own[1])]
        found = list(_endpoints(snap, own, rows))
    else:
        found = list(_cluster_addresses(snap, row, 0))
    blank = dict.fromkeys(SERVICE_NAMES.names)
    return SERVICE_NAMES.from_rows(
        blank | {"namespace": own[0], "service": own[1], "step": 0, "name": _name(*own)} | each for each in found
    )


def _name(namespace: str, service: str) -> str:
    return f"{service}.{namespace}.{_ZONE}"


def _service(snap: Snapshot, namespace: str, service: str) -> Any:
    found = snap.services[(snap.services["namespace"] == namespace) & (snap.services["service"] == service)]
    return found.iloc[0] if len(found) else None


def _cluster_addresses(snap: Snapshot, row: Any, step: int) -> Iterator[Row]:
    table = snap.service_addresses
    mine = table[(table["namespace"] == row["namespace"]) & (table["service"] == row["service"])]
    name = _name(row["namespace"], row["service"])
    for each in mine[mine["role"] == AddressRole.CLUSTER.value].to_dict("records"):
        told = {"record": _record(each["family"]), "answer": each["address"], "published": True}
        yield {"step": step, "name": name, **told, "rule": "DN-1", "detail": "its cluster address, with or without endpoints"}


def _record(family: Any) -> str | None:
    return None if pd.isna(family) else "AAAA" if family == Family.IPV6.value else "A"


def _endpoints(snap: Snapshot, own: tuple[str, str], ledger: pd.DataFrame) -> Iterator[Row]:
    """Yield one row per address: published as soon as one port of it is ready (DN-4)."""
    hosts = _hosts(snap, own)
    known = ledger[ledger["address"].notna()]
    states: dict[str, list[str]] = {}
    for address, state in zip(known["address"], effective(known), strict=True):
        states.setdefault(address, []).append(state)
    for each in known.drop_duplicates("address").to_dict("records"):
        published = _published(states[each["address"]])
        host = hosts.get(each["address"])
        yield {
            "record": _record(each["family"]),
            "answer": each["address"],
            "published": published,
            "host_name": f"{host}.{_name(*own)}" if host else None,
            "pod_namespace": None if pd.isna(each["pod"]) else each["pod_namespace"],
            "pod": None if pd.isna(each["pod"]) else each["pod"],
            "rule": "DN-4",
            "detail": {True: "ready: published", False: "not ready: no record", None: "whether it is ready is not known"}[published],
        }


def _published(states: list[str]) -> bool | None:
    if BackendState.READY.value in states:
        return True
    return None if BackendState.UNKNOWN.value in states else False


def _hosts(snap: Snapshot, own: tuple[str, str]) -> dict[str, str]:
    """Return host names by address: those of slices; where none were read those that pods will get (EP-25)."""
    slices = snap.slice_endpoints
    mine = slices[(slices["namespace"] == own[0]) & (slices["service"] == own[1]).fillna(False) & slices["hostname"].notna()]
    if snap.knows(Kind.ENDPOINT_SLICE, own[0]) or len(mine):
        return dict(zip(mine["address"], mine["hostname"], strict=True))
    pods = snap.pods
    pods = pods[(pods["namespace"] == own[0]) & (pods["subdomain"] == own[1]).fillna(False) & pods["hostname"].notna()]
    return {
        address: host
        for column in ("address_ipv4", "address_ipv6")
        for address, host in zip(pods[column], pods["hostname"], strict=True)
        if pd.notna(address)
    }


def _chain(snap: Snapshot, row: Any) -> Iterator[Row]:
    """Yield the CNAMEs from name to name, and what the last one says as far as the snapshot holds it (DN-10, DN-11)."""
    seen: set[str] = set()
    for step in range(_LONGEST):
        name, target = _name(row["namespace"], row["service"]), row["external_name"]
        seen.add(name)
        link = {"step": step, "name": name, "record": "CNAME", "rule": "DN-10"}
        if pd.isna(target) or _looks_like_address(target):
            detail = "externalName is not known" if pd.isna(target) else "an IP address: no answer"
            lost = {"published": None} if pd.isna(target) else {"published": False, "rule": "DN-11", "answer": target}
            yield link | lost | {"detail": detail}
            return
        yield link | {"answer": target, "published": True, "detail": "an alias, no proxy"}
        name = target.rstrip(".").lower()
        last = {"step": step + 1, "name": name}
        found, end = _inside(snap, name)
        if found is None or name in seen:
            yield last | (
                end if found is None else {"published": False, "rule": "DN-10", "detail": "the chain turns in a circle: no answer"}
            )
            return
        if found["type"] != "ExternalName":
            yield from _last(snap, found, step + 1, name)
            return
        row = found
    yield last | {"published": None, "detail": f"longer than {_LONGEST} names; not followed further"}


def _last(snap: Snapshot, row: Any, step: int, name: str) -> Iterator[Row]:
    addresses = list(_cluster_addresses(snap, row, step))
    if addresses:
        yield from addresses
    elif row["headless"]:
        yield {"step": step, "name": name, "rule": "DN-4", "detail": "headless: the addresses of its ready endpoints"}
    else:
        yield {"step": step, "name": name, "rule": "DN-1", "detail": "its cluster address is not known"}


def _inside(snap: Snapshot, name: str) -> tuple[Any, Row]:
    """Return the Service of a name inside the zone, or None and what to say instead."""
    parts = name.removesuffix(f".{_ZONE}").split(".")
    if not name.endswith(f".{_ZONE}") or len(parts) != 2:
        return None, {"detail": "outside the zone of the cluster: what it resolves to is not collected"}
    found = _service(snap, parts[1], parts[0])
    if found is None and snap.knows(Kind.SERVICE, parts[1]):
        return None, {"published": False, "rule": "DN-16", "detail": "no such Service: NXDOMAIN"}
    return found, {"detail": "whether there is such a Service is not known"}


def _looks_like_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
