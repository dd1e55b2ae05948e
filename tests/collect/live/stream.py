"""The watch of the tests' own API server: events since a version, bookmarks, 410, streams that are cut or fall silent."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections import defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any


class Watched:
    """What happens to the lists, in order; every open watch is told."""

    lists: dict[str, tuple[str, str, list[dict[str, Any]]]]

    def __init__(self) -> None:
        self.version = 100
        self.streams_lists = True
        self.forgotten = 0  # watches from before this version are told 410 in the stream
        self.open: defaultdict[str, int] = defaultdict(int)  # watches by path
        self.asked: defaultdict[str, list[dict[str, list[str]]]] = defaultdict(list)  # queries of watches by path
        self._log: defaultdict[str, list[tuple[int, bytes]]] = defaultdict(list)
        self._news = threading.Condition()
        self._cuts = 0
        self._ended = False

    def put(self, path: str, *objects: dict[str, Any]) -> None:
        """Create or change objects of the list at `path`."""
        with self._news:
            for each in objects:
                old = self._drop(path, each)
                self.version += 1
                made = each | {"metadata": each["metadata"] | {"resourceVersion": str(self.version)}}
                self.lists[path][2].append(made)
                self._note(path, "MODIFIED" if old else "ADDED", made)
            self._news.notify_all()

    def remove(self, path: str, each: dict[str, Any], *, silent: bool = False) -> None:
        """Delete an object; where it is `silent`, no watch will ever tell."""
        with self._news:
            self._drop(path, each)
            self.version += 1
            if not silent:
                self._note(path, "DELETED", each | {"metadata": each["metadata"] | {"resourceVersion": str(self.version)}})
            self._news.notify_all()

    def say(self, path: str, *lines: bytes) -> None:
        """Write lines into the open watches of `path`, whatever they are."""
        with self._news:
            for line in lines:
                self.version += 1
                self._log[path].append((self.version, line))
            self._news.notify_all()

    def bookmark(self, path: str) -> None:
        """Tell the open watches of `path` how far they are."""
        with self._news:
            self.version += 1
            self._note(path, "BOOKMARK", {"metadata": {"resourceVersion": str(self.version)}})
            self._news.notify_all()

    def forget(self) -> None:
        """Compact: no watch can begin before now."""
        with self._news:
            self.forgotten = self.version
            self._log.clear()

    def cut(self) -> None:
        """Cut every open watch in the middle of a line."""
        with self._news:
            self._cuts += 1
            self._news.notify_all()

    def end(self) -> None:
        """End every watch for good."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    def stream(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, list[str]]) -> None:
        """Answer one watch."""
        with self._news:
            self.asked[path].append(query)
            since = int(query.get("resourceVersion", [str(self.version)])[0])
            cuts = self._cuts
            first = self._first(path, query)
        if first is None:
            return self._refuse(handler)
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        handler.close_connection = True
        self.open[path] += 1
        try:
            with suppress(OSError):
                if since < self.forgotten:
                    first = [json.dumps({"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired"}}).encode()]
                self._write(handler, first)
                self._follow(handler, path, since, cuts)
        finally:
            self.open[path] -= 1
        return None

    def _follow(self, handler: BaseHTTPRequestHandler, path: str, since: int, cuts: int) -> None:
        place = 0
        while True:
            with self._news:
                log = self._log[path]
                place = min(place, len(log))
                if place == len(log) and not self._ended and cuts == self._cuts:
                    self._news.wait(0.1)
                    log = self._log[path]
                fresh = [line for version, line in log[place:] if version > since]
                place = len(log)
                ended, cut = self._ended, cuts != self._cuts
            self._write(handler, fresh)
            if cut:
                handler.wfile.write(b'40\r\n{"type":"MOD')
            if cut or ended or _left(handler.connection):
                return

    def _write(self, handler: BaseHTTPRequestHandler, lines: list[bytes]) -> None:
        text = b"".join(line + b"\n" for line in lines)
        if text:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
            handler.wfile.flush()

    def _first(self, path: str, query: dict[str, list[str]]) -> list[bytes] | None:
        if query.get("sendInitialEvents") != ["true"]:
            return []
        if not self.streams_lists:
            return None
        events = [{"type": "ADDED", "object": each} for each in self.lists[path][2]]
        end = {"resourceVersion": str(self.version), "annotations": {"k8s.io/initial-events-end": "true"}}
        return [json.dumps(each).encode() for each in (*events, {"type": "BOOKMARK", "object": {"metadata": end}})]

    def _refuse(self, handler: BaseHTTPRequestHandler) -> None:
        body = b'{"kind":"Status","code":400,"reason":"BadRequest","message":"no streamed lists"}'
        handler.send_response(400)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _note(self, path: str, kind: str, each: dict[str, Any]) -> None:
        self._log[path].append((self.version, json.dumps({"type": kind, "object": each}).encode()))

    def _drop(self, path: str, each: dict[str, Any]) -> bool:
        objects = self.lists[path][2]
        key = (each["metadata"].get("namespace"), each["metadata"]["name"])
        kept = [old for old in objects if (old["metadata"].get("namespace"), old["metadata"]["name"]) != key]
        gone = len(kept) != len(objects)
        objects[:] = kept
        return gone


def _left(client: socket.socket) -> bool:
    """Tell whether the client closed its end."""
    readable, _, _ = select.select([client], [], [], 0)
    return bool(readable) and client.recv(1, socket.MSG_PEEK) == b""
