"""A page of JupyterLab: what a reader does in it, and what it must not do (ask elsewhere, complain, run a stranger's script)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.e2e.server import LabServer

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WAIT_MS = 40_000  # of a shared machine; everything waits for a text or a state, none for time to pass
_KNOWN = (
    re.compile(r"Error: widget model not found(\n +at .*/@jupyter-widgets/jupyterlab-manager/.*)+"),
)  # JupyterLab's own, of a widget without its kernel
_MODEL = "window.jupyterapp.shell.currentWidget.content.model.sharedModel"
_NUMBERS = f"{_MODEL}.cells.filter((cell) => cell.cell_type === 'code').map((cell) => cell.execution_count)"
_COMMAND = """([name, given]) => {
    const end = (how) => { window.commandEnded = how; };
    window.commandEnded = null;
    window.jupyterapp.commands.execute(name, given).then(() => end("done"), (error) => end(String(error)));
}"""
_KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"


class LabPage:
    """One page in a browser profile of its own, with what it asked for elsewhere and complained of."""

    def __init__(self, browser: Any, lab: LabServer, *, width: int = 1280, height: int = 800) -> None:
        self.lab = lab
        self.notebook = ""
        self.faults: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.context.set_default_timeout(WAIT_MS)
        self.context.route("**/*", self._judge)
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        self.page.on(
            "websocket", lambda socket: self._own(socket.url.replace("ws://", "http://", 1)) or self.faults.append(f"socket: {socket.url}")
        )
        self.page.on("dialog", self._dismiss)

    def _own(self, address: str) -> bool:
        return address.startswith((self.lab.url, "data:", "blob:"))

    def _judge(self, route: Any) -> None:
        if self._own(route.request.url):
            route.continue_()
        else:
            self.faults.append(f"asked elsewhere: {route.request.url}")
            route.abort()

    def _judge_socket(self, address: str) -> None:
        if not self._own(address.replace("ws://", "http://", 1)):
            self.faults.append(f"asked elsewhere: {address}")

    def _hear(self, message: Any) -> None:
        ours = "k8snetviz" in message.text
        if (message.type == "error" or (ours and message.type == "warning")) and not any(known.fullmatch(message.text) for known in _KNOWN):
            self.faults.append(f"console: {message.text}")

    def _dismiss(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, notebook: str) -> LabPage:
        """Open a notebook with the file browser beside it, and wait for its cells."""
        self.notebook = notebook
        self.page.goto(f"{self.lab.url}lab/tree/{notebook}?token={self.lab.token}&reset")
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        return self

    def reload(self) -> LabPage:
        """Reload the page, and wait for the cells."""
        self.page.reload()
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        return self

    def kernel_idle(self) -> LabPage:
        """Wait until the kernel is there and has nothing to do."""
        self.page.wait_for_function(f"() => {_KERNEL} === 'idle'")
        return self

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> LabPage:
        """Run a command of JupyterLab and wait for its end: by asking, since a promise of it may outlive the page."""
        self.begin(name, arguments)
        return self.ended()

    def ended(self) -> LabPage:
        """Wait for the end of the command that was begun."""
        self.page.wait_for_function("() => window.commandEnded !== null")
        assert self.page.evaluate("() => window.commandEnded") == "done"
        return self

    def begin(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Start a command that ends only when the reader has answered."""
        self.page.evaluate(_COMMAND, [name, arguments or {}])

    def run_all(self) -> LabPage:
        """Run every cell and wait for the last; each has its number."""
        self.kernel_idle().command("notebook:run-all-cells")
        numbers = self.page.evaluate(f"() => {_NUMBERS}")
        assert numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers)))  # none was left out
        return self

    def run_cell(self, place: int) -> LabPage:
        """Run the cell at `place` again."""
        self.page.locator(".jp-Notebook .jp-Cell").nth(place).locator(".jp-InputPrompt").click()
        return self.command("notebook:run-cell")

    def place_of(self, source: str) -> int:
        """Return the place of the cell that holds `source`."""
        place = self.page.evaluate(f"(source) => {_MODEL}.cells.findIndex((cell) => cell.source === source)", source)
        assert place >= 0
        return int(place)

    def says(self, place: int, text: str) -> None:
        """Wait until `text` stands in the output of the cell at `place`; it is drawn after the cell has ended."""
        self.page.locator(".jp-Notebook .jp-Cell").nth(place).locator(".jp-OutputArea").get_by_text(text).first.wait_for()

    def explorers(self, number: int = 1) -> Any:
        """Wait until exactly that many explorers are seen, each with its rows, and return them."""
        self.page.wait_for_function(
            """(number) => {
                const found = [];
                const look = (root) => root.querySelectorAll("*").forEach((each) => {
                    if (each.matches(".kx") && each.getClientRects().length) found.push(each);
                    if (each.shadowRoot) look(each.shadowRoot);
                });
                look(document);
                return found.length === number && found.every((each) => each.querySelector(".tr"));
            }""",
            arg=number,
        )
        return self.page.locator(".kx:visible")

    def complained(self, pattern: str) -> None:
        """Take out the complaints that a test made on purpose; there is at least one."""
        meant = [fault for fault in self.faults if re.search(pattern, fault)]
        assert meant
        self.faults[:] = [fault for fault in self.faults if fault not in meant]

    def shot(self, name: str) -> None:
        """Keep a picture of the page as build/screenshots/lab-`name`.png."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"lab-{re.sub(r'[^A-Za-z0-9-]+', '-', name)}.png")

    def close(self, name: str) -> None:
        """Keep a last picture, and close the page."""
        if self.context.pages:
            self.shot(name)
            self.context.close()
