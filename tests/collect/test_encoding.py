"""Encodings that terminals and PowerShell leave behind."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
import yaml

from k8snetviz.collect.encoding import encoding_of, repaired
from tests.build import as_list, pod, service
from tests.collect.recorder import read_text
from tests.dumps import dump, needs_dumps

OBJECTS = as_list([pod("a", labels={"city": "Zürich 🏔"}), service("s")])
JSON = json.dumps(OBJECTS, indent=4, ensure_ascii=False)
YAML = yaml.safe_dump(OBJECTS, allow_unicode=True)
NAMES = ["Pod/a", "Service/s"]


@pytest.mark.parametrize("text", [pytest.param(JSON, id="json"), pytest.param(YAML, id="yaml")])
@pytest.mark.parametrize(
    ("codec", "mark", "form"),
    [
        pytest.param("utf-8", b"", "", id="utf-8"),
        pytest.param("utf-8", codecs.BOM_UTF8, " (utf-8-sig)", id="utf-8 with mark"),
        pytest.param("utf-16-le", codecs.BOM_UTF16_LE, " (utf-16)", id="utf-16-le with mark"),
        pytest.param("utf-16-be", codecs.BOM_UTF16_BE, " (utf-16)", id="utf-16-be with mark"),
        pytest.param("utf-16-le", b"", " (utf-16-le)", id="utf-16-le"),
        pytest.param("utf-16-be", b"", " (utf-16-be)", id="utf-16-be"),
        pytest.param("utf-32", b"", " (utf-32)", id="utf-32"),
    ],
)
@pytest.mark.parametrize("end", [pytest.param("\n", id="LF"), pytest.param("\r\n", id="CRLF")])
def test_every_encoding_reads_the_same(tmp_path: Path, text: str, codec: str, mark: bytes, form: str, end: str) -> None:
    found = read_text(tmp_path, mark + text.replace("\n", end).encode(codec))
    assert found.names() == NAMES
    assert found.objects()[0][1]["metadata"]["labels"] == {"city": "Zürich 🏔"}
    assert found.sources[0][2] == ("json" if text is JSON else "yaml") + form
    assert found.gaps == []


@pytest.mark.parametrize("text", [pytest.param(JSON, id="json"), pytest.param(YAML, id="yaml")])
def test_invalid_bytes_lose_no_object(tmp_path: Path, text: str) -> None:
    found = read_text(tmp_path, text.encode().replace("ü".encode(), b"\xfc"))
    assert found.names() == NAMES
    assert found.objects()[0][1]["metadata"]["labels"] == {"city": "Z\ufffdrich 🏔"}
    assert [gap.reason.value for gap in found.gaps] == ["UNREADABLE"]


@pytest.mark.parametrize("text", [pytest.param(JSON, id="json"), pytest.param(YAML, id="yaml")])
def test_padding_of_nuls_is_passed(tmp_path: Path, text: str) -> None:
    assert read_text(tmp_path, text.encode() + b"\0" * 4096).names() == NAMES


def test_a_cut_utf16_file_keeps_whole_objects(tmp_path: Path) -> None:
    data = codecs.BOM_UTF16_LE + json.dumps(as_list([pod("a"), pod("b")])).encode("utf-16-le")
    found = read_text(tmp_path, data[: len(data) * 3 // 4 + 1])
    assert found.names() == ["Pod/a"]
    assert found.reasons() == [("TRUNCATED", "Pod")]


def test_bytes_that_are_no_text_are_utf8_in_doubt() -> None:
    assert encoding_of(b"") == encoding_of(b"{}") == encoding_of(bytes(range(256))) == "utf-8"


def test_repaired_tells_the_first_bad_byte() -> None:
    assert repaired(b"abc") == (b"abc", None)
    assert repaired("ü".encode()) == ("ü".encode(), None)
    assert repaired(b"ab\xffc") == ("ab\ufffdc".encode(), 2)


class TestDumps:
    pytestmark = needs_dumps

    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be"])
    def test_a_real_list_as_powershell_writes_it(self, tmp_path: Path, codec: str) -> None:
        (path,) = dump("d07").glob("files/**/nginx-deployed-all.yaml")
        text = path.read_text(encoding="utf-8")
        plain = read_text(tmp_path, text, "plain.yaml")
        found = read_text(tmp_path, text.replace("\n", "\r\n").encode(codec), "odd.yaml")
        assert found.objects() == plain.objects()
        assert found.kinds()["Pod"] == 3
