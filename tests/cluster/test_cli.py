"""The command line on the real control plane, as a new user runs it: in a process of its own, by exit code, stderr and files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

import k8snetviz as knv
from k8snetviz.collect.live.collection import Cluster
from k8snetviz.collect.live.record import record
from k8snetviz.model.kinds import Kind
from tests.cluster import objects
from tests.cluster.stage import front_and_crowd
from tests.cluster.test_collect import differing, live
from tests.interruptible import COMMAND

pytestmark = pytest.mark.cluster
MANY = 2_000


@pytest.fixture(scope="module")
def shop(own_plane):
    """A namespace with a Service that serves and one that does not, 2,000 pods in another, and who may read what."""
    front_and_crowd(own_plane, MANY)
    return own_plane


def start(plane, folder, *words, user="reader", namespace="default"):
    environment = os.environ | {"KUBECONFIG": str(plane.kubeconfig(user, namespace=namespace))}
    return subprocess.Popen([*COMMAND, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def run(plane, folder, *words, **more):
    process = start(plane, folder, *words, **more)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    return process.returncode, out, err


def test_the_streaming_save_is_what_collect_returns(shop, tmp_path):
    recorded = record(tmp_path / "x.k8snet", Cluster(kubeconfig=shop.kubeconfig("reader")), page_size=100)
    loaded = knv.load(recorded.path)
    assert differing(live(shop, "reader"), loaded) == [] and len(loaded.pods) > MANY and loaded.gaps.empty
    assert loaded.provenance.cluster == live(shop).provenance.cluster


def test_a_reader_of_everything(shop, tmp_path):
    code, out, err = run(shop, tmp_path, "collect", "-o", "prod.k8snet")
    assert (code, out) == (0, "") and "written to prod.k8snet" in err and "\r" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["prod.k8snet"]
    states = run(shop, tmp_path, "states", "--format", "json")
    assert states[0] == 0 and states[1] == run(shop, tmp_path, "states", "prod.k8snet", "--format", "json")[1]
    found = {(row["namespace"], row["service"]): row["state"] for row in json.loads(states[1])}
    assert found["front", "web"] == "serving" and found["front", "cart"] == "down"
    code, out, _ = run(shop, tmp_path, "explain", "front/cart")
    assert code == 0 and "SELECTS_NOTHING" in out


def test_a_reader_of_one_namespace(shop, tmp_path):
    code, _, err = run(shop, tmp_path, "collect", "--namespace", "front", "-o", "one.k8snet", user="narrow")
    assert code == 0 and "lists were refused" in err
    snap = knv.load(tmp_path / "one.k8snet")
    assert snap.knows(Kind.POD, "front") and not snap.knows(Kind.NODE) and sorted(snap.services["service"]) == ["cart", "web"]
    code, out, _ = run(shop, tmp_path, "explain", "front/web", user="narrow", namespace="front")
    assert code == 0 and "front/web" in out


def test_who_may_read_nothing(shop, tmp_path):
    code, out, err = run(shop, tmp_path, "collect", "-o", "x.k8snet", user="nobody")
    assert (code, out) == (4, "") and "everything was refused" in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_in_the_middle_leaves_nothing(shop, tmp_path):
    """Pages of one object, so that it is surely still reading; the half file is seen, then the signal is sent."""
    process = start(shop, tmp_path, "collect", "--page-size", "1", "-o", "prod.k8snet")
    end = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(1)
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"] and process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "k8snetviz: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_a_series_of_a_cluster_that_changes(shop, tmp_path):
    process = start(shop, tmp_path, "collect", "--every", "1s", "--keep", "2", "-o", "series")
    folder = tmp_path / "series"
    for number in range(3):
        seen = _files(folder)
        objects.pod(shop, "front", f"new-{number}", {"app": "web"}, nodeName="node-a")
        objects.quiet(lambda seen=seen: _files(folder) - seen, timeout_s=30)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130 and err.endswith("k8snetviz: interrupted\n")
    snaps = knv.load_series(folder)
    assert len(_files(folder)) == len(list(folder.iterdir())) == len(snaps) == 2
    assert snaps[0].provenance.started < snaps[1].provenance.started


def _files(folder):
    return {path.name for path in folder.glob("*.k8snet")} if folder.is_dir() else set()
