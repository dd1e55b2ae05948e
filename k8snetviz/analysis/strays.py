"""Observed addresses that are no selected pod: of unmanaged Services, stale, foreign, or not to be told."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.basis import Basis
from k8snetviz.analysis.columns import (
    Bools,
    Ints,
    Objects,
    code,
    codes_in,
    numbers,
    plain,
    positions,
    said,
    spread,
    stacked,
    texts,
    words,
)
from k8snetviz.analysis.coverage import known
from k8snetviz.analysis.expected import ABSENT, NONE, NOT_READY, READY, RULES, UNKNOWN
from k8snetviz.analysis.matching import Matches
from k8snetviz.analysis.observed import ENDPOINTS, Observations, Sources, held_addresses
from k8snetviz.analysis.ports import PortList
from k8snetviz.model.coded import Text, words_of
from k8snetviz.model.kinds import Drift, Kind, Reason
from k8snetviz.model.snapshot import Snapshot

_RULES = ("EP-5", "EP-6a", "EP-8")
_FIELDS = (
    "endpoints[].targetRef.uid",
    "endpoints[].addresses",
    "endpoints[].targetRef.name",
    "addressType",
    "metadata.namespace",
    "metadata.labels",
    "endpoints[].conditions.ready",
    "endpoints[].conditions.terminating",
    "subsets[].notReadyAddresses",
)
_UID, _ADDRESS, _NAME, _TYPE, _SPACE, _LABELS, _NOT_READY, _TERMINATING, _SUBSET = range(len(_FIELDS))


class Strays(NamedTuple):
    """One entry per Service port, family and address (by port number) that no selected pod of its own explains."""

    seen: Ints  # observation it was read from
    service: Ints
    port: Ints
    family: Ints
    pod: Ints  # row in PODS; -1
    named: Bools  # the target's name stands for a pod that is not known because pods are a gap
    number: Ints  # port number observed; -1
    selected: Ints  # 1, 0, -1 not told
    expected: Ints
    observed: Ints
    drift: Ints
    reason: Ints
    rule: Ints  # place in _RULES where the rule is not that of the reason; -1
    field: Ints  # place in _FIELDS; -1
    serves: Bools


class Verdict(NamedTuple):
    """What is told of observations, one entry each."""

    pod: Ints
    named: Bools
    selected: Ints
    expected: Ints
    drift: Ints
    reason: Ints
    rule: Ints
    field: Ints


def strays(given: Basis, seen: Observations, matches: Matches, slots: Ints, sources: Sources) -> Strays:
    """Return the observed addresses that no row of a selected pod shows.

    Copies of one address, port and pod in several slices are one entry (KX-6). A port that joins no Service port
    is dead weight (KX-3): an address with such ports only stands as `absent` at every port of its Service.
    """
    explained = np.zeros(len(seen.service), bool)
    explained[matches.seen] = True
    alien = slots[seen.service, seen.family] < 0 if len(slots) else explained
    chosen = np.flatnonzero(~explained | alien)
    told = _judge(given, seen, matches, chosen)
    place, port = _once(seen, given.ports, chosen, told)
    row = chosen[place]
    told = told._replace(**{name: column[place] for name, column in told._asdict().items()})
    joins = seen.port[row] >= 0
    observed = np.where(joins, seen.state[row], ABSENT)
    drift = np.where(joins | (told.drift == code(Drift.UNKNOWN)) | (told.expected == NONE), told.drift, code(Drift.PORT))
    told = _by_conditions(told, observed, joins, sources.source[seen.service[row]] == ENDPOINTS)
    serves = (observed == READY) & ((told.expected == UNKNOWN) | (told.expected == NONE)) & ~alien[row]
    return Strays(
        seen=row,
        service=seen.service[row],
        port=port,
        family=seen.family[row],
        pod=told.pod,
        named=told.named,
        number=np.where(joins & (given.ports.row[port] >= 0), seen.number[row], NONE),
        selected=told.selected,
        expected=told.expected,
        observed=observed,
        drift=drift,
        reason=told.reason,
        rule=told.rule,
        field=told.field,
        serves=serves,
    )


class _Asked(NamedTuple):
    """What is known of the chosen observations, one entry each."""

    managed: Bools
    pointed: Bools
    pod: Ints  # the pod named, else the one that holds the address; -1
    exists: Bools  # that pod is there, or some pod holds the address
    read: Bools  # pods are known where it should be
    away: Bools  # it is in another namespace than the Service
    wrong: Bools  # the pod that is named has another uid or address
    own: Bools  # a selected pod, in a family that the Service does not have


def _ask(given: Basis, seen: Observations, matches: Matches, chosen: Ints) -> _Asked:
    """Return what is known of the chosen observations."""
    pods, service = given.pods, seen.service[chosen]
    home, space, pointed = texts(given.services["namespace"])[service], seen.space.at(chosen).objects(), seen.pointed[chosen]
    holder, held = np.full(len(chosen), NONE, np.int64), np.zeros(len(chosen), bool)
    loose = np.flatnonzero(~pointed)
    if len(loose):
        holder[loose], held[loose] = held_addresses(seen.address.at(chosen[loose]), pods)
    matched = np.full(len(seen.service), NONE, np.int64)
    matched[matches.seen] = matches.pod
    pod = np.where(matched[chosen] >= 0, matched[chosen], np.where(pointed, seen.pod[chosen], holder))
    away = pointed & (space != home)
    away[pod >= 0] = pods.space.at(pod[pod >= 0]).objects() != home[pod >= 0]
    read_home = known(given.snap, Kind.POD, texts(given.services["namespace"]))[service] if len(service) else pointed
    read = np.where(pointed & away, _known_there(given.snap, space), read_home)
    wrong = pointed & (pod >= 0) & (matches.other_uid[chosen] | matches.other_address[chosen])
    managed = given.managed[service] if len(service) else pointed
    return _Asked(managed, pointed, pod, (pod >= 0) | (held & read), read, away, wrong, matched[chosen] >= 0)


def _judge(given: Basis, seen: Observations, matches: Matches, chosen: Ints) -> Verdict:
    """Return the verdict on each chosen observation.

    A targetRef is believed first: a pod that is gone, has another uid or another address makes the endpoint stale,
    whoever holds the address now (`slice-ghost`, `slice-uid-mismatch`, `slice-ip-mismatch`). Without one the holder
    of the address counts. A pod that exists and is not selected is foreign. Where pods are a gap, nothing is told
    unless the pod that is named is there.
    """
    asked = _ask(given, seen, matches, chosen)
    gone = ~asked.exists & asked.read
    stale, foreign = Drift.STALE, Drift.FOREIGN
    steps: list[tuple[Bools, int, int, Drift, Reason | None, int, int]] = [
        (~asked.managed, NONE, NONE, Drift.NONE, None, NONE, NONE),
        (asked.wrong & matches.other_uid[chosen], 0, ABSENT, stale, Reason.NO_SUCH_POD, NONE, _UID),
        (asked.wrong, 0, ABSENT, stale, Reason.NO_SUCH_POD, 1, _ADDRESS),
        (asked.own, 1, ABSENT, stale, Reason.FAMILY_MISSING, 0, _TYPE),
        (gone & asked.pointed, 0, ABSENT, stale, Reason.NO_SUCH_POD, NONE, _NAME),
        (gone, 0, ABSENT, stale, Reason.NO_SUCH_POD, NONE, _ADDRESS),
        (asked.away, 0, ABSENT, foreign, Reason.OTHER_NAMESPACE, NONE, _SPACE),
        (asked.exists, 0, ABSENT, foreign, Reason.SELECTOR_MISMATCH, NONE, _LABELS),
        (np.ones(len(chosen), bool), NONE, UNKNOWN, Drift.UNKNOWN, None, NONE, NONE),
    ]
    rows = [(some, state, code(drift), code(why) if why else NONE, *place) for _, some, state, drift, why, *place in steps]
    first = np.argmax(np.stack([step[0] for step in steps]), axis=0) if len(chosen) else np.zeros(0, np.int64)
    selected, state, drift, reason, rule, field = np.array(rows)[first].T
    return Verdict(
        pod=np.where(asked.wrong & ~asked.managed, NONE, asked.pod),
        named=asked.pointed & (asked.pod < 0) & ~asked.read,
        selected=np.where(asked.wrong & asked.managed, matches.selected[chosen], selected),
        expected=state,
        drift=drift,
        reason=reason,
        rule=rule,
        field=field,
    )


def _known_there(snap: Snapshot, spaces: Objects) -> Bools:
    """Tell for each namespace whether pods are known there."""
    codes, distinct = pd.factorize(spaces)
    there = known(snap, Kind.POD, np.asarray(distinct, dtype=object))
    return np.append(there, False)[codes]


def _once(seen: Observations, ports: PortList, chosen: Ints, told: Verdict) -> tuple[Ints, Ints]:
    """Return places in `chosen` that stay, each once, and the entry of the port list that each stands at."""
    columns = {
        "service": seen.service[chosen],
        "family": seen.family[chosen],
        "address": seen.address.at(chosen).interned().codes,
        "pod": told.pod,
        "name": np.where(told.named, seen.target.at(chosen).interned().codes, NONE),
        "port": seen.port[chosen],
        "number": seen.number[chosen],
        "drift": told.drift,
    }
    keys = pd.DataFrame(columns, copy=False)
    place = np.argsort(seen.rank[chosen], kind="stable")
    keys = keys.iloc[place]
    bare = (ports.row[keys["port"]] < 0) & (keys["port"] >= 0).to_numpy() if len(ports.row) else np.zeros(len(keys), bool)
    keys["number"] = np.where(bare, NONE, keys["number"])
    candidate = ["service", "family", "address", "pod", "name"]
    joins = keys["port"].to_numpy() >= 0
    kept = ~keys.duplicated([*candidate, "port", "number", "drift"]).to_numpy()
    elsewhere = keys.assign(joins=joins).groupby(candidate, sort=False)["joins"].transform("any").to_numpy(dtype=bool)
    dead = ~joins & ~elsewhere & ~keys.duplicated(candidate).to_numpy()
    alive = place[joins & kept]
    service = keys["service"].to_numpy()[dead]
    group, port = spread(ports.first[service], ports.held[service])
    return np.concatenate((alive, place[dead][group])), np.concatenate((seen.port[chosen][alive], port))


def _by_conditions(told: Verdict, observed: Ints, joins: Bools, legacy: Bools) -> Verdict:
    """Return `told`, where it holds no reason of its own with the reason that the endpoint's conditions give (EP-8)."""
    open_ = (told.reason == NONE) & joins & (observed != READY)
    waits = open_ & (observed == NOT_READY)
    reason = np.where(open_, np.where(waits, code(Reason.NOT_READY), code(Reason.TERMINATING)), told.reason)
    field = np.where(open_, np.where(waits, np.where(legacy, _SUBSET, _NOT_READY), _TERMINATING), told.field)
    return told._replace(reason=reason, field=field, rule=np.where(open_, _RULES.index("EP-8"), told.rule))


