"""What the documents must name."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from backend.config import Settings
from backend.problems import all_problems
from backend.sync.mutations import CATALOGUE
from tests.structure.test_code import ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text()
PROTOCOL = (ROOT / "docs/sync-protocol.md").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_every_setting_is_documented() -> None:
    assert [
        item.name for item in fields(Settings) if f"`{item.name.upper()}`" not in OPERATIONS
    ] == []


def test_every_problem_is_documented() -> None:
    assert [
        kind.slug for kind in all_problems() if f"`/problems/{kind.slug}`" not in OPERATIONS
    ] == []


def test_every_mutation_is_documented(app: object) -> None:
    names = [f"{name}@{version}" for name, version in CATALOGUE]

    assert [name for name in names if f"`{name}`" not in PROTOCOL] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())

    assert [link for link in links if not (path.parent / link).exists()] == []
