"""The feed writes itself: no change passes it by, and none that was undone stays in it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from backend.db import after_commit, db, locked, new_id, savepoint, transaction
from backend.feed.bulk import Rows
from backend.feed.changes import BulkWriteError, write
from backend.houses.models import House, Occupant
from tests.town import Town


def versions(record_id: object) -> list[tuple[str, str]]:
    rows = db.session.execute(
        text("SELECT scope_id, op FROM sync_feed WHERE record_id = :id ORDER BY op, scope_id"),
        {"id": record_id},
    )
    return [(row.scope_id, row.op) for row in rows]


def test_bulk_statements_on_synced_models_are_refused(town: Town) -> None:
    for statement in (update(House).values(floors=3), delete(Occupant)):
        with pytest.raises(BulkWriteError):
            db.session.execute(statement)


def test_what_a_savepoint_undid_leaves_no_trace(town: Town) -> None:
    house = town.houses["金新街道1村1"]
    before = db.session.scalar(text("SELECT sum(version) FROM sync_scopes"))
    heard: list[str] = []

    def fail() -> None:
        with savepoint():
            db.session.get_one(House, house.id).floors = 9
            after_commit(heard.extend, "house")
            raise RuntimeError

    with transaction():
        with pytest.raises(RuntimeError):
            fail()
        after_commit(heard.extend, "end")

    assert db.session.scalar(text("SELECT sum(version) FROM sync_scopes")) == before
    assert db.session.scalar(select(House.floors).where(House.id == house.id)) == 2
    assert heard == ["end"]


def test_a_move_is_a_deletion_here_and_a_put_there_in_one_commit(town: Town) -> None:
    house = town.houses["金新街道1村1"]
    here, there = town.grids["金新街道1村"].id, town.grids["金新街道2村"].id

    with transaction():
        db.session.get_one(House, house.id).grid_id = there

    assert versions(house.id) == [(f"grid:{here}", "del"), (f"grid:{there}", "put")]


def test_rows_written_in_bulk_are_in_the_feed(town: Town) -> None:
    house = row_of(town.houses["金新街道1村1"])
    here, there = town.grids["金新街道1村"].id, town.grids["金新街道2村"].id
    house.grid_id, house.floors = there, 5
    named = {"id": new_id(), "code": "new", "token": "new"}
    fresh = SimpleNamespace(**{**vars(house), **named, "grid_id": here})

    with transaction() as session:
        write(session, [Rows(House, [fresh]), Rows(House, [house], changed=("grid_id", "floors"))])

    assert versions(house.id) == [(f"grid:{here}", "del"), (f"grid:{there}", "put")]
    assert versions(fresh.id) == [(f"grid:{here}", "put")]
    assert db.session.get_one(House, house.id, populate_existing=True).floors == 5
    assert fed(house.id)["floors"] == fed(fresh.id)["floors"] == 5


def test_the_last_word_on_a_record_is_in_the_feed(town: Town) -> None:
    first, second = (row_of(town.houses[f"金新街道1村{number}"]) for number in (1, 2))
    first.floors = second.floors = 5

    with transaction() as session:
        write(session, [Rows(House, [first], changed=("floors",))])
        locked(House, first.id).floors = 6  # type: ignore[union-attr]
        locked(House, second.id).room_count = 9  # type: ignore[union-attr]
        session.flush()
        second.room_count = 9
        write(session, [Rows(House, [second], changed=("floors",))])

    assert fed(first.id)["floors"] == 6
    assert (fed(second.id)["floors"], fed(second.id)["room_count"]) == (5, 9)


def row_of(house: House) -> SimpleNamespace:
    columns = [column.name for column in House.__table__.c if column.name != "point"]
    return SimpleNamespace(**{name: getattr(house, name) for name in columns})


def fed(record_id: object) -> dict[str, Any]:
    query = text("SELECT body FROM sync_feed WHERE record_id = :id AND op = 'put'")
    row: dict[str, Any] = json.loads(db.session.scalars(query, {"id": record_id}).one())
    return row


def test_an_unchanged_record_takes_no_number(town: Town) -> None:
    house = town.houses["金新街道1村1"]
    before = db.session.scalar(text("SELECT sum(version) FROM sync_scopes"))

    with transaction():
        row = db.session.get_one(House, house.id)
        row.floors = row.floors + 0

    assert db.session.scalar(text("SELECT sum(version) FROM sync_scopes")) == before
