"""A PostgreSQL cluster of this checkout's own: sockets only, no clash with any other.

Used before the virtual environment exists: standard library only.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.paths import SOCKET_NAME
from tools.say import Stop

OLDEST = 15
NAME = "gridfield"
PORT = SOCKET_NAME.rsplit(".", 1)[-1]
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "200",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",  # a disk without heads, and most of it in memory
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "500",
}


def find_binaries(debian: Path = Path("/usr/lib/postgresql")) -> Path | None:
    """The folder of the newest usable PostgreSQL's programs that has PostGIS, or None."""
    folders = [path.parent for path in debian.glob("*/bin/initdb")]
    if (elsewhere := shutil.which("initdb")) is not None:
        folders.append(Path(elsewhere).parent)
    usable = [folder for folder in folders if _version(folder) >= OLDEST and _has_postgis(folder)]
    return max(usable, key=_version, default=None)


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "-V"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+", said.stdout)
    return int(number.group()) if number else 0


def _has_postgis(folder: Path) -> bool:
    version = _version(folder)
    shares = (Path(f"/usr/share/postgresql/{version}"), folder.parent / "share/postgresql")
    return any((share / "extension/postgis.control").exists() for share in shares)


@dataclass(frozen=True)
class Postgres:
    """The cluster under `home`, run by this user, or by `postgres` when this user is root."""

    home: Path
    binaries: Path

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def sockets(self) -> Path:
        return self.home / "run"

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{NAME}@/{NAME}?host={self.sockets}&port={PORT}"

    def start(self) -> bool:
        """Make the cluster where there is none and start it; True when it was not running."""
        if self.running():
            return False
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._forget_dead_server()
        self._control("start", "-w", "-t", "60", "-l", str(self.data / "server.log"))
        if NAME not in self._ask("select datname from pg_database").split():
            self._ask(f"create database {NAME}")
        return True

    def stop(self) -> None:
        """Stop the server if it runs; open connections are closed."""
        if self.running():
            self._control("stop", "-m", "fast", "-w")

    def kill(self) -> None:
        """Stop the server as a crash does; it recovers when it is started again."""
        self._control("stop", "-m", "immediate", "-w")

    def back_up(self, folder: Path) -> None:
        """Copy the running cluster into `folder`, whole and consistent."""
        folder.mkdir(mode=0o700)
        shutil.chown(folder, self.owner())
        place = ["-h", str(self.sockets), "-p", PORT, "-U", NAME]
        self._run("pg_basebackup", "-D", str(folder), "-X", "stream", "-c", "fast", *place)

    def restore(self, folder: Path) -> None:
        """Put a backup in the place of the stopped cluster."""
        for old in self.data.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        subprocess.run(["cp", "-a", f"{folder}/.", self.data], check=True)

    def running(self) -> bool:
        """True when the server answers on its own socket."""
        return self.sockets.exists() and self._ask("select 1") == "1"

    def owner(self) -> str:
        """Who runs the server: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid()).pw_name
        try:
            return pwd.getpwnam("postgres").pw_name
        except KeyError:
            remedy = "Create it: useradd --system postgres"
            raise Stop("PostgreSQL refuses to run as root, no user 'postgres'.", remedy) from None

    def _create(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        for folder in (self.data, self.sockets):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.chown(folder, self.owner())
            folder.chmod(0o700)
        options = ["-U", NAME, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "-D", str(self.data), *options)
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _forget_dead_server(self) -> None:
        """Remove the lock of a server that is gone, whose number another process may have now."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        command = Path("/proc") / lock.read_text().split("\n", 1)[0] / "cmdline"
        if command.exists() and os.fsencode(self.data) in command.read_bytes():
            raise Stop(f"PostgreSQL in {self.data} is starting or hangs.", f"See {self.data}.log")
        lock.unlink()

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self.data), *words)

    def _run(self, program: str, *words: str) -> None:
        command = [str(self.binaries / program), *words]
        if os.geteuid() == 0:
            command = ["runuser", "-u", self.owner(), "--", *command]
        # pg_ctl's server keeps what it inherits open: a file, unlike a pipe, makes nobody wait.
        log = self.home / f"{program}.log"
        with log.open("w") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, cwd="/", env=_plain_env(), check=False
            )
        if done.returncode:
            said = "\n  ".join(log.read_text().splitlines()[-8:])
            raise Stop(f"{program} failed:\n  {said}", f"More in {self.data / 'server.log'}")

    def _ask(self, query: str) -> str:
        place = ["-h", str(self.sockets), "-p", PORT, "-U", NAME, "-d", "postgres"]
        done = subprocess.run(
            [self.binaries / "psql", "-XAtqc", query, *place],
            capture_output=True, text=True, cwd="/", env=_plain_env(), check=False,
        )  # fmt: skip
        return done.stdout.strip()


def _plain_env() -> dict[str, str]:
    """The environment without PostgreSQL's own variables, which would point elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}
