"""Uploads in pieces (tus), and the arrival of a photo (sync protocol, section 6; ADR 0006).

The storage is never spoken to inside a transaction: a piece is written first, then counted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from backend.config import current_settings
from backend.db import db, new_id, transaction, utc_now
from backend.media import storage
from backend.media.images import look
from backend.media.models import Blob, Photo, Upload
from backend.media.signals import photo_arrived
from backend.problems import (
    NotFound,
    PhotoHashMismatch,
    PhotoNotImage,
    PhotoTooLarge,
    UploadConflict,
)

KEPT = timedelta(days=1)  # how long an upload may take


def confirmed(hashes: list[str]) -> list[str]:
    """Those of the hashes whose bytes are here, verified: they need not be sent.

    What was announced while its bytes arrived could not be told so then: it is now.
    """
    with transaction() as session:
        here = list(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(hashes))))
        _note_arrivals(here)
    return here


def is_announced(user_id: UUID, sha256: str) -> bool:
    """Whether a manifest of this person's names the hash."""
    either = or_(Photo.sha256 == sha256, Photo.thumb_sha256 == sha256)
    query = select(Photo.id).where(Photo.captured_by == user_id, either)
    return db.session.scalars(query.limit(1)).first() is not None


@dataclass(frozen=True)
class Standing:
    """An upload as it stood at one moment; `parts` are paths in the storage."""

    id: UUID
    user_id: UUID
    sha256: str
    length: int
    offset: int
    parts: tuple[str, ...]
    expires_at: datetime

    @classmethod
    def of(cls, row: Upload) -> Standing:
        """What a row says."""
        parts = tuple(row.parts)
        whole = (row.id, row.user_id, row.sha256, row.length, row.offset)
        return cls(*whole, parts, row.expires_at)


def create(user_id: UUID, sha256: str, length: int) -> Standing:
    """Begin an upload of `length` bytes; one of bytes that are here already is complete at once.

    Raises:
        PhotoTooLarge: more than MAX_PHOTO_MB.
    """
    if length > current_settings().max_photo_mb * 1024 * 1024:
        raise PhotoTooLarge
    with transaction() as session:
        upload = Upload(
            id=new_id(),
            user_id=user_id,
            sha256=sha256,
            length=length,
            offset=length if session.get(Blob, sha256) else 0,
            parts=[],
            expires_at=utc_now() + KEPT,
        )
        session.add(upload)
        return Standing.of(upload)


def find(user_id: UUID, upload_id: UUID) -> Standing:
    """A person's own upload; one that has all its pieces but was cut off then is completed.

    Raises:
        NotFound: there is none, or it has expired.
    """
    with transaction() as session:
        row = session.get(Upload, upload_id)
        if row is None or row.user_id != user_id or row.expires_at < utc_now():
            raise NotFound("上传已过期,请重新上传")
        upload = Standing.of(row)
    return _complete(upload) if upload.parts and upload.offset == upload.length else upload


def append(upload: Standing, offset: int, data: bytes) -> Standing:
    """Add a piece at `offset`; the last piece completes the photo.

    Raises:
        UploadConflict: the upload stands elsewhere.
        PhotoHashMismatch, PhotoNotImage: the whole is not the photo; the upload is dropped.
    """
    if offset != upload.offset or offset + len(data) > upload.length:
        raise UploadConflict
    if not data:
        return upload
    path = f"uploads/{upload.id}/{offset:010}-{new_id().hex}"
    storage.write(path, data)
    try:
        upload = _count(upload.id, offset, len(data), path)
    except BaseException:
        storage.remove([path])
        raise
    return _complete(upload) if upload.offset == upload.length else upload


def _count(upload_id: UUID, offset: int, size: int, path: str) -> Standing:
    """Move the offset on, if it still stands where the piece begins."""
    with transaction() as session:
        row = session.get(Upload, upload_id, with_for_update=True, populate_existing=True)
        if row is None or row.offset != offset:
            raise UploadConflict
        row.parts = [*row.parts, path]
        row.offset += size
        return Standing.of(row)


def _complete(upload: Standing) -> Standing:
    """Put the pieces together, judge the whole, and let the photo arrive."""
    try:
        arrive(upload.sha256, b"".join(storage.read(path) for path in upload.parts))
    except FileNotFoundError:
        if not confirmed([upload.sha256]):  # else another request was quicker to complete it
            raise
    except (PhotoHashMismatch, PhotoNotImage):
        drop(upload)
        raise
    with transaction() as session:
        row = session.get(Upload, upload.id)
        if row is not None:
            row.parts = []
    storage.remove(upload.parts)
    return replace(upload, parts=())


def arrive(sha256: str, data: bytes) -> None:
    """Keep a photo's bytes and note on every record that names it that it has arrived.

    Raises:
        PhotoHashMismatch: the bytes have another hash.
        PhotoNotImage: they are no photo.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise PhotoHashMismatch
    picture = look(data)
    storage.write(storage.photo_path(sha256), data)
    with transaction():
        blob = insert(Blob).values(sha256=sha256, bytes=len(data), **vars(picture))
        db.session.execute(blob.on_conflict_do_nothing())
        _note_arrivals([sha256])


def _note_arrivals(hashes: list[str]) -> None:
    """Note on every record that names one of these that it has arrived, unless it says so."""
    whole = Photo.sha256.in_(hashes) & Photo.arrived_at.is_(None)
    small = Photo.thumb_sha256.in_(hashes) & Photo.thumb_arrived_at.is_(None)
    for photo in db.session.scalars(select(Photo).where(or_(whole, small)).order_by(Photo.id)):
        if photo.sha256 in hashes:
            photo.arrived_at = photo.arrived_at or utc_now()
        if photo.thumb_sha256 in hashes:
            photo.thumb_arrived_at = photo.thumb_arrived_at or utc_now()
        photo_arrived.send(photo)


def drop(upload: Standing) -> None:
    """Forget an upload and its pieces."""
    with transaction() as session:
        row = session.get(Upload, upload.id)
        if row is not None:
            session.delete(row)
    storage.remove(upload.parts)


def expire() -> None:
    """Forget uploads that were not completed in time."""
    with transaction() as session:
        old = session.scalars(select(Upload).where(Upload.expires_at < utc_now()).limit(1000))
        uploads = [Standing.of(row) for row in old]
    for upload in uploads:
        drop(upload)
