"""Does a Service serve, and the first reason why not (SERVICE_STATES)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis import ledger as ledger_of
from k8snetviz.analysis.columns import Bools, Ints, code, equals, flags, said, text_array, texts, words
from k8snetviz.analysis.coverage import known
from k8snetviz.analysis.expected import NONE, READY, RULES
from k8snetviz.analysis.families import UNTOLD, family_codes, open_families
from k8snetviz.analysis.observed import NOTHING, SLICES, sources_of
from k8snetviz.analysis.ports import EXTERNAL_NAME, port_list, service_rows
from k8snetviz.analysis.selection import SelectorPairs, selector_pairs
from k8snetviz.analysis.sentences import Facts, sentences
from k8snetviz.analysis.tally import (
    NO_STEPS,
    Candidates,
    Rows,
    any_by,
    candidates_of,
    count_by,
    distinct_by,
    first_reasons,
    lacking,
    leaving,
    rows_of,
)
from k8snetviz.analysis.templates import scaled_to_zero
from k8snetviz.model.coded import CodedTable, coded_frame, coded_text
from k8snetviz.model.kinds import AddressRole, Drift, Kind, Reason, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import BACKENDS, SERVICE_STATES

_RULES = RULES | {
    Reason.SELECTS_NOTHING: "EP-1b",
    Reason.SCALED_TO_ZERO: "EP-1b",
    Reason.NO_ENDPOINTS: "EP-40",
    Reason.DRIFT_MISSING: "EP-47",
    Reason.DRIFT_STALE: "EP-47",
    Reason.DRIFT_FOREIGN: "EP-1b",
    Reason.DRIFT_PORT: "KX-3",
    Reason.DRIFT_READINESS: "EP-7",
    Reason.NOT_COLLECTED: "SN-26",
}
_DRIFTS = {
    Drift.MISSING: Reason.DRIFT_MISSING,
    Drift.STALE: Reason.DRIFT_STALE,
    Drift.FOREIGN: Reason.DRIFT_FOREIGN,
    Drift.PORT: Reason.DRIFT_PORT,
    Drift.READINESS: Reason.DRIFT_READINESS,
}


class _Known(NamedTuple):
    """What can be told about each Service."""

    managed: Bools
    external: Bools
    pods: Bools  # pods of its namespace are known
    source: Ints
    whole: Bools  # absence among the observed means none


def service_states(snap: Snapshot, *, ledger: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return SERVICE_STATES: one row per Service, in key order.

    Parameters
    ----------
    ledger : BACKENDS of all Services to conclude from, in place of the snapshot's own.

    Notes
    -----
    Decided, beyond the tables of the design: terminal and stray candidates (stale, foreign) do not make the
    `reason` while a selected pod that is not terminal fails: the reason tells what keeps the Service from serving.
    Where pods are a gap and nothing serves, the observed side says `down` and the reason is NOT_COLLECTED.
    `selected` is missing for Services without selector, where pods are a gap, and for templates, which are no pods.
    A stale or foreign address counts as astray when it is observed ready, since only then traffic reaches it
    (KX-13, KX-16). Rows of a family that the Service does not have count nowhere: no traffic takes them (EP-5, KX-2).
    """
    if ledger is None:
        return snap.answer(SERVICE_STATES.name, lambda: _concluded(snap, ledger_of.coded_backends(snap)))
    return _concluded(snap, coded_frame(BACKENDS, ledger))


def _concluded(snap: Snapshot, ledger: CodedTable) -> pd.DataFrame:
    """Return SERVICE_STATES as the `ledger` has it."""
    services = snap.services
    pairs = selector_pairs(snap, services)
    ledger, rows, astray = _own_rows(services, ledger)
    ports = np.maximum(port_list(snap, services).held, 1)
    tellable = _what_is_known(snap, services)
    candidates = candidates_of(snap.coded("pods"), ledger, rows, ports)
    counts = _counts(snap, services, ledger, rows, candidates, tellable)
    state = _states(snap, services, rows, candidates, tellable, ports, pairs, counts["selected"])
    reason = _reasons(services, rows, tellable, state, counts)
    lost = state == code(ServiceState.UNKNOWN)
    facts = Facts(services, ledger, rows, candidates, pairs, state, reason, counts, tellable.pods, tellable.source, astray)
    columns = {
        "namespace": services["namespace"].array,
        "service": services["service"].array,
        "type": services["type"].array,
        "managed": services["managed"].array,
        "state": said(words(ServiceState), state).spelled(),
        **{name: _nullable(values, lost | tellable.external) for name, values in counts.items() if name != "all"},
        "load_balancer": _load_balancer(snap, services),
        "reason": said(words(Reason), reason).spelled(),
        "detail": text_array(sentences(snap, facts)),
        "rule": _rules(services, ledger, rows, reason),
    }
    return SERVICE_STATES.from_columns(columns)


