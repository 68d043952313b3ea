"""A next build of the app, put on the server in place of the one that it serves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEXTS = {".html", ".js", ".mjs", ".css", ".webmanifest"}
REVISION = re.compile(r"\b[0-9a-f]{32}\b")


def hashed(build: Path) -> set[str]:
    """The names of a build's files that never change."""
    return {file.name for file in (build / "assets").iterdir()}


@contextmanager
def released(served: Path, folder: Path) -> Iterator[set[str]]:
    """Another build in place of the served one, with none of its hashed files; answers its own."""
    old, new = folder / "old", folder / "new"
    shutil.copytree(served, old)
    write_next(old, new)
    _replace(served, new)
    try:
        yield hashed(new)
    finally:
        _replace(served, old)


def write_next(build: Path, target: Path) -> None:
    """Write the same app as its next build: no hashed file has its old name, all else is new."""
    shutil.copytree(build, target, ignore=shutil.ignore_patterns(".vite", "*.gz", "*.br", "*.zst"))
    names = {name: f"next-{name}" for name in hashed(target)}
    known = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    for file in [file for file in target.rglob("*") if file.suffix in TEXTS]:
        text = known.sub(lambda found: names[found[0]], file.read_text("utf-8"))
        if file.name == "sw.js":
            text = REVISION.sub(lambda found: found[0][::-1], text)
        file.write_text(text, "utf-8")
    for old, new in names.items():
        (target / "assets" / old).rename(target / "assets" / new)


def _replace(served: Path, build: Path) -> None:
    shutil.rmtree(served)
    shutil.copytree(build, served)
