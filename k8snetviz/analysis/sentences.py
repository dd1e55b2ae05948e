"""The sentence of each Service that a tired person understands (`detail` of SERVICE_STATES)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, code, flags, texts
from k8snetviz.analysis.coverage import gap_reasons, gap_text, known
from k8snetviz.analysis.observed import ENDPOINTS
from k8snetviz.analysis.selection import SelectorPairs
from k8snetviz.analysis.tally import Candidates, Rows
from k8snetviz.model.kinds import Drift, Kind, Reason, ServiceState
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

_LONG = 120  # characters of a name, a value or a selector in a sentence
_CONTAINER = re.compile(r" \(container [^)]*\)$")
_SCALABLE = (Kind.DEPLOYMENT, Kind.STATEFUL_SET)
_WORDS = {
    Reason.TERMINAL_PHASE: ("has finished", "have finished"),
    Reason.NO_POD_IP: ("has no address", "have no address"),
    Reason.NODE_MISSING: ("is on a Node that does not exist", "are on Nodes that do not exist"),
    Reason.FAMILY_MISSING: ("lacks an address of one family", "lack an address of one family"),
    Reason.PORT_UNRESOLVED: ("does not declare the target port", "do not declare the target port"),
    Reason.TERMINATING: ("is terminating", "are terminating"),
    Reason.NOT_READY: ("is not ready", "are not ready"),
}
_DRIFT_WORDS = {
    Drift.MISSING: ("is missing from", "are missing from"),
    Drift.STALE: ("is stale in", "are stale in"),
    Drift.FOREIGN: ("belongs to a pod that is not selected but stands in", "belong to pods that are not selected but stand in"),
    Drift.PORT: ("has another port in", "have another port in"),
    Drift.READINESS: ("has another state in", "have another state in"),
}


_REASONS = list(Reason)
_DRIFTS = list(Drift)


class Facts(NamedTuple):
    """What the sentences are made of."""

    services: pd.DataFrame
    ledger: pd.DataFrame
    rows: Rows
    candidates: Candidates
    pairs: SelectorPairs
    state: Ints
    reason: Ints
    counts: dict[str, Any]
    pods_known: Bools
    source: Ints
    astray: Ints  # addresses in slices of a family that the Service does not have


def sentences(snap: Snapshot, facts: Facts) -> list[str]:
    """Return one sentence or two per Service."""
    failing = _failing(facts)
    drifting = _drifting(facts)
    gaps = {kind: gap_reasons(snap, kind) for kind in (Kind.POD, Kind.NODE, Kind.ENDPOINT_SLICE, *_SCALABLE)}
    unchecked = f" {gap_text(gaps[Kind.NODE], Kind.NODE, None)}: whether those of its pods exist was not checked."
    nodes = "" if snap.knows(Kind.NODE) else unchecked
    spaces, managed = texts(facts.services["namespace"]), flags(facts.services["managed"])
    targets = texts(facts.services["external_name"])
    words = list(ServiceState)
    unread = {kind: ~known(snap, kind, spaces) for kind in _SCALABLE}
    selectors = _selectors(facts)
    template = set(texts(snap.pods["namespace"])[snap.pods["template"].to_numpy(dtype=bool)])
    said = []
    for service, space in enumerate(spaces):
        state, reason = words[facts.state[service]], facts.reason[service]
        if state is ServiceState.EXTERNAL:
            target = targets[service]
            said.append(f"A DNS alias of {_short(target)}; no backends of its own." if target else "A DNS alias without a target.")
        elif state is ServiceState.EMPTY:
            said.append(f"The selector {selectors[service]} selects no pod because its workload is scaled to zero.")
        elif state is ServiceState.UNKNOWN:
            said.append(_unknown((managed[service], facts.pods_known[service], space in template), space, gaps))
        elif reason == code(Reason.SELECTS_NOTHING):
            missing = [gap_text(gaps[kind], kind, space) for kind in _SCALABLE if unread[kind][service]]
            cannot = f" Whether its workload is scaled to zero cannot be told: {' and '.join(missing)}." if missing else ""
            said.append(f"The selector {selectors[service]} selects no pod in namespace {space}.{cannot}")
        else:
            alone = managed[service] and not facts.pods_known[service]
            gap = f" {gap_text(gaps[Kind.POD], Kind.POD, space)}, so the observed endpoints stand alone." if alone else ""
            relies = managed[service] and facts.pods_known[service]
            said.append(_summary(facts, service, failing, drifting) + gap + (nodes if relies else ""))
    return said


def _summary(facts: Facts, service: int, failing: dict[int, tuple[int, str | None]], drifting: dict[int, list[tuple[int, int]]]) -> str:
    """Return how many serve, and what keeps the others from it."""
    selected, ready = int(facts.counts["selected"][service]), int(facts.counts["ready"][service])
    noun = "selected pod" if selected >= 0 else "observed endpoint"
    whole = selected if selected >= 0 else ready + int(facts.counts["not_ready"][service]) + int(facts.counts["terminating"][service])
    parts = [_serving(ready, whole, noun)]
    reason = _REASONS[facts.reason[service]]
    if facts.state[service] != code(ServiceState.SERVING) and service in failing and reason in _WORDS:
        number, why = failing[service]
        words = _WORDS[reason][number != 1] + (f" ({_short(why)})" if why else "")
        parts = [f"The one {noun} {words}"] if (whole, number, ready) == (1, 1, 0) else [*parts, f"{number} {words}"]
    where = "the Endpoints" if facts.source[service] == ENDPOINTS else "the EndpointSlices"
    for drift, number in drifting.get(service, []):
        parts.append(f"{number} {_DRIFT_WORDS[_DRIFTS[drift]][number != 1]} {where}")
    if len(parts) == 1 and ready and facts.reason[service] in (code(Reason.NO_ENDPOINTS), code(Reason.NOT_COLLECTED)):
        parts.append("not every port and address family has one")
    return "; ".join(parts) + "."


def _serving(ready: int, whole: int, noun: str) -> str:
    if whole == 0:
        return "No selected pod is alive" if noun == "selected pod" else "No endpoint is observed"
    if ready == whole:
        return f"The one {noun} is ready" if whole == 1 else f"All {whole} {noun}s are ready"
    if whole == 1:
        return f"The one {noun} is not ready"
    return f"{ready} of {whole} {noun}s {'is' if ready == 1 else 'are'} ready"


def _unknown(known_of: tuple[bool, bool, bool], space: str, gaps: dict[Kind, dict[str | None, str]]) -> str:
    managed, known_pods, template = known_of
    slices = gap_text(gaps[Kind.ENDPOINT_SLICE], Kind.ENDPOINT_SLICE, space)
    if managed and template:
        return "Only manifests are known: workloads stand for their pods, so whether anything runs cannot be told."
    if managed and not known_pods:
        return f"Cannot be told: {gap_text(gaps[Kind.POD], Kind.POD, space)}, and {slices}."
    if managed:
        return f"Cannot be told: the selected pods have no status or no readable address, and {slices}."
    return f"Cannot be told: it has no selector, and {slices}."


def _failing(facts: Facts) -> dict[int, tuple[int, str | None]]:
    """Return per Service: how many candidates have its reason, and the most frequent value seen."""
    rows = facts.rows
    at = np.flatnonzero((rows.reason == facts.reason[rows.service]) & (rows.reason >= 0) & ~rows.serves)
    part = pd.DataFrame({"service": rows.service[at], "candidate": rows.candidate[at], "value": texts(facts.ledger["value"].iloc[at])})
    part = part.drop_duplicates("candidate")
    part["value"] = [_CONTAINER.sub("", value) if isinstance(value, str) else None for value in part["value"]]
    number = part.groupby("service").size()
    failing = zip(number.index.tolist(), number.tolist(), strict=True)
    seen = part[part["value"].notna()].groupby(["service", "value"], sort=True).size().reset_index(name="times")
    seen = seen.sort_values(["service", "times", "value"], ascending=[True, False, True]).drop_duplicates("service")
    why = dict(zip(seen["service"], seen["value"], strict=True))
    told = {code(reason) for reason in (Reason.TERMINATING, Reason.FAMILY_MISSING)}
    return {service: (times, None if facts.reason[service] in told else why.get(service)) for service, times in failing}


def _drifting(facts: Facts) -> dict[int, list[tuple[int, int]]]:
    """Return per Service: drifts in their order, each with the number of candidates."""
    rows = facts.rows
    at = np.flatnonzero((rows.drift != code(Drift.NONE)) & (rows.drift != code(Drift.UNKNOWN)))
    part = pd.DataFrame({"service": rows.service[at], "candidate": rows.candidate[at], "drift": rows.drift[at]}).drop_duplicates()
    out: dict[int, list[tuple[int, int]]] = {}
    counted = part.groupby(["service", "drift"]).size().reset_index(name="number")
    for service, drift, number in zip(*(counted[name].tolist() for name in ("service", "drift", "number")), strict=True):
        out.setdefault(service, []).append((drift, number))
    return out


def _selectors(facts: Facts) -> dict[int, str]:
    """Return the selectors of Services whose sentence shows it."""
    out: dict[int, str] = {}
    shown = (facts.reason == code(Reason.SELECTS_NOTHING)) | (facts.state == code(ServiceState.EMPTY))
    pairs = facts.pairs.of(np.flatnonzero(shown))
    for service, key, value in zip(pairs.service.tolist(), pairs.key, pairs.value, strict=True):
        pair = f"{printable(key)}={printable(value or '')}"
        out[service] = f"{out[service]},{pair}" if service in out else pair
    return {service: _short(text) for service, text in out.items()}


def _short(text: object) -> str:
    return printable(text, limit=_LONG)
