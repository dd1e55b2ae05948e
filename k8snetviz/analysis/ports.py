"""Ports of Services, and the number that each resolves to on a pod (FindPort, EP-11 to EP-18)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import (
    Bools,
    Ints,
    Objects,
    changes,
    codes_in,
    equals,
    numbers,
    offsets,
    plain,
    positions,
)
from k8snetviz.model.coded import Text, coded_text, joint_codes, words_of
from k8snetviz.model.kinds import ContainerRole
from k8snetviz.model.snapshot import Snapshot

EXTERNAL_NAME = "ExternalName"
UNRESOLVED_RULES = ("EP-14", "EP-13", "EP-16")  # no such port; only on an ordinary init container; only with another protocol


class PortList(NamedTuple):
    """Ports of the Services that are no ExternalName, by Service and in table order.

    A Service without ports has one entry without a row: the port-less headless Service (EP-17).
    """

    service: Ints  # row of the Service
    row: Ints  # row in SERVICE_PORTS; -1 for a Service without ports
    number: Ints  # targetPort when it is a number (EP-11, EP-18); else -1
    target: Ints  # place in `wanted` when targetPort is a name; else -1
    wanted_name: Objects  # the distinct names with protocol that some targetPort asks for
    wanted_protocol: Objects
    name: Text  # missing when the port has none (EP-31)
    protocol: Text  # missing for a Service without ports
    first: Ints  # per Service: its first entry
    held: Ints  # per Service: number of entries; 0 for ExternalName


def service_rows(services: pd.DataFrame, namespaces: pd.Series[str], names: pd.Series[str]) -> Ints:
    """Return the row of each named Service in `services`; -1 where there is none.

    Equal neighbours are looked up once: tables are ordered, and long ones repeat.
    """
    return coded_service_rows(services, coded_text(namespaces), coded_text(names))


def coded_service_rows(services: pd.DataFrame, space: Text, name: Text) -> Ints:
    """Return the row of each named Service in `services`, as `service_rows` does."""
    new = changes(space.codes, name.codes)
    first = np.flatnonzero(new)
    (ours, theirs), _ = joint_codes(words_of(plain(services["namespace"])), space.at(first))
    (our_names, their_names), words = joint_codes(words_of(plain(services["service"])), name.at(first))
    width = len(words) + 1
    wanted = np.where((theirs >= 0) & (their_names >= 0), theirs * width + their_names, -1)
    found = positions(ours * width + our_names, wanted)
    return found[np.cumsum(new) - 1] if len(found) else found


def port_list(snap: Snapshot, services: pd.DataFrame) -> PortList:
    """Return the ports of `services`."""
    table = snap.service_ports
    owner = service_rows(services, table["namespace"], table["service"])
    inside = ~equals(services["type"], EXTERNAL_NAME)
    row = np.flatnonzero(inside[owner] & (owner >= 0)) if len(services) else np.empty(0, np.int64)
    held = np.bincount(owner[row], minlength=len(services))
    bare = np.flatnonzero(inside & (held == 0))
    service = np.concatenate((owner[row], bare))
    row = np.concatenate((row, np.full(len(bare), -1, np.int64)))
    order = np.argsort(service, kind="stable")
    service, row = service[order], row[order]
    number = np.where(row >= 0, _at(numbers(table["target_number"]), row, -1), 0)
    named = (row >= 0) & (number < 0)
    protocol = coded_text(table["protocol"]).at(row)
    target, names, protocols = _wanted(coded_text(table["target_port"]).at(row), protocol, named)
    count = np.bincount(service, minlength=len(services)).astype(np.int64)
    name = coded_text(table["port_name"]).at(row)
    return PortList(service, row, np.where(named, -1, number), target, names, protocols, name, protocol, offsets(count), count)


def find_ports(snap: Snapshot, ports: PortList, container_set: Ints, target: Ints) -> tuple[Ints, Ints]:
    """Return for each (container list, named target): the port number (-1: none), and the rule by which there is none.

    Resolved once per distinct pair, not per pod: the first port of equal name and protocol in FindPort order,
    app containers before sidecars; ordinary init and ephemeral containers never count (EP-12, EP-13). The rule
    is a place in UNRESOLVED_RULES.
    """
    width = len(ports.wanted_name)
    if not len(target):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    of, pair = pd.factorize(container_set * width + target)
    table = snap.container_sets
    names, name_code = np.unique(ports.wanted_name.astype(str), return_inverse=True)
    declared = codes_in(names.astype(object), plain(table["port_name"]))
    kept = np.flatnonzero(declared >= 0)
    sets, declared, protocol = numbers(table["container_set"])[kept], declared[kept], plain(table["protocol"])[kept]
    counted = equals(table["role"], ContainerRole.APP.value, ContainerRole.SIDECAR.value)
    (offered, asked), words = joint_codes(words_of(protocol), words_of(ports.wanted_protocol))
    exact = positions(name_code * (len(words) + 1) + asked, declared * (len(words) + 1) + offered)
    counts = counted[kept]
    key = sets * width + exact
    at = positions(np.where(counts & (exact >= 0), key, -1), pair)
    number = _at(numbers(table["port"])[kept], at, -1)
    rule = _unresolved_rule(pair, width, name_code, (sets, declared, counts), np.where(exact >= 0, key, -1))
    return number[of], rule[of]


def _unresolved_rule(pair: Ints, width: int, name_code: Ints, declared: tuple[Ints, Ints, Bools], exact: Ints) -> Ints:
    """Return which rule leaves each of `pair` unresolved, as a place in UNRESOLVED_RULES."""
    sets, name, counts = declared
    names = int(name_code.max()) + 1
    same_name = np.isin(pair // width * names + name_code[pair % width], (sets * names + name)[counts])
    return np.where(same_name, 2, np.where(np.isin(pair, exact[exact >= 0]), 1, 0)).astype(np.int64)


def _wanted(target: Text, protocol: Text, named: Bools) -> tuple[Ints, Objects, Objects]:
    at = np.flatnonzero(named)
    (name_code,), names = joint_codes(target.at(at))
    (protocol_code,), protocols = joint_codes(protocol.at(at))
    width = len(protocols) + 1
    place, distinct = pd.factorize(name_code * width + protocol_code)
    found = np.full(len(named), -1, np.int64)
    found[named] = place
    keys = np.asarray(distinct, dtype=np.int64)
    return found, names[keys // width], protocols[keys % width]


def _at(values: Any, places: Ints, missing: object) -> Any:
    """Return `values` at `places`; `missing` where the place is -1."""
    out = np.full(len(places), missing, dtype=values.dtype)
    there = places >= 0
    out[there] = values[places[there]]
    return out
