"""PostgreSQL and Valkey of this checkout: start, stop, wipe; others read `.local/env`."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.paths import DEMO_FILE, ENV_FILE, LOCAL, LOGS, ROOT, service_home
from tools.postgres import Postgres, find_binaries
from tools.say import Stop, run_or_explain, step
from tools.valkey import Valkey


@dataclass(frozen=True)
class Services:
    """The two servers that the program needs."""

    postgres: Postgres
    valkey: Valkey

    def start(self) -> bool:
        """Start what does not run and write `.local/env`; True when anything was started."""
        with one_at_a_time():
            started = self.postgres.start()
            started = self.valkey.start() or started
            write_env({"DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url})
        return started

    def stop(self) -> None:
        """Stop both; what they hold stays on disk."""
        with one_at_a_time():
            self.valkey.stop()
            self.postgres.stop()


def of_checkout() -> Services:
    """The services of this checkout, running or not."""
    home, binaries = service_home(), find_binaries()
    if binaries is None:
        raise Stop("PostgreSQL with PostGIS is not installed.", "python3 -m tools.system")
    _own_folder(home)
    return Services(Postgres(home, binaries), Valkey(home))


def _own_folder(home: Path) -> None:
    """Make `home`, and refuse one in /var/tmp that somebody else has put there."""
    LOCAL.mkdir(exist_ok=True)
    if not home.is_relative_to(ROOT) and not home.exists():
        step(f"PostgreSQL and Valkey will live in {home}: this checkout's path is too long")
        print("  for a socket, or closed to the user who runs PostgreSQL.", flush=True)
    home.mkdir(mode=0o755, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise Stop(f"{home} belongs to somebody else.", "Remove it, or use another checkout.")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold off other starts and stops in this checkout."""
    with (LOCAL / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_env(values: Mapping[str, str], path: Path = ENV_FILE) -> None:
    """Write variables so that both a shell (`. .local/env`) and `read_env` can read them."""
    draft = path.with_suffix(".new")
    draft.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()))
    draft.replace(path)


def read_env(path: Path = ENV_FILE) -> dict[str, str]:
    """The variables that `write_env` wrote."""
    return dict(word.split("=", 1) for word in shlex.split(path.read_text()))


def wipe(services: Services) -> None:
    """Stop the services and remove all data; the certificate that phones trust is kept."""
    services.stop()
    for folder in (services.postgres.home, LOCAL / "storage", LOGS):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (ENV_FILE, DEMO_FILE):
        file.unlink(missing_ok=True)


def main() -> int:
    """`start`, `stop` or `wipe`."""
    services = of_checkout()
    match sys.argv[1:]:
        case ["start"]:
            started = services.start()
            state = "started" if started else "already running"
            step(f"PostgreSQL and Valkey: {state}. Their addresses are in .local/env")
        case ["stop"]:
            services.stop()
            step("PostgreSQL and Valkey: stopped.")
        case ["wipe"]:
            wipe(services)
            step("All data of this checkout is gone; `make demo` begins anew.")
        case _:
            raise Stop("Usage: python -m tools.services start|stop|wipe")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
