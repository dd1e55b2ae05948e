"""The command line: each verb is a thin shell over the function of the same name.

Exit codes: 0 fine, 2 usage, 3 input unreadable or nothing of ours in it, 4 cluster not reachable, 70 a fault of the toolkit itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from k8snetviz.cli.inputs import settle_input
from k8snetviz.cli.moments import settle_inputs
from k8snetviz.cli.parser import parser
from k8snetviz.errors import NetvizError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code; an error is one sentence on stderr, a traceback only with ``--debug``."""
    words = parser()
    arguments, more = words.parse_known_args(argv)
    takes_more = hasattr(arguments, "else_input") or hasattr(arguments, "least_inputs")
    if more and (not takes_more or any(word.startswith("-") and word != "-" for word in more)):
        words.error(f"unrecognized arguments: {' '.join(more)}")
    try:
        if hasattr(arguments, "else_input"):
            settle_input(arguments, more)
        if hasattr(arguments, "least_inputs"):
            settle_inputs(arguments, more)
        return int(arguments.run(arguments) or 0)
    except NetvizError as error:
        if arguments.debug:
            raise
        _complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output left (head, less): nobody is there to hear more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130
    except OSError as error:
        if arguments.debug:
            raise
        _complain(f"cannot use {error.filename or 'the file'}: {error.strerror or error}")
        return 3
    except Exception as error:  # the last resort: no input may end in a traceback
        if arguments.debug:
            raise
        _complain(
            f"a fault of the toolkit itself, not of your input: {type(error).__name__}: {error}; run it again with --debug and report it"
        )
        return 70


def _complain(sentence: str) -> None:
    from k8snetviz.cli.output import plain

    sys.stderr.write(f"k8snetviz: {plain(sentence)}\n")
