"""The verb timeline: a line for each Service that failed, for people; the tables for programs."""

from __future__ import annotations

import json

import pytest

import k8snetviz as knv
from k8snetviz.cli import main
from k8snetviz.cli.timeline_text import glyphs, in_short
from tests import build
from tests.analysis.moments import moment, web


def test_the_sample_in_a_line_for_each_service_that_failed(capsys):
    assert main(["timeline", "sample:during", "sample:before"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 snapshots from 2026-11-22 ") and lines[2].split()[:4] == ["STATES", "SERVICE", "CHANGES", "RESTARTS"]
    told = [line.split()[:2] for line in lines[3:13]]
    assert told[:3] == [["●✕", "shop/cart"], ["●✕", "shop/orders"], ["●◐", "data/db"]] and told[-1] == ["●○", "shop/search"]
    assert "11 Services more without a failure" in lines
    assert sum("before.json, during.json: It does not tell when it was taken" in line for line in lines) == 1


@pytest.mark.parametrize("table", ["timeline", "moments", "reasons", "flaps", "events", "restarts"])
def test_every_table_as_json(capsys, table):
    assert main(["timeline", "sample:before", "sample:during", "--table", table, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(getattr(knv.history("sample:before", "sample:during"), table)) > 0


def test_unknown_and_absent_have_glyphs_of_their_own():
    history = knv.history(moment(0, *web()), moment(1), moment(2, read={"Pod": {None: True}}), moment(3, *web(ready=False)))
    (line,) = [line for line in in_short(history).splitlines() if "shop/web" in line]
    assert line.split()[:4] == ["●·?✕", "shop/web", "2", "0"]


def test_many_snapshots_are_counted():
    assert glyphs(["serving"] * 40 + ["down"] * 3 + ["serving"] * 57) == "●40 ✕3 ●57"
    assert glyphs(["serving", "down"] * 50).endswith(" …")


def test_nothing_failed_and_nothing_known():
    quiet = in_short(knv.history(moment(0, *web())))
    assert "no Service is known to have failed" in quiet and "1 Service more without a failure" in quiet
    alone = moment(0, build.service("web", selector={"app": "web"}), read={"Service": {None: True}})
    assert "1 Service more without a failure, 1 of them never known" in in_short(knv.history(alone))


def test_names_reach_the_terminal_written_out(capsys, tmp_path):
    bad = build.service("a\x1b[31mb", selector={"app": "x"})
    path = tmp_path / "x.json"
    path.write_text(json.dumps(build.as_list([bad, build.pod("p")])))
    assert main(["timeline", str(path)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "a\\x1b[31mb" in out


def test_one_snapshot_is_of_one_time(capsys):
    assert main(["timeline", "sample:before"]) == 0
    assert capsys.readouterr().out.startswith("1 snapshot of 2026-11-22 13:22:28 UTC\n")
