"""Tables as text: aligned, machine-readable, and harmless whatever the cluster says."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from k8snetviz.cli.output import as_csv, as_json, as_markdown, as_table, columns_of, plain
from k8snetviz.errors import UsageError

FRAME = pd.DataFrame(
    {
        "pod": pd.Series(["web-1", "=cmd|'/C calc'!A0", "a\x1b[31mb", None], dtype="string"),
        "port": pd.Series([80, None, 8080, -1], dtype="Int64"),
        "ready": pd.Series([True, False, None, True], dtype="boolean"),
        "since": pd.to_datetime(pd.Series(["2026-01-02T03:04:05Z", None, None, None]), utc=True),
    }
)


def test_table_aligns_and_shows_what_is_missing():
    assert as_table(FRAME.head(2)).splitlines() == [
        "POD                PORT  READY  SINCE",
        "web-1                80  yes    2026-01-02T03:04:05Z",
        "=cmd|'/C calc'!A0     -  no     -",
    ]


def test_empty_table_says_so():
    assert as_table(FRAME.head(0)) == "no rows\n"


@pytest.mark.parametrize("form", [as_table, as_csv, as_markdown, as_json])
def test_control_characters_never_leave(form):
    assert "\x1b" not in form(FRAME)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[2Jb", "a\\x1b[2Jb", id="escape sequence"),
        pytest.param("a\u202eb", "a\\u202eb", id="direction override"),
        pytest.param("a\x9bb", "a\\x9bb", id="8-bit control"),
        pytest.param("naïve ✕ 日本", "naïve ✕ 日本", id="ordinary text"),
    ],
)
def test_plain_shows_controls_as_escapes(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_csv_quotes_what_a_spreadsheet_would_run(first):
    frame = pd.DataFrame({"name": pd.Series([first + "1+1"], dtype="string")})
    assert as_csv(frame) == f"name\n'{first}1+1\n"


def test_csv_leaves_numbers_and_missing_cells_alone():
    assert as_csv(FRAME[["port", "ready"]]) == "port,ready\n80,true\n,false\n8080,\n-1,true\n"


def test_json_keeps_types():
    assert json.loads(as_json(FRAME))[0] == {"pod": "web-1", "port": 80, "ready": True, "since": "2026-01-02T03:04:05Z"}
    assert json.loads(as_json(FRAME))[1]["port"] is None
    assert json.loads(as_json(FRAME.head(0))) == []


def test_markdown_cells_cannot_break_out():
    frame = pd.DataFrame({"name": pd.Series(["a|b<script>\n# x `y` [z](w)"], dtype="string")})
    assert as_markdown(frame).splitlines()[2] == "| a\\|b&lt;script&gt;\\\\n\\# x \\`y\\` \\[z\\](w) |"


def test_unknown_columns_are_named():
    with pytest.raises(UsageError, match="wanted column cat; the table has: pod, port"):
        columns_of(FRAME, "pod,cat", None)
