"""Generated documents equal their sources; public names, verbs and documents agree."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import k8snetviz

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
