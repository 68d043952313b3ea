"""Uploads in pieces (tus), and the arrival of a photo (sync protocol, section 6; ADR 0006).

The storage is never spoken to inside a transaction: a piece is written first, then counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
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


def create(user_id: UUID, sha256: str, length: int, piece: bytes = b"") -> Standing:
    """Begin an upload of `length` bytes, with a first piece if there is one.

    An upload of bytes that are here already is complete at once.

    Raises:
        PhotoTooLarge: more than MAX_PHOTO_MB.
        UploadConflict, PhotoHashMismatch, PhotoNotImage: as `append` does.
    """
    if length > current_settings().max_photo_mb * 1024 * 1024:
        raise PhotoTooLarge
    empty = Standing(new_id(), sha256, length, 0, [], utc_now() + KEPT)
    begun = _kept(empty, piece) if len(piece) < length else empty
    with _unless_counted(begun.parts):
        upload = _begin(user_id, begun)
    if upload.parts != begun.parts:
        storage.remove(begun.parts)  # the whole is here already
    return append(upload, 0, piece) if upload.offset == 0 else upload


def _begin(user_id: UUID, upload: Standing) -> Standing:
    values = {**vars(upload), "parts": Jsonb(upload.parts), "user": user_id, "now": utc_now()}
    with plain() as connection:
        return Standing(*connection.execute(_BEGIN, values).fetchall()[0])


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
        storage.remove(upload.parts)
        return replace(upload, offset=end, parts=[])
    longer = _kept(upload, data)
    with _unless_counted(longer.parts[-1:]):
        _count(upload, longer)
    return longer


def _kept(upload: Standing, piece: bytes) -> Standing:
    """The upload as it stands once the piece, which lies in the storage now, is counted."""
    if not piece:
        return upload
    path = f"uploads/{upload.id}-{upload.offset:010}-{new_id().hex}"
    storage.write(path, piece)
    return replace(upload, offset=upload.offset + len(piece), parts=[*upload.parts, path])


@contextmanager
def _unless_counted(paths: list[str]) -> Iterator[None]:
    """A piece that could not be counted does not stay."""
    try:
        yield
    except BaseException:
        storage.remove(paths)
        raise


def _count(before: Standing, after: Standing) -> None:
    """Move the offset on, if it still stands where the piece begins."""
    moved = {"id": before.id, "from": before.offset, "to": after.offset}
    with plain() as connection:
        if connection.execute(_MOVE, moved | {"parts": Jsonb(after.parts)}).rowcount != 1:
            raise UploadConflict


def _complete(upload: Standing, last: bytes) -> None:
    """Put the pieces together, judge the whole, and let the photo arrive."""
    done = SimpleNamespace(id=upload.id, offset=upload.length, parts=[])
    try:
        data = b"".join([*map(storage.read, upload.parts), last])
        arrive(upload.sha256, data, Rows(Upload, [done], changed=("offset", "parts")))
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
       CASE WHEN is_here THEN %(length)s ELSE %(offset)s END,
       CASE WHEN is_here THEN '[]' ELSE %(parts)s END, %(now)s, %(expires_at)s
FROM (SELECT EXISTS (SELECT FROM blobs WHERE sha256 = %(sha256)s) AS is_here) AS known
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


def arrive(sha256: str, data: bytes, *also: Rows) -> None:
    """Keep a photo's bytes and note on every record that names it that it has arrived.

    What else is to be written is so in the same transaction.

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
        changes.leave(session, [blob, _arrivals([sha256]), *also])


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
