"""What EndpointSlices, else legacy Endpoints, say stands behind each Service (EP-8, EP-20, EP-31, EP-47, KX-3)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.basis import Basis
from k8snetviz.analysis.columns import Bools, Ints, Objects, changes, equals, flags, joint_codes, numbers, plain, positions, texts
from k8snetviz.analysis.coverage import known
from k8snetviz.analysis.expected import NOT_READY, NOT_SERVING, READY, TERMINATING
from k8snetviz.analysis.families import UNTOLD, family_codes
from k8snetviz.analysis.pod_columns import PodColumns
from k8snetviz.analysis.ports import EXTERNAL_NAME, PortList, service_rows
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot

NOTHING, SLICES, ENDPOINTS = range(3)
_SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror"
_COLUMNS = ["namespace", "address", "family", "port_name", "port", "protocol", "ready"]
_COLUMNS += ["target_kind", "target_namespace", "target", "target_uid", "node"]


class Sources(NamedTuple):
    """Per Service: what its observed endpoints come from, and whether absence there means none."""

    source: Ints  # NOTHING, SLICES or ENDPOINTS
    whole: Bools


class Observations(NamedTuple):
    """Observed endpoints, one entry per slice (or subset), endpoint and port."""

    frame: pd.DataFrame  # the columns they were read from
    service: Ints
    family: Ints
    port: Ints  # entry of the port list that the port joins; -1: it joins none
    number: Ints
    state: Ints
    rank: Ints  # smaller wins among copies: not terminating, then ready, then serving (KX-6, D-11)
    pointed: Bools  # has a targetRef of kind Pod
    space: Objects  # namespace of the target
    pod: Ints  # row in PODS of the target; -1


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
    table = snap.slice_endpoints
    service = service_rows(services, table["namespace"], table["service"])
    frame, service = _kept(table, service, inside & (sources.source == SLICES))
    frame, service = _readable_slices(snap, frame, service)
    if (inside & (sources.source == ENDPOINTS)).any():
        table = snap.endpoints
        rows = service_rows(services, table["namespace"], table["service"])
        table, rows = _kept(table, rows, inside & (sources.source == ENDPOINTS))
        legacy = table[_COLUMNS].assign(
            serving=table["ready"],
            terminating=pd.array(np.zeros(len(table), bool), dtype="boolean"),
            zone=pd.array([None] * len(table), dtype="string"),
        )
        frame = pd.concat([frame[legacy.columns], legacy], ignore_index=True)
        service = np.concatenate((service, rows))
    return _entries(given, frame, service)


def _kept(frame: pd.DataFrame, service: Ints, wanted: Bools) -> tuple[pd.DataFrame, Ints]:
    """Return rows of `frame` that belong to a wanted Service."""
    kept = (service >= 0) & wanted[service] if len(wanted) else service >= 0
    return (frame, service) if kept.all() else (frame[kept], service[kept])


def _readable_slices(snap: Snapshot, frame: pd.DataFrame, service: Ints) -> tuple[pd.DataFrame, Ints]:
    """Leave FQDN slices out; an address that does not parse takes the family of its slice."""
    untold = frame["family"].isna().to_numpy()
    if not untold.any():
        return frame, service
    slices = snap.slices[["namespace", "slice", "address_type"]]
    types = frame[["namespace", "slice"]].merge(slices, how="left", on=["namespace", "slice"])["address_type"]
    kept = texts(types) != "FQDN"
    frame = frame.assign(family=frame["family"].array.fillna(types.array))
    return frame[kept], service[kept]


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


def _entries(given: Basis, frame: pd.DataFrame, service: Ints) -> Observations:
    ready, serving, terminating = (flags(frame[name]) for name in ("ready", "serving", "terminating"))
    state = np.where(ready, READY, np.where(~terminating, NOT_READY, np.where(serving, TERMINATING, NOT_SERVING)))
    family, primary = family_codes(frame["family"]), family_codes(given.services["family"])
    number = numbers(frame["port"])
    pointed = equals(frame["target_kind"], Kind.POD.value)
    space, missing = plain(frame["target_namespace"]), np.asarray(frame["target_namespace"].isna())
    if missing.any():
        space = np.where(missing, plain(frame["namespace"]), space)
    return Observations(
        frame=frame,
        service=service,
        family=np.where(family == UNTOLD, primary[service], family) if len(primary) else family,
        port=_joined_port(given.ports, service, frame, number),
        number=number,
        state=state.astype(np.int64),
        rank=terminating * 4 + ~ready * 2 + ~serving * np.int64(1),
        pointed=pointed,
        space=space,
        pod=_target_pod(given.pods, np.flatnonzero(pointed), space, plain(frame["target"])),
    )


def _joined_port(ports: PortList, service: Ints, frame: pd.DataFrame, number: Ints) -> Ints:
    """Return the entry of the port list that each observed port joins, by name and protocol (KX-3); -1: none.

    A port without number means "any", which kube-proxy skips (EP-31, KX-4). A Service without ports takes every
    endpoint (EP-17).
    """
    (ours, theirs), names = joint_codes(ports.name, plain(frame["port_name"]))
    (our_protocol, their_protocol), protocols = joint_codes(ports.protocol, plain(frame["protocol"]))
    words = len(protocols) + 1
    width = (len(names) + 1) * words  # a missing name or protocol has code -1
    wanted = np.where(number > 0, service * width + (theirs + 1) * words + their_protocol + 1, -1)
    found = positions(ports.service * width + (ours + 1) * words + our_protocol + 1, wanted)
    first = ports.first[service] if len(service) else service
    bare = (ports.row[first] < 0) & (ports.held[service] > 0) if len(first) else np.zeros(0, bool)
    return np.where(bare, first, found)


def _target_pod(pods: PodColumns, pointed: Ints, space: Objects, name: Objects) -> Ints:
    """Return the row in PODS of the pod that each targetRef names; -1 where it names none that is known."""
    out = np.full(len(space), -1, np.int64)
    space, name = space[pointed], name[pointed]
    observed, names = ~pods.template, pd.Index(pods.name, dtype=object)
    if pods.total and observed.all() and names.is_unique:  # no two pods of one name
        found = names.get_indexer(pd.Index(name, dtype=object)).astype(np.int64)
        found[found >= 0] = np.where(pods.space[found[found >= 0]] == space[found >= 0], found[found >= 0], -1)
    else:
        (ours, theirs), words = joint_codes(pods.name, name)
        new = np.flatnonzero(changes(space))
        (our_spaces, some), _ = joint_codes(pods.space, space[new])
        their_spaces = np.repeat(some, np.diff(np.append(new, len(space))))
        width = len(words) + 1
        wanted = np.where((theirs >= 0) & (their_spaces >= 0), their_spaces * width + theirs, -1)
        found = positions(np.where(observed, our_spaces * width + ours, -2), wanted)
    out[pointed] = found
    return out


def held_addresses(addresses: pd.Series[str], pods: PodColumns) -> tuple[Ints, Bools]:
    """Return for each of `addresses`: the one pod that holds it (row in PODS; -1), and whether any pod holds it.

    Terminal pods have released their address, and a host-network pod shares it with its node and its neighbours,
    so neither is named on the address alone (section 1.3 steps 2 and 3, NM-8).
    """
    codes, distinct = pd.factorize(plain(addresses))
    index = pd.Index(np.asarray(distinct, dtype=object), dtype=object)
    live = ~pods.terminal
    alone = live & ~pods.host_network
    held = np.zeros(len(distinct), bool)
    holders, holder = np.zeros(len(distinct), np.int64), np.full(len(distinct), -1, np.int64)
    for column in ("address_ipv4", "address_ipv6"):
        pod = np.flatnonzero(live & equals(pods.frame[column], *distinct))
        at = index.get_indexer(pd.Index(plain(pods.frame[column])[pod], dtype=object))
        held[at] = True
        np.add.at(holders, at[alone[pod]], 1)
        holder[at[alone[pod]]] = pod[alone[pod]]
    return np.where(holders == 1, holder, -1)[codes], held[codes]
