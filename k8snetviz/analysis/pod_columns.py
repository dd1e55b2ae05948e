"""The columns of PODS that the ledger reads, converted once."""

from __future__ import annotations

from typing import NamedTuple

from k8snetviz.analysis.columns import Bools, Ints, places, plain, stacked
from k8snetviz.model.coded import CodedTable, Text
from k8snetviz.model.snapshot import Snapshot

TERMINAL = ("Succeeded", "Failed")  # EP-1c


class PodColumns(NamedTuple):
    """One entry per row of PODS."""

    table: CodedTable
    space: Text
    name: Text
    uid: Text
    addresses: tuple[Text, Text, Text]  # IPv4, IPv6, the text of podIP
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
        return len(self.table)

    @property
    def every_address(self) -> Text:
        """The addresses one family after another."""
        return stacked(*self.addresses)


def pod_columns(snap: Snapshot) -> PodColumns:
    """Return the columns of PODS."""
    pods = snap.coded("pods")
    four, six, first = (pods.text(column) for column in ("address_ipv4", "address_ipv6", "address"))
    return PodColumns(
        table=pods,
        space=pods.text("namespace"),
        name=pods.text("pod"),
        uid=pods.text("uid"),
        addresses=(four, six, first),
        has=(~four.missing, ~six.missing, ~first.missing),
        terminal=pods.text("phase").equals(*TERMINAL),
        template=pods.flags("template"),
        told=~pods.missing("ready"),
        ready=pods.flags("ready"),
        deleted=~pods.missing("deleted"),
        host_network=pods.flags("host_network"),
        node=places(plain(snap.nodes["node"]), pods.text("node")),
        label_set=pods.numbers("label_set"),
        container_set=pods.numbers("container_set"),
    )
