"""What the feed says is what the table holds, whoever changed the record at the same time."""

from __future__ import annotations

from threading import Event
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text

from backend.app import Gridfield
from backend.db import db, new_id, transaction, utc_now
from backend.media.models import Photo
from tests.races.conftest import at_once
from tests.town import Town


def new_photo(worker: UUID) -> Photo:
    return Photo(
        id=new_id(),
        owner_kind="case",
        owner_id=uuid4(),
        scope=f"user:{worker}",
        sha256="a" * 64,
        thumb_sha256="b" * 64,
        bytes=10,
        type="image/jpeg",
        role="evidence",
        captured_at=utc_now(),
        captured_by=worker,
    )


def announced(worker: UUID) -> UUID:
    with transaction() as session:
        session.add(photo := new_photo(worker))
    return photo.id


def test_two_changes_of_one_record_at_once_are_both_in_the_feed(
    racing_app: Gridfield, real_town: Town
) -> None:
    """A photo and its small picture arrive together; the second was read before the first came."""
    photo_id = announced(real_town.users["worker"].id)
    read, done = Event(), Event()

    def photo_arrives() -> None:
        assert read.wait(10)
        with racing_app.app_context(), transaction():
            db.session.get_one(Photo, photo_id).arrived_at = utc_now()
        done.set()

    def thumb_arrives() -> None:
        with racing_app.app_context(), transaction():
            photo = db.session.get_one(Photo, photo_id)
            read.set()
            assert done.wait(10)
            photo.thumb_arrived_at = utc_now()

    at_once(photo_arrives, thumb_arrives)

    body = db.session.scalar(
        text("SELECT body FROM sync_feed WHERE record_id = :id"), {"id": photo_id}
    )
    assert orjson.loads(body)["arrived"] is True
