"""`make demo`: the whole program with a sample township, until Ctrl-C."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import segno

from tools.addresses import require_free, shown_host
from tools.certificates import Certificates
from tools.paths import DEMO_FILE, LOCAL, LOGS, ROOT
from tools.say import Stop, run_or_explain, step, table
from tools.services import of_checkout, read_env
from tools.supervisor import Child, Supervisor

BINARIES = ROOT / ".venv/bin"
FLASK = [str(BINARIES / "flask"), "--app", "wsgi:app"]
LOG_LIMIT = 5_000_000
SECONDS_TO_START = 90
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Plan:
    """Where and how the demo is served."""

    host: str
    port: int
    tls: bool

    @property
    def url(self) -> str:
        return (
            f"{'https' if self.tls else 'http'}://{_bracketed(shown_host(self.host))}:{self.port}"
        )

    @property
    def live_url(self) -> str:
        return f"{self.url.rsplit(':', 1)[0]}:{self.port + 1}/live"

    @property
    def certificates(self) -> Certificates:
        return Certificates(LOCAL / "tls")


def read_plan(environ: Mapping[str, str]) -> Plan:
    """The plan from PORT, HOST and TLS."""
    port = environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65535:
        raise Stop(
            f"PORT={port} is no port.", "Choose a number from 1 to 65534: make demo PORT=8000"
        )
    tls = (environ.get("TLS") or "0").lower() not in ("0", "no", "false")
    return Plan(environ.get("HOST") or "127.0.0.1", int(port), tls)


def settings(plan: Plan, services: Mapping[str, str]) -> dict[str, str]:
    """The environment of the program's processes; what the caller has set wins."""
    ours = {
        "STORAGE_URL": f"file://{LOCAL / 'storage'}",
        "PUBLIC_URL": plan.url,
        "LIVE_URL": plan.live_url,
        # Over plain HTTP not every browser keeps a Secure cookie, not even on this machine.
        "COOKIE_SECURE": "true" if plan.tls else "false",
        "DEMO": "true",
    }
    if plan.tls:
        ours["CA_CERTIFICATE"] = str(plan.certificates.authority)
    path = f"{BINARIES}:{os.environ.get('PATH', '')}"
    return ours | dict(os.environ) | dict(services) | {"PATH": path, "PYTHONUNBUFFERED": "1"}


def children(plan: Plan) -> list[Child]:
    """The four processes of the program."""
    granian = [str(BINARIES / "granian"), "--host", plan.host, "--no-ws"]
    if plan.tls:
        made = plan.certificates
        granian += ["--ssl-certificate", str(made.server), "--ssl-keyfile", str(made.server_key)]
    api = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "8"]
    live = ["--interface", "asgi", "--workers", "1"]
    commands = {
        "API": [*granian, *api, "--port", str(plan.port), "wsgi:app"],
        "Live channel": [*granian, *live, "--port", str(plan.port + 1), "backend.live:app"],
        "Worker": [*FLASK, "worker"],
        "Schedule": [*FLASK, "schedule"],
    }
    return [Child(name, command, _log(name)) for name, command in commands.items()]


def healthy(plan: Plan) -> bool:
    """True when the API says that it is well."""
    context = None
    if plan.tls:
        context = ssl.create_default_context(cafile=str(plan.certificates.authority))
    try:
        with urllib.request.urlopen(f"{plan.url}/api/health", timeout=5, context=context) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def prepare(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Bring the database up to date, load the sample township once; answer its accounts."""
    step("Bringing the database up to date …")
    _flask(environment, "db", "upgrade")
    step("Sample township: loading it, unless it is there …")
    if subprocess.run([*FLASK, "demo", "load"], env=environment, cwd=ROOT, check=False).returncode:
        raise Stop("The sample township could not be loaded.", "`make reset` begins anew.")
    accounts: list[dict[str, Any]] = json.loads(_flask(environment, "demo", "accounts", "--json"))
    return accounts


def write_demo_file(plan: Plan, accounts: list[dict[str, Any]], path: Path = DEMO_FILE) -> None:
    """Tell other programs where the demo is and who can sign in."""
    told = ("role", "username", "password", "name")
    rows = [{key: account[key] for key in told} for account in accounts]
    path.write_text(json.dumps({"url": plan.url, "accounts": rows}, ensure_ascii=False, indent=2))


def announce(plan: Plan, accounts: list[dict[str, Any]]) -> None:
    """Print where to go and who can sign in."""
    rows = [[str(one[key]) for key in ("name", "role", "username", "password")] for one in accounts]
    print(f"\n{table(('name', 'role', 'user', 'password'), rows)}")
    print(f"\n  Phone (field app)  {plan.url}/\n  Desk (centre)      {plan.url}/centre/")
    if plan.tls or plan.host not in LOOPBACK:
        print()
        segno.make(f"{plan.url}/").terminal(compact=True)
    if plan.tls:
        print(f"\n  Phones must trust {plan.url}/ca.crt once: README says how.")
        print(f"  The same file on this machine: {plan.certificates.authority}")
    elif plan.host not in LOOPBACK:
        print("\n  Without TLS=1 a phone gives no camera, no position and no offline start.")
    print(f"\n  Logs: {LOGS}\n  Ctrl-C stops everything.\n", flush=True)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold this checkout's demo; raise Stop when another `make demo` holds it."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(_already_running(lock), "Stop that one with Ctrl-C first.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _already_running(lock: IO[str]) -> str:
    lock.seek(0)
    url = json.loads(DEMO_FILE.read_text())["url"] if DEMO_FILE.exists() else "starting"
    return f"The demo of this checkout already runs (process {lock.read()}, {url})."


def _flask(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(
        [*FLASK, *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = "\n  ".join((done.stdout + done.stderr).splitlines()[-15:])
        raise Stop(f"`flask {' '.join(words)}` failed:\n  {said}")
    return done.stdout


def _log(name: str) -> Path:
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name.lower().replace(' ', '-')}.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
    return log


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def serve(plan: Plan, environment: dict[str, str]) -> None:
    """Run the four processes until asked to stop."""
    accounts = prepare(environment)
    step("Starting API, live channel, worker and schedule …")
    supervisor = Supervisor(children(plan), environment, ROOT)
    supervisor.obey_signals()
    try:
        supervisor.start()
        supervisor.wait_until(lambda: healthy(plan), SECONDS_TO_START, "The API does not answer")
        if not supervisor.stopping:
            write_demo_file(plan, accounts)
            announce(plan, accounts)
        supervisor.watch()
    finally:
        step("Stopping …")
        supervisor.stop()


def main() -> int:
    """Start what is needed, serve, and stop what was started."""
    plan = read_plan(os.environ)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # until the supervisor listens
    with only_one():
        for port in (plan.port, plan.port + 1):
            require_free(plan.host, port)
        if plan.tls:
            plan.certificates.prepare(shown_host(plan.host))
        step("PostgreSQL and Valkey …")
        services = of_checkout()
        started = services.start()
        try:
            serve(plan, settings(plan, read_env()))
        finally:
            if started:
                services.stop()
    step("Stopped.")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
