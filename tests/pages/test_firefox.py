"""The same files in Firefox, which no test can drive here: a page around them does what a reader would, and tells a loopback server.

Firefox shoots at the load event. The page around holds an image that the server gives only when everything was told, so no clock decides
what the picture shows. Each file runs in a frame, under its own policy; only the page around may talk.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.pages.made import Maker

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(FIREFOX is None, reason="needs Firefox")]

KINDS = ("bare", "report", "share")
_TIMEOUT_S = 120
_HEIGHT = 960  # of a frame
_CHOSEN = (0xE6, 0xF2, 0xFF)  # the ground of a chosen row
_SHOTS = Path(__file__).parents[2] / "build" / "screenshots" / "pages"
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")  # a GIF
_PREFERENCES = """
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("network.proxy.no_proxies_on", "127.0.0.1");
"""
_READER = """
const until = async (ask) => {
  for (let n = 0; n < 600; n++) {
    const got = ask();
    if (got) return got;
    await new Promise((go) => setTimeout(go, 50));
  }
};
async function read(frame) {
  const page = frame.contentDocument, complaints = [];
  frame.contentWindow.addEventListener("error", (event) => event.message && complaints.push(event.message));
  const mounted = () => page.querySelector("[data-kx-live]")?.shadowRoot;
  await until(() => mounted()?.querySelector(".tr"));
  const root = mounted(), words = (name) => [...root.querySelectorAll(name)].map((each) => each.innerText.replace(/\\s+/g, " "));
  const before = root.querySelectorAll(".tr").length;
  const search = root.querySelector("input");
  search.value = "cart";
  search.dispatchEvent(new Event("input"));
  const rows = await until(() => root.querySelectorAll(".tr").length === 1 && words(".tr"));
  root.querySelector(".tr").click();
  const panel = await until(() => words(".details")[0].includes("shop/cart is down") && words(".details")[0]);
  root.querySelector(".below").scrollIntoView();
  const display = getComputedStyle(page.querySelector("[data-kx-static]")).display;
  return { before, rows, panel, display, complaints, ran: await injected(frame.contentWindow, page) };
}
async function injected(inside, page) {
  const added = page.createElement("img");
  try { added.setAttribute("onerror", "globalThis.ran = 1"); } catch { return "refused"; }
  const failed = new Promise((go) => added.addEventListener("error", go)); // heard after the handler
  added.src = "data:image/png;base64,AAAA";
  page.body.append(added);
  await failed;
  added.remove();
  return inside.ran ?? null;
}
document.addEventListener("DOMContentLoaded", async () => {
  const told = {}, frames = [...document.querySelectorAll("iframe")];
  for (const frame of frames) {
    await until(() => frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank");
    told[frame.name] = await read(frame).catch((error) => ({ complaints: [String(error)] }));
  }
  await fetch("/told", { method: "POST", body: JSON.stringify(told) });
});
"""
_AROUND = """<!doctype html><html><head><meta charset="utf-8"><title>around</title><script src="/reader.js"></script></head>
<body style="margin:0">
{frames}<noscript>no scripts</noscript>{held}</body></html>"""
_FRAME = '<iframe name="{kind}" src="/{kind}.html" width="1060" height="{height}" style="border:0;display:block"></iframe>'


class _Server(ThreadingHTTPServer):
    """Serves the pages and the one around them, holds an image back, and keeps what it is told and asked."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.asked: list[str] = []
        self.told: dict[str, Any] = {}
        self.done = Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/held.gif":
            self.server.done.wait(_TIMEOUT_S / 2)
            return self._answer(_PIXEL, "image/gif")
        found = self.server.files.get(self.path)
        if found is None:
            self.send_error(404)
            return None
        return self._answer(found, "text/javascript" if self.path.endswith(".js") else "text/html; charset=utf-8")

    def do_POST(self) -> None:
        self.server.told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(b"", "text/plain")
        self.server.done.set()

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _serving(made: Maker, *, scripts: bool) -> Iterator[_Server]:
    frames = "".join(_FRAME.format(kind=kind, height=_HEIGHT) for kind in KINDS)
    around = _AROUND.format(frames=frames, held='<img src="/held.gif" alt="">' if scripts else "")
    files = {f"/{kind}.html": made.page(kind, "shop").read_bytes() for kind in KINDS}
    with _Server(files | {"/around.html": around.encode(), "/reader.js": _READER.encode()}) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.done.set()
        server.shutdown()


def _shot(server: _Server, folder: Path, *, scripts: bool) -> Any:
    """Let Firefox open the page around in a profile and a home of its own; return its picture."""
    from PIL import Image

    profile = folder / "profile"
    profile.mkdir(parents=True)
    (profile / "user.js").write_text(_PREFERENCES + ("" if scripts else 'user_pref("javascript.enabled", false);\n'))
    picture = folder / "shot.png"
    size = f"1080,{40 + _HEIGHT * len(KINDS)}"
    address = f"http://127.0.0.1:{server.server_port}/around.html"
    command = [
        str(FIREFOX),
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        f"--window-size={size}",
        "--screenshot",
        str(picture),
        address,
    ]
    environment = {**os.environ, "HOME": str(folder), "MOZ_HEADLESS": "1", "MOZ_CRASHREPORTER_DISABLE": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd=folder
    ) as firefox:
        try:
            firefox.wait(_TIMEOUT_S)
        finally:
            with_children = os.getpgid(firefox.pid) if firefox.poll() is None else None
            if with_children is not None:
                os.killpg(with_children, signal.SIGKILL)
    return Image.open(io.BytesIO(picture.read_bytes())).convert("RGB")


@pytest.fixture(scope="module")
def seen(made: Maker, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str], Any]:
    """What the page around told, what was asked of the server, and the picture."""
    with _serving(made, scripts=True) as server:
        picture = _shot(server, tmp_path_factory.mktemp("firefox"), scripts=True)
        return server.told, server.asked, picture


