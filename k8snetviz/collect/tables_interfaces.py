"""POD_INTERFACES: network interfaces of pods, where the CNI plugin tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.kindspec import EVERY, Builder, PodBuilder
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.tables import POD_INTERFACES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_NO_ADDRESS: list[tuple[str | None, str | None]] = [(None, None)]


def pod_interfaces(store: ObjectStore, places: slice = EVERY) -> pd.DataFrame:
    """Return POD_INTERFACES, of the pods at `places`; without the annotation there is no row."""
    found = store.finished_pods()
    columns, spaces = found.columns, list(found.columns.namespaces)
    if not columns.interfaces:
        return POD_INTERFACES.empty()
    rows = (
        (spaces[columns.namespace[row]], columns.names[row], place, one.name, one.mac, one.default, *entry)
        for row in found.rows[places].tolist()
        for place, one in enumerate(columns.interfaces.get(row) or ())
        for entry in [canonical(text) for text in one.addresses] or _NO_ADDRESS
    )
    return frame_of(POD_INTERFACES, rows)


POD_BUILDERS: dict[str, PodBuilder] = {POD_INTERFACES.name: pod_interfaces}
BUILDERS: dict[str, Builder] = {POD_INTERFACES.name: pod_interfaces}
