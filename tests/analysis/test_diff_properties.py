"""CHANGES equals the plain reference on random pairs of clusters, is empty between equals, and mirrors."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import k8snetviz as knv
from k8snetviz.analysis.change_lines import change_lines
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import CHANGE_LINES, CHANGES
from tests import build
from tests.analysis import diff_reference
from tests.analysis.clusters import KINDS, clusters
from tests.analysis.covered import Places, covered
from tests.analysis.test_ledger_properties import known_by

SHOWN = ["kind", "namespace", "name", "change", "field", "before", "after"]
CAUSES = ["cause", "cause_field"]
SWAPPED = {"added": "removed", "removed": "added", "changed": "changed"}
Drawn = tuple[list[build.Obj], Places]
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def pairs(draw: Any) -> tuple[Drawn, Drawn]:
    """Draw two clusters that share most of their objects; those of the second may be changed, gone, new or made anew."""
    (one, places), (other, elsewhere) = draw(clusters()), draw(clusters())
    theirs = {_key(item): item for item in other}
    after = []
    for item in one:
        fate = draw(st.sampled_from(("same", "same", "same", "same", "theirs", "gone", "anew")))
        found = deepcopy(theirs.get(_key(item), item)) if fate == "theirs" else deepcopy(item)
        if fate == "anew":
            found["metadata"]["uid"] = f"{found['metadata']['uid']}-2"
        after += [found] if fate != "gone" else []
    held = {_key(item) for item in one}
    after += [item for key, item in theirs.items() if key not in held and draw(st.booleans())]
    return (one, places), (after, draw(st.sampled_from((places, places, elsewhere))))


def _key(item: build.Obj) -> tuple[Any, ...]:
    return item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]


def plain(changes: pd.DataFrame, columns: list[str]) -> list[tuple[Any, ...]]:
    cells = changes[columns].astype(object)
    return sorted((tuple(row) for row in cells.where(cells.notna(), None).itertuples(index=False)), key=repr)


@slow
@given(pairs())
def test_changes_equal_the_reference(drawn: tuple[Drawn, Drawn]) -> None:
    (one, places), (other, elsewhere) = drawn
    changes = knv.diff(covered(one, places), covered(other, elsewhere))
    found = plain(changes, SHOWN)
    assert len(set(found)) == len(found)
    wanted = diff_reference.changes(one, other, (known_by(places), known_by(elsewhere)))
    assert found == sorted(wanted, key=repr)
    pd.testing.assert_frame_equal(changes, CHANGES.sorted(changes))


@slow
@given(pairs())
def test_only_what_may_differ_is_looked_at_and_nothing_is_lost(drawn: tuple[Drawn, Drawn]) -> None:
    snaps = [knv.load(build.as_list([build.namespace("z"), *side[0]])) for side in drawn]
    for snap in snaps:  # read by one command: everything everywhere, as long as there is some of it
        snap._store.coverage.told = [(Kind(kind), None, True) for kind in (*KINDS, "Service", "Deployment", "StatefulSet", "ReplicaSet")]
    narrow = snaps[0].beside(snaps[1])
    assume(narrow[0] is not snaps[0])  # narrowed unless one of them holds no objects of some kind
    whole = [Snapshot(_Whole(snap), snap.provenance) for snap in snaps]
    pd.testing.assert_frame_equal(knv.diff(*snaps), knv.diff(*whole))


class _Whole:
    """The tables of a snapshot, in a store that cannot be narrowed."""

    def __init__(self, snap: Snapshot) -> None:
        self._snap = snap

    def expand(self, table: str) -> pd.DataFrame:
        return self._snap.table(table)

    def write(self, path: Path) -> None:
        raise NotImplementedError(path)


@slow
@given(pairs())
def test_the_way_back_mirrors_changes_and_causes(drawn: tuple[Drawn, Drawn]) -> None:
    before, after = (covered(*side) for side in drawn)
    there, back = knv.diff(before, after), knv.diff(after, before)
    mirrored = back.assign(change=back["change"].map(SWAPPED), before=back["after"], after=back["before"])
    assert plain(there, [*SHOWN, *CAUSES, "suspect"]) == plain(mirrored, [*SHOWN, *CAUSES, "suspect"])


@slow
@given(pairs())
def test_causes_are_changes_and_form_no_ring(drawn: tuple[Drawn, Drawn]) -> None:
    changes = knv.diff(covered(*drawn[0]), covered(*drawn[1]))
    words = {"Service": "service", "Pod": "pod", "Node": "node", "Namespace": "namespace"}
    by_place = {}
    for kind, space, name, field, cause, cause_field in plain(changes, ["kind", "namespace", "name", "field", *CAUSES]):
        where = name if space is None else f"{space}/{name}"
        ref = f"{words[kind]}:{where}" if kind in words else f"workload:{space}/{kind}/{name}"
        by_place[ref, field] = (cause, cause_field) if cause is not None else None
    for start in by_place:
        seen, at = set(), start
        while by_place[at] is not None:  # a KeyError here is a cause that is no change
            assert at not in seen
            seen.add(at)
            at = by_place[at]


@slow
@given(pairs())
def test_lines_stand_for_every_row(drawn: tuple[Drawn, Drawn]) -> None:
    changes = knv.diff(covered(*drawn[0]), covered(*drawn[1]))
    lines = CHANGE_LINES.check(change_lines(changes))
    assert int(lines["count"].sum()) == len(changes)
    depths = lines["depth"].tolist()
    assert all(0 <= depth <= above + 1 for above, depth in zip([-1, *depths], depths, strict=False))


@slow
@given(clusters(), st.randoms(use_true_random=False))
def test_noise_is_no_change(drawn: Drawn, chance: Any) -> None:
    objects, places = drawn
    other = deepcopy(objects)
    chance.shuffle(other)
    for item in other:
        item["metadata"] |= {"resourceVersion": "777", "managedFields": [{"manager": "kubectl"}], "annotations": {"checksum": "abc"}}
        if item["kind"] == "EndpointSlice":
            item["metadata"]["name"] += "-repacked"
    assert knv.diff(covered(objects, places), covered(other, places)).empty
