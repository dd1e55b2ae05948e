"""YAML as Kubernetes' tooling reads it: values, several documents, errors, budgets."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8snetviz.collect import yaml_events
from k8snetviz.collect.batches import Limits
from k8snetviz.collect.yaml_events import EventReader
from tests.build import as_list, pod, service
from tests.collect.recorder import read, read_text
from tests.dumps import dump, needs_dumps


def loaded(text: str, **options: Any) -> Any:
    items: list[Any] = []
    reader = EventReader(io.BytesIO(text.encode()), depth=50, aliases=100, **options)
    members = dict(reader.members(lambda item, _: items.append(item)))
    return members | ({"items": items} if "items" in members else {})


@pytest.mark.parametrize("parser", ["c", "python"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("yes", True, id="yes is true"),
        pytest.param("off", False, id="off is false"),
        pytest.param("y", "y", id="y is text"),
        pytest.param("~", None, id="tilde"),
        pytest.param("", None, id="nothing"),
        pytest.param("0644", 420, id="octal"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("1_000", 1000, id="underscores"),
        pytest.param("-7", -7, id="negative"),
        pytest.param("1.5", 1.5, id="float"),
        pytest.param("1e3", "1e3", id="no float without a dot"),
        pytest.param("12:30:45", "12:30:45", id="no base 60"),
        pytest.param("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z", id="timestamps stay text"),
        pytest.param("2024-01-02", "2024-01-02", id="dates stay text"),
        pytest.param("10.0.0.1", "10.0.0.1", id="address"),
        pytest.param("0.0.0.0/0", "0.0.0.0/0", id="range"),
        pytest.param("fd00::1", "fd00::1", id="IPv6"),
        pytest.param("'yes'", "yes", id="quoted"),
        pytest.param('"8080"', "8080", id="quoted number"),
        pytest.param("!!str 80", "80", id="tagged"),
        pytest.param("184467440737095516160", "184467440737095516160", id="beyond 64 bits"),
        pytest.param("[1, {a: b}]", [1, {"a": "b"}], id="flow"),
        pytest.param("|\n  a\n  b", "a\nb", id="block"),
    ],
)
def test_scalars(monkeypatch: pytest.MonkeyPatch, parser: str, text: str, value: Any) -> None:
    if parser == "python":
        monkeypatch.setattr(yaml_events, "_FAST", None)
    assert loaded(f"k: {text}") == {"k": value}


def test_keys_anchors_and_merges() -> None:
    text = "base: &b {a: 1, b: 2}\nuse: {<<: *b, b: 3}\nlist: [*b, {<<: [*b, {c: 4}]}]\n8080: x\ntrue: y\n'<<': z"
    base = {"a": 1, "b": 2}
    assert loaded(text) == {"base": base, "use": base | {"b": 3}, "list": [base, base | {"c": 4}], "8080": "x", "true": "y", "<<": "z"}


@pytest.mark.parametrize(
    ("text", "reason", "says"),
    [
        pytest.param(
            "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: &d [*c,*c,*c]\ne: [*d,*d,*d]", "LIMIT", "Limits.aliases", id="alias bomb"
        ),
        pytest.param("a: &a [*a]", "UNREADABLE", "stands for nothing, or for itself", id="alias of itself"),
        pytest.param("a: " + "[" * 300 + "]" * 300, "LIMIT", "Limits.depth", id="deep"),
        pytest.param("a: " + "{x: " * 5000 + "}" * 5000, "LIMIT", "Limits.depth", id="very deep"),
        pytest.param("a: 'never closed", "UNREADABLE", "at line", id="syntax"),
    ],
)
def test_a_bad_document_loses_itself_only(tmp_path: Path, text: str, reason: str, says: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"{yaml.safe_dump(pod('a'))}---\nkind: Service\n{text}\n---\n{yaml.safe_dump(pod('b'))}", encoding="utf-8")
    found = read(path, Limits(aliases=100))
    assert found.names() == ["Pod/a", "Pod/b"]
    assert found.reasons() == [(reason, "Service")]
    assert says in found.gaps[0].detail


def test_documents_and_lists(tmp_path: Path) -> None:
    text = "\n---\n".join(
        ["# a comment", yaml.safe_dump(pod("a")), "", yaml.safe_dump(as_list([pod("b"), service("s")])), "null", yaml.safe_dump([pod("c")])]
    )
    found = read_text(tmp_path, f"%YAML 1.1\n---\n{text}\n...\n", "x.yaml")
    assert sorted(found.names()) == ["Pod/a", "Pod/b", "Pod/c", "Service/s"]
    assert found.gaps == []


def test_an_error_in_a_list_keeps_its_whole_items(tmp_path: Path) -> None:
    text = yaml.safe_dump(as_list([pod("a"), pod("b"), service("s")])).replace("name: s", "name: @s")
    line = text[: text.index("@s")].count("\n") + 1
    found = read_text(tmp_path, text, "x.yaml")
    assert found.names() == ["Pod/a", "Pod/b"]
    assert found.reasons() == [("UNREADABLE", "Pod")]
    assert f"line {line}" in found.gaps[0].detail
    assert found.empty() == [("Pod", None, False)]


@pytest.mark.parametrize("share", [0.4, 0.6, 0.8])
def test_a_cut_list_of_kubectl_keeps_whole_items(tmp_path: Path, share: float) -> None:
    text = yaml.safe_dump(as_list([pod(f"p{n}") for n in range(10)]))
    found = read_text(tmp_path, text[: int(len(text) * share)], "x.yaml")
    assert found.names() == [f"Pod/p{n}" for n in range(len(found.names()))]
    assert len(found.names()) in (int(10 * share) - 1, int(10 * share))
    assert [gap.kind for gap in found.gaps] == ["Pod"]
    assert all(item == pod(item["metadata"]["name"]) for _, item in found.objects())


def test_a_typed_list_says_its_kind_last(tmp_path: Path) -> None:
    bare = [{key: value for key, value in service("s").items() if key not in ("kind", "apiVersion")}]
    found = read_text(
        tmp_path, yaml.safe_dump({"apiVersion": "v1", "items": bare, "kind": "ServiceList", "metadata": {"continue": "x"}}), "x.yaml"
    )
    assert [(batch.kind, batch.complete) for batch in found.batches] == [("Service", True), ("Service", False)]
    assert found.reasons() == [("TRUNCATED", "Service")]


def test_nothing_but_json_between_marks(tmp_path: Path) -> None:
    import json

    text = f"---\n{json.dumps(pod('a'))}\n---\n{json.dumps(service('s'), indent=2)}\n"
    assert read_text(tmp_path, text, "x.yaml").names() == ["Pod/a", "Service/s"]


def test_control_characters_are_left_out(tmp_path: Path) -> None:
    found = read_text(tmp_path, yaml.safe_dump(pod("a")).replace("kind: Pod", "kind: Pod\x07"), "x.yaml")
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("UNREADABLE", None)]


def test_the_text_null_is_nothing_where_a_layout_writes_it() -> None:
    text = 'a: "null"\nb: null\nc: "x"\nlastProbeTime: "null"'
    assert loaded(text, null_text=True) == {"a": "", "b": None, "c": "x", "lastProbeTime": None}
    assert loaded(text)["a"] == "null"


def test_many_small_documents_cost_their_size(tmp_path: Path) -> None:
    one = yaml.safe_dump(pod("a")) + "---\n"

    def seconds(count: int) -> float:
        begin = time.process_time()
        read_text(tmp_path, one * count, "x.yaml")
        return time.process_time() - begin

    seconds(50)
    assert seconds(1600) < 6 * seconds(400) + 0.3


class TestDumps:
    pytestmark = needs_dumps

    @pytest.mark.parametrize("name", ["d05", "d06", "d07"])
    def test_equal_to_pyyaml_but_for_times(self, name: str) -> None:
        for path in sorted((dump(name) / "files").rglob("*.y*ml")):
            text = path.read_text(encoding="utf-8")
            loader = type("Loader", (yaml.CSafeLoader,), {})
            loader.yaml_implicit_resolvers = {
                first: [pair for pair in pairs if "timestamp" not in pair[0]]
                for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
            }
            assert loaded_large(text) == yaml.load(text, loader)


def loaded_large(text: str) -> Any:
    items: list[Any] = []
    reader = EventReader(io.BytesIO(text.encode()), depth=200, aliases=100)
    return dict(reader.members(lambda item, _: items.append(item))) | {"items": items}
