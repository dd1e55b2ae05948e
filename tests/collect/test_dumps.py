"""Every real dump: what reading sends, against a parser of a few lines and against the counts of its SOURCE.txt."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.reader import InputReader
from k8snetviz.errors import InputError
from tests.collect.recorder import Recorder, read
from tests.dumps import dump, needs_dumps

pytestmark = needs_dumps

SHORT = {
    "node": "Node", "pod": "Pod", "svc": "Service", "deploy": "Deployment", "ds": "DaemonSet", "rs": "ReplicaSet", "ep": "Endpoints",
    "eps": "EndpointSlice", "ns": "Namespace", "np": "NetworkPolicy", "ing": "Ingress", "anp": "AdminNetworkPolicy",
    "banp": "BaselineAdminNetworkPolicy", "route": "Route",
}  # fmt: skip
DUMPS = [f"d{number:02d}" for number in range(1, 15)]
ORACLES = [f"o{number:02d}" for number in range(1, 18) if number not in (15,)]
# What SOURCE.txt counts otherwise: whole documents that no parser reads, or only part of the folder.
OTHERWISE: dict[str, dict[str, int]] = {
    "d04": {},
    "o09": {"Deployment": 14, "Service": 16},  # the documents beside the broken one are read
    "o14": {},
}


def read_all(name: str) -> Recorder:
    """Everything of a dump, also where it holds several snapshots."""
    found = Recorder()
    InputReader(dump(name), found, Limits()).units()
    return found


def counted(name: str) -> dict[str, int]:
    """Counts of SOURCE.txt, for kinds of ours."""
    text = (dump(name) / "SOURCE.txt").read_text(encoding="utf-8")
    found = re.search(r"^counts: (\{.*?\})", text, re.M)
    assert found
    return {SHORT[key]: count for key, count in json.loads(found[1]).items() if key in SHORT}


@pytest.mark.parametrize("name", [name for name in DUMPS + ORACLES if name not in ("d14", "o07", "o16")])
def test_as_many_objects_as_the_source_counts(name: str) -> None:
    expected = counted(name) | OTHERWISE.get(name, {})
    found = read_all(name).kinds()
    assert {kind: found[kind] for kind in expected} == expected


def files(name: str) -> Iterator[tuple[str, bytes]]:
    """Every file of a dump, tarballs opened."""
    for path in sorted(dump(name).rglob("*")):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:
                for info in archive:
                    opened = archive.extractfile(info)
                    if opened and info.name.endswith((".json", ".yaml")) and "._" not in info.name and "plugins/" not in info.name:
                        yield info.name, opened.read()
        elif path.is_file() and "SOURCE" not in path.name and "LICENSE" not in path.name:
            yield path.as_posix(), path.read_bytes()


def documents(data: bytes) -> Iterator[Any]:
    """Every document of a file, by a slow way of its own."""
    text = data.decode("utf-8", "replace")
    if text.lstrip()[:1] not in ("{", "["):
        yield from yaml.load_all(text, yaml.CSafeLoader)
        return
    at, decoder = 0, json.JSONDecoder()
    while begin := re.compile(r"^[{\[]", re.M).search(text, at):
        try:
            found, at = decoder.raw_decode(text, begin.start())
            yield found
        except ValueError:
            at = begin.end()


def objects(document: Any, kind: str = "") -> Iterator[tuple[str, Any]]:
    """Kind and object of everything in a document that says its kind, or is in a list that does."""
    if isinstance(document, list):
        for item in document:
            yield from objects(item, kind)
    elif isinstance(document, dict):
        own = document.get("kind") or kind
        if isinstance(document.get("items"), list) or own.endswith("List"):
            yield from objects(document.get("items") or [], "" if own == "List" else own.removesuffix("List"))
        elif own and "metadata" in document:
            yield own, document


@pytest.mark.parametrize("name", ["d01", "d02", "d03", "d04", "d05", "d06", "d07", "d09", "d10", "d13", "d14"])
def test_the_same_objects_as_a_parser_of_a_few_lines(name: str) -> None:
    wanted = set(SHORT.values()) | {"StatefulSet", "Job", "Event"}
    expected: Counter[tuple[str, str]] = Counter()
    for path, data in files(name):
        if "crd.projectcalico.org" in path:
            continue
        for document in documents(data):
            expected.update(
                (kind, item["metadata"].get("uid", item["metadata"]["name"])) for kind, item in objects(document) if kind in wanted
            )
    found = Counter(
        (kind, item["metadata"].get("uid", item["metadata"]["name"])) for kind, item in read_all(name).objects() if kind in wanted
    )
    extra = found - expected
    assert not expected - found
    assert {kind for kind, _ in extra} <= ({"Pod", "Event"} if name == "d02" else set())  # objects without kind, told by their fields


@pytest.mark.parametrize(
    ("name", "count", "kind"),
    [
        pytest.param("d08", 19, "Pod", id="bare arrays"),
        pytest.param("d11", 6, "Pod", id="internal JSON"),
        pytest.param("d12", 35, "Pod", id="one object a file"),
        pytest.param("o17", 3, "Node", id="beside AppleDouble files"),
    ],
)
def test_objects_without_kind(name: str, count: int, kind: str) -> None:
    found = read_all(name)
    assert found.kinds()[kind] == count
    assert found.gaps == []


@pytest.mark.parametrize("name", DUMPS)
def test_gaps_of_the_dumps(name: str) -> None:
    expected = {"d01": [("TRUNCATED", None)]}
    assert read_all(name).reasons() == expected.get(name, [])


@pytest.mark.parametrize(
    ("name", "layouts"),
    [
        pytest.param("d01", {"files"}, id="d01"),
        pytest.param("d02", {"troubleshoot", "files"}, id="d02"),
        pytest.param("d03", {"support-bundle-kit"}, id="d03"),
        pytest.param("d04", {"files", "kubelet"}, id="d04"),
        pytest.param("d08", {"sonobuoy"}, id="d08"),
        pytest.param("d09", {"sonobuoy"}, id="d09"),
        pytest.param("d10", {"sonobuoy"}, id="d10"),
        pytest.param("d12", {"insights"}, id="d12"),
        pytest.param("d13", {"must-gather"}, id="d13"),
    ],
)
def test_layouts_are_recognised(name: str, layouts: set[str]) -> None:
    assert {layout for _, layout, _ in read_all(name).sources} == layouts


def test_the_text_null_of_support_bundle_kit_is_empty() -> None:
    found = read_all("d03")
    ports = [port for kind, item in found.objects() if kind == "EndpointSlice" for port in item["ports"] or ()]
    assert {port["name"] for port in ports if len(port["name"]) < 5} & {"", "null"} == {""}
    labels = [item["metadata"].get("labels") or {} for _, item in found.objects()]
    assert "null" not in {value for label in labels for value in label.values()}
    assert all(batch.complete for batch in found.batches)


def test_every_namespaced_list_of_a_bundle_has_its_namespace() -> None:
    for name in ("d02", "d03", "d08", "d13"):
        for batch in read_all(name).batches:
            if batch.listed and not {kind for kind, _ in Recorder.of(batch).objects()} <= {"Node", "Namespace", "IngressClass"}:
                assert batch.scope, batch._replace(items=b"")


class TestOddInputs:
    """o09, o15, o16: partial results and refusals, literally."""

    def at(self, name: str) -> Path:
        return dump("o09") / "files" / "tests" / name

    def test_a_list_cut_at_2000_characters(self) -> None:
        found = read(dump("o16") / "files" / "ci-evidence" / "gather-extra__endpointslices.json")
        assert found.names() == ["EndpointSlice/kubernetes"]
        assert found.empty() == [("EndpointSlice", None, False)]
        assert [(gap.reason.value, gap.kind, gap.detail) for gap in found.gaps] == [
            ("TRUNCATED", "EndpointSlice", "the list at byte 0 is cut off at byte 2000")
        ]

    def test_a_document_with_a_syntax_error(self) -> None:
        found = read(self.at("document_with_syntax_error/document_with_syntax_error.yaml"))
        assert found.kinds() == {"Deployment": 11, "Service": 12}  # of 12 and 12
        assert [(gap.reason.value, gap.kind, gap.detail) for gap in found.gaps] == [
            (
                "UNREADABLE",
                "Deployment",
                "document 7 (line 206) was not read: it is no YAML at line 225: found character that cannot start any token",
            )
        ]

    @pytest.mark.parametrize(
        ("name", "kinds", "gaps"),
        [
            pytest.param(
                "bad_yamls",
                {"Deployment": 3, "Service": 1, "IngressClass": 1, "NetworkPolicy": 1},
                [("UNREADABLE", None)],
                id="empty and unknown",
            ),
            pytest.param("malformed-pod-example-3", {"Pod": 30}, [], id="half a pod"),
            pytest.param("malformed-pod-example-5", {"Pod": 1}, [("UNREADABLE", "Pod")], id="broken second document"),
            pytest.param("missing_workload_resources", {"NetworkPolicy": 11}, [], id="policies only"),
            pytest.param("no_netpols_dir", {"Pod": 1}, [], id="one pod"),
            pytest.param("test_with_irrelevant_oc_resources", {"Route": 1}, [], id="a route"),
        ],
    )
    def test_folders(self, name: str, kinds: dict[str, int], gaps: list[Any]) -> None:
        found = read(self.at(name))
        assert dict(found.kinds()) == kinds
        assert found.reasons() == gaps

    def test_a_template_beside_a_whole_document(self) -> None:
        found = read(self.at("dirty") / "backend.yaml")
        assert found.names() == ["Service/backendservice"]
        assert found.reasons() == [("UNREADABLE", "Deployment")]

    def test_misspelt_kinds_are_not_guessed(self) -> None:
        with pytest.raises(InputError, match=r"objects that networking does not need \(Podgfg\)"):
            read(self.at("malformed-pod-example-4") / "pods.json")
