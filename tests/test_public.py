"""The public face: `collect` is the package and can be called, whatever is imported first."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from k8snetviz.collect.live.collect import collect

FIRST = ["import k8snetviz as knv", "import k8snetviz as knv; knv.load", "import k8snetviz.collect.load as x, k8snetviz as knv; x.load"]


@pytest.mark.parametrize("first", FIRST)
def test_collect_can_be_called_whatever_came_first(first, tmp_path):
    code = (
        f"{first}\nimport k8snetviz.collect.sample as y\ntry:\n    knv.collect('prod', kubeconfig={str(tmp_path / 'none')!r})\n"
        "except knv.NetvizError as error:\n    print(error)\nassert knv.collect.sample is y"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("wanted a kubeconfig for context prod, found no file")


def test_collect_tells_its_parameters():
    import k8snetviz as knv

    assert inspect.signature(knv.collect) == inspect.signature(collect)
