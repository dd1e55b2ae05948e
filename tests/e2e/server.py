"""A JupyterLab server for tests: folders of its own, no telemetry, and only the labextensions it is given."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

_START_S = 60
_FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
_SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # else cells out of sight are not in the page
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},  # else a pop-up covers outputs
}
_EXTENSIONS = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
OURS = "k8snetviz"


class LabServer:
    """A running server; notebooks lie in `root`, labextensions in `extensions`."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.environment = {**os.environ, **{name: str(folder / name.lower()) for name in _FOLDERS}}
        self._settings = folder / "jupyterlab_settings_dir" / "@jupyterlab"
        self.data = folder / "jupyter_data_dir"
        self.extensions = self.data / "labextensions"
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{_free_port()}/"
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until the server answers."""
        for path in (self.root, self.extensions):
            path.mkdir(parents=True)
        for name, values in _SETTINGS.items():
            self.set(name, values)
        for path in _installed():  # all but ours, which a test lays out when it wants it
            target = self.extensions / path.relative_to(_EXTENSIONS)
            target.parent.mkdir(exist_ok=True)  # of an @organisation
            target.symlink_to(path, target_is_directory=True)
        command = [sys.executable, "-m", "jupyterlab", *self._options()]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=self.environment, cwd=self.root, stdout=log, stderr=subprocess.STDOUT)
        end = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"JupyterLab did not start: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server with its kernels."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _options(self) -> list[str]:
        return [
            "--allow-root",
            "--no-browser",
            "--expose-app-in-browser",
            "--ip=127.0.0.1",
            f"--port={self.url.rsplit(':', 1)[1].rstrip('/')}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.root}",
            f"--LabApp.labextensions_path={self.extensions}",
            "--LabApp.extension_manager=readonly",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]

    def _answers(self) -> bool:
        try:
            self.ask("GET", "api/status")
        except (URLError, OSError):
            return False
        return True

    def ask(self, method: str, path: str) -> Any:
        """Return what the server's REST API answers."""
        request = Request(self.url + path, method=method, headers={"Authorization": f"token {self.token}"})
        with urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def end_session(self, notebook: str) -> None:
        """End the kernel of `notebook`, if it has one; whoever opens it again gets a new one."""
        for session in self.ask("GET", "api/sessions"):
            if session["path"] == notebook:
                self.ask("DELETE", f"api/sessions/{session['id']}")

    def trust(self, notebook: Path) -> None:
        """Sign `notebook`, as ``jupyter trust`` does."""
        command = [sys.executable, "-m", "jupyter", "trust", str(notebook)]
        subprocess.run(command, env=self.environment, check=True, capture_output=True, timeout=60)

    def set(self, name: str, values: dict[str, Any]) -> None:
        """Write a reader's settings, such as of ``notebook-extension/tracker``; pages opened afterwards follow them."""
        plugin, _, part = name.partition("/")
        file = self._settings / plugin / f"{part}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))

    @contextmanager
    def settings(self, name: str, values: dict[str, Any]) -> Iterator[None]:
        """Settings for a while."""
        self.set(name, values)
        try:
            yield
        finally:
            self.set(name, _SETTINGS.get(name, {}))

    @contextmanager
    def extension(self, layout: Path) -> Iterator[None]:
        """Have our labextension for a while, as `layout` is."""
        target = self.extensions / OURS
        copytree(layout, target)
        try:
            yield
        finally:
            rmtree(target)


def _installed() -> list[Path]:
    """Return the labextensions of this Python that are not ours."""
    found = [path.parent for pattern in ("[!@]*/package.json", "@*/*/package.json") for path in _EXTENSIONS.glob(pattern)]
    return sorted(path for path in found if path.name != OURS)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
