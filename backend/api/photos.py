"""The pictures themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from backend.config import current_settings
from backend.db import db
from backend.media import pictures
from backend.media.models import Photo
from backend.media.pictures import PictureFile
from backend.media.received import receive_one
from backend.org.access import Permission, require
from backend.org.door import Door, actor
from backend.oversight import arrivals
from backend.oversight.photos import may_see
from backend.problems import NotFound
from backend.sync.schemas import PhotoSchema

door = Door("photo_files", "photo_files", url_prefix="/api/photos", description="Pictures")
__all__ = ["arrivals", "door"]

FILE: dict[str, Any] = {
    "description": "The photo: JPEG, PNG or WebP",
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
IMMUTABLE = "private, max-age=31536000, immutable"


@door.post("")
@door.doc(requestBody=FILE)
@door.response(201, PhotoSchema)
def take_in() -> dict[str, Any]:
    """Keep a photo from the desk; a step on a case announces it by the line that is answered."""
    require(actor(), Permission.CASE_READ)
    request.max_content_length = current_settings().max_photo_mb * 1024 * 1024
    return receive_one(request.get_data())


@door.get("/<uuid:photo_id>/<any(thumb, original):variant>")
@door.response(200, content_type="image/jpeg", schema={"type": "string", "format": "binary"})
def picture(photo_id: UUID, variant: str) -> Any:  # noqa: ANN401
    """A photo, small or whole, once it has arrived."""
    photo = db.session.get(Photo, photo_id)
    if photo is None or not may_see(actor(), photo):
        raise NotFound
    found = pictures.thumb(photo) if variant == "thumb" else pictures.original(photo)
    return picture_answer(found)


def picture_answer(found: PictureFile) -> Any:  # noqa: ANN401 - werkzeug's answer
    """A picture as an answer that browsers keep and never run."""
    response = Response(found.data, content_type=found.type)
    response.set_etag(found.etag)
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response.make_conditional(request)
