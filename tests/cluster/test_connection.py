"""Ways to reach the real API server: certificates, plugins, proxies, names, several files, impersonation; and rights that come later."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys

import pytest
import yaml

from k8snetviz.collect.live import reach
from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.watching import watch
from k8snetviz.errors import ClusterError
from k8snetviz.model.kinds import Kind
from tests.cluster import objects
from tests.cluster.plane import running_plane
from tests.collect.live.certificates import Authority
from tests.collect.live.proxy import Proxy
from tests.test_deploy import RBAC

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def users(tmp_path_factory):
    """Who signs certificates of users."""
    return Authority(tmp_path_factory.mktemp("users"), "users")


@pytest.fixture(scope="module")
def own(tmp_path_factory, users):
    """A control plane that takes certificates of users; `jane` may read everything."""
    with running_plane(tmp_path_factory.mktemp("own"), more=[f"--client-ca-file={users.own.certificate}"]) as made:
        made.kubectl("apply", "-f", str(RBAC))
        made.kubectl("create", "clusterrolebinding", "jane", "--clusterrole=k8snetviz-reader", "--user=jane")
        objects.namespace(made, "shop")
        objects.service(made, "shop", "web", selector={"app": "web"}, ports=[{"port": 80}])
        yield made


def config_of(plane, path, user, **cluster):
    """Write a kubeconfig of `user` (its words) at `path`."""
    told = {"server": f"https://127.0.0.1:{plane.port}", "certificate-authority": str(plane.certificate)} | cluster
    whole = {
        "current-context": "own",
        "clusters": [{"name": "own", "cluster": told}],
        "users": [{"name": "own", "user": user}],
        "contexts": [{"name": "own", "context": {"cluster": "own", "user": "own"}}],
    }
    path.write_text(yaml.safe_dump(whole))
    return path


def services(config=None, **more):
    """Return the Services of ``shop``."""
    found = collect(kubeconfig=config, progress=False, **more).services
    return sorted(found.loc[found["namespace"] == "shop", "service"])


def asked_by(plane, name):
    """Return the audited requests of a user, as itself or acting as it."""
    lines = map(json.loads, plane.audit_log.read_text().splitlines())
    return [each for each in lines if name in (each["user"].get("username"), each.get("impersonatedUser", {}).get("username"))]


def test_a_client_certificate_from_files_and_inline(own, users, tmp_path):
    jane = users.signs("jane")
    assert services(config_of(own, tmp_path / "a", {"client-certificate": str(jane.certificate), "client-key": str(jane.key)})) == ["web"]
    data = [base64.b64encode(path.read_bytes()).decode() for path in jane]
    assert services(config_of(own, tmp_path / "b", dict(zip(("client-certificate-data", "client-key-data"), data, strict=True)))) == ["web"]


def test_a_client_certificate_that_ran_out_is_named(own, users, tmp_path):
    old = users.signs("late", ended=True)
    with pytest.raises(
        ClusterError, match=r"everything was refused: Unauthorized; the client certificate of the kubeconfig ran out on \d{4}-"
    ):
        services(config_of(own, tmp_path / "a", {"client-certificate": str(old.certificate), "client-key": str(old.key)}))


@pytest.mark.parametrize("how", ["token", "certificate"])
def test_a_plugin(own, users, tmp_path, how):
    jane = users.signs("jane")
    status = {"clientCertificateData": jane.certificate.read_text(), "clientKeyData": jane.key.read_text()}
    credential = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}
    credential["status"] = status if how == "certificate" else {"token": "admin-token"}
    path = tmp_path / "plugin"
    path.write_text(f"#!{sys.executable}\nprint({json.dumps(credential)!r})\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin", "interactiveMode": "Never"}}
    assert services(config_of(own, tmp_path / "config", user)) == ["web"]


def test_a_user_to_act_as_and_only_reading_is_asked(own, tmp_path):
    user = {"token": "admin-token", "as": "jane", "as-groups": ["readers"]}
    assert services(config_of(own, tmp_path / "config", user)) == ["web"]
    mine = [each for each in asked_by(own, "jane") if "impersonatedUser" in each]
    assert mine and {each["verb"] for each in mine} == {"get", "list"} and {each["user"]["username"] for each in mine} == {"admin"}
    assert all("readers" in each["impersonatedUser"]["groups"] for each in mine)
    with pytest.raises(ClusterError, match="cannot impersonate"):
        services(config_of(own, tmp_path / "b", {"token": "reader-token", "as": "jane"}))


def test_a_name_for_tls_and_another_ca(own, users, tmp_path):
    admin = {"token": "admin-token"}
    assert services(config_of(own, tmp_path / "a", admin, **{"tls-server-name": "kubernetes.default.svc"})) == ["web"]
    with pytest.raises(ClusterError, match="its certificate is for another name"):
        services(config_of(own, tmp_path / "b", admin, **{"tls-server-name": "elsewhere.example"}))
    with pytest.raises(ClusterError, match="its certificate is not of the CA that the kubeconfig names"):
        services(config_of(own, tmp_path / "c", admin, **{"certificate-authority": str(users.own.certificate)}))


def test_through_a_proxy_lists_and_watches(own, tmp_path):
    with Proxy() as proxy:
        config = config_of(own, tmp_path / "config", {"token": "admin-token"}, **{"proxy-url": proxy.url})
        assert services(config) == ["web"]
        with watch(kubeconfig=config) as live:
            objects.service(own, "shop", "proxied", ports=[{"port": 80}])
            objects.quiet(lambda: "proxied" in set(live.snapshot().services["service"]), 20)
        assert proxy.asked
    objects.ok(own.raw("DELETE", "/api/v1/namespaces/shop/services/proxied"))


def test_several_files_as_kubectl_reads_them(own, users, tmp_path, monkeypatch):
    """What kubectl prints with the same KUBECONFIG decides: whose current context it is, and who asks."""
    jane = users.signs("jane")
    whole = yaml.safe_load(
        config_of(own, tmp_path / "whole", {"client-certificate": jane.certificate.name, "client-key": jane.key.name}).read_text()
    )
    first, second = tmp_path / "first", users.folder / "second"
    first.write_text(yaml.safe_dump({"current-context": "own", "clusters": whole["clusters"], "contexts": whole["contexts"]}))
    second.write_text(yaml.safe_dump({"current-context": "other", "users": whole["users"], "contexts": [{"name": "other", "context": {}}]}))
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, (first, second))))
    told = subprocess.run(
        [str(own.programs / "kubectl"), "auth", "whoami", "-o", "json"], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(told)["status"]["userInfo"]["username"] == "jane"
    assert services() == ["web"]


def test_namespaces_and_rights_that_come_later_are_followed(own, monkeypatch):
    """Of a user that may see namespaces, and read in one of them at first."""
    monkeypatch.setattr(reach, "AGAIN_S", 2.0)
    own.kubectl("create", "clusterrole", "spaces", "--verb=get,list,watch", "--resource=namespaces")
    own.kubectl("create", "clusterrolebinding", "spaces", "--clusterrole=spaces", "--user=narrow")
    own.kubectl("-n", "shop", "create", "rolebinding", "narrow", "--clusterrole=k8snetviz-reader", "--user=narrow")
    with watch(kubeconfig=own.kubeconfig("narrow")) as live:
        assert live.snapshot().knows(Kind.POD, "shop") and not live.snapshot().knows(Kind.POD, "later")
        objects.namespace(own, "later")
        objects.pod(own, "later", "p", {"app": "p"})
        own.kubectl("-n", "later", "create", "rolebinding", "narrow", "--clusterrole=k8snetviz-reader", "--user=narrow")
        objects.quiet(lambda: "p" in set(live.snapshot().pods["pod"]), 30)
        own.kubectl("create", "clusterrolebinding", "narrow", "--clusterrole=k8snetviz-reader", "--user=narrow")
        objects.quiet(lambda: live.snapshot().gaps.empty, 30)
        snap = live.snapshot()
        assert snap.knows(Kind.POD) and snap.sources["duplicates"].sum() == 0 and "p" in set(snap.pods["pod"])


def test_the_cluster_configuration_needs_its_own_role_and_is_asked_for_by_name(own):
    data = {"ClusterConfiguration": "networking: {podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/16}"}
    objects.ok(own.raw("POST", "/api/v1/namespaces/kube-system/configmaps", {"metadata": {"name": "kubeadm-config"}, "data": data}))
    own.kubectl("create", "clusterrolebinding", "reader", "--clusterrole=k8snetviz-reader", "--user=reader")
    config = own.kubeconfig("reader")
    refused = collect(kubeconfig=config, cluster_config=True)
    assert set(refused.gaps["kind"]) == {"ConfigMap"} and set(refused.gaps["reason"]) == {"FORBIDDEN"}
    own.kubectl("apply", "-f", str(RBAC.parent / "rbac-cluster-config.yaml"))
    own.kubectl("-n", "kube-system", "create", "rolebinding", "reader", "--role=k8snetviz-cluster-config", "--user=reader")
    objects.quiet(lambda: collect(kubeconfig=config, cluster_config=True).gaps.empty, 20)
    ranges = collect(kubeconfig=config, cluster_config=True).ranges
    assert ranges.loc[ranges["kind"] == "ConfigMap", "cidr"].tolist() == ["10.244.0.0/16", "10.96.0.0/16"]
    mine = [each for each in asked_by(own, "reader") if each.get("objectRef", {}).get("resource") in ("configmaps", "secrets")]
    assert {each["verb"] for each in mine} == {"get"} and {each["objectRef"]["name"] for each in mine} == {"kubeadm-config", "kube-proxy"}
