"""Long lists are cut into blocks of whole items, whatever they look like."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import msgspec
import pytest

from k8snetviz.collect import window as window_module
from k8snetviz.collect.json_blocks import ListCutter
from k8snetviz.collect.json_walk import Ending, value_extent
from k8snetviz.collect.window import BLOCK, Window

ITEMS = [
    {
        "metadata": {"name": f"p{n}", "labels": {"a": "},\n        {", "b": '"},{"metadata":{"name":"'}},
        "spec": {"x": [{"y": n}, {"z": [1, [2]]}]},
    }
    for n in range(500)
]
NESTED = [{"metadata": {"name": f"s{n}"}, "volumeClaimTemplates": [{"metadata": {"name": f"v{m}"}} for m in range(4)]} for n in range(500)]


class Cut:
    """Blocks of one array."""

    def __init__(self, text: bytes, step: int = 997, *, strict: bool = True) -> None:
        source = io.BytesIO(text)
        self.window = Window(lambda size: source.read(min(size, step)))
        self.window.more(min(step, 64))
        self.window.at = self.window.text.index(b"[") + 1
        self.blocks: list[bytes] = []
        self.bytes: list[int] = []
        self.lost: list[tuple[Ending, int, int]] = []
        self.strict = strict
        self.ending = ListCutter(self.window, self.emit, lambda *found: self.lost.append(found)).run()

    def emit(self, items: bytes, byte: int) -> bool:
        try:
            msgspec.json.decode(items, type=list[msgspec.Raw])
        except msgspec.DecodeError:
            return False
        self.blocks.append(items)
        self.bytes.append(byte)
        return True

    def items(self) -> list[Any]:
        return [item for block in self.blocks for item in json.loads(block)]

    def rest(self) -> bytes:
        while self.window.more():
            pass
        return self.window.text[self.window.at :]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 2 kB, so that a small list has many."""
    monkeypatch.setattr("k8snetviz.collect.json_blocks.BLOCK", 2048)
    monkeypatch.setattr(window_module, "BLOCK", 2048)


@pytest.mark.parametrize(
    "items", [pytest.param(ITEMS, id="tricky strings"), pytest.param(NESTED, id="metadata inside"), pytest.param([], id="none")]
)
@pytest.mark.parametrize(
    "shape",
    [
        pytest.param({"indent": 4}, id="kubectl"),
        pytest.param({"indent": 2}, id="jq"),
        pytest.param({"indent": "\t"}, id="tabs"),
        pytest.param({"separators": (",", ":")}, id="compact"),
        pytest.param({}, id="spaces"),
        pytest.param({"indent": 0}, id="not indented"),
    ],
)
@pytest.mark.parametrize("end", [pytest.param(b"\n", id="LF"), pytest.param(b"\r\n", id="CRLF")])
def test_every_item_once_and_in_order(items: list[Any], shape: dict[str, Any], end: bytes) -> None:
    text = json.dumps({"kind": "PodList", "items": items, "metadata": {}}, **shape).encode().replace(b"\n", end)
    cut = Cut(text + b"\n{}")
    assert cut.items() == items
    assert cut.ending is Ending.WHOLE
    assert cut.rest().replace(b"\r", b"").split()[-1] == b"{}"
    assert cut.lost == []
    assert all(text[byte:].lstrip()[:1] == b"{" for byte in cut.bytes)


def test_mixed_kinds_and_odd_items() -> None:
    items: list[Any] = (
        [{"kind": "Pod", "n": 1}] * 40 + [None, 3, "x", [1], {}] + [{"apiVersion": "v1", "kind": "Service", "x": "y" * 3000}] * 9
    )
    for text in (json.dumps({"items": items}), json.dumps({"items": items}, indent=4)):
        assert Cut(text.encode()).items() == items


