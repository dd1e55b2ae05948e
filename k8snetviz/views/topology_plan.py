"""Which Services and workloads a topology shows, and in which row: what is broken first, the rest counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from k8snetviz.errors import UnknownReference
from k8snetviz.model.kinds import ServiceState
from k8snetviz.views import ledger_marks as ledger
from k8snetviz.views.ledger_marks import GROUP, SERVICE
from k8snetviz.views.rows import keys
from k8snetviz.views.text import count, plain
from k8snetviz.views.theme import RANKS, rank

_AT_LEAST = 20  # Services drawn where there are too many: all that do not serve, and others up to this number
GROUPS_PER_SERVICE = 6  # workloads of one Service that get a row; the rest share one
_ROWS = 100  # where there are many Services, fewer workloads of each get one
FOLDED = "folded"  # kind of the group that stands for the rest
GroupKey = tuple[str, str, str]


@dataclass(frozen=True)
class Group:
    """A workload (or bare pods, or addresses) in its row."""

    key: GroupKey
    row: float
    label: str
    members: pd.DataFrame  # rows of `ledger_marks.members`


@dataclass(frozen=True)
class Plan:
    """Rows count from 0 downwards; a Service stands in the middle of the rows of its workloads."""

    services: pd.DataFrame  # rows of SERVICE_STATES that are drawn, with `row`
    folded: pd.DataFrame  # rows of SERVICE_STATES that are not
    groups: tuple[Group, ...]
    links: pd.DataFrame  # rows of `ledger_marks.links`
    members: pd.DataFrame  # rows of `ledger_marks.members`
    height: int  # rows in all


def plan(states: pd.DataFrame, backends: pd.DataFrame, limit: int, select: str | None) -> Plan:
    """Return what is drawn of `states` and the ledger: at most `limit` Services, `select` among them."""
    drawn, folded = _chosen(states, limit, select)
    each = min(GROUPS_PER_SERVICE, max(2, _ROWS // max(len(drawn), 1)))
    pair_rows = _folded_groups(ledger.pairs(backends, drawn), each)
    links = _with_services(ledger.links(pair_rows), drawn)
    member_rows = ledger.members(pair_rows)
    rows, group_rows, height = _rows(drawn, links)
    owners = links.drop_duplicates(GROUP).set_index(GROUP)["namespace"]
    split = dict(iter(member_rows.groupby(GROUP, sort=False)))
    groups = tuple(Group(key, row, _label(key, split[key], owners[key]), split[key]) for key, row in group_rows.items())
    return Plan(drawn.assign(row=rows), folded, groups, links, member_rows, height)


def broken_first(states: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of SERVICE_STATES ordered by state, then by name."""
    order = states["state"].map(RANKS).astype("int64")
    return states.assign(order=order).sort_values(["order", *SERVICE], kind="stable", ignore_index=True).drop(columns="order")


def _chosen(states: pd.DataFrame, limit: int, select: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    ranked = broken_first(states)
    place = pd.Series(range(len(ranked)), index=ranked.index)
    if len(ranked) > limit:
        broken = int((~ranked["state"].isin([ServiceState.SERVING.value, ServiceState.EXTERNAL.value])).sum())
        limit = min(limit, max(broken, _AT_LEAST))
    kept = place < limit
    if select is not None:
        wanted = (ranked["namespace"] + "/" + ranked["service"]).eq(select).astype(bool)
        if not wanted.any():
            raise UnknownReference(f"wanted one of {count(len(ranked), 'Service')} to select, as namespace/name, found {select!r}")
        kept = kept if kept[wanted].any() else (place < limit - 1) | wanted
    return ranked[kept].reset_index(drop=True), ranked[~kept].reset_index(drop=True)


def _folded_groups(pair_rows: pd.DataFrame, each: int) -> pd.DataFrame:
    """Return `pair_rows` with the workloads beyond the first few of a Service gathered in one group, what is broken kept."""
    links = ledger.links(pair_rows)
    order = links["state"].map(RANKS).astype("int64")
    links = links.assign(order=order).sort_values(["order", *GROUP], kind="stable")
    of_service = links.groupby(SERVICE, sort=False, observed=True)
    over = (of_service.cumcount() >= each - 1) & (of_service["group"].transform("size") > each)
    if not over.any():
        return pair_rows
    left_out = links[over][[*SERVICE, *GROUP]]
    left_out = left_out.assign(over=left_out.groupby(SERVICE, sort=False, observed=True)["group"].transform("size").astype("string"))
    marked = pair_rows.merge(left_out, on=[*SERVICE, *GROUP], how="left")
    rest = marked["over"].notna()
    return marked.drop(columns="over").assign(
        group_kind=marked["group_kind"].mask(rest, FOLDED),
        group_namespace=marked["group_namespace"].mask(rest, marked["namespace"] + "/" + marked["service"]),
        group=marked["group"].mask(rest, marked["over"] + " more workloads"),
    )


def _with_services(links: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Return `links`, degraded where the Service is and none of its links tells why: a whole family may lack a backend."""
    state = links.merge(drawn[[*SERVICE, "state"]].rename(columns={"state": "told"}), on=SERVICE)["told"]
    quiet = links["state"].isin([ServiceState.SERVING.value, ServiceState.EMPTY.value])
    quiet = quiet.groupby([links[name] for name in SERVICE]).transform("all")
    unsaid = quiet & links["state"].eq(ServiceState.SERVING.value) & state.eq(ServiceState.DEGRADED.value)
    return links.assign(state=links["state"].mask(unsaid, ServiceState.DEGRADED.value))


def _rows(drawn: pd.DataFrame, links: pd.DataFrame) -> tuple[list[float], dict[GroupKey, float], int]:
    """Return the row of each drawn Service and of each group, and how many rows there are."""
    ranked = links.assign(order=links["state"].map(RANKS).astype("int64"), last=links["group_kind"].eq(FOLDED))
    ranked = ranked.sort_values(["last", "order", *GROUP], kind="stable")
    behind = {ref: keys(own, GROUP) for ref, own in ranked.groupby(SERVICE, sort=False)}
    placed: dict[GroupKey, float] = {}
    rows: list[float] = []
    free = 0
    for ref in keys(drawn, SERVICE):
        new = [key for key in behind.get(ref, []) if key not in placed]
        placed |= {key: free + number for number, key in enumerate(new)}
        span = max(1, len(new))
        rows.append(free + (span - 1) / 2)
        free += span
    return rows, placed, free


def _label(key: GroupKey, members: pd.DataFrame, namespace: str) -> str:
    kind, group_namespace, name = key
    if kind == FOLDED:
        return plain(name)
    if kind in (ledger.NO_WORKLOAD, ledger.NO_POD):
        noun = "pod" if kind == ledger.NO_WORKLOAD else "address"
        return plain(members["member"].iloc[0]) if len(members) == 1 else count(len(members), noun)
    return plain(name if group_namespace == namespace else f"{group_namespace}/{name}")


def states_in_words(states: pd.DataFrame) -> str:
    """Return ``2 down, 1 degraded, 6 serving`` of rows of SERVICE_STATES."""
    counts = states["state"].value_counts()
    return ", ".join(f"{counts[state.value]:,} {state.value}" for state in sorted(ServiceState, key=rank) if state.value in counts.index)
