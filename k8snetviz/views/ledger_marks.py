"""The endpoint ledger folded to marks: pods grouped under their workload, with the state of each link from a Service.

Nothing is judged here: a mark repeats what the rows of BACKENDS say of one pod, over the ports and families asked of it.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from k8snetviz.model.kinds import BackendState, Drift, Reason, ServiceState

SERVICE = ["namespace", "service"]
GROUP = ["group_kind", "group_namespace", "group"]
MEMBER = ["member_namespace", "member"]
NO_WORKLOAD, NO_POD = "Pod", "address"  # kinds of a group that no workload stands for
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
    wanted = states[SERVICE].reset_index(drop=True)
    rows = backends.merge(wanted.assign(place=range(len(wanted))), on=SERVICE).sort_values("place", kind="stable")
    rows = _with_group(rows)
    seen = rows["expected"].where(rows["expected"].notna() & rows["expected"].ne(BackendState.UNKNOWN.value), rows["observed"])
    left_out = rows["reason"].isin([Reason.TERMINAL_PHASE.value, Reason.TERMINATING.value]) | rows["selected"].eq(False).fillna(False)
    astray = rows["drift"].isin([Drift.STALE.value, Drift.FOREIGN.value])  # traffic goes there: that counts
    rows = rows.assign(
        waiting=seen.isin(_WAITING),
        uncounted=((left_out & ~astray) | seen.eq(BackendState.UNKNOWN.value)) & ~rows["serves"],
        why=_why(rows),
    )
    ports = rows.groupby([*SERVICE, *GROUP, *MEMBER, *_PORT], dropna=False, sort=False, observed=True)["serves"].any()
    by = [*SERVICE, *GROUP, *MEMBER]
    served = ports.groupby(level=by, dropna=False, sort=False, observed=True).agg(["all", "any"])
    found = rows.groupby(by, dropna=False, sort=False, observed=True).agg(
        waiting=("waiting", "any"),
        uncounted=("uncounted", "all"),
        why=("why", "first"),
        address=("address", "first"),
        node=("node", "first"),
        zone=("zone", "first"),
    )
    every, some = served["all"].to_numpy(bool), served["any"].to_numpy(bool)
    waiting, uncounted = found["waiting"].to_numpy(bool), found["uncounted"].to_numpy(bool)
    choices = [Mark.READY.value, Mark.NOT_READY.value, Mark.UNCOUNTED.value, Mark.NOT_READY.value]
    mark = np.select([every, some, uncounted, waiting], choices, Mark.ABSENT.value)
    return found.drop(columns=["waiting", "uncounted"]).assign(mark=pd.array(mark, dtype="string"), serves=some).reset_index()


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
