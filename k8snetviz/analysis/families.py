"""Address families of Services, and where the rows of each Service lie (EP-4, EP-5)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, equals, flags, offsets
from k8snetviz.analysis.ports import PortList
from k8snetviz.analysis.selection import Selection
from k8snetviz.model.coded import Text, coded_text
from k8snetviz.model.kinds import FamiliesFrom, Family

FAMILIES = tuple(Family)
UNTOLD = len(FAMILIES)  # family code of what has no family: no Service says which, or the address does not parse


def family_codes(values: Text) -> Ints:
    """Return the place of each family in FAMILIES; UNTOLD where missing."""
    out = np.full(len(values.codes), UNTOLD, np.int64)
    for place, family in enumerate(FAMILIES):
        out[values.equals(family.value)] = place
    return out


def open_families(services: pd.DataFrame) -> Bools:
    """Tell which Services get their families from what is there.

    Decided: the headless fallback (EP-4), a Service that says neither families nor clusterIP (manifests, stripped
    data), and the headless Service without selector, which the API server gives both families even where the
    cluster has one (section 2.3, case 2). They have only families that a selected pod or an observed address has.
    """
    untold = services["family"].isna().to_numpy() | equals(services["families_from"], FamiliesFrom.FALLBACK.value)
    return untold | (flags(services["headless"]) & ~flags(services["managed"]))


def family_slots(services: pd.DataFrame, has: Bools, candidates: Bools) -> Ints:
    """Return (Services x 3) the place of each family among those of its Service; -1 for families it does not have.

    `has` (Services x 3) tells which families its candidates have, `candidates` whether it has any: with none of a
    readable family, rows have no family.
    """
    opened = open_families(services)
    own = np.zeros((len(services), UNTOLD + 1), bool)
    for column in ("family", "second_family"):
        codes = family_codes(coded_text(services[column]))
        told = (codes != UNTOLD) & ~opened
        own[told, codes[told]] = True
    own[opened] = has[opened]
    own[opened & candidates & ~own.any(axis=1), UNTOLD] = True
    slots = np.cumsum(own, axis=1) - 1
    return np.where(own, slots, -1).astype(np.int64)


class Layout(NamedTuple):
    """Where rows of selected pods lie: by Service, port, family, then pod; all pods of a block are neighbours."""

    slots: Ints  # Services x 3: place of a family, -1
    families: Ints  # per Service: number of families
    pods: Ints  # per Service: number of selected pods
    first_pair: Ints  # per Service: its first pair in the selection
    first_row: Ints  # per Service: its first row
    block_port: Ints  # per block: entry of the port list
    block_family: Ints  # per block: family code
    block_pods: Ints  # per block: number of rows
    block_first_pair: Ints  # per block: first pair of its Service

    def rows(self) -> tuple[Ints, Ints]:
        """Return block and pair of every row."""
        block = np.repeat(np.arange(len(self.block_pods), dtype=np.int64), self.block_pods)
        within = np.arange(len(block), dtype=np.int64) - np.repeat(offsets(self.block_pods), self.block_pods)
        return block, np.repeat(self.block_first_pair, self.block_pods) + within

    def row_of(self, service: Ints, port: Ints, family: Ints, pair: Ints) -> Ints:
        """Return the row of `pair` at the `port`-th port of `service` and `family` (both of the Service)."""
        slot = self.slots[service, family]
        block = port * self.families[service] + slot
        return self.first_row[service] + block * self.pods[service] + pair - self.first_pair[service]


def lay_out(ports: PortList, slots: Ints, selection: Selection) -> Layout:
    """Return the layout of the rows of `selection`."""
    families = (slots >= 0).sum(axis=1).astype(np.int64)
    pods = np.bincount(selection.service, minlength=len(families)).astype(np.int64)
    per_port = families[ports.service]
    block_port = np.repeat(np.arange(len(ports.service), dtype=np.int64), per_port)
    place = np.arange(len(block_port), dtype=np.int64) - np.repeat(offsets(per_port), per_port)
    order = np.argsort(np.where(slots >= 0, slots, UNTOLD + 1), axis=1, kind="stable")
    service = ports.service[block_port]
    first_pair = offsets(pods)
    return Layout(
        slots=slots,
        families=families,
        pods=pods,
        first_pair=first_pair,
        first_row=offsets(ports.held * families * pods),
        block_port=block_port,
        block_family=order[service, place].astype(np.int64),
        block_pods=pods[service],
        block_first_pair=first_pair[service],
    )
