"""Which words of a command line are its INPUT: a file, or the live cluster."""

from __future__ import annotations

import argparse

import pytest

from k8snetviz.cli import main
from k8snetviz.cli.inputs import positive, seconds, settle_input
from k8snetviz.cli.parser import parser
from k8snetviz.errors import UsageError


def settled(*words):
    arguments, more = parser().parse_known_args(words)
    settle_input(arguments, more)
    return arguments.input, arguments.behind


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("states", ("live", None)),
        ("states live", ("live", None)),
        ("states dump.json", ("dump.json", None)),
        ("states --context prod", ("live", None)),
        ("states live --namespace shop --namespace data", ("live", None)),
        ("collect -o x.k8snet", ("live", None)),
        ("collect dump.json -o x.k8snet", ("dump.json", None)),
        ("show", ("live", None)),
        ("show dump.json pods", ("dump.json", "pods")),
        ("show dump.json --format json pods", ("dump.json", "pods")),
        ("show live pods", ("live", "pods")),
        ("show --context prod pods", ("live", "pods")),
        ("show pods --context prod", ("live", "pods")),
        ("backends live shop/cart", ("live", "shop/cart")),
        ("backends --kubeconfig k shop/cart", ("live", "shop/cart")),
        ("backends dump.json", ("dump.json", None)),
        ("explain shop/cart", ("live", "shop/cart")),
        ("explain live shop/cart", ("live", "shop/cart")),
        ("explain dump.json shop/cart", ("dump.json", "shop/cart")),
        ("explain dump.json --format json shop/cart", ("dump.json", "shop/cart")),
        ("explain --context prod shop/cart", ("live", "shop/cart")),
        ("explain live --context prod shop/cart", ("live", "shop/cart")),
        ("owners 10.1.2.3", ("live", "10.1.2.3")),
        ("owners - 10.1.2.3", ("-", "10.1.2.3")),
        ("lab", ("sample:during", None)),
        ("lab live", ("live", None)),
        ("lab --context prod", ("live", None)),
    ],
)
def test_words(words, wanted):
    assert settled(*words.split()) == wanted


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("states dump.json --context prod", "found dump.json and --context, which means the live cluster"),
        ("states sample:during --namespace shop", "found sample:during and --namespace"),
        ("backends sample:during --namespace shop", "found sample:during and --namespace"),
        ("states a b", "found one word more: b"),
        ("show a b c", "wanted INPUT and TABLE, found one word more: c"),
        ("explain", "wanted SERVICE, found nothing; see: k8snetviz explain --help"),
        ("explain live", "wanted SERVICE behind live"),
        ("explain sample:during", "wanted SERVICE behind sample:during"),
        ("explain --context prod", "wanted SERVICE, found nothing"),
        ("owners -", "wanted ADDRESS behind -"),
    ],
)
def test_words_that_cannot_be_meant(words, sentence, capsys):
    with pytest.raises(UsageError, match=sentence):
        settled(*words.split())
    assert main(words.split()) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_is_there_is_an_input_not_a_service(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dump.json").write_text("{}")
    with pytest.raises(UsageError, match=r"wanted SERVICE behind dump\.json"):
        settled("explain", "dump.json")
    with pytest.raises(UsageError, match=r"found dump\.json and --context"):
        settled("backends", "dump.json", "--context", "prod")


@pytest.mark.parametrize("words", ["states sample:during --no-such", "share a b -o c.html", "completion bash zsh"])
def test_what_no_verb_knows_is_refused(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2 and "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "wanted"), [("90", 90), ("60s", 60), ("5m", 300), ("1.5h", 5400)])
def test_times(text, wanted):
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["", "0s", "soon", "5d", "-3", "1e3"])
def test_no_times(text):
    with pytest.raises(argparse.ArgumentTypeError, match="wanted a time such as 60s"):
        seconds(text)


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5"])
def test_no_numbers(text):
    with pytest.raises(argparse.ArgumentTypeError, match="wanted a whole number"):
        positive(text)
