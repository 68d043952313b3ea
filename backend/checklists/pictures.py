"""Help pictures of items (图示): how it should look, small enough to lie on every phone."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from PIL import Image, ImageOps
from sqlalchemy import Select, select

from backend.checklists.models import Checklist, ChecklistPicture
from backend.checklists.rules import Item
from backend.db import db
from backend.media.images import look
from backend.org.access import Actor, Permission, require
from backend.problems import FieldError, NotFound, PhotoNotImage

SIDES = (800, 600, 400, 200)  # pixels, the longer side at most
MOST_BYTES = 48_000
QUALITIES = (75, 50, 30)


def add_picture(actor: Actor, data: bytes) -> ChecklistPicture:
    """Keep a picture, made small; the same one is kept once. Phones have it once published.

    Raises:
        Forbidden: not the actor's to edit.
        PhotoNotImage: it cannot be read.
    """
    require(actor, Permission.CHECKLIST_EDIT)
    look(data)
    image = _small(data)
    sha256 = hashlib.sha256(image).hexdigest()
    known = db.session.scalar(select(ChecklistPicture).where(ChecklistPicture.sha256 == sha256))
    if known is not None:
        return known
    picture = ChecklistPicture(sha256=sha256, image=image)
    db.session.add(picture)
    db.session.flush()
    return picture


def _small(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data)) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise PhotoNotImage from error
    return next(one for one in _smaller(image) if len(one) <= MOST_BYTES)


def _smaller(image: Image.Image) -> Iterator[bytes]:
    """The picture, worse and worse: even noise fits in the end."""
    for side in SIDES:
        image.thumbnail((side, side))
        for quality in QUALITIES:
            out = io.BytesIO()
            image.save(out, "WEBP", quality=quality)
            yield out.getvalue()


def find_picture(actor: Actor, picture_id: UUID) -> ChecklistPicture:
    """A picture that is kept.

    Raises:
        Forbidden, NotFound: not the actor's to read, or there is none.
    """
    require(actor, Permission.INSPECTION_READ)
    picture = db.session.get(ChecklistPicture, picture_id)
    if picture is None:
        raise NotFound("没有这张图示")
    return picture


def missing_pictures(items: Sequence[Item]) -> list[FieldError]:
    """The items whose picture was never kept, by pointers such as /items/3/picture."""
    known = {str(picture.id) for picture in db.session.scalars(_of(items))}
    detail = "没有找到这张图示,请重新上传"
    return [
        FieldError(f"/items/{index}/picture", "not-found", detail)
        for index, item in enumerate(items)
        if item.get("picture") and item["picture"] not in known
    ]


def publish_pictures(checklist: Checklist) -> None:
    """Have phones hold the pictures of a list that is put in force."""
    for picture in db.session.scalars(_of(checklist.items)):
        picture.published = True


def _of(items: Iterable[Item]) -> Select[ChecklistPicture]:
    ids = [UUID(item["picture"]) for item in items if item.get("picture")]
    return select(ChecklistPicture).where(ChecklistPicture.id.in_(ids))
