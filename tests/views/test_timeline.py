"""The timeline: lanes, what is not known, what is folded, and words where there is nothing."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

import k8snetviz as knv
from k8snetviz.errors import UsageError
from k8snetviz.model import tables
from tests import build
from tests.analysis.covered import everywhere
from tests.analysis.moments import event, moment, web
from tests.views.frames import named, words
from tests.views.test_extremes import BYTES, MARKS, marks
from tests.views.test_hostile import ALLOWED, NASTY, texts

UP, DOWN = web(), web(ready=False)
UNREAD = {"Pod": {None: True}}


def lanes(picture) -> list[str]:
    return [row[0] for row in named(picture, "Service").customdata]


def states(picture, service: str = "shop/web") -> list[str]:
    return [row[1] for row in named(picture, "State").customdata if row[0] == service]


def test_a_lane_tells_its_states_in_order():
    picture = knv.view.timeline(moment(0, *UP), moment(1, *DOWN), moment(2), moment(3, read=UNREAD), moment(4, *UP))
    assert states(picture) == [
        "serving 1/1 ready",
        "down 0/1 ready: NOT_READY",
        "no such Service",
        "unknown: NOT_COLLECTED",
        "serving 1/1 ready",
    ]
    assert {"shop/web", "3 changes", "flapped", "NOT_READY", "1 flapped"} <= set(words(picture))
    assert picture.alt == (
        "Timeline of 5 snapshots · 2026-01-01 12:00:00 – 12:04:00 UTC: 1 Service, at the end 1 serving; "
        "1 changed, 1 flapped; first shop/web."
    )


def test_what_is_broken_at_the_end_stands_first_then_what_flapped():
    def with_names(*services):
        made = []
        for name, ready in services:
            own = web(ready=ready, name=name, uid=f"uid-{name}")[1:]
            own[0]["metadata"] |= {"name": name, "uid": f"s-{name}"}
            own[0]["spec"]["selector"] = {"app": name}
            own[1]["metadata"]["labels"] = {"app": name}
            own[1]["status"] |= {"podIP": f"10.0.1.{ord(name)}", "podIPs": [{"ip": f"10.0.1.{ord(name)}"}]}
            own[2]["metadata"] |= {"name": f"{name}-x", "uid": f"x-{name}"}
            own[2]["metadata"]["labels"]["kubernetes.io/service-name"] = name
            own[2]["endpoints"][0]["addresses"] = [f"10.0.1.{ord(name)}"]
            made += own
        return [build.node("node-a"), *made]

    series = [
        moment(0, *with_names(("a", True), ("b", True), ("c", True), ("d", True))),
        moment(1, *with_names(("a", True), ("b", False), ("c", True), ("d", True))),
        moment(2, *with_names(("a", True), ("b", True), ("c", False), ("d", True))),
    ]
    assert lanes(knv.view.timeline(series)) == ["shop/c", "shop/b", "shop/a", "shop/d"]
    folded = knv.view.timeline(series, limit=1)
    assert lanes(folded) == ["shop/c"]
    assert "3 more Services: 3 serving at the end; 1 of them changed" in words(folded)


def test_events_and_restarts_are_marked_once_each():
    picture = knv.view.timeline(
        moment(0, *web(restarts=1)),
        moment(10, *web(restarts=4), event("BackOff", first=4, last=9, count=6), event("Other", about=("Node", "n"), first=5)),
    )
    (warned,) = named(picture, "Warning Events").customdata
    assert list(warned) == ["6 Warning Events", "BackOff of Pod web-1, 6×, last 01-01 12:09:00"]
    (again,) = named(picture, "restarts").customdata
    assert list(again) == ["3 restarts", "pod web-1, after 01-01 12:00:00"]


def test_times_stand_in_proportion_and_none_lies_on_another():
    series = moment(0, *UP), moment(30, *UP), moment(30, *DOWN, name="x"), moment(60, *UP)
    places = named(knv.view.timeline(series), "Snapshot").base
    gaps = np.diff(places)
    assert gaps[0] == pytest.approx(gaps[2], abs=1) and gaps[1] >= 4


def test_the_middle_zooms_and_the_names_stay():
    picture = knv.view.timeline(moment(0, *UP), moment(1, *DOWN))
    layout = json.loads(picture.to_json())["layout"]
    assert layout["xaxis2"]["fixedrange"] is False and layout["dragmode"] == "zoom"
    assert [round(edge * 848) for edge in layout["xaxis2"]["domain"]] == layout["xaxis2"]["range"]
    moving = [shape for shape in layout["shapes"] if shape.get("xref") == "x2"]
    assert moving and named(picture, "State").xaxis == "x2" and named(picture, "Service").xaxis is None
    layout["xaxis2"]["range"] = [300, 400]
    picture.layout.xaxis2.range = [300, 400]
    with pytest.raises(UsageError, match="second axis"):
        picture.svg()


def test_nothing_says_whether_it_is_none_or_not_known():
    none = knv.view.timeline(moment(0, read=everywhere("Service")))
    assert "No Services in any of the snapshots" in words(none)
    unknown = knv.view.timeline(moment(0, read=UNREAD))
    assert any("Services were not collected" in text for text in words(unknown))


def test_rows_of_a_timeline_are_drawn_without_reading_anything():
    history = knv.history(moment(0, *UP), moment(1, *DOWN), moment(2, *UP))
    whole, part = knv.view.timeline(history), knv.view.timeline(history.timeline[history.timeline["moment"] > 0])
    assert states(whole)[1:] == states(part)
    assert whole.to_json() == knv.view.timeline(moment(2, *UP), moment(0, *UP), moment(1, *DOWN)).to_json()


def test_a_hostile_name_stays_text():
    bad = [item | {"metadata": item["metadata"] | {"name": NASTY}} if item["kind"] == "Service" else item for item in UP]
    picture = knv.view.timeline(moment(0, *bad, name=NASTY), moment(1, *bad), theme="dark")
    for text in texts(json.loads(picture.to_json())):
        assert {tag.lower() for tag in re.findall(r"<\s*(/?\w+)", text)} <= ALLOWED, text
    assert "<script" not in picture.svg() and "&lt;" in picture.svg()


def large(services: int, moments: int, *, flapping: bool) -> pd.DataFrame:
    """TIMELINE of many Services; all of them flap, or none."""
    count = services * moments
    moment_of, service_of = np.arange(count) // services, np.arange(count) % services
    down = (moment_of + service_of) % 2 == 0 if flapping else np.zeros(count, bool)
    columns = {name: [None] * count for name in tables.TIMELINE.names}
    columns |= {
        "time": (np.datetime64("2026-01-01") + moment_of * np.timedelta64(60, "s")).astype("datetime64[us]"),
        "namespace": [f"n{number % 50}" for number in service_of],
        "service": [f"s{number:05d}" for number in service_of],
        "state": np.where(down, "down", "serving"),
        "ready": np.where(down, 0, 3),
        "selected": np.full(count, 3),
        "reason": np.where(down, "NOT_READY", None),
        "detail": np.where(down, "d" * 300, None),
        "snapshot": [f"t{number}" for number in moment_of],
        "moment": moment_of,
    }
    return tables.TIMELINE.from_columns(columns)


@pytest.mark.parametrize("flapping", [False, True])
@pytest.mark.parametrize(("services", "moments"), [(10_000, 100), (300, 1000), (40, 40)])
def test_a_large_timeline_stays_small_and_counts_what_it_folds(services, moments, flapping):
    picture = knv.view.timeline(large(services, moments, flapping=flapping))
    sizes = len(picture.to_json().encode()), len(picture.svg().encode())
    assert marks(picture) < MARKS and max(sizes) < BYTES, (marks(picture), sizes)
    assert picture.layout.height < 2600
    if services > 40:
        assert any(text.startswith(f"{services - 40:,} more Services: ") for text in words(picture))
