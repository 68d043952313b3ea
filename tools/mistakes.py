"""`make test-the-tests`: mistakes put into a copy of the sources, which the tests must catch.

Each mistake of tests/faults/mistakes.toml replaces one passage. The judges that it names (tests of
the phone, of the server, or a small fault run) are asked until one of them fails. Without a mistake
every judge must pass, or its word is worth nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.paths import ENV_FILE, ROOT
from tools.say import Stop, run_or_explain, step, table
from tools.services import read_env

LIST = ROOT / "tests/faults/mistakes.toml"
PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider")
VITEST = ("npx", "vitest", "run", "--bail", "1")
FAULTS = (
    sys.executable,
    "-m",
    "tools.faults",
    "--phones",
    "3",
    "--mutations",
    "90",
    "--shrink",
    "0",
)
LONGEST = 600  # seconds; a judge that does not come back has seen something, too
# What a fault run blames, or a test by its name: a line of the log may begin with ERROR, too.
FINDING = re.compile(
    r"^\s*(?:✗|(?:FAILED|ERROR|FAIL) +[\w./-]+\.(?:py|test\.ts)\b(?:::| >)?) *(.+)$", re.MULTILINE
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Mistake:
    """A passage of a source, and what somebody could have written instead."""

    says: str
    file: str
    find: str
    put: str
    judges: tuple[str, ...]

    def make(self, copy: Path) -> None:
        """Write it into the copy; raise Stop where its passage is not there exactly once."""
        path = copy / self.file
        text = path.read_text()
        if text.count(self.find) != 1:
            remedy = f"Write it anew in {LIST.relative_to(ROOT)}."
            raise Stop(f"{self.file} has changed: “{self.says}” cannot be made any more.", remedy)
        path.write_text(text.replace(self.find, self.put))


@dataclass(frozen=True)
class Verdict:
    """What a judge saw; None is nothing."""

    finding: str | None
    seconds: float


def read_mistakes() -> list[Mistake]:
    """The mistakes of the list."""
    listed = tomllib.loads(LIST.read_text())["mistake"]
    return [Mistake(**{**one, "judges": tuple(one["judges"])}) for one in listed]


@contextmanager
def copy_of_sources() -> Iterator[Path]:
    """This checkout as it stands, in a folder of its own beside it.

    Front-end packages are hard links: through a symbolic one Vite would look for them elsewhere.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    ENV_FILE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mistake-", dir=ENV_FILE.parent) as folder:
        copy = Path(folder)
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        (copy / ".venv").symlink_to(ROOT / ".venv")
        packages = copy / "pwa/node_modules"
        subprocess.run(["cp", "-al", str(ROOT / "pwa/node_modules"), str(packages)], check=True)
        for name in (".tmp", ".vite", ".vite-temp"):  # what tools write there is each copy's own
            shutil.rmtree(packages / name, ignore_errors=True)
        yield copy


def command_of(judge: str) -> tuple[str, Sequence[str]]:
    """The folder in which a judge is asked, and how."""
    if judge == "faults":
        return ".", FAULTS
    if judge.startswith("pwa/"):
        return "pwa", [*VITEST, judge.removeprefix("pwa/")]
    return ".", [*PYTEST, judge]


def ask(judge: str, copy: Path) -> Verdict:
    """Have a judge look at the copy."""
    folder, command = command_of(judge)
    own = {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    environment = {**os.environ, **read_env(ENV_FILE), **own}
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=copy / folder, env=environment, text=True, timeout=LONGEST, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Verdict("it never ends", time.monotonic() - began)
    seconds = time.monotonic() - began
    if done.returncode == 0:
        return Verdict(None, seconds)
    return Verdict(finding(done.stdout), seconds)


def finding(said: str) -> str:
    """The first thing that a judge found, by the name of the test; its last words where none is."""
    plain = COLOUR.sub("", said).strip()
    found = FINDING.search(plain)
    return found.group(1).strip() if found else plain[-200:]


def judge_soundness(judges: Sequence[str]) -> None:
    """Raise Stop when a judge finds something where there is no mistake."""
    with copy_of_sources() as copy:
        for judge in judges:
            verdict = ask(judge, copy)
            if verdict.finding is not None:
                raise Stop(f"Without any mistake the judge “{judge}” finds: {verdict.finding}")
            step(f"Without a mistake “{judge}” passes, after {verdict.seconds:.0f} s.")


def hold(mistake: Mistake) -> tuple[str, ...]:
    """A line of the table: the mistake, who caught it by what, and after how long."""
    spent = 0.0
    with copy_of_sources() as copy:
        mistake.make(copy)
        for judge in mistake.judges:
            verdict = ask(judge, copy)
            spent += verdict.seconds
            if verdict.finding is not None:
                step(f"{mistake.says}: caught by {judge}, {spent:.0f} s")
                return (mistake.says, judge, verdict.finding[:90], f"{spent:.0f}")
    step(f"{mistake.says}: NOT caught, {spent:.0f} s")
    return (mistake.says, "nobody", "", f"{spent:.0f}")


def main() -> int:
    """Show which mistakes are caught; 1 when one is not."""
    parser = argparse.ArgumentParser(prog="mistakes")
    parser.add_argument("--only", default="", help="mistakes whose words contain this")
    options = parser.parse_args()
    mistakes = [one for one in read_mistakes() if options.only in one.says]
    judge_soundness(sorted({judge for one in mistakes for judge in one.judges}))
    lines = [hold(mistake) for mistake in mistakes]
    print("\n" + table(("mistake", "caught by", "what it saw", "s"), lines))
    missed = sum(caught_by == "nobody" for _, caught_by, *_ in lines)
    print(f"\n{len(lines) - missed} of {len(lines)} mistakes caught")
    return int(missed > 0)


if __name__ == "__main__":
    run_or_explain(main)
