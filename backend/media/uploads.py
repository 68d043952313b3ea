"""Uploads in pieces (tus), and the arrival of a photo (sync protocol, section 6; ADR 0006).

The storage is never spoken to inside a transaction: a piece is written first, then counted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from psycopg.types.json import Jsonb

from backend.config import current_settings
from backend.db import new_id, plain, statement, transaction, utc_now
from backend.feed import changes
from backend.feed.bulk import Rows
from backend.media import storage
from backend.media.images import look
from backend.media.models import Blob, Photo
from backend.media.signals import photo_arrived
from backend.problems import (
    NotFound,
    PhotoHashMismatch,
    PhotoNotImage,
    PhotoTooLarge,
    UploadConflict,
)

KEPT = timedelta(days=1)  # how long an upload may take
GONE = "上传已过期,请重新上传"


def confirmed(hashes: list[str]) -> list[str]:
    """Those of the hashes whose bytes are here, verified: they need not be sent.

    What was announced while its bytes arrived could not be told so then: it is now.
    """
    with transaction() as session:
        here = [blob.sha256 for blob in statement(_HERE, {"hashes": hashes})]
        changes.leave(session, [_arrivals(here)] if here else [])
    return here


_HERE = "SELECT sha256 FROM blobs WHERE sha256 = ANY(%(hashes)s)"


def is_announced(user_id: UUID, sha256: str) -> bool:
    """Whether a manifest of this person's names the hash."""
    with plain() as connection:
        row = connection.execute(_ANNOUNCED, {"user": user_id, "sha256": sha256}).fetchone()
    return row is not None


@dataclass(frozen=True)
class Standing:
    """An upload as it stood at one moment; `parts` are paths in the storage."""

    id: UUID
    sha256: str
    length: int
    offset: int
    parts: list[str]
    expires_at: datetime


def create(user_id: UUID, sha256: str, length: int) -> Standing:
    """Begin an upload of `length` bytes; one of bytes that are here already is complete at once.

    Raises:
        PhotoTooLarge: more than MAX_PHOTO_MB.
    """
    if length > current_settings().max_photo_mb * 1024 * 1024:
        raise PhotoTooLarge
    begun = {"id": new_id(), "user": user_id, "sha256": sha256, "length": length}
    with plain() as connection:
        rows = connection.execute(_BEGIN, {**begun, "now": utc_now(), "until": utc_now() + KEPT})
        return Standing(*rows.fetchall()[0])


def find(user_id: UUID, upload_id: UUID) -> Standing:
    """A person's own upload.

    Raises:
        NotFound: there is none, or it has expired.
    """
    mine = {"id": upload_id, "user": user_id, "now": utc_now()}
    with plain() as connection:
        row = connection.execute(_FIND, mine).fetchone()
    if row is None:
        raise NotFound(GONE)
    return Standing(*row)


def append(upload: Standing, offset: int, data: bytes) -> Standing:
    """Add a piece at `offset`; the last piece completes the photo.

    A piece is kept first, then counted: what is lost in between is sent again.

    Raises:
        UploadConflict: the upload stands elsewhere.
        NotFound: pieces of it are gone; it has to begin anew.
        PhotoHashMismatch, PhotoNotImage: the whole is not the photo; the upload is dropped.
    """
    end = offset + len(data)
    if offset != upload.offset or end > upload.length:
        raise UploadConflict
    if not data:
        return upload
    if end == upload.length:
        _complete(upload, data)
        _count(upload, end, [])
        storage.remove(upload.parts)
        return replace(upload, offset=end, parts=[])
    path = f"uploads/{upload.id}-{offset:010}-{new_id().hex}"
    storage.write(path, data)
    try:
        _count(upload, end, [*upload.parts, path])
    except BaseException:
        storage.remove([path])
        raise
    return replace(upload, offset=end, parts=[*upload.parts, path])


