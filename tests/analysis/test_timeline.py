"""TIMELINE and what stands beside it, over invented snapshots."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

import k8snetviz as knv
from k8snetviz.errors import InputError, UsageError
from k8snetviz.model import tables
from tests import build
from tests.analysis.covered import everywhere
from tests.analysis.moments import at, event, moment, plain, web

DOWN, UP = web(ready=False), web()


def test_state_and_backends_of_every_snapshot_in_the_order_of_time():
    found = knv.timeline(moment(5, *DOWN), [moment(0, *UP), moment(9, *UP)])
    assert plain(found, "time", "namespace", "service", "state", "ready", "selected", "reason", "snapshot", "moment", "type") == [
        (at(0), "shop", "web", "serving", 1, 1, None, "t0", 0, "ClusterIP"),
        (at(5), "shop", "web", "down", 0, 1, "NOT_READY", "t5", 1, "ClusterIP"),
        (at(9), "shop", "web", "serving", 1, 1, None, "t9", 2, "ClusterIP"),
    ]
    assert tables.TIMELINE.check(found) is found


def test_no_service_and_not_read_are_different_things():
    other = build.service("other", ns="elsewhere", selector={"app": "x"})
    part = {"Service": {"elsewhere": True}, "Pod": {None: True}, "EndpointSlice": {None: True}}
    found = knv.timeline(moment(0, *UP, other), moment(1, other), moment(2, other, read=part))
    own = found[found["service"] == "web"]
    assert plain(own, "state", "ready", "selected", "reason", "detail", "type", "rule") == [
        ("serving", 1, 1, None, "The one selected pod is ready.", "ClusterIP", None),
        (None, None, None, None, None, None, None),
        ("unknown", None, None, "NOT_COLLECTED", "Services of namespace shop were not collected.", None, "SN-26"),
    ]
    assert found.loc[found["service"] == "other", "state"].tolist() == ["down"] * 3


def test_a_list_of_services_that_is_cut_off_does_not_tell_who_is_not_there():
    cut = {"Service": {None: False}, "Pod": {None: True}}
    found = knv.timeline(moment(0, *UP), moment(1, read=cut))
    assert found["state"].tolist() == ["serving", "unknown"]


def test_snapshots_without_a_time_stand_last_by_name():
    bare = build.service("web", selector={"app": "web"})
    bare["metadata"].pop("creationTimestamp")
    snaps = {name: knv.load(build.as_list([bare])) for name in ("s10", "s9")}
    for name, snap in snaps.items():
        snap.provenance = replace(snap.provenance, name=name)
    history = knv.history(*snaps.values(), moment(3, *UP))
    assert plain(history.moments, "snapshot", "time", "time_from", "note") == [
        ("t3", at(3), "collection", None),
        ("s9", None, None, "Nothing tells when it was taken: it stands behind all that do, by its name."),
        ("s10", None, None, "Nothing tells when it was taken: it stands behind all that do, by its name."),
    ]


def test_equal_times_stand_in_the_order_of_names_and_equal_contents_count_once():
    history = knv.history(moment(1, *DOWN, name="b"), moment(1, *UP, name="a"), moment(1, *UP, name="copy of a"))
    assert plain(history.moments, "snapshot", "copies", "note") == [
        ("a", 1, None),
        ("b", 0, "It has the time of the one before it: they stand in the order of their names."),
    ]


def test_a_snapshot_of_another_cluster_is_said():
    history = knv.history(*(moment(place, *UP, cluster=name) for place, name in enumerate(("one", "two", "one"))))
    assert plain(history.moments, "cluster", "note") == [
        ("one", None),
        ("two", "It is of another cluster than most of the others."),
        ("one", None),
    ]


def test_what_was_read_of_a_snapshot_goes_with_it():
    """Without a collection of garbage: the memory of many snapshots would pile up until one."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        snap = knv.sample("during")
        store = weakref.ref(snap._store)
        assert len(knv.service_states(snap)) and store() is not None
        del snap
        assert store() is None
    finally:
        if collecting:
            gc.enable()


def test_a_reason_has_a_row_for_each_spell():
    unread = {"Pod": {None: True}}
    series = [moment(0, *UP), moment(1, *DOWN), moment(2, read=unread), moment(3, *DOWN), moment(4, *UP), moment(5, *DOWN)]
    found = knv.history(series).reasons
    assert plain(found, "service", "reason", "state", "spell", "spells", "first", "last", "after", "before", "moments", "not_known") == [
        ("web", "NOT_READY", "down", 1, 2, at(1), at(3), at(0), at(4), 2, 1),
        ("web", "NOT_READY", "down", 2, 2, at(5), at(5), at(4), None, 1, 0),
    ]


def test_the_first_snapshot_does_not_tell_since_when():
    (row,) = plain(knv.history(moment(0, *DOWN)).reasons, "first", "last", "after", "before")
    assert row == (at(0), at(0), None, None)


