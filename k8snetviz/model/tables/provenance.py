"""Tables that say where everything comes from and what is not known."""

from __future__ import annotations

from k8snetviz.model.kinds import GapReason, Kind
from k8snetviz.model.schema import TIME, Column, Table

OBJECTS = Table(
    name="objects",
    row="One row per object that is kept: the inventory.",
    key=("kind", "namespace", "name"),
    columns=(
        Column("kind", "string", "Kind of the object", choices=Kind),
        Column("namespace", "string", "Namespace; missing for cluster-scoped objects", nullable=True),
        Column("name", "string", "Name of the object"),
        Column("uid", "string", "uid of the object", nullable=True),
        Column("resource_version", "string", "resourceVersion (D-9: compare only within one kind)", nullable=True),
        Column("created", TIME, "creationTimestamp", nullable=True),
        Column("source", "string", "Source it was read from"),
    ),
)

SOURCES = Table(
    name="sources",
    row="One row per file, archive member or page that was read.",
    key=("source",),
    columns=(
        Column("source", "string", "Path or member name; `outer!inner` inside an archive"),
        Column("layout", "string", "Layout that was recognised"),
        Column("format", "string", "json, yaml, internal-json, ..., with the encoding where it is not UTF-8"),
        Column("objects", "Int64", "Objects of ours read from it, copies included", unit="count"),
        Column("duplicates", "Int64", "Copies dropped because another source holds the same object", unit="count"),
        Column("bytes", "Int64", "Size as read, after decompression", unit="bytes"),
    ),
)

GAPS = Table(
    name="gaps",
    row="One row per thing that is not known.",
    key=("kind", "namespace", "source", "reason", "detail"),
    columns=(
        Column("kind", "string", "Kind that is affected; missing when it cannot be told", nullable=True, choices=Kind),
        Column("namespace", "string", "Namespace that is affected; missing means every namespace, or not told", nullable=True),
        Column("source", "string", "File, member or page; missing when nothing was there to read", nullable=True),
        Column("reason", "string", "Why it is not known", choices=GapReason),
        Column("detail", "string", "A sentence: what was lost, and where (file, line or byte)"),
    ),
)

COVERAGE = Table(
    name="coverage",
    row="One row per kind and namespace that was read; a kind read everywhere has one row without namespace.",
    key=("kind", "namespace"),
    columns=(
        Column("kind", "string", "Kind that was read", choices=Kind),
        Column("namespace", "string", "Namespace it was read in; missing means all of them", nullable=True),
        Column("complete", "boolean", "Nothing of it is known to be cut off (SN-4)"),
    ),
)
