"""One JSON document -> batches: lists, objects, arrays, watch events; errors of the API server become gaps.

Only what looks like the API is taken. A log line that is a JSON object is no object of ours.
"""

from __future__ import annotations

import msgspec

from k8snetviz.collect.intake import Intake
from k8snetviz.collect.internal_json import as_api, is_internal
from k8snetviz.collect.json_heads import text_of
from k8snetviz.collect.json_lists import ListSink
from k8snetviz.collect.resources import of_plural, of_shape, ours
from k8snetviz.collect.told import Told
from k8snetviz.collect.watch import WATCH_TYPES
from k8snetviz.model.kinds import GapReason, Kind

_DEPTH = 4  # lists inside wrappers inside arrays
_METADATA_ONLY = ("PartialObjectMetadata", "PartialObjectMetadataList")


class Envelope(msgspec.Struct, rename="camel"):
    """The members by which a document is told."""

    kind: msgspec.Raw = msgspec.Raw()
    api_version: msgspec.Raw = msgspec.Raw()
    metadata: msgspec.Raw = msgspec.Raw()
    items: msgspec.Raw = msgspec.Raw()
    type: msgspec.Raw = msgspec.Raw()
    object: msgspec.Raw = msgspec.Raw()
    self_link: msgspec.Raw = msgspec.Raw()
    internal_items: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="Items")


class _Details(msgspec.Struct):
    kind: str | None = None
    group: str | None = None


class _Status(msgspec.Struct):
    status: str | None = None
    code: int | None = None
    reason: str | None = None
    message: str | None = None
    details: _Details | None = None


_ENVELOPE = msgspec.json.Decoder(Envelope)
_STATUS = msgspec.json.Decoder(_Status)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_FAULTS = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


def take_document(text: bytes, intake: Intake, where: str, depth: int = 0) -> bool:
    """Take a whole JSON document that stands at `where`; False when nothing in it looks like the API."""
    if text[:1] == b"[":
        return _take_array(text, intake, where, depth)
    try:
        found = _ENVELOPE.decode(text)
    except _FAULTS:
        return False
    kind, version = text_of(found.kind), text_of(found.api_version)
    if found.object and text_of(found.type) in WATCH_TYPES:
        if text_of(found.type) == "ERROR":
            return _take_status(bytes(found.object), intake, where)
        if not intake.watch.event(text_of(found.type), bytes(found.object)):
            intake.gap(GapReason.UNREADABLE, f"the object of the watch event at {where} cannot be read", intake.place.kind)
        return True
    if kind == "Status":
        return _take_status(text, intake, where)
    if kind == "Table" or kind in _METADATA_ONLY:
        what = "a table as the server prints it" if kind == "Table" else "names and labels only"
        intake.gap(GapReason.UNSUPPORTED, f"{kind} at {where} holds {what}, no spec and no status", intake.place.kind)
        return True
    if _is_list(found.internal_items) and not kind:
        sink = ListSink(intake, "", "", internal=True, link=text_of(found.self_link))
        return _take_list(found.internal_items, sink, b"", intake, where, depth)
    items = found.items or found.internal_items  # Go does not look at case
    if _is_list(items) and (not kind or kind.endswith("List")):
        sink = ListSink(intake, kind, version)
        return _take_list(items, sink, found.metadata, intake, where, depth)
    if kind and (version or found.metadata):
        return _take_object(text, ours(kind, version), kind, intake, where)
    return _take_untold(text, found, intake, where, depth)


def _opening(raw: msgspec.Raw) -> bytes:
    """Return the first byte of `raw`, without copying the rest."""
    return memoryview(raw)[:1].tobytes()


def _is_list(raw: msgspec.Raw) -> bool:
    first = _opening(raw)
    return first == b"[" or (first == b"n" and bytes(raw) == b"null")


def _take_list(items: msgspec.Raw, sink: ListSink, meta: bytes | msgspec.Raw, intake: Intake, where: str, depth: int) -> bool:
    if _opening(items) == b"[":
        sink(bytes(items), where)
    sink.end(meta)
    for nested in sink.nested:
        if depth < _DEPTH:
            take_document(nested, intake, where, depth + 1)
    return True


