"""Files, directories, archives and stdin -> batches: the entry of READING."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from k8snetviz.collect.batches import Gap, Limits
from k8snetviz.collect.encoding import as_utf8, encoding_of
from k8snetviz.collect.hints import take_hints
from k8snetviz.collect.intake import Intake
from k8snetviz.collect.json_stream import JsonStream
from k8snetviz.collect.layouts import place_of
from k8snetviz.collect.members import HEAD, Given, Member, walk
from k8snetviz.collect.refusals import Judged, is_plain, judged_text, sentence
from k8snetviz.collect.scopes import FolderScopes
from k8snetviz.collect.several import Listed, MomentSink, inside, suspects, units
from k8snetviz.collect.sink import Sink
from k8snetviz.collect.told import Place
from k8snetviz.collect.window import Window
from k8snetviz.collect.yaml_stream import YamlStream
from k8snetviz.errors import InputError, SeveralSnapshots
from k8snetviz.model.kinds import GapReason

_DATA = (".json", ".yaml", ".yml", ".jsonl", ".ndjson", ".k8snet")
_PASSED = {
    f".{ending}"
    for line in (
        "log md go py js ts css html xml csv tsv png jpg jpeg gif svg pdf sh conf ini toml",
        "lock sum mod pem crt key dot golden rrd pprof prom j2 tpl gotmpl upstream",
    )
    for ending in line.split()
}
_BROKEN = "JSON or YAML of which nothing can be used"
_LOG_NAMES = re.compile(r"(?:^|/)(?:podlogs|logs|systemd-logs)/|(?:^|/)[^/]*(?:\.log(?:\.\d+|-\d+|\.old)?|_logs?)$")
_UNFINISHED = re.compile(r"\..+\.k8snet\.\d+\.part")  # of a file that is being written, or whose writer was killed
_POD_LOG = re.compile(r"(?:^|[/!])[^/!]+/[^/!]+/logs\.txt$")  # NS/POD/logs.txt of kubectl cluster-info dump
_JSON = re.compile(rb"^(?:---[^\n]*\n\s*)*\s*[{\[]|\n[{\[]\s*(?:[{\[\"\]}]|\n)")
_YAML = re.compile(
    rb"^(?:- )?[\"']?(?:apiVersion[\"']?\s*:|kind[\"']?\s*:\s*[\"']?[A-Z]\w+[\"']?\s*$|(?:items|metadata)[\"']?\s*:\s*$)", re.M
)
_YAML_BEGIN = re.compile(rb"^\s*(?:(?:#[^\n]*|---[^\n]*|%YAML[^\n]*)?\r?\n)*(?:- )?[\"']?[\w./-]+[\"']?:(?:\s|$)")


def read_input(inputs: Given | Sequence[Given], store: Sink, limits: Limits | None = None) -> None:
    """Read everything of ours in `inputs` into `store`.

    Parameters
    ----------
    inputs : paths of files, directories or archives, "-" for stdin, or bytes of what a file would hold.
    store : takes sources, batches, gaps and hints; see collect/sink.py.
    limits : bounds on what is read.

    Raises
    ------
    InputError : an input is not there, or nothing of ours is in it; the message says what it seems to be.
    LimitError : an input is larger than `limits` allow.
    """
    bounds = limits or Limits()
    for given in [inputs] if isinstance(inputs, str | Path | bytes) else inputs:
        InputReader(given, store, bounds).read()


class InputReader:
    """Reads one input, or the part of it that is called `only` and is one snapshot of several."""

    def __init__(self, given: Given, store: Sink, limits: Limits, *, only: str | None = None) -> None:
        self._given = given
        self._store = store
        self._limits = limits
        self._folders = FolderScopes()
        self._ours = 0
        self._foreign: Counter[str] = Counter()
        self._empty_lists = 0
        self._refused: list[tuple[str, Judged]] = []
        self._only = only
        self._lists: dict[str, set[Listed]] = {}
        self._snapshots: list[str] = []

    def read(self) -> None:
        """Read every member; raise InputError when nothing of ours was in any, SeveralSnapshots when there are several."""
        found = self.units()
        if len(found) > 1:
            shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
            raise SeveralSnapshots(
                f"wanted one snapshot, found {len(found)} in {self._name()}: {shown}; "
                "k8snetviz.load_series returns them in the order of time, or load one of them"
            )
        if not self._ours:
            raise InputError(sentence(self._name(), self._seems()))

    def units(self) -> list[str]:
        """Read every member; return the places of the snapshots when there are several, else nothing."""
        for member in walk(self._given, self._limits):
            if self._only is None or inside(member.name, self._only):
                self._member(member)
        self._folders.close()
        if len(self._snapshots) > 1:
            return self._snapshots
        names = suspects(self._lists)
        if self._only is not None or len(names) < 2:
            return []
        sink = MomentSink()
        again = InputReader(self._given, sink, self._limits)
        for member in walk(self._given, self._limits):
            if member.name in names:
                again._member(member)
        return units(sink.members, list(self._lists))

    def _name(self) -> str:
        if isinstance(self._given, bytes):
            return "the given bytes"
        return "stdin" if str(self._given) == "-" else str(self._given)

    def _member(self, member: Member) -> None:
        base = member.path.rpartition("/")[2]
        if _UNFINISHED.fullmatch(base) and not member.alone:
            return
        if member.snapshot is not None:
            self._snapshot(member)
            return
        place = place_of(member.path)
        if not member.alone and (place.skip or base.startswith("._") or passed(member.path) or _POD_LOG.search(member.name)):
            if place.skip:
                self._foreign[base] += 1
            return
        if member.fault and not member.head:
            self._fault(member)
            return
        self._content(member, place)

    def _content(self, member: Member, place: Place) -> None:
        codec = encoding_of(member.head)
        pieces: Iterator[bytes] = iter([member.head])
        head = as_utf8(lambda _: next(pieces, b""), codec)(HEAD)
        told = take_hints(member, head, self._store)
        form = form_of(head, named=member.path.lower().endswith(_DATA))
        binary = b"\0" in head[:1024].rstrip(b"\0") and head.lstrip()[:1] not in (b"{", b"[")
        if form is None or binary:
            if not told:
                self._refuse(member, judged_text(head))
            return
        intake = Intake(self._store, member.name, place, _spelled(form, codec), self._limits, path=member.path, folders=self._folders)
        intake.alone = member.alone
        intake.stream = member.stream
        window = Window(as_utf8(member.stream.read, codec))
        window.more()
        if form == "yaml":
            YamlStream(window, intake).read()
        else:
            JsonStream(window, intake, member.tail if codec == "utf-8" else b"").read()
        intake.size = member.stream.size
        fault = member.stream.fault
        if fault:
            intake.gap(GapReason.TRUNCATED, f"it cannot be read beyond byte {member.stream.size}: {fault}", place.kind)
        intake.done()
        self._count(member, intake, head, told=told)

    def _count(self, member: Member, intake: Intake, head: bytes, *, told: bool) -> None:
        self._ours += intake.batches
        if intake.lists:
            self._lists[member.name] = intake.lists
        self._foreign += intake.foreign
        self._empty_lists += intake.empty_lists
        if not intake.batches and not intake.foreign and not intake.gaps and not intake.empty_lists and not told:
            self._refuse(member, judged_text(head))
        elif not intake.batches:
            self._refused += [(member.name, judged) for judged in intake.noise[:1]]
            if intake.gaps and not intake.noise and not intake.foreign:
                self._refused.append((member.name, Judged(GapReason.UNREADABLE, f"{_BROKEN}: {intake.first_gap}")))

    def _snapshot(self, member: Member) -> None:
        """Hand a snapshot file of ours to the module that knows them; two of them are two snapshots."""
        self._snapshots.append(member.name)
        self._ours += 1
        if isinstance(self._store, MomentSink) or len(self._snapshots) > 1:
            return
        from k8snetviz.collect.snapshot_reader import read_snapshot_file

        store: Any = self._store
        read_snapshot_file(member.snapshot, store, self._limits, name=member.name)

    def _refuse(self, member: Member, judged: Judged) -> None:
        """Note a member that is no data; one with the name of data is a gap."""
        self._refused.append((member.name, judged))
        named = member.path.lower().endswith(_DATA)
        error = judged.reason in (GapReason.FORBIDDEN, GapReason.ERROR) or judged.detail.startswith(("a text table", "text as kubectl"))
        if not member.alone and (named or error) and not (judged.detail == "an empty file" and not named):
            kind = judged.kind or place_of(member.path).kind
            self._store.gap(Gap(judged.reason, f"it seems to be {judged.detail}", kind, place_of(member.path).scope, member.name))

    def _fault(self, member: Member) -> None:
        self._refused.append((member.name, Judged(GapReason.UNREADABLE, f"something that cannot be read: {member.fault}")))
        self._store.gap(
            Gap(GapReason.UNREADABLE, f"it cannot be read to its end: {member.fault}", place_of(member.path).kind, None, member.name)
        )

    def _seems(self) -> str:
        """Return what an input without anything of ours seems to be."""
        kinds = [name for name, _ in self._foreign.most_common(4) if not name.endswith("of another kind")][:3]
        if kinds:
            return f"objects that networking does not need ({', '.join(kinds)})"
        if self._empty_lists:
            return "an empty List, which does not say of what"
        if len(self._refused) == 1:
            return self._refused[0][1].detail
        if self._refused:
            name, judged = self._refused[0]
            return f"{len(self._refused)} files without such objects, {name} for one: {judged.detail}"
        if self._foreign:
            return f"{self._foreign.most_common(1)[0][0]}, not of the Kubernetes API"
        return "a folder or archive without readable files"


def form_of(head: bytes, *, named: bool = True) -> str | None:
    """Return ``json`` or ``yaml``, as the first bytes of a member show; None for other text and for binary data.

    Where the name is not one of data, YAML must show a member that only the API has.
    """
    text = head.lstrip(b" \t\r\n\0\xef\xbb\xbf\x1e")
    if not text:
        return None
    while text.startswith(b"---") and text[3:4] in (b"\n", b"\r", b" ") and text[3:].lstrip()[:1] in (b"{", b"["):
        text = text[3:].lstrip()
    if text.startswith(b"{{"):
        return None
    if text[:1] in (b"{", b"["):
        return "json"
    if _YAML.search(text) or (named and _YAML_BEGIN.match(text) and is_plain(text)):
        return "yaml"
    if _JSON.search(text) or b"==== START logs for container " in text:
        return "json"
    return None


def passed(path: str) -> bool:
    """Tell whether a member is passed by its name: logs, sources, pictures; only where it is not the input itself."""
    lower = path.lower()
    base = lower.rpartition("/")[2]
    dot = base.rfind(".")
    if dot > 0 and base[dot:] in _DATA:
        return False
    return (dot > 0 and base[dot:] in _PASSED) or _LOG_NAMES.search(lower) is not None


def _spelled(form: str, codec: str) -> str:
    return form if codec == "utf-8" else f"{form} ({codec})"


__all__ = ["InputReader", "form_of", "passed", "read_input"]
