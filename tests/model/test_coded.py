"""Tables on codes say the same as their frames, and faults are found in the vocabulary."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from k8snetviz.errors import SchemaError
from k8snetviz.model.coded import Text, coded_frame, coded_table, coded_text, joint_codes, runs_of, words_of
from k8snetviz.model.key_order import in_order
from k8snetviz.model.schema import Column, Table
from k8snetviz.model.snapshot import FrameStore, Provenance, Snapshot
from k8snetviz.model.tables import BACKENDS, NAMESPACES, SERVICE_ADDRESSES

CATS = Table(
    name="cats",
    row="One row per cat.",
    key=("name", "age"),
    columns=(
        Column("name", "string", "Name", nullable=True),
        Column("age", "Int64", "Age", nullable=True),
        Column("tame", "boolean", "Tame"),
    ),
)


def text(*values: str | None) -> Text:
    return words_of(list(values))


def test_texts_stand_as_they_were():
    told = text("b", None, "a", "b")
    assert told.objects().tolist() == ["b", None, "a", "b"]
    assert told.spelled().isna().tolist() == [False, True, False, False]
    assert told.at(np.array([2, -1, 0])).objects().tolist() == ["a", None, "b"]
    assert told.at(None) is told
    assert told.then(text("c", None), text()).objects().tolist() == ["b", None, "a", "b", "c", None]
    assert told.where(np.array([False, True, True, True])).objects().tolist() == [None, None, "a", "b"]
    assert told.equals("b", "x").tolist() == [True, False, False, True]
    assert text(None, None).objects().tolist() == [None, None]


def test_equal_words_are_one_after_interning():
    told = text("b", None, "a", "b")
    assert told.interned().words.tolist() == ["b", "a"]
    assert told.interned().codes.tolist() == [0, -1, 1, 0]
    assert told.at(np.array([2])).interned().words.tolist() == ["a"]
    assert told.ranked().tolist() == [1, 2, 0, 1]


def test_joint_codes_are_equal_where_texts_are():
    shared = text("x", "y")
    (one, two, three), words = joint_codes(shared, text("y", "z", None), shared.at(np.array([1])))
    assert (one.tolist(), two.tolist(), three.tolist(), words.tolist()) == ([0, 1], [1, 2, -1], [1], ["x", "y", "z"])
    assert joint_codes(text(), text(None))[0][1].tolist() == [-1]


def test_a_table_on_codes_spells_the_frame_that_rows_make():
    rows = [{"name": "tom", "age": 3, "tame": True}, {"name": "kit", "age": None, "tame": False}, {"name": None, "age": 1, "tame": True}]
    columns = {
        "name": text("tom", None, "kit"),
        "age": pd.array([3, 1, None], dtype="Int64"),
        "tame": np.array([True, True, False]),
    }
    made = coded_table(CATS, columns, ordered=False)
    pd.testing.assert_frame_equal(made.frame(), CATS.from_rows(rows))
    pd.testing.assert_frame_equal(coded_frame(CATS, made.frame()).frame(), made.frame())
    assert (made.numbers("age").tolist(), made.flags("tame").tolist(), len(made)) == ([-1, 3, 1], [False, True, True], 3)
    assert made.missing("name").tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("names", "ages", "holds"),
    [
        pytest.param(["a", "a", "b"], [1, 2, 1], True, id="by both"),
        pytest.param(["a", "a", "b"], [2, 1, 1], False, id="second one falls"),
        pytest.param(["b", "a"], [1, 1], False, id="first one falls"),
        pytest.param(["a", None], [1, 1], True, id="missing last"),
        pytest.param([None, "a"], [1, 1], False, id="missing first"),
        pytest.param([None, None], [2, 1], False, id="missing ones are equal"),
        pytest.param([], [], True, id="nothing"),
    ],
)
def test_order_is_seen_on_codes(names, ages, holds):
    columns = {"name": text(*names), "age": pd.array(ages, dtype="Int64"), "tame": np.ones(len(ages), bool)}
    assert in_order(coded_table(CATS, columns).columns, CATS.key) is holds


def test_faults_are_named():
    one = {"name": text("a"), "age": np.array([1]), "tame": np.array([True])}
    with pytest.raises(SchemaError, match=r"cats: wanted columns name, age, tame; found name"):
        coded_table(CATS, {"name": text("a")})
    with pytest.raises(SchemaError, match=r"tame: 1 missing, none may be"):
        coded_table(CATS, one | {"tame": pd.array([None], dtype="boolean")})
    with pytest.raises(SchemaError, match=r"name: wanted string, found ndarray"):
        coded_table(CATS, one | {"name": np.array(["a"])})
    address = {c.name: text("a") for c in SERVICE_ADDRESSES.columns} | {"family": text("IPv4"), "role": text("throne")}
    with pytest.raises(SchemaError, match=r"role: not among the choices: throne"):
        coded_table(SERVICE_ADDRESSES, address)


def test_a_word_that_no_row_uses_is_no_fault():
    address = {c.name: text("a") for c in SERVICE_ADDRESSES.columns} | {"role": text("cluster")}
    family = Text(np.array(["IPv4", "IPv9"], dtype=object), np.array([0]))
    assert len(coded_table(SERVICE_ADDRESSES, address | {"family": family})) == 1


def test_a_snapshot_gives_frames_on_codes_and_codes_as_frames():
    frame = NAMESPACES.from_rows([{"namespace": name, "uid": None, "phase": "Active"} for name in ("data", "shop")])
    snap = Snapshot(FrameStore({"namespaces": frame}), Provenance("test"))
    assert snap.coded("namespaces").text("phase").words.tolist() == ["Active"]
    assert snap.coded("namespaces") is snap.coded("namespaces")
    made = coded_frame(BACKENDS, BACKENDS.empty())
    assert snap.answer("backends", lambda: made).equals(BACKENDS.empty())
    assert snap.coded_answer("backends", lambda: made) is made


def test_a_frame_is_coded_over_distinct_texts():
    assert coded_text(pd.Series(["b", None, "a", "b"], dtype="string")).codes.tolist() == [0, -1, 1, 0]


def test_runs_are_one_word_each_and_interned():
    told = runs_of(["b", "b", None, None, "a", "b"])
    assert (told.objects().tolist(), told.words.tolist()) == (["b", "b", None, None, "a", "b"], ["b", "a"])
    assert runs_of([]).objects().tolist() == []
