"""The pictures in docs/ are those that the sample gives today; `make docs` draws them anew."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import k8snetviz as knv

DOCS = Path(__file__).parents[2] / "docs"
_SPEC = importlib.util.spec_from_file_location("docs_pictures", DOCS / "generate.py")
assert _SPEC is not None and _SPEC.loader is not None
GENERATE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(GENERATE)
NAMES = [name for name in GENERATE.DOCUMENTS if name.endswith(".svg") or name == "pictures.md"]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_the_documents_is_fresh(name):
    assert (DOCS / name).read_text(encoding="utf-8") == GENERATE.DOCUMENTS[name](), "run: make docs"


def test_every_picture_is_there_in_both_themes():
    assert sum(name.endswith(".svg") for name in NAMES) == 2 * len(knv.view.__all__)
