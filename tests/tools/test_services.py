"""The servers of a checkout, and how others learn their addresses."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from tools.postgres import Postgres, find_binaries
from tools.services import read_env, write_env
from tools.valkey import Valkey


@pytest.fixture
def home() -> Iterator[Path]:
    """A short folder that root's PostgreSQL can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="gridfield-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_shell_and_python_read_the_same_addresses(tmp_path: Path) -> None:
    values = {"DATABASE_URL": "postgresql:///a?host=/x&port=1", "NAME": "it's 网格 $HOME"}
    write_env(values, tmp_path / "env")

    shell = f'. {tmp_path}/env; printf \'%s\\n\' "$DATABASE_URL" "$NAME"'
    said = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)

    assert read_env(tmp_path / "env") == values
    assert said.stdout.splitlines() == list(values.values())


def test_postgres_starts_again_after_a_crash_left_another_s_number(home: Path) -> None:
    binaries = find_binaries()
    assert binaries is not None
    postgres = Postgres(home, binaries)
    lock = postgres.data / "postmaster.pid"
    assert postgres.start()
    try:
        assert not postgres.start(), "a second start finds it running"
        lines = lock.read_text().split("\n")
        os.kill(int(lines[0]), signal.SIGQUIT)  # what a crash looks like to its children
        while postgres.running():
            pass
        lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))

        assert postgres.start()
        with psycopg.connect(postgres.url.replace("+psycopg", "")) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("",)
    finally:
        postgres.stop()
    assert not postgres.running()


def test_valkey_keeps_what_it_was_given(home: Path) -> None:
    valkey = Valkey(home)
    assert valkey.start()
    try:
        assert not valkey.start(), "a second start finds it running"
        with Redis.from_url(valkey.url) as client:
            client.set("grid", "keeps")
        valkey.stop()
        assert valkey.start()
        with Redis.from_url(valkey.url) as client:
            assert client.get("grid") == b"keeps"
    finally:
        valkey.stop()
