"""Several snapshots in one place are refused by name, and returned in the order of time; twins are one moment."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.collect.series import load_series
from k8snetviz.errors import SeveralSnapshots
from tests.build import as_list, node, pod, service
from tests.collect.recorder import read
from tests.dumps import dump, needs_dumps


def at(time: str, item: dict[str, Any], version: str) -> dict[str, Any]:
    item["metadata"] |= {"creationTimestamp": time, "resourceVersion": version}
    return item


def snapshot(day: int, *names: str) -> dict[str, Any]:
    time = f"2026-01-{day:02d}T00:00:00Z"
    return {
        "pods.json": as_list([at(time, pod(name), str(day)) for name in names]),
        "nodes.json": as_list([at(time, node("n"), str(day))]),
    }


def written(folder: Path, members: dict[str, Any]) -> Path:
    for name, content in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def inside(prefix: str, members: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}/{name}": content for name, content in members.items()}


def shown(snapshots: list[Any]) -> list[tuple[str, list[str]]]:
    return [(snap.provenance.name, snap.pods["pod"].tolist()) for snap in snapshots]


def test_folders_beside_each_other(tmp_path: Path) -> None:
    written(tmp_path, inside("dump/b", snapshot(1, "p", "old")) | inside("dump/a", snapshot(2, "p", "new")))
    with pytest.raises(SeveralSnapshots) as refused:
        knv.load(tmp_path)
    assert f"found 2 in {tmp_path}: dump/a, dump/b; k8snetviz.load_series returns them in the order of time" in str(refused.value)
    assert shown(load_series(tmp_path)) == [("dump/b", ["old", "p"]), ("dump/a", ["new", "p"])]
    assert shown([knv.load(tmp_path / "dump" / "a")]) == [("a", ["new", "p"])]


def test_files_beside_each_other(tmp_path: Path) -> None:
    written(tmp_path, {f"pods-{day}.json": snapshot(day, "p", f"p{day}")["pods.json"] for day in (2, 10, 1)})
    with pytest.raises(SeveralSnapshots, match="found 3"):
        knv.load(tmp_path)
    assert [name for name, _ in shown(load_series(tmp_path))] == ["pods-1.json", "pods-2.json", "pods-10.json"]


def test_tarballs_and_folders_in_one_tarball(tmp_path: Path) -> None:
    def tarred(members: dict[str, Any], path: Path) -> Path:
        with tarfile.open(path, "w:gz") as archive:
            for name, content in members.items():
                data = json.dumps(content).encode()
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return path

    (tmp_path / "many").mkdir()
    tarred(snapshot(2, "p", "x"), tmp_path / "many" / "a.tar.gz")
    tarred(snapshot(1, "p"), tmp_path / "many" / "b.tar.gz")
    assert shown(load_series(tmp_path / "many")) == [("b.tar.gz", ["p"]), ("a.tar.gz", ["p", "x"])]
    one = tarred(inside("t2", snapshot(1, "p")) | inside("t1", snapshot(2, "p", "x")), tmp_path / "one.tar.gz")
    with pytest.raises(SeveralSnapshots, match=r"one\.tar\.gz!t1, one\.tar\.gz!t2"):
        knv.load(one)
    assert [pods for _, pods in shown(load_series(one))] == [["p"], ["p", "x"]]


def test_snapshot_files(tmp_path: Path) -> None:
    for day, names in ((2, ("p", "x")), (1, ("p",))):
        knv.load(as_list([at(f"2026-01-0{day}T00:00:00Z", pod(name), "1") for name in names])).save(tmp_path / f"{'ba'[day - 1]}.k8snet")
    with pytest.raises(SeveralSnapshots, match=r"a\.k8snet, b\.k8snet"):
        knv.load(tmp_path)
    assert [pods for _, pods in shown(load_series(tmp_path))] == [["p"], ["p", "x"]]
    assert [pods for _, pods in shown(load_series([tmp_path / "a.k8snet", tmp_path / "b.k8snet"]))] == [["p"], ["p", "x"]]


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(("resources/pods/namespaces/default", "resources/pods/v1-preferredversion/namespaces/default"), id="Velero"),
        pytest.param(("config/pod/default",), id="Insights"),
    ],
)
def test_archives_with_a_file_for_each_object(tmp_path: Path, places: tuple[str, ...]) -> None:
    for day, name, pods in ((2, "a", ("p", "new")), (1, "b", ("p", "old"))):
        time = f"2026-01-{day:02d}T00:00:00Z"
        written(tmp_path / name, {f"{place}/{one}.json": at(time, pod(one), str(day)) for one in pods for place in places})
        assert shown(load_series(tmp_path / name)) == [(name, sorted(pods))]
    with pytest.raises(SeveralSnapshots, match=r"found 2 in .*: a, b;"):
        knv.load(tmp_path)
    assert shown(load_series(tmp_path)) == [("b", ["old", "p"]), ("a", ["new", "p"])]


def test_one_snapshot_is_a_series_of_one(tmp_path: Path) -> None:
    written(tmp_path, snapshot(1, "p"))
    assert shown(load_series(tmp_path)) == [(tmp_path.name, ["p"])]


@pytest.mark.parametrize(
    "members",
    [
        pytest.param(inside("json", snapshot(1, "p")) | inside("copy", snapshot(1, "p")), id="equal copies"),
        pytest.param({"a.json": as_list([pod("p", ns="a")]), "b.json": as_list([pod("p", ns="b")])}, id="other namespaces"),
        pytest.param({"a.json": as_list([pod("p")]), "b.json": as_list([service("s")])}, id="other kinds"),
        pytest.param(
            {
                "core.json": as_list([at("2026-01-01T00:00:00Z", pod("p"), "1")]),
                "all.json": as_list([at("2026-01-01T00:00:30Z", pod("p"), "2")]),
            },
            id="one collection that took a while",
        ),
        pytest.param(
            {"pods.json": as_list([pod("p")]), "kubelet/pods.json": {"kind": "PodList", "items": [pod("p", uid="config-hash")]}},
            id="kubelet",
        ),
        pytest.param({"pods.json": as_list([pod("p")]), "web.json": pod("p", uid="other")}, id="single object"),
    ],
)
def test_twins_are_one_moment(tmp_path: Path, members: dict[str, Any]) -> None:
    assert len(load_series(written(tmp_path, members))) == 1
    read(tmp_path)


class TestDumps:
    pytestmark = needs_dumps

    @pytest.mark.parametrize(
        ("name", "units"),
        [
            pytest.param(
                "d04",
                ["files/internal/testutil/data/1_33", "files/internal/testutil/data/1_31", "files/internal/testutil/data/1_35"],
                id="d04",
            ),
            pytest.param(
                "d09",
                [f"files/test/integration/testdata/results-{name}.tar.gz" for name in ("4-e2e-failures", "quick-no-failures")],
                id="d09",
            ),
            pytest.param("d14", ["files-t1", "files-t2", "files-t3"], id="d14"),
        ],
    )
    def test_series(self, name: str, units: list[str]) -> None:
        with pytest.raises(SeveralSnapshots) as refused:
            knv.load(dump(name))
        assert all(unit in str(refused.value) for unit in units)
        found = load_series(dump(name))
        assert [snap.provenance.name for snap in found] == units

    def test_the_timeline_grows(self) -> None:
        assert [len(snap.pods) for snap in load_series(dump("d14"))] == [15, 28, 30]

    @pytest.mark.parametrize("name", ["d01", "d02", "d03", "d05", "d06", "d08", "d10", "d11", "d12", "d13"])
    def test_one_moment(self, name: str) -> None:
        assert len(load_series(dump(name))) == 1

    def test_the_folder_of_d07_holds_three_whole_lists(self) -> None:
        """They hold equal versions of what they share, and leave out other kinds: no merge of them was ever seen."""
        with pytest.raises(SeveralSnapshots, match=r"found 3 in .*nginx-deployed-all\.yaml"):
            knv.load(dump("d07") / "files")
        found = load_series(dump("d07") / "files")
        assert [(len(snap.pods), len(snap.slices), snap.endpoints["service"].nunique()) for snap in found] == [
            (3, 2, 2),
            (3, 0, 2),
            (3, 2, 0),
        ]

    def test_one_version_folder_of_d04_holds_the_kubelet_beside_the_api(self, tmp_path: Path) -> None:
        (folder,) = dump("d04").rglob("1_31")
        shutil.copytree(folder, tmp_path / "x")
        assert len(load_series(tmp_path)) == 1
