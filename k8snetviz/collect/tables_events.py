"""EVENTS, from both APIs (SN-28)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.structs.events import Event, EventSeries, ObjectReference
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import EVENTS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_NOTHING = ObjectReference()


def events(store: ObjectStore) -> pd.DataFrame:
    """Return EVENTS; count and times as kubectl prints them: the series, else the object's own, else once."""
    return frame_of(EVENTS, (_row(event) for event in store.objects(Kind.EVENT)))


def _row(event: Event) -> tuple[object, ...]:
    about = event.involved_object or _NOTHING
    first = event.first_timestamp or event.event_time
    series = event.series or EventSeries(event.count, event.last_timestamp or first)
    return (
        event.metadata.namespace,
        about.kind or None,
        about.name or None,
        event.type or None,
        event.reason or None,
        event.message or None,
        series.count or 1,
        first,
        series.last_observed_time or first,
        (event.source and event.source.component) or event.reporting_component or None,
    )


BUILDERS: dict[str, Builder] = {EVENTS.name: events}
