"""Tokens of service accounts: replaced in the middle, revoked and not replaced, and those of a pod without a kubeconfig."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from kubernetes.config import incluster_config

import k8snetviz as knv
from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.watching import watch
from k8snetviz.errors import ClusterError
from k8snetviz.model.kinds import Kind
from tests.cluster import objects
from tests.cluster.conftest import CROWD
from tests.cluster.proxy import proxied
from tests.cluster.test_collect import differing, live

pytestmark = pytest.mark.cluster
_ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/k8snetviz/token"  # of deploy/rbac.yaml, bound to the role
_UNAUTHORIZED = 401


class Token:
    """A token of the service account that lives as long as a Secret it is bound to."""

    def __init__(self, plane, name):
        self._plane, self._path = plane, f"/api/v1/namespaces/default/secrets/{name}"
        made = objects.ok(plane.raw("POST", self._path.rpartition("/")[0], {"metadata": {"name": name}}))
        bound = {"kind": "Secret", "apiVersion": "v1", "name": name, "uid": made["metadata"]["uid"]}
        wanted = {"spec": {"expirationSeconds": 600, "boundObjectRef": bound, "audiences": ["https://kubernetes.default.svc"]}}
        self.text = objects.ok(plane.raw("POST", _ACCOUNT, wanted))["status"]["token"]

    def revoke(self):
        """Delete what it is bound to, and wait until the server takes it no more: it remembers good tokens for ten seconds."""
        objects.ok(self._plane.raw("DELETE", self._path))
        objects.quiet(lambda: self._plane.raw("GET", "/version", token=self.text)[0] == _UNAUTHORIZED, 30)


class Holder(NamedTuple):
    """A kubeconfig that names a file with a token."""

    config: Path
    token: Path


@pytest.fixture
def holder(crowd, tmp_path):
    path = tmp_path / "token"

    def made(server=None):
        config = json.loads(crowd.kubeconfig("reader", server=server).read_text())
        config["users"][0]["user"] = {"tokenFile": str(path)}
        (tmp_path / "config").write_text(json.dumps(config))
        return Holder(tmp_path / "config", path)

    return made


def test_a_token_that_is_replaced_in_the_middle_of_a_list(crowd, holder):
    held, old, new = holder(), Token(crowd, "one"), Token(crowd, "two")
    held.token.write_text(old.text)
    pages = []

    def replaced(told):
        if told.job.kind is Kind.POD:
            pages.append(told)
            if len(pages) == 2:
                held.token.write_text(new.text)
                old.revoke()

    snap = collect(kubeconfig=held.config, page_size=50, at_once=1, progress=replaced)
    assert snap.gaps.empty and len(pages) > CROWD // 50 and differing(snap, live(crowd, "reader")) == []


def test_a_token_that_is_not_renewed_is_told(crowd, holder):
    held, old = holder(), Token(crowd, "three")
    held.token.write_text(old.text)
    pages = []

    def revoked(told):
        if told.job.kind is Kind.POD:
            pages.append(told)
            if len(pages) == 2:
                old.revoke()

    snap = collect(kubeconfig=held.config, page_size=50, at_once=1, progress=revoked)
    assert len(snap.pods) >= 100 and not snap.knows(Kind.POD) and not snap.knows(Kind.EVENT) and snap.knows(Kind.SERVICE)
    assert set(snap.gaps["kind"]) == {"Pod", "Event"} and snap.gaps["detail"].str.contains("Unauthorized").all()
    with pytest.raises(ClusterError, match="everything was refused: Unauthorized"):
        collect(kubeconfig=held.config)


def test_a_watch_goes_on_with_the_token_that_took_the_place_of_the_old_one(crowd, holder):
    old, new = Token(crowd, "four"), Token(crowd, "five")
    with proxied(crowd) as proxy:
        held = holder(proxy.url)
        held.token.write_text(old.text)
        with watch(kubeconfig=held.config, patience=Patience(first_s=0.1)) as followed:
            proxy.close()
            old.revoke()
            proxy.open()
            objects.quiet(lambda: "Unauthorized" in followed.age, 30)
            objects.pod(crowd, "crowd", "renewed", {"app": "p"}, nodeName="node-a")
            held.token.write_text(new.text)
            objects.quiet(lambda: followed.connected and "renewed" in set(followed.snapshot().pods["pod"]), 60)
            assert followed.age == "live" and followed.snapshot().gaps.empty


@pytest.fixture
def pod(crowd, tmp_path, monkeypatch):
    """What a pod finds: an address in its environment, and a folder with token, namespace and certificate; no kubeconfig."""
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    (folder / "token").write_text(Token(crowd, f"pod-{tmp_path.name.replace('_', '-').lower()}").text)
    (folder / "ca.crt").write_bytes(crowd.certificate.read_bytes())
    (folder / "namespace").write_text("front")
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(folder / "token"))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(folder / "ca.crt"))
    for name, value in {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(crowd.port), "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    return folder


def test_in_a_pod_without_a_kubeconfig(crowd, pod):
    snap = knv.collect(progress=False)
    assert snap.provenance.name == "in-cluster" and snap.gaps.empty and differing(snap, live(crowd, "reader")) == []
    with knv.watch() as followed:
        assert followed.name == "in-cluster" and differing(followed.snapshot(), live(crowd, "reader")) == []


def test_in_a_pod_whose_account_may_read_its_namespace_only(crowd, pod):
    """Without the cluster-wide binding of deploy/rbac.yaml: the namespace that the pod runs in."""
    crowd.kubectl("delete", "clusterrolebinding", "k8snetviz-reader")
    crowd.kubectl("-n", "front", "create", "rolebinding", "own", "--clusterrole=k8snetviz-reader", "--serviceaccount=default:k8snetviz")
    snap = knv.collect(progress=False)
    assert sorted(snap.services["service"]) == ["cart", "web"] and not snap.knows(Kind.NODE) and snap.knows(Kind.POD, "front")


def test_the_command_line_in_a_pod(crowd, pod, tmp_path):
    """In a process of its own, where the folder is given to the client by name."""
    code = (
        "import sys; from kubernetes.config import incluster_config as own; "
        f"own.SERVICE_TOKEN_FILENAME, own.SERVICE_CERT_FILENAME = {str(pod / 'token')!r}, {str(pod / 'ca.crt')!r}; "
        "from k8snetviz.cli import main; sys.exit(main())"
    )
    words = [sys.executable, "-c", code, "explain", "front/web"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=os.environ)
    assert done.returncode == 0 and "front/web" in done.stdout and "Traceback" not in done.stderr
