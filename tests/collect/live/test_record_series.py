"""A recorded series: a file for each time that something had changed, the oldest dropped, whole ones only, readable as a series."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice

import pytest

import k8snetviz as knv
from k8snetviz.collect.live import record_series as module
from k8snetviz.collect.live.collection import Cluster
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.record import Recorded
from k8snetviz.collect.live.record_series import record_series
from k8snetviz.errors import ClusterError, UsageError
from tests.build import pod, service
from tests.collect.live.server import Api, kubeconfig, serving

SOON = Patience(tries=0, first_s=0.01)
PODS = "/api/v1/pods"


class Always:
    """A fault that stays."""

    def popleft(self):
        return lambda: "drop"


class Clock:
    """The time as files are named by: a minute later for each file."""

    def __init__(self):
        self.minute = 0

    def now(self, zone):
        self.minute += 1
        return datetime(2026, 1, 2, 3, self.minute, tzinfo=zone)


@pytest.fixture
def api(monkeypatch):
    monkeypatch.setattr(module, "datetime", Clock())
    made = Api()
    made.holds("/api/v1/services", "Service", [service("web", selector={"app": "web"})])
    grow(made, 1)
    return made


def grow(api, count):
    api.holds(PODS, "Pod", [pod(f"web-{number}", labels={"app": "web"}) for number in range(count)])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def series(folder, config, *, between=lambda: None, **more):
    """Record without waiting; `between` happens in place of it."""
    return record_series(folder, Cluster(kubeconfig=config, patience=SOON), **{"every_s": 60, "wait": lambda _: between()} | more)


def test_a_file_for_each_change_and_a_series_to_load(api, tmp_path):
    sizes = iter([2, 2, 3, 3])
    with serving(api, tmp_path) as config:
        came = list(islice(series(tmp_path / "s", config, between=lambda: grow(api, next(sizes))), 5))
    assert [each is not None for each in came] == [True, True, False, True, False]
    assert names(tmp_path / "s") == [f"2026-01-02T03-0{minute}-00Z.k8snet" for minute in (1, 2, 4)]
    assert [len(snap.pods) for snap in knv.load_series(tmp_path / "s")] == [1, 2, 3]


def test_the_oldest_are_dropped_and_others_left_alone(api, tmp_path):
    sizes = iter(range(2, 9))
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "0-notes.txt").write_text("mine")
    with serving(api, tmp_path) as config:
        list(islice(series(folder, config, between=lambda: grow(api, next(sizes)), keep=2), 4))
    assert names(folder) == ["0-notes.txt", "2026-01-02T03-03-00Z.k8snet", "2026-01-02T03-04-00Z.k8snet"]


def test_a_cluster_that_is_away_for_a_while_is_told(api, tmp_path):
    away = iter([{"/version": Always()}, {}])

    def between():
        api.faults = next(away)
        grow(api, 5)

    with serving(api, tmp_path) as config:
        first, second, third = islice(series(tmp_path / "s", config, between=between), 3)
    assert isinstance(first, Recorded) and isinstance(second, ClusterError) and isinstance(third, Recorded)
    assert "cannot be reached" in str(second) and len(names(tmp_path / "s")) == 2


def test_what_was_refused_later_is_a_change(api, tmp_path):
    refused = iter([{"/api/v1/nodes"}] * 2)  # of which there were none: the lists stay equal

    def refuse():
        api.refused = next(refused)

    with serving(api, tmp_path) as config:
        came = list(islice(series(tmp_path / "s", config, between=refuse), 3))
    assert [each is not None for each in came] == [True, True, False]


def test_nobody_there_at_first_is_an_error(tmp_path):
    with pytest.raises(ClusterError, match="cannot be reached"):
        next(series(tmp_path / "s", kubeconfig(tmp_path, "http://127.0.0.1:9")))
    assert names(tmp_path / "s") == []


def test_an_interrupt_leaves_whole_files(api, tmp_path):
    def stop(told):
        if stops:
            raise KeyboardInterrupt

    stops = []
    with serving(api, tmp_path) as config:
        recorded = series(tmp_path / "s", config, between=lambda: stops.append(True), progress=stop)
        next(recorded)
        with pytest.raises(KeyboardInterrupt):
            next(recorded)
    assert [bool(re.fullmatch(r"2026.*Z\.k8snet", name)) for name in names(tmp_path / "s")] == [True]


def test_half_a_file_of_a_machine_that_died_is_not_read(api, tmp_path):
    with serving(api, tmp_path) as config:
        next(series(tmp_path / "s", config))
    whole = next((tmp_path / "s").iterdir())
    (tmp_path / "s" / f".{whole.name}.123.part").write_bytes(whole.read_bytes()[:900])
    assert len(knv.load_series(tmp_path / "s")) == 1


@pytest.mark.parametrize(("more", "sentence"), [({"every_s": 0}, "positive bounds"), ({"keep": 0}, "positive bounds")])
def test_calls_that_cannot_be_carried_out(tmp_path, more, sentence):
    with pytest.raises(UsageError, match=sentence):
        next(series(tmp_path / "s", tmp_path / "none", **more))


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "s").write_text("")
    with pytest.raises(UsageError, match="wanted a folder for the series"):
        next(series(tmp_path / "s", tmp_path / "none"))
