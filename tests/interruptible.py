"""The command line as a process that Ctrl-C ends, even where the tests run with interrupts ignored, as in the background of a shell."""

from __future__ import annotations

import sys

_CODE = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from k8snetviz.cli import main; sys.exit(main())"
COMMAND = (sys.executable, "-c", _CODE)
