"""What the details panel tells of a Service that does not serve: evidence, near miss and the commands that confirm it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from k8snetviz.analysis.case import Case, case_of
from k8snetviz.analysis.columns import cells, equals
from k8snetviz.analysis.confirm import commands
from k8snetviz.analysis.evidence import evidence
from k8snetviz.analysis.label_sets import closeness
from k8snetviz.analysis.narrowed import narrowed
from k8snetviz.analysis.references import Form, Reference
from k8snetviz.model.kinds import NearMiss, Reason, ServiceState
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import keys

LIMIT = 16  # Services, what is broken first; the page tells the others from their rows
_NEAR = 2  # Services for which near misses are looked for in any cluster
_PODS = 15_000  # pods looked through for that in a small one
_QUIET = (ServiceState.SERVING.value, ServiceState.EXTERNAL.value)
_SLIPS = [kind.value for kind in (NearMiss.OTHER_VALUE, NearMiss.MISSING_KEY, NearMiss.OTHER_CASE, NearMiss.WHITESPACE)]
_PAIR = ["namespace", "service"]


def stories(snap: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, first: str | None, limit: int = LIMIT) -> dict[str, Any]:
    """Return the story of each of at most `limit` Services of `states` by its place there, `first` (``shop/cart``) among them."""
    namespace, _, service = (first or "").partition("/")
    chosen = states.index[equals(states["namespace"], namespace) & equals(states["service"], service)]
    wanted = states.loc[chosen.union(states[~states["state"].isin(_QUIET)].head(limit).index, sort=False)]
    slips = wanted.index[may_be_slips(wanted)]
    looked = frozenset(slips[: max(_NEAR, _PODS // (1 + len(snap.pods)))])
    told = {place: _story(case) for place, case in cases_of(snap, wanted, backends, looked)}
    for place in slips.difference(list(looked)):
        told[place]["facts"].append(["near miss", "not looked for in this page; knv.explain looks for it"])
    return {str(place): story for place, story in told.items()}


def may_be_slips(states: pd.DataFrame) -> pd.Series[bool]:
    """Tell of which Services something that is spelled otherwise may be the cause; looking for it costs more than all the rest."""
    quiet = states["state"].isin([ServiceState.DEGRADED.value, *_QUIET]) & ~states["reason"].eq(Reason.PORT_UNRESOLVED.value)
    return ~quiet.fillna(False).astype(bool)


def _story(case: Case) -> dict[str, Any]:
    told = {"facts": [list(fact) for fact in evidence(case)], "commands": commands(case)}
    decided = {field for reason, field in cells(case.backends, "reason", "field") if reason == (case.state["reason"] or "")}
    fields = decided - {None}
    if len(fields) == 1:
        told["field"] = printable(fields.pop())
    if case.state["selected"] == 0 and len(case.near_misses) and case.state["state"] == ServiceState.DOWN.value:
        near = case.near_misses[case.near_misses["kind"].isin(_SLIPS)]
        if len(near):
            told["near"] = _nearest(near)
    return told


def _nearest(near: pd.DataFrame) -> list[Any]:
    """Return kind, namespace, name and pods of the workload that came closest to being selected."""
    alike = [closeness(str(wanted), str(found)) for wanted, found in zip(near["wanted"], near["found"], strict=True)]
    row = near.assign(alike=alike, pods=near["pods"].fillna(0)).sort_values(["alike", "pods"], ascending=False, kind="stable").iloc[0]
    return [printable(row["object_kind"]), printable(row["object_namespace"]), printable(row["object"]), int(row["pods"])]


def cases_of(snap: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, looked: frozenset[Any]) -> Iterator[tuple[Any, Case]]:
    """Yield a Case per row of `states`, with near misses where its place is among `looked`; the ledger is that of all of them."""
    backends = backends[backends["service"].isin(list(states["service"]))]
    mine = dict(iter(backends.merge(states[_PAIR], on=_PAIR).groupby(_PAIR, sort=False)))
    snap = narrowed(snap, states["namespace"].unique().tolist(), states["service"].unique().tolist())
    for place, pair in zip(states.index, keys(states, _PAIR), strict=True):
        service = Reference(Form.SERVICE, namespace=pair[0], name=pair[1])
        rows = mine.get(pair, backends.head(0)).reset_index(drop=True)
        yield place, case_of(snap, service, state=states.loc[[place]].reset_index(drop=True), rows=rows, near=place in looked)