def explained(given: Basis, seen: Observations, rows: Strays) -> dict[str, Text]:
    """Return the columns reason, field, value and rule of `rows`."""
    count, pods = len(rows.seen), given.pods
    told = [column.at(rows.seen) for column in (seen.target_uid, seen.address, seen.target)]
    space = pods.space.then(seen.space).at(np.where(rows.pod >= 0, rows.pod, pods.total + rows.seen))
    key, value = _first_mismatch(given, rows)
    families = said(["IPv4", "IPv6", None], rows.family)
    values = stacked(*told, families, space, value, words_of(["false", "true"]))  # in the order of _FIELDS
    at = np.where((rows.field >= 0) & (rows.field <= _LABELS), rows.field * count + np.arange(count), NONE)
    at = np.where((rows.field == _NOT_READY), 6 * count, np.where(rows.field == _TERMINATING, 6 * count + 1, at))
    at = np.where(rows.field == _SUBSET, count + np.arange(count), at)
    rule = np.where(rows.rule >= 0, len(Reason) + rows.rule, rows.reason)
    field = np.where((rows.field == _LABELS) & ~key.missing, len(_FIELDS) + np.arange(count), rows.field)
    return {
        "reason": said(words(Reason), rows.reason),
        "field": words_of(_FIELDS).then(key).at(field),
        "value": values.at(at),
        "rule": said([*(RULES.get(choice) for choice in Reason), *_RULES], rule),
    }


