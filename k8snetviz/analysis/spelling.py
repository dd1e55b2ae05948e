"""The ledger's rows as the columns of BACKENDS, in key order: places and reasons are spelled out last."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.basis import Basis
from k8snetviz.analysis.columns import Bools, Ints, code, places, plain, said, stacked, words
from k8snetviz.analysis.expected import NONE, READY, UNKNOWN, Expected
from k8snetviz.analysis.families import UNTOLD
from k8snetviz.analysis.observed import Observations
from k8snetviz.analysis.pod_columns import PodColumns
from k8snetviz.analysis.strays import Strays
from k8snetviz.model.coded import Text, coded_text
from k8snetviz.model.kinds import BackendState, Drift, Family


class Compared(NamedTuple):
    """Rows of selected pods after comparison with what was observed."""

    observed: Ints
    drift: Ints
    seen: Ints  # the observation that stands for the row; -1
    number: Ints  # the port number observed, a wrong one where there is one; -1


def spelled_out(given: Basis, seen: Observations, own: tuple[Expected, Compared], odd: Strays, told: dict[str, Text]) -> dict[str, Any]:
    """Return the columns of BACKENDS of the rows of selected pods and the `odd` ones below them, whose reasons are `told`."""
    both = _stacked(*own, odd)
    where = _places(given, seen, (both["pod"], both["seen"]), own[0], odd)
    order = _order(both, given.pods.total, where)
    if order is not None:
        both = {name: column[order] for name, column in both.items()}
    table, services = given.snap.service_ports, given.services
    row = given.ports.row[both["port"]]
    return {
        "namespace": coded_text(services["namespace"]).at(both["service"]),
        "service": coded_text(services["service"]).at(both["service"]),
        "port_name": coded_text(table["port_name"]).at(row),
        "protocol": coded_text(table["protocol"]).at(row),
        "family": said([*words(Family), None], both["family"]),
        **{name: column.at(order) for name, column in (where | told).items()},
        "expected": said(words(BackendState), both["expected"]),
        "observed": said(words(BackendState), both["observed"]),
        "drift": said(words(Drift), both["drift"]),
        "port": table["port"].array.take(row, allow_fill=True),
        "selected": _masked(both["selected"] == 1, both["selected"] < 0),
        "target_port": _masked(both["target"], both["target"] <= 0),
        "observed_port": _masked(both["named"], both["named"] <= 0),
        "serves": _masked(both["serves"], np.zeros(len(row), bool)),
    }


def _stacked(rows: Expected, compared: Compared, odd: Strays) -> dict[str, Any]:
    """Return the columns of both kinds of rows, one below the other."""
    return {
        "service": np.concatenate((rows.service, odd.service)),
        "port": np.concatenate((rows.port, odd.port)),
        "family": np.concatenate((rows.family, odd.family)),
        "pod": np.concatenate((rows.pod, odd.pod)),
        "seen": np.concatenate((compared.seen, odd.seen)),
        "expected": np.concatenate((rows.state, odd.expected)),
        "observed": np.concatenate((compared.observed, odd.observed)),
        "drift": np.concatenate((compared.drift, odd.drift)),
        "target": np.concatenate((rows.target, odd.number)),
        "named": np.concatenate((compared.number, odd.number)),
        "selected": np.concatenate((np.ones(len(rows.pod), np.int64), odd.selected)),
        "serves": np.concatenate((_serves(rows.state, compared), odd.serves)),
    }


def _masked(values: Any, missing: Bools) -> Any:
    """Return a nullable array of `values`, bool or int, missing where told."""
    kind = pd.arrays.BooleanArray if values.dtype == bool else pd.arrays.IntegerArray
    return kind(values, missing)


def _serves(state: Ints, compared: Compared) -> Bools:
    """Tell which rows serve: both sides ready without drift, or the side that is known is ready."""
    both = (state == READY) & (compared.observed == READY) & (compared.drift == code(Drift.NONE))
    return np.asarray(both | ((state == UNKNOWN) & (compared.observed == READY)) | ((state == READY) & (compared.observed == UNKNOWN)))


def _places(given: Basis, seen: Observations, of: tuple[Ints, Ints], rows: Expected, odd: Strays) -> dict[str, Text]:
    """Return the columns that tell where each candidate is; the pod knows better than the slice."""
    pods, (pod, at) = given.pods, of
    table, count = pods.table, pods.total
    target = np.concatenate((np.full(len(rows.pod), NONE, np.int64), np.where(odd.named, count + odd.seen, NONE)))
    named = np.where(pod >= 0, pod, target)
    place = np.concatenate((_address_place(pods, rows), 3 * count + odd.seen))
    node, zone = _nodes_and_zones(given, seen, pod, at)
    return {
        "pod_namespace": pods.space.then(seen.space).at(named),
        "pod": pods.name.then(seen.target).at(named),
        "workload_kind": table.text("workload_kind").at(pod),
        "workload": table.text("workload").at(pod),
        "address": stacked(*pods.addresses, seen.address).at(place),
        "node": node,
        "zone": zone,
    }


def _nodes_and_zones(given: Basis, seen: Observations, pod: Ints, at: Ints) -> tuple[Text, Text]:
    """Return node and zone of rows: by the pod and its Node, else by the observation `at`."""
    pods, nodes = given.pods, given.snap.nodes
    own, zones = pods.table.text("node"), coded_text(nodes["zone"])
    placed = np.append(~own.missing, False)[pod]
    node = np.where(placed, pod, np.where(at >= 0, pods.total + at, NONE))
    place = np.append(pods.node, NONE)[pod]
    loose = np.flatnonzero(~placed & (at >= 0))
    place[loose] = places(plain(nodes["node"]), seen.node.at(at[loose]).interned())
    zoned = np.append(~zones.missing, False)[place]
    zone = np.where(zoned, place, np.where(at >= 0, len(nodes) + at, NONE))
    return own.then(seen.node).at(node), zones.then(seen.zone).at(zone)


def _address_place(pods: PodColumns, rows: Expected) -> Ints:
    """Return the place of each row's address in the vocabulary of addresses; the text of an unreadable one in every family."""
    readable = (pods.has[0] | pods.has[1])[rows.pod]
    untold = rows.family == UNTOLD
    return np.where(readable & untold, NONE, np.where(readable, rows.family, UNTOLD) * pods.total + rows.pod)


def _order(both: dict[str, Any], pods: int, where: dict[str, Text]) -> Ints | None:
    """Return the order of rows by key (missing last); None if they are in it."""
    block = both["port"] * (UNTOLD + 1) + both["family"]
    pod = np.where(both["pod"] >= 0, both["pod"], pods)
    mixed = np.isin(block, block[(both["pod"] < 0) & (where["pod"].codes >= 0)])  # names that PODS cannot order
    key = block * (pods + 1) + np.where(mixed, 0, pod)
    if not (np.diff(key) <= 0).any():
        return None
    tied = np.flatnonzero(pd.Index(key).duplicated(keep=False))
    rank = np.zeros((3, len(key)), np.int64)
    for line, name in zip(rank, ("pod_namespace", "pod", "address"), strict=True):
        line[tied] = where[name].at(tied).ranked()
    return np.lexsort((rank[2], rank[1], rank[0], key))
