"""A refused mutation has no effect at all (sync protocol, section 9, invariant 11)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from backend.db import after_commit, db, savepoint, transaction
from backend.houses.models import House
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

VERSIONS = text("SELECT id, version FROM sync_scopes ORDER BY id")
OF_THE_VERDICT = {"sync_mutations", "sync_rejected", "notices", "sync_feed"}


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    phone = Phone(sign_in("worker"))
    phone.pull()
    return phone


def sizes() -> dict[str, int]:
    tables = db.metadata.sorted_tables
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def test_what_was_done_before_the_refusal_is_undone(phone: Phone, town: Town) -> None:
    phone.do("feedback.submit", {})  # so that its scope is there
    before = sizes()
    args = deeds.inspection(town, "金新街道1村1", "D01", "E04")
    args["case_ids"]["E04"] = args["case_ids"]["D01"]  # seen when the first is open already

    assert phone.do("inspection.submit", args)["code"] == "hash-conflict"

    after = sizes()
    assert {table for table in after if after[table] != before[table]} == OF_THE_VERDICT
    assert after["sync_feed"] == before["sync_feed"] + 1  # the notice
    assert db.session.info.get("after_commit", []) == []


def fail(heard: list[str], house_id: UUID) -> None:
    """Change something, announce it, and come to grief."""
    db.session.get_one(House, house_id).floors = 7
    db.session.flush()
    after_commit(heard.extend, "lost")
    raise RuntimeError


def test_a_part_that_failed_changes_and_announces_nothing(town: Town) -> None:
    heard: list[str] = []
    house_id = town.houses["金新街道1村1"].id
    before = db.session.execute(VERSIONS).all()
    with transaction():
        after_commit(heard.extend, "before")
        with suppress(RuntimeError), savepoint():
            fail(heard, house_id)
        after_commit(heard.extend, "after")

    assert heard == ["before", "after"]
    assert db.session.execute(VERSIONS).all() == before
    assert db.session.get_one(House, house_id).floors == 2


@pytest.mark.parametrize("part", [savepoint, transaction])
def test_a_transaction_that_failed_leaves_nothing_to_the_next(part: Any, town: Town) -> None:
    heard: list[str] = []
    house_id = town.houses["金新街道1村1"].id
    before = db.session.execute(VERSIONS).all()
    with suppress(RuntimeError), transaction(), part():
        fail(heard, house_id)

    with transaction():
        pass

    assert heard == []
    assert db.session.execute(VERSIONS).all() == before
    assert db.session.get_one(House, house_id).floors == 2
