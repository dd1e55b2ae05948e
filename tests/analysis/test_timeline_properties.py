"""What holds of the timeline of any snapshots."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import k8snetviz as knv
from tests.analysis.clusters import clusters
from tests.analysis.covered import covered
from tests.analysis.moments import moment

SHARED = ("namespace", "service", "type", "state", "ready", "selected", "reason", "detail", "rule")
TABLES = ("moments", "timeline", "reasons", "flaps", "events", "restarts")
_SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@_SETTINGS
@given(clusters())
def test_the_timeline_of_one_snapshot_is_its_states(cluster: Any) -> None:
    snap = covered(*cluster)
    found = knv.timeline(snap)
    assert found[[*SHARED]].equals(knv.service_states(snap)[[*SHARED]])


@_SETTINGS
@given(clusters(), st.integers(2, 5))
def test_equal_snapshots_give_no_flap(cluster: Any, count: int) -> None:
    objects, read = cluster
    history = knv.history([moment(place, *objects, read=read) for place in range(count)])
    assert history.flaps["changes"].eq(0).all() and history.restarts.empty and history.reasons["spells"].eq(1).all()
    assert history.reasons["moments"].eq(count).all() and history.reasons["after"].isna().all()


@_SETTINGS
@given(st.lists(clusters(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(drawn: Any, random: Any) -> None:
    series = [moment(place // 2, *objects, read=read, name=f"s{place}") for place, (objects, read) in enumerate(drawn)]
    mixed = random.sample(series, len(series))
    for name in TABLES:
        assert getattr(knv.history(series), name).equals(getattr(knv.history(mixed), name)), name


@_SETTINGS
@given(st.lists(clusters(), min_size=2, max_size=4))
def test_every_snapshot_tells_of_every_service_what_it_tells_alone(drawn: Any) -> None:
    series = [moment(place, *objects, read=read) for place, (objects, read) in enumerate(drawn)]
    found = knv.timeline(series)
    names = {pair for snap in series for pair in zip(snap.services["namespace"], snap.services["service"], strict=True)}
    assert len(found) == len(names) * len(series)
    for place, snap in enumerate(series):
        states = knv.service_states(snap)
        own = found[found["moment"] == place].merge(states[["namespace", "service"]])
        assert own[[*SHARED]].equals(states[[*SHARED]])
        rest = found[(found["moment"] == place) & ~found["service"].isin(states["service"])]
        assert rest["state"].isna().all()
