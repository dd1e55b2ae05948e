"""The seam between reading and decoding: a Batch of items, whatever they were read from."""

from __future__ import annotations

from typing import NamedTuple

from k8snetviz.model.kinds import GapReason


class Batch(NamedTuple):
    """Objects of one list, or of a part of it, as JSON text in the shape of the Kubernetes API.

    A source (file, archive member, API page, memory) yields batches and knows nothing of tables.
    """

    items: bytes  # one JSON array of objects, UTF-8
    source: int  # number that the store gave to the source
    kind: str | None = None  # kind of every item where the list or layout tells; None: each item carries its own
    api_version: str | None = None
    scope: str | None = None  # namespace that the list was restricted to, where path or list tells
    listed: bool = True  # items of a list, so that absence means something; False: single objects
    complete: bool = True  # False: continue token, cut off
    where: str = ""  # place of the first item: "byte 4194304", "line 12", "document 3"


class Gap(NamedTuple):
    """One row of GAPS in the making."""

    reason: GapReason
    detail: str
    kind: str | None = None
    namespace: str | None = None
    source: str | None = None


class Limits(NamedTuple):
    """Bounds that keep a hostile input from eating the machine; raise them by option."""

    member_bytes: int = 8 << 30  # one file or member after decompression
    total_bytes: int = 32 << 30  # everything of one input after decompression
    members: int = 200_000
    nesting: int = 4  # archives inside archives
    depth: int = 200  # nested mappings and sequences of one document
    aliases: int = 100_000  # nodes that YAML aliases may expand to in one document
    ratio: int = 500  # decompressed bytes per compressed byte, past the first 64 MiB; deflate reaches 1,030
