"""Pull: a phone ends with what it may see, whatever the page size, moves and grants."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from backend.db import db, transaction, utc_now
from backend.houses.models import House
from backend.org.models import GridDuty, User
from tests.conftest import SignIn
from tests.sync.phone import Phone, feedback
from tests.town import Town


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def move(town: Town, house: str, grid: str) -> None:
    with transaction():
        row = db.session.get_one(House, town.houses[house].id)
        row.grid_id = town.grids[grid].id


def test_a_worker_holds_the_own_grid_and_no_other(phone: Phone) -> None:
    phone.pull()

    assert {house["village_name"] for house in phone.of_kind("house")} == {"金新街道1村"}
    assert len(phone.of_kind("checklist")) == 1
    assert {department["name"] for department in phone.of_kind("department")} == {"消防", "住建"}


def test_personal_data_is_masked(phone: Phone) -> None:
    phone.pull()

    house, occupant = phone.of_kind("house")[0], phone.of_kind("occupant")[0]
    assert (house["landlord_name"], house["landlord_phone"]) == ("张**", "139****5678")
    assert occupant["name_masked"] == "李**"


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
def test_the_page_size_changes_nothing(phone: Phone, sign_in: SignIn, limit: int) -> None:
    phone.pull()
    other = Phone(sign_in("worker"))

    other.pull(limit)

    assert other.base == phone.base
    assert other.cursors == phone.cursors


def test_a_page_comes_in_gzip_to_whoever_takes_it(phone: Phone) -> None:
    plain = phone.ask()

    packed = phone.ask(headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.get_data()) < len(plain.get_data()) / 2
    pages = json.loads(gzip.decompress(packed.get_data())), plain.json
    assert [page["scopes"] for page in pages] == [plain.json["scopes"]] * 2


def test_an_empty_answer_is_not_packed(phone: Phone) -> None:
    phone.pull()

    answer = phone.ask(headers={"Accept-Encoding": "gzip"})

    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert "Content-Encoding" not in answer.headers


def test_nothing_new_is_204_and_tells_the_last_verdict(phone: Phone) -> None:
    phone.pull()
    phone.do("feedback.submit", feedback())

    answer = phone.ask()

    assert (answer.status_code, answer.headers["X-Last-Mid"]) == (204, "1")
    assert answer.headers["X-Epoch"] == phone.epoch


def test_a_record_that_moves_is_deleted_here_and_put_there(
    phone: Phone, town: Town, sign_in: SignIn
) -> None:
    neighbour = Phone(sign_in("worker2"))
    phone.pull()
    neighbour.pull()

    move(town, "金新街道1村1", "金新街道2村")
    phone.pull()
    neighbour.pull()

    moved = str(town.houses["金新街道1村1"].id)
    assert moved not in {house["id"] for house in phone.of_kind("house")}
    assert moved in {house["id"] for house in neighbour.of_kind("house")}


def test_a_scope_that_is_no_longer_granted_is_dropped(phone: Phone, town: Town) -> None:
    phone.pull()
    with transaction():
        duty = db.session.scalars(
            select(GridDuty).join(User).where(User.username == "worker")
        ).one()
        duty.until = utc_now() - timedelta(seconds=1)

    answer = phone.ask().get_json()

    assert answer["drop"] == [f"grid:{town.grids['金新街道1村'].id}"]
    phone.apply(answer)
    assert phone.of_kind("house") == []


def test_a_cursor_older_than_the_tombstones_resets_the_scope_once(phone: Phone, town: Town) -> None:
    phone.pull()
    scope = f"grid:{town.grids['金新街道1村'].id}"
    with transaction() as session:
        gone = phone.of_kind("occupant")[0]["id"]
        session.execute(text("DELETE FROM sync_feed WHERE record_id = :id"), {"id": gone})
        session.execute(
            text("UPDATE sync_scopes SET min_version = version + 1, version = version + 2"
                 " WHERE id = :scope"),
            {"scope": scope},
        )  # fmt: skip

    phone.pull(limit=1)

    assert gone not in {row["id"] for row in phone.of_kind("occupant")}
    assert len(phone.of_kind("house")) == 2


def test_a_phone_of_another_view_is_reset_everywhere(phone: Phone) -> None:
    phone.pull()
    before = phone.base
    phone.view = 0

    answer = phone.ask().get_json()
    phone.apply(answer)

    assert phone.base == {}
    assert all(part["reset"] for part in answer["scopes"].values())
    phone.pull()
    assert phone.base == before


def test_another_epoch_is_told(phone: Phone) -> None:
    phone.epoch = str(uuid4())

    assert phone.ask().json["type"] == "/problems/epoch"


def test_verify_agrees_with_what_was_pulled(phone: Phone) -> None:
    phone.pull()
    for scope, cursor in phone.cursors.items():
        held = sorted(
            (kind, record_id, row["_version"])
            for (its, kind, record_id), row in phone.base.items()
            if its == scope
        )
        lines = "".join(f"{kind}:{record_id}:{version}\n" for kind, record_id, version in held)

        told = phone.http.post("/sync/verify", json={"scope": scope}).json

        assert (told["version"], told["count"]) == (cursor, len(held))
        assert told["digest"] == hashlib.sha256(lines.encode()).hexdigest()


def test_a_foreign_scope_cannot_be_verified(phone: Phone, town: Town) -> None:
    scope = f"grid:{town.grids['川姜镇1村'].id}"

    assert phone.http.post("/sync/verify", json={"scope": scope}).status_code == 404


def test_every_scope_counts_without_gaps(town: Town) -> None:
    move(town, "金新街道1村1", "金新街道2村")
    move(town, "金新街道1村1", "金新街道1村")
    rows = db.session.execute(
        text("SELECT s.id, s.version, max(f.version) AS top, count(DISTINCT f.version) AS n"
             " FROM sync_scopes s JOIN sync_feed f ON f.scope_id = s.id GROUP BY s.id")
    ).all()  # fmt: skip

    assert rows
    assert all(row.version == row.top for row in rows)
    assert all(row.n <= row.version for row in rows)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), max_size=6), st.integers(1, 9))
def test_after_any_moves_the_phone_holds_what_a_plain_select_says(
    phone: Phone, town: Town, moves: list[tuple[int, int]], limit: int
) -> None:
    names = [f"金新街道{village}村{number}" for village in (1, 2) for number in (1, 2)]
    for house, village in moves:
        move(town, names[house], f"金新街道{village + 1}村")

    phone.pull(limit)

    mine = select(House.id).where(House.grid_id == town.grids["金新街道1村"].id)
    assert {row["id"] for row in phone.of_kind("house")} == {
        str(house_id) for house_id in db.session.scalars(mine)
    }
