"""Numbers per Service, counted from the ledger: candidates, ports and families that serve, drift, first reasons."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, changes, code, places, words
from k8snetviz.analysis.expected import NONE, NOT_SERVING, TERMINATING, UNKNOWN
from k8snetviz.analysis.families import UNTOLD, family_codes
from k8snetviz.analysis.ports import coded_service_rows
from k8snetviz.model.coded import CodedTable, Text, joint_codes
from k8snetviz.model.kinds import BackendState, Drift, Reason

# Reasons of addresses that are no selected pod, and of what cannot be told: no selected pod fails by them.
NO_STEPS = [code(reason) for reason in (Reason.NO_SUCH_POD, Reason.SELECTOR_MISMATCH, Reason.OTHER_NAMESPACE, Reason.NOT_COLLECTED)]


class Rows(NamedTuple):
    """The ledger as codes, one entry per row."""

    service: Ints  # row in SERVICES
    candidate: Ints
    run: Ints  # number of its (Service, port, family)
    port_run: Ints  # number of its (Service, port)
    family: Ints
    expected: Ints
    observed: Ints
    drift: Ints
    reason: Ints
    serves: Bools
    selected: Bools
    untold: Bools  # neither expected nor observed can be told


class Candidates(NamedTuple):
    """One entry per Service and candidate: a pod, or an address that no pod holds."""

    service: Ints
    serves: Bools  # at least one port
    serves_all: Bools  # every port in at least one family
    selected: Bools  # selected and not terminal
    terminating: Bools
    alone: Bools  # told by the observed side only, if at all
    untold: Bools


def rows_of(services: pd.DataFrame, ledger: CodedTable) -> Rows:
    """Return the codes of `ledger`, which is in key order."""
    service = coded_service_rows(services, ledger.text("namespace"), ledger.text("service"))
    family = family_codes(ledger.text("family"))
    protocol, port_name = (ledger.text(name).interned().codes for name in ("protocol", "port_name"))
    new_port = changes(service, ledger.numbers("port"), protocol, port_name)
    expected, observed = _choices(ledger.text("expected"), BackendState), _choices(ledger.text("observed"), BackendState)
    return Rows(
        service=service,
        candidate=_candidates(service, ledger),
        run=np.cumsum(new_port | changes(family)) - 1,
        port_run=np.cumsum(new_port) - 1,
        family=family,
        expected=expected,
        observed=observed,
        drift=_choices(ledger.text("drift"), Drift),
        reason=_choices(ledger.text("reason"), Reason),
        serves=ledger.flags("serves"),
        selected=ledger.flags("selected"),
        untold=(observed == UNKNOWN) & ((expected == UNKNOWN) | (expected == NONE)),
    )


def candidates_of(pods: CodedTable, ledger: CodedTable, rows: Rows, ports: Ints) -> Candidates:
    """Return the candidates; `ports` is the number of ports per Service (1 for one without)."""
    count = int(rows.candidate.max(initial=-1)) + 1
    service, first = np.zeros(count, np.int64), np.zeros(count, np.int64)
    service[rows.candidate], first[rows.candidate] = rows.service, np.arange(len(rows.candidate))
    serving = np.flatnonzero(rows.serves)
    width = int(rows.port_run.max(initial=-1)) + 1
    held = pd.unique(rows.candidate[serving] * width + rows.port_run[serving]) // max(width, 1)
    served = np.bincount(held, minlength=count)
    terminal = _any(count, rows, rows.reason == code(Reason.TERMINAL_PHASE))
    selected = _any(count, rows, rows.selected) & ~terminal
    going = _any(count, rows, (rows.expected == TERMINATING) | (rows.expected == NOT_SERVING))
    alone = ~_any(count, rows, (rows.expected != UNKNOWN) & (rows.expected != NONE))
    going |= alone & _any(count, rows, (rows.observed == TERMINATING) | (rows.observed == NOT_SERVING))
    return Candidates(
        service=service,
        serves=served > 0,
        serves_all=served >= ports[service],
        selected=selected,
        terminating=going | (_deleted(pods, ledger, first) & selected),
        alone=alone,
        untold=_any(count, rows, rows.untold),
    )


def count_by(groups: int, service: Ints, chosen: Bools) -> Ints:
    """Return per Service how many entries are chosen."""
    return np.bincount(service[chosen], minlength=groups).astype(np.int64)


def distinct_by(groups: int, service: Ints, values: Ints, chosen: Bools) -> Ints:
    """Return per Service how many different values (codes; missing ones, -1, aside) the chosen entries have."""
    held = chosen & (values >= 0)
    width = int(values.max(initial=0)) + 1
    return np.bincount(pd.unique(service[held] * width + values[held]) // width, minlength=groups).astype(np.int64)


def lacking(services: pd.DataFrame, rows: Rows, ports: Ints, own: Bools, sure: Bools) -> Ints:
    """Return per Service how many of its (port, family) have no serving backend although that can be told.

    `own` (Services x 3) are the families of each Service, `sure` (Services x 3) tells where nothing observed means
    that there is nothing.
    """
    runs = int(rows.run.max(initial=-1)) + 1
    service, family = np.zeros(runs, np.int64), np.zeros(runs, np.int64)
    service[rows.run], family[rows.run] = rows.service, rows.family
    served, untold = np.zeros(runs, bool), np.zeros(runs, bool)
    served[rows.run[rows.serves]] = True
    untold[rows.run[rows.untold]] = True
    shape = (len(services), UNTOLD + 1)
    there, fails = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    np.add.at(there, (service, family), 1)
    np.add.at(fails, (service, family), (~served & ~untold).astype(np.int64))
    absent = np.where(sure, np.maximum(ports[:, None] - there, 0), 0)
    return np.asarray(np.where(own, fails + absent, 0).sum(axis=1), np.int64)


def first_reasons(groups: int, rows: Rows, chosen: Bools) -> Ints:
    """Return per Service the most frequent reason among the candidates of the chosen rows; ties by order of EP-*; -1."""
    at = np.flatnonzero(chosen & (rows.reason != NONE))
    width = len(Reason)
    pairs = pd.unique(rows.candidate[at] * width + rows.reason[at])
    service = np.zeros(int(rows.candidate.max(initial=-1)) + 1, np.int64)
    service[rows.candidate] = rows.service
    counts = np.zeros((groups, width), np.int64)
    np.add.at(counts, (service[pairs // width], pairs % width), 1)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), NONE).astype(np.int64)


def leaving(rows: Rows) -> Bools:
    """Tell which rows are terminating backends that still serve, which take traffic when nothing is ready (KX-13)."""
    alone = ((rows.expected == UNKNOWN) | (rows.expected == NONE)) & (rows.observed == TERMINATING)
    agreed = (rows.drift == code(Drift.NONE)) | (rows.drift == code(Drift.UNKNOWN))
    return np.asarray(alone | ((rows.expected == TERMINATING) & agreed))


def any_by(groups: int, rows: Rows, holds: Bools) -> Bools:
    """Tell per Service whether some row holds."""
    out = np.zeros(groups, bool)
    out[rows.service[holds]] = True
    return out


def _candidates(service: Ints, ledger: CodedTable) -> Ints:
    """Return a number for each (Service, pod), or (Service, address) where no pod is named."""
    pod, space = ledger.text("pod").interned(), ledger.text("pod_namespace").interned()
    nameless = np.flatnonzero(pod.missing)
    address = ledger.text("address").at(nameless).interned()
    name = pod.codes.copy()
    name[nameless] = len(pod.words) + 1 + address.codes
    width = len(pod.words) + len(address.words) + 2
    return pd.factorize((service * (len(space.words) + 1) + space.codes + 1) * width + name)[0].astype(np.int64)


def _deleted(pods: CodedTable, ledger: CodedTable, first: Ints) -> Bools:
    """Tell which candidates are pods with a deletionTimestamp, whatever their first reason is; `first` is a row of each."""
    going = np.flatnonzero(~pods.missing("deleted"))
    (theirs, ours), names = joint_codes(pods.text("pod").at(going), ledger.text("pod").at(first))
    (their_spaces, our_spaces), _ = joint_codes(pods.text("namespace").at(going), ledger.text("pod_namespace").at(first))
    width = len(names) + 1
    wanted = np.where((ours >= 0) & (our_spaces >= 0), our_spaces * width + ours, -1)
    return np.isin(wanted, their_spaces * width + theirs)


def _any(count: int, rows: Rows, holds: Bools) -> Bools:
    out = np.zeros(count, bool)
    out[rows.candidate[holds]] = True
    return out


def _choices(column: Text, choices: type[StrEnum]) -> Ints:
    """Return codes of a column of a closed set; -1 where missing."""
    return places(np.array(words(choices), dtype=object), column)