def test_who_flapped():
    unread = {"Pod": {None: True}}
    still = build.service("still", selector={"app": "web"})
    series = [moment(0, *UP, still), moment(1, *DOWN, still), moment(2, read=unread), moment(3, *UP, still), moment(4, still)]
    found = knv.history(series).flaps
    names = ("service", "changes", "returns", "first", "last", "states", "failed", "known", "not_known")
    assert plain(found, *names) == [
        ("still", 0, 0, None, None, "down", 4, 4, 1),
        ("web", 3, 1, at(1), at(4), "serving → down → serving → absent", 1, 4, 1),
    ]


def test_a_service_that_no_snapshot_tells_of_has_no_states():
    found = knv.history(moment(0, build.service("web", selector={"app": "web"}), read={"Service": {None: True}})).flaps
    assert plain(found, "states", "changes", "known", "not_known") == [(None, 0, 0, 1)]


def test_an_event_is_told_once_with_its_last_count_for_every_service_of_its_object():
    second = build.service("web-too", selector={"app": "web"})
    pull = {"about": ("Pod", "web-1"), "first": 1}
    history = knv.history(
        moment(5, *UP, second, event("BackOff", **pull, last=5, count=7), event("Scaled", about=("Deployment", "gone"), first=2, last=2)),
        moment(3, *UP, second, event("BackOff", **pull, last=2, count=2)),
    )
    assert plain(history.events, "namespace", "service", "kind", "name", "reason", "count", "first", "last", "snapshots") == [
        ("shop", "web", "Pod", "web-1", "BackOff", 7, at(1), at(5), 2),
        ("shop", "web-too", "Pod", "web-1", "BackOff", 7, at(1), at(5), 2),
        ("shop", None, "Deployment", "gone", "Scaled", 1, at(2), at(2), 1),
    ]


def test_an_event_of_a_pod_that_is_gone_by_then_belongs_to_the_service_it_stood_behind():
    later = web(name="web-2", uid="uid-2")
    history = knv.history(moment(0, *UP), moment(5, *later, event("Killing", first=2, last=2)))
    assert plain(history.events, "service", "name", "reason") == [("web", "web-1", "Killing")]


def test_restarts_are_differences_of_counts():
    young = web(name="web-2", uid="uid-2", restarts=3, created="2026-01-01T12:04:00Z")
    old = web(name="web-3", uid="uid-3", restarts=9, created="2026-01-01T11:00:00Z")
    series = [moment(0, *web(restarts=4)), moment(2, *web(restarts=4)), moment(3, *web(restarts=6)), moment(6, *young), moment(7, *old)]
    names = ("service", "pod", "restarts", "after", "before", "moment", "count")
    assert plain(knv.history(series).restarts, *names) == [
        ("web", "web-1", 2, at(2), at(3), 2, 6),
        ("web", "web-2", 3, at(4), at(6), 3, 3),
    ]


def test_a_pod_of_the_same_name_with_another_uid_is_another_pod():
    series = [moment(0, *web(restarts=4)), moment(3, *web(restarts=0, uid="uid-new", created="2026-01-01T12:01:00Z"))]
    assert knv.history(series).restarts.empty


def test_files_folders_series_and_snapshots_in_any_mix(tmp_path: Path):
    files = []
    for minute, objects in ((0, UP), (1, DOWN), (2, UP)):
        stamped = build.namespace("clock") | {"metadata": {"name": "clock", "creationTimestamp": f"2026-01-01T12:0{minute}:00Z"}}
        snap = knv.load(build.as_list([*objects, stamped]))
        files.append(snap.save(tmp_path / f"{minute}.k8snet"))
    whole = knv.timeline(tmp_path)
    assert whole["state"].tolist() == ["serving", "down", "serving"] and whole["time"].tolist() == [at(0), at(1), at(2)]
    for given in ([files], [tmp_path, *files], [files[2], str(files[0]), knv.load(files[1])]):
        assert knv.timeline(*given).equals(whole), given
    history = knv.history(tmp_path)
    assert knv.timeline(history) is history.timeline


def test_nothing_and_what_is_no_snapshot_are_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="wanted snapshots for a timeline, found none"):
        knv.timeline([])
    with pytest.raises(UsageError, match="found int"):
        knv.timeline(moment(0, *UP), 3)
    with pytest.raises(InputError, match="found nothing there"):
        knv.timeline(tmp_path / "gone.json")


def test_the_timeline_of_part_of_the_services_has_their_reasons():
    from k8snetviz.analysis.timeline_spells import timeline_flaps, timeline_reasons

    other = build.service("other", selector={"app": "x"})
    history = knv.history(moment(0, *UP, other), moment(1, *DOWN, other))
    own = history.timeline[history.timeline["service"] == "web"]
    assert timeline_reasons(own).equals(history.reasons[history.reasons["service"] == "web"].reset_index(drop=True))
    assert timeline_flaps(own)["changes"].tolist() == [1]
    assert timeline_reasons(own.head(0)).empty and timeline_flaps(own.head(0)).empty


def test_a_snapshot_without_services_is_a_moment_all_the_same():
    history = knv.history(moment(0, read=everywhere("Service")))
    assert len(history.moments) == 1 and history.timeline.empty and history.flaps.empty and history.reasons.empty
