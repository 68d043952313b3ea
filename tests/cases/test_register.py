"""Finds that are registered at the desk, and cases that may be the same."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db, transaction
from backend.media.models import Photo
from tests.conftest import SignIn
from tests.media import pictures
from tests.town import Town

HERE = (121.005, 32.005)
METRE = 1 / 111_000  # of latitude, nearly


def find(town: Town, **more: Any) -> dict[str, Any]:
    """What a supervisor found."""
    return {
        "source": "supervisor",
        "item_code": "P01",
        "grid_id": str(town.grids["金新街道1村"].id),
        "text": "楼道内飞线",
        "lng": HERE[0],
        "lat": HERE[1],
        **more,
    }


def registered(browser: Any, told: dict[str, Any]) -> str:
    answer = browser.post("/api/registrations", json=told)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.json["id"])


def test_a_supervisors_find_is_a_case_with_its_photo(town: Town, sign_in: SignIn) -> None:
    photo = b64encode(pictures.jpeg()).decode()

    case_id = registered(sign_in("supervisor"), find(town, photos=[photo]))

    case = db.session.get_one(Case, UUID(case_id))
    assert (case.source, case.reporter_name, case.lng) == ("supervisor", "测试supervisor", HERE[0])
    shown = db.session.scalars(select(Photo)).one()
    assert (shown.owner_id, shown.captured_by) == (case.id, town.users["supervisor"].id)


@pytest.mark.parametrize(
    ("who", "told", "status"),
    [
        ("worker", {}, 403),
        ("officer", {}, 403),
        ("other_dispatcher", {}, 404),
        ("supervisor", {"source": "level"}, 422),
        ("dispatcher", {"source": "level"}, 201),
        ("dispatcher", {"item_code": "Z99"}, 422),
        ("dispatcher", {"lat": None}, 422),
    ],
)
def test_who_may_register_what(
    town: Town, sign_in: SignIn, who: str, told: dict[str, Any], status: int
) -> None:
    answer = sign_in(who).post("/api/registrations", json=find(town, **told))

    assert answer.status_code == status


def duplicates(browser: Any, case_id: str) -> list[tuple[str, int]]:
    answer = browser.get(f"/api/cases/{case_id}/duplicates")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [(one["id"], one["metres"]) for one in answer.json]


def test_near_in_place_and_time_is_offered_the_nearest_first(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    case_id = registered(desk, find(town))
    near = [registered(desk, find(town, lat=HERE[1] + metres * METRE)) for metres in (28, 10)]
    registered(desk, find(town, lat=HERE[1] + 33 * METRE))
    old = registered(desk, find(town))
    with transaction():
        db.session.get_one(Case, UUID(old)).captured_at -= timedelta(hours=25)

    found = duplicates(desk, case_id)

    assert [one for one, _ in found] == [near[1], near[0]]
    assert [abs(metres - is_) <= 1 for (_, metres), is_ in zip(found, (10, 28), strict=True)] == [
        True,
        True,
    ]


def test_what_is_offered_can_be_merged_and_is_offered_no_more(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    case_id, other = registered(desk, find(town)), registered(desk, find(town))
    assert [one for one, _ in duplicates(desk, case_id)] == [other]

    given = {"seen": 1, "case": case_id, "reason": "同一处"}
    assert desk.post(f"/api/cases/{other}/actions/merge", json=given).status_code == 200

    assert duplicates(desk, case_id) == []


def test_a_restricted_case_is_never_told_by_its_neighbours(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    first, second, third = (registered(desk, find(town)) for _ in range(3))
    with transaction():
        db.session.get_one(Case, UUID(third)).restricted = True

    assert [one for one, _ in duplicates(sign_in("supervisor"), first)] == [second]
    assert [one for one, _ in duplicates(desk, first)] == [second]  # they could not be merged
    assert sign_in("supervisor").get(f"/api/cases/{third}/duplicates").status_code == 404
