"""Photos that come whole with a request, from people who have no phone app of ours."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from backend.config import current_settings
from backend.db import new_id, utc_now
from backend.media.images import look
from backend.media.uploads import arrive
from backend.problems import PhotoNotImage, PhotoTooLarge


def receive(photos: Sequence[str]) -> list[dict[str, Any]]:
    """Keep photos given in base64; answers the manifest by which a record announces them.

    Not to be called inside a transaction: the storage is spoken to.

    Raises:
        PhotoNotImage, PhotoTooLarge: one is no photo, or too large; then none is kept.
    """
    whole = [_bytes(photo) for photo in photos]
    lines = [_line(data) for data in whole]
    for line, data in zip(lines, whole, strict=True):
        arrive(line["sha256"], data)
    return lines


def receive_one(data: bytes) -> dict[str, Any]:
    """Keep a photo given as it is; answers its line of a manifest.

    Not to be called inside a transaction: the storage is spoken to.

    Raises:
        PhotoNotImage, PhotoTooLarge: it is no photo, or too large.
    """
    line = _line(_fitting(data))
    arrive(line["sha256"], data)
    return line


def _bytes(photo: str) -> bytes:
    try:
        return _fitting(b64decode(photo, validate=True))
    except (binascii.Error, ValueError) as error:
        raise PhotoNotImage from error


def _fitting(data: bytes) -> bytes:
    if len(data) > current_settings().max_photo_mb * 1024 * 1024:
        raise PhotoTooLarge
    return data


def _line(data: bytes) -> dict[str, Any]:
    return {
        "photo_id": new_id(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "type": look(data).type,
        "role": "evidence",
        "captured_at": utc_now(),
    }
