"""The columns of PODS that the ledger reads, converted once."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, Objects, codes_in, equals, flags, joined, numbers, plain, texts
from k8snetviz.model.snapshot import Snapshot

TERMINAL = ("Succeeded", "Failed")  # EP-1c


class PodColumns(NamedTuple):
    """One entry per row of PODS."""

    frame: pd.DataFrame
    space: Objects
    name: Objects
    uid: Objects  # None where missing
    addresses: tuple[Objects, Objects, Objects]  # IPv4, IPv6, the text of podIP; None where missing
    has: tuple[Bools, Bools, Bools]
    terminal: Bools
    template: Bools
    told: Bools  # has a status
    ready: Bools
    deleted: Bools
    host_network: Bools
    node: Ints  # row in NODES; -1
    label_set: Ints
    container_set: Ints

    @property
    def total(self) -> int:
        """The number of pods."""
        return len(self.space)

    @property
    def vocabulary(self) -> Any:
        """The addresses one family after another, to take texts from."""
        return joined(*(self.frame[column].array for column in _ADDRESSES))


_ADDRESSES = ("address_ipv4", "address_ipv6", "address")


def pod_columns(snap: Snapshot) -> PodColumns:
    """Return the columns of PODS."""
    pods = snap.pods
    addresses, told = [texts(pods[column]) for column in _ADDRESSES], [pods[column].notna().to_numpy() for column in _ADDRESSES]
    return PodColumns(
        frame=pods,
        space=plain(pods["namespace"]),
        name=plain(pods["pod"]),
        uid=texts(pods["uid"]),
        addresses=(addresses[0], addresses[1], addresses[2]),
        has=(told[0], told[1], told[2]),
        terminal=equals(pods["phase"], *TERMINAL),
        template=flags(pods["template"]),
        told=pods["ready"].notna().to_numpy(),
        ready=flags(pods["ready"]),
        deleted=pods["deleted"].notna().to_numpy(),
        host_network=flags(pods["host_network"]),
        node=codes_in(plain(snap.nodes["node"]), plain(pods["node"])),
        label_set=numbers(pods["label_set"]),
        container_set=numbers(pods["container_set"]),
    )
