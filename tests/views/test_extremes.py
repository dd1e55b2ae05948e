"""P20: every default picture stays small at any size of cluster, counts what it folds, and has what is broken in front."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import k8snetviz as knv
from k8snetviz.analysis.change_lines import change_lines
from k8snetviz.model import tables
from k8snetviz.views.changes import changes_picture
from k8snetviz.views.picture import Picture
from tests.views.extremes import EXTREMES, LONG, Extreme, of_columns
from tests.views.frames import words

MARKS, BYTES = 2000, 1_000_000


def pictures(extreme: Extreme) -> dict[str, Picture]:
    answers = {"states": extreme.states, "backends": extreme.backends}
    drawn = {name: getattr(knv.view, name)(extreme.snapshot, **answers) for name in ("topology", "mapping", "placement")}
    drawn["address_map"] = knv.view.address_map(extreme.snapshot)
    drawn["timeline"] = knv.view.timeline(over_time(extreme.states))
    drawn["changes"] = changed(extreme)
    if len(extreme.states):
        first = extreme.states.iloc[0]
        name = f"{first['namespace']}/{first['service']}"
        drawn["topology of one"] = knv.view.topology(extreme.snapshot, **answers, select=name)
        drawn["service_path"] = knv.view.service_path(extreme.snapshot, name, **answers)
    return drawn


def over_time(states: pd.DataFrame) -> pd.DataFrame:
    """TIMELINE: serving at first, then each Service in its own state."""
    told = states[["namespace", "service", "state", "ready", "selected", "reason", "detail"]]
    both = pd.concat([told.assign(state="serving", reason=None, moment=0), told.assign(moment=1)], ignore_index=True)
    both["snapshot"] = "t" + both["moment"].astype(str)
    both["time"] = pd.Timestamp("2026-01-01T12:00:00Z") + pd.to_timedelta(both["moment"], unit="h")
    columns = {column.name: both[column.name].tolist() if column.name in both else None for column in tables.TIMELINE.columns}
    return of_columns(tables.TIMELINE, len(both), **columns)


def changed(extreme: Extreme) -> Picture:
    """Every Service came into its state from another one: every other one by a node, the rest by nothing that is known."""
    now = extreme.states
    before = now.assign(state=["down" if state == "serving" else "serving" for state in now["state"]])
    told = {"kind": "ServiceState", "field": "state", "namespace": [*now["namespace"]], "service": [*now["service"]], "detail": LONG}
    told |= {"name": told["service"], "before": [*before["state"]], "after": [*now["state"]], "cause_field": "spec"}
    told |= {"cause": [f"node:{LONG}" if number % 2 else None for number in range(len(now))]}
    cause = {"kind": "Node", "name": LONG, "field": "spec", "before": LONG, "after": LONG}
    parts = [of_columns(tables.CHANGES, rows, change="changed", suspect=False, **own) for rows, own in ((1, cause), (len(now), told))]
    rows = pd.concat(parts, ignore_index=True)
    return changes_picture((extreme.snapshot,) * 2, rows, change_lines(rows), (before, now), of_columns(tables.NOT_COMPARED, 0))


def marks(picture: Picture) -> int:
    """Boxes that answer, pieces of paths, and words: what a reader can see."""
    figure = json.loads(picture.to_json())
    text = sum(len(trace["text"]) for trace in figure["data"] if trace["type"] == "scatter")
    return text + sum(shape["path"].count("M") for shape in figure["layout"].get("shapes", ()))


@pytest.mark.parametrize("name", EXTREMES)
def test_any_picture_of_any_cluster_stays_small(name):
    for kind, picture in pictures(EXTREMES[name]()).items():
        sizes = (len(picture.to_json().encode()), len(picture.svg().encode()))
        assert marks(picture) < MARKS and max(sizes) < BYTES, (kind, marks(picture), sizes)
        assert picture.layout.height < 4600, kind


def test_what_is_folded_is_counted_with_its_states():
    extreme = EXTREMES["10,000 Services in one namespace"]()
    states = extreme.states.copy()
    states.loc[states.index[9_990:], "state"] = "down"
    broken = Extreme(extreme.snapshot, states, extreme.backends)
    drawn = pictures(broken)
    assert "9,980 more Services: 9,980 serving; 9,980 backends ready" in words(drawn["topology"])
    first = [text for text in words(drawn["topology"]) if text.startswith("a/<b>s")][:10]
    assert first == [f"a/<b>s{number:05d}</b>" for number in range(9_990, 10_000)]
    assert "60 of 10,000 rows, all of which serve; left out: 9,940." in drawn["mapping"].alt
    assert "9,940 more Services: 9,940 serving; 9,940 of them in one place only" not in words(drawn["placement"])
    assert "9,940 more Services: 9,940 serving" in words(drawn["placement"])


def test_pods_and_workloads_of_one_service_are_counted():
    drawn = pictures(EXTREMES["one Service with 20,000 pods"]())
    assert {"17,500/17,500"} <= set(words(drawn["topology"]))
    assert "60 of 20,000 rows" in drawn["mapping"].alt
    assert "19,994 pods in use" in words(drawn["service_path"])
