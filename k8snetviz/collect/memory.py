"""API objects in memory -> batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from k8snetviz.collect.batches import Batch
from k8snetviz.collect.sink import Sink
from k8snetviz.errors import InputError

Obj = dict[str, Any]


def read_objects(given: Obj | Sequence[Obj], store: Sink, name: str = "memory") -> None:
    """Read API-shaped `given`: one object, one List, or a sequence of these, into `store`.

    Objects of a sequence count as one list; a single object says nothing about others of its kind.
    """
    source = store.source(name, "memory", "objects")
    loose: list[Obj] = []
    for place, item in enumerate([given] if isinstance(given, dict) else given):
        if not isinstance(item, dict):
            raise InputError(f"wanted API-shaped dicts, found {type(item).__name__} at place {place}")
        if "items" in item:
            _add_list(item, source, store)
        else:
            loose.append(item)
    if loose:
        store.add(Batch(_json(loose), source, listed=not isinstance(given, dict)))


def _add_list(listed: Obj, source: int, store: Sink) -> None:
    kind = (listed.get("kind") or "").removesuffix("List") or None
    more = (listed.get("metadata") or {}).get("continue")
    store.add(
        Batch(_json(listed["items"] or []), source, kind, listed.get("apiVersion") if kind else None, complete=not more),
    )


def _json(objects: list[Obj]) -> bytes:
    try:
        return msgspec.json.encode(objects)
    except (TypeError, RecursionError) as error:
        raise InputError(f"wanted API-shaped dicts as JSON holds them: {error}") from error
