"""The stored notebooks are what notebooks/build.py makes of its sources, small, and free of the machine; nbval compares the outputs."""

from __future__ import annotations

import ast
import importlib.util
import re
from html import unescape
from pathlib import Path

import pytest

import k8snetviz as knv
from k8snetviz.documents.lab import shipped
from k8snetviz.documents.notebook import cells_of, read

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 600_000  # bytes of a notebook: two explorers and a dozen pictures
EXPLORERS = 2
_PLACES = re.compile(r"/home/|/root/|/work/|/tmp/|/Users/|site-packages|\d{1,2}:\d{2}:\d{2}\.\d{6}")
_PUBLIC = {"knv": set(knv.__all__), "view": set(knv.view.__all__)}
_FORBIDDEN = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.With, ast.comprehension),
    *(ast.Global, ast.NamedExpr, ast.ImportFrom),
)

pytest.importorskip("nbformat")
per_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build_notebooks", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code_of(path: Path) -> list[ast.Module]:
    return [ast.parse(source) for kind, source in cells_of(read(path)) if kind == "code"]


def bundles_of(path: Path) -> list[dict]:
    return [output.data for cell in read(path).cells if cell.cell_type == "code" for output in cell.outputs]


def test_every_notebook_has_its_source_and_is_stored_and_shipped(build):
    assert [path.name for path in NOTEBOOKS] == list(build.SOURCES)
    assert {path.name for path in FOLDER.glob("*.py")} == {"build.py", *build.SOURCES.values()}
    assert shipped() == NOTEBOOKS
    wheel = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [name for name in build.SOURCES if f'"notebooks/{name}" = "k8snetviz/notebooks/{name}"' not in wheel] == []


def test_a_source_is_read_as_text_and_code_cells(build):
    source = '"""Said to who opens the source."""\n\n# %% [markdown]\n# # Title\n#\n# - a `#` stays\n\n# %%\n# why\na = 1  # %% here\n\na\n'
    assert list(build._cells(source)) == [("markdown", "# Title\n\n- a `#` stays"), ("code", "# why\na = 1  # %% here\n\na")]


@per_notebook
def test_the_cells_are_those_of_the_source(path, build):
    assert cells_of(read(path)) == build.cells(path.name)


@per_notebook
def test_outputs_are_stored_and_nothing_failed(path):
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code)
    assert {output.output_type for cell in code for output in cell.outputs} <= {"execute_result", "display_data"}


@per_notebook
def test_cells_are_plain_calls_of_the_public_api(path):
    for cell in code_of(path):
        parts = list(ast.walk(cell))
        assert not [part for part in parts if isinstance(part, _FORBIDDEN)]
        assert {name.name for part in parts if isinstance(part, ast.Import) for name in part.names} <= {"k8snetviz", "pandas"}
        attributes = [part for part in parts if isinstance(part, ast.Attribute)]
        assert not [part.attr for part in attributes if part.attr.startswith("_")]
        for part in attributes:
            owner = getattr(part.value, "id", getattr(part.value, "attr", ""))
            assert part.attr in _PUBLIC.get(owner, {part.attr})


@per_notebook
def test_a_reader_can_follow(path):
    told = cells_of(read(path))
    assert told[0][0] == "markdown" and told[0][1].startswith("# ")
    assert told[-1][0] == "markdown", "the last word is said, not printed"
    code = [source.splitlines() for kind, source in told if kind == "code"]
    assert [lines[0] for lines in code if len(lines) > 30] == []
    assert [line for lines in code for line in lines if len(line) > 106] == [], "cut at the edge of the cell"


def test_each_case_reads_off_what_the_answer_says():
    parts = []
    for cell in read(FOLDER / "03-why-no-endpoints.ipynb").cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            parts.append(["", ""])
        if parts:
            parts[-1][0] += cell.source
            parts[-1][1] += "".join(unescape(output.data.get("text/html", "")) for output in cell.get("outputs", ()))
    cases = [(said, shown) for said, shown in parts if re.match(r"## \d", said)]
    assert len(cases) == 8 and all("**Symptom.**" in said and "**Fix.**" in said for said, _ in cases)
    reasons = [re.search(r"\*\*Reason\.\*\* `([A-Z_]+)`", said)[1] for said, _ in cases]
    commands = [re.search(r"\*\*Confirm\.\*\* `(kubectl [^`]+)`", said)[1] for said, _ in cases]
    assert [reason for reason, (_, shown) in zip(reasons, cases, strict=True) if reason not in shown] == []
    assert [command for command, (_, shown) in zip(commands, cases, strict=True) if command not in shown] == []
    assert len(set(reasons)) == 7, "two share a reason and differ in the near miss"


@per_notebook
def test_nothing_of_the_machine_is_stored(path):
    text = path.read_text(encoding="utf-8")
    assert _PLACES.findall(text) == []
    assert len(text.encode()) < LARGEST


@per_notebook
def test_pictures_and_explorers_are_seen_without_a_kernel(path):
    bundles = bundles_of(path)
    figures = [bundle for bundle in bundles if "application/vnd.plotly.v1+json" in bundle]
    explorers = [bundle["text/html"] for bundle in bundles if "data-kx" in bundle.get("text/html", "")]
    assert figures or explorers
    assert all("image/svg+xml" in bundle for bundle in figures)
    assert len(explorers) <= EXPLORERS and all("<img " in html and "<table" in html for html in explorers)
    assert not any("application/vnd.jupyter.widget-view+json" in bundle for bundle in bundles)


def test_the_incident_is_told_by_what_the_answers_say():
    """Whoever was not there learns what broke, why, since when and for whom; each time of the story is in an answer below it."""
    cells = read(FOLDER / "05-incident-review.ipynb").cells
    shown = unescape("".join(output.data.get("text/html", "") for cell in cells for output in cell.get("outputs", ())))
    (story,) = (cell.source for cell in cells if cell.source.startswith("Read as a story:"))
    times = re.findall(r"\*\*(\d\d:\d\d)\*\*", story)
    assert times == ["13:31", "13:33", "13:36", "13:41", "13:44", "13:47", "13:50", "13:58"]
    assert [time for time in times if f">{time}:" not in shown] == []
    for told in (
        "10 Services stopped serving as they should (now 2 down, 7 degraded, 1 empty)",
        "The selector of Service shop/cart changed from app=cart to app=carts.",
        "shop.example/cart (Ingress shop/storefront)",
        "between the two; nothing in the window tells when",
    ):
        assert told in shown