@pytest.mark.parametrize("kind", KINDS)
def test_one_broken_service_is_found_and_explained(kind, seen):
    told = seen[0][kind]
    assert told["complaints"] == []
    assert told["before"] == 3 and len(told["rows"]) == 1 and "cart" in told["rows"][0]
    assert "SELECTS_NOTHING" in told["panel"] and "kubectl -n shop get pods -l app=carts" in told["panel"]
    assert told["display"] == "none"


def test_the_policy_stops_what_is_put_in_later(seen):
    told = seen[0]
    assert told["bare"]["ran"] == 1  # the probe works: this page has no policy
    assert told["report"]["ran"] in (None, "refused") and told["share"]["ran"] in (None, "refused")


def test_nothing_else_is_asked_for(seen):
    assert set(seen[1]) - {"/favicon.ico"} == {"/around.html", "/reader.js", "/held.gif", *(f"/{kind}.html" for kind in KINDS)}


def test_the_picture_shows_the_explorer_and_without_scripts_the_static_part(seen, made, tmp_path):
    live = seen[2]
    with _serving(made, scripts=False) as server:
        static = _shot(server, tmp_path, scripts=False)
        assert server.told == {}
    _SHOTS.mkdir(parents=True, exist_ok=True)
    live.save(_SHOTS / "firefox-live.png")
    static.save(_SHOTS / "firefox-static.png")
    for place, kind in enumerate(KINDS):
        assert _pixels(live, place, lambda colour: colour == _CHOSEN) > 2_000, f"{kind}: the chosen row is not seen"
        assert _pixels(static, place, lambda colour: colour == _CHOSEN) == 0
        assert _pixels(static, place, lambda colour: sum(colour) < 200) > 1_000, f"{kind}: nothing is to be read without scripts"


def _pixels(picture: Any, place: int, wanted: Callable[[tuple[int, int, int]], bool]) -> int:
    """Count the pixels of a wanted colour where the frame at `place` is."""
    band = picture.crop((0, place * _HEIGHT, 1060, (place + 1) * _HEIGHT))
    return sum(number for number, found in band.getcolors(band.width * band.height) if wanted(found))
