"""JSON text of a batch -> structs: a whole block at once, item by item only where an item does not fit."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, Protocol

import msgspec

from k8snetviz.collect.batches import Batch
from k8snetviz.collect.json_walk import blank_end, first_words, value_extent
from k8snetviz.collect.kindspec import KindSpec
from k8snetviz.collect.nulls import without_nulls
from k8snetviz.collect.registry import served, specs
from k8snetviz.model.kinds import OBJECT_KINDS, Kind

UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)  # of text that is no JSON, too deep, or no UTF-8


class Taker(Protocol):
    """Who takes what was decoded."""

    def take(self, spec: KindSpec, items: list[Any]) -> None:
        """Keep `items`; raises msgspec.ValidationError, and keeps none, when one of them cannot be read."""
        ...

    def unread(self, kind: Kind | None, namespace: str | None, detail: str) -> None:
        """Note an item that cannot be read."""
        ...


class _HeaderMeta(msgspec.Struct, rename="camel"):
    name: str = ""
    namespace: str | None = None
    self_link: str | None = None


class _Header(msgspec.Struct, rename="camel"):
    kind: str | None = None
    api_version: str | None = None
    metadata: _HeaderMeta | None = None


class _Item(NamedTuple):
    place: int
    raw: msgspec.Raw


_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_HEADER = msgspec.json.Decoder(_Header)


def decode(batch: Batch, taker: Taker) -> bool:
    """Hand the items of `batch` to `taker`; False when `batch.items` is no JSON array."""
    spec = spec_of(batch.kind, batch.api_version) if batch.kind else _first_spec(batch.items)
    if batch.kind and spec is None:
        return True  # a list of a kind that is not ours
    if spec is not None and _take_block(batch, spec, taker):
        return True
    try:
        raws = _RAWS.decode(batch.items)
    except UNREADABLE:
        return False
    by_spec: dict[KindSpec, list[_Item]] = {}
    for place, raw in enumerate(raws):
        found = _item_spec(_Item(place, raw), batch, taker)
        if found is not None:
            by_spec.setdefault(found, []).append(_Item(place, raw))
    for found, items in by_spec.items():
        _take_items(found, items, batch, taker)
    return True


def spec_of(kind: str | None, api_version: str | None) -> KindSpec | None:
    """Return the spec of a kind; without ``apiVersion`` the kind alone decides."""
    if kind not in _KINDS:
        return None
    if api_version is None:
        return specs().get(Kind(kind))
    return served().get((api_version.rpartition("/")[0], kind))


def _first_spec(items: bytes) -> KindSpec | None:
    """Return the spec of the first item; sorted keys may put others before its own words."""
    words = first_words(items)
    if words:
        return spec_of(*words)
    begin = blank_end(items, 1)
    try:
        header = _HEADER.decode(memoryview(items)[begin : value_extent(items, begin).at])
    except UNREADABLE:
        return None
    return spec_of(header.kind, header.api_version)


def _take_block(batch: Batch, spec: KindSpec, taker: Taker) -> bool:
    """Take the whole block in one pass when every item is of `spec`."""
    try:
        items = _decoder(spec).decode(batch.items)
        kinds = {item.kind for item in items} - {spec.kind.value} - ({None} if batch.kind else set())
        if kinds or any(spec_of(spec.kind.value, version) is not spec for version in {item.api_version for item in items}):
            return False
        taker.take(spec, items)
    except UNREADABLE:
        return False
    return True


def _take_items(spec: KindSpec, items: list[_Item], batch: Batch, taker: Taker) -> None:
    try:
        taker.take(spec, _decoder(spec).decode(b"[" + b",".join([item.raw for item in items]) + b"]"))
    except UNREADABLE:
        for item in items:
            why = _refusal(spec, item.raw, taker)
            if why is not None and ((clean := without_nulls(item.raw)) is None or _refusal(spec, clean, taker) is not None):
                _note(item, spec, batch, taker, why)


def _refusal(spec: KindSpec, item: bytes | msgspec.Raw, taker: Taker) -> str | None:
    """Take one item; return why it cannot be taken."""
    try:
        taker.take(spec, _decoder(spec).decode(b"[" + bytes(item) + b"]"))
    except UNREADABLE as error:
        return str(error)
    return None


def _note(item: _Item, spec: KindSpec, batch: Batch, taker: Taker, why: str) -> None:
    try:
        meta = _HEADER.decode(item.raw).metadata or _HeaderMeta()
    except UNREADABLE:
        meta = _HeaderMeta()
    name = f"{spec.kind} {meta.name}" if meta.name else f"a {spec.kind} without readable name"
    taker.unread(spec.kind, meta.namespace, f"{name}{_place(item, batch)}: {why}")


def _place(item: _Item, batch: Batch) -> str:
    return f" (item {item.place + 1} from {batch.where})" if batch.where else f" (item {item.place + 1})"


def _item_spec(item: _Item, batch: Batch, taker: Taker) -> KindSpec | None:
    """Return the spec of one item: its own words, else the list's, else its selfLink; None when it is not ours."""
    try:
        header = _HEADER.decode(item.raw)
    except UNREADABLE as error:
        spec = spec_of(batch.kind, batch.api_version)
        kind = spec.kind if spec else None
        taker.unread(kind, batch.scope, f"{kind or 'an object'}{_place(item, batch)} is no object of the API: {error}")
        return None
    if header.kind:
        return spec_of(header.kind, header.api_version)
    if batch.kind:
        return spec_of(batch.kind, batch.api_version)
    link = header.metadata.self_link if header.metadata else None
    return _linked(link) if link else None


def _linked(self_link: str) -> KindSpec | None:
    """Return the spec that a ``selfLink`` such as /api/v1/namespaces/shop/pods/web-0 tells."""
    parts = self_link.strip("/").split("/")
    plural = parts[-2] if len(parts) > 2 else parts[-1]
    group = parts[1] if parts[0] == "apis" and len(parts) > 1 else ""
    return next((spec for spec in specs().values() if spec.plural == plural and group in spec.groups), None)


@cache
def _decoder(spec: KindSpec) -> msgspec.json.Decoder[list[Any]]:
    """Return the decoder of a block: the struct of `spec` with its own words, so that one pass decodes and checks."""
    item = msgspec.defstruct(
        f"{spec.struct.__name__}Item",
        [("kind", str | None, None), ("api_version", str | None, msgspec.field(default=None, name="apiVersion"))],
        bases=(spec.struct,),
        gc=False,
        omit_defaults=True,
    )
    return msgspec.json.Decoder(list[item])  # type: ignore[valid-type]  # made at run time


_KINDS = frozenset(kind.value for kind in OBJECT_KINDS)
