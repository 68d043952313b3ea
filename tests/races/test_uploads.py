"""The same bytes from several phones at the same moment."""

from __future__ import annotations

from sqlalchemy import func, select

from backend.app import Gridfield
from backend.db import db
from backend.media import uploads
from backend.media.models import Blob
from tests.media.pictures import jpeg, sha256
from tests.races.conftest import at_once


def test_the_same_photo_twice_at_once_arrives(racing_app: Gridfield) -> None:
    def arrive(data: bytes) -> None:
        with racing_app.app_context():
            uploads.arrive(sha256(data), data)

    for seed in range(5):
        data = jpeg(seed, (64, 48))
        at_once(*[lambda data=data: arrive(data)] * 4)

    assert db.session.scalar(select(func.count()).select_from(Blob)) == 5
