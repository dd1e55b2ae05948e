"""What changed in objects of the API that are no pods: one Row per object and field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.change_rows import Cause, Key, Row
from k8snetviz.analysis.columns import texts
from k8snetviz.analysis.diff_columns import aligned, differing, others, records
from k8snetviz.analysis.diff_scope import Scope
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.changes import Change

Cells = dict[str, Any]
Fields = dict[str, str | None]
UID = "metadata.uid"
_KEYS = ("kind", "namespace", "name")


class Facet(NamedTuple):
    """A part of objects: rows with the columns `kind`, `namespace`, `name` and what is compared, and the fields they mean."""

    rows: Callable[[Snapshot], pd.DataFrame]
    fields: Callable[[list[Cells]], Fields]
    parts: bool = False  # a field such as `spec.ports[80/TCP]` tells what came or went; what is below it counts where both have it


class Family(NamedTuple):
    """Kinds of objects that are compared alike; the rows of `main` are one per object, with `uid`."""

    main: Callable[[Snapshot], pd.DataFrame]
    facets: tuple[Facet, ...]


def object_changes(scope: Scope, families: tuple[Family, ...]) -> list[Row]:
    """Return the changes of all objects of `families` that both snapshots know.

    An object came or went only where the snapshot without it was read whole. One of the same name with another uid was
    made anew: that is a change of `metadata.uid`, and the cause of its other changes.
    """
    rows: list[Row] = []
    for family in families:
        rows += _changes(scope, family)
    return rows


def _changes(scope: Scope, family: Family) -> list[Row]:
    one, other = family.main(scope.before), family.main(scope.after)
    in_before, in_after, _ = aligned([one[key] for key in _KEYS], [other[key] for key in _KEYS])
    alone = (others(len(one), in_before), others(len(other), in_after))
    gone = [_key(cells) for cells in records(one.iloc[alone[0]])]
    new = [_key(cells) for cells in records(other.iloc[alone[1]])]
    rows = [Row(*key, Change.REMOVED) for key in gone if scope.knows(key.kind, key.namespace)[1]]
    rows += [Row(*key, Change.ADDED) for key in new if scope.knows(key.kind, key.namespace)[0]]
    anew = set()
    if scope.same_cluster:
        for key, uid, other_uid in _uids(one.iloc[in_before], other.iloc[in_after]):
            rows.append(Row(*key, Change.CHANGED, UID, uid, other_uid))
            anew.add(key)
    apart = {*gone, *new}
    for facet in family.facets:
        for key, field, before, after in _facet_changes(facet, scope):
            if key not in apart:
                rows.append(Row(*key, Change.CHANGED, field, before, after, Cause(key, UID) if key in anew else None))
    return rows


def _uids(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[tuple[Key, str, str]]:
    """Return objects whose uids are known and differ."""
    one, other = texts(before["uid"]), texts(after["uid"])
    for place in np.flatnonzero(np.asarray(one != other, dtype=bool)):
        if one[place] is not None and other[place] is not None:
            (cells,) = records(before.iloc[np.array([place])])
            yield _key(cells), one[place], other[place]


def _facet_changes(facet: Facet, scope: Scope) -> Iterator[tuple[Key, str, str | None, str | None]]:
    one, other = (_fields(facet, part) for part in differing(facet.rows(scope.before), facet.rows(scope.after), _KEYS))
    for key in dict.fromkeys([*one, *other]):
        before, after = one.get(key, {}), other.get(key, {})
        for field in dict.fromkeys([*before, *after]):
            if before.get(field) != after.get(field) and not (facet.parts and _told_by_parent(field, before, after)):
                yield key, field, before.get(field), after.get(field)


def _told_by_parent(field: str, before: Fields, after: Fields) -> bool:
    parent = field[: field.rindex("]") + 1]
    return (parent in before and parent in after) == (parent == field)


def _fields(facet: Facet, rows: pd.DataFrame) -> dict[Key, Fields]:
    grouped: dict[Key, list[Cells]] = {}
    for cells in records(rows):
        grouped.setdefault(_key(cells), []).append(cells)
    return {key: facet.fields(group) for key, group in grouped.items()}


def _key(cells: Cells) -> Key:
    return Key(cells["kind"], cells["namespace"], cells["name"])
