"""The committed bundle of the explorer is that of its sources, and its types hold."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.static.explorer.bundle import BUNDLE, ONE, SOURCES, made, sources_hash

NODE = pytest.mark.skipif(shutil.which("npx") is None, reason="needs node")
_TYPES = ("--checkJs", "--allowJs", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "esnext")


@pytest.mark.parametrize("one", [False, True])
def test_the_bundle_names_the_sources_it_was_made_from(one):
    assert f"sha256 {sources_hash()}" in module_text(one=one).splitlines()[0], "run: make front"


@pytest.mark.parametrize("one", [False, True])
def test_the_bundle_is_one_module_that_names_and_exports_itself(one):
    text = module_text(one=one)
    assert text.endswith(";export default $kx;\n")
    assert "</script" not in text.lower() and "<!--" not in text and "import" not in text and "innerHTML" not in text


def test_the_page_of_one_snapshot_carries_nothing_of_several():
    one, several = module_text(one=True), module_text()
    assert all(words in several and words not in one for words in ("Previous moment", "show the moment before", "not there at this moment"))
    assert len(one) < 59_000


@NODE
@pytest.mark.parametrize("bundle", [BUNDLE, ONE])
def test_the_bundle_made_anew_is_the_committed_one(bundle):
    assert made(one=bundle is ONE) == bundle.read_text(encoding="utf-8"), "run: make front"


@NODE
def test_the_types_of_the_sources_hold():
    files = sorted(path.name for path in SOURCES.glob("*.js"))
    command = ["npx", "--yes", "-p", "typescript@5.9.3", "tsc", *_TYPES, "--moduleResolution", "bundler", *files]
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    assert done.stdout == "" and done.returncode == 0
