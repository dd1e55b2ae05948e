"""Which words of a command line are the moments to compare, and which are refused."""

from __future__ import annotations

import argparse
import json

import pytest

from k8snetviz.cli.moments import add_inputs, settle_inputs, snapshots
from k8snetviz.collect.sample import sample_path
from k8snetviz.errors import UsageError
from tests.build import service


def settled(*words, least=1):
    verb = argparse.ArgumentParser()
    verb.add_argument("-o", "--output")
    add_inputs(verb, "BEFORE AFTER", least=least)
    arguments, more = verb.parse_known_args(words)
    arguments.verb = "diff"
    settle_inputs(arguments, more)
    return arguments


@pytest.mark.parametrize(
    ("words", "least", "wanted"),
    [
        ("", 1, ["live"]),
        ("a", 1, ["a"]),
        ("a b", 2, ["a", "b"]),
        ("a b c", 1, ["a", "b", "c"]),
        ("-o x a b", 1, ["a", "b"]),
        ("a -o x b", 1, ["a", "b"]),
        ("a live", 2, ["a", "live"]),
        ("a --context prod", 2, ["a", "live"]),
        ("--context prod a", 2, ["a", "live"]),
        ("a live --namespace shop", 1, ["a", "live"]),
        ("--kubeconfig k", 1, ["live"]),
        ("- a", 2, ["-", "a"]),
        ("sample:before sample:during", 2, ["sample:before", "sample:during"]),
    ],
)
def test_words(words, least, wanted):
    assert settled(*words.split(), least=least).inputs == wanted


@pytest.mark.parametrize(
    ("words", "least", "sentence"),
    [
        ("", 2, "wanted BEFORE AFTER, found nothing alone; see: k8snetviz diff --help"),
        ("a", 2, "wanted BEFORE AFTER, found a alone"),
        ("--context prod", 2, "wanted BEFORE AFTER, found live alone"),
        ("live a", 2, "wanted the live cluster as the last input, found a behind it"),
        ("live a --context prod", 2, "wanted the live cluster as the last input"),
        ("a b a", 1, "wanted another input for each moment, found a twice"),
        ("a ./a", 1, "found a, which is ./a twice"),
        ("- -", 1, "found - twice"),
        ("sample:during sample:during", 1, "found sample:during twice"),
    ],
)
def test_words_that_cannot_be_meant(words, least, sentence):
    with pytest.raises(UsageError, match=sentence):
        settled(*words.split(), least=least)


def test_a_link_to_the_same_file_is_the_same_file(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.json").symlink_to(tmp_path / "a.json")
    with pytest.raises(UsageError, match="twice: leave one out"):
        settled(str(tmp_path / "a.json"), str(tmp_path / "b.json"))


def test_files_are_read_in_the_order_named_and_a_folder_in_the_order_of_time(tmp_path):
    def write(path, name, created):
        made, kept = service(name), service("kept")
        kept["metadata"]["uid"] = name
        made["metadata"] |= {"creationTimestamp": created, "uid": created}
        path.parent.mkdir(exist_ok=True, parents=True)
        listed = {"kind": "ServiceList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [made, kept]}
        path.write_text(json.dumps(listed))

    write(tmp_path / "late.json", "late", "2026-01-02T00:00:00Z")
    write(tmp_path / "early.json", "early", "2026-01-01T00:00:00Z")
    for name, created in (("t2", "2026-02-02T00:00:00Z"), ("t1", "2026-02-03T00:00:00Z")):
        write(tmp_path / "series" / name / "services.json", name, created)
    read = snapshots(settled(str(tmp_path / "late.json"), str(tmp_path / "early.json"), str(tmp_path / "series"), "sample:before"))
    assert [next(name for name in snap.services["service"] if name != "kept") for snap in read[:-1]] == ["late", "early", "t2", "t1"]
    assert read[-1].provenance.name == sample_path("before").name
