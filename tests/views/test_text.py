from __future__ import annotations

import pandas as pd
import pytest

from k8snetviz.views.text import bold, count, cut, escaped, fit, hover, plain, runs, width_px


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param(None, "—", id="None"),
        pytest.param(pd.NA, "—", id="NA"),
        pytest.param(float("nan"), "—", id="NaN"),
        pytest.param("<NA>", "<NA>", id="a text that looks like a missing one"),
        pytest.param("a\x1b[31m\nb", "a\\x1b[31m\\x0ab", id="terminal code and line break"),
        pytest.param("a\u202eb\ud800\uffff", "a\\u202eb\\ud800\\uffff", id="direction mark, surrogate, noncharacter"),
        pytest.param(8080, "8080", id="number"),
    ],
)
def test_plain(given, shown):
    assert plain(given) == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param("<b>&</b>", "&lt;b&gt;&amp;&lt;/b&gt;", id="markup"),
        pytest.param('<a href="javascript:x">', '&lt;a href="javascript:x"&gt;', id="link"),
        pytest.param("$\\alpha$", "&#36;\\alpha&#36;", id="TeX"),
    ],
)
def test_escaped(given, shown):
    assert escaped(given) == shown
    assert runs(escaped(given)) == [(given, False)]


def test_runs_tells_bold_from_text():
    assert runs("shop/" + bold("<b>web")) == [("shop/", False), ("<b>web", True)]


def test_fit_keeps_both_ends():
    assert fit("web", 100, 12) == "web"
    short = fit("catalog-5f8d9c7b6d-x2k9p", 100, 12)
    assert short.startswith("catalog-") and short.endswith("9p") and "…" in short
    assert width_px(short, 12) <= 100
    assert fit("web", 1, 12) == "…"


def test_cut_keeps_the_start():
    assert cut("the selector matches no pod", 90, 12) == "the selector…"


def test_hover_breaks_lines_and_long_words():
    assert hover("one two three", 7) == "one two<br>three"
    assert hover("abcdefgh", 3) == "abc<br>def<br>gh"
    assert hover("<i>", 72) == "&lt;i&gt;"


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [(1, "pod", "1 pod"), (1234, "pod", "1,234 pods"), (2, "address", "2 addresses"), (0, "entry", "0 entries")],
)
def test_count(number, noun, words):
    assert count(number, noun) == words
