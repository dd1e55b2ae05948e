"""The explorer of a live cluster: shown anew after changes, in place, with its age."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from k8snetviz.model.printable import printable

if TYPE_CHECKING:
    from k8snetviz.collect.live.live import Live
    from k8snetviz.widgets.explorer import Explorer

EVERY_S = 1.0
LOOK_S = 0.1  # after a change, until it is shown, where nothing was shown for a while
BEAT_S = 5.0  # the page takes three times as long without a beat for a kernel that is gone
_LOG = logging.getLogger(__name__)


class Following:
    """Shows what `live` holds in `explorer`, at most once a second and never faster than it can be made ready."""

    def __init__(self, explorer: Explorer, live: Live) -> None:
        self._explorer, self._live = explorer, live
        self._seen = -1  # what changed while the first snapshot was shown is shown a second later
        self._whole = True  # whether all stories are told of what is shown
        self._stopped = threading.Event()
        self._beat, self._beaten = 0, 0.0
        self._thread = threading.Thread(target=self._run, name="k8snetviz-explorer", daemon=True)
        self._tell()
        self._thread.start()

    def stop(self) -> None:
        """End it; the explorer keeps what it shows, and says that it is no longer followed."""
        self._stopped.set()
        if self._thread is not threading.current_thread():
            self._thread.join(EVERY_S)

    def _run(self) -> None:
        due = 0.0
        while not self._stopped.wait(LOOK_S) and not self._live.stopped:
            began = time.monotonic()
            try:
                if began >= due and (self._refreshed() or self._told()):
                    ended = time.monotonic()
                    due = max(began + EVERY_S, ended + (ended - began) / 2)  # half as long again is left to what the user runs
                self._tell()
            except Exception:  # noqa: BLE001 - what cannot be shown now may be shown after the next change
                _LOG.exception("the explorer of %s could not be brought up to date", self._live.name)
                due = time.monotonic() + EVERY_S
        self._explorer.hear({"said": f"no longer followed since {time.strftime('%H:%M:%S')}", "lost": True, "end": True})

    def _refreshed(self) -> bool:
        changes = self._live.changes
        if changes == self._seen:
            return False
        self._explorer.refresh(self._live.snapshot())
        self._seen, self._whole = changes, False
        return True

    def _told(self) -> bool:
        """Tell, while nothing changes, the stories that a cluster on the move has no time for."""
        if self._whole:
            return False
        self._explorer.tell_all()
        self._whole = True
        return True

    def _tell(self) -> None:
        """Say how old it is: every second while nothing is heard, else as a beat every few seconds."""
        live, quiet = self._live.connected, time.monotonic() - self._beaten
        if live is not self._explorer.lost and quiet < (BEAT_S if live else EVERY_S):
            return
        self._beat, self._beaten = self._beat + 1, time.monotonic()
        self._explorer.hear({"said": printable(self._live.age, limit=160), "lost": not live, "beat": self._beat})
