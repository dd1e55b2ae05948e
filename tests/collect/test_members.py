"""Files, directories, archives in archives, stdin: what comes out, and what is refused."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from k8snetviz.collect.batches import Limits
from k8snetviz.errors import InputError, LimitError
from tests.build import as_list, pod, service
from tests.collect.recorder import Recorder, read

PODS = json.dumps(as_list([pod("a"), pod("b")])).encode()
SERVICES = json.dumps(as_list([service("s")])).encode()
NAMES = ["Pod/a", "Pod/b"]


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def written(tmp_path: Path, data: bytes, name: str = "input.bin") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PODS, id="plain"),
        pytest.param(gzip.compress(PODS), id="gzip"),
        pytest.param(gzip.compress(PODS[:50]) + gzip.compress(PODS[50:]), id="gzip in two members"),
        pytest.param(bz2.compress(PODS), id="bzip2"),
        pytest.param(lzma.compress(PODS), id="xz"),
        pytest.param(zstandard.compress(PODS), id="zstd"),
        pytest.param(zstandard.compress(PODS[:50]) + zstandard.compress(PODS[50:]), id="zstd in two frames"),
        pytest.param(tarred({"x/pods.json": PODS}), id="tar"),
        pytest.param(tarred({"x/pods.json": PODS}, "w:gz"), id="tar.gz"),
        pytest.param(tarred({"x/pods.json": PODS}, "w:xz"), id="tar.xz"),
        pytest.param(zstandard.compress(tarred({"x/pods.json": PODS})), id="tar.zst"),
        pytest.param(zipped({"x/pods.json": PODS}), id="zip"),
        pytest.param(zipped({"inner.tgz": tarred({"deep.zip": zipped({"pods.json": PODS})}, "w:gz")}), id="zip in tar.gz in zip"),
    ],
)
def test_what_it_is_is_told_by_its_bytes(tmp_path: Path, data: bytes) -> None:
    assert read(written(tmp_path, data)).names() == NAMES


def test_names_of_members_are_labels(tmp_path: Path) -> None:
    data = tarred({"./a/../../../etc/pods.json": PODS, "/abs/services.json": SERVICES, "esc\x1b[31m/x.json": PODS})
    found = read(written(tmp_path, data, "d.tar"))
    assert [name for name, _, _ in found.sources] == [
        "d.tar!a/../../../etc/pods.json",
        "d.tar!abs/services.json",
        "d.tar!esc\ufffd[31m/x.json",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.tar"]


def test_links_and_devices_are_passed(tmp_path: Path) -> None:
    outside = written(tmp_path, SERVICES, "secret.json")
    folder = tmp_path / "dump"
    (folder / "sub").mkdir(parents=True)
    written(folder / "sub", PODS, "pods.json")
    (folder / "link.json").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.json")
    assert read(folder).names() == NAMES

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"member{kind!r}.json")
            info.type, info.linkname = kind, "../secret.json"
            archive.addfile(info)
        info = tarfile.TarInfo("pods.json")
        info.size = len(PODS)
        archive.addfile(info, io.BytesIO(PODS))
    assert read(written(tmp_path, out.getvalue(), "links.tar")).names() == NAMES


def test_folders_are_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name, data in (("b/1.json", SERVICES), ("c.json", PODS), ("a.json", PODS)):
        written(tmp_path, data, name)
    assert [name for name, _, _ in read(tmp_path).sources] == ["a.json", "c.json", "b/1.json"]


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (PODS, zipped({"pods.json": PODS}), tarred({"pods.json": PODS}, "w:gz")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert read("-").names() == NAMES


def test_bytes() -> None:
    for data in (PODS, zipped({"pods.json": PODS}), b"kind: Pod\nmetadata: {name: a}\n"):
        assert read(data).names() in (NAMES, NAMES[:1])


def test_binary_noise_is_no_json(tmp_path: Path) -> None:
    noise = b"\x00\x01" * 500 + b"\n{\n" + b"\xfe" * 500
    found = read(written(tmp_path, tarred({"noise.bin": noise, "pods.json": PODS})))
    assert found.names() == NAMES
    assert found.gaps == []


def test_several_inputs(tmp_path: Path) -> None:
    from k8snetviz.collect.reader import read_input

    found = Recorder()
    read_input([written(tmp_path, PODS, "p"), written(tmp_path, SERVICES, "s")], found)
    assert found.names() == [*NAMES, "Service/s"]


def test_what_is_not_there() -> None:
    with pytest.raises(InputError, match=r"wanted to read /nowhere/x\.json, found no such file or directory"):
        read("/nowhere/x.json")


@pytest.mark.parametrize(
    ("limits", "option"),
    [
        pytest.param(Limits(member_bytes=100), "member_bytes", id="one member"),
        pytest.param(Limits(total_bytes=1000), "total_bytes", id="all together"),
        pytest.param(Limits(members=2), "members", id="number of members"),
        pytest.param(Limits(nesting=1), "nesting", id="archives in archives"),
    ],
)
def test_limits_name_their_option(tmp_path: Path, limits: Limits, option: str) -> None:
    path = written(tmp_path, tarred({f"d/{n}.json": PODS for n in range(3)} | {"deep.zip": zipped({"x.json": PODS})}))
    with pytest.raises(LimitError, match=rf"raise it with limits=Limits\({option}="):
        read(path, limits)


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b'[{"a":"' + b" " * (80 << 20) + b'"}]'))
    with pytest.raises(LimitError, match=r"limits=Limits\(ratio="):
        read(path)
    path = written(tmp_path, zipped({"pods.json": b'[{"a":"' + b" " * (80 << 20) + b'"}]'}), "x.zip")
    with pytest.raises(LimitError, match=r"limits=Limits\(ratio="):
        read(path)


def test_endless_headers_are_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    path = written(tmp_path, tarred({"pods.json": PODS})[: 512 * (2 + len(PODS) // 512)] + info.tobuf(tarfile.GNU_FORMAT) + b"x" * 5000)
    found = read(path)
    assert found.names() == NAMES
    assert found.reasons() == [("UNREADABLE", None)]


@pytest.mark.parametrize(
    "packed", [pytest.param(gzip.compress, id="gzip"), pytest.param(bz2.compress, id="bzip2"), pytest.param(lzma.compress, id="xz")]
)
def test_a_cut_archive_gives_what_it_holds(tmp_path: Path, packed) -> None:  # type: ignore[no-untyped-def]
    noise = random.Random(7).randbytes(1_500_000)  # bzip2 packs blocks of 900 kB
    data = packed(tarred({"pods.json": PODS, "noise.bin": noise, "services.json": SERVICES}))
    found = read(written(tmp_path, data[:-300_000], "cut.tar.x"))
    assert found.names() == NAMES
    assert [gap.reason.value for gap in found.gaps] == ["UNREADABLE"]


def test_a_cut_gzip_keeps_whole_objects(tmp_path: Path) -> None:
    data = json.dumps(as_list([pod(f"p{n}", uid=os.urandom(20).hex()) for n in range(300)])).encode()
    packed = gzip.compress(data)
    found = read(written(tmp_path, packed[: len(packed) // 2], "pods.json.gz"))
    count = len(found.names())
    assert 100 < count < 300
    assert found.names() == [f"Pod/p{n}" for n in range(count)]
    assert [gap.reason.value for gap in found.gaps] == ["TRUNCATED", "TRUNCATED"]


MANY = json.dumps(as_list([pod(f"p{n}", uid=random.Random(n).randbytes(20).hex()) for n in range(20)])).encode()


@pytest.mark.parametrize(
    ("packed", "least", "most"),
    [
        pytest.param(gzip.compress(MANY)[:-300], 1, 19, id="cut gzip"),
        pytest.param(lzma.compress(MANY)[:-300], 1, 19, id="cut xz"),
        pytest.param(gzip.compress(MANY)[:-300] + b"\xff" * 300, 1, 19, id="gzip that is damaged"),
        pytest.param(gzip.compress(MANY)[:-8] + b"\0" * 8, 20, 20, id="gzip with a wrong sum"),
        pytest.param(gzip.compress(MANY) + b"garbage", 20, 20, id="gzip with garbage behind it"),
        pytest.param(zstandard.compress(MANY) + b"garbage", 20, 20, id="zstd with garbage behind it"),
        pytest.param(bz2.compress(MANY) + b"garbage", 20, 20, id="bzip2 with garbage behind it"),
    ],
)
def test_a_small_file_gives_what_stands_before_the_damage(tmp_path: Path, packed: bytes, least: int, most: int) -> None:
    found = read(written(tmp_path, packed, "pods.json.x"))
    assert least <= len(found.names()) <= most
    assert found.names() == [f"Pod/p{n}" for n in range(len(found.names()))]
    assert "TRUNCATED" in [gap.reason.value for gap in found.gaps]


def test_a_tar_that_is_cut_or_damaged_between_members_is_a_gap(tmp_path: Path) -> None:
    whole = tarred({"pods.json": PODS, "services.json": SERVICES})
    second = whole.index(b"services.json")
    for name, data in (
        ("header.tar", whole[: second + 100]),
        ("before.tar", whole[:second]),
        ("damaged.tar", whole[:second] + b"?" * 512 + whole[second + 512 :]),
    ):
        found = read(written(tmp_path, data, name))
        assert found.names() == NAMES
        assert [(gap.reason.value, gap.source) for gap in found.gaps] == [("UNREADABLE", name)]


def test_a_cut_member_gives_its_whole_objects(tmp_path: Path) -> None:
    data = tarred({"pods.json": MANY})
    found = read(written(tmp_path, data[: 512 + len(MANY) // 2], "cut.tar"))
    assert 1 <= len(found.names()) < 20
    assert ("TRUNCATED", "Pod") in found.reasons()


def test_a_header_that_promises_a_tebibyte_costs_nothing(tmp_path: Path) -> None:
    info = tarfile.TarInfo("pods.log")
    info.size = 1 << 40
    header = info.tobuf(tarfile.GNU_FORMAT)
    begin = tarred({"a.json": PODS})[: 512 + -(-len(PODS) // 512) * 512]
    found = read(written(tmp_path, begin + header + b"x" * 100, "b.tar"))
    assert found.names() == NAMES
    assert [(gap.reason.value, gap.source) for gap in found.gaps] == [("UNREADABLE", "b.tar")]


def test_encrypted_and_damaged_members_are_gaps(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.json": PODS, "b.json": SERVICES}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the directory calls a.json encrypted
    data[6] |= 1
    found = read(written(tmp_path, bytes(data), "x.zip"))
    assert found.names() == ["Service/s"]
    assert [(gap.reason.value, gap.source) for gap in found.gaps] == [("UNREADABLE", "x.zip!a.json")]


def test_a_member_of_a_zip_without_a_name_is_read(tmp_path: Path) -> None:
    data = zipped({"p.json": PODS, "s.json": SERVICES}).replace(b"p.json", b"\0.json")
    found = read(written(tmp_path, data, "x.zip"))
    assert [name for name, _, _ in found.sources] == ["x.zip!unnamed", "x.zip!s.json"]


def test_without_zstandard_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(InputError, match=r"compressed with zstd, found no package zstandard; pip install 'k8snetviz\[zstd\]'"):
        read(written(tmp_path, zstandard.compress(PODS)))


def test_apple_double_logs_and_pictures_are_passed(tmp_path: Path) -> None:
    members = {
        "._pods.json": b"\x00\x05\x16\x07\xac" * 40,
        "pods.json": PODS,
        "podlogs/shop/web/logs/app.txt": PODS,
        "out/shop/web-0/logs.txt": PODS,
        "x.log": PODS,
        "x.png": b"\x89PNG",
        "README.md": b"# pods",
    }
    found = read(written(tmp_path, tarred(members), "d.tar"))
    assert found.names() == NAMES
    assert found.gaps == []
