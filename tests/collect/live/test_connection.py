"""How a cluster is reached: contexts, credentials, certificates, proxies; and the one sentence where it is not."""

from __future__ import annotations

import base64
import json
import os
import socket
import stat
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from k8snetviz.collect.live.certificates import holds_until
from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.connection import connect
from k8snetviz.collect.live.kubeconfig import choose
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.trouble import lost
from k8snetviz.errors import ClusterError, NetvizError, UsageError
from tests.build import pod
from tests.collect.live.certificates import Authority, server_side
from tests.collect.live.proxy import Proxy
from tests.collect.live.server import Api, kubeconfig, serving

SOON = Patience(tries=2, first_s=0.01)


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("other"), "other")


@pytest.fixture(scope="module")
def server(ca):
    return ca.signs("server", names="IP:127.0.0.1,DNS:localhost")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("KUBECONFIG", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ALL_PROXY", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def api():
    made = Api()
    made.holds("/api/v1/namespaces", "Namespace", [{"metadata": {"name": "shop"}}])
    made.holds("/api/v1/pods", "Pod", [pod(f"web-{number}") for number in range(3)])
    return made


@pytest.fixture
def secure(api, tmp_path, ca, server):
    """The server with TLS; users by certificate of the CA."""
    with serving(api, tmp_path, tls=server_side(server, ca)) as config:
        yield config


def written(config, *, cluster=None, user=None, path=None):
    """Write `config` anew, with other words in cluster and user; None takes a word away."""
    whole = json.loads(config.read_text())
    for entry, more in ((whole["clusters"][0]["cluster"], cluster), (whole["users"][0]["user"], user)):
        entry.update(more or {})
        for key in [key for key, value in entry.items() if value is None]:
            del entry[key]
    place = path or config
    place.write_text(json.dumps(whole))
    return place


def trusted(config, ca, *, cluster=None, user=None):
    return written(config, cluster={"certificate-authority": str(ca.own.certificate)} | (cluster or {}), user=user)


def found(config, **more):
    return len(collect(kubeconfig=config, patience=SOON, progress=False, **more).pods)


def inline(path):
    return base64.b64encode(path.read_bytes()).decode()


def plugin(folder, status, *, before="", version="client.authentication.k8s.io/v1"):
    """Write a credential plugin that prints `status`, an expression, and counts how often it was run."""
    path = folder / "plugin"
    path.write_text(
        f"#!{sys.executable}\nimport datetime, json, os, sys\nfrom pathlib import Path\n"
        f"runs = Path({str(folder / 'runs')!r}); runs.open('a').write('x')\ncount = len(runs.read_text())\n{before}\n"
        f"print(json.dumps({{'apiVersion': {version!r}, 'kind': 'ExecCredential', 'status': {status}}}))\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"apiVersion": version, "command": str(path), "interactiveMode": "Never"}


def runs(folder):
    return len((folder / "runs").read_text())


# -- the server, and whether it is the one ----------------------------------------------------------


def test_a_ca_from_a_file_and_inline(secure, ca):
    assert found(trusted(secure, ca)) == 3
    assert found(written(secure, cluster={"certificate-authority": None, "certificate-authority-data": inline(ca.own.certificate)})) == 3


@pytest.mark.parametrize(
    ("names", "more", "sentence"),
    [
        pytest.param("IP:127.0.0.1", {"ended": True}, "it cannot be reached: its certificate ran out", id="ran out"),
        pytest.param(
            "DNS:elsewhere.example", {}, r"its certificate is for another name \(.*127\.0\.0\.1.*check tls-server-name", id="name"
        ),
    ],
)
def test_a_certificate_of_the_server_that_does_not_hold(api, tmp_path, ca, names, more, sentence):
    signed = ca.signs("bad", names=names, **more)
    with serving(api, tmp_path, tls=server_side(signed)) as config, pytest.raises(ClusterError, match=sentence):
        found(trusted(config, ca))
    assert not api.requests


def test_another_ca(secure, other, api):
    with pytest.raises(
        ClusterError, match=r"its certificate is not of the CA that the kubeconfig names \(.+\); check certificate-authority"
    ):
        found(trusted(secure, other))
    assert not api.requests


def test_a_name_for_tls(api, tmp_path, ca):
    with serving(api, tmp_path, tls=server_side(ca.signs("named", names="DNS:elsewhere.example"))) as config:
        assert found(trusted(config, ca, cluster={"tls-server-name": "elsewhere.example"})) == 3


def test_an_unverified_server_is_asked_without_a_warning(api, tmp_path, other):
    with serving(api, tmp_path, tls=server_side(other.signs("unknown", names="DNS:unknown"))) as config:
        assert found(written(config, cluster={"insecure-skip-tls-verify": True})) == 3


def test_no_tls_at_the_other_end(api, tmp_path, ca):
    with serving(api, tmp_path) as config:
        plain = json.loads(config.read_text())["clusters"][0]["cluster"]["server"]
        with pytest.raises(ClusterError, match="it does not speak TLS there"):
            found(trusted(config, ca, cluster={"server": plain.replace("http:", "https:")}))


def test_a_ca_file_that_is_not_there(secure, tmp_path):
    with pytest.raises(NetvizError, match=r"the context 'test' of .* cannot be used: File does not exist: .*/none\.crt"):
        found(written(secure, cluster={"certificate-authority": "none.crt"}))


# -- who asks ---------------------------------------------------------------------------------------


def test_client_certificates_from_files_and_inline(secure, ca, api):
    mine = ca.signs("jane", group="readers")
    api.names = {"jane"}
    assert found(trusted(secure, ca, user={"token": None, "client-certificate": str(mine.certificate), "client-key": str(mine.key)})) == 3
    data = {"client-certificate-data": inline(mine.certificate), "client-key-data": inline(mine.key)}
    assert found(written(secure, user={"client-certificate": None, "client-key": None} | data)) == 3
    assert api.subject == "jane"


def test_a_client_certificate_that_ran_out_is_named(secure, ca, api):
    old = ca.signs("old", ended=True)
    api.names = {"old"}
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert abs(holds_until(old.certificate) - yesterday) < timedelta(minutes=5) and holds_until(old.key) is None
    with pytest.raises(ClusterError, match=f"the client certificate of the kubeconfig ran out on {yesterday:%Y-%m-%d}"):
        found(trusted(secure, ca, user={"token": None, "client-certificate": str(old.certificate), "client-key": str(old.key)}))


def test_credentials_that_do_not_hold(secure, ca, api):
    api.token = "another"
    with pytest.raises(ClusterError, match=r"everything was refused: Unauthorized it is; the credentials .* log in anew"):
        found(trusted(secure, ca))


@pytest.mark.parametrize("text", ["a-token", "a-token\n"])
def test_a_token_file_counts_before_a_token(secure, ca, api, tmp_path, text):
    (tmp_path / "token").write_text(text)
    api.token = "a-token"
    assert found(trusted(secure, ca, user={"token": "old", "tokenFile": "token"})) == 3


def test_a_token_that_no_header_may_carry_is_not_told(secure, ca):
    with pytest.raises(ClusterError, match="hold characters that no request may carry") as told:
        found(trusted(secure, ca, user={"token": "hunter2\nX-Other: 1"}))
    assert "hunter2" not in str(told.value)


def test_user_and_groups_to_act_as(secure, ca, api):
    user = {"as": "ci", "as-groups": ["readers", "auditors"], "as-uid": "7", "as-user-extra": {"scope": ["a", "b"]}}
    assert found(trusted(secure, ca, user=user)) == 3
    for told in api.headers:
        assert told.get_all("impersonate-user") == ["ci"] and told.get_all("impersonate-group") == ["readers", "auditors"]
        assert told.get_all("impersonate-uid") == ["7"] and told.get_all("impersonate-extra-scope") == ["a", "b"]
    assert api.methods == {"GET"} and api.headers[0]["authorization"] == "Bearer secret-token"


def test_groups_without_a_user_to_act_as(secure, ca):
    with pytest.raises(UsageError, match="wanted 'as' beside 'as-groups'"):
        found(trusted(secure, ca, user={"as-groups": ["readers"]}))


# -- plugins ----------------------------------------------------------------------------------------


def test_a_plugin_gives_a_token_once(secure, ca, api, tmp_path):
    api.token = "made-1"
    assert found(trusted(secure, ca, user={"token": None, "exec": plugin(tmp_path, "{'token': f'made-{count}'}")})) == 3
    assert runs(tmp_path) == 1


def test_a_plugin_of_a_relative_path_gets_its_arguments_and_environment(secure, ca, api, tmp_path):
    made = plugin(tmp_path, "{'token': sys.argv[1] + os.environ['MORE']}")
    api.token = "a-b"
    user = made | {"command": "./plugin", "args": ["a"], "env": [{"name": "MORE", "value": "-b"}]}
    assert found(trusted(secure, ca, user={"token": None, "exec": user})) == 3


def test_a_plugin_gives_a_client_certificate(secure, ca, api, tmp_path):
    mine = ca.signs("plugged")
    api.names = {"plugged"}
    status = f"{{'clientCertificateData': {mine.certificate.read_text()!r}, 'clientKeyData': {mine.key.read_text()!r}}}"
    assert found(trusted(secure, ca, user={"token": None, "exec": plugin(tmp_path, status)})) == 3


def test_a_plugin_is_run_again_when_its_token_is_refused(secure, ca, api, tmp_path):
    api.token = "made-1"

    def refuse(told):
        api.token = "made-2"

    config = trusted(secure, ca, user={"token": None, "exec": plugin(tmp_path, "{'token': f'made-{count}'}")})
    assert found(config) == 3
    (tmp_path / "runs").write_text("")
    api.token = "made-1"
    assert len(collect(kubeconfig=config, patience=SOON, progress=refuse).pods) == 3
    assert runs(tmp_path) == 2 and api.token == "made-2"


def test_a_plugin_is_run_again_when_its_certificate_is_refused(secure, ca, api, tmp_path):
    signed = [ca.signs("one"), ca.signs("two")]
    kinds = [[each.certificate.read_text(), each.key.read_text()] for each in signed]
    status = f"dict(zip(('clientCertificateData', 'clientKeyData'), {kinds!r}[count - 1]))"
    config = trusted(secure, ca, user={"token": None, "exec": plugin(tmp_path, status)})
    api.names = {"one"}

    def refuse(told):
        api.names = {"two"}

    assert len(collect(kubeconfig=config, patience=SOON, progress=refuse).pods) == 3
    assert runs(tmp_path) == 2 and api.subject == "two"


def test_a_plugin_is_run_again_after_its_credential_ended_and_not_for_every_request(secure, ca, api, tmp_path, monkeypatch):
    soon = "(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=30)).isoformat()"
    config = trusted(secure, ca, user={"token": None, "exec": plugin(tmp_path, f"{{'token': 't', 'expirationTimestamp': {soon}}}")})
    assert found(config) == 3 and runs(tmp_path) <= 2 and len(api.headers) > 5
    monkeypatch.setattr("k8snetviz.collect.live.connection._CREDENTIALS_S", 0.0)
    connection = connect(kubeconfig=config)
    before = runs(tmp_path)
    assert connection.get("/version").status == connection.get("/version").status == 200
    assert runs(tmp_path) == before + 2
    connection.close()


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        pytest.param(
            "print('no \\x1b[31msession', file=sys.stderr); sys.exit(3)", r"process returned 3\. no \\x1b\[31msession$", id="fails"
        ),
        pytest.param("print('x' * 9999, file=sys.stderr); sys.exit(3)", r"process returned 3\. x{200,280}…$", id="says much"),
        pytest.param("print('hello'); sys.exit(0)", "failed to decode process output", id="prints no JSON"),
    ],
)
def test_a_plugin_that_fails(secure, ca, tmp_path, before, sentence):
    config = trusted(secure, ca, user={"token": None, "exec": plugin(tmp_path, "{}", before=before)})
    with pytest.raises(ClusterError, match=f"^the credentials of context 'test' could not be had: .*{sentence}"):
        found(config)


