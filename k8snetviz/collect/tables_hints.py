"""ENDPOINT_HINTS: whose traffic the endpoints of slices are meant for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.structs.core import EndpointHints, EndpointSlice
from k8snetviz.collect.tables_endpoints import address_type
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Family, Kind
from k8snetviz.model.tables import ENDPOINT_HINTS
from k8snetviz.model.tables.services import HintScope

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_SERVICE = "kubernetes.io/service-name"  # EP-20


def endpoint_hints(store: ObjectStore) -> pd.DataFrame:
    """Return ENDPOINT_HINTS; without hints there is no row."""
    rows = (row for found in store.objects(Kind.ENDPOINT_SLICE) for row in _hints(found))
    return frame_of(ENDPOINT_HINTS, dict.fromkeys(rows))


def _hints(found: EndpointSlice) -> Iterator[tuple[object, ...]]:
    meta, named = found.metadata, address_type(found) not in (Family.IPV4, Family.IPV6)
    for endpoint in found.endpoints or ():
        if endpoint.hints is not None and endpoint.addresses:
            text = endpoint.addresses[0]
            service = (meta.labels or {}).get(_SERVICE) or None
            for scope, place in _places(endpoint.hints):
                yield meta.namespace, meta.name, service, text if named else canonical(text)[0], scope, place


def _places(hints: EndpointHints) -> Iterator[tuple[str, str]]:
    yield from ((HintScope.ZONE.value, zone.name) for zone in hints.for_zones or () if zone.name)
    yield from ((HintScope.NODE.value, node.name) for node in hints.for_nodes or () if node.name)


BUILDERS: dict[str, Builder] = {ENDPOINT_HINTS.name: endpoint_hints}
