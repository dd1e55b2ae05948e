"""Namespaces of lists that do not name theirs: told by what stands beside them in the stream or in the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from k8snetviz.collect.told import Told
from k8snetviz.model.kinds import Kind

if TYPE_CHECKING:
    from k8snetviz.collect.intake import Intake


class ScopeGroup:
    """Lists that follow each other in one stream and belong to one namespace (``kubectl cluster-info dump``).

    The dump does not name the namespace, and a list of a kind that is not there is empty. Empty lists wait
    until a list or a log of the same round tells the namespace; where nothing tells it, they tell nothing.
    A round ends where a kind comes again.
    """

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._kinds: set[Kind] = set()
        self._spaces: set[str] = set()
        self._empty: list[tuple[Told, str]] = []
        self.rounds = 0

    def open(self, kind: Kind) -> None:
        """Begin a list of `kind`."""
        if kind in self._kinds:
            self.close()
        self._kinds.add(kind)

    def seen(self, namespace: str) -> None:
        """Note a namespace that an item or a log of this round names."""
        self._spaces.add(namespace)

    def empty(self, told: Told, where: str) -> None:
        """Keep an empty list until the namespace is told."""
        self._empty.append((told, where))

    def close(self) -> None:
        """End the round."""
        if len(self._spaces) == 1:
            (space,) = self._spaces
            for told, where in self._empty:
                self._intake.items(b"[]", told._replace(scope=space), where)
        elif self._spaces:  # lists of all namespaces, one after another
            for told, where in self._empty:
                self._intake.items(b"[]", told, where)
        self.rounds += 1
        self._kinds, self._spaces, self._empty = set(), set(), []


class _Waiting(NamedTuple):
    intake: Intake
    told: Told
    where: str
    complete: bool


class FolderScopes:
    """Lists in folders that may be called after a namespace (``DIR/NS/pods.json``).

    Only what a list holds shows that its folder is a namespace: then its scope is that namespace. Empty lists
    wait for the other lists of their folder, or of the folders beside it, to show it; where nothing does, they go without.
    """

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}
        self._waiting: dict[str, list[_Waiting]] = {}
        self._elsewhere: set[Intake] = set()  # members with objects of other namespaces than the folder's

    def seen(self, intake: Intake, items: bytes) -> str | None:
        """Return the namespace of a list that is not empty, if its folder is called after it."""
        folder = intake.place.folder
        known = self._seen.setdefault(_folder(intake), set())
        if intake in self._elsewhere and (len(known) > 1 or intake.place.layout != "rpk"):
            return None  # more namespaces would change nothing, and to look for them costs as much as to decode the items
        spaces = namespaces_of(items)
        known.update(spaces)
        if spaces - {folder}:
            self._elsewhere.add(intake)
        return folder if spaces == {folder} else None

    def empty(self, intake: Intake, told: Told, where: str, *, complete: bool) -> None:
        """Keep an empty list, or the end of one, until the folder is known."""
        self._waiting.setdefault(_folder(intake), []).append(_Waiting(intake, told, where, complete))

    def close(self) -> None:
        """Send what waits, at the end of the input."""
        proven = {folder.rpartition("/")[0] for folder, spaces in self._seen.items() if spaces == {folder.rpartition("/")[2]}}
        for folder, waiting in self._waiting.items():
            above, _, name = folder.rpartition("/")
            spaces = self._seen.get(folder) or ({name} if above in proven else set())
            single = next(iter(spaces)) if len(spaces) == 1 else None
            for kept in waiting:
                named = single if single == name or kept.intake.place.layout == "rpk" else None
                kept.intake.send_empty(kept.told._replace(scope=named), kept.where, complete=kept.complete)
        self._waiting.clear()
        self._elsewhere.clear()


def _folder(intake: Intake) -> str:
    return intake.path.rpartition("/")[0]


class _Spaced(msgspec.Struct):
    metadata: dict[str, msgspec.Raw] = {}


_SPACED = msgspec.json.Decoder(list[_Spaced])


def namespaces_of(items: bytes) -> set[str]:
    """Return the namespaces of the objects of a JSON array; empty when it cannot be read."""
    try:
        found = {bytes(item.metadata.get("namespace", b"")) for item in _SPACED.decode(items)}
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return set()
    return {text[1:-1].decode("utf-8", "replace") for text in found if len(text) > 2}
