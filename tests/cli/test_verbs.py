"""The verbs as a person runs them: exit codes, sentences, formats."""

from __future__ import annotations

import csv
import io
import json

import pytest

from k8snetviz.cli import main
from k8snetviz.collect.sample import sample_path
from tests import build


@pytest.fixture
def dump(tmp_path):
    objects = [
        build.namespace("shop"),
        build.node("node-a"),
        build.pod("cart-1", labels={"app": "cart"}),
        build.service("cart", selector={"app": "carts"}),
        build.service("web", selector={"app": "cart"}),
        build.endpoint_slice("cart", ()),
        build.endpoint_slice("web", (build.endpoint("10.0.0.1", target="cart-1"),)),
    ]
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(build.as_list(objects)))
    return str(path)


def run(capsys, *argv):
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def test_states_shows_what_is_broken_first(capsys, dump):
    code, out, err = run(capsys, "states", dump)
    assert (code, err) == (0, "")
    assert [line.split()[:4] for line in out.splitlines()[1:]] == [["✕", "down", "shop", "cart"], ["●", "serving", "shop", "web"]]
    assert "SELECTS_NOTHING" in out


def test_states_broken_leaves_out_what_serves(capsys, dump):
    _, out, _ = run(capsys, "states", dump, "--broken", "--format", "csv", "--columns", "service,state")
    assert out == "service,state\ncart,down\n"


def test_backends_of_one_service(capsys, dump):
    code, out, _ = run(capsys, "backends", dump, "shop/web", "--format", "json")
    assert code == 0
    assert [(row["pod"], row["expected"], row["observed"], row["drift"]) for row in json.loads(out)] == [
        ("cart-1", "ready", "ready", "none")
    ]


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_explain_names_the_reason(capsys, dump, form):
    code, out, _ = run(capsys, "explain", dump, "shop/cart", "--format", form)
    assert code == 0
    assert "SELECTS_NOTHING" in out
    assert "app=cart" in out


def test_owners_of_an_address(capsys, dump):
    _, out, _ = run(capsys, "owners", dump, "10.0.0.1", "--format", "csv", "--columns", "kind,name,role")
    assert list(csv.reader(io.StringIO(out))) == [
        ["kind", "name", "role"],
        ["Pod", "cart-1", "pod"],
        ["EndpointSlice", "web-ipv4", "slice"],
    ]


def test_collect_writes_a_snapshot_that_reads_back(capsys, dump, tmp_path):
    target = tmp_path / "x.k8snet"
    code, out, err = run(capsys, "collect", dump, "-o", str(target))
    assert (code, out) == (0, "")
    assert "2 Service, 1 Pod" in err
    assert run(capsys, "states", str(target))[1] == run(capsys, "states", dump)[1]


def test_show_prints_the_summary_and_tables(capsys, dump):
    summary = [line.split() for line in run(capsys, "show", dump)[1].splitlines()]
    assert ["Service", "2"] in summary
    assert ["Pod", "1"] in summary
    _, out, _ = run(capsys, "show", dump, "pods", "--format", "csv", "--columns", "pod,ready")
    assert out == "pod,ready\ncart-1,true\n"


def test_report_writes_a_page_and_says_so(capsys, dump, tmp_path):
    target = tmp_path / "x.html"
    target.write_text("an older one")
    code, out, err = run(capsys, "report", dump, "-o", str(target))
    assert (code, err) == (0, "")
    assert out == f"wrote {target} ({target.stat().st_size:,} bytes)\n"
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "cart is down" in target.read_text(encoding="utf-8")
    assert run(capsys, "report", dump, "-o", "-") == (0, target.read_text(encoding="utf-8"), "")


def test_report_of_two_compares_them_and_says_what_is_odd(capsys, dump, tmp_path):
    other = tmp_path / "other.json"
    spaces = [build.namespace("shop"), build.namespace("kube-system")]
    other.write_text(json.dumps(build.as_list([*spaces, build.pod("cart-1"), build.service("cart", selector={"app": "cart"})])))
    target = tmp_path / "x.html"
    code, out, err = run(capsys, "report", str(other), dump, "-o", str(target))
    assert (code, err) == (0, "")
    page = target.read_text(encoding="utf-8")
    assert "dump.json, compared with other.json" in page
    assert "The selector of Service shop/cart changed from app=cart to app=carts." in page
    assert out == f"wrote {target} ({target.stat().st_size:,} bytes)\n"


def test_share_writes_a_page_and_says_what_it_lacks(capsys, tmp_path):
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "source": "1", "outputs": []}
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}))
    target = tmp_path / "mine.html"
    code, out, err = run(capsys, "share", str(path), "-o", str(target))
    assert (code, out) == (0, f"wrote {target} ({target.stat().st_size:,} bytes)\n")
    assert err == "k8snetviz: the notebook holds no outputs, so the page shows its text alone: run it, save it and share it again\n"


