"""How the phones of the workers are, as the desk sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.db import db, transaction, utc_now
from backend.delivery.models import Delivery, Message
from backend.delivery.reminders import remind
from backend.org import sessions
from backend.org.models import DeviceReport, SessionRow, User
from backend.org.sessions import actor_of
from backend.oversight import phones
from backend.oversight.phones import CARES, Wanted, count_cares, list_phones, version_of
from backend.problems import Forbidden, NotFound, RemindedAlready
from tests.conftest import SignIn
from tests.town import Town

HOUR = timedelta(hours=1)


@dataclass
class Held:
    """A phone of a worker, and what it is to say next."""

    session: SessionRow
    user: User

    def tells(self, ago: timedelta = timedelta(0), **more: Any) -> None:
        """Say that all is well but for `more`, so long ago."""
        at = utc_now() - ago
        well: dict[str, Any] = {
            "app": "gridfield-pwa/1.2.0",
            "pending": 0,
            "photos_pending": 0,
            "rejected": 0,
            "synced_at": at,
            "storage_free": 10**10,
            "clock_offset_ms": 0,
            "told_at": at,
        }
        row = DeviceReport(
            user_id=self.user.id, device_id=self.session.device_id, **{**well, **more}
        )
        with transaction() as session:
            session.merge(row)


def phone(town: Town, username: str = "worker", kind: str = "phone") -> Held:
    """Somebody signs in on a device."""
    user = town.users[username]
    with transaction():
        info = sessions.DeviceInfo(uuid4(), f"{kind} of {username}", kind)
        return Held(sessions.open_session(user, info).row, user)


def listed(town: Town, who: str = "dispatcher", **wanted: Any) -> list[dict[str, Any]]:
    return list_phones(actor_of(town.users[who]), Wanted(**wanted), None, 50)[0]


def cares(town: Town, username: str = "worker") -> list[list[str]]:
    rows = listed(town)
    return [row["cares"] for row in rows if row["worker"]["name"] == f"测试{username}"]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today began hours ago, whatever the time is where the test runs."""
    monkeypatch.setattr(phones, "_midnight", lambda now: now - 12 * HOUR)


def test_a_worker_without_a_phone_is_listed(town: Town) -> None:
    phone(town, kind="desk")

    (row,) = [row for row in listed(town) if row["worker"]["name"] == "测试worker"]

    assert (row["cares"], row["device"], row["report"]) == (["no_phone"], None, None)
    assert row["grids"] == "金新街道1村第一网格"


def test_a_phone_that_has_told_nothing_is_known_by_its_session(town: Town) -> None:
    held = phone(town)
    assert cares(town) == [[]]

    with transaction():
        held.session.last_seen_at = utc_now() - 30 * HOUR

    (row,) = [row for row in listed(town) if row["device"]]
    assert (row["cares"], row["report"]) == (["silent"], None)
    assert row["synced_at"] == row["seen_at"] == held.session.last_seen_at


@pytest.mark.parametrize(
    ("care", "told"),
    [
        ("lost", {"lost_photos": 1}),
        ("unsent", {"pending": 1, "oldest_unsent_at": utc_now() - 5 * HOUR}),
        ("refused", {"rejected": 2}),
        ("silent", {"synced_at": utc_now() - 13 * HOUR}),
        ("silent", {"synced_at": None}),
        ("storage", {"storage_free": 200 * 10**6}),
        ("clock", {"clock_offset_ms": -11 * 60_000}),
        ("clock", {"clock_offset_ms": 3 * 86_400_000 * 365}),
    ],
)
def test_each_care_is_seen_and_found(town: Town, care: str, told: dict[str, Any]) -> None:
    phone(town, "worker2").tells()
    phone(town).tells(**told)

    assert cares(town) == [[care]]
    assert cares(town, "worker2") == [[]]
    assert [row["worker"]["name"] for row in listed(town, care=care)] == ["测试worker"]
    counts = count_cares(actor_of(town.users["dispatcher"]))
    assert {name: counts[name] for name in CARES if counts[name]} == {care: 1, "no_phone": 1}
    assert counts["phones"] == 3


def test_what_is_nearly_wrong_is_not_wrong(town: Town) -> None:
    phone(town).tells(
        oldest_unsent_at=utc_now() - 3 * HOUR,
        pending=1,
        storage_free=None,
        clock_offset_ms=9 * 60_000,
        synced_at=utc_now() - 11 * HOUR,
    )

    assert cares(town) == [[]]
    assert len(listed(town, hours=2)) == 1
    assert listed(town, hours=4) == []


