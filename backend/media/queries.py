"""Reading what photos there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend.db import db
from backend.media.models import Photo


def photos_of(owner_kind: str, owner_ids: Iterable[UUID]) -> dict[UUID, list[Photo]]:
    """The photos of some records of one kind, in the order in which they were taken."""
    found: dict[UUID, list[Photo]] = defaultdict(list)
    query = select(Photo).where(Photo.owner_kind == owner_kind, Photo.owner_id.in_(list(owner_ids)))
    with_doubts = query.options(selectinload(Photo.doubts))
    for photo in db.session.scalars(with_doubts.order_by(Photo.captured_at, Photo.id)):
        found[photo.owner_id].append(photo)
    return found


def photo_row(photo: Photo) -> dict[str, Any]:
    """A photo as the desk shows it; an address is None until its picture can be had."""
    return {
        "id": photo.id,
        "item_code": photo.item_code,
        "role": photo.role,
        "captured_at": photo.captured_at,
        "arrived": photo.arrived_at is not None,
        "thumb": thumb_url(photo),
        "original": f"/api/photos/{photo.id}/original" if photo.arrived_at else None,
        "drawing_of": photo.drawing_of,
        "doubts": photo.doubts,
    }


def thumb_url(photo: Photo) -> str | None:
    """The address of the small picture, once it or the photo itself has arrived."""
    there = photo.thumb_arrived_at or photo.arrived_at
    return f"/api/photos/{photo.id}/thumb" if there else None


def photo_totals(photos: Iterable[Photo]) -> dict[str, Any]:
    """How many there are, how many have arrived, and the first small picture."""
    photos = list(photos)
    return {
        "total": len(photos),
        "arrived": sum(photo.arrived_at is not None for photo in photos),
        "first_thumb": next(filter(None, map(thumb_url, photos)), None),
    }
