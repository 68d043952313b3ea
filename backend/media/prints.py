"""What a picture looks like, in 64 bits, and where its camera says it was taken. Pure.

The difference hash of the upper three quarters: the stamp (水印) at the foot of the picture holds
another time and number each time the same picture is taken in.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD

from backend.media.images import TYPES

ACROSS, DOWN = 9, 8
ABOVE_THE_STAMP = 0.75
BAND = 16  # bits; of hashes that differ in at most three bits one of four bands is equal
MOST_DIFFERING = 3
_Bomb = Image.DecompressionBombError
PLAINEST = 24  # levels of grey between the lightest and the darkest: less is a wall, or the night


@dataclass(frozen=True)
class Seen:
    """A picture's hash, signed as a bigint is, and its camera's place; None where it has none."""

    dhash: int | None
    place: tuple[float, float] | None  # WGS-84, degrees: longitude, latitude


def see(data: bytes) -> Seen:
    """Look at a photo; at one that cannot be read there is nothing to see."""
    try:
        with Image.open(io.BytesIO(data), formats=list(TYPES)) as image:
            place = _place(image)
            image.draft("L", (ACROSS * 16, DOWN * 16))
            return Seen(_dhash(ImageOps.exif_transpose(image).convert("L")), place)
    except (OSError, ValueError, KeyError, SyntaxError, ZeroDivisionError, _Bomb):
        return Seen(None, None)


def bands(dhash: int) -> list[int]:
    """The parts of a hash, each with its place: near hashes share at least one."""
    bits = dhash % 2**64
    return [place << BAND | bits >> place * BAND & 0xFFFF for place in range(64 // BAND)]


def _dhash(grey: Image.Image) -> int | None:
    width, height = grey.size
    upper = grey.crop((0, 0, width, max(1, round(height * ABOVE_THE_STAMP))))
    low, high = upper.resize((ACROSS, DOWN), Image.Resampling.BOX).getextrema()
    if float(high) - float(low) < PLAINEST:  # type: ignore[arg-type]
        return None
    small = upper.resize((ACROSS, DOWN), Image.Resampling.BOX).tobytes()
    bits = 0
    for at in range(ACROSS * DOWN):
        if (at + 1) % ACROSS:
            bits = bits << 1 | (small[at] > small[at + 1])
    return bits - 2**64 if bits >= 2**63 else bits


def _place(image: Image.Image) -> tuple[float, float] | None:
    gps = image.getexif().get_ifd(IFD.GPSInfo)
    try:
        lng = _degrees(gps[GPS.GPSLongitude], gps[GPS.GPSLongitudeRef] == "W")
        lat = _degrees(gps[GPS.GPSLatitude], gps[GPS.GPSLatitudeRef] == "S")
    except (KeyError, TypeError, ValueError):
        return None
    return (lng, lat) if abs(lng) <= 180 and abs(lat) <= 90 and (lng, lat) != (0, 0) else None


def _degrees(parts: tuple[float, float, float], negative: bool) -> float:  # noqa: FBT001
    degrees, minutes, seconds = map(float, parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if negative else value
