"""A folder whose disk can be full: a file system of its own, where this user may mount one."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.say import Stop

ROOMY = "8g"  # memory is taken only for what is written
PATIENCE = 5.0  # seconds in which a moment must come between two writes


@dataclass(frozen=True)
class Volume:
    """A mounted folder."""

    folder: Path

    def fill(self) -> None:
        """From now on nothing more fits."""
        deadline = time.monotonic() + PATIENCE
        while not _mount(self.folder, "-o", f"remount,size={_used(self.folder)}"):
            if time.monotonic() > deadline:
                raise Stop(f"{self.folder} could not be made full.")

    def free(self) -> None:
        """There is room again."""
        _mount(self.folder, "-o", f"remount,size={ROOMY}")


@contextmanager
def volume(folder: Path) -> Iterator[Volume | None]:
    """Mount a file system on `folder`; None where this user may not."""
    folder.mkdir(parents=True, exist_ok=True)
    if not _mount(folder, "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs"):
        yield None
        return
    try:
        yield Volume(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False)


def _mount(folder: Path, *words: str) -> bool:
    done = subprocess.run(["mount", *words, folder], capture_output=True, check=False)
    return done.returncode == 0


def _used(folder: Path) -> int:
    state = os.statvfs(folder)
    return (state.f_blocks - state.f_bfree) * state.f_frsize
