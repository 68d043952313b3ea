"""A load that was cut short."""

from __future__ import annotations

import pytest

from backend.app import Gridfield
from backend.demo.load import load


def test_half_a_sample_is_not_taken_for_a_whole_one(app: Gridfield, database: None) -> None:
    def interrupt(line: str) -> None:
        if "网格" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load("320612004", 10, 1, interrupt)
    answer = app.test_cli_runner().invoke(args=["demo", "load"])

    assert answer.exit_code == 1
    assert "make reset" in answer.output
