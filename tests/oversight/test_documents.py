"""The document shows the figures as the screens do."""

from __future__ import annotations

from backend.oversight.measures import told
from tests.structure.test_code import ROOT


def test_the_document_shows_every_figure() -> None:
    document = (ROOT / "docs" / "cases.md").read_text()
    lines = [
        f"| `{figure.code}` | {figure.name} | {figure.numerator} | {figure.denominator} |"
        for figure in told().values()
    ]

    assert "\n".join(lines) in document
