"""Pages on disk: written whole or not at all, a reason in one sentence where that is not possible."""

from __future__ import annotations

import os
from pathlib import Path

from k8snetviz.errors import UsageError

_PAGES = (".html", ".htm")


def page_path(path: str | Path) -> Path:
    """Return `path` if a page can be written there.

    Raises
    ------
    UsageError : its name does not end like that of a page, it is a folder, or there is no such folder.
    """
    wanted = Path(path)
    if wanted.suffix.lower() not in _PAGES:
        raise UsageError(f"wanted an output file ending in .html, found {str(path)!r}")
    if not wanted.parent.is_dir():
        raise UsageError(f"cannot write {wanted}: there is no folder {wanted.parent}")
    if wanted.is_dir():
        raise UsageError(f"cannot write {wanted}: it is a folder")
    return wanted


def write_page(text: str, path: Path) -> Path:
    """Write `text` to `path` and return it; a file of that name is replaced only by a whole new one.

    Raises
    ------
    UsageError : it cannot be written; the message says why.
    """
    unfinished = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with unfinished.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path
