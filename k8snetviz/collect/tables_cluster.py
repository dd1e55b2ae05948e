"""RANGES, and the kinds that tell where cluster addresses come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.addresses import canonical_range
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.snapshot_file import config_of
from k8snetviz.collect.tables_core import node_ranges
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Kind, OwnerRole
from k8snetviz.model.tables import RANGES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore


def ranges(store: ObjectStore) -> pd.DataFrame:
    """Return RANGES: pod ranges of Nodes (NM-12), Service ranges (SV-40), both of a cluster's own configuration where it was asked for."""
    services = (
        (Kind.SERVICE_CIDR.value, one.metadata.name, *canonical_range(text), OwnerRole.SERVICE_RANGE.value)
        for one in store.objects(Kind.SERVICE_CIDR)
        for text in one.spec.cidrs or ()
    )
    config = config_of(store.hints)
    told = [(Kind.CONFIG_MAP.value, name, *canonical_range(cidr), role) for name, role, cidr in config.ranges] if config else []
    return frame_of(RANGES, [*node_ranges(store), *services, *told])


BUILDERS: dict[str, Builder] = {RANGES.name: ranges}
