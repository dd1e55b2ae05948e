"""Hostile bytes: no exception but ours, no hang, no lost object without a gap."""

from __future__ import annotations

import gzip
import io
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8snetviz.collect.batches import Limits
from k8snetviz.errors import NetvizError
from tests.build import as_list, endpoint_slice, pod, service
from tests.collect.recorder import Recorder, read
from tests.collect.test_members import tarred, zipped
from tests.dumps import dump, needs_dumps

OBJECTS = [pod(f"p{n}", labels={"n": str(n)}) for n in range(12)] + [service("s"), endpoint_slice("s", ())]
WHOLE = {f"{item['kind']}/{item['metadata']['name']}" for item in OBJECTS}
FORMS: dict[str, bytes] = {
    "kubectl": json.dumps(as_list(OBJECTS), indent=4).encode(),
    "compact": json.dumps(as_list(OBJECTS), separators=(",", ":")).encode(),
    "typed": json.dumps({"kind": "PodList", "apiVersion": "v1", "items": OBJECTS[:12]}, indent=4).encode(),
    "lines": "\n".join(json.dumps(item) for item in OBJECTS).encode(),
    "watch": "\n".join(json.dumps({"type": "ADDED", "object": item}) for item in OBJECTS).encode(),
    "array": json.dumps(OBJECTS).encode(),
    "yaml": yaml.safe_dump(as_list(OBJECTS)).encode(),
    "documents": yaml.safe_dump_all(OBJECTS).encode(),
    "utf-16": json.dumps(as_list(OBJECTS), indent=4).encode("utf-16"),
    "gzip": gzip.compress(json.dumps(as_list(OBJECTS)).encode()),
    "tar": tarred({f"{n}.json": json.dumps(item).encode() for n, item in enumerate(OBJECTS)}),
    "zip": zipped({f"{n}.json": json.dumps(item).encode() for n, item in enumerate(OBJECTS)}),
}
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def tried(folder: Path, data: bytes) -> Recorder | None:
    """What is read of `data`; None when it is refused."""
    path = folder / "input"
    path.write_bytes(data)
    begin = time.process_time()
    try:
        return read(path, Limits(member_bytes=1 << 28, total_bytes=1 << 28))
    except NetvizError:
        return None
    finally:
        assert time.process_time() - begin < 10


def parsed(found: Recorder) -> list[tuple[str, Any]]:
    return [(kind, item) for kind, item in found.objects() if isinstance(item, dict) and isinstance(item.get("metadata"), dict)]


def lost(found: Recorder | None, whole: set[str]) -> set[str]:
    """Names that did not arrive, when nothing tells of a loss."""
    if found is None or found.gaps:
        return set()
    return whole - {f"{kind}/{item['metadata'].get('name')}" for kind, item in parsed(found)}


@pytest.mark.parametrize("form", FORMS)
def test_cut_anywhere(tmp_path: Path, form: str) -> None:
    data = FORMS[form]
    for at in random.Random(form).sample(range(1, len(data) - 2), 40):
        found = tried(tmp_path, data[:at])
        if found is None or form in ("lines", "documents", "watch", "tar"):  # may be cut between two objects
            continue
        names = {f"{kind}/{item['metadata'].get('name')}" for kind, item in parsed(found)}
        assert found.gaps or names == WHOLE or (form == "typed" and len(names) == 12), (form, at)


@pytest.mark.parametrize("form", FORMS)
@FEW
@given(st.data())
def test_bytes_changed_anywhere(tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject) -> None:
    text = bytearray(FORMS[form])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.integers(0, 255))
    tried(tmp_path_factory.getbasetemp(), bytes(text))


STRUCTURE = b'{}[],:"\\\n- '


@pytest.mark.parametrize("form", ["kubectl", "compact", "array", "lines"])
@pytest.mark.parametrize("mark", [b"!", b"\x00", b"\xff"])
def test_a_broken_byte_between_tokens_loses_no_object_in_silence(tmp_path: Path, form: str, mark: bytes) -> None:
    data = FORMS[form]
    places = [at for at in range(1, len(data) - 1) if data[at : at + 1] in (b",", b":", b"{", b"}", b"[")]
    for at in random.Random(form).sample(places, 40):
        found = tried(tmp_path, data[:at] + mark + data[at + 1 :])
        # a mark inside a string changes a value, one outside breaks an object: either all arrive, or a gap says so
        assert not lost(found, WHOLE), at


@FEW
@given(st.binary(max_size=2000))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    tried(tmp_path_factory.getbasetemp(), data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "apiVersion", "items", "Items", "metadata", "spec", "type", "object", "name", "status"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@FEW
@given(st.lists(JSON, max_size=4), st.sampled_from(["Pod", "PodList", "List", "Status", "Table", "Secret"]))
def test_any_shape(tmp_path_factory: pytest.TempPathFactory, shapes: list[Any], kind: str) -> None:
    documents = [shape | {"kind": kind} if isinstance(shape, dict) else shape for shape in shapes]
    folder = tmp_path_factory.getbasetemp()
    tried(folder, "\n".join(json.dumps(document) for document in documents).encode())
    tried(folder, yaml.safe_dump_all(documents).encode())


def pieces() -> Iterator[bytes]:
    """The begin of every real dump that is text."""
    for name in ("d01", "d04", "d05", "d07", "d10", "d11", "d12", "d14"):
        for path in sorted(dump(name).rglob("*"))[:40]:
            if path.is_file() and path.stat().st_size > 5000 and path.suffix != ".upstream":
                with path.open("rb") as opened:
                    yield opened.read(60_000)
                break


CHANGES: dict[str, Callable[[bytearray, random.Random], bytes]] = {
    "cut": lambda data, chance: bytes(data[: chance.randrange(len(data))]),
    "front lost": lambda data, chance: bytes(data[chance.randrange(len(data)) :]),
    "hole": lambda data, chance: bytes(data[: (at := chance.randrange(len(data)))] + data[at + chance.randrange(5000) :]),
    "twice": lambda data, chance: bytes(data + data[: chance.randrange(len(data))]),
    "noise": lambda data, chance: bytes(data[: (at := chance.randrange(len(data)))]) + chance.randbytes(200) + bytes(data[at:]),
    "NULs": lambda data, chance: bytes(data[: (at := chance.randrange(len(data)))]) + b"\0" * 3000 + bytes(data[at:]),
}


class TestDumps:
    pytestmark = needs_dumps

    @pytest.mark.parametrize("change", CHANGES)
    def test_real_dumps_damaged(self, tmp_path: Path, change: str) -> None:
        chance = random.Random(change)
        begin = time.monotonic()
        for data in pieces():
            for _ in range(8):
                tried(tmp_path, CHANGES[change](bytearray(data), chance))
                if time.monotonic() - begin > 6:
                    return


def test_an_endless_stream_meets_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b'{"kind": "Pod", ' * (max(size, 16) // 16)

    class Stdin:
        buffer = Endless()

    monkeypatch.setattr(sys, "stdin", Stdin())
    with pytest.raises(NetvizError, match="limits=Limits"):
        read("-", Limits(member_bytes=32 << 20))
