"""The stored notebooks are what notebooks/build.py makes, and hold nothing of the machine; nbval compares their outputs."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest

import k8snetviz as knv
from k8snetviz.documents.notebook import cells_of, read

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
_PLACES = re.compile(r"/home/|/root/|/work/|/tmp/|/Users/|site-packages|\d{1,2}:\d{2}:\d{2}\.\d{6}")

pytest.importorskip("nbformat")
per_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def built() -> dict[str, tuple[tuple[str, str], ...]]:
    spec = importlib.util.spec_from_file_location("build_notebooks", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NOTEBOOKS


def test_every_notebook_has_its_source_and_is_stored():
    assert {path.name for path in NOTEBOOKS} == set(built())


@per_notebook
def test_the_cells_are_those_of_the_builder(path):
    assert cells_of(read(path)) == [(kind, source.strip()) for kind, source in built()[path.name]]


@per_notebook
def test_outputs_are_stored_and_nothing_failed(path):
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code)
    assert {output.output_type for cell in code for output in cell.outputs} == {"execute_result"}


@per_notebook
def test_cells_are_plain_calls_of_the_public_api(path):
    forbidden = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.comprehension)
    for kind, source in cells_of(read(path)):
        if kind != "code":
            continue
        parts = list(ast.walk(ast.parse(source)))
        assert not [part for part in parts if isinstance(part, forbidden)]
        imported = {name.name for part in parts if isinstance(part, ast.Import) for name in part.names}
        assert imported <= {"k8snetviz", "pandas"} and not any(isinstance(part, ast.ImportFrom) for part in parts)
        used = {part.attr for part in parts if isinstance(part, ast.Attribute) and getattr(part.value, "id", "") == "knv"}
        assert used <= set(knv.__all__)


@per_notebook
def test_nothing_of_the_machine_is_stored(path):
    assert _PLACES.findall(path.read_text(encoding="utf-8")) == []


@per_notebook
def test_pictures_are_seen_without_a_kernel(path):
    bundles = [output.data for cell in read(path).cells if cell.cell_type == "code" for output in cell.outputs]
    figures = [bundle for bundle in bundles if "application/vnd.plotly.v1+json" in bundle]
    assert figures and all("image/svg+xml" in bundle for bundle in figures)
    assert not any("application/vnd.jupyter.widget-view+json" in bundle for bundle in bundles)
