"""The list of what comes in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.db import db, new_id, transaction, utc_now
from backend.inspections.models import Inspection
from backend.media.models import Photo, PhotoDoubt
from backend.org.sessions import actor_of
from backend.oversight.queries import list_activities
from backend.patrols.models import Patrol
from backend.problems import Forbidden, Validation
from tests.inspections.work import MONDAY, hazard, inspect, photo
from tests.town import Town


def patrol(town: Town, username: str = "worker", village: str = "金新街道1村") -> Patrol:
    grid = town.grids[village]
    row = Patrol(
        id=new_id(), org_unit_id=grid.org_unit_id, org_path=grid.org_path, grid_id=grid.id,
        user_id=town.users[username].id, kind="night", state="finished", recording=True,
        started_at=MONDAY, distance_m=1234.0, received_at=utc_now(),
    )  # fmt: skip
    with transaction() as session:
        session.add(row)
    return row


def listed(town: Town, username: str = "dispatcher", **filters: Any) -> list[dict[str, Any]]:
    items, _ = list_activities(actor_of(town.users[username]), filters, None, 50)
    return items


def ids(items: list[dict[str, Any]]) -> list[UUID]:
    return [item["id"] for item in items]


def test_the_newest_received_comes_first_whatever_its_kind(town: Town) -> None:
    first, second, third = inspect(town).id, hazard(town), patrol(town).id

    items = listed(town)

    assert ids(items) == [third, second, first]
    assert [item["kind"] for item in items] == ["patrol", "hazard", "inspection"]
    assert [item["title"] for item in items] == ["night", "飞线充电", "金新街道1村测试路1号"]
    assert [(item["detail"], item["amount"]) for item in items] == [
        ("", 1234),
        ("", 0),
        ("inspected", 0),
    ]
    assert {item["village"]["name"] for item in items} == {"金新街道1村"}
    assert {item["worker"]["name"] for item in items} == {"测试worker"}


def test_a_failed_inspection_is_one_line_and_its_cases_are_none(town: Town) -> None:
    inspect(town, failing="B01 E04")

    (item,) = listed(town)

    assert (item["state"], item["amount"]) == ("rectify", 2)
    assert item["photos"] == {"total": 2, "arrived": 0, "first_thumb": None}


def test_photos_are_counted_as_they_arrive(town: Town) -> None:
    hazard(town, photos=[photo(), photo()])
    shots = db.session.query(Photo).order_by(Photo.captured_at, Photo.id).all()
    with transaction():
        shots[1].arrived_at = utc_now()

    (item,) = listed(town)

    thumb = f"/api/photos/{shots[1].id}/thumb"
    assert item["photos"] == {"total": 2, "arrived": 1, "first_thumb": thumb}


def test_filters_keep_what_they_name(town: Town) -> None:
    done, seen, walked = inspect(town).id, hazard(town, "worker2"), patrol(town).id
    village, grid = town.units["金新街道2村"].id, town.grids["金新街道2村"].id

    assert ids(listed(town, kind="inspection")) == [done]
    assert ids(listed(town, state="reported")) == [seen]
    assert ids(listed(town, state="finished")) == [walked]
    assert ids(listed(town, village_id=village)) == [seen]
    assert ids(listed(town, grid_id=grid)) == [seen]
    assert ids(listed(town, worker_id=town.users["worker2"].id)) == [seen]
    assert ids(listed(town, q="飞线")) == [seen]
    assert ids(listed(town, q="WORKER2")) == [seen]
    assert ids(listed(town, q="%")) == []
    assert len(listed(town, since=utc_now() - timedelta(minutes=1))) == 3
    assert listed(town, since=utc_now() + timedelta(minutes=1)) == []


def test_pages_show_each_once_though_more_comes_in_meanwhile(town: Town) -> None:
    expected = [hazard(town) for _ in range(3)] + [inspect(town).id, patrol(town).id]
    actor = actor_of(town.users["dispatcher"])
    found: list[UUID] = []
    cursor = None
    for _ in range(3):
        items, cursor = list_activities(actor, {}, cursor, 2)
        found += ids(items)
        hazard(town)

    assert cursor is None
    assert found == expected[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", "WzEsMl0", "é", "WyJ4IiwieSJd"])
def test_a_foreign_cursor_is_pointed_at(town: Town, cursor: str) -> None:
    with pytest.raises(Validation) as caught:
        list_activities(actor_of(town.users["dispatcher"]), {}, cursor, 2)

    assert [error.pointer for error in caught.value.errors] == ["/query/cursor"]


def test_an_officer_sees_the_hazards_of_the_department_alone(town: Town) -> None:
    inspect(town)
    patrol(town)
    mine = hazard(town)

    assert ids(listed(town, "officer")) == [mine]


@pytest.mark.parametrize("username", ["worker", "admin"])
def test_who_has_no_part_in_it_is_refused(town: Town, username: str) -> None:
    with pytest.raises(Forbidden):
        listed(town, username)


def test_photos_of_restricted_items_are_not_counted_for_the_uncleared(town: Town) -> None:
    inspect(town, failing="H01", photos=[photo("H01")])

    assert [item["photos"]["total"] for item in listed(town, "supervisor")] == [0]
    assert [item["photos"]["total"] for item in listed(town, "dispatcher")] == [1]


def test_what_has_a_doubted_photo_is_found_and_no_restricted_one_by_the_uncleared(
    town: Town,
) -> None:
    far, hidden = (
        inspect(town, failing="D01", photos=[photo("D01")]).id,
        inspect(town, failing="H01", photos=[photo("H01")]).id,
    )
    hazard(town, "worker2")
    doubt(far, "far", metres=812)
    doubt(hidden, "twice", twin_id=photo_of(far).id)

    assert ids(listed(town, doubt="any")) == [hidden, far]
    assert ids(listed(town, doubt="far")) == [far]
    assert ids(listed(town, doubt="twice")) == [hidden]
    assert ids(listed(town, "supervisor", doubt="any")) == [far]


def photo_of(record_id: UUID) -> Photo:
    return db.session.scalars(select(Photo).where(Photo.owner_id == record_id)).one()


def doubt(record_id: UUID, kind: str, **told: Any) -> None:
    """As the job writes it that looks at photos."""
    row = db.session.get_one(Inspection, record_id)
    restricted = photo_of(record_id).item_code == "H01"
    about = {"org_path": row.org_path, "grid_id": row.grid_id, "restricted": restricted}
    with transaction() as session:
        session.add(PhotoDoubt(photo_id=photo_of(record_id).id, kind=kind, **about, **told))
