"""What an input seems to be, when it holds nothing of ours: one sentence each."""

from __future__ import annotations

import re
from typing import NamedTuple

from k8snetviz.collect.resources import of_plural
from k8snetviz.model.kinds import GapReason, Kind

WANTED = "wanted Kubernetes objects as JSON or YAML"
_PLAIN = "text that begins"
TO_DO = "save what the toolkit reads with: kubectl get pods,services,endpointslices -A -o json > cluster.json"


class Judged(NamedTuple):
    """What a text is."""

    reason: GapReason
    detail: str
    kind: Kind | None = None


_FORBIDDEN = re.compile(rb'Error from server \(Forbidden\)|is forbidden: |cannot (?:list|get|watch) resource "|Unauthorized', re.I)
_RESOURCE = re.compile(rb'cannot (?:list|get|watch) resource "([a-z]+)" in API group "([a-z0-9.]*)"')
_REFUSED = re.compile(
    rb"The connection to the server .{1,300} was refused|Unable to connect to the server|connection refused|"
    rb"no such host|i/o timeout|TLS handshake timeout|x509: |context deadline exceeded"
)
_FAILED = re.compile(
    rb"^(?:error|Error|ERROR)\b.{0,20}:|Error from server|the server doesn't have a resource type|No resources found|^Cannot get|"
    rb"command not found|^Flag --|You must be logged in",
    re.M,
)
_TABLE = re.compile(rb"^(?:NAMESPACE +)?(?:NAME|LAST SEEN|KIND) {2,}[A-Z][A-Z()/ -]{2,}", re.M)
_DESCRIBE = re.compile(rb"^Name: {2,}\S.*\n(?:.*\n){0,3}?(?:Namespace|Roles|Labels|Priority): {1,}", re.M)
_HELM = re.compile(rb"\{\{-?\s*(?:\.Values|\.Release|\.Chart|include |template |if |range |with |define |toYaml)")
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<\?xml|<[a-z]+[ >])", re.I)
_LOG = re.compile(rb"^(?:[IWEF]\d{4} \d\d:\d\d:\d\d|\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|time=\"|level=|\{\"level\"|\{\"ts\")", re.M)
_FOREIGN_ARCHIVES = ((b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!", "rar"), (b"\x04\x22\x4d\x18", "lz4"), (b"%PDF", "PDF"))


def judged_line(line: bytes) -> Judged | None:
    """Return what an error message of kubectl or the API server says; None for any other text."""
    shown = line.strip()[:300].decode("utf-8", "replace")
    if _FORBIDDEN.search(line):
        found = _RESOURCE.search(line)
        kind = of_plural(found[1].decode(), found[2].decode()) if found else None
        return Judged(GapReason.FORBIDDEN, f"an error message instead of objects: {shown}", kind)
    if _REFUSED.search(line) or _FAILED.search(line):
        return Judged(GapReason.ERROR, f"an error message instead of objects: {shown}")
    return None


def judged_text(head: bytes) -> Judged:
    """Return what the text that begins with `head` (UTF-8) seems to be; nothing in it is of ours."""
    if not head.strip(b" \t\r\n\0"):
        return Judged(GapReason.UNREADABLE, "an empty file" if not head.strip(b" \t\r\n") else "nothing but NUL bytes")
    for magic, name in _FOREIGN_ARCHIVES:
        if head.startswith(magic):
            return Judged(GapReason.UNSUPPORTED, f"a {name} file; unpack it, or pack it as zip or tar.gz")
    if _TABLE.search(head):
        return Judged(GapReason.UNSUPPORTED, "a text table as kubectl get prints it without -o json")
    if _DESCRIBE.search(head):
        return Judged(GapReason.UNSUPPORTED, "text as kubectl describe prints it")
    line = next((part for part in head.splitlines() if part.strip()), b"")
    told = judged_line(head[:4000])
    if told is not None and len(head) < 20_000:
        shown = next((part for part in head.splitlines() if judged_line(part)), line)
        return told._replace(detail=f"an error message instead of objects: {shown.strip()[:300].decode('utf-8', 'replace')}")
    if _HELM.search(head):
        return Judged(GapReason.UNSUPPORTED, "a Helm template; render it first: helm template . > manifests.yaml")
    if _HTML.match(head):
        return Judged(GapReason.UNSUPPORTED, "HTML or XML, such as the answer of a proxy or a login page")
    if b"\0" in head:
        return Judged(GapReason.UNREADABLE, "binary data")
    if _LOG.search(head):
        return Judged(GapReason.UNSUPPORTED, "a log")
    return Judged(GapReason.UNSUPPORTED, f"{_PLAIN} {line.strip()[:60].decode('utf-8', 'replace')!r}")


def is_plain(head: bytes) -> bool:
    """Tell whether the text is none of what kubectl, Helm, a server or a log leave behind."""
    return judged_text(head).detail.startswith(_PLAIN)


def sentence(name: str, seems: str) -> str:
    """Return the sentence that refuses `name`."""
    return f"{WANTED}, but {name} seems to be {seems}; {TO_DO}"
