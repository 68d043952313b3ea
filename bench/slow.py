"""The same benchmark again, on a disk that takes its time: `python -m bench.slow FILE ROUNDS`.

strace holds up each fsync and fdatasync of all its processes (PostgreSQL, API, floor) before
the kernel does them. A seccomp filter lets every other call pass, and strace's CPU is not counted.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.report import Run, take
from bench.world import end_cleanly
from tools.paths import ROOT
from tools.say import Stop, run_or_explain, step

DELAY_MS = 2
SECONDS_TO_CLEAN_UP = 60
CALLS = "fsync,fdatasync"
# strace stops a new thread at all its calls until the first one that the filter names.
FIRST_CALL = "set_robust_list"


def again(rounds: int) -> list[Run]:
    """The run with the slow fsync; none, and a word about it, where strace can't be used."""
    traced = f"trace={CALLS},{FIRST_CALL}"
    strace = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", traced]
    if shutil.which("strace") is None:
        step("No run with a slow fsync: strace is missing (Debian: apt-get install strace).")
        return []
    if subprocess.run([*strace, "true"], check=False).returncode:
        step("No run with a slow fsync: this machine lets nobody trace processes.")
        return []
    step(f"The same with every fsync held up for {DELAY_MS} ms …")
    hold_up = f"inject={CALLS}:delay_enter={DELAY_MS}ms"
    with tempfile.NamedTemporaryFile() as file:
        program = [sys.executable, "-m", "bench.slow", file.name, str(rounds)]
        _run([*strace, "-e", hold_up, *program])
        return [json.loads(Path(file.name).read_text())]


def _run(command: list[str]) -> None:
    """Run it in a session of its own: it is this process that asks it to end, once."""
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS_TO_CLEAN_UP)
            raise
    if code:
        raise Stop("The run with the slow fsync failed; see above.")


def main() -> int:
    """Measure in this process's conditions and write the run into a file."""
    end_cleanly()
    file, rounds = sys.argv[1:]
    Path(file).write_text(json.dumps(take(int(rounds))))
    return 0


if __name__ == "__main__":
    run_or_explain(main)