def _own_rows(services: pd.DataFrame, ledger: CodedTable) -> tuple[CodedTable, Rows, Ints]:
    """Return the rows of families that their Service has, as table and codes, and per Service the addresses of others."""
    rows = rows_of(services, ledger)
    own = _told_families(services) | open_families(services)[:, None]
    alien = ~own[rows.service, rows.family]
    if not alien.any():
        return ledger, rows, np.zeros(len(services), np.int64)
    others = distinct_by(len(services), rows.service, ledger.text("address").interned().codes, alien)
    ledger = ledger.at(np.flatnonzero(~alien))
    return ledger, rows_of(services, ledger), others


def _what_is_known(snap: Snapshot, services: pd.DataFrame) -> _Known:
    sources = sources_of(snap, services)
    return _Known(
        managed=flags(services["managed"]),
        external=equals(services["type"], EXTERNAL_NAME),
        pods=known(snap, Kind.POD, texts(services["namespace"])),
        source=sources.source,
        whole=sources.whole,
    )


def _counts(
    snap: Snapshot, services: pd.DataFrame, ledger: CodedTable, rows: Rows, candidates: Candidates, tellable: _Known
) -> dict[str, Any]:
    """Return counts by column of SERVICE_STATES, -1 where not known; `all` counts selected pods, terminal ones too."""
    groups, ours = len(services), candidates.selected | candidates.alone
    idle = ours & ~candidates.serves & ~candidates.terminating & ~candidates.untold
    node, zone = ledger.text("node").interned(), ledger.text("zone").interned()
    zones = distinct_by(groups, rows.service, zone.codes, rows.serves)
    placed = rows.serves & ~node.missing & zone.missing
    zones[any_by(groups, rows, placed) & (not snap.knows(Kind.NODE))] = NONE
    return {
        "selected": np.where(tellable.managed & tellable.pods, count_by(groups, candidates.service, candidates.selected), NONE),
        "ready": count_by(groups, candidates.service, candidates.serves),
        "not_ready": count_by(groups, candidates.service, idle),
        "terminating": count_by(groups, candidates.service, candidates.terminating & ours),
        "nodes": distinct_by(groups, rows.service, node.codes, rows.serves),
        "zones": zones,
        "all": any_by(groups, rows, rows.selected),
    }


def _states(
    snap: Snapshot,
    services: pd.DataFrame,
    rows: Rows,
    candidates: Candidates,
    tellable: _Known,
    ports: Ints,
    pairs: SelectorPairs,
    selected: Ints,
) -> Ints:
    """Return the state of every Service, by the table of states."""
    groups = len(services)
    own = _own_families(services, rows)
    primary = family_codes(coded_text(services["family"]))[:, None] == np.arange(UNTOLD + 1)
    sure = tellable.whole[:, None] & ((tellable.source == SLICES)[:, None] | primary)
    incomplete = lacking(services, rows, ports, own, sure) > 0
    failing = candidates.selected & ~candidates.terminating & ~candidates.serves_all & ~candidates.untold
    incomplete |= count_by(groups, candidates.service, failing) > 0
    stray = (rows.drift == code(Drift.STALE)) | (rows.drift == code(Drift.FOREIGN))
    incomplete |= any_by(groups, rows, stray & (rows.observed == READY))
    serves = any_by(groups, rows, rows.serves)
    blind = ~(tellable.managed & tellable.pods) & ((tellable.source == NOTHING) | ~tellable.whole)
    nothing = pairs.of(np.flatnonzero(selected == 0))
    idle = (selected == 0) & scaled_to_zero(snap, services, nothing)
    steps = [
        (tellable.external, ServiceState.EXTERNAL),
        (serves & ~incomplete, ServiceState.SERVING),
        (serves | any_by(groups, rows, leaving(rows)), ServiceState.DEGRADED),
        (idle, ServiceState.EMPTY),
        (blind | any_by(groups, rows, rows.untold), ServiceState.UNKNOWN),
    ]
    return np.select([step[0] for step in steps], [code(step[1]) for step in steps], default=code(ServiceState.DOWN)).astype(np.int64)


