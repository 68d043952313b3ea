"""A wrong clock changes `clock_suspect` and nothing else (sync protocol, invariant 16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.db import db
from backend.houses.models import House
from backend.inspections.models import Inspection
from backend.media.models import Photo
from backend.patrols.models import LastSeen, Patrol, TrackSegment
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

HOUR = timedelta(hours=1)
YEARS = timedelta(days=3653)
DEAD_BATTERY = datetime.now(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
NEARLY = timedelta(minutes=1)

# What the phone's clock was wrong by at the time of the deed, and an hour later when it was sent.
CLOCKS = [
    pytest.param(YEARS, YEARS, HOUR, id="ten years ahead"),
    pytest.param(-YEARS, -YEARS, HOUR, id="ten years behind"),
    pytest.param(-DEAD_BATTERY, -DEAD_BATTERY, HOUR, id="restarted in 1970"),
    pytest.param(YEARS * 16, YEARS * 16, HOUR, id="beyond our calendar"),
    pytest.param(-DEAD_BATTERY, timedelta(0), timedelta(0), id="1970, put right since"),
    pytest.param(-YEARS, timedelta(0), timedelta(0), id="behind, put right since"),
    pytest.param(YEARS, timedelta(0), timedelta(0), id="ahead, put right since"),
    pytest.param(timedelta(0), -DEAD_BATTERY, timedelta(0), id="right, in 1970 since"),
]


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def told(moment: datetime, wrong_by: timedelta) -> str:
    return (moment + wrong_by).isoformat()


def send(
    phone: Phone, name: str, args: Any, then: timedelta, now: timedelta, **more: Any
) -> dict[str, Any]:
    """Push what was done an hour ago under a clock that was wrong by `then` and is by `now`."""
    today = datetime.now(UTC)
    captured = today - HOUR
    age = round((HOUR + now - then).total_seconds() * 1000)
    sent = phone.mutation(name, args, captured_at=told(captured, then), age_ms=max(age, 0), **more)
    answer = phone.push(sent, client_now=told(today, now))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    result: dict[str, Any] = answer.json["results"][0]
    return result


@pytest.mark.parametrize(("then", "now", "age"), CLOCKS)
def test_an_inspection_counts_as_under_a_right_clock(
    then: timedelta, now: timedelta, age: timedelta, phone: Phone, town: Town
) -> None:
    deed = datetime.now(UTC) - HOUR
    args = deeds.inspection(town, "金新街道1村1", "D01")
    args["started_at"] = told(deed - NEARLY, then)
    args["photos"][0]["captured_at"] = told(deed, then)
    args["position"] = {"lng": 121.0, "lat": 32.0, "at": told(deed, then), "source": "gps"}

    assert send(phone, "inspection.submit", args, then, now)["verdict"] == "ok"

    right = datetime.now(UTC) - age
    kept = db.session.get_one(Inspection, args["inspection_id"])
    house = db.session.get_one(House, kept.house_id)
    photo = db.session.get_one(Photo, args["photos"][0]["photo_id"])
    seen = db.session.get_one(LastSeen, kept.inspector_id)
    assert kept.clock_suspect
    assert house.state == "failed"
    for moment in (kept.captured_at, photo.captured_at, seen.at, house.last_inspected_at):
        assert moment is not None
        assert abs(moment - right) < NEARLY
    assert abs(kept.started_at - (right - NEARLY)) < NEARLY
    assert kept.started_at <= kept.received_at


@pytest.mark.parametrize(("then", "now", "_age"), CLOCKS)
def test_what_is_offered_again_was_captured_when_it_was_accepted(
    then: timedelta, now: timedelta, _age: timedelta, phone: Phone, town: Town
) -> None:
    deed = datetime.now(UTC) - 3 * HOUR  # as the server took it, before the restore
    args = deeds.inspection(town, "金新街道1村1", "D01")
    args["started_at"] = told(deed - NEARLY, then)
    again = {"server_captured_at": told(deed, timedelta(0))}

    assert send(phone, "inspection.submit", args, then, now, **again)["verdict"] == "ok"

    kept = db.session.get_one(Inspection, args["inspection_id"])
    assert kept.captured_at == deed


def test_a_time_that_cannot_be_is_not_believed(phone: Phone, town: Town) -> None:
    args = deeds.inspection(town, "金新街道1村1", "D01")
    tomorrow = {"server_captured_at": told(datetime.now(UTC), 24 * HOUR)}
    right = timedelta(0)

    assert send(phone, "inspection.submit", args, right, right, **tomorrow)["verdict"] == "ok"

    kept = db.session.get_one(Inspection, args["inspection_id"])
    assert abs(kept.captured_at - (datetime.now(UTC) - HOUR)) < NEARLY


def test_a_track_is_moved_as_its_patrol_is(phone: Phone) -> None:
    patrol = deeds.patrol()
    send(phone, "patrol.start", patrol, -YEARS, -YEARS)
    deed = datetime.now(UTC) - HOUR
    track = {
        "patrol_id": patrol["patrol_id"],
        "seq": 0,
        "started_at": told(deed, -YEARS),
        "points": [[12_100_500, 3_200_500, 0, 5], [10, 10, 20, 5]],
    }

    assert send(phone, "patrol.track", track, -YEARS, -YEARS)["verdict"] == "ok"

    piece = db.session.scalars(select(TrackSegment)).one()
    walk = db.session.scalars(select(Patrol)).one()
    assert abs(piece.started_at - deed) < NEARLY
    assert abs(walk.started_at - deed) < NEARLY


@pytest.mark.parametrize("clock", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_what_no_calendar_holds_stops_no_queue(clock: str, phone: Phone, town: Town) -> None:
    args = deeds.inspection(town, "金新街道1村1")
    sent = phone.mutation("inspection.submit", args, captured_at=clock, age_ms=-1)

    answer = phone.push(sent, client_now=clock)

    assert answer.json["results"][0]["verdict"] == "ok"
    kept = db.session.scalars(select(Inspection)).one()
    assert kept.clock_suspect
    assert abs(kept.captured_at - datetime.now(UTC)) < NEARLY


def test_a_right_clock_is_believed_after_a_long_time(phone: Phone, town: Town) -> None:
    """A phone that lay in a drawer for a month."""
    long_ago = datetime.now(UTC) - timedelta(days=30)
    args = deeds.inspection(town, "金新街道1村1")
    sent = phone.mutation(
        "inspection.submit", args, captured_at=long_ago.isoformat(), age_ms=30 * 86_400_000
    )

    phone.push(sent)

    kept = db.session.scalars(select(Inspection)).one()
    assert not kept.clock_suspect
    assert abs(kept.captured_at - long_ago) < NEARLY
