"""A patrol from its start to what the desk sees of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from backend.db import db
from tests.conftest import SignIn
from tests.sync.phone import Phone, now
from tests.tasks.desk import photo
from tests.town import Town

WALK = [[12100100, 3200100, 0, 8], [20, 3, 10, 12], [-5, -5, 15, 9999]]


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def start(kind: str = "night", *, recording: bool = True) -> dict[str, Any]:
    return {
        "patrol_id": str(uuid4()),
        "kind": kind,
        "task_id": None,
        "recording": recording,
        "position": {"lng": 121.001, "lat": 32.001, "accuracy": 8, "at": now(), "source": "gps"},
    }


def segment(patrol_id: str, seq: int = 0, **more: Any) -> dict[str, Any]:
    at = "2026-01-01T12:00:00Z"
    return {"patrol_id": patrol_id, "seq": seq, "started_at": at, "points": WALK, **more}


def end(patrol_id: str, **more: Any) -> dict[str, Any]:
    plain = {"patrol_id": patrol_id, "note": "正常", "distance_m": 1.0, "segments": 2}
    return {**plain, "photos": [], **more}


@pytest.mark.parametrize("username", ["supervisor", "dispatcher", "officer"])
def test_the_desk_does_not_patrol(username: str, sign_in: SignIn) -> None:
    assert Phone(sign_in(username)).do("patrol.start", start())["code"] == "forbidden"


def test_a_night_patrol_and_its_track(phone: Phone, sign_in: SignIn) -> None:
    started = start()
    patrol_id, picture = started["patrol_id"], photo()

    assert phone.do("patrol.start", started)["verdict"] == "ok"
    assert phone.do("patrol.track", segment(patrol_id, 0))["verdict"] == "ok"
    assert phone.do("patrol.pause", {"patrol_id": patrol_id})["verdict"] == "ok"
    assert phone.do("patrol.resume", {"patrol_id": patrol_id})["verdict"] == "ok"
    assert phone.do("patrol.finish", end(patrol_id, photos=[picture]))["verdict"] == "ok"
    late = segment(patrol_id, 1, started_at="2026-01-01T12:30:00Z")
    assert phone.do("patrol.track", late)["verdict"] == "ok"  # after the end: kept

    patrol = sign_in("supervisor").get(f"/api/patrols/{patrol_id}").json
    assert (patrol["state"], patrol["note"], patrol["recording"]) == ("finished", "正常", True)
    assert patrol["distance_m"] == pytest.approx(2 * 26.4, abs=0.3)  # the gap is not counted
    lines = [feature["geometry"]["coordinates"] for feature in patrol["track"]["features"]]
    assert lines == [[[121.001, 32.001], [121.0012, 32.00103], [121.00115, 32.00098]]] * 2
    assert patrol["worker"]["name"] == "测试worker"
    assert [item["id"] for item in patrol["photos"]] == [picture["photo_id"]]


def test_m_is_seconds_since_1970(phone: Phone) -> None:
    started = start()
    phone.do("patrol.start", started)
    phone.do("patrol.track", segment(started["patrol_id"]))

    row = db.session.execute(
        text("SELECT ST_M(ST_StartPoint(line)) AS first, ST_M(ST_EndPoint(line)) AS last,"
             " extract(epoch FROM started_at) AS started FROM track_segments")
    ).one()  # fmt: skip
    assert (row.first, row.last) == (row.started, row.started + 25)


def test_the_same_segment_counts_once(phone: Phone) -> None:
    started = start()
    phone.do("patrol.start", started)

    verdicts = [
        phone.do("patrol.track", segment(started["patrol_id"]))["verdict"] for _ in range(2)
    ]

    assert verdicts == ["ok", "ok_merged"]
    assert db.session.execute(text("SELECT count(*) FROM track_segments")).scalar() == 1
    phone.pull()
    assert phone.of_kind("patrol")[0]["distance_m"] == pytest.approx(26.4, abs=0.1)


def test_no_track_where_the_township_gives_no_reason(phone: Phone) -> None:
    started = start("day")

    result = phone.do("patrol.start", started)
    assert (result["verdict"], result["record"]["recording"]) == ("ok_merged", False)

    refused = phone.do("patrol.track", segment(started["patrol_id"]))
    assert (refused["verdict"], refused["code"]) == ("rejected", "not-recording")
    assert db.session.execute(text("SELECT count(*) FROM track_segments")).scalar() == 0


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"points": []}, "/args/points"),
        ({"points": [[1, 2, 3]]}, "/args/points/0"),
        ({"points": [[1.5, 2, 3, 4]]}, "/args/points/0/0"),
        ({"points": [[0, 0, 0, 5]]}, "/args/points/0"),
        ({"seq": -1}, "/args/seq"),
    ],
)
def test_what_is_no_track_is_refused(phone: Phone, wrong: dict[str, Any], pointer: str) -> None:
    started = start()
    phone.do("patrol.start", started)

    result = phone.do("patrol.track", segment(started["patrol_id"], **wrong))

    assert (result["verdict"], result["code"]) == ("rejected", "validation")
    assert [error["pointer"] for error in result["errors"]] == [pointer]


def test_anothers_patrol_does_not_exist(phone: Phone, sign_in: SignIn) -> None:
    started = start()
    phone.do("patrol.start", started)

    stranger = Phone(sign_in("worker2"))

    assert stranger.do("patrol.track", segment(started["patrol_id"]))["code"] == "not-found"
    assert stranger.do("patrol.start", started)["code"] == "hash-conflict"


def test_a_finished_patrol_does_not_go_on(phone: Phone) -> None:
    started = start()
    phone.do("patrol.start", started)
    phone.do("patrol.finish", end(started["patrol_id"]))

    result = phone.do("patrol.resume", {"patrol_id": started["patrol_id"]})

    assert (result["code"], result["record"]["state"]) == ("illegal-transition", "finished")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("dispatcher", 200),
        ("head", 200),
        ("district", 200),
        ("other_dispatcher", 404),
        ("worker2", 403),
        ("officer", 403),
    ],
)
def test_who_sees_a_patrol(phone: Phone, sign_in: SignIn, who: str, status: int) -> None:
    started = start()
    phone.do("patrol.start", started)

    answer = sign_in(who).get(f"/api/patrols/{started['patrol_id']}")

    assert answer.status_code == status
    assert sign_in(who).get(f"/api/patrols/{uuid4()}").status_code == (
        403 if status == 403 else 404
    )


def test_workers_and_where_they_last_were(phone: Phone, town: Town, sign_in: SignIn) -> None:
    started = start()
    phone.do("patrol.start", started)

    listed = sign_in("dispatcher").get("/api/workers").get_json()
    people = {person["name"]: person for person in listed}

    assert set(people) == {"测试worker", "测试worker2", "测试head"}
    worker, idle = people["测试worker"], people["测试worker2"]
    assert (worker["on_duty"], worker["patrol_id"]) == (True, started["patrol_id"])
    assert (worker["last_seen"]["lng"], worker["last_seen"]["source"]) == (121.001, "gps")
    assert worker["last_sync_at"] is not None
    assert worker["grids"][0]["name"] == "金新街道1村第一网格"
    assert (idle["on_duty"], idle["last_seen"], idle["open_tasks"]) == (False, None, 0)


def test_the_newest_position_wins(phone: Phone, town: Town, sign_in: SignIn) -> None:
    started = start()
    phone.do("patrol.start", started)
    phone.do("patrol.track", segment(started["patrol_id"]))  # of last January

    seen = next(
        person["last_seen"]
        for person in sign_in("head").get("/api/workers").get_json()
        if person["name"] == "测试worker"
    )

    assert seen["at"] > "2026-11"


@pytest.mark.parametrize("who", ["worker", "officer"])
def test_who_does_not_see_the_workers(sign_in: SignIn, who: str) -> None:
    assert sign_in(who).get("/api/workers").status_code == 403
