"""``share``: notebooks of any origin."""

from __future__ import annotations

import json

import pytest

from k8snetviz.documents.share import LARGEST, share
from k8snetviz.errors import InputError, LimitError, UsageError
from tests.documents.pages import Page

pytest.importorskip("nbconvert")


def notebook(*cells, **more) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells), **more})


def code(source: str, *texts: str) -> dict[str, object]:
    outputs = [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": source, "outputs": outputs}


def shared(tmp_path, text: str):
    path = tmp_path / "mine.ipynb"
    path.write_text(text, encoding="utf-8")
    return share(path, tmp_path / "mine.html")


def test_a_page_beside_the_notebook(tmp_path):
    done = shared(tmp_path, notebook(code("print(1)", "one line\n")))
    assert done == (tmp_path / "mine.html", [])
    page = Page(done.path.read_text(encoding="utf-8"))
    assert "one line" in page.text and "print" in page.text
    assert "It holds what the notebook holds." in page.text
    assert page.requests() == []


def test_a_notebook_that_was_not_run_is_shared_and_said_so(tmp_path):
    done = shared(tmp_path, notebook(code("1 / 0")))
    assert done.notes == ["the notebook holds no outputs, so the page shows its text alone: run it, save it and share it again"]
    assert "ZeroDivisionError" not in done.path.read_text(encoding="utf-8")


def test_a_notebook_without_code_needs_no_outputs(tmp_path):
    assert shared(tmp_path, notebook({"cell_type": "markdown", "metadata": {}, "source": "# Hello"})).notes == []


def test_what_is_left_out_is_counted(tmp_path):
    text = '<img src="https://elsewhere.example/a.png"><iframe src="https://x"></iframe>'
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": text}}
    done = shared(tmp_path, notebook({**code("x"), "outputs": [output, output]}))
    assert done.notes == ["left out: 2 embedded pages from elsewhere", "left out: 2 pictures from elsewhere"]


def test_the_format_of_long_ago(tmp_path):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old"]},
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": ["1 + 1"],
                        "language": "python",
                        "metadata": {},
                        "outputs": [{"output_type": "pyout", "prompt_number": 1, "metadata": {}, "text": ["2"]}],
                        "prompt_number": 1,
                    },
                ],
            }
        ],
    }
    page = Page(shared(tmp_path, json.dumps(old)).path.read_text(encoding="utf-8"))
    assert "Old" in page.text and "Out[1]: 2" in page.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "wanted a notebook, found mine.ipynb, which does not read as one", id="nothing"),
        pytest.param("# text", "wanted a notebook, found mine.ipynb, which does not read as one", id="text"),
        pytest.param('{"kind": "List", "items": []}', "wanted a notebook, found mine.ipynb", id="a dump"),
        pytest.param("[]", "wanted a notebook, found mine.ipynb", id="a list"),
        pytest.param('{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [1]}', "wanted a notebook", id="cells that are none"),
        pytest.param('{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}', "wanted a notebook", id="a format to come"),
        pytest.param("[" * 100_000, "wanted a notebook", id="too deep"),
    ],
)
def test_what_is_no_notebook(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        shared(tmp_path, text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    assert not (tmp_path / "mine.html").exists()


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"wanted to read .*gone\.ipynb: No such file or directory"):
        share(tmp_path / "gone.ipynb", tmp_path / "x.html")
    with pytest.raises(InputError, match="Is a directory"):
        share(tmp_path, tmp_path / "x.html")
    (tmp_path / "binary.ipynb").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="does not read as one"):
        share(tmp_path / "binary.ipynb", tmp_path / "x.html")


def test_what_is_too_large_for_any_browser(tmp_path):
    path = tmp_path / "large.ipynb"
    with path.open("wb") as file:
        file.truncate(LARGEST + (1 << 20))
    with pytest.raises(LimitError, match=r"wanted a notebook of at most 50 MiB, found large\.ipynb of 51 MiB"):
        share(path, tmp_path / "x.html")


def test_where_it_cannot_be_written(tmp_path):
    with pytest.raises(UsageError, match=r"ending in \.html"):
        share(tmp_path / "gone.ipynb", tmp_path / "x.ipynb")