def _count(upload: Standing, end: int, parts: list[str]) -> None:
    """Move the offset on, if it still stands where the piece begins."""
    moved = {"id": upload.id, "from": upload.offset, "to": end, "parts": Jsonb(parts)}
    with plain() as connection:
        if connection.execute(_MOVE, moved).rowcount != 1:
            raise UploadConflict


def _complete(upload: Standing, last: bytes) -> None:
    """Put the pieces together, judge the whole, and let the photo arrive."""
    try:
        arrive(upload.sha256, b"".join([*map(storage.read, upload.parts), last]))
    except FileNotFoundError:
        drop(upload)
        raise NotFound(GONE) from None
    except (PhotoHashMismatch, PhotoNotImage):
        drop(upload)
        raise


_ANNOUNCED = """
SELECT 1 FROM photos WHERE captured_by = %(user)s
   AND (sha256 = %(sha256)s OR thumb_sha256 = %(sha256)s) LIMIT 1
"""
_BEGIN = """
INSERT INTO uploads (id, user_id, sha256, length, "offset", parts, created_at, expires_at)
SELECT %(id)s, %(user)s, %(sha256)s, %(length)s,
       CASE WHEN EXISTS (SELECT FROM blobs WHERE sha256 = %(sha256)s) THEN %(length)s ELSE 0 END,
       '[]', %(now)s, %(until)s
RETURNING id, sha256, length, "offset", parts, expires_at
"""
_FIND = """
SELECT id, sha256, length, "offset", parts, expires_at FROM uploads
 WHERE id = %(id)s AND user_id = %(user)s AND expires_at >= %(now)s
"""
_EXPIRED = """
SELECT id, sha256, length, "offset", parts, expires_at FROM uploads
 WHERE expires_at < %s LIMIT 1000
"""
_MOVE = """
UPDATE uploads SET "offset" = %(to)s, parts = %(parts)s WHERE id = %(id)s AND "offset" = %(from)s
"""


def arrive(sha256: str, data: bytes) -> None:
    """Keep a photo's bytes and note on every record that names it that it has arrived.

    Raises:
        PhotoHashMismatch: the bytes have another hash.
        PhotoNotImage: they are no photo.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise PhotoHashMismatch
    picture = look(data)
    storage.keep(storage.photo_path(sha256), data)
    here = SimpleNamespace(sha256=sha256, bytes=len(data), **vars(picture), stored_at=utc_now())
    with transaction() as session:
        blob = Rows(Blob, [here], conflict="ON CONFLICT DO NOTHING")
        changes.leave(session, [blob, _arrivals([sha256])])


def _arrivals(hashes: list[str]) -> Rows:
    """Every record that names one of these as arrived, unless it says so; screens are told."""
    now = utc_now()
    photos = [SimpleNamespace(**row._asdict()) for row in statement(_AWAITED, {"hashes": hashes})]
    for photo in photos:
        if photo.sha256 in hashes:
            photo.arrived_at = photo.arrived_at or now
        if photo.thumb_sha256 in hashes:
            photo.thumb_arrived_at = photo.thumb_arrived_at or now
        photo_arrived.send(photo)
    return Rows(Photo, photos, changed=("arrived_at", "thumb_arrived_at"))


_AWAITED = """
SELECT * FROM photos WHERE (sha256 = ANY(%(hashes)s) AND arrived_at IS NULL)
    OR (thumb_sha256 = ANY(%(hashes)s) AND thumb_arrived_at IS NULL)
 ORDER BY id FOR NO KEY UPDATE
"""


def drop(upload: Standing) -> None:
    """Forget an upload and its pieces."""
    with plain() as connection:
        connection.execute("DELETE FROM uploads WHERE id = %s", [upload.id])
    storage.remove(upload.parts)


def expire() -> None:
    """Forget uploads that were not completed in time."""
    with plain() as connection:
        old = [Standing(*row) for row in connection.execute(_EXPIRED, [utc_now()])]
    for upload in old:
        drop(upload)
