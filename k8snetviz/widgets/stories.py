"""What the details panel tells of a Service that does not serve: evidence, near miss and the commands that confirm it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from k8snetviz.analysis.case import CONCERNS, Case
from k8snetviz.analysis.confirm import commands
from k8snetviz.analysis.evidence import evidence
from k8snetviz.analysis.label_sets import closeness
from k8snetviz.analysis.near_misses import near_misses_of, selector_of
from k8snetviz.analysis.reached_by import reached_by
from k8snetviz.analysis.references import Form, Reference
from k8snetviz.model.kinds import GapReason, Kind, NearMiss, Reason, ServiceState
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import NEAR_MISSES
from k8snetviz.views.rows import keys

LIMIT = 16  # Services, what is broken first; the page tells the others from their rows
_NEAR = 2  # Services for which near misses are looked for in any cluster
_PODS = 40_000  # pods looked through for that in a small one
_QUIET = (ServiceState.SERVING.value, ServiceState.EXTERNAL.value)
_SLIPS = [kind.value for kind in (NearMiss.OTHER_VALUE, NearMiss.MISSING_KEY, NearMiss.OTHER_CASE, NearMiss.WHITESPACE)]
_PAIR = ["namespace", "service"]


def stories(snap: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, first: str | None, limit: int = LIMIT) -> dict[str, Any]:
    """Return the story of each of at most `limit` Services of `states` by its place there, `first` (``shop/cart``) among them."""
    chosen = states.index[(states["namespace"] + "/" + states["service"]).eq(first or "").fillna(False).astype(bool)]
    wanted = states.loc[chosen.union(states[~states["state"].isin(_QUIET)].head(limit).index, sort=False)]
    slips = wanted.index[_may_be_slips(wanted)]
    looked = frozenset(slips[: max(_NEAR, _PODS // (1 + len(snap.pods)))])
    told = {place: _story(case) for place, case in _cases(snap, wanted, backends, looked)}
    for place in slips.difference(list(looked)):
        told[place]["facts"].append(["near miss", "not looked for in this page; knv.explain looks for it"])
    return {str(place): story for place, story in told.items()}


def _may_be_slips(states: pd.DataFrame) -> pd.Series[bool]:
    """Tell of which Services something that is spelled otherwise may be the cause; looking for it costs more than all the rest."""
    quiet = states["state"].isin([ServiceState.DEGRADED.value, *_QUIET]) & ~states["reason"].eq(Reason.PORT_UNRESOLVED.value)
    return ~quiet.fillna(False).astype(bool)


def _story(case: Case) -> dict[str, Any]:
    told = {"facts": [list(fact) for fact in evidence(case)], "commands": commands(case)}
    decided = case.backends[case.backends["reason"].eq(case.state["reason"] or "").fillna(False)]
    fields = decided["field"].dropna().unique()
    if len(fields) == 1:
        told["field"] = printable(fields[0])
    near = case.near_misses[case.near_misses["kind"].isin(_SLIPS)]
    if case.state["selected"] == 0 and len(near) and case.state["state"] == ServiceState.DOWN.value:
        told["near"] = _nearest(near)
    return told


def _nearest(near: pd.DataFrame) -> list[Any]:
    """Return kind, namespace, name and pods of the workload that came closest to being selected."""
    alike = [closeness(str(wanted), str(found)) for wanted, found in zip(near["wanted"], near["found"], strict=True)]
    row = near.assign(alike=alike, pods=near["pods"].fillna(0)).sort_values(["alike", "pods"], ascending=False, kind="stable").iloc[0]
    return [printable(row["object_kind"]), printable(row["object_namespace"]), printable(row["object"]), int(row["pods"])]


def _cases(snap: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, looked: frozenset[Any]) -> Iterator[tuple[Any, Case]]:
    """Yield a Case per row of `states`, with near misses where its place is among `looked`; the ledger is that of all of them."""
    mine = dict(iter(backends.merge(states[_PAIR], on=_PAIR).groupby(_PAIR, sort=False)))
    gaps = {namespace: _gaps(snap, namespace) for namespace in states["namespace"].unique()}
    for place, pair in zip(states.index, keys(states, _PAIR), strict=True):
        service = Reference(Form.SERVICE, namespace=pair[0], name=pair[1])
        rows = mine.get(pair, backends.head(0)).reset_index(drop=True)
        state = states.loc[[place]].reset_index(drop=True)
        case = Case(
            snap=snap,
            service=service,
            row=_record(_of(snap.services, service)),
            state=_record(state),
            state_frame=state,
            pairs=selector_of(snap, service),
            ports=_of(snap.service_ports, service).sort_values("position", ignore_index=True),
            backends=rows,
            near_misses=near_misses_of(snap, service) if place in looked else NEAR_MISSES.empty(),
            reached_by=reached_by(snap, service),
            events=_events(snap, service, rows),
            gaps=gaps[pair[0]],
        )
        yield place, case


def _of(frame: pd.DataFrame, service: Reference) -> pd.DataFrame:
    mine = (frame["namespace"] == service.namespace) & (frame["service"] == service.name)
    return frame[mine.fillna(False)].reset_index(drop=True)


def _record(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(key): None if pd.isna(cell) else cell for key, cell in frame.iloc[0].to_dict().items()}


def _events(snap: Snapshot, service: Reference, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the EVENTS about the Service and about its pods that do not serve, oldest first."""
    events = snap.events
    about = events["kind"].eq(Kind.SERVICE.value) & events["namespace"].eq(service.namespace or "") & events["name"].eq(service.name)
    pods = pd.MultiIndex.from_frame(rows.loc[~rows["serves"] & rows["pod"].notna(), ["pod_namespace", "pod"]].drop_duplicates())
    about |= events["kind"].eq(Kind.POD.value) & pd.MultiIndex.from_frame(events[["namespace", "name"]]).isin(pods)
    return events[about.fillna(False)].sort_values("last", kind="stable", na_position="first", ignore_index=True)


def _gaps(snap: Snapshot, namespace: str) -> pd.DataFrame:
    """Return the GAPS that concern a Service of `namespace`: kinds that were read there are not missed."""
    gaps = snap.gaps
    here = gaps["namespace"].isna() | gaps["namespace"].eq(namespace).fillna(False)
    needless = {Kind.ENDPOINTS} if snap.knows(Kind.ENDPOINT_SLICE, namespace) else set()  # slices are the truth (EP-47)
    read = [kind.value for kind in CONCERNS if snap.knows(kind, namespace)]
    concerned = gaps["kind"].isna() | gaps["kind"].isin([kind.value for kind in CONCERNS - needless])
    return gaps[here & concerned & ~(gaps["kind"].isin(read) & gaps["reason"].eq(GapReason.NOT_COLLECTED.value))].reset_index(drop=True)
