"""Documents in one stream: lists, objects, logs, errors, garbage, cuts."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

from k8snetviz.errors import InputError
from tests.build import as_list, endpoint_slice, pod, service
from tests.collect.recorder import Recorder, read_text

Obj = dict[str, Any]


def typed(kind: str, items: list[Obj] | None, version: str = "v1", **meta: Any) -> Obj:
    bare = None if items is None else [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in items]
    return {"kind": kind, "apiVersion": version, "metadata": meta, "items": bare}


def text(*documents: Any, indent: int | None = 4) -> str:
    return "\n".join(json.dumps(document, indent=indent) for document in documents)


def log(namespace: str, name: str, lines: str) -> str:
    where = f"logs for container app of pod {namespace}/{name}"
    return f"\n==== START {where} ====\n{lines}\n==== END {where} ====\n"


@pytest.mark.parametrize(
    ("documents", "names"),
    [
        pytest.param([as_list([pod("a"), service("s")])], ["Pod/a", "Service/s"], id="List"),
        pytest.param([typed("PodList", [pod("a")])], ["Pod/a"], id="typed list"),
        pytest.param([pod("a")], ["Pod/a"], id="object"),
        pytest.param([pod("a"), service("s")], ["Pod/a", "Service/s"], id="objects"),
        pytest.param([[pod("a"), service("s")]], ["Pod/a", "Service/s"], id="array"),
        pytest.param([[as_list([pod("a")]), typed("ServiceList", [service("s")])]], ["Pod/a", "Service/s"], id="array of lists"),
        pytest.param([[[pod("a")], [service("s")]]], ["Pod/a", "Service/s"], id="array of arrays"),
        pytest.param([as_list([as_list([pod("a")]), service("s")])], ["Service/s", "Pod/a"], id="List of lists"),
        pytest.param([{"pods": typed("PodList", [pod("a")]), "n": 1}], ["Pod/a"], id="wrapped list"),
        pytest.param([{"pods": [pod("a")], "services": [service("s")]}], ["Pod/a", "Service/s"], id="wrapped arrays"),
        pytest.param([{"level": "info", "msg": "x"}, pod("a"), {"kind": "x"}, [1, 2], []], ["Pod/a"], id="other JSON between"),
        pytest.param([{"items": [pod("a")]}], ["Pod/a"], id="list without kind"),
    ],
)
@pytest.mark.parametrize("indent", [4, None])
def test_shapes(tmp_path: Path, documents: list[Any], names: list[str], indent: int | None) -> None:
    found = read_text(tmp_path, text(*documents, indent=indent))
    assert found.names() == names
    assert found.gaps == []


def test_objects_without_kind_are_told_by_their_fields(tmp_path: Path) -> None:
    slices = endpoint_slice("s", ())
    bare = [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in (pod("a"), service("s"), slices)]
    found = read_text(tmp_path, text(bare))
    assert found.names() == ["Pod/a", "Service/s", "EndpointSlice/s-ipv4"]
    assert found.gaps == []


def test_what_the_fields_do_not_tell_is_a_gap(tmp_path: Path) -> None:
    found = read_text(tmp_path, text(pod("a"), {"metadata": {"name": "riddle"}, "spec": {"x": 1}}), "mail.json")
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("UNSUPPORTED", None)]


def test_items_null_is_an_empty_list_that_was_read(tmp_path: Path) -> None:
    found = read_text(tmp_path, text(typed("PodList", None)))
    assert found.empty() == [("Pod", None, True)]
    assert found.gaps == []


def test_an_empty_list_of_a_named_file_is_known(tmp_path: Path) -> None:
    assert read_text(tmp_path, text(as_list([])), "endpointslices.json").empty() == [("EndpointSlice", None, True)]


def test_a_page_is_not_the_whole(tmp_path: Path) -> None:
    page = typed("PodList", [pod("a")], **{"continue": "abc", "remainingItemCount": 5})
    found = read_text(tmp_path, text(page))
    assert found.names() == ["Pod/a"]
    assert found.empty() == [("Pod", None, False)]
    assert [(gap.reason.value, gap.kind, gap.detail) for gap in found.gaps] == [
        ("TRUNCATED", "Pod", "the list is one page: 5 objects after it were not read (metadata.continue is set)")
    ]


@pytest.mark.parametrize("indent", [4, None])
def test_a_cut_list_keeps_whole_items(tmp_path: Path, indent: int | None) -> None:
    whole = json.dumps({"apiVersion": "v1", "items": [pod("a"), pod("b"), service("s")], "kind": "List"}, indent=indent)
    found = read_text(tmp_path, whole[: whole.index('"s"') + 1])
    assert found.names() == ["Pod/a", "Pod/b"]
    assert found.reasons() == [("TRUNCATED", "Pod")]
    assert found.empty() == [("Pod", None, False)]
    assert found.gaps[0].detail == f"the list at byte 0 is cut off at byte {whole.index(chr(34) + 's' + chr(34)) + 1}"


def test_a_cut_typed_list_is_told_by_its_items(tmp_path: Path) -> None:
    whole = json.dumps({"apiVersion": "v1", "items": typed("PodList", [pod("a"), pod("b")])["items"], "kind": "PodList"})
    found = read_text(tmp_path, whole[:-300])
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("TRUNCATED", "Pod")]


def test_a_cut_object_is_a_gap(tmp_path: Path) -> None:
    found = read_text(tmp_path, text(pod("a")) + "\n" + text(service("s"))[:-40])
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("TRUNCATED", "Service")]


def test_garbage_between_is_a_gap_with_its_place(tmp_path: Path) -> None:
    first = text(pod("a"))
    found = read_text(tmp_path, f"{first}\n%%% garbage %%%\nmore of it\n{text(service('s'))}")
    assert found.names() == ["Pod/a", "Service/s"]
    assert [(gap.reason.value, gap.detail) for gap in found.gaps] == [
        ("UNSUPPORTED", f"bytes {len(first) + 1} to {len(first) + 1 + 16 + 11} seem to be text that begins '%%% garbage %%%'")
    ]


def test_a_broken_document_loses_itself_only(tmp_path: Path) -> None:
    broken = text(service("s")).replace('"spec": {', '"spec": { oops')
    found = read_text(tmp_path, f"{text(pod('a'))}\n{broken}\n{text(pod('b'))}")
    assert found.names() == ["Pod/a", "Pod/b"]
    assert found.reasons() == [("UNREADABLE", "Service")]


def test_too_deep_a_document_is_a_gap(tmp_path: Path) -> None:
    deep = '{"kind": "Pod", "x": ' + "[" * 5000 + "]" * 5000 + "}"
    found = read_text(tmp_path, f"{deep}\n{text(pod('a'))}")
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("LIMIT", "Pod")]


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        pytest.param(
            {"reason": "Forbidden", "code": 403, "message": "pods is forbidden", "details": {"kind": "pods"}}, "FORBIDDEN", "Pod", id="403"
        ),
        pytest.param({"code": 504, "message": "Timeout"}, "ERROR", None, id="504"),
    ],
)
def test_answers_of_the_server_are_gaps(tmp_path: Path, status: Obj, reason: str, kind: str | None) -> None:
    found = read_text(tmp_path, text(service("s"), {"kind": "Status", "apiVersion": "v1", "status": "Failure"} | status))
    assert found.names() == ["Service/s"]
    assert found.reasons() == [(reason, kind)]
    assert status["message"] in found.gaps[0].detail


def test_error_lines_of_kubectl_are_gaps(tmp_path: Path) -> None:
    line = (
        'Error from server (Forbidden): endpointslices.discovery.k8s.io is forbidden: User "u" cannot list resource '
        '"endpointslices" in API group "discovery.k8s.io" at the cluster scope'
    )
    found = read_text(tmp_path, f"{text(as_list([pod('a')]))}\n{line}\n")
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("FORBIDDEN", "EndpointSlice")]


@pytest.mark.parametrize("kind", ["Table", "PartialObjectMetadataList", "PartialObjectMetadata"])
def test_what_holds_no_spec_is_unsupported(tmp_path: Path, kind: str) -> None:
    odd = {"kind": kind, "apiVersion": "meta.k8s.io/v1", "items": [{"metadata": {"name": "a"}}], "metadata": {"name": "a"}}
    found = read_text(tmp_path, text(odd, service("s")), "pods.json")
    assert found.names() == ["Service/s"]
    assert found.reasons() == [("UNSUPPORTED", "Pod")]


def test_json_lines(tmp_path: Path) -> None:
    lines = [pod(f"p{n}") for n in range(2000)]
    found = read_text(tmp_path, text(*lines, indent=None), "pods.jsonl")
    assert found.names() == [f"Pod/p{n}" for n in range(2000)]
    assert len(found.batches) == 1
    assert not found.batches[0].listed


def watch(*events: tuple[str, Obj]) -> str:
    return text(*({"type": kind, "object": item} for kind, item in events), indent=None)


def test_watch_events_are_folded(tmp_path: Path) -> None:
    ready, gone = pod("a", ready=True), pod("b")
    found = read_text(
        tmp_path,
        watch(
            ("ADDED", pod("a", ready=False)),
            ("ADDED", gone),
            ("MODIFIED", ready),
            ("DELETED", gone),
            ("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": "9"}}),
        ),
    )
    assert found.objects() == [("Pod", ready)]
    assert not found.batches[0].listed


def test_a_watch_that_began_with_a_list_is_whole(tmp_path: Path) -> None:
    synced = {"kind": "Pod", "metadata": {"annotations": {"k8s.io/initial-events-end": "true"}}}
    assert read_text(tmp_path, watch(("ADDED", pod("a")), ("BOOKMARK", synced))).batches[0].listed


def test_an_error_ends_a_watch(tmp_path: Path) -> None:
    gone = {"kind": "Status", "status": "Failure", "code": 410, "message": "too old resource version"}
    found = read_text(tmp_path, watch(("ADDED", pod("a")), ("ERROR", gone)))
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("ERROR", None)]


class TestClusterInfoDump:
    """``kubectl cluster-info dump`` to stdout."""

    def dumped(self, tmp_path: Path, *, tail: str = "") -> Recorder:
        lines = '{"level":"info"}\n' + json.dumps(as_list([pod("never")])) + "\n{\n  not JSON"
        parts = [
            text(typed("NodeList", [])),
            text(typed("ReplicationControllerList", []), typed("PodList", [pod("a", ns="one")])),
            log("one", "a", lines),
            text(typed("ReplicationControllerList", []), typed("ServiceList", [service("s", ns="two")]), typed("PodList", [])),
            text(typed("ReplicationControllerList", []), typed("PodList", [])),
        ]
        return read_text(tmp_path, "\n".join(parts) + tail, "cluster-info.txt")

    def test_logs_are_no_objects(self, tmp_path: Path) -> None:
        found = self.dumped(tmp_path)
        assert found.names() == ["Pod/a", "Service/s"]
        assert found.gaps == []

    def test_empty_lists_belong_to_the_namespace_of_their_round(self, tmp_path: Path) -> None:
        found = self.dumped(tmp_path)
        assert [(batch.kind, batch.scope) for batch in found.batches] == [
            ("Node", None),
            ("Pod", "one"),
            ("ReplicationController", "one"),
            ("Service", "two"),
            ("ReplicationController", "two"),
            ("Pod", "two"),
        ]  # the last round does not tell its namespace, so its empty lists tell nothing

    def test_a_dump_that_stops_in_a_log_says_so(self, tmp_path: Path) -> None:
        found = self.dumped(tmp_path, tail="\n==== START logs for container app of pod one/a ====\nx\n{")
        assert found.names() == ["Pod/a", "Service/s"]
        assert found.reasons() == [("TRUNCATED", None)]
        assert "inside the log of pod one/a" in found.gaps[0].detail

    def test_a_log_without_end_does_not_swallow_the_next_namespace(self, tmp_path: Path) -> None:
        found = self.dumped(
            tmp_path, tail=f"\n==== START logs for container app of pod one/a ====\nx\n{text(typed('PodList', [pod('z', ns='three')]))}"
        )
        assert found.names() == ["Pod/a", "Service/s", "Pod/z"]


def test_long_documents_are_cut_into_blocks(tmp_path: Path) -> None:
    items = [pod(f"p{n}", labels={"pad": "x" * 4000}) for n in range(2500)]
    for kind, document in (
        ("List", as_list(items)),
        ("PodList", {"apiVersion": "v1", "items": typed("", items)["items"], "kind": "PodList"}),
    ):
        found = read_text(tmp_path, json.dumps(document, indent=4) + "\n" + text(service("s")))
        assert found.names() == [f"Pod/p{n}" for n in range(2500)] + ["Service/s"]
        assert len(found.batches) > 3
        assert found.batches[0].kind == (None if kind == "List" else "Pod")
        assert found.gaps == []


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param("[INFO] not JSON\n" * 200_000, id="log lines with brackets"),
        pytest.param("{\n" * 200_000, id="opening braces"),
        pytest.param('{"kind": "Pod", "metadata": {\n' * 40_000, id="objects that never end"),
        pytest.param('[{"kind": "Pod", "items": [\n' * 40_000, id="lists that never end"),
        pytest.param('{"level":"info","msg":"x"}\n' * 100_000, id="log lines in JSON"),
        pytest.param('{"items": [{"metadata": {"name": "a"}},,\n' * 30_000, id="broken lists"),
        pytest.param("==== START logs for container a of pod b/c ====\n" * 40_000, id="log marks"),
    ],
)
def test_cost_is_linear(tmp_path: Path, junk: str) -> None:
    def seconds(data: str) -> float:
        begin = time.process_time()
        with contextlib.suppress(InputError):  # what never ends may swallow the pod
            read_text(tmp_path, data + "\n" + text(pod("a")))
        return time.process_time() - begin

    half, whole = seconds(junk[: len(junk) // 2]), seconds(junk)
    assert whole < 3 * half + 0.5
    assert whole < 15


def test_nothing_of_ours(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="an empty List, which does not say of what"):
        read_text(tmp_path, text(as_list([])))