def test_a_plugin_that_is_not_installed(secure, ca):
    missing = {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws-none", "installHint": "Get it\nfrom your team.\x1b"}
    with pytest.raises(ClusterError, match=r"its plugin 'aws-none' is not installed; Get it from your team\.\\x1b$"):
        found(trusted(secure, ca, user={"token": None, "exec": missing}))


def test_a_plugin_that_fails_later_is_a_gap_with_its_reason(secure, ca, api, tmp_path, capfd):
    api.token = "made-1"
    made = plugin(tmp_path, "{'token': f'made-{count}'}", before="if count > 1: sys.exit('session is over')")
    config = trusted(secure, ca, user={"token": None, "exec": made})

    def refuse(told):
        api.token = "other"

    snap = collect(kubeconfig=config, patience=SOON, page_size=1, at_once=1, progress=refuse)
    assert "session is over" in " ".join(snap.gaps["detail"]) and "ClusterError" not in " ".join(snap.gaps["detail"])
    assert "session is over" not in capfd.readouterr().err


# -- proxies ----------------------------------------------------------------------------------------


@pytest.fixture
def proxy():
    with Proxy() as made:
        yield made


@pytest.fixture
def far(ca):
    """TLS of a server that only a proxy knows."""
    return server_side(ca.signs("far", names="DNS:api.far.example"))


def away(config, ca, **more):
    port = json.loads(config.read_text())["clusters"][0]["cluster"]["server"].rpartition(":")[2]
    return trusted(config, ca, cluster={"server": f"https://api.far.example:{port}"} | more)


def test_a_proxy_of_the_kubeconfig(api, tmp_path, ca, far, proxy, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "far.example")  # is about proxies of the environment
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with serving(api, tmp_path, tls=far) as config:
        assert found(away(config, ca, **{"proxy-url": proxy.url})) == 3
    assert proxy.asked and set(proxy.asked) == {f"api.far.example:{proxy.port_of(0)}"}


def test_a_proxy_of_the_environment(api, tmp_path, ca, far, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with serving(api, tmp_path, tls=far) as config:
        assert found(away(config, ca)) == 3
    assert proxy.asked


@pytest.mark.parametrize("rule", ["localhost,127.0.0.0/8", ""])
def test_no_proxy_for_those_that_are_named_nor_for_this_machine(secure, ca, proxy, monkeypatch, rule):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", rule)
    assert found(trusted(secure, ca)) == 3
    assert not proxy.asked


def test_no_proxy_for_a_name_that_is_left_out(api, tmp_path, ca, far, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", ".far.example")
    with serving(api, tmp_path, tls=far) as config, pytest.raises(ClusterError, match=r"at api\.far\.example:\d+, it cannot be reached: "):
        found(away(config, ca))
    assert not proxy.asked


def test_credentials_of_a_proxy_are_sent_to_it_and_never_shown(api, tmp_path, ca, far, proxy):
    proxy.wants = "jane:s3cret/"
    with serving(api, tmp_path, tls=far) as config:
        assert found(away(config, ca, **{"proxy-url": proxy.url.replace("//", "//jane:s3cret%2F@")})) == 3
        with pytest.raises(ClusterError, match=r"the proxy 127\.0\.0\.1:\d+ does not let it through: .*407") as told:
            found(away(config, ca, **{"proxy-url": proxy.url.replace("//", "//jane:wrong@")}))
    assert "wrong" not in str(told.value)
    assert "proxy-authorization" not in {name.lower() for headers in api.headers for name in headers}


def test_a_proxy_that_is_not_there(api, tmp_path, ca, far):
    with (
        serving(api, tmp_path, tls=far) as config,
        pytest.raises(ClusterError, match=r"the proxy 127\.0\.0\.1:9 does not let it through: .*refused"),
    ):
        found(away(config, ca, **{"proxy-url": "http://127.0.0.1:9"}))


def test_a_socks_proxy_without_its_package(secure, ca):
    with pytest.raises(UsageError, match=r"wanted PySocks for the socks5 proxy, .*pip install PySocks"):
        found(trusted(secure, ca, cluster={"proxy-url": "socks5://127.0.0.1:9"}))


# -- files and contexts -----------------------------------------------------------------------------


def config_of(**parts):
    """Return a kubeconfig: contexts as name=(cluster, user), clusters and users as they are."""
    contexts = [
        {"name": name, "context": {"cluster": cluster, "user": user}} for name, (cluster, user) in parts.get("contexts", {}).items()
    ]
    made = {
        "contexts": contexts,
        "clusters": [{"name": name, "cluster": each} for name, each in parts.get("clusters", {}).items()],
        "users": [{"name": name, "user": each} for name, each in parts.get("users", {}).items()],
    }
    return json.dumps(made | ({"current-context": parts["current"]} if "current" in parts else {}))


def test_several_files_are_joined_as_kubectl_does(api, tmp_path, ca, server, monkeypatch):
    """The first entry and the first current context count; each path belongs to its own file; files that are not there are no matter."""
    mine = ca.signs("split")
    api.names = {"split"}
    for name, part in (("one", (ca.own.certificate,)), ("two", mine)):
        (tmp_path / name).mkdir()
        for path in part:
            (tmp_path / name / path.name).write_bytes(path.read_bytes())
    with serving(api, tmp_path, tls=server_side(server, ca)) as config:
        url = json.loads(config.read_text())["clusters"][0]["cluster"]["server"]
        files = [tmp_path / "one" / "config", tmp_path / "none", tmp_path / "two" / "config", tmp_path / "empty"]
        files[0].write_text(
            config_of(current="a", contexts={"a": ("c", "u")}, clusters={"c": {"server": url, "certificate-authority": "ca.crt"}})
        )
        user = {"client-certificate": "split.crt", "client-key": "split.key"}
        files[2].write_text(
            config_of(
                current="b",
                contexts={"a": ("wrong", "wrong"), "b": ("c", "u")},
                clusters={"c": {"server": "https://127.0.0.1:9"}},
                users={"u": user},
            )
        )
        files[3].write_text("")
        monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, files)))
        snap = collect(patience=SOON)
        assert len(snap.pods) == 3 and snap.provenance.name == "a"
        assert collect("b", patience=SOON).provenance.name == "b"