def _own_families(services: pd.DataFrame, rows: Rows) -> Bools:
    """Return (Services x 3) the families of each Service; of open ones those that rows have."""
    own, opened = np.zeros((len(services), UNTOLD + 1), bool), open_families(services)
    if opened.any():
        own[rows.service, rows.family] = True
        own[~opened] = False
    return own | _told_families(services)


def _told_families(services: pd.DataFrame) -> Bools:
    """Return (Services x 3) the families that Services tell; of open ones none."""
    told = np.zeros((len(services), UNTOLD + 1), bool)
    for column in ("family", "second_family"):
        told[np.arange(len(services)), family_codes(coded_text(services[column]))] = True
    told[:, UNTOLD] = False
    told[open_families(services)] = False
    return told


def _reasons(services: pd.DataFrame, rows: Rows, tellable: _Known, state: Ints, counts: dict[str, Any]) -> Ints:
    """Return the first reason of every Service that has one: of its failing candidates, else of the table of fallbacks."""
    groups = len(services)
    failing = ~rows.serves & ~np.isin(rows.reason, NO_STEPS)
    terminal = rows.reason == code(Reason.TERMINAL_PHASE)
    live, finished = first_reasons(groups, rows, failing & ~terminal), first_reasons(groups, rows, failing & terminal)
    drifts = [(any_by(groups, rows, rows.drift == code(drift)), reason) for drift, reason in _DRIFTS.items()]
    steps: list[tuple[Bools, Reason]] = [
        (tellable.managed & tellable.pods & ~counts["all"], Reason.SELECTS_NOTHING),
        *drifts,
        (tellable.managed & ~tellable.pods, Reason.NOT_COLLECTED),
    ]
    fallback = np.select([step[0] for step in steps], [code(step[1]) for step in steps], default=code(Reason.NO_ENDPOINTS))
    found = np.where(live != NONE, live, np.where(finished != NONE, finished, fallback))
    found[state == code(ServiceState.EMPTY)] = code(Reason.SCALED_TO_ZERO)
    found[state == code(ServiceState.UNKNOWN)] = code(Reason.NOT_COLLECTED)
    found[(state == code(ServiceState.SERVING)) | (state == code(ServiceState.EXTERNAL))] = NONE
    return found.astype(np.int64)


def _rules(services: pd.DataFrame, ledger: CodedTable, rows: Rows, reason: Ints) -> Any:
    """Return the rule of each reason: of the first row that has it, else of the fallback."""
    at = np.full(len(services), NONE, np.int64)
    mine = np.flatnonzero((rows.reason == reason[rows.service]) & (rows.reason != NONE))[::-1]
    at[rows.service[mine]] = mine
    rule, own = ledger.text("rule").at(at), np.arange(len(services), dtype=np.int64)
    fallback = said([_RULES.get(choice) for choice in Reason], reason)
    return rule.then(fallback).at(np.where(rule.missing, len(own) + own, own)).spelled()


def _load_balancer(snap: Snapshot, services: pd.DataFrame) -> Any:
    """Return `assigned` or `pending` (SV-50); missing for other types and for manifests, which have no status (SN-12)."""
    table = snap.service_addresses
    table = table[equals(table["role"], AddressRole.LOAD_BALANCER.value)]
    row = service_rows(services, table["namespace"], table["service"])
    assigned = np.zeros(len(services), np.int64)
    assigned[row[row >= 0]] = 1
    told = equals(services["type"], "LoadBalancer") & (flags(services["observed"]) | (assigned == 1))
    return said(["pending", "assigned"], np.where(told, assigned, NONE)).spelled()


def _nullable(values: Ints, missing: Bools) -> Any:
    return pd.arrays.IntegerArray(values, missing | (values < 0))
