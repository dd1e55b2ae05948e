from __future__ import annotations

import json
from pathlib import Path

import pytest

from k8snetviz.documents.notebook import cells_of, executed, jupyter, load_call, made_of, read, written
from k8snetviz.errors import InputError, UsageError

pytest.importorskip("nbclient")


def test_cells_in_notebook_out(tmp_path):
    path = written(made_of([("markdown", "# Title"), ("code", "1 + 1")]), tmp_path / "sub" / "a.ipynb")
    notebook = read(path)
    assert cells_of(notebook) == [("markdown", "# Title"), ("code", "1 + 1")]
    assert [cell.id for cell in notebook.cells] == ["cell-01", "cell-02"]
    assert path.read_text(encoding="utf-8").endswith("}\n")


def test_an_executed_notebook_tells_no_time_and_no_place(tmp_path):
    notebook = executed(made_of([("code", "1 + 1"), ("code", "import os; os.path.basename(os.getcwd())")]), tmp_path)
    outputs = [cell.outputs[0]["data"]["text/plain"] for cell in notebook.cells]
    assert outputs == ["2", f"'{tmp_path.name}'"]
    assert notebook.metadata["language_info"] == {"name": "python"}
    assert all(cell.metadata == {} for cell in notebook.cells)


def test_a_cell_that_fails_is_named(tmp_path):
    with pytest.raises(UsageError, match="a cell of the notebook failed: ZeroDivisionError: division by zero"):
        executed(made_of([("code", "1 / 0")]), tmp_path)


@pytest.mark.parametrize(
    ("source", "call"),
    [
        pytest.param("sample:during", 'knv.sample("during")', id="sample"),
        pytest.param("dumps/a.json", 'knv.load("../dumps/a.json")', id="a file beside"),
        pytest.param('dumps/"x".json', 'knv.load("../dumps/\\"x\\".json")', id="quotes"),
        pytest.param("dumps/\nimport os", 'knv.load("../dumps/\\nimport os")', id="a line break"),
    ],
)
def test_the_call_that_loads(source, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_call(source, Path("build")) == call
    compile(load_call(source, Path("build")), "cell", "eval")


def test_stdin_cannot_be_read_again():
    with pytest.raises(UsageError, match="cannot read stdin again"):
        load_call("-", Path())


def test_what_is_no_notebook(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"kind": "List"}), encoding="utf-8")
    with pytest.raises(InputError, match=r"wanted a notebook, found a\.ipynb"):
        read(path)


def test_without_jupyter_one_sentence_says_what_to_install():
    with pytest.raises(UsageError, match=r'pip install "k8snetviz\[lab\]"'):
        jupyter("nbformat_that_is_not_there")
