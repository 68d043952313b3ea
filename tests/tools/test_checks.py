"""All checks run, and what failed is said at the end."""

import os
import sys

import pytest

from tools.checks import Check, check_all


def says(name: str, text: str, code: int) -> Check:
    return Check(name, (sys.executable, "-c", f"print({text!r}); raise SystemExit({code})"))


def test_a_failure_stops_nothing_and_is_named_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    checks = [says("ruff", "bad style", 1), says("pytest", "=== 3 passed in 1.0s ===\n\n", 0)]

    assert check_all(checks, dict(os.environ)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "FAILED: ruff"
    assert lines.index("=== 3 passed in 1.0s ===") < lines.index("══ Summary")
    assert "=== 3 passed in 1.0s ===" in lines[lines.index("══ Summary") :]


def test_all_well_is_said_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_all([says("mypy", "fine", 0)], dict(os.environ)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "All checks passed."
