"""The items of a list -> batches: whose kind they are, whose namespace, and which of them are ours."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.intake import Intake
from k8snetviz.collect.internal_json import as_api
from k8snetviz.collect.json_heads import HEADS, META, RAWS, Head, ListMeta, decoded, first_item, has_name, head_of, text_of
from k8snetviz.collect.json_walk import Ending, first_words, value_extent
from k8snetviz.collect.resources import of_plural, of_shape, of_shapes, ours
from k8snetviz.collect.scopes import namespaces_of
from k8snetviz.collect.told import Told
from k8snetviz.model.kinds import CLUSTER_SCOPED, GapReason, Kind

_PEEKED = 50  # items without kind whose shapes are looked at


class ListSink:
    """Takes the items of one list, block by block, and sends them with what the list tells."""

    def __init__(self, intake: Intake, kind: str, api_version: str, *, internal: bool = False, link: str = "") -> None:
        self._intake = intake
        self._internal = internal
        self._version = api_version or None
        self._named = kind.removesuffix("List")  # "" for a mixed list
        self._kind = ours(self._named, self._version) if self._named else None
        self._scope: str | None = None
        self._sent = 0
        self._met = False  # an item, be it of ours or not
        self._listed = True
        self._kinds: set[Kind] = set()  # of a mixed list, as far as they were looked at
        self._last: bytes = b""  # last block of a mixed list: what is cut off is likely of its kinds
        self._where = ""
        if not self._named and link:
            self.linked(link)
        self.foreign = bool(self._named) and self._kind is None
        self.nested: list[bytes] = []  # lists inside the list, to be taken as documents of their own

    def linked(self, link: str) -> None:
        """Take kind and namespace from a ``selfLink``."""
        parts = link.strip("/").split("/")
        if "namespaces" in parts[:-2]:
            self._scope = parts[parts.index("namespaces") + 1]
        if not self._named and len(parts) > 1:
            self._kind = of_plural(parts[-1], parts[1] if parts[0] == "apis" else None)
            self._named = self._kind or parts[-1]
            self.foreign = self._kind is None

    def told(self, *, listed: bool = True) -> Told:
        """Return what the list tells of its items."""
        return Told(self._kind, self._version, self._scope, listed)

    def __call__(self, items: bytes, where: str) -> bool:
        """Take a JSON array of items, the first one at `where`; False when it is none."""
        self._where = self._where or where
        words = None if self.foreign or self._internal or self._kind is not None else first_words(items)
        kind = ours(*words) if words else None
        if kind is not None:
            self._met = True
            return self._take_ours(items, kind, where)
        first = first_item(items)
        self._met = self._met or first is not None
        if first is None:
            return bytes(items[1:-1]).strip() == b"" or value_extent(items, 0) == (Ending.WHOLE, len(items))
        if self.foreign:
            self._intake.foreign[self._named] += 1
            return True
        if self._internal:
            return self._take_internal(items, where)
        if self._kind is not None:
            return self._send(items, self._kind, where)
        head = head_of(first)
        if head is None or text_of(head.kind):
            return self._take_mixed(items, head, where)
        return self._take_kindless(items, where)

    def end(self, meta: bytes | msgspec.Raw, *, cut: str = "", reason: GapReason = GapReason.TRUNCATED) -> None:
        """End the list: `meta` is its metadata, as far as it was read; `cut` says what of it is lost, if something is."""
        more = ""
        try:
            told = META.decode(meta) if meta else ListMeta()
        except (msgspec.MsgspecError, UnicodeDecodeError):
            told = ListMeta()
        if link := text_of(told.self_link):
            self.linked(link)
        token = text_of(told.continue_)
        if token and not (self._intake.place.null_text and token == "null"):  # noqa: S105 - no password
            left = bytes(told.remaining).decode("utf-8", "replace") if told.remaining else "an unknown number of"
            more = f"the list is one page: {left} objects after it were not read (metadata.continue is set)"
        if self.foreign:
            self._intake.foreign[self._named] += 1
            return
        kind = self._kind or self._intake.place.kind
        if cut or more or not self._intake.alone:
            self._look_at_last()
        if self._intake.place.listed:
            self._intake.lists.update((found, None) for found in self._kinds)
        if cut or more:
            self._intake.gap(reason if cut else GapReason.TRUNCATED, cut or more, kind or self._only_kind(), self._scope)
        if not self._met or cut or more:
            for found in [kind] if kind or not self._kinds else sorted(self._kinds):
                self._send_empty(found, complete=not (cut or more))

    def _look_at_last(self) -> None:
        """Learn the kinds of the last block of a mixed list."""
        if self._last:
            heads = decoded(HEADS, self._last) or []
            self._kinds.update(kind for head in heads if (kind := ours(text_of(head.kind), text_of(head.api_version))))

    def _only_kind(self) -> Kind | None:
        return next(iter(self._kinds)) if len(self._kinds) == 1 else None

    def _send_empty(self, kind: Kind | None, *, complete: bool) -> None:
        if kind is None:
            self._intake.empty_lists += complete and not self._sent
            return
        told = Told(kind, self._version if self._named else None, self._scope)
        waiting = self._intake.scopes if self._scope is None and kind not in CLUSTER_SCOPED else None
        if waiting is not None:
            waiting.open(kind)
        if waiting is not None and complete:
            waiting.empty(told, self._where)
        else:
            self._intake.items(b"[]", told, self._where, complete=complete)

    def _send(self, items: bytes, kind: Kind | None, where: str) -> bool:
        scope = self._scope
        scopes = self._intake.scopes
        if scopes is not None and kind is not None and kind not in CLUSTER_SCOPED:
            if not self._sent:
                scopes.open(kind)
            spaces = namespaces_of(items)
            for space in spaces:
                scopes.seen(space)
            scope = scope or (next(iter(spaces)) if len(spaces) == 1 else None)
        self._sent += 1
        return self._intake.items(items, Told(kind, self._version if kind else None, scope, self._listed), where)

    def _take_internal(self, items: bytes, where: str) -> bool:
        converted = as_api(items)
        if converted is None:
            return False
        self._intake.form = "internal-json"
        if self._kind is None:
            return self._take_kindless(converted, where)
        return self._send(converted, self._kind, where)

    def _take_mixed(self, items: bytes, head: Head | None, where: str) -> bool:
        """Send items that say their kind themselves, unless none of them is ours."""
        kind = ours(text_of(head.kind), text_of(head.api_version)) if head is not None else None
        if kind is not None:
            return self._take_ours(items, kind, where)
        try:
            heads, raws = HEADS.decode(items), RAWS.decode(items)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return self._send(items, None, where)
        rest: list[bytes] = []
        for item, raw in zip(heads, raws, strict=True):
            if item.items or text_of(item.kind) == "Status":
                self.nested.append(bytes(raw))
            elif ours(text_of(item.kind), text_of(item.api_version)):
                rest.append(bytes(raw))
            else:
                self._intake.foreign[text_of(item.kind)] += 1
        return self._send(b"[" + b",".join(rest) + b"]", None, where) if rest else True

    def _take_ours(self, items: bytes, kind: Kind, where: str) -> bool:
        """Send items of a mixed list, the first of which is of a kind of ours."""
        self._kinds.add(kind)
        self._last = items
        return self._send(items, None, where)

    def _take_kindless(self, items: bytes, where: str) -> bool:
        """Send items that do not say their kind, by their shape, else by the name of the file (SN-10)."""
        try:
            raws = RAWS.decode(items)
        except (msgspec.MsgspecError, RecursionError):
            return False
        if any(item.items or text_of(item.kind) for item in map(head_of, raws[:_PEEKED]) if item is not None):
            return self._take_mixed(items, None, where)
        shapes = of_shapes(raws[:_PEEKED]) or ({self._intake.place.kind} - {None})
        if len(shapes) == 1:
            (self._kind,) = shapes
            self._listed = (
                self._intake.place.kind is not None and not self._intake.place.loose
            )  # what names its kind nowhere is the answer to who knows what
            self._version = self._version or self._intake.place.api_version
            return self._send(items, self._kind, where)
        if not shapes:
            if self._intake.place.foreign:
                self._intake.foreign[self._intake.path.rpartition("/")[2]] += 1
            elif any(has_name(raw) for raw in raws[:_PEEKED]):
                self._intake.gap(
                    GapReason.UNSUPPORTED, f"{len(raws)} objects at {where} do not say their kind, and their fields do not either"
                )
            return True
        by_kind: dict[Kind | None, list[bytes]] = {}
        for raw in raws:
            by_kind.setdefault(of_shape(raw), []).append(bytes(raw))
        if left := by_kind.pop(None, None):
            self._intake.gap(
                GapReason.UNSUPPORTED, f"{len(left)} objects from {where} on do not say their kind, and their fields do not either"
            )
        for kind, found in by_kind.items():
            self._send(b"[" + b",".join(found) + b"]", kind, where)
        return True
