"""The endpoint ledger folded to marks: pods grouped under their workload, with the state of each link from a Service.

Nothing is judged here: a mark repeats what the rows of BACKENDS say of one pod, over the ports and families asked of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.model.kinds import BackendState, Drift, Reason, ServiceState
from k8snetviz.model.tables import BACKENDS

SERVICE = ["namespace", "service"]
GROUP = ["group_kind", "group_namespace", "group"]
MEMBER = ["member_namespace", "member"]
NO_WORKLOAD, NO_POD = "Pod", "address"  # kinds of a group that no workload stands for
Codes = np.ndarray[Any, np.dtype[np.int64]]
_PORT = ["port_name", "port", "protocol"]
_WAITING = [BackendState.NOT_READY.value, BackendState.TERMINATING.value, BackendState.TERMINATING_NOT_SERVING.value]


class Mark(StrEnum):
    """How a pod is drawn: full, half, crossed out, hollow."""

    ABSENT = "absent"
    NOT_READY = "not ready"
    UNCOUNTED = "not counted"  # finished, on its way out, not selected, or not known
    READY = "ready"


def pairs(backends: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Return one row per Service of `states` and pod (or address) behind it, with its mark, group, node and first reason.

    Rows are in the order of `states`, then of the ledger. With no backends there is no row.
    """
    rows = _with_group(BACKENDS.check(rows_of(backends, states)))
    code, first = _codes(rows, [*SERVICE, *GROUP, *MEMBER])
    mark, serves = marks(rows, code, len(first))
    why = np.asarray(_why(rows).astype(object).fillna(""), dtype=object)
    told = np.flatnonzero(why != "")[::-1]
    reason = np.full(len(first), None, dtype=object)
    reason[code[told]] = why[told]  # the first of each stays, since it comes last
    kept = rows.take(first)[[*SERVICE, *GROUP, *MEMBER, "address", "node", "zone"]].reset_index(drop=True)
    return kept.assign(why=pd.array(reason, dtype="string"), mark=pd.array(mark, dtype="string"), serves=serves)


