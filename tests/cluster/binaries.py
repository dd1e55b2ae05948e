"""The programs of the control plane: built from their Go modules once, kept in a cache, or taken from ``KUBEBUILDER_ASSETS``.

``python -m tests.cluster.binaries`` builds them (about 7 minutes cold on two cores, seconds when nothing changed).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

MODULE = Path(__file__).with_name("control_plane")
PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
REASON = "needs a control plane: `make test-cluster` builds one where Go is, or KUBEBUILDER_ASSETS names its folder"


def cache() -> Path:
    """Return the folder of the built programs: one for each state of go.mod."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "k8snetviz" / ("control-plane-" + hashlib.sha256((MODULE / "go.mod").read_bytes()).hexdigest()[:12])


def there() -> Path | None:
    """Return the folder that holds all programs, None where they are not built yet."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    for folder in [Path(assets)] if assets else [cache()]:
        if all((folder / name).is_file() for name in PROGRAMS if name != "kube-scheduler" or not assets):
            return folder
    return None


def build() -> Path:
    """Build what is missing and return the folder."""
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    version = re.search(r"k8s\.io/kubernetes (v\S+)", (MODULE / "go.mod").read_text()).group(1)
    major, minor = version.removeprefix("v").split(".")[:2]
    named = " ".join(
        f"-X {package}.gitVersion={version} -X {package}.gitMajor={major} -X {package}.gitMinor={minor}"
        for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    )
    for name in PROGRAMS:
        if (folder / name).is_file():
            continue
        package = "./etcd" if name == "etcd" else f"k8s.io/kubernetes/cmd/{name}"
        unfinished = folder / f".{name}.{os.getpid()}"
        began = time.monotonic()
        subprocess.run(
            ["go", "build", "-trimpath", "-ldflags", f"-s -w {named}", "-o", str(unfinished), package],
            cwd=MODULE,
            check=True,
            env=os.environ | {"GOFLAGS": "-buildvcs=false -mod=mod", "CGO_ENABLED": "0"},
        )
        unfinished.replace(folder / name)
        print(f"{name}: built in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return folder


if __name__ == "__main__":
    if shutil.which("go") is None and there() is None:
        sys.exit(REASON)
    print(there() or build())
