"""What EndpointSlices, else legacy Endpoints, say stands behind each Service (EP-8, EP-20, EP-31, EP-47, KX-3)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.basis import Basis
from k8snetviz.analysis.columns import Bools, Ints, cells, equals, flags, places, positions, stacked, texts
from k8snetviz.analysis.coverage import known
from k8snetviz.analysis.expected import NOT_READY, NOT_SERVING, READY, TERMINATING
from k8snetviz.analysis.families import UNTOLD, family_codes
from k8snetviz.analysis.pod_columns import PodColumns
from k8snetviz.analysis.ports import EXTERNAL_NAME, PortList, coded_service_rows, service_rows
from k8snetviz.model.coded import CodedTable, Text, coded_text, joint_codes, words_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot

NOTHING, SLICES, ENDPOINTS = range(3)
_SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror"
_TEXTS = ["namespace", "slice", "address", "family", "port_name", "protocol"]
_TEXTS += ["target_kind", "target_namespace", "target", "target_uid", "node", "zone"]


class Sources(NamedTuple):
    """Per Service: what its observed endpoints come from, and whether absence there means none."""

    source: Ints  # NOTHING, SLICES or ENDPOINTS
    whole: Bools


class Observations(NamedTuple):
    """Observed endpoints, one entry per slice (or subset), endpoint and port."""

    service: Ints
    family: Ints
    port: Ints  # entry of the port list that the port joins; -1: it joins none
    number: Ints
    state: Ints
    rank: Ints  # smaller wins among copies: not terminating, then ready, then serving (KX-6, D-11)
    pointed: Bools  # has a targetRef of kind Pod
    space: Text  # namespace of the target
    pod: Ints  # row in PODS of the target; -1
    address: Text
    target: Text
    target_uid: Text
    node: Text
    zone: Text


class _Read(NamedTuple):
    """Rows of a table of endpoints, with the row of the Service of each."""

    service: Ints
    texts: dict[str, Text]
    number: Ints
    ready: Bools
    serving: Bools
    terminating: Bools


def sources_of(snap: Snapshot, services: pd.DataFrame) -> Sources:
    """Return where the observed endpoints of each Service come from.

    Decided: slices where they were read in the namespace, else Endpoints where these were, else whatever of the
    two was read in part, so that absence proves nothing (EP-47, SN-4). Endpoints that are over capacity were
    truncated (EP-45). Endpoints of a Service without selector that carry the label skip-mirror become no slices
    (EP-41, T-20): whoever set it may write slices itself, so without slices nothing is observed. The API server does
    so for default/kubernetes: there both say the same.
    """
    namespaces = texts(services["namespace"])
    by_slices, by_endpoints = known(snap, Kind.ENDPOINT_SLICE, namespaces), known(snap, Kind.ENDPOINTS, namespaces)
    whole, partly, slices = by_slices | by_endpoints, np.zeros(len(services), bool), snap.slices
    service = service_rows(services, slices["namespace"], slices["service"])
    partly[service[service >= 0]] = True
    source = np.where(by_slices | (partly & ~by_endpoints), SLICES, np.where(by_endpoints, ENDPOINTS, NOTHING))
    if not (source == SLICES).all():
        table = snap.endpoints
        service = service_rows(services, table["namespace"], table["service"])
        partly = np.zeros(len(services), bool)
        partly[service[service >= 0]] = True
        source = np.where((source == NOTHING) & partly, ENDPOINTS, source)
        cut = service[(service >= 0) & flags(table["over_capacity"])]
        whole[cut[source[cut] == ENDPOINTS]] = False
        apart = _not_mirrored(snap, services, (source == ENDPOINTS) & partly)
        source[apart], whole[apart] = NOTHING, False
    return Sources(source, whole)


def observe(given: Basis, sources: Sources) -> Observations:
    """Return the observed endpoints of `services`.

    Decided: the join key is the service-name label alone (EP-20): slices of the controller, mirrored, manual, third
    party and with another owner uid all count, because kube-proxy looks at nothing else (EP-24 is a finding). FQDN
    slices have no semantics and are left out (EP-30).
    """
    snap, services = given.snap, given.services
    inside = ~equals(services["type"], EXTERNAL_NAME)
    table = snap.coded("slice_endpoints")
    read = _read(services, table, inside & (sources.source == SLICES), table.flags("serving"), table.flags("terminating"))
    read = _readable_slices(snap, read)
    if (inside & (sources.source == ENDPOINTS)).any():
        table = snap.coded("endpoints")
        legacy = _read(services, table, inside & (sources.source == ENDPOINTS), table.flags("ready"), np.zeros(len(table), bool))
        read = _both(read, legacy)
    return _entries(given, read)


def _read(services: pd.DataFrame, table: CodedTable, wanted: Bools, serving: Bools, terminating: Bools) -> _Read:
    """Return the rows of `table` that belong to a wanted Service."""
    service = coded_service_rows(services, table.text("namespace"), table.text("service"))
    rows = np.flatnonzero((service >= 0) & wanted[service]) if len(wanted) else np.zeros(0, np.int64)
    nothing = Text(np.empty(0, dtype=object), np.full(len(table), -1, np.int64))
    columns = {name: table.text(name) if name in table.table.names else nothing for name in _TEXTS}
    read = _Read(service, columns, table.numbers("port"), table.flags("ready"), serving, terminating)
    return read if len(rows) == len(service) else _at(read, rows)


def _both(one: _Read, other: _Read) -> _Read:
    below = {name: np.concatenate((getattr(one, name), getattr(other, name))) for name in _Read._fields if name != "texts"}
    return _Read(texts={name: column.then(other.texts[name]) for name, column in one.texts.items()}, **below)


def _at(read: _Read, rows: Ints) -> _Read:
    taken = {name: getattr(read, name)[rows] for name in _Read._fields if name != "texts"}
    return _Read(texts={name: column.at(rows) for name, column in read.texts.items()}, **taken)


def _readable_slices(snap: Snapshot, read: _Read) -> _Read:
    """Leave FQDN slices out; an address that does not parse takes the family of its slice."""
    family = read.texts["family"]
    untold = np.flatnonzero(family.missing)
    if not len(untold):
        return read
    types = {(space, name): kind for space, name, kind in cells(snap.slices, "namespace", "slice", "address_type")}
    named = zip(*(read.texts[name].at(untold).objects().tolist() for name in ("namespace", "slice")), strict=True)
    told = words_of([types.get(pair) for pair in named])
    place = np.arange(len(family.codes), dtype=np.int64)
    place[untold] = len(place) + np.arange(len(untold), dtype=np.int64)
    read = read._replace(texts=read.texts | {"family": family.then(told).at(place)})
    fqdn = np.zeros(len(place), bool)
    fqdn[untold] = told.equals("FQDN")
    return _at(read, np.flatnonzero(~fqdn))


def _not_mirrored(snap: Snapshot, services: pd.DataFrame, legacy: Bools) -> Bools:
    """Tell which Services without selector, of the `legacy` ones, have an Endpoints object that nobody mirrors (EP-41)."""
    api_server = equals(services["namespace"], "default") & equals(services["service"], "kubernetes")
    manual = legacy & ~flags(services["managed"]) & ~api_server
    out = np.zeros(len(services), bool)
    if manual.any():
        labels = snap.labels_of([Kind.ENDPOINTS])
        labels = labels[equals(labels["key"], _SKIP_MIRROR) & equals(labels["value"], "true")]
        row = service_rows(services, labels["namespace"], labels["name"])
        out[row[row >= 0]] = True
    return out & manual


def _entries(given: Basis, read: _Read) -> Observations:
    ready, serving, terminating, service, told = read.ready, read.serving, read.terminating, read.service, read.texts
    state = np.where(ready, READY, np.where(~terminating, NOT_READY, np.where(serving, TERMINATING, NOT_SERVING)))
    family, primary = family_codes(told["family"]), family_codes(coded_text(given.services["family"]))
    pointed = told["target_kind"].equals(Kind.POD.value)
    space, own = told["target_namespace"], np.arange(len(service), dtype=np.int64)
    if space.missing.any():
        space = space.then(told["namespace"]).at(np.where(space.missing, len(own) + own, own))
    return Observations(
        service=service,
        family=np.where(family == UNTOLD, primary[service], family) if len(primary) else family,
        port=_joined_port(given.ports, read),
        number=read.number,
        state=state.astype(np.int64),
        rank=terminating * 4 + ~ready * 2 + ~serving * np.int64(1),
        pointed=pointed,
        space=space,
        pod=_target_pod(given.pods, np.flatnonzero(pointed), space, told["target"]),
        **{name: told[name] for name in ("address", "target", "target_uid", "node", "zone")},
    )


def _joined_port(ports: PortList, read: _Read) -> Ints:
    """Return the entry of the port list that each observed port joins, by name and protocol (KX-3); -1: none.

    A port without number means "any", which kube-proxy skips (EP-31, KX-4). A Service without ports takes every
    endpoint (EP-17).
    """
    service = read.service
    (ours, theirs), names = joint_codes(ports.name, read.texts["port_name"])
    (our_protocol, their_protocol), protocols = joint_codes(ports.protocol, read.texts["protocol"])
    words = len(protocols) + 1
    width = (len(names) + 1) * words  # a missing name or protocol has code -1
    wanted = np.where(read.number > 0, service * width + (theirs + 1) * words + their_protocol + 1, -1)
    found = positions(ports.service * width + (ours + 1) * words + our_protocol + 1, wanted)
    first = ports.first[service] if len(service) else service
    bare = (ports.row[first] < 0) & (ports.held[service] > 0) if len(first) else np.zeros(0, bool)
    return np.where(bare, first, found)


def _target_pod(pods: PodColumns, pointed: Ints, space: Text, name: Text) -> Ints:
    """Return the row in PODS of the pod that each targetRef names; -1 where it names none that is known."""
    out = np.full(len(name.codes), -1, np.int64)
    (ours, theirs), words = joint_codes(pods.name, name.at(pointed))
    (our_spaces, their_spaces), _ = joint_codes(pods.space, space.at(pointed))
    width = len(words) + 1
    wanted = np.where((theirs >= 0) & (their_spaces >= 0), their_spaces * width + theirs, -1)
    out[pointed] = positions(np.where(pods.template, -2, our_spaces * width + ours), wanted)
    return out


def held_addresses(addresses: Text, pods: PodColumns) -> tuple[Ints, Bools]:
    """Return for each of `addresses`: the one pod that holds it (row in PODS; -1), and whether any pod holds it.

    Terminal pods have released their address, and a host-network pod shares it with its node and its neighbours,
    so neither is named on the address alone (section 1.3 steps 2 and 3, NM-8).
    """
    distinct = addresses.interned()
    live = ~pods.terminal
    alone = live & ~pods.host_network
    held = np.zeros(len(distinct.words), bool)
    holders, holder = np.zeros(len(distinct.words), np.int64), np.full(len(distinct.words), -1, np.int64)
    every = places(distinct.words, stacked(*pods.addresses[:UNTOLD]))
    for place in np.split(every, UNTOLD):
        pod = np.flatnonzero(live & (place >= 0))
        at = place[pod]
        held[at] = True
        np.add.at(holders, at[alone[pod]], 1)
        holder[at[alone[pod]]] = pod[alone[pod]]
    return np.where(holders == 1, holder, -1)[distinct.codes], held[distinct.codes]
