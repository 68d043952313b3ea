"""The track's codec (docs/sync-protocol.md, section 7): delta-encoded integers.

The phone writes it (pwa/src/domain/track.ts); tests/vectors/track.json holds both to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from backend.problems import FieldError, Validation

DEGREE = 100_000
UNKNOWN_ACCURACY = 9999
LONGEST = 330  # seconds: five minutes, and the fix that ends them
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True)
class Fix:
    """Where the phone was: WGS-84 degrees, seconds since the segment's start, metres."""

    lng: float
    lat: float
    seconds: int
    accuracy: int | None


def decode(points: Sequence[Sequence[int]]) -> list[Fix]:
    """Fixes from `[[dlng, dlat, dt, accuracy], …]`; only the first point is absolute.

    Raises:
        Validation: a point is outside China, time runs back, or the segment is too long.
    """
    fixes: list[Fix] = []
    lng = lat = seconds = 0
    for number, (dlng, dlat, dt, accuracy) in enumerate(points):
        lng, lat, seconds = lng + dlng, lat + dlat, seconds + dt
        known = accuracy if accuracy < UNKNOWN_ACCURACY else None
        fix = Fix(lng / DEGREE, lat / DEGREE, seconds, known)
        _check(fix, dt, f"/args/points/{number}")
        fixes.append(fix)
    return fixes


def _check(fix: Fix, dt: int, pointer: str) -> None:
    if not (73 <= fix.lng <= 136 and 3 <= fix.lat <= 54):
        raise Validation(errors=[FieldError(pointer, "outside", "位置不在中国境内")])
    if dt < 0:
        raise Validation(errors=[FieldError(pointer, "time", "时间倒退")])
    if fix.seconds > LONGEST:
        raise Validation(errors=[FieldError(pointer, "too-long", "一段轨迹最长 5 分钟")])


def length_m(fixes: Sequence[Fix]) -> float:
    """Metres along one segment; what lies between two segments is not counted."""
    return sum(distance_m(before, after) for before, after in pairwise(fixes))


def distance_m(a: Fix, b: Fix) -> float:
    """Metres between two fixes."""
    return metres_between((a.lng, a.lat), (b.lng, b.lat))


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two points, WGS-84 degrees (longitude first)."""
    lat_a, lat_b = math.radians(a[1]), math.radians(b[1])
    d_lat, d_lng = lat_b - lat_a, math.radians(b[0] - a[0])
    h = math.sin(d_lat / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(d_lng / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def ewkt(fixes: Sequence[Fix], started_at: datetime) -> str:
    """The segment as a LINESTRING M; M is seconds since 1970. A single fix is there twice."""
    start = int(started_at.timestamp())
    placed = list(fixes) if len(fixes) > 1 else [*fixes, *fixes]
    points = ",".join(f"{fix.lng:.5f} {fix.lat:.5f} {start + fix.seconds}" for fix in placed)
    return f"SRID=4326;LINESTRINGM({points})"


def ended_at(fixes: Sequence[Fix], started_at: datetime) -> datetime:
    """When the last fix was."""
    return started_at + timedelta(seconds=fixes[-1].seconds)
