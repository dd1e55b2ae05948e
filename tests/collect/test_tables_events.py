"""EVENTS of both APIs (SN-28)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collect.rows import Row, table

Obj = dict[str, Any]
POD = {"kind": "Pod", "namespace": "shop", "name": "web-0", "uid": "u1", "fieldPath": "spec.containers{app}"}
SECONDS = ("count", "first", "last")


def event(name: str = "e", *, api_version: str = "v1", ns: str = "shop", **fields: Any) -> Obj:
    about = "involvedObject" if api_version == "v1" else "regarding"
    return {"apiVersion": api_version, "kind": "Event", "metadata": {"name": name, "namespace": ns}, about: POD} | fields


def test_event_of_v1():
    given = event(
        type="Warning",
        reason="Unhealthy",
        message="Readiness probe failed",
        count=7,
        firstTimestamp="2026-01-01T00:00:00Z",
        lastTimestamp="2026-01-01T00:05:00Z",
        source={"component": "kubelet", "host": "node-a"},
        reportingComponent="",
    )
    assert table("events", given) == [
        (
            "shop",
            "Pod",
            "web-0",
            "Warning",
            "Unhealthy",
            "Readiness probe failed",
            7,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:05:00Z",
            "kubelet",
        )
    ]


@pytest.mark.parametrize("version", ["events.k8s.io/v1", "events.k8s.io/v1beta1"])
def test_event_of_the_newer_api(version: str):
    given = event(
        api_version=version,
        type="Normal",
        reason="Scheduled",
        note="assigned shop/web-0 to node-a",
        eventTime="2026-01-01T00:00:00.123456Z",
        series={"count": 3, "lastObservedTime": "2026-01-01T00:01:00.500000Z"},
        reportingController="default-scheduler",
        deprecatedCount=9,
        deprecatedSource={},
    )
    assert table("events", given) == [
        (
            "shop",
            "Pod",
            "web-0",
            "Normal",
            "Scheduled",
            "assigned shop/web-0 to node-a",
            3,
            "2026-01-01T00:00:00.123456Z",
            "2026-01-01T00:01:00.500000Z",
            "default-scheduler",
        )
    ]


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        pytest.param(
            {"deprecatedCount": 4, "deprecatedFirstTimestamp": "2026-01-01T00:00:00Z", "deprecatedLastTimestamp": "2026-01-01T00:09:00Z"},
            (4, "2026-01-01T00:00:00Z", "2026-01-01T00:09:00Z"),
            id="a v1 Event read through the newer API",
        ),
        pytest.param({"eventTime": "2026-01-01T00:00:00Z", "series": None}, (1, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), id="once"),
        pytest.param({"count": 0, "firstTimestamp": None, "lastTimestamp": None, "eventTime": None}, (1, None, None), id="no time at all"),
        pytest.param({"firstTimestamp": "2026-01-01T00:00:00Z"}, (1, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), id="no last time"),
        pytest.param({"lastTimestamp": "2026-01-01T00:00:00Z"}, (1, None, "2026-01-01T00:00:00Z"), id="no first time"),
        pytest.param({"firstTimestamp": "yesterday", "count": 2}, (2, None, None), id="a time that does not parse"),
        pytest.param(
            {"firstTimestamp": "2026-01-01T00:00:00Z", "count": 2, "series": {"count": 5, "lastObservedTime": "2026-01-01T00:07:00Z"}},
            (5, "2026-01-01T00:00:00Z", "2026-01-01T00:07:00Z"),
            id="the series counts",
        ),
    ],
)
@pytest.mark.parametrize("version", ["v1", "events.k8s.io/v1"])
def test_count_and_times(version: str, fields: Obj, row: Row):
    assert table("events", event(api_version=version, **fields), columns=SECONDS) == [row]


def test_absent_fields_are_missing():
    bare = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "shop"}, "type": "", "reason": None, "message": ""}
    assert table("events", bare) == [("shop", None, None, None, None, None, 1, None, None, None)]


def test_events_are_ordered_by_what_they_speak_of_and_time():
    late = event("late", reason="B", lastTimestamp="2026-01-01T00:02:00Z")
    early = event("early", reason="A", lastTimestamp="2026-01-01T00:01:00Z")
    other = event("other", ns="bank", reason="C")
    found = table("events", late, early, other, columns=("namespace", "reason"))
    assert found == [("bank", "C"), ("shop", "A"), ("shop", "B")]


def test_text_is_kept_as_it_is():
    hostile = "</script><img src=x onerror=alert(1)>\u2028=cmd|' /C calc'!A0"
    assert table("events", event(message=hostile), columns=("message",)) == [(hostile,)]
