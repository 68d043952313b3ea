"""Judging a picture by its header, before anything decodes it.

A JPEG of 965 bytes can ask a decoder for a gigabyte, and an SVG named .jpg is a program: so the
kind is read from the bytes, only four kinds are taken, and the size is checked first.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from backend.problems import PhotoNotImage

register_heif_opener()

TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # what some phones call a JPEG with a second picture behind it
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
MOST_PIXELS = 50_000_000
HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"hevc")


@dataclass(frozen=True)
class Picture:
    """What a header says: media type, width and height in pixels."""

    type: str
    width: int
    height: int


def look(data: bytes) -> Picture:
    """Read the header of a photo.

    Raises:
        PhotoNotImage: it is none of the four kinds, or has more than 50 million pixels.
    """
    if not _begins_like_a_photo(data):
        raise PhotoNotImage
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(TYPES)) as image:
                picture = Picture(TYPES[image.format or ""], image.width, image.height)
    except (UnidentifiedImageError, OSError, ValueError, KeyError, SyntaxError) as error:
        raise PhotoNotImage from error
    except Image.DecompressionBombError as error:
        raise PhotoNotImage("照片的像素过大") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise PhotoNotImage("照片的像素过大")
    return picture


def _begins_like_a_photo(data: bytes) -> bool:
    if data[4:8] == b"ftyp":
        return data[8:12] in HEIF_BRANDS
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
