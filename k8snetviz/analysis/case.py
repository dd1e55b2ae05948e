"""Everything that is known about one Service, gathered once for its explanation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import cells, equals, flags, rows_with
from k8snetviz.analysis.ledger import backends
from k8snetviz.analysis.near_misses import near_misses_of, selector_of
from k8snetviz.analysis.reached_by import reached_by
from k8snetviz.analysis.references import Reference
from k8snetviz.analysis.states import service_states
from k8snetviz.model.kinds import WORKLOADS, GapReason, Kind, Reason, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import NEAR_MISSES

DEPENDS_ON = (Kind.SERVICE, Kind.POD, Kind.NODE, Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
"""Kinds without which the ledger of a Service cannot be told."""
_ELSEWHERE = (GapReason.NOT_COLLECTED.value, GapReason.FORBIDDEN.value)  # may be so of the cluster, and not of one namespace
CONCERNS = frozenset(
    {
        *DEPENDS_ON,
        *WORKLOADS,
        Kind.EVENT,
        Kind.INGRESS,
        Kind.HTTP_ROUTE,
        Kind.GRPC_ROUTE,
        Kind.TCP_ROUTE,
        Kind.TLS_ROUTE,
        Kind.UDP_ROUTE,
        Kind.OPENSHIFT_ROUTE,
    }
)


class Backend(NamedTuple):
    """The texts of one row of BACKENDS that an explanation reads; None where missing."""

    reason: str | None
    value: str | None
    pod_namespace: str | None
    pod: str | None
    address: str | None
    node: str | None
    family: str | None
    expected: str | None
    field: str | None


@dataclass(frozen=True, eq=False)
class Case:
    """One Service with its tables; `row` and `state` are its rows of SERVICES and SERVICE_STATES, None for missing."""

    snap: Snapshot
    service: Reference
    row: dict[str, Any]
    state: dict[str, Any]
    state_frame: pd.DataFrame
    pairs: dict[str, str]
    ports: pd.DataFrame
    backends: pd.DataFrame
    near_misses: pd.DataFrame
    reached_by: pd.DataFrame
    events: pd.DataFrame
    gaps: pd.DataFrame

    @property
    def namespace(self) -> str:
        """Namespace of the Service."""
        return str(self.service.namespace)

    @property
    def name(self) -> str:
        """Name of the Service."""
        return self.service.name

    @property
    def verdict(self) -> ServiceState:
        """State of the Service."""
        return ServiceState(self.state["state"])

    @property
    def reason(self) -> Reason | None:
        """First reason why the Service does not serve."""
        return None if self.state["reason"] is None else Reason(self.state["reason"])

    @cached_property
    def failing(self) -> list[Backend]:
        """Rows that do not serve and whose reason was collected, in key order."""
        rows = self.backends.take(np.flatnonzero(~flags(self.backends["serves"]) & self.backends["reason"].notna().to_numpy()))
        found = [Backend(*row) for row in cells(rows, *Backend._fields)]
        return [row for row in found if row.reason != Reason.NOT_COLLECTED.value]

    @property
    def detail(self) -> tuple[str, str]:
        """Return the first sentence of the state's detail, and what it says beyond that of gaps."""
        first, stop, more = str(self.state["detail"] or "").partition(". ")
        return first + stop.strip(), more


def case_of(
    snap: Snapshot,
    service: Reference,
    *,
    state: pd.DataFrame | None = None,
    rows: pd.DataFrame | None = None,
    near: bool = True,
) -> Case:
    """Return the Case of a Service that is known to be there.

    Parameters
    ----------
    state, rows : its rows of SERVICE_STATES and BACKENDS, where they are at hand; else those of the snapshot
    near : look for near misses, which costs more than all the rest
    """
    states = _of_service(service_states(snap), service) if state is None else state
    ledger = _of_service(backends(snap), service) if rows is None else rows
    ports, pairs = _of_service(snap.service_ports, service), selector_of(snap, service)
    return Case(
        snap=snap,
        service=service,
        row=_record(_of_service(snap.services, service)),
        state=_record(states),
        state_frame=states,
        pairs=pairs,
        ports=ports.sort_values("position", ignore_index=True) if len(ports) > 1 else ports,
        backends=ledger,
        near_misses=near_misses_of(snap, service, pairs) if near else NEAR_MISSES.empty(),
        reached_by=reached_by(snap, service),
        events=_events(snap, service, ledger),
        gaps=_gaps(snap, str(service.namespace)),
    )


def _of_service(frame: pd.DataFrame, service: Reference) -> pd.DataFrame:
    return rows_with(frame, namespace=str(service.namespace), service=service.name)


def _record(frame: pd.DataFrame) -> dict[str, Any]:
    found = ((str(name), frame[name].array[0]) for name in frame.columns)
    return {name: None if pd.isna(cell) else cell.item() if isinstance(cell, np.generic) else cell for name, cell in found}


def _events(snap: Snapshot, service: Reference, ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the EVENTS about the Service, its Endpoints and the pods of `ledger` that do not serve, oldest first."""
    events = snap.events
    if events.empty:
        return events
    named = equals(events["namespace"], str(service.namespace)) & equals(events["name"], service.name)
    about = named & equals(events["kind"], Kind.SERVICE.value, Kind.ENDPOINTS.value)
    failing = ledger.take(np.flatnonzero(~flags(ledger["serves"]) & ledger["pod"].notna().to_numpy()))
    pods = set(cells(failing, "pod_namespace", "pod"))
    maybe = np.flatnonzero(equals(events["kind"], Kind.POD.value) & equals(events["name"], *{name for _, name in pods}))
    about[maybe] |= np.fromiter((pair in pods for pair in cells(events.take(maybe), "namespace", "name")), bool, len(maybe))
    return events.take(np.flatnonzero(about)).sort_values("last", kind="stable", na_position="first", ignore_index=True)


def _gaps(snap: Snapshot, namespace: str) -> pd.DataFrame:
    """Return the GAPS that concern a Service of `namespace`; what is missing in other namespaces only does not.

    A list that was refused for the whole cluster, and then came for `namespace`, is not missing there (AP-15).
    """
    gaps = snap.gaps
    needless = {Kind.ENDPOINTS} if snap.knows(Kind.ENDPOINT_SLICE, namespace) else set()  # slices are the truth (EP-47)
    concerned = {None, *(kind.value for kind in CONCERNS - needless)}
    read = {kind.value for kind in CONCERNS if snap.knows(kind, namespace)}
    kept = [
        place in (None, namespace) and kind in concerned and not (reason in _ELSEWHERE and kind in read)
        for place, kind, reason in cells(gaps, "namespace", "kind", "reason")
    ]
    return gaps.take(np.flatnonzero(kept)).reset_index(drop=True)