def _take_array(text: bytes, intake: Intake, where: str, depth: int) -> bool:
    """Take a bare array: of objects, of lists, or of arrays."""
    try:
        raws = _RAWS.decode(text)
    except _FAULTS:
        return False
    first = _opening(raws[0]) if raws else b""
    if first == b"[" and depth < _DEPTH:
        return True in [take_document(bytes(raw), intake, where, depth + 1) for raw in raws]
    if first not in (b"{", b""):
        return False
    if raws and is_event(raws[0]):
        return True in [take_document(bytes(raw), intake, where, depth + 1) for raw in raws]
    before = _taken(intake)
    sink = ListSink(intake, "", "")
    _take_list(msgspec.Raw(text), sink, b"", intake, where, depth)
    return _taken(intake) != before


def is_event(raw: msgspec.Raw) -> bool:
    """Tell whether `raw` is a watch event."""
    try:
        found = _ENVELOPE.decode(raw)
    except _FAULTS:
        return False
    return bool(found.object) and text_of(found.type) in WATCH_TYPES


def _taken(intake: Intake) -> tuple[int, int, int, int]:
    return intake.batches, intake.gaps, intake.foreign.total(), intake.empty_lists


def _take_object(text: bytes, kind: Kind | None, named: str, intake: Intake, where: str) -> bool:
    if kind is None:
        intake.foreign[named] += 1
    elif intake.place.whole:
        intake.items(b"[" + text + b"]", Told(), where)
    else:
        intake.single(text, where)
    return True


def _take_untold(text: bytes, found: Envelope, intake: Intake, where: str, depth: int) -> bool:
    """Take an object that does not say its kind, or what wraps lists."""
    try:
        members = _MEMBERS.decode(text)
    except _FAULTS:
        return False
    if is_internal(set(members)):
        sink = ListSink(intake, "", "", internal=True, link=_parent(text_of(found.self_link)))
        converted = as_api(b"[" + text + b"]")
        return converted is not None and intake.items(converted, sink.told(listed=False), where)
    if found.metadata and b'"name"' in bytes(found.metadata) and ("spec" in members or "status" in members or len(members) > 1):
        link = _parent(_link_of(found.metadata))
        told = ListSink(intake, "", "", link=link) if link else None
        if intake.place.foreign or (told is not None and told.foreign):
            intake.foreign[link.rpartition("/")[2]] += 1
            return True
        kind = of_shape(text) or (intake.place.kind if intake.place.layout != "files" else None)
        if kind is None:
            intake.gap(GapReason.UNSUPPORTED, f"the object at {where} does not say its kind, and its fields do not either")
            return True
        listed = intake.place.whole
        intake.items(b"[" + text + b"]", Told(kind, intake.place.api_version, listed=listed), where)
        return True
    if depth >= _DEPTH:
        return False
    taken = False
    for key, value in members.items():
        inner = bytes(value)
        if inner[:1] in (b"{", b"[") and (b'"metadata"' in inner or b'"items"' in inner):
            place = intake.place
            intake.place = place._replace(kind=of_plural(key) or place.kind)
            taken = take_document(inner, intake, where, depth + 1) or taken
            intake.place = place
    return taken


class _Linked(msgspec.Struct, rename="camel"):
    self_link: str = ""


def _link_of(metadata: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(metadata, type=_Linked).self_link
    except _FAULTS:
        return ""


def _parent(link: str) -> str:
    return link.rpartition("/")[0]


def _take_status(text: bytes, intake: Intake, where: str) -> bool:
    """Note an error of the API server."""
    try:
        status = _STATUS.decode(text)
    except _FAULTS:
        return False
    if status.status == "Success":
        return True
    details = status.details or _Details()
    kind = (of_plural(details.kind, details.group) if details.kind else None) or intake.place.kind
    forbidden = status.reason == "Forbidden" or status.code in (401, 403)
    reason = GapReason.FORBIDDEN if forbidden else GapReason.ERROR
    intake.gap(reason, f"the API server answered: {status.message or status.reason or 'an error'}", kind)
    return True
