"""The committed bundle of the explorer is that of its sources, and its types hold."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.static.explorer.bundle import BUNDLE, SOURCES, made, sources_hash

NODE = pytest.mark.skipif(shutil.which("npx") is None, reason="needs node")
_TYPES = ("--checkJs", "--allowJs", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "esnext")


def test_the_bundle_names_the_sources_it_was_made_from():
    assert f"sha256 {sources_hash()}" in module_text().splitlines()[0], "run: make front"


def test_the_bundle_is_one_module_that_names_and_exports_itself():
    text = module_text()
    assert text.endswith(";export default $kx;\n")
    assert "</script" not in text.lower() and "<!--" not in text and "import" not in text and "innerHTML" not in text


@NODE
def test_the_bundle_made_anew_is_the_committed_one():
    assert made() == BUNDLE.read_text(encoding="utf-8"), "run: make front"


@NODE
def test_the_types_of_the_sources_hold():
    files = sorted(path.name for path in SOURCES.glob("*.js"))
    command = ["npx", "--yes", "-p", "typescript@5.9.3", "tsc", *_TYPES, "--moduleResolution", "bundler", *files]
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    assert done.stdout == "" and done.returncode == 0
