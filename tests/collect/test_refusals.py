"""An input with nothing of ours is refused in one sentence that says what it seems to be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from k8snetviz.errors import InputError
from tests.build import as_list, pod
from tests.collect.recorder import read, read_text
from tests.dumps import dump, needs_dumps

TABLE = "NAMESPACE     NAME      READY   STATUS    RESTARTS   AGE\nkube-system   etcd-n   1/1     Running   0          5d\n"
DESCRIBE = "Name:             web\nNamespace:        shop\nPriority:         0\nNode:             n/10.0.0.1\n"
REFUSED = "The connection to the server 127.0.0.1:16443 was refused - did you specify the right host or port?\n"
FORBIDDEN = 'Error from server (Forbidden): pods is forbidden: User "u" cannot list resource "pods" in API group "" at the cluster scope\n'
HELM = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n  {{- include "x" . | nindent 2 }}\n'
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {password: aHVudGVyMg==}\n"

CASES = [
    pytest.param(TABLE, "a text table as kubectl get prints it without -o json", "UNSUPPORTED", id="table"),
    pytest.param(DESCRIBE, "text as kubectl describe prints it", "UNSUPPORTED", id="describe"),
    pytest.param(
        REFUSED, "an error message instead of objects: The connection to the server 127.0.0.1:16443 was refused", "ERROR", id="refused"
    ),
    pytest.param(
        FORBIDDEN, "an error message instead of objects: Error from server (Forbidden): pods is forbidden", "FORBIDDEN", id="forbidden"
    ),
    pytest.param("Cannot get resource", "an error message instead of objects: Cannot get resource", "ERROR", id="cannot get"),
    pytest.param(HELM, "a Helm template; render it first", "UNSUPPORTED", id="Helm"),
    pytest.param(
        "{{- if .Values.x }}\nkind: Pod\n{{- end }}\n", "a Helm template; render it first", "UNSUPPORTED", id="Helm that begins with braces"
    ),
    pytest.param("", "an empty file", "UNREADABLE", id="empty"),
    pytest.param("\0" * 100, "nothing but NUL bytes", "UNREADABLE", id="NULs"),
    pytest.param("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML or XML", "UNSUPPORTED", id="HTML"),
    pytest.param(b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe", "binary data", "UNREADABLE", id="binary"),
    pytest.param(b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z file; unpack it", "UNSUPPORTED", id="7z"),
    pytest.param("I0102 03:04:05.000000 1 main.go:1] started\n", "a log", "UNSUPPORTED", id="log"),
    pytest.param("just some words\n", "text that begins 'just some words'", "UNSUPPORTED", id="words"),
]


@pytest.mark.parametrize(("text", "seems", "reason"), CASES)
@pytest.mark.parametrize("name", ["pods.json", "pods.yaml", "pods", "pods.txt"])
def test_alone_it_is_refused(tmp_path: Path, text: str | bytes, seems: str, reason: str, name: str) -> None:
    with pytest.raises(InputError) as refused:
        read_text(tmp_path, text, name)
    message = str(refused.value)
    assert message.startswith(f"wanted Kubernetes objects as JSON or YAML, but {tmp_path / name} seems to be {seems}")
    assert message.endswith("kubectl get pods,services,endpointslices -A -o json > cluster.json")
    assert "\n" not in message


@pytest.mark.parametrize(("text", "seems", "reason"), CASES)
def test_in_a_folder_it_is_a_gap(tmp_path: Path, text: str | bytes, seems: str, reason: str) -> None:
    (tmp_path / "other.json").write_text(json.dumps(as_list([pod("a")])), encoding="utf-8")
    (tmp_path / "pods.json").write_bytes(text.encode() if isinstance(text, str) else text)
    found = read(tmp_path)
    assert found.names() == ["Pod/a"]
    assert [(gap.reason.value, gap.source) for gap in found.gaps] == [(reason, "pods.json")]
    assert seems.partition(";")[0] in found.gaps[0].detail
    assert found.gaps[0].kind == ("Service" if text is HELM else "Pod")


@pytest.mark.parametrize(
    ("text", "seems"),
    [
        pytest.param(SECRET, "objects that networking does not need (Secret)", id="Secret"),
        pytest.param(
            json.dumps(as_list([{"kind": "Secret", "apiVersion": "v1"}])),
            "objects that networking does not need (Secret)",
            id="list of Secrets",
        ),
        pytest.param(json.dumps(as_list([])), "an empty List, which does not say of what", id="empty List"),
        pytest.param('{"a": 1}', "JSON of another kind, not of the Kubernetes API", id="other JSON"),
        pytest.param("a: 1\nb: 2\n", "YAML of another kind, not of the Kubernetes API", id="other YAML"),
        pytest.param('{"kind": "Pod", "metadata": {"name": "x', "JSON or YAML of which nothing can be used", id="cut"),
    ],
)
def test_what_parses_but_is_not_ours(tmp_path: Path, text: str, seems: str) -> None:
    with pytest.raises(InputError) as refused:
        read_text(tmp_path, text, "data.yaml" if text.startswith(("a:", "api")) else "data.json")
    assert seems in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "aHVudGVyMg" not in str(refused.value)


def test_an_empty_folder_and_an_empty_archive(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder or archive without readable files"):
        read(tmp_path)
    with pytest.raises(InputError, match="seems to be an empty file"):
        read_text(tmp_path, gzip.compress(b""), "x.json.gz")


class TestDumps:
    pytestmark = needs_dumps

    @pytest.mark.parametrize(
        ("name", "seems"),
        [
            pytest.param("kubectl_get_by_kind_in_cluster.txt", "a text table as kubectl get prints it without -o json", id="pods"),
            pytest.param("kubectl_describe_node.txt", "text as kubectl describe prints it", id="describe"),
            pytest.param(
                "kubectl_get_by_kind_in_namespace_service.txt", "a text table as kubectl get prints it without -o json", id="services"
            ),
            pytest.param(
                "kubectl_get_by_kind_in_namespace_pod_default.txt", "a text table as kubectl get prints it without -o json", id="namespace"
            ),
        ],
    )
    def test_text_of_kubectl_behind_json_lines(self, name: str, seems: str) -> None:
        (path,) = (dump("o15") / "files").rglob(name)
        with pytest.raises(InputError, match=seems):
            read(path)

    def test_all_of_them_in_one_folder(self) -> None:
        with pytest.raises(InputError, match="4 files without such objects"):
            read(dump("o15") / "files")