@pytest.mark.parametrize(
    ("text", "context", "sentence"),
    [
        pytest.param(
            config_of(contexts={"prod-eu": ("c", "u"), "dev": ("c", "u")}),
            "prod-ue",
            "'prod-eu', 'dev' in .*; did you mean 'prod-eu'",
            id="near",
        ),
        pytest.param(
            config_of(contexts={"prod": ("c", "u")}),
            None,
            "wanted a current context in .*, found none; choose one of 'prod'",
            id="none chosen",
        ),
        pytest.param(
            config_of(contexts={"p": ("c", "u")}, users={"u": {}}),
            "p",
            "wanted the cluster 'c' that the context 'p' names, found none",
            id="cluster",
        ),
        pytest.param(
            config_of(contexts={"p": ("c", "u")}, clusters={"c": {"server": "https://x"}}, users={"v": {}}),
            "p",
            "wanted the user 'u' that the context 'p' names, found 'v'",
            id="user",
        ),
        pytest.param(
            config_of(contexts={"p": ("c", "u")}, clusters={"c": {"proxy-url": "x"}}, users={"u": {}}),
            "p",
            "wanted the server of",
            id="server",
        ),
        pytest.param("a: [", None, "does not read as one: while parsing", id="no YAML"),
        pytest.param("[1]", None, "does not read as one: it is no mapping", id="a list"),
        pytest.param('{"contexts": [1]}', None, "does not read as one: its lists", id="other lists"),
        pytest.param('{"users": [{"user": {}}]}', None, "does not read as one: its lists", id="no name"),
        pytest.param("", None, "wanted a current context", id="empty"),
    ],
)
def test_a_kubeconfig_that_does_not_tell_a_cluster(tmp_path, text, context, sentence):
    (tmp_path / "config").write_text(text)
    with pytest.raises(UsageError, match=sentence) as told:
        choose([tmp_path / "config"], context)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param("a", r"the context 'test' of .* cannot be used: Invalid base64", id="no base64"),
        pytest.param("YQ==", r"a certificate or key of the kubeconfig does not read as one", id="no certificate"),
    ],
)
def test_data_that_is_no_certificate(secure, data, sentence):
    with pytest.raises(NetvizError, match=sentence):
        found(written(secure, cluster={"certificate-authority-data": data}))


