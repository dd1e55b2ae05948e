"""Events of both APIs (SN-28)."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.structs.meta import Meta


class ObjectReference(msgspec.Struct, gc=False, omit_defaults=True):
    """The object that an Event speaks of."""

    kind: str | None = None
    namespace: str | None = None
    name: str | None = None


class EventSource(msgspec.Struct, gc=False, omit_defaults=True):
    """Who reported it, as old clients say it."""

    component: str | None = None


class EventSeries(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """Repetitions of an Event."""

    count: int | None = None
    last_observed_time: str | None = None


class Event(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """Event of ``v1``; the spelling of ``events.k8s.io`` (`regarding`, `note`, `deprecated_*`) becomes that of ``v1``."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    involved_object: ObjectReference | None = None
    regarding: ObjectReference | None = None
    type: str | None = None
    reason: str | None = None
    message: str | None = None
    note: str | None = None
    count: int | None = None
    deprecated_count: int | None = None
    event_time: str | None = None
    first_timestamp: str | None = None
    deprecated_first_timestamp: str | None = None
    last_timestamp: str | None = None
    deprecated_last_timestamp: str | None = None
    series: EventSeries | None = None
    source: EventSource | None = None
    deprecated_source: EventSource | None = None
    reporting_component: str | None = None
    reporting_controller: str | None = None

    def __post_init__(self) -> None:
        self.involved_object, self.regarding = self.involved_object or self.regarding, None
        self.message, self.note = self.message or self.note, None
        self.count, self.deprecated_count = self.count or self.deprecated_count, None
        self.first_timestamp, self.deprecated_first_timestamp = self.first_timestamp or self.deprecated_first_timestamp, None
        self.last_timestamp, self.deprecated_last_timestamp = self.last_timestamp or self.deprecated_last_timestamp, None
        self.source, self.deprecated_source = self.source or self.deprecated_source, None
        self.reporting_component, self.reporting_controller = self.reporting_component or self.reporting_controller, None
