"""The sentence of each Service that a tired person understands (`detail` of SERVICE_STATES)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, Objects, code, flags, texts
from k8snetviz.analysis.coverage import gap_reasons, gap_text, known
from k8snetviz.analysis.observed import ENDPOINTS
from k8snetviz.analysis.selection import SelectorPairs
from k8snetviz.analysis.tally import Candidates, Rows, distinct_by, leaving
from k8snetviz.model.coded import CodedTable
from k8snetviz.model.kinds import Drift, Kind, Reason, ServiceState
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

_LONG = 120  # characters of a name, a value or a selector in a sentence
_CONTAINER = re.compile(r" \(container [^)]*\)$")
_NO_CAUSE = ("false", "False", "condition Ready is not True")  # what "is not ready" says already
_SCALABLE = (Kind.DEPLOYMENT, Kind.STATEFUL_SET)
_OBSERVED = (Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
_WORDS = {
    Reason.TERMINAL_PHASE: ("has finished", "have finished"),
    Reason.NO_POD_IP: ("has no address", "have no address"),
    Reason.NODE_MISSING: ("is on a Node that does not exist", "are on Nodes that do not exist"),
    Reason.FAMILY_MISSING: ("has no {} address", "have no {} address"),
    Reason.PORT_UNRESOLVED: ("does not declare the target port", "do not declare the target port"),
    Reason.TERMINATING: ("is terminating", "are terminating"),
    Reason.NOT_READY: ("is not ready", "are not ready"),
}
_NONE_OF_THEM = {  # where all fail alike
    Reason.NO_POD_IP: "has an address",
    Reason.FAMILY_MISSING: "has an {} address",
    Reason.PORT_UNRESOLVED: "declares the target port",
    Reason.NOT_READY: "is ready",
}
_DRIFT_WORDS = {
    Drift.MISSING: ("is missing from", "are missing from"),
    Drift.STALE: ("stale address is still in", "stale addresses are still in"),
    Drift.FOREIGN: ("address of a pod that is not selected is in", "addresses of pods that are not selected are in"),
    Drift.PORT: ("has another port in", "have another port in"),
    Drift.READINESS: ("has another state in", "have another state in"),
}


_REASONS = list(Reason)
_DRIFTS = list(Drift)


class Facts(NamedTuple):
    """What the sentences are made of."""

    services: pd.DataFrame
    ledger: CodedTable
    rows: Rows
    candidates: Candidates
    pairs: SelectorPairs
    state: Ints
    reason: Ints
    counts: dict[str, Any]
    pods_known: Bools
    source: Ints
    astray: Ints  # addresses in slices of a family that the Service does not have


class _Told(NamedTuple):
    """What the sentences of all Services share."""

    failing: dict[int, tuple[int, str | None]]
    drifting: dict[int, list[tuple[int, int]]]
    still: Ints  # per Service: terminating candidates that still serve
    selectors: dict[int, str]
    gaps: dict[Kind, dict[str | None, str]]
    unread: dict[Kind, Bools]  # per Service: not known in its namespace
    nodes: str  # the sentence that says that Nodes were not read
    templates: set[str]  # namespaces in which workloads stand for their pods


def sentences(snap: Snapshot, facts: Facts) -> list[str]:
    """Return one sentence or two per Service."""
    spaces, targets = texts(facts.services["namespace"]), texts(facts.services["external_name"])
    managed, told = flags(facts.services["managed"]), _tell(snap, facts)
    words, said = list(ServiceState), []
    for service, space in enumerate(spaces):
        state = words[facts.state[service]]
        if state is ServiceState.EXTERNAL:
            target = targets[service]
            said.append(f"A DNS alias of {_short(target)}; no backends of its own." if target else "A DNS alias without a target.")
        elif state is ServiceState.EMPTY:
            said.append(f"The selector {told.selectors[service]} selects no pod because its workload is scaled to zero.")
        elif state is ServiceState.UNKNOWN:
            said.append(_unknown(told, (managed[service], facts.pods_known[service]), space))
        elif facts.reason[service] == code(Reason.SELECTS_NOTHING):
            said.append(_selects_nothing(facts, told, service, space))
        else:
            said.append(_summary(facts, told, service) + _basis(facts, told, service, (managed[service], space)))
    return said


def _tell(snap: Snapshot, facts: Facts) -> _Told:
    gaps = {kind: gap_reasons(snap, kind) for kind in (Kind.POD, Kind.NODE, *_OBSERVED, *_SCALABLE)}
    pods = snap.coded("pods")
    unchecked = f" {gap_text(gaps, [Kind.NODE], None)}, so whether those of its pods exist was not checked."
    return _Told(
        failing=_failing(facts),
        drifting=_drifting(facts),
        still=distinct_by(len(facts.services), facts.rows.service, facts.rows.candidate, leaving(facts.rows)),
        selectors=_selectors(facts),
        gaps=gaps,
        unread={kind: ~known(snap, kind, texts(facts.services["namespace"])) for kind in _SCALABLE},
        nodes="" if snap.knows(Kind.NODE) else unchecked,
        templates=set(pods.text("namespace").at(np.flatnonzero(pods.flags("template"))).objects().tolist()),
    )


def _selects_nothing(facts: Facts, told: _Told, service: int, space: str) -> str:
    missing = [kind for kind in _SCALABLE if told.unread[kind][service]]
    cannot = f" Whether its workload is scaled to zero cannot be told: {gap_text(told.gaps, missing, space)}." if missing else ""
    first = f"The selector {told.selectors[service]} selects no pod in namespace {_short(space)}"
    return "; ".join([first, *_drifts(facts, told, service)]) + f".{cannot}"


def _basis(facts: Facts, told: _Told, service: int, of: tuple[bool, str]) -> str:
    """Return the sentence that says what the summary could not rest on."""
    managed, space = of
    if not managed:
        return ""
    if facts.pods_known[service]:
        return told.nodes
    seen = any(facts.counts[name][service] > 0 for name in ("ready", "not_ready", "terminating"))
    so = "the observed endpoints stand alone" if seen else "which to expect is not known"
    return f" {gap_text(told.gaps, [Kind.POD], space)}, so {so}."


def _summary(facts: Facts, told: _Told, service: int) -> str:
    """Return how many serve, and what keeps the others from it."""
    selected, ready, leaving = (int(facts.counts[name][service]) for name in ("selected", "ready", "terminating"))
    noun = "selected pod" if selected >= 0 else "observed endpoint"
    whole = selected if selected >= 0 else ready + int(facts.counts["not_ready"][service]) + leaving
    reason, still = _REASONS[facts.reason[service]], int(told.still[service])
    serves = facts.state[service] == code(ServiceState.SERVING)
    if facts.state[service] == code(ServiceState.DEGRADED) and not ready:
        parts = [_leaving(still, whole, noun)]
    elif reason in _WORDS and service in told.failing and not serves:
        parts = _failures((ready, whole, noun), reason, told.failing[service])
    elif reason is Reason.NO_ENDPOINTS and whole and not ready and not serves:
        parts = [f"No {noun} has a port of the Service"]
    else:
        parts = [_serving(ready, whole, noun)]
        rest = min(leaving, whole - ready)
        parts += [f"{rest} {_WORDS[Reason.TERMINATING][rest != 1]}"] if serves and rest > 0 else []
    drifts = _drifts(facts, told, service)
    if not whole and drifts and noun == "observed endpoint":
        parts = ["No endpoint of its own is observed"]
    parts += drifts
    if len(parts) == 1 and ready and not serves and reason in (Reason.NO_ENDPOINTS, Reason.NOT_COLLECTED):
        parts.append("not every port and address family has one")
    return "; ".join(parts) + "."


def _failures(of: tuple[int, int, str], reason: Reason, failing: tuple[int, str | None]) -> list[str]:
    """Return the clauses that say how many are ready, and how many fail for `reason`."""
    ready, whole, noun = of
    number, why = failing
    one, many = (_with_value(words, why) for words in _WORDS[reason])
    if (whole, number) == (1, 1):
        return [f"The one {noun} is ready, but {one}" if ready else f"The one {noun} {one}"]
    if number == whole and not ready:
        none = _NONE_OF_THEM.get(reason)
        return [f"{_none(whole, noun)} {_with_value(none, why)}" if none else f"{_all(whole, noun)} {many}"]
    return [_serving(ready, whole, noun), f"{number} {one if number == 1 else many}"]


def _with_value(words: str, value: str | None) -> str:
    if "{}" in words:
        return words.format(value)
    return f"{words} ({value})" if value else words


def _drifts(facts: Facts, told: _Told, service: int) -> list[str]:
    """Return one clause per kind of drift."""
    where = "the Endpoints" if facts.source[service] == ENDPOINTS else "the EndpointSlices"
    said = [f"{number} {_DRIFT_WORDS[_DRIFTS[drift]][number != 1]} {where}" for drift, number in told.drifting.get(service, [])]
    other = int(facts.astray[service])
    said += [f"{other} {'address is' if other == 1 else 'addresses are'} of a family that the Service does not have"] if other else []
    return said


def _leaving(still: int, whole: int, noun: str) -> str:
    if (still, whole) == (1, 1):
        return f"The one {noun} is terminating, but still serves"
    if still == whole:
        return f"{_all(whole, noun)} are terminating, but still serve"
    return f"No {noun} is ready; {still} of {whole} still {'serves' if still == 1 else 'serve'} while terminating"


def _serving(ready: int, whole: int, noun: str) -> str:
    if whole == 0:
        return "No selected pod is alive" if noun == "selected pod" else "No endpoint is observed"
    if ready == whole:
        return f"The one {noun} is ready" if whole == 1 else f"{_all(whole, noun)} are ready"
    if whole == 1:
        return f"The one {noun} does not serve"
    if not ready:
        return f"{_none(whole, noun)} is ready"
    return f"{ready} of {whole} {noun}s {'are' if ready > 1 else 'is'} ready"


def _all(whole: int, noun: str) -> str:
    return f"Both {noun}s" if whole == 2 else f"All {whole} {noun}s"


def _none(whole: int, noun: str) -> str:
    return f"Neither {noun}" if whole == 2 else f"None of the {whole} {noun}s"


def _unknown(told: _Told, known_of: tuple[bool, bool], space: str) -> str:
    managed, known_pods = known_of
    if managed and space in told.templates:
        return "Only manifests are known: workloads stand for their pods, so whether anything runs cannot be told."
    if managed and not known_pods:
        return f"Cannot be told: {gap_text(told.gaps, [Kind.POD, *_OBSERVED], space)}."
    observed = gap_text(told.gaps, _OBSERVED, space)
    if managed:
        return f"Cannot be told: the selected pods have no status or no readable address, and {observed}."
    return f"Cannot be told: it has no selector, and {observed}."


def _failing(facts: Facts) -> dict[int, tuple[int, str | None]]:
    """Return per Service: how many candidates have its reason, and the most frequent value seen (of EP-6: the family)."""
    rows = facts.rows
    at = np.flatnonzero((rows.reason == facts.reason[rows.service]) & (rows.reason >= 0) & ~rows.serves)
    part = pd.DataFrame({"service": rows.service[at], "candidate": rows.candidate[at], "value": _values(facts, at)})
    part = part.drop_duplicates("candidate")
    part["value"] = [_CONTAINER.sub("", value) if isinstance(value, str) else None for value in part["value"]]
    number = part.groupby("service").size()
    failing = zip(number.index.tolist(), number.tolist(), strict=True)
    seen = (
        part[part["value"].notna() & ~part["value"].isin(_NO_CAUSE)]
        .groupby(["service", "value"], sort=True)
        .size()
        .reset_index(name="times")
    )
    seen = seen.sort_values(["service", "times", "value"], ascending=[True, False, True]).drop_duplicates("service")
    why = dict(zip(seen["service"], map(_short, seen["value"]), strict=True))
    going = code(Reason.TERMINATING)
    return {service: (times, None if facts.reason[service] == going else why.get(service)) for service, times in failing}


def _values(facts: Facts, at: Ints) -> Objects:
    """Return what a sentence shows of each row: the value seen; of EP-6 the family; of a port its protocol where it decides."""
    reason, ledger = facts.rows.reason[at], facts.ledger
    shown = ledger.text("value").at(at).objects()
    lacking = np.flatnonzero(reason == code(Reason.FAMILY_MISSING))
    shown[lacking] = ledger.text("family").at(at[lacking]).objects()
    unresolved = np.flatnonzero(reason == code(Reason.PORT_UNRESOLVED))
    rule = ledger.text("rule").at(at[unresolved]).objects()
    other, init = unresolved[rule == "EP-16"], unresolved[rule == "EP-13"]
    shown[other] += " over " + ledger.text("protocol").at(at[other]).objects()
    shown[init] += ", which only an init container declares"
    return shown


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
