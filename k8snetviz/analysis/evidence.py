"""What the explanation of a Service rests on: short facts, each under a label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.analysis.case import DEPENDS_ON, Backend, Case
from k8snetviz.analysis.columns import cells, rows_with
from k8snetviz.analysis.kubectl import plural, spelled
from k8snetviz.analysis.label_sets import closeness
from k8snetviz.model.kinds import WORKLOADS, BackendState, Drift, GapReason, Kind, NearMiss, Reason, ServiceState
from k8snetviz.model.printable import printable

_NAMES_SHOWN = 3
_LINES_SHOWN = 3
_MESSAGE = 160  # characters of an event's message

_PODS = {
    Reason.NOT_READY: "not ready",
    Reason.TERMINAL_PHASE: "finished",
    Reason.NO_POD_IP: "without an address",
    Reason.NODE_MISSING: "on a node that does not exist",
    Reason.PORT_UNRESOLVED: "without the target port",
    Reason.SELECTOR_MISMATCH: "not selected, yet in the slices",
    Reason.OTHER_NAMESPACE: "of another namespace, yet in the slices",
    Reason.NO_SUCH_POD: "in the slices that no pod holds",
}
_VALUE_IS_NAME = (Reason.NO_SUCH_POD, Reason.SELECTOR_MISMATCH, Reason.OTHER_NAMESPACE)
_DRIFTS = {
    Drift.MISSING: "should be there and is not",
    Drift.STALE: "belongs to a pod that is gone, replaced or moved",
    Drift.FOREIGN: "belongs to a pod that the selector does not select",
    Drift.PORT: "has another port than the pod resolves",
    Drift.READINESS: "has another readiness than the pod",
}
_PLURAL_DRIFTS = {
    Drift.MISSING: "should be there and are not",
    Drift.STALE: "belong to pods that are gone, replaced or moved",
    Drift.FOREIGN: "belong to pods that the selector does not select",
    Drift.PORT: "have another port than the pods resolve",
    Drift.READINESS: "have another readiness than the pods",
}
_NEAREST = (NearMiss.WHITESPACE, NearMiss.OTHER_CASE, NearMiss.OTHER_VALUE, NearMiss.MISSING_KEY, NearMiss.PORT_NAME)
_LEDGER = frozenset(DEPENDS_ON)
_WORKLOADS = frozenset(WORKLOADS)
_GAP_WORDS = {
    GapReason.NOT_COLLECTED: "not collected",
    GapReason.FORBIDDEN: "refused by the API server",
    GapReason.TRUNCATED: "cut off",
    GapReason.UNREADABLE: "not readable",
}


class Evidence(NamedTuple):
    """One fact and the label it stands under."""

    label: str
    text: str


def evidence(case: Case) -> list[Evidence]:
    """Return the facts of `case`: selector, near misses, pods, slices, load balancer, what leads there, events, gaps."""
    parts: tuple[tuple[str, Callable[[Case], Iterator[str]]], ...] = (
        ("selector", _selector),
        ("near miss", _near_misses),
        ("pods", _pods),
        ("slices", _slices),
        ("balancer", _load_balancer),
        ("reached by", _reached_by),
        ("events", _events),
        ("not known", _gaps),
    )
    return [Evidence(label, text) for label, tell in parts for text in tell(case)]


def _selector(case: Case) -> Iterator[str]:
    if case.verdict is ServiceState.EXTERNAL:
        return
    if case.pairs:
        yield printable(spelled(case.pairs).replace(",", ", "))
    else:
        yield "none, so no controller writes the endpoints: somebody else must (EP-40)"


def _near_misses(case: Case) -> Iterator[str]:
    if case.near_misses.empty:
        return
    several = case.near_misses[case.near_misses["kind"] == NearMiss.SEVERAL_WORKLOADS.value]
    if len(several):
        named = [_workload(row) for row in several.to_dict("records")]
        yield f"the selector catches {len(named)} workloads, and connections are spread over all: {_listed(named)}"
    rows = case.near_misses.drop(several.index).to_dict("records")
    rows.sort(key=_rank)
    yield from (str(row["detail"]) for row in rows[:_LINES_SHOWN])
    if len(rows) > _LINES_SHOWN:
        yield f"and {len(rows) - _LINES_SHOWN} more, less alike (near_misses)"


def _workload(row: dict[Any, Any]) -> str:
    pods = "" if pd.isna(row["pods"]) else f" ({_count(row['pods'], 'pod')}, {row['ready_pods']} ready)"
    return f"{row['object_kind']} {printable(row['object'])}{pods}"


def _rank(row: dict[Any, Any]) -> tuple[float, int, str]:
    kind = NearMiss(row["kind"])
    close = 1.0
    if kind is NearMiss.OTHER_VALUE and not pd.isna(row["found"]):
        close = closeness(row["wanted"], row["found"])
    elif kind is NearMiss.OTHER_NAMESPACE:
        close = 0.9
    return (-close, _NEAREST.index(kind) if kind in _NEAREST else len(_NEAREST), str(row["object"]))


def _pods(case: Case) -> Iterator[str]:
    if case.backends.empty:
        return
    ready, nodes = case.state["ready"], case.state["nodes"]
    if ready:
        where = f", on {_count(nodes, 'node')}" if nodes else ""
        yield f"{_count(ready, 'backend')} {'serves' if ready == 1 else 'serve'}{where}"
    found: dict[tuple[str | None, str], list[Backend]] = {}
    for row in case.failing:  # what was not collected is told under "not known"
        found.setdefault((row.reason, row.value or ""), []).append(row)
    groups = sorted(found.items(), key=lambda group: -len(group[1]))
    for (reason, value), group in groups[: _LINES_SHOWN + 1]:
        yield _pod_line(Reason(str(reason)), value, group)
    if len(groups) > _LINES_SHOWN + 1:
        yield f"and {len(groups) - _LINES_SHOWN - 1} more reasons (backends)"


def _pod_line(reason: Reason, value: str, rows: list[Backend]) -> str:
    named = (row.address if row.pod is None else row.pod for row in rows)
    names = list(dict.fromkeys(name for name in named if name is not None))
    what = "address" if reason is Reason.NO_SUCH_POD else "pod"
    return f"{_count(len(names), what)} {_condition(reason, value, rows)}: {_listed(map(printable, names))}"


def _condition(reason: Reason, value: str, rows: list[Backend]) -> str:
    cause = printable(value, limit=_MESSAGE)
    if reason is Reason.TERMINATING:
        serving = all(row.expected == BackendState.TERMINATING.value for row in rows)
        return "terminating, yet still serving (KX-13)" if serving else "terminating"
    if reason is Reason.FAMILY_MISSING:
        families = " or ".join(sorted({row.family for row in rows if row.family is not None}))
        return f"without an {families} address" + (f", only {cause}" if cause else "")
    words = _PODS.get(reason, reason.value)
    if not cause or reason in _VALUE_IS_NAME:
        return words
    return f"{words} {cause}" if reason is Reason.PORT_UNRESOLVED else f"{words}, {cause}"


def _slices(case: Case) -> Iterator[str]:
    if case.verdict is ServiceState.EXTERNAL:
        return
    snap = case.snap
    mine = rows_with(snap.slices, namespace=case.namespace, service=case.name)
    if snap.knows(Kind.ENDPOINT_SLICE, case.namespace) or len(mine):
        held = int(mine["endpoints"].sum())
        what = f"{_count(len(mine), 'slice')} with {_count(held, 'endpoint')}" if held else f"{_count(len(mine), 'slice')}, empty"
        yield f"{what if len(mine) else 'none'}{_against(case, 'the controller agrees')}"
    elif snap.knows(Kind.ENDPOINTS, case.namespace):
        yield f"not collected, so the legacy Endpoints speak{_against(case, 'they agree')}"
    elif case.pairs:
        yield "not collected, so all is computed from pods and selector"
    else:
        yield "not collected, and nothing else tells what stands behind it"


def _against(case: Case, agreed: str) -> str:
    """Return how what was observed compares with what pods and selector give."""
    rows = cells(case.backends, "drift", "address", "pod")
    drifts = {drift for drift, _, _ in rows}
    if drifts <= {Drift.NONE.value, Drift.UNKNOWN.value}:
        return f": {agreed} with pods and selector" if case.pairs and Drift.UNKNOWN.value not in drifts else ""
    said = []
    for each in Drift:
        if each in (Drift.NONE, Drift.UNKNOWN):
            continue
        held = (pod if address is None else address for drift, address, pod in rows if drift == each.value)
        addresses = list(dict.fromkeys(name for name in held if name is not None))
        if addresses:
            words = _DRIFTS[each] if len(addresses) == 1 else _PLURAL_DRIFTS[each]
            said.append(f"{_listed(map(printable, addresses))} {words}")
    return "; " + "; ".join(said)


def _load_balancer(case: Case) -> Iterator[str]:
    if case.state["load_balancer"] == "pending":
        yield "no address assigned yet; ClusterIP and node ports work all the same (SV-50)"


def _reached_by(case: Case) -> Iterator[str]:
    if case.reached_by.empty:
        return
    broken = case.verdict in (ServiceState.DOWN, ServiceState.EMPTY)
    rows = case.reached_by.to_dict("records")
    for row in rows[:_LINES_SHOWN]:
        where = "".join(printable(row[key]) for key in ("host", "path") if not pd.isna(row[key])) or "every host and path"
        said = f"{row['kind']} {printable(row['namespace'])}/{printable(row['name'])}, {where}"
        if not pd.isna(row["has_port"]) and not row["has_port"]:
            said += f": asks for port {printable(row['port'])}, which the Service does not have (IG-6)"
        elif broken:
            said += ": its users get an error, usually 503"
        yield said
    if len(rows) > _LINES_SHOWN:
        yield f"and {len(rows) - _LINES_SHOWN} more rules (reached_by)"


def _events(case: Case) -> Iterator[str]:
    if case.events.empty:
        return
    events = case.events[case.events["type"] != "Normal"].to_dict("records")
    for event in reversed(events[-_LINES_SHOWN:]):
        times = "" if pd.isna(event["count"]) or event["count"] < 2 else f" ({event['count']} times)"
        said = printable("" if pd.isna(event["message"]) else event["message"].strip(), limit=_MESSAGE)
        yield f"{printable(event['kind'])} {printable(event['name'])}: {printable(event['reason'])}{times}: {said}"
    if len(events) > _LINES_SHOWN:
        yield f"and {len(events) - _LINES_SHOWN} more warnings (events)"


def _gaps(case: Case) -> Iterator[str]:
    """Yield what the ledger lacks, then in one line what else was not read."""
    gaps: list[tuple[str | None, str, str]] = cells(case.gaps, "kind", "reason", "detail")
    if case.verdict is ServiceState.EXTERNAL:  # no endpoints, so nothing of the ledger is missed
        gaps = [gap for gap in gaps if gap[0] not in _LEDGER]
    elif not case.pairs:
        gaps = [gap for gap in gaps if gap[0] not in (Kind.POD, Kind.NODE)]
    if case.detail[1]:
        yield printable(case.detail[1])
    gaps = [gap for gap in gaps if gap[0] not in _WORKLOADS]  # the detail names them where they matter
    needed = [gap for gap in gaps if gap[0] is None or gap[0] in _LEDGER]
    for reason, words in _GAP_WORDS.items():
        kinds = sorted({kind for kind, why, _ in needed if kind is not None and why == reason})
        if kinds:
            yield f"{', '.join(plural(Kind(kind)) for kind in kinds)}: {words}"
    rest = [detail for kind, why, detail in needed if kind is None or why not in _GAP_WORDS]
    yield from (printable(detail, limit=_MESSAGE) for detail in rest[:_LINES_SHOWN])
    if len(rest) > _LINES_SHOWN:
        yield f"and {len(rest) - _LINES_SHOWN} more gaps (gaps)"
    whole = (kind for kind, why, _ in gaps if kind is not None and kind not in _LEDGER and why == GapReason.NOT_COLLECTED)
    others = sorted({plural(Kind(kind)) for kind in whole})
    if others:
        yield f"{', '.join(others)}: not collected{' either' if needed else ''}"


def _count(number: Any, noun: str) -> str:
    plural_noun = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural_noun}"


def _listed(names: Iterable[str]) -> str:
    several = list(names)
    more = f" and {len(several) - _NAMES_SHOWN} more" if len(several) > _NAMES_SHOWN else ""
    return ", ".join(several[:_NAMES_SHOWN]) + more
