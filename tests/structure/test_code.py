"""Rules of the house that a program can check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "backend").rglob("*.py"))
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_and_modules_stay_small(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in functions(path)
        if node.end_lineno and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []
    if path.name != "problems.py":  # one catalogue, to be read from top to bottom
        assert len(path.read_text().splitlines()) <= LONGEST_MODULE


def test_only_one_place_commits() -> None:
    committing = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"\.commit\(\)", path.read_text())
    }

    assert committing == {"backend/db.py"}


def test_no_room_is_a_lumber_room() -> None:
    lumber = re.compile(r"(utils?|managers?|common|helpers?)$")

    assert [path.stem for path in SOURCES if lumber.search(path.stem)] == []