def test_an_old_app_is_one_older_than_the_newest_in_use(town: Town) -> None:
    phone(town).tells(app="gridfield-pwa/1.9.0")
    phone(town, "worker2").tells(app="gridfield-pwa/1.10.0")

    assert cares(town) == [["old_app"]]
    assert cares(town, "worker2") == [[]]


@pytest.mark.parametrize(
    ("app", "version"),
    [("gridfield-pwa/1.10.2", (1, 10, 2)), ("gridfield-pwa", ()), ("x/1.2-beta", ()), ("", ())],
)
def test_a_version_that_is_none_counts_as_the_oldest(app: str, version: tuple[int, ...]) -> None:
    assert version_of(app) == version


def test_the_gravest_come_first_and_among_equals_the_longest_silent(town: Town) -> None:
    phone(town, "worker2").tells(clock_offset_ms=3_600_000, storage_free=1)
    grave = phone(town)
    grave.tells(rejected=1)
    phone(town, "head").tells(ago=HOUR)
    phone(town, "head").tells(ago=2 * HOUR)

    order = [(row["worker"]["name"], row["cares"]) for row in listed(town)]

    assert order[:2] == [("测试worker", ["refused"]), ("测试worker2", ["storage", "clock"])]
    healthy = [row["synced_at"] for row in listed(town)][2:]
    assert healthy == sorted(healthy)


def test_pages_hold_every_phone_once(town: Town) -> None:
    for ago in range(5):
        phone(town).tells(ago=ago * HOUR)
    everyone = [row["id"] for row in listed(town)]

    found: list[Any] = []
    cursor: str | None = None
    while cursor is not None or not found:
        rows, cursor = list_phones(actor_of(town.users["dispatcher"]), Wanted(), cursor, 2)
        found += [row["id"] for row in rows]

    assert found == everyone
    assert len(set(found)) == 7  # five of the worker, worker2 and the head without one


def test_a_phone_left_behind_is_listed_while_unsent_work_is_on_it(town: Town) -> None:
    left, clean = phone(town), phone(town)
    left.tells(pending=1)
    clean.tells()
    with transaction():
        for held in (left, clean):
            held.session.ended_at = utc_now()

    (row,) = [row for row in listed(town) if row["worker"]["name"] == "测试worker"]

    assert row["report"]["pending"] == 1


def test_one_is_found_by_name_and_by_grid(town: Town) -> None:
    assert [row["worker"]["name"] for row in listed(town, q="worker2")] == ["测试worker2"]
    assert {row["worker"]["name"] for row in listed(town, q="1村第一")} == {
        "测试worker",
        "测试head",
    }


def test_whoever_oversees_nobody_is_refused(town: Town) -> None:
    with pytest.raises(Forbidden):
        listed(town, "worker")


def reminders(town: Town, who: str = "worker") -> list[Message]:
    return db.session.query(Message).filter_by(user_id=town.users[who].id).all()


def asked(town: Town, by: str, whom: str = "worker") -> datetime:
    with transaction():
        return remind(actor_of(town.users[by]), town.users[whom].id)


def test_a_reminder_goes_out_and_is_shown(town: Town, sign_in: SignIn) -> None:
    worker = town.users["worker"].id

    answer = sign_in("head").post(f"/api/workers/{worker}/reminders")

    assert answer.status_code == 201
    (message,) = reminders(town)
    assert (message.code, message.url) == ("sync-reminder", "/sync")
    sent = db.session.query(Delivery).filter_by(message_id=message.id).all()
    assert [delivery.channel for delivery in sent] == ["live"]
    rows = sign_in("dispatcher").get("/api/phones").json["items"]
    shown = {row["worker"]["name"]: row["reminded_at"] for row in rows}
    assert shown["测试worker"] == answer.json["at"]
    assert shown["测试worker2"] is None


def test_a_worker_is_reminded_once_an_hour(town: Town) -> None:
    asked(town, "head")

    with pytest.raises(RemindedAlready, match="60 分钟后再试"):
        asked(town, "dispatcher")
    with transaction():
        reminders(town)[0].created_at -= HOUR
    asked(town, "dispatcher")

    assert len(reminders(town)) == 2


@pytest.mark.parametrize("by", ["worker", "supervisor", "officer", "admin"])
def test_not_everybody_may_remind(town: Town, by: str) -> None:
    with pytest.raises(Forbidden):
        asked(town, by)


def test_nobody_is_reminded_by_a_stranger_or_off_duty(town: Town) -> None:
    with pytest.raises(NotFound):
        asked(town, "other_dispatcher")
    with pytest.raises(NotFound):
        asked(town, "dispatcher", "officer")
    with transaction():
        town.users["worker2"].active = False
    with pytest.raises(NotFound):
        asked(town, "dispatcher", "worker2")

    assert reminders(town) == []
