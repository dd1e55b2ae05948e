"""Which files a snapshot was read from: what a report names with their checksums."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from k8snetviz.model.snapshot import InputFile


def input_files(paths: Iterable[str | Path], labels: Iterable[str]) -> tuple[InputFile, ...]:
    """Return the files behind the inputs `paths`: a file or an archive itself, of a folder those that `labels` (of SOURCES) name.

    Nothing is opened. What is no longer there is left out, and so is stdin, which nobody can read again.
    """
    named = list(dict.fromkeys(labels))
    found: dict[Path, InputFile] = {}
    for given in paths:
        if str(given) != "-":
            found |= {file.path: file for file in _below(Path(given).absolute(), named)}
    return tuple(found.values())


def _below(path: Path, labels: list[str]) -> Iterator[InputFile]:
    if not path.is_dir():
        yield from _file(path, path.name, links=True)
        return
    names = dict.fromkeys(name for label in labels for name in _outer(label))
    names |= dict.fromkeys(saved.name for saved in sorted(path.glob("*.k8snet")))  # the sources it names are those it was made from
    for name in names:
        yield from _file(path / name, name)


def _outer(label: str) -> Iterator[str]:
    """Yield what may be the file of `label`, ``outer!inner`` inside an archive; a name may hold such a mark itself."""
    parts = label.split("!")
    yield from ("!".join(parts[:end]) for end in range(1, len(parts) + 1))


def _file(path: Path, name: str, *, links: bool = False) -> Iterator[InputFile]:
    """Yield a regular file; a link only where the input itself is one, as the reader does it."""
    try:
        told = path.stat(follow_symlinks=links)
    except (OSError, ValueError):
        return
    if stat.S_ISREG(told.st_mode):
        yield InputFile(name, path, told.st_size, told.st_mtime_ns)
