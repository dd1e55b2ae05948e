"""Which files a snapshot was read from."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

import k8snetviz as knv
from k8snetviz.collect.input_files import input_files
from tests.build import as_list, pod, service


def listed(*objects) -> bytes:
    return json.dumps(as_list(list(objects))).encode()


def names(snap):
    return [file.name for file in snap.provenance.files]


def test_a_file_is_named_with_its_size_and_time(tmp_path):
    path = tmp_path / "dump.json"
    path.write_bytes(listed(service("web")))
    (file,) = knv.load(path).provenance.files
    assert (file.name, file.path, file.bytes) == ("dump.json", path, path.stat().st_size)
    assert file.modified_ns == path.stat().st_mtime_ns


def test_of_a_folder_the_files_that_were_read(tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "pods.json").write_bytes(listed(pod("web-0")))
    (tmp_path / "services.json").write_bytes(listed(service("web")))
    (tmp_path / "notes.md").write_text("nothing of ours")
    assert sorted(names(knv.load(tmp_path))) == ["services.json", "shop/pods.json"]


@pytest.mark.parametrize("name", ["dump.tar", "du!mp.tar"])
def test_of_an_archive_in_a_folder_the_archive(tmp_path, name):
    with tarfile.open(tmp_path / name, "w") as archive:
        for inner, data in (("a.json", listed(service("web"))), ("b.json", listed(pod("web-0")))):
            info = tarfile.TarInfo(inner)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    assert names(knv.load(tmp_path)) == [name]
    assert names(knv.load(tmp_path / name)) == [name]


def test_of_a_snapshot_file_that_file_and_not_what_it_was_made_from(tmp_path):
    saved = knv.load(listed(service("web"))).save(tmp_path / "x.k8snet")
    assert names(knv.load(saved)) == ["x.k8snet"]
    assert names(knv.load(tmp_path)) == ["x.k8snet"]


def test_what_cannot_be_read_again_has_none(tmp_path):
    assert names(knv.load(listed(service("web")))) == []
    assert names(knv.load(as_list([service("web")]))) == []
    assert input_files(["-", tmp_path / "gone.json"], ["stdin"]) == ()


def test_a_link_counts_only_as_the_input_itself(tmp_path):
    (tmp_path / "dump.json").write_bytes(listed(service("web")))
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "link.json"
    link.symlink_to(tmp_path / "dump.json")
    assert names(knv.load(link)) == ["link.json"]
    assert input_files([tmp_path / "folder"], ["link.json"]) == ()
