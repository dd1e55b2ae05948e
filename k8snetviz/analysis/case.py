"""Everything that is known about one Service, gathered once for its explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

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
    failing = ledger.loc[~ledger["serves"] & ledger["pod"].notna(), ["pod_namespace", "pod"]].drop_duplicates()
    return Case(
        snap=snap,
        service=service,
        row=_record(_of_service(snap.services, service)),
        state=_record(states),
        state_frame=states,
        pairs=selector_of(snap, service),
        ports=_of_service(snap.service_ports, service).sort_values("position", ignore_index=True),
        backends=ledger,
        near_misses=near_misses_of(snap, service) if near else NEAR_MISSES.empty(),
        reached_by=reached_by(snap, service),
        events=_events(snap, service, failing),
        gaps=_gaps(snap, str(service.namespace)),
    )


def _of_service(frame: pd.DataFrame, service: Reference) -> pd.DataFrame:
    mine = (frame["namespace"] == service.namespace) & (frame["service"] == service.name)
    return frame[mine.fillna(False)].reset_index(drop=True)


def _record(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(key): None if pd.isna(cell) else cell for key, cell in frame.iloc[0].to_dict().items()}


def _events(snap: Snapshot, service: Reference, pods: pd.DataFrame) -> pd.DataFrame:
    """Return the EVENTS about the Service, its Endpoints and the pods that do not serve, oldest first."""
    events = snap.events
    if events.empty:
        return events
    kinds = [Kind.SERVICE.value, Kind.ENDPOINTS.value]
    about = events["kind"].isin(kinds) & (events["namespace"] == service.namespace) & (events["name"] == service.name)
    names = pd.MultiIndex.from_frame(pods)
    about |= (events["kind"] == Kind.POD.value) & pd.MultiIndex.from_frame(events[["namespace", "name"]]).isin(names)
    return events[about.fillna(False)].sort_values("last", kind="stable", na_position="first", ignore_index=True)


def _gaps(snap: Snapshot, namespace: str) -> pd.DataFrame:
    """Return the GAPS that concern a Service of `namespace`; what is missing in other namespaces only does not."""
    gaps = snap.gaps
    here = gaps["namespace"].isna() | (gaps["namespace"] == namespace).fillna(False)
    needless = {Kind.ENDPOINTS} if snap.knows(Kind.ENDPOINT_SLICE, namespace) else set()  # slices are the truth (EP-47)
    concerned = gaps["kind"].isna() | gaps["kind"].isin([kind.value for kind in CONCERNS - needless])
    read = [kind.value for kind in CONCERNS if snap.knows(kind, namespace)]
    elsewhere = (gaps["reason"] == GapReason.NOT_COLLECTED.value) & gaps["kind"].isin(read)
    return gaps[here & concerned & ~elsewhere].reset_index(drop=True)
