"""The endpoint ledger: selected pods and observed addresses side by side, their difference classified (BACKENDS)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis import expected, strays
from k8snetviz.analysis.basis import Basis, basis
from k8snetviz.analysis.columns import Bools, Ints, code, equals
from k8snetviz.analysis.expected import ABSENT, NONE, NOT_SERVING, READY, TERMINATING, UNKNOWN, Expected
from k8snetviz.analysis.families import FAMILIES, UNTOLD, Layout, family_codes, family_slots, lay_out
from k8snetviz.analysis.matching import Matches, match
from k8snetviz.analysis.observed import ENDPOINTS, NOTHING, Observations, Sources, observe, sources_of
from k8snetviz.analysis.ports import PortList
from k8snetviz.analysis.references import resolve_service
from k8snetviz.analysis.selection import Selection, select
from k8snetviz.analysis.spelling import Compared, spelled_out
from k8snetviz.model.coded import CodedTable, coded_table, coded_text
from k8snetviz.model.kinds import Drift, FamiliesFrom, Reason
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import BACKENDS


def backends(snap: Snapshot, service: str | None = None) -> pd.DataFrame:
    """Return BACKENDS: one row per Service port, address family and candidate, in key order.

    Parameters
    ----------
    service : narrows to one Service, as ``ns/name``; a Service without candidates gives no row.

    Notes
    -----
    Candidates are the pods that the selector selects and the addresses that slices (else Endpoints) show (EP-47).
    Terminal pods that the selector selects are rows: `TERMINAL_PHASE`, expected `absent`. Where pods are a gap,
    observed addresses stand alone: `selected` is missing, `expected` and `drift` are `unknown`.

    Raises
    ------
    UnknownReference : there is no such Service.
    """
    if service is None:
        return snap.answer(BACKENDS.name, lambda: _ledger(snap, snap.services))
    wanted, services = resolve_service(snap, service), snap.services
    chosen = (services["namespace"] == wanted.namespace) & (services["service"] == wanted.name)
    return _ledger(snap, services[chosen.to_numpy(dtype=bool)].reset_index(drop=True)).frame()


def coded_backends(snap: Snapshot) -> CodedTable:
    """Return BACKENDS of the whole snapshot on codes, as it is kept: no text is spelled out for it."""
    return snap.coded_answer(BACKENDS.name, lambda: _ledger(snap, snap.services))


def _ledger(snap: Snapshot, services: pd.DataFrame) -> CodedTable:
    """Return the BACKENDS rows of `services`."""
    given = basis(snap, services)
    selection = select(snap, services, given.pairs, given.pods.space, given.pods.label_set)
    sources = sources_of(snap, services)
    seen = observe(given, sources)
    matches = match(given, selection, seen)
    judged = expected.verdicts(snap, given.pods)
    layout = lay_out(given.ports, _slots(given, selection, seen, judged.has), selection)
    rows = expected.expect(given, layout, selection.member, judged)
    compared = _compare(given, rows, _seen_rows(given.ports, rows, layout, matches, seen), seen, sources)
    odd = strays.strays(given, seen, matches, layout.slots, sources)
    shown = (rows.state != READY) & ((rows.state != UNKNOWN) | (compared.observed != READY))
    own, other = expected.explained(given, rows, judged, shown), strays.explained(given, seen, odd)
    told = {name: own[name].then(other[name]) for name in own}
    return coded_table(BACKENDS, spelled_out(given, seen, (rows, compared), odd, told))


def _slots(given: Basis, selection: Selection, seen: Observations, has: Bools) -> Ints:
    """Return the families of each Service, from its spec or from what its candidates have."""
    services, pods = given.services, given.pods.total
    present, some = np.zeros((len(services), UNTOLD + 1), bool), np.zeros(len(services), bool)
    for family in range(len(FAMILIES)):
        present[selection.service[has[family * pods + selection.member]], family] = True
    present[seen.service, seen.family] = True
    some[selection.service] = True
    return family_slots(services, present, some)


class _Seen(NamedTuple):
    """What was observed of every row of a selected pod."""

    best: Ints  # the observation that stands for it; -1
    number: Ints  # observed number, the lowest that is not the resolved one where there is one; -1
    wrong: Bools  # it is another one than the resolved
    in_slice: Bools  # the pod is in a slice of the family, whatever its ports


def _compare(given: Basis, rows: Expected, shown: _Seen, seen: Observations, sources: Sources) -> Compared:
    """Return the observed state of every row, and how it differs from the expected one.

    Decided: a pod that is in a slice of the family whose ports lack this one drifts by `port`, not `missing`; so
    does one whose observed number is not the resolved one, or whose port should not resolve at all. A pod in a
    slice that should be in none (terminal, node missing) is `stale`. Legacy Endpoints have one family (EP-44) and
    drop terminating pods at once, which is no drift (EP-9).
    """
    there = shown.best >= 0
    source, whole = sources.source[rows.service], sources.whole[rows.service]
    legacy = source == ENDPOINTS
    told = whole & (source != NOTHING)
    if legacy.any():
        told &= ~legacy | (rows.family == _legacy_family(given, rows))
    observed = np.where(there, seen.state[shown.best] if len(seen.state) else UNKNOWN, np.where(told, ABSENT, UNKNOWN))
    wanted = (rows.state != ABSENT) & (rows.state != UNKNOWN)
    gone = wanted & ~there
    dropped = legacy & ((rows.state == TERMINATING) | (rows.state == NOT_SERVING))
    unresolved = rows.reason == code(Reason.PORT_UNRESOLVED)
    steps = [
        ((observed == UNKNOWN) | (rows.state == UNKNOWN), Drift.UNKNOWN),
        (gone & shown.in_slice, Drift.PORT),
        (gone & dropped, Drift.NONE),
        (gone, Drift.MISSING),
        (~wanted & there & unresolved, Drift.PORT),
        (~wanted & there, Drift.STALE),
        (wanted & shown.wrong, Drift.PORT),
        (wanted & (observed != rows.state), Drift.READINESS),
    ]
    drift = np.select([step[0] for step in steps], [code(step[1]) for step in steps], default=code(Drift.NONE))
    return Compared(observed.astype(np.int64), drift.astype(np.int64), shown.best, shown.number)


def _seen_rows(ports: PortList, rows: Expected, layout: Layout, matches: Matches, seen: Observations) -> _Seen:
    """Return what was observed of every row; of several copies the one of the smallest rank (KX-6)."""
    count, many = len(rows.state), len(seen.service) + 1
    none = np.iinfo(np.int64).max
    best, wrong = np.full(count, none, np.int64), np.zeros(count, bool)
    service, family = seen.service[matches.seen], seen.family[matches.seen]
    inside = layout.slots[service, family] >= 0 if len(service) else np.zeros(0, bool)
    at, pair, service, family = (column[inside] for column in (matches.seen, matches.pair, service, family))
    in_slice = np.zeros((int(matches.pair.max(initial=-1)) + 2, UNTOLD + 1), bool)
    in_slice[pair, family] = True
    known_pair = np.minimum(rows.pair, len(in_slice) - 1)
    joins = seen.port[at] >= 0
    at, pair, service, family = (column[joins] for column in (at, pair, service, family))
    row = layout.row_of(service, seen.port[at] - ports.first[service], family, pair)
    np.minimum.at(best, row, seen.rank[at] * many + at)
    best = np.where(best == none, NONE, best % many)
    number = np.where((best >= 0) & (ports.row[rows.port] >= 0), np.append(seen.number, NONE)[best], NONE)
    off = (seen.number[at] != rows.target[row]) & (rows.target[row] >= 0)
    wrong[row[off]] = True
    number[wrong] = none
    np.minimum.at(number, row[off], seen.number[at[off]])
    return _Seen(best, number, wrong, in_slice[known_pair, rows.family])


def _legacy_family(given: Basis, rows: Expected) -> Ints:
    """Return the one family that Endpoints hold for each row: that of the Service, else of the pod's ``podIP`` (EP-44)."""
    services, pods = given.services, given.pods
    own = family_codes(coded_text(services["family"]))
    fallback = (own == UNTOLD) | equals(services["families_from"], FamiliesFrom.FALLBACK.value)
    first = np.full(pods.total, UNTOLD, np.int64)
    for place in (1, 0):
        first[pods.has[place] & (pods.addresses[UNTOLD].objects() == pods.addresses[place].objects())] = place
    return np.where(fallback[rows.service], first[rows.pod], own[rows.service]).astype(np.int64)
