"""What every step of the ledger reads: Services, their selectors and ports, pods."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from k8snetviz.analysis.columns import Bools, flags
from k8snetviz.analysis.pod_columns import PodColumns, pod_columns
from k8snetviz.analysis.ports import PortList, port_list
from k8snetviz.analysis.selection import SelectorPairs, selector_pairs
from k8snetviz.model.snapshot import Snapshot


class Basis(NamedTuple):
    """One snapshot, the Services asked for, and columns converted once."""

    snap: Snapshot
    services: pd.DataFrame
    managed: Bools
    pods: PodColumns
    ports: PortList
    pairs: SelectorPairs


def basis(snap: Snapshot, services: pd.DataFrame) -> Basis:
    """Return the basis of the ledger of `services`."""
    return Basis(snap, services, flags(services["managed"]), pod_columns(snap), port_list(snap, services), selector_pairs(snap, services))
