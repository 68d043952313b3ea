"""The night's work on the feed, and a restore."""

from __future__ import annotations

from sqlalchemy import text

from backend.app import Gridfield
from backend.db import db, transaction
from backend.feed.upkeep import forget_old_tombstones
from backend.houses.models import Occupant
from tests.conftest import SignIn
from tests.sync.phone import Phone


def test_a_phone_that_slept_through_a_deletion_forgets_the_record_all_the_same(
    sign_in: SignIn,
) -> None:
    phone = Phone(sign_in("worker"))
    phone.pull()
    gone = phone.of_kind("occupant")[0]["id"]
    with transaction():
        db.session.delete(db.session.get_one(Occupant, gone))
    db.session.execute(text("UPDATE sync_feed SET changed_at = '2020-01-01' WHERE op = 'del'"))

    forget_old_tombstones()

    assert db.session.scalar(text("SELECT count(*) FROM sync_feed WHERE op = 'del'")) == 0
    phone.pull(limit=3)
    assert gone not in {row["id"] for row in phone.of_kind("occupant")}
    assert len(phone.of_kind("house")) == 2


def test_a_new_epoch_is_told_to_every_phone(app: Gridfield, sign_in: SignIn) -> None:
    phone = Phone(sign_in("worker"))
    phone.pull()

    said = app.test_cli_runner().invoke(args=["sync", "new-epoch"])

    answer = phone.ask()
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/epoch")
    assert answer.json["epoch"] in said.output
