"""What the machine itself must have, and its installation through apt where that is allowed.

Runs before the virtual environment exists: standard library only.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from tools.paths import LOGS
from tools.postgres import find_binaries
from tools.say import Stop, run_or_explain, step

APT_SCRIPT = Path(__file__).with_name("apt-install.sh")
POSTGRES_OF_DEBIAN = {"12": "15", "13": "17"}


@dataclass(frozen=True)
class Need:
    """A thing the machine must have, how to see that it is there, and Debian's packages for it."""

    name: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def debian_version(release: Path = Path("/etc/os-release")) -> str:
    """Debian's major version, or an empty text on other systems."""
    lines = release.read_text().splitlines() if release.exists() else []
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    return values.get("VERSION_ID", "").strip('"') if values.get("ID") == "debian" else ""


def _has_chinese_font() -> bool:
    roots = (Path("/usr/share/fonts"), Path.home() / ".local/share/fonts")
    return any(root.exists() and any(root.rglob("NotoSansCJK*")) for root in roots)


def needs(*, browser: bool) -> list[Need]:
    """Everything that pip and npm cannot bring."""
    postgres = POSTGRES_OF_DEBIAN.get(debian_version(), "15")
    found = [
        Need(
            "Python's venv module",
            lambda: importlib.util.find_spec("ensurepip") is not None,
            ("python3-venv",),
        ),
        Need(
            "PostgreSQL 15 or newer with PostGIS",
            lambda: find_binaries() is not None,
            (f"postgresql-{postgres}", f"postgresql-{postgres}-postgis-3"),
        ),
    ]
    if browser:
        found += [
            Need("Chromium", lambda: shutil.which("chromium") is not None, ("chromium",)),
            Need("a Chinese font", _has_chinese_font, ("fonts-noto-cjk",)),
            # The Node that Playwright brings along is linked against it.
            Need("libatomic", lambda: find_library("atomic") is not None, ("libatomic1",)),
        ]
    return found


def as_root() -> list[str] | None:
    """The words before a command that make it run as root, or None where that is impossible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if silent.returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


def install(missing: list[Need]) -> None:
    """Install what is missing through apt; raise Stop with the exact command where it cannot."""
    packages = [package for need in missing for package in need.packages]
    names = ", ".join(need.name for need in missing)
    command = f"sudo apt-get update && sudo apt-get install {' '.join(packages)}"
    prefix = as_root()
    if shutil.which("apt-get") is None:
        raise Stop(f"Missing: {names}.", f"Install these by hand; on Debian: {command}")
    if prefix is None:
        raise Stop(f"Missing: {names}, and no right to install (neither root nor sudo).", command)
    step(f"Installing {names} with apt (a minute or two) …")
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "apt.log").open("w") as log:
        script = [*prefix, "sh", str(APT_SCRIPT), *packages]
        done = subprocess.run(script, stdout=log, stderr=log, check=False)
    if done.returncode:
        said = "\n  ".join((LOGS / "apt.log").read_text().splitlines()[-10:])
        raise Stop(f"apt could not install {names}:\n  {said}", f"Try it by hand: {command}")


def main() -> int:
    """Check the machine, install what is missing; `--browser` adds what browser tests need."""
    if sys.version_info < (3, 11):  # noqa: UP036 - runs before anything has checked it
        raise Stop("Python 3.11 or newer is needed.", "On Debian 12: apt-get install python3")
    missing = [need for need in needs(browser="--browser" in sys.argv) if not need.present()]
    if missing:
        install(missing)
    still = ", ".join(need.name for need in missing if not need.present())
    if still:
        raise Stop(f"Installed, yet not found: {still}.")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
