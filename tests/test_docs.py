"""Generated documents equal their sources; what documents say can be run, and what they point to is there."""

from __future__ import annotations

import argparse
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import k8snetviz
import k8snetviz as knv
from k8snetviz.cli import main
from k8snetviz.cli.parser import parser

ROOT = Path(__file__).parents[1]


def _generator():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["tables.md", "cli.md"])
def test_generated_document_is_fresh(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == _generator().DOCUMENTS[name](), "run: make docs"


def test_every_public_name_has_a_home():
    for name in k8snetviz.__all__:
        assert getattr(k8snetviz, name) is not None


def test_import_and_help_fetch_nothing_heavy():
    heavy = "{'pandas', 'numpy', 'plotly', 'kubernetes', 'ipywidgets', 'msgspec'}"
    code = (
        "import sys, k8snetviz; from k8snetviz.cli.parser import parser; parser().format_help(); "
        f"assert not {heavy} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=ROOT)


def test_texts_name_no_place_of_this_machine():
    texts = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("notebooks/*.ipynb"),
        *ROOT.glob("k8snetviz/**/*.py"),
        *ROOT.glob("data/*.md"),
    ]
    hits = [
        f"{path.name}: {m.group()}" for path in texts for m in re.finditer(r"/(?:home|root|work)/\w+", path.read_text(encoding="utf-8"))
    ]
    assert hits == []


DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
WRITTEN = [path for path in DOCUMENTS if path.name not in _generator().DOCUMENTS]
LIVE = ("live.md",)  # needs a cluster; tests/cli/test_live_doc.py has one
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_POINTS_TO = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|srcset|href)=\"([^\"]+)\"")


def blocks(path: Path, language: str) -> list[str]:
    return [body for told, body in _BLOCK.findall(path.read_text(encoding="utf-8")) if told == language]


def commands(path: Path) -> list[list[str]]:
    lines = [line for body in blocks(path, "console") for line in body.splitlines() if line.startswith("k8snetviz ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a dump of the sample, snapshots before and after, and a notebook."""
    with tarfile.open(tmp_path / "dump.tar.gz", "w:gz") as archive:
        archive.add(ROOT / "data" / "during.json", "during.json")
    for name, moment in (("before", "before"), ("after", "during")):
        knv.sample(moment).save(tmp_path / f"{name}.k8snet")
    shutil.copy(ROOT / "notebooks" / "03-why-no-endpoints.ipynb", tmp_path / "review.ipynb")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", [path for path in WRITTEN if blocks(path, "python") and path.name not in LIVE], ids=lambda path: path.name)
def test_python_of_the_documents_runs_from_top_to_bottom(path, desk):
    names: dict = {}
    for number, body in enumerate(blocks(path, "python"), 1):
        exec(compile(body, f"{path.name}, block {number}", "exec"), names)  # what a reader would paste


@pytest.mark.parametrize("path", [path for path in WRITTEN if commands(path) and path.name not in LIVE], ids=lambda path: path.name)
def test_commands_of_the_documents_run(path, desk, capsys):
    for arguments in commands(path):
        if arguments[0] == "review":  # runs a whole notebook; tests/documents has it
            assert parser().parse_args(arguments).output in ("review.ipynb", "incident.ipynb")
        else:
            assert main(arguments) == 0, capsys.readouterr().err


def test_every_verb_is_told_of_where_people_read():
    told = "\n".join(path.read_text(encoding="utf-8") for path in WRITTEN)
    (verbs,) = (action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert [verb for verb in verbs if f"k8snetviz {verb}" not in told and f"`{verb}`" not in told] == []


POINTING = [*DOCUMENTS, ROOT / "CONTRIBUTING.md", ROOT / "data" / "README.md"]


@pytest.mark.parametrize("path", POINTING, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(path):
    places = [one or other for one, other in _POINTS_TO.findall(path.read_text(encoding="utf-8"))]
    inside = [place.partition("#")[0] for place in places if not re.match(r"[a-z]+:|#", place)]
    assert [place for place in inside if not (path.parent / place).exists()] == []


def test_every_picture_is_used():
    told = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert [path.name for path in (ROOT / "docs" / "images").iterdir() if path.name not in told] == []


def test_targets_and_tests_that_documents_name_exist():
    told = "\n".join(path.read_text(encoding="utf-8") for path in [*WRITTEN, ROOT / "CONTRIBUTING.md"])
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", told, re.MULTILINE)) <= targets
    tests = {path.name for path in ROOT.glob("tests/**/*.py")}
    assert set(re.findall(r"\b(test_\w+\.py)\b", told)) <= tests
