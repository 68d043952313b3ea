"""Announcing photos; their arrival is `backend.media.uploads`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from backend.db import db, utc_now
from backend.media.models import Blob, Photo


def announce(
    manifest: Iterable[dict[str, Any]], *, owner: tuple[str, UUID], scope: str, by: UUID
) -> None:
    """Note which photos belong to a record: `owner` is its kind and id, `scope` its home.

    The manifest's lines are those of sync protocol section 6, already checked for shape.
    A photo whose bytes are there already counts as arrived at once.
    """
    for line in manifest:
        values = {key: value for key, value in line.items() if key != "photo_id"}
        photo_id = line["photo_id"]
        if db.session.get(Photo, photo_id) is not None:
            continue
        db.session.add(
            Photo(
                id=photo_id,
                owner_kind=owner[0],
                owner_id=owner[1],
                scope=scope,
                captured_by=by,
                arrived_at=_arrived(line["sha256"]),
                thumb_arrived_at=_arrived(line.get("thumb_sha256")),
                **values,
            )
        )


def _arrived(sha256: str | None) -> Any:  # noqa: ANN401 - a time or None
    blob = db.session.get(Blob, sha256) if sha256 else None
    return utc_now() if blob else None
