"""Checksums of what a snapshot was read from: of the files as they are now, and of the Lists that a ``.k8snet`` file names itself."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from k8snetviz.collect.snapshot_file import MANIFEST, Manifest, Member
from k8snetviz.model.snapshot import InputFile

UNCHANGED, CHANGED, GONE = "as it was read", "changed since it was read", "no longer there"


class Checked(NamedTuple):
    """A file, its sha256 as it is now (None where it cannot be read), and whether that is what was read."""

    file: InputFile
    sha256: str | None
    found: str


def checksums(files: Iterable[InputFile]) -> list[Checked]:
    """Return the checksum of each file; its cost is that of reading them."""
    return [_checked(file) for file in files]


def sum_of_sums(checked: Iterable[Checked]) -> str:
    """Return the sha256 over one line ``SHA256  NAME`` per file, in their order: what ``sha256sum FILES | sha256sum`` prints."""
    lines = (f"{each.sha256 or '-'}  {each.file.name}\n" for each in checked)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def saved_lists(path: Path) -> list[Member]:
    """Return the Lists of a ``.k8snet`` file with the checksums that its manifest names; none where it is no such file any more."""
    try:
        with zipfile.ZipFile(path) as archive:
            return msgspec.json.decode(archive.read(MANIFEST), type=Manifest).kinds
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.DecodeError):
        return []


def _checked(file: InputFile) -> Checked:
    try:
        with file.path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        told = file.path.stat()
    except FileNotFoundError:
        return Checked(file, None, GONE)
    except OSError as error:
        return Checked(file, None, f"cannot be read now: {error.strerror or error}")
    same = (told.st_size, told.st_mtime_ns) == (file.bytes, file.modified_ns)
    return Checked(file, digest, UNCHANGED if same else CHANGED)
