"""Run the project's checks: all of them, also after one failed, with a summary at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.paths import ENV_FILE, ROOT
from tools.say import Stop, run_or_explain, table
from tools.services import of_checkout, read_env

PWA = ROOT / "pwa"
BUILT = PWA / "dist/.built"


@dataclass(frozen=True)
class Check:
    """One command that must succeed, and how many of its last lines tell what it found."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT
    closing: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a check said at its end."""

    check: Check
    code: int
    seconds: float
    closing: Sequence[str]


LINT = (
    Check("ruff", ("ruff", "check", "--quiet", ".")),
    Check("ruff format", ("ruff", "format", "--check", ".")),
    Check("mypy", ("mypy",)),
    Check("import floors", ("lint-imports", "--no-logo")),
    Check("eslint", ("npm", "run", "--silent", "lint:eslint"), PWA),
    Check("vue-tsc", ("npm", "run", "--silent", "lint:types"), PWA),
    Check("knip", ("npm", "run", "--silent", "lint:unused"), PWA),
)
UNIT = (
    Check("pytest", ("pytest", "--ignore=tests/browser", "-n", "2", "--dist=worksteal")),
    Check("vitest", ("npm", "run", "--silent", "test"), PWA, closing=5),
)
BROWSER = (
    Check("build", ("make", "build")),
    Check("pytest in Chromium", ("pytest", "tests/browser")),
)
FAULTS = (Check("faults", ("python", "-m", "tools.faults", "--phones=3", "--mutations=150")),)
SUITES = {
    "lint": LINT,
    "unit": UNIT,
    "faults": FAULTS,
    "browser": BROWSER,
    "all": LINT + UNIT + FAULTS + BROWSER,
}


def run(check: Check, environment: dict[str, str]) -> Outcome:
    """Run one check, showing what it prints as it prints it."""
    print(f"\n── {check.name}: {' '.join(check.command)}", flush=True)
    began = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(
        check.command, cwd=check.folder, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines = [*lines, line.rstrip()][-40:] if line.strip() else lines
    return Outcome(check, process.returncode, time.monotonic() - began, lines[-check.closing :])


def summary(outcomes: Sequence[Outcome]) -> str:
    """Each check with its time, what the test runners closed with, then what failed."""
    rows = [
        (
            "passed" if outcome.code == 0 else "FAILED",
            outcome.check.name,
            f"{outcome.seconds:.1f} s",
        )
        for outcome in outcomes
    ]
    tests = [one for one in outcomes if one.check.name.startswith(("pytest", "vitest"))]
    closing = [line for one in tests for line in (f"\n{one.check.name}:", *one.closing)]
    failed = [outcome.check.name for outcome in outcomes if outcome.code]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "All checks passed."
    return "\n".join([table(("", "check", "time"), rows), *closing, "", verdict])


def check_all(checks: Sequence[Check], environment: dict[str, str]) -> int:
    """Run all checks and print the summary; 1 when any failed."""
    outcomes = [run(check, environment) for check in checks]
    print(f"\n══ Summary\n{summary(outcomes)}", flush=True)
    return int(any(outcome.code for outcome in outcomes))


def main() -> int:
    """Run one suite by name; services that it started are stopped at its end."""
    suite = SUITES.get(" ".join(sys.argv[1:]))
    if suite is None:
        raise Stop(f"Usage: python -m tools.checks {'|'.join(SUITES)}")
    if suite is LINT:
        return check_all(suite, dict(os.environ))
    services = of_checkout()
    started = services.start()
    try:
        return check_all(suite, os.environ | read_env(ENV_FILE))
    finally:
        if started:
            services.stop()


if __name__ == "__main__":
    run_or_explain(main)
