"""The verb diff: sentences for people, CHANGES for programs, one sentence for what is refused."""

from __future__ import annotations

import csv
import io
import json

import pytest

import k8snetviz as knv
from k8snetviz.cli import main
from k8snetviz.collect.sample import sample_path

SAMPLE = ["diff", "sample:before", "sample:during"]


def test_sentences_with_what_follows_below_each_cause(capsys):
    assert main(SAMPLE) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Node node-c is no longer ready (Unknown)."
    cause = lines.index("The selector of Service shop/cart changed from app=cart to app=carts.")
    assert lines[cause + 1].startswith("    shop/cart: serving before, down now; lost 3 backends.")


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("csv", lambda text: list(csv.DictReader(io.StringIO(text))))])
def test_every_change_in_the_forms_for_programs(capsys, form, read):
    assert main([*SAMPLE, "--format", form]) == 0
    found = read(capsys.readouterr().out)
    changes = knv.diff(knv.sample("before"), knv.sample("during"))
    assert [(row["kind"], row["name"], row["change"]) for row in found] == list(
        zip(changes["kind"], changes["name"], changes["change"], strict=True)
    )
    assert list(found[0]) == list(changes.columns)


def test_chosen_columns(capsys):
    assert main([*SAMPLE, "--columns", "name,cause", "--format", "json"]) == 0
    assert {"name": "cart", "cause": None} in json.loads(capsys.readouterr().out)


def test_no_change_is_said(capsys, tmp_path):
    again = tmp_path / "again.json"
    again.write_bytes(sample_path("before").read_bytes())
    assert main(["diff", "sample:before", str(again)]) == 0
    assert capsys.readouterr().out == "no change for traffic\n"


def saved(path, cluster, hour):
    """Write a .k8snet file of one Namespace, as a cluster of that uid was collected at that hour."""
    snap = knv.load({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": cluster}})
    snap._store.hint("finished", f"2026-11-22T{hour:02}:00:00Z")
    return str(snap.save(path))


def test_two_clusters_and_an_order_against_the_time_stand_first(capsys, tmp_path):
    later = saved(tmp_path / "later.k8snet", "two", 2)
    earlier = saved(tmp_path / "earlier.k8snet", "one", 1)
    assert main(["diff", later, earlier]) == 0
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first == "later.k8snet was taken after earlier.k8snet: what follows leads back in time."
    assert second.startswith("The two snapshots are of different clusters: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sample:before"], "wanted BEFORE AFTER, found sample:before alone"),
        (["sample:before", "sample:before"], "found sample:before twice"),
        (["sample:before", "absent.json"], "absent.json"),
    ],
)
def test_what_is_refused_is_one_sentence(capsys, words, said):
    assert main(["diff", *words]) != 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert "Traceback" not in shown.err
