"""Who may see a photo."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.db import db
from backend.media.models import Photo
from backend.org.sessions import actor_of
from backend.oversight.photos import may_see
from tests.inspections.work import hazard, inspect, photo
from tests.oversight.test_activities import patrol
from tests.town import PEOPLE, Town

EVERYONE = {person[0] for person in PEOPLE}
# Those who see the village's records.
ABOVE = {"head", "dispatcher", "commander", "supervisor", "village", "district"}


def seeing(town: Town, shot: Photo) -> set[str]:
    return {name for name in EVERYONE if may_see(actor_of(town.users[name]), shot)}


def only_photo() -> Photo:
    return db.session.scalars(select(Photo)).one()


def test_a_photo_of_an_inspection_is_for_those_who_see_it(town: Town) -> None:
    inspect(town, photos=[photo()])

    assert seeing(town, only_photo()) == ABOVE | {"worker"}


def test_a_department_sees_what_an_inspection_took_of_its_case(town: Town) -> None:
    inspect(town, failing="B01")

    assert seeing(town, only_photo()) == ABOVE | {"worker", "officer", "cleared"}


def test_a_photo_of_a_restricted_item_is_for_author_and_cleared(town: Town) -> None:
    inspect(town, failing="H01", photos=[photo("H01")])

    cleared = {"dispatcher", "commander", "district", "cleared"}  # the last by its case
    assert seeing(town, only_photo()) == {"worker"} | cleared


def test_a_photo_of_a_passed_restricted_item_is_so_too(town: Town) -> None:
    inspect(town, photos=[photo("H01")])

    assert seeing(town, only_photo()) == {"worker", "dispatcher", "commander", "district"}


def test_a_photo_of_a_hazard_is_for_those_who_see_the_case(town: Town) -> None:
    hazard(town)

    assert seeing(town, only_photo()) == ABOVE | {"worker", "officer", "cleared"}


@pytest.mark.parametrize("kind", ["patrol", "task", "case", "inspection", "other"])
def test_a_photo_without_owner_is_its_authors_alone(town: Town, kind: str) -> None:
    hazard(town)
    shot = only_photo()
    shot.owner_kind, shot.owner_id, shot.scope = kind, shot.id, "user:none"

    assert seeing(town, shot) == {"worker"}


def test_a_photo_of_a_patrol_is_for_those_who_see_the_patrol(town: Town) -> None:
    hazard(town)
    shot = only_photo()
    shot.owner_kind, shot.owner_id, shot.scope = "patrol", patrol(town).id, "user:none"

    assert seeing(town, shot) == ABOVE | {"worker"}
