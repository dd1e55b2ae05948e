"""Numbers per Service, counted from the ledger: candidates, ports and families that serve, drift, first reasons."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, Objects, changes, code, codes_in, equals, flags, numbers, plain, texts
from k8snetviz.analysis.expected import NONE, NOT_SERVING, TERMINATING, UNKNOWN
from k8snetviz.analysis.families import UNTOLD, family_codes
from k8snetviz.analysis.ports import service_rows
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


def rows_of(services: pd.DataFrame, ledger: pd.DataFrame) -> Rows:
    """Return the codes of `ledger`, which is in key order."""
    service = service_rows(services, ledger["namespace"], ledger["service"])
    family = family_codes(ledger["family"])
    new_port = changes(service, numbers(ledger["port"]), texts(ledger["protocol"]), texts(ledger["port_name"]))
    expected, observed = _choices(ledger["expected"], BackendState), _choices(ledger["observed"], BackendState)
    return Rows(
        service=service,
        candidate=_candidates(service, ledger),
        run=np.cumsum(new_port | changes(family)) - 1,
        port_run=np.cumsum(new_port) - 1,
        family=family,
        expected=expected,
        observed=observed,
        drift=_choices(ledger["drift"], Drift),
        reason=_choices(ledger["reason"], Reason),
        serves=flags(ledger["serves"]),
        selected=flags(ledger["selected"]),
        untold=(observed == UNKNOWN) & ((expected == UNKNOWN) | (expected == NONE)),
    )


def candidates_of(pods: pd.DataFrame, ledger: pd.DataFrame, rows: Rows, ports: Ints) -> Candidates:
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
        terminating=going | (_deleted(pods, ledger.iloc[first]) & selected),
        alone=alone,
        untold=_any(count, rows, rows.untold),
    )


def count_by(groups: int, service: Ints, chosen: Bools) -> Ints:
    """Return per Service how many entries are chosen."""
    return np.bincount(service[chosen], minlength=groups).astype(np.int64)


def distinct_by(groups: int, service: Ints, values: Objects | Ints, chosen: Bools) -> Ints:
    """Return per Service how many different values (missing ones aside) the chosen entries have."""
    codes, words = pd.factorize(values)
    held = chosen & (codes >= 0)
    width = len(words) + 1
    return np.bincount(pd.unique(service[held] * width + codes[held]) // width, minlength=groups).astype(np.int64)


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


def _candidates(service: Ints, ledger: pd.DataFrame) -> Ints:
    """Return a number for each (Service, pod), or (Service, address) where no pod is named."""
    name, words = pd.factorize(plain(ledger["pod"]))
    space, spaces = pd.factorize(plain(ledger["pod_namespace"]))
    nameless = np.flatnonzero(name < 0)
    address, addresses = pd.factorize(plain(ledger["address"].iloc[nameless]))
    name[nameless] = len(words) + 1 + address
    width = len(words) + len(addresses) + 2
    return pd.factorize((service * (len(spaces) + 1) + space + 1) * width + name)[0].astype(np.int64)


def _deleted(pods: pd.DataFrame, first: pd.DataFrame) -> Bools:
    """Tell which candidates are pods with a deletionTimestamp, whatever their first reason is."""
    going = pods[pods["deleted"].notna()]
    keys = plain(going["namespace"] + "/" + going["pod"])
    maybe = np.flatnonzero(equals(first["pod"], *plain(going["pod"])))
    out = np.zeros(len(first), bool)
    named = first.iloc[maybe]
    out[maybe] = codes_in(keys, plain(named["pod_namespace"] + "/" + named["pod"])) >= 0
    return out


def _any(count: int, rows: Rows, holds: Bools) -> Bools:
    out = np.zeros(count, bool)
    out[rows.candidate[holds]] = True
    return out


def _choices(series: pd.Series[str], choices: type[StrEnum]) -> Ints:
    """Return codes of a column of a closed set whose most frequent word is its first, or missing; -1 where missing."""
    out = np.zeros(len(series), np.int64)
    rest = np.flatnonzero(~equals(series, *(choice.value for choice in list(choices)[:1])))
    rest_of = series.array.take(rest)
    told = rest[~np.asarray(rest_of.isna())]
    out[rest] = NONE
    out[told] = codes_in(np.array([choice.value for choice in choices], dtype=object), plain(pd.Series(series.array.take(told))))
    return out
