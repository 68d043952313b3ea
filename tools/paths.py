"""Where things of this checkout live."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
LOGS = LOCAL / "log"
ENV_FILE = LOCAL / "env"
DEMO_FILE = LOCAL / "demo.json"

LONGEST_SOCKET = 107  # bytes; the kernel's sun_path holds one more for the closing NUL
SOCKET_NAME = ".s.PGSQL.5432"


def socket_fits(home: Path) -> bool:
    """True when a PostgreSQL socket in `home`/run is short enough for the kernel."""
    return len(os.fsencode(home / "run" / SOCKET_NAME)) <= LONGEST_SOCKET


def open_to_others(folder: Path) -> bool:
    """True when another user may walk down to `folder`, which need not exist yet."""
    parts = [part for part in (folder, *folder.parents) if part.exists()]
    return all(part.stat().st_mode & 0o001 for part in parts)


def service_home(root: Path = ROOT, *, foreign_owner: bool | None = None) -> Path:
    """The folder of PostgreSQL's and Valkey's data and sockets.

    It is `.local/services`, or one under /var/tmp named after the checkout where a socket's path
    would be too long, or where root's PostgreSQL (run by another user) could not get in.
    """
    foreign = os.geteuid() == 0 if foreign_owner is None else foreign_owner
    home = root / ".local" / "services"
    if socket_fits(home) and (not foreign or open_to_others(home)):
        return home
    key = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return Path("/var/tmp") / f"gridfield-{key}"
