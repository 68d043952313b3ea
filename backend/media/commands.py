"""Announcing photos; their arrival is `backend.media.uploads`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from backend.db import db, utc_now
from backend.media.models import Blob, Photo
from backend.problems import FieldError, Refused


def announce(
    manifest: Iterable[dict[str, Any]], *, owner: tuple[str, UUID], scope: str, by: UUID
) -> None:
    """Note which photos belong to a record: `owner` is its kind and id, `scope` its home.

    The manifest's lines are those of sync protocol section 6, already checked for shape.
    A photo whose bytes are there already counts as arrived at once.

    Raises:
        Refused: `hash-conflict`, a photo's id stands for another's, or for other bytes.
    """
    for line in manifest:
        values = {key: value for key, value in line.items() if key != "photo_id"}
        known = db.session.get(Photo, line["photo_id"])
        if known is not None:
            _require_same(known, owner, line["sha256"])
            continue
        db.session.add(
            Photo(
                id=line["photo_id"],
                owner_kind=owner[0],
                owner_id=owner[1],
                scope=scope,
                captured_by=by,
                arrived_at=_arrived(line["sha256"]),
                thumb_arrived_at=_arrived(line.get("thumb_sha256")),
                **values,
            )
        )


def _require_same(known: Photo, owner: tuple[str, UUID], sha256: str) -> None:
    if (known.owner_kind, known.owner_id, known.sha256) != (*owner, sha256):
        detail, at = "照片编号已被另一张照片占用", "/args/photos"
        raise Refused("hash-conflict", detail, [FieldError(at, "hash-conflict", detail)])


def _arrived(sha256: str | None) -> Any:  # noqa: ANN401 - a time or None
    blob = db.session.get(Blob, sha256) if sha256 else None
    return utc_now() if blob else None
