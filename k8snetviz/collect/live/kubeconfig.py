"""Kubeconfig files -> the one context that is meant, joined and read as kubectl does.

The official client joins files too, but not as kubectl does: there the last ``current-context`` wins, and a relative path of a
user is looked for beside the file of its cluster. So the files are joined here; the client gets one context with whole paths.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable

Entry = dict[str, Any]
_FILES = {"cluster": ("certificate-authority",), "user": ("client-certificate", "client-key", "tokenFile")}  # relative to their file
_SHOWN = 8
_LONGEST = 200  # characters of what somebody else says


class Chosen(NamedTuple):
    """A context, its cluster and its user; paths are whole."""

    name: str
    namespace: str
    cluster: Entry
    user: Entry
    files: str  # that it was read from

    def for_client(self) -> Entry:
        """Return it as the official client reads it: a kubeconfig of this one context."""
        return {
            "current-context": self.name,
            "contexts": [{"name": self.name, "context": {"cluster": "cluster", "user": "user", "namespace": self.namespace}}],
            "clusters": [{"name": "cluster", "cluster": self.cluster}],
            "users": [{"name": "user", "user": self.user}],
        }


def found_files(kubeconfig: str | Path | None) -> list[Path]:
    """Return the files that are there: `kubeconfig`, else those of ``KUBECONFIG``, else ``~/.kube/config``."""
    if kubeconfig is not None:
        named = [str(kubeconfig)]
    else:
        named = [part for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part] or ["~/.kube/config"]
    return [path for path in (Path(part).expanduser() for part in named) if path.is_file()]


def choose(files: Sequence[Path], context: str | None) -> Chosen:
    """Return `context` of `files`, the current one without. Of two entries of one name, and of two current contexts, the first counts.

    Raises UsageError where a file does not read as a kubeconfig, or there is no such context, or it is not whole.
    """
    joined = _Joined(files)
    name = context if context is not None else joined.current
    if name is None:
        raise UsageError(f"wanted a current context in {joined.shown}, found none; choose one of {_listed(joined.contexts)}")
    if name not in joined.contexts:
        near = difflib.get_close_matches(name, joined.contexts, n=1, cutoff=0.5)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"wanted the context {name!r}, found {_listed(joined.contexts)} in {joined.shown}{meant}")
    own = joined.contexts[name]
    cluster, user = str(own.get("cluster") or ""), str(own.get("user") or "")
    for word, called, known in (("cluster", cluster, joined.clusters), ("user", user, joined.users)):
        if called not in known and (called or word == "cluster"):
            raise UsageError(f"wanted the {word} {called!r} that the context {name!r} names, found {_listed(known)} in {joined.shown}")
    if not joined.clusters[cluster].get("server"):
        raise UsageError(f"wanted the server of the cluster {cluster!r}, found none in {joined.shown}")
    return Chosen(name, str(own.get("namespace") or "default"), joined.clusters[cluster], joined.users.get(user, {}), joined.shown)


class _Joined:
    """Several files as one."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.shown = ", ".join(map(str, files))
        self.contexts: dict[str, Entry] = {}
        self.clusters: dict[str, Entry] = {}
        self.users: dict[str, Entry] = {}
        self.current: str | None = None
        for path in files:
            try:
                self._take(_read(path), path.absolute().parent)
            except (AttributeError, KeyError, TypeError) as error:
                raise _unread(path, "its lists of clusters, users and contexts are not as kubectl writes them") from error

    def _take(self, config: Entry, folder: Path) -> None:
        for plural, word, into in (
            ("contexts", "context", self.contexts),
            ("clusters", "cluster", self.clusters),
            ("users", "user", self.users),
        ):
            for item in config.get(plural) or ():
                own = {key: value for key, value in (item.get(word) or {}).items() if value not in (None, "")}
                into.setdefault(str(item["name"]), _whole(own, _FILES.get(word, ()), folder))
        self.current = self.current or config.get("current-context") or None


def _read(path: Path) -> Entry:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _unread(path, getattr(error, "strerror", None) or "it is no text") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _unread(path, str(error)) from error
    if found is None:
        return {}  # an empty file, as kubectl takes it
    if not isinstance(found, dict):
        raise _unread(path, "it is no mapping")
    return found


def _whole(own: Entry, keys: Sequence[str], folder: Path) -> Entry:
    """Return an entry with paths that hold wherever the program runs."""
    made = own | {key: str(folder / str(own[key])) for key in keys if key in own}
    if "tokenFile" in made and Path(made["tokenFile"]).is_file():
        made.pop("token", None)  # as client-go: the file counts
    plugin = made.get("exec")
    if isinstance(plugin, dict) and os.sep in str(plugin.get("command", "")):
        made["exec"] = plugin | {"command": str(folder / plugin["command"])}
    return made


def _listed(names: Sequence[str] | dict[str, Entry]) -> str:
    found = [repr(printable(name, limit=80)) for name in names]
    return (", ".join(found[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")) or "none"


def _unread(path: Path, why: str) -> UsageError:
    return UsageError(f"wanted a kubeconfig, found {path}, which does not read as one: {printable(why, limit=_LONGEST)}")
