"""``k8snetviz lab live`` on the real control plane, as a new user runs it: by its address, the notebooks there, and what they print."""

from __future__ import annotations

import json
import re
import signal
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from nbclient import NotebookClient

from tests.cluster.test_cli import start

pytestmark = pytest.mark.cluster
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/lab\S*\?token=(\w+)")


@pytest.fixture(params=["reader", "narrow"])
def lab(crowd, request, tmp_path):
    """The running server of one user, its address and token; it is ended as a user does, with Ctrl-C."""
    process = start(crowd, tmp_path, "lab", "live", "--no-browser", "--folder", "nb", user=request.param, namespace="front")
    said, end = "", time.monotonic() + 60
    while (found := _ADDRESS.search(said)) is None:
        line = process.stderr.readline()
        assert line and time.monotonic() < end, said
        said += line
    yield tmp_path / "nb", found, said
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=30)
    assert process.returncode in (0, 130) and "Traceback" not in said + rest


def listed(address):
    """Return the names of the files that the server shows; it says where it is before it answers."""
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return [each["name"] for each in json.loads(answer.read())["content"]]
        except urllib.error.URLError:
            assert time.monotonic() < end
            time.sleep(0.2)


def test_lab_of_a_live_cluster(lab):
    folder, address, said = lab
    assert "written to " in said
    names = listed(f"{address[0].partition('/lab')[0]}/api/contents?token={address[1]}")
    (review,) = [name for name in names if name.startswith("review-live-") and name.endswith(".ipynb")]
    assert any(name.endswith(".k8snet") for name in names) and "01-first-look.ipynb" in names
    notebook = nbformat.read(folder / review, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    printed = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    assert "front/cart" in printed and "SELECTS_NOTHING" in printed
