"""The track's codec, by the vectors that the phone is held to as well."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backend.patrols import track
from backend.patrols.track import Fix
from backend.problems import Validation

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "track.json").read_text()
)
START = [12086000, 3201000, 0, 8]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_decodes(vector: dict[str, Any]) -> None:
    assert track.decode(vector["points"]) == [Fix(**fix) for fix in vector["fixes"]]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_length(vector: dict[str, Any]) -> None:
    assert track.length_m(track.decode(vector["points"])) == pytest.approx(
        vector["length_m"], abs=0.01
    )


@pytest.mark.parametrize(
    ("points", "pointer", "code"),
    [
        ([[0, 0, 0, 5]], "/args/points/0", "outside"),
        ([START, [2_000_000, 0, 1, 8]], "/args/points/1", "outside"),
        ([START, [0, 0, 5, 8], [0, 0, -1, 8]], "/args/points/2", "time"),
        ([START, [0, 0, 331, 8]], "/args/points/1", "too-long"),
    ],
)
def test_what_is_no_track(points: list[list[int]], pointer: str, code: str) -> None:
    with pytest.raises(Validation) as refusal:
        track.decode(points)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [(pointer, code)]


def test_a_single_fix_makes_a_line() -> None:
    started_at = datetime.fromisoformat("2026-11-22T00:00:00Z")
    line = track.ewkt(track.decode([START]), started_at)
    point = "120.86000 32.01000 1795305600"
    assert line == f"SRID=4326;LINESTRINGM({point},{point})"
