"""The declared table: construction refuses what does not fit, and says everything that is wrong."""

from __future__ import annotations

import pandas as pd
import pytest

from k8snetviz.errors import SchemaError
from k8snetviz.model.kinds import Family
from k8snetviz.model.schema import TIME, Column, Table
from k8snetviz.model.tables import ANSWER_TABLES, SNAPSHOT_TABLES

PETS = Table(
    name="pets",
    row="One row per pet.",
    key=("name",),
    columns=(
        Column("name", "string", "Name of the pet"),
        Column("legs", "Int64", "How many legs", nullable=True, unit="count"),
        Column("tame", "boolean", "Is tame", nullable=True),
        Column("born", TIME, "Birth", nullable=True),
        Column("family", "string", "Family", nullable=True, choices=Family),
    ),
)
REX = {"name": "rex", "legs": 4, "tame": True, "born": "2026-01-02T03:04:05Z", "family": "IPv4"}
ADA = {"name": "ada", "legs": None, "tame": None, "born": None, "family": None}


def test_rows_come_back_typed_and_in_key_order():
    frame = PETS.from_rows([REX, ADA])
    assert frame["name"].tolist() == ["ada", "rex"]
    assert [str(t) for t in frame.dtypes] == ["string", "Int64", "boolean", TIME, "string"]
    assert frame["legs"].tolist() == [pd.NA, 4]
    assert frame["born"][1] == pd.Timestamp("2026-01-02T03:04:05Z")


def test_empty_has_every_column_and_dtype():
    assert PETS.empty().dtypes.equals(PETS.from_rows([REX]).dtypes)
    assert len(PETS.empty()) == 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param({k: v for k, v in REX.items() if k != "legs"}, "missing: legs", id="missing field"),
        pytest.param(REX | {"tail": 1}, "extra: tail", id="extra field"),
        pytest.param(REX | {"legs": "4"}, "legs: wanted Int64, found '4'", id="text for a number"),
        pytest.param(REX | {"legs": True}, "legs: wanted Int64, found True", id="bool for a number"),
        pytest.param(REX | {"name": {"a": 1}}, "name: wanted string", id="dict in a cell"),
        pytest.param(REX | {"name": None}, "name: 1 missing", id="missing where none may be"),
        pytest.param(REX | {"family": "IPX"}, "not among the choices: IPX", id="strange choice"),
    ],
)
def test_bad_rows_are_refused(row, message):
    with pytest.raises(SchemaError, match=message):
        PETS.from_rows([row])


def test_check_lists_every_fault():
    frame = PETS.from_rows([REX]).drop(columns="legs").assign(tail="long", tame="yes")
    with pytest.raises(SchemaError, match=r"no column 'legs'; unknown column 'tail'; tame: dtype"):
        PETS.check(frame)


def test_markdown_names_units_and_choices():
    text = PETS.to_markdown()
    assert "| `legs` | Int64 | yes | How many legs (count) |" in text
    assert "`IPv4`, `IPv6`" in text


@pytest.mark.parametrize("table", [*SNAPSHOT_TABLES, *ANSWER_TABLES], ids=lambda table: table.name)
def test_declared_tables_are_sound(table):
    assert set(table.key) <= set(table.names)
    assert len(set(table.names)) == len(table.names)
    table.check(table.empty())