def test_another_list_follows_without_a_mark() -> None:
    one = json.dumps({"kind": "PodList", "items": ITEMS[:50]}, indent=4)
    cut = Cut((one + one).encode())
    assert cut.items() == ITEMS[:50]
    assert json.loads(b"{" + cut.rest().partition(b"{")[2]) == json.loads(one)


@pytest.mark.parametrize("indent", [4, None])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_cut_lists_keep_whole_items(indent: int | None, share: float) -> None:
    text = json.dumps({"items": ITEMS}, indent=indent)
    at = int(len(text) * share)
    cut = Cut(text[:at].encode())
    assert cut.ending is Ending.CUT
    assert cut.items() == ITEMS[: len(cut.items())]
    assert abs(len(cut.items()) - 500 * share) < 2


def test_the_last_item_is_whole_though_nothing_follows() -> None:
    cut = Cut(b'{"items": [{"a": 1}, {"a": 2}')
    assert cut.items() == [{"a": 1}, {"a": 2}]
    assert cut.ending is Ending.CUT


@pytest.mark.parametrize("indent", [4, None])
@pytest.mark.parametrize("number", [0, 1, 250, 498])
def test_a_broken_item_loses_itself_only(indent: int | None, number: int) -> None:
    text = json.dumps({"items": ITEMS}, indent=indent).replace(f'"p{number}"', f'"p{number}" ! ')
    cut = Cut(text.encode())
    assert cut.items() == ITEMS[:number] + ITEMS[number + 1 :]
    assert [why for why, _, _ in cut.lost] == [Ending.BROKEN]
    assert cut.ending is Ending.WHOLE


def test_a_broken_last_item_does_not_reach_into_the_next_list() -> None:
    broken = json.dumps({"items": ITEMS[:20]}, indent=4).replace('"p19"', '"p19" !')
    after = json.dumps({"kind": "ServiceList", "items": ITEMS[:5]}, indent=4)
    cut = Cut(f"{broken}\n{after}".encode())
    assert cut.items() == ITEMS[:19]
    assert cut.ending is Ending.BROKEN
    assert json.loads(cut.rest()) == json.loads(after)


def test_memory_follows_the_block() -> None:
    item = json.dumps(ITEMS[0], indent=4).encode()
    count = (24 << 20) // len(item)
    body = b",\n".join([item] * 1000)

    def pieces() -> Any:
        yield b'{"items": [\n' + body
        for _ in range(count // 1000):
            yield b",\n" + body
        yield b"]}"

    source = pieces()
    rest = b""

    def some(size: int) -> bytes:
        nonlocal rest
        rest = rest or next(source, b"")
        part, rest = rest[:size], rest[size:]
        return part

    window = Window(some)
    window.more(4096)
    window.at = window.text.index(b"[") + 1
    tracemalloc.start()
    found = 0

    def emit(items: bytes, _: int) -> bool:
        nonlocal found
        found += items.count(b'"metadata"')
        return True

    assert ListCutter(window, emit, lambda *_: None).run() is Ending.WHOLE
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found > count
    assert peak < 6 << 20
    assert BLOCK <= 1 << 20


@pytest.mark.parametrize(
    ("text", "ending", "at"),
    [
        pytest.param(b'{"a":1}', Ending.WHOLE, 7, id="object"),
        pytest.param(b'{"a":1} \n{', Ending.WHOLE, 7, id="object and more"),
        pytest.param(b'{"a":"x', Ending.CUT, 7, id="cut string"),
        pytest.param(b'{"a": tru', Ending.CUT, 9, id="cut word"),
        pytest.param(b'{"a":1,,}', Ending.BROKEN, 6, id="two commas"),
        pytest.param(b"[" * 100_000, Ending.DEEP, 0, id="deep"),
        pytest.param(b"", Ending.CUT, 0, id="nothing"),
    ],
)
def test_extents(text: bytes, ending: Ending, at: int) -> None:
    found = value_extent(text, 0)
    assert found.ending is ending
    assert abs(found.at - at) <= 1
