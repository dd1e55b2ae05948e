"""The frozen bundle: tables on first use, given out so that nobody can change the snapshot."""

from __future__ import annotations

import pytest

from k8snetviz.errors import UsageError
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import FrameStore, Provenance, Snapshot
from k8snetviz.model.tables import COVERAGE, NAMESPACES


class CountingStore(FrameStore):
    def __init__(self, frames):
        super().__init__(frames)
        self.asked = []

    def expand(self, table):
        self.asked.append(table)
        return super().expand(table)


def snapshot(**frames):
    return Snapshot(CountingStore(frames), Provenance("test"))


def test_a_table_is_expanded_once():
    snap = snapshot()
    assert snap.pods.equals(snap.pods)
    assert snap._store.asked == ["pods"]


def test_a_frame_given_out_does_not_change_the_snapshot():
    snap = snapshot(namespaces=NAMESPACES.from_rows([{"namespace": "shop", "uid": None, "phase": "Active"}]))
    given = snap.namespaces
    given["phase"] = "gone"
    given.loc[0, "namespace"] = "other"
    assert snap.namespaces["namespace"].tolist() == ["shop"]
    assert snap.namespaces["phase"].tolist() == ["Active"]


def test_unknown_tables_are_named():
    with pytest.raises(UsageError, match="found 'cats'; there are: namespaces, nodes"):
        snapshot().table("cats")
    with pytest.raises(AttributeError, match="no table 'cats'"):
        _ = snapshot().cats


@pytest.mark.parametrize(
    ("rows", "namespace", "known"),
    [
        pytest.param([], "shop", False, id="never read"),
        pytest.param([("Pod", None, True)], "shop", True, id="read everywhere"),
        pytest.param([("Pod", "shop", True)], "shop", True, id="read there"),
        pytest.param([("Pod", "data", True)], "shop", False, id="read elsewhere"),
        pytest.param([("Pod", "shop", False)], "shop", False, id="cut off"),
        pytest.param([("Node", None, True)], "shop", False, id="another kind"),
    ],
)
def test_knows_tells_none_from_not_known(rows, namespace, known):
    coverage = COVERAGE.from_rows([dict(zip(("kind", "namespace", "complete"), row, strict=True)) for row in rows])
    assert snapshot(coverage=coverage).knows(Kind.POD, namespace) is known


def test_frames_cannot_be_written(tmp_path):
    with pytest.raises(UsageError, match="made from frames"):
        snapshot().save(tmp_path / "x.k8snet")
    assert list(tmp_path.iterdir()) == []


def test_an_answer_is_computed_once_and_cannot_be_changed_from_outside():
    snap, asked = snapshot(), []

    def compute():
        asked.append(1)
        return NAMESPACES.from_rows([{"namespace": "shop", "uid": None, "phase": "Active"}])

    given = snap.answer("x", compute)
    given["phase"] = "gone"
    assert snap.answer("x", compute)["phase"].tolist() == ["Active"]
    assert asked == [1]