def marks(rows: pd.DataFrame, code: Codes, number: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return for each of `number` pods of a Service its mark, and whether it serves on one port at least.

    `code` says of each row of BACKENDS which of them it concerns. Rows that serve are only counted.
    """
    serving = rows["serves"].to_numpy(bool)
    served, asked = np.bincount(code[serving], minlength=number), np.bincount(code, minlength=number)
    some, every = served > 0, (served == asked) & (asked > 0)
    mixed = np.flatnonzero((some & ~every)[code])
    if len(mixed):  # it counts by port: one family is enough
        port, _ = _codes(rows.take(mixed), _PORT)
        both, first = _dense(code[mixed] * (int(port.max()) + 1) + port)
        reached = np.bincount(both, weights=serving[mixed]) > 0
        lost = code[mixed][first][~reached]
        every |= some
        every[lost] = False
    off = np.flatnonzero(~some[code])
    waiting, uncounted = _idle(rows.take(off))
    waits = np.bincount(code[off][waiting], minlength=number) > 0
    counts = np.bincount(code[off][~uncounted], minlength=number) > 0
    choices = [Mark.READY.value, Mark.NOT_READY.value, Mark.UNCOUNTED.value, Mark.NOT_READY.value]
    return np.select([every, some, ~counts, waits], choices, Mark.ABSENT.value), some


def _idle(rows: pd.DataFrame) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return of rows that do not serve whether they wait, and whether they do not count."""
    seen = rows["expected"].where(rows["expected"].notna() & rows["expected"].ne(BackendState.UNKNOWN.value), rows["observed"])
    left_out = rows["reason"].isin([Reason.TERMINAL_PHASE.value, Reason.TERMINATING.value]) | rows["selected"].eq(False).fillna(False)
    astray = rows["drift"].isin([Drift.STALE.value, Drift.FOREIGN.value])  # traffic goes there: that counts
    uncounted = (left_out & ~astray) | seen.eq(BackendState.UNKNOWN.value).fillna(False)
    return seen.isin(_WAITING).to_numpy(bool), uncounted.to_numpy(bool)


def places_of(backends: pd.DataFrame, states: pd.DataFrame) -> Codes:
    """Return of each row of BACKENDS which row of `states` its Service is; -1 for none."""
    place = {pair: number for number, pair in enumerate(zip(states["namespace"], states["service"], strict=True))}
    namespaces, services = (np.asarray(backends[name].array, dtype=object) for name in SERVICE)
    if not len(services):
        return np.zeros(0, dtype="int64")
    new = np.r_[True, (services[1:] != services[:-1]) | (namespaces[1:] != namespaces[:-1])]  # rows of a Service stand together
    starts = np.flatnonzero(new)
    found = [place.get(pair, -1) for pair in zip(namespaces[starts], services[starts], strict=True)]
    return np.repeat(np.array(found, dtype="int64"), np.diff(np.r_[starts, len(services)]))


def rows_of(backends: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of BACKENDS of the Services of `states`, in the order of `states`, then of the ledger."""
    place = places_of(backends, states)
    own = np.flatnonzero(place >= 0)
    return backends.take(own[np.argsort(place[own], kind="stable")])


def members_of(backends: pd.DataFrame) -> Codes:
    """Return a number per row of BACKENDS: equal for rows of one pod, or of one address that no pod holds."""
    member = backends["pod"].fillna(backends["address"]).fillna("?")
    return _codes(
        pd.DataFrame({"namespace": backends["pod_namespace"].fillna(backends["namespace"]), "member": member}), ["namespace", "member"]
    )[0]


def _codes(rows: pd.DataFrame, columns: list[str]) -> tuple[Codes, Codes]:
    """Return a number per row, equal where all `columns` are, in order of appearance; and the first row of each number."""
    code: Codes = np.zeros(len(rows), dtype="int64")
    for name in columns:
        own, different = pd.factorize(rows[name], use_na_sentinel=False)
        code, _ = _dense(code * max(len(different), 1) + own)
    first = _dense(code)[1]
    return code, first


def _dense(code: Codes) -> tuple[Codes, Codes]:
    """Return numbers without holes in order of appearance, and where each appears first."""
    dense, different = pd.factorize(code)
    first = np.full(len(different), len(code), dtype="int64")
    np.minimum.at(first, dense, np.arange(len(code)))
    return dense, first


def links(pair_rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per Service and group: `members` behind it, `ready` of those that count, and the state of the link."""
    kinds = {mark.name.lower(): pair_rows["mark"].eq(mark.value) for mark in Mark}
    counted = pair_rows.assign(**kinds).groupby([*SERVICE, *GROUP], dropna=False, sort=False, observed=True)
    found = counted.agg(members=("member", "size"), ready=("ready", "sum"), uncounted=("uncounted", "sum"), serves=("serves", "any"))
    counts = found["members"] - found["uncounted"]
    state = np.select(
        [counts.eq(0).to_numpy(bool), found["ready"].eq(counts).to_numpy(bool), found["serves"].to_numpy(bool)],
        [ServiceState.EMPTY.value, ServiceState.SERVING.value, ServiceState.DEGRADED.value],
        ServiceState.DOWN.value,
    )
    return found.assign(counted=counts, state=pd.array(state, dtype="string")).reset_index()


def members(pair_rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group and pod: its mark over all Services that reach it, what is broken first within a group.

    A pod that is ready for one Service and absent for another is half a mark.
    """
    order = {mark.value: number for number, mark in enumerate(Mark)}
    ranked = pair_rows.assign(order=pair_rows["mark"].map(order).astype("Int64"), absent=pair_rows["mark"].eq(Mark.ABSENT.value))
    ranked["counts"] = pair_rows["mark"].ne(Mark.UNCOUNTED.value)
    ranked = ranked.sort_values(["counts", "order"], ascending=[False, True], kind="stable")
    by = [*GROUP, *MEMBER]
    found = ranked.groupby(by, dropna=False, sort=False, observed=True).agg(
        mark=("mark", "first"),
        order=("order", "first"),
        serves=("serves", "any"),
        why=("why", "first"),
        address=("address", "first"),
        node=("node", "first"),
        zone=("zone", "first"),
        services=("service", "nunique"),
    )
    mixed = (found["serves"] & found["mark"].eq(Mark.ABSENT.value)).fillna(False)
    found["mark"] = found["mark"].mask(mixed, Mark.NOT_READY.value)
    return found.reset_index().sort_values([*GROUP, "order", *MEMBER], kind="stable", ignore_index=True)


def homes(member_rows: pd.DataFrame, place: str) -> pd.DataFrame:
    """Return one row per group and `place` (node or zone) that holds members: how many, and whether one of them serves."""
    known = member_rows[member_rows[place].notna()]
    by = [*GROUP, place]
    return known.groupby(by, dropna=False, sort=True, observed=True).agg(members=("member", "size"), serves=("serves", "any")).reset_index()


def _with_group(rows: pd.DataFrame) -> pd.DataFrame:
    no_pod = rows["pod"].isna()
    bare = ~no_pod & rows["workload"].isna()
    namespace = rows["pod_namespace"].fillna(rows["namespace"])
    owner = "of " + rows["namespace"] + "/" + rows["service"]  # such a group belongs to one Service
    return rows.assign(
        group_kind=rows["workload_kind"].mask(bare, NO_WORKLOAD).mask(no_pod, NO_POD),
        group_namespace=namespace,
        group=rows["workload"].mask(bare | no_pod, owner),
        member_namespace=namespace,
        member=rows["pod"].fillna(rows["address"]).fillna("?"),
    )


def _why(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the first reason with its value, or the drift, of rows that do not serve."""
    words = rows["reason"].str.cat(rows["value"].fillna(""), sep=" ").str.strip()
    drift = "DRIFT_" + rows["drift"].str.upper()
    drift = drift.mask(rows["drift"].isin(["none", "unknown"]))
    return words.fillna(drift).mask(rows["serves"].astype("boolean"))