# -- in a pod ---------------------------------------------------------------------------------------


def test_the_service_account_of_a_pod(api, tmp_path, ca, server, monkeypatch):
    for name, text in (("token", "sa-1\n"), ("ca.crt", ca.own.certificate.read_text()), ("namespace", "tools")):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr("kubernetes.config.incluster_config.SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
    monkeypatch.setattr("kubernetes.config.incluster_config.SERVICE_CERT_FILENAME", str(tmp_path / "ca.crt"))
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    api.tokens = {"Bearer sa-1", "bearer sa-1"}
    with serving(api, tmp_path, tls=server_side(server)) as config:
        host, _, port = json.loads(config.read_text())["clusters"][0]["cluster"]["server"].removeprefix("https://").partition(":")
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)

        def rotate(told):
            (tmp_path / "token").write_text("sa-2")
            api.tokens = {"bearer sa-2"}

        connection = connect()
        assert (connection.name, connection.namespace) == ("in-cluster", "tools")
        connection.close()
        assert len(collect(patience=SOON, progress=rotate).pods) == 3
    (tmp_path / "token").unlink()
    with pytest.raises(ClusterError, match="the service account of this pod cannot be used: Service token file does not exist"):
        connect()


def test_a_lost_connection_is_told_without_the_number_of_the_error():
    assert str(lost(ConnectionRefusedError(111, "Connection refused"), None)).endswith("Connection refused")
    assert "Errno" not in str(lost(OSError("Failed to connect: [Errno 113] No route to host"), None))


# -- patience ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        pytest.param(b"", 4, id="a connection that breaks may come"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", 1, id="no TLS will not come"),
    ],
)
def test_a_server_that_never_answered_is_not_waited_for_long(tmp_path, ca, answer, times):
    came = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answers():
            with suppress(OSError):
                while True:
                    one, _ = door.accept()
                    came.append(one.recv(1))
                    one.sendall(answer)
                    one.close()

        thread = threading.Thread(target=answers, daemon=True)
        thread.start()
        config = trusted(kubeconfig(tmp_path, f"https://127.0.0.1:{door.getsockname()[1]}"), ca)
        with pytest.raises(ClusterError, match="it cannot be reached"):
            collect(kubeconfig=config, patience=Patience(tries=9, first_s=0.001))
        door.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert len(came) == times
