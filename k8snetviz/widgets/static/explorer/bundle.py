"""Makes ``static/explorer.js`` and ``static/explorer-one.js``: the modules beside this file as one ES module each, without imports.

``make front`` runs it.

The bundle is committed, so nobody needs node to install or to run. Its first line holds a hash of what it was made from;
a test compares that everywhere, and makes the bundle anew where node is there.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent
BUNDLE = SOURCES.parent / "explorer.js"
ONE = SOURCES.parent / "explorer-one.js"
"""The same for a page of one snapshot, which need not carry what several moments take."""
_TOOL = "esbuild@0.28.2"
_OPTIONS = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8", "--log-level=warning")
_OF_ONE = "--define:globalThis.KX_ONE=true"
_ENTRY = 'import { boot, received, render } from "./boot.js";\nexport default { boot, received, render };\n'
_ENTRY_OF_ONE = 'import { boot } from "./boot.js";\nexport default { boot };\n'
_EXPORT = re.compile(r"export\{(\S+) as default\};\s*\Z")
_UNSAFE = ("</script", "<!--")  # either would end or hide the script element that holds the module


def sources_hash() -> str:
    """Return the beginning of the sha256 of everything the bundle is made from: tool, options, entry, and the modules by name."""
    found = hashlib.sha256(repr((_TOOL, _OPTIONS, _OF_ONE, _ENTRY, _ENTRY_OF_ONE)).encode())
    for path in sorted(SOURCES.glob("*.js")):
        found.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def made(*, one: bool = False) -> str:
    """Return the bundle made anew: it defines ``$kx`` (``render``, ``boot``, ``received``) and exports it as default.

    With `one` it is that of a page of one snapshot, which only boots.

    Raises RuntimeError where npx is missing, where the modules cannot be joined, and where the result would end its own script element.
    """
    npx = shutil.which("npx")
    if npx is None:
        raise RuntimeError("The explorer's bundle is made by node's npx, and there is none: install node 20 or newer.")
    entry, more = (_ENTRY_OF_ONE, (_OF_ONE,)) if one else (_ENTRY, ())
    command = [npx, "--yes", _TOOL, *_OPTIONS, *more, "--sourcefile=entry.js"]
    done = subprocess.run(command, input=entry, cwd=SOURCES, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603  # fixed words
    if done.returncode:
        raise RuntimeError(f"The explorer's modules could not be joined:\n{done.stderr}")
    text, count = _EXPORT.subn(r"const $kx=\1;export default $kx;", done.stdout)
    if count != 1 or any(mark in text.lower() for mark in _UNSAFE):
        raise RuntimeError("The explorer's bundle has no default export, or would end its own script element.")
    return f"// explorer/*.js, sha256 {sources_hash()}, joined by make front\n{text}\n"


if __name__ == "__main__":
    for bundle in (BUNDLE, ONE):
        bundle.write_text(made(one=bundle is ONE), encoding="utf-8", newline="\n")
    sys.exit(0)
