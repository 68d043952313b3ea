"""What every part of the sample's history draws on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.db import db, transaction
from backend.demo.people import People
from backend.demo.pictures import Album, Picture, scene_of
from backend.demo.seed import Seed
from backend.org.capture import Capture
from backend.org.models import User
from backend.org.sessions import actor_of

DAYS = 28
DAYTIME = (0, 9)  # 8 to 18 o'clock in China
EVENING = (11, 13)
STAMPS = ("at", "created_at", "received_at", "announced_at", "leased_at")


@dataclass(frozen=True)
class Stage:
    """What every part of the history draws on."""

    seed: Seed
    people: People
    album: Album
    now: datetime

    def moment(
        self, dice: Random, days: float = DAYS, hours: tuple[int, int] = DAYTIME
    ) -> datetime:
        """A moment of the last `days` that lies between two hours of the day (UTC)."""
        day = self.now - timedelta(days=dice.uniform(0.05, days))
        at = day.replace(hour=dice.randint(*hours), minute=dice.randrange(60))
        return at if at < self.now else at - timedelta(days=1)

    def picture(self, dice: Random, code: str, *, reported: bool) -> Picture:
        """A picture of what the checklist's item, or the `reported` matter, is about."""
        return dice.choice(self.album[scene_of(code, reported=reported)])

    def capture(self, user: User, at: datetime, key: str) -> Capture:
        """The circumstances of something that a worker did at that moment."""
        received = min(at + timedelta(minutes=7), self.now)
        return Capture(actor_of(user), at, received, payload_sha256=key)


@contextmanager
def written_at(moment: datetime) -> Iterator[None]:
    """A transaction whose new rows say that they were written at that moment."""

    def stamp(session: Session, *_: object) -> None:
        for row in session.new:
            for name in STAMPS:
                if name in row.__mapper__.columns:
                    setattr(row, name, moment)

    session = db.session()
    event.listen(session, "before_flush", stamp)
    try:
        with transaction():
            yield
    finally:
        event.remove(session, "before_flush", stamp)
