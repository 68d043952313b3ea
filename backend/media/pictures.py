"""Handing out pictures."""

from __future__ import annotations

from dataclasses import dataclass

from backend.db import db
from backend.media import storage
from backend.media.models import Blob, Photo
from backend.problems import NotFound


@dataclass(frozen=True)
class PictureFile:
    """The bytes of a picture, its media type, and a tag that changes with them."""

    data: bytes
    type: str
    etag: str


def original(photo: Photo) -> PictureFile:
    """The photo as it was captured.

    Raises:
        NotFound: it has not arrived yet.
    """
    return stored(photo.sha256)


def thumb(photo: Photo) -> PictureFile:
    """The small picture that came with the photo; where none came, the photo itself.

    Raises:
        NotFound: neither has arrived yet.
    """
    if photo.thumb_sha256 is not None and photo.thumb_arrived_at is not None:
        return stored(photo.thumb_sha256)
    return original(photo)


def stored(sha256: str) -> PictureFile:
    """The picture with this hash, whatever it belongs to.

    Raises:
        NotFound: it has not arrived.
    """
    blob = db.session.get(Blob, sha256)
    if blob is None:
        raise NotFound("照片还没有到达")
    return PictureFile(storage.read(storage.photo_path(sha256)), blob.type, sha256)
