"""One change between two snapshots while it is being explained, and the way from many of them to CHANGES."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import NamedTuple

import pandas as pd

from k8snetviz.model.kinds import WORKLOADS, Kind
from k8snetviz.model.tables.changes import CHANGES
from k8snetviz.model.tables.changes import Change as Word

_REFERENCES = {Kind.SERVICE.value: "service", Kind.POD.value: "pod", Kind.NODE.value: "node", Kind.NAMESPACE.value: "namespace"}
_WORKLOADS = {kind.value for kind in WORKLOADS}


class Key(NamedTuple):
    """What names an object."""

    kind: str
    namespace: str | None
    name: str

    def reference(self) -> str:
        """Return its reference, such as ``service:shop/cart`` or ``workload:shop/Deployment/cart``."""
        if self.kind in _WORKLOADS:
            return f"workload:{self.namespace}/{self.kind}/{self.name}"
        word = _REFERENCES[self.kind]
        return f"{word}:{self.name}" if self.namespace is None else f"{word}:{self.namespace}/{self.name}"


class Cause(NamedTuple):
    """The change of an object that explains another one: its object, and the field; None where the object came or went."""

    key: Key
    field: str | None


@dataclass(slots=True)
class Row:
    """One row of CHANGES."""

    kind: str
    namespace: str | None
    name: str
    change: Word
    field: str | None = None
    before: str | None = None
    after: str | None = None
    cause: Cause | None = None
    suspect: bool = False
    service: str | None = None
    port_name: str | None = None
    port: int | None = None
    protocol: str | None = None
    family: str | None = None
    pod_namespace: str | None = None
    pod: str | None = None
    address: str | None = None
    workload_kind: str | None = None
    workload: str | None = None
    reason: str | None = None
    detail: str | None = None

    @property
    def key(self) -> Key:
        """The object that changed."""
        return Key(self.kind, self.namespace, self.name)


def as_table(rows: Iterable[Row]) -> pd.DataFrame:
    """Return CHANGES of `rows`, in key order."""
    listed = list(rows)
    columns = {part.name: [getattr(row, part.name) for row in listed] for part in fields(Row) if part.name != "cause"}
    causes = [row.cause for row in listed]
    columns["cause"] = [None if cause is None else cause.key.reference() for cause in causes]
    columns["cause_field"] = [None if cause is None else cause.field for cause in causes]
    return CHANGES.from_columns(columns, ordered=False)