def test_output_goes_to_a_file(capsys, dump, tmp_path):
    target = tmp_path / "states.md"
    assert run(capsys, "states", dump, "--format", "markdown", "--columns", "service", "-o", str(target)) == (0, "", "")
    assert target.read_text() == "| service |\n| --- |\n| cart |\n| web |\n"


@pytest.mark.parametrize(
    ("argv", "code", "sentence"),
    [
        pytest.param(("states", "no-such-file"), 3, "no-such-file", id="no such file"),
        pytest.param(("show", "sample:during", "cats"), 2, "wanted a table of the snapshot, found 'cats'", id="no such table"),
        pytest.param(("explain", "sample:during", "shop/carts"), 2, "shop/cart", id="nearest Service is named"),
        pytest.param(("owners", "sample:during", "cat"), 2, "cat", id="no address"),
        pytest.param(("states", "sample:after"), 2, "after", id="no such sample"),
        pytest.param(("states", "sample:during", "--columns", "cat"), 2, "wanted column cat", id="no such column"),
        pytest.param(("review", "sample:during", "-o", "x.html"), 2, "ending in .ipynb", id="odd output name"),
        pytest.param(("report", "no-such-file", "-o", "x.txt"), 2, "ending in .html", id="odd page name"),
        pytest.param(("report", "sample:during", "-o", "no/x.html"), 2, "there is no folder no", id="no folder"),
        pytest.param(("report", "no-such-file", "-o", "x.html"), 3, "no-such-file", id="nothing to report"),
        pytest.param(("report", "sample:during", "no-such-file", "-o", "x.html"), 3, "no-such-file", id="nothing to compare with"),
        pytest.param(("report", "sample:during", "sample:during", "-o", "x.html"), 2, "found sample:during twice", id="the same twice"),
        pytest.param(("review", "sample:during", "./sample:during", "-o", "x.ipynb"), 3, "no such file", id="a file called like a sample"),
        pytest.param(("review", "live", "sample:during", "-o", "x.ipynb"), 2, "the live cluster as the last input", id="live is last"),
        pytest.param(("review", "-", "-o", "x.ipynb"), 2, "cannot read stdin again", id="a notebook of stdin"),
        pytest.param(("review", "sample:during", "-o", "x.ipynb", "--link", "x"), 2, "wanted a link as TEXT=URL", id="half a link"),
        pytest.param(
            ("review", "sample:during", "-o", "x.ipynb", "--link", "x=javascript:alert(1)"),
            2,
            "wanted a link to http://",
            id="a link that runs",
        ),
        pytest.param(
            ("review", "sample:during", "-o", "x.ipynb", "--template", "no.ipynb"), 3, "wanted to read no.ipynb", id="no template"
        ),
        pytest.param(("share", "no-such.ipynb", "-o", "x.html"), 3, "wanted to read no-such.ipynb", id="no such notebook"),
        pytest.param(("share", str(sample_path("during")), "-o", "x.html"), 3, "wanted a notebook, found during.json", id="no notebook"),
        pytest.param(("share", "no-such.ipynb", "-o", "x"), 2, "ending in .html", id="odd name of a shared page"),
    ],
)
def test_errors_are_one_sentence(capsys, argv, code, sentence):
    got, out, err = run(capsys, *argv)
    assert (got, out) == (code, "")
    assert sentence in err
    assert err.startswith("k8snetviz: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_text_table_is_refused_in_one_sentence(capsys, tmp_path):
    path = tmp_path / "pods.txt"
    path.write_text("NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE\nshop        cart-1  1/1     Running   0          3d\n")
    code, _, err = run(capsys, "states", str(path))
    assert code == 3
    assert "kubectl" in err


def test_debug_shows_the_traceback(dump):
    with pytest.raises(Exception, match="cats"):
        main(["show", dump, "cats", "--debug"])


def test_a_hostile_name_never_reaches_the_terminal(capsys, tmp_path):
    path = tmp_path / "dump.json"
    path.write_text(
        json.dumps(
            build.as_list(
                [build.pod("a\x1b]0;owned\x07", labels={"app": "\x1b[2J"}), build.service("s\u202ex", selector={"app": "\x1b[2J"})]
            )
        )
    )
    for argv in (("states",), ("backends",), ("show", "pods"), ("show", "labels")):
        _, out, err = run(capsys, argv[0], str(path), *argv[1:])
        assert not {"\x1b", "\x07", "\u202e"} & set(out + err)


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_every_verb(capsys, shell):
    code, out, _ = run(capsys, "completion", shell)
    assert code == 0
    for verb in ("collect", "show", "states", "backends", "explain", "owners", "report", "review", "share", "lab"):
        assert verb in out
