"""From GCJ-02, which Chinese maps and their exports use, to WGS-84, which the register keeps."""

from __future__ import annotations

from math import cos, pi, radians, sin, sqrt

SEMI_MAJOR, ECCENTRICITY = 6378245.0, 0.00669342162296594323  # of the Krasovsky ellipsoid
ROUNDS = 4  # each brings the error to a thousandth of the one before


def to_wgs84(lng: float, lat: float) -> tuple[float, float]:
    """The WGS-84 point that a GCJ-02 point inside China stands for."""
    guess = (lng, lat)
    for _ in range(ROUNDS):
        shifted = to_gcj02(*guess)
        guess = (guess[0] + lng - shifted[0], guess[1] + lat - shifted[1])
    return guess


def to_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """A WGS-84 point inside China as GCJ-02 has it."""
    x, y = lng - 105, lat - 35
    curve = 1 - ECCENTRICITY * sin(radians(lat)) ** 2
    north = _north(x, y) * 180 * curve * sqrt(curve) / (SEMI_MAJOR * (1 - ECCENTRICITY) * pi)
    east = _east(x, y) * 180 * sqrt(curve) / (SEMI_MAJOR * cos(radians(lat)) * pi)
    return lng + east, lat + north


def _north(x: float, y: float) -> float:
    metres = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    metres += _ripple(x) + (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    return metres + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3


def _east(x: float, y: float) -> float:
    metres = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    metres += _ripple(x) + (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    return metres + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3


def _ripple(x: float) -> float:
    return (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
