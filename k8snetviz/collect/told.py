"""What a path tells of a member, and what a list tells of itself."""

from __future__ import annotations

from typing import NamedTuple

from k8snetviz.model.kinds import Kind


class Place(NamedTuple):
    """What the path of a member tells, before its content is looked at."""

    layout: str = "files"
    kind: Kind | None = None  # of objects that do not say it themselves
    api_version: str | None = None
    scope: str | None = None  # namespace of its lists, where the layout guarantees it
    listed: bool = True  # False: a list that is not the whole
    one: str | None = None  # the only object in it, where the layout has a file for each
    whole: bool = False  # single objects that together are a whole list (Velero)
    skip: bool = False  # nothing of ours in it, by the layout
    foreign: bool = False  # what does not say its kind is not ours, by the layout
    null_text: bool = False  # the text "null" stands for nothing (support-bundle-kit)
    loose: bool = False  # the kind is only a word of the file's name
    folder: str | None = None  # namespace that the name of its folder may be; shown by what the lists there hold


class Told(NamedTuple):
    """What a list says of itself."""

    kind: Kind | None = None  # of every item; None: each carries its own
    api_version: str | None = None
    scope: str | None = None
    listed: bool = True