def _first_mismatch(given: Basis, rows: Strays) -> tuple[Text, Text]:
    """Return field and value of the first selector pair, by key, that the pod of each foreign row fails; else missing."""
    field, value = np.full(len(rows.seen), None, dtype=object), np.full(len(rows.seen), None, dtype=object)
    wrong = np.flatnonzero((rows.reason == code(Reason.SELECTOR_MISMATCH)) & (rows.pod >= 0))
    table, pairs, pods = given.snap.label_sets, given.pairs, given.pods
    low = np.searchsorted(pairs.service, rows.service[wrong])
    group, pair = spread(low, np.searchsorted(pairs.service, rows.service[wrong], side="right") - low)
    keys = np.unique(pairs.key.astype(str)).astype(object)
    key_code = codes_in(keys, pairs.key)
    label_key = codes_in(keys, plain(table["key"]))
    width = len(keys) + 1
    label = positions(
        np.where(label_key >= 0, numbers(table["label_set"]) * width + label_key, -1),
        pods.label_set[rows.pod[wrong[group]]] * width + key_code[pair],
    )
    seen = np.full(len(label), None, dtype=object)
    seen[label >= 0] = plain(table["value"])[label[label >= 0]]
    fails = np.flatnonzero(seen != pairs.value[pair])
    first, where = np.unique(group[fails], return_index=True)
    at = fails[where]
    value[wrong[first]] = seen[at]
    field[wrong[first]] = "metadata.labels[" + pairs.key[pair[at]] + "]"
    return words_of(field), words_of(value)
