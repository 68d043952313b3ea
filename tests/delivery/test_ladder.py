"""A message climbs its ladder until somebody answers; outside it says hardly anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from flask.testing import FlaskClient
from redis import Redis
from redis.client import PubSub

from backend.app import Gridfield
from backend.broker import connection, queue
from backend.db import db, transaction, utc_now
from backend.delivery import content, ladder
from backend.delivery.commands import send
from backend.delivery.jobs import deliver, sweep
from backend.delivery.live import CHANNEL
from backend.delivery.models import Contact, Delivery, Message, Way
from backend.delivery.quiet import quiet_of
from backend.org.models import Notice
from tests.browser.push_receiver import Receiver
from tests.conftest import SignIn
from tests.delivery.services import PushService, running_push_service
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.tasks.desk import new_task
from tests.town import Town
from tools.valkey import Valkey

Jobs = Callable[[], None]


@contextmanager
def with_settings(app: Gridfield, **changed: object) -> Iterator[None]:
    before = app.extensions["gridfield_settings"]
    app.extensions["gridfield_settings"] = replace(before, **changed)
    try:
        yield
    finally:
        app.extensions["gridfield_settings"] = before


@pytest.fixture
def chat() -> Iterator[PushService]:
    with running_push_service() as service:
        service.status = 200
        yield service


@pytest.fixture
def gateway(app: Gridfield, broker: Valkey) -> Iterator[PushService]:
    with running_push_service() as service:
        service.status = 200
        url = f"http://127.0.0.1:{service.port}/texts"
        with with_settings(app, text_gateway_url=url, text_gateway_secret="守口如瓶"):
            yield service


@dataclass
class Outside:
    """What has arrived where, and what the receivers answer."""

    push: PushService
    chat: PushService
    gateway: PushService

    def counts(self) -> list[int]:
        return [len(one.requests) for one in (self.push, self.chat, self.gateway)]


@pytest.fixture
def outside(
    worker: FlaskClient,
    robot: Contact,
    push_service: PushService,
    chat: PushService,
    gateway: PushService,
) -> Outside:
    return Outside(push_service, chat, gateway)


@pytest.fixture
def robot(town: Town, chat: PushService) -> Contact:
    """The chat robot of the worker's own."""
    row = Contact(
        user_id=town.users["worker"].id,
        channel="chat",
        address=f"json://127.0.0.1:{chat.port}/robot",
    )
    with transaction():
        db.session.add(row)
    return row


def tell(town: Town, urgency: str = "normal", **more: object) -> Message:
    told: dict[str, object] = {
        "user_id": town.users["worker"].id,
        "code": "case-dispatched",
        "title": "张测试家的隐患",
        "body": "测试路 1 号,13900005678",
        "url": "/cases/1",
        "urgency": urgency,
    }
    with transaction():
        message = Message(**{**told, **more})
        send(message)
    return message


def row(channel: str) -> Delivery:
    db.session.expire_all()
    return db.session.query(Delivery).filter_by(channel=channel).one()


def states() -> dict[str, str]:
    db.session.expire_all()
    return {delivery.channel: delivery.state for delivery in db.session.query(Delivery)}


def later(minutes: int) -> None:
    """Let time go by: what was due in so many minutes is due now."""
    with transaction():
        for delivery in db.session.query(Delivery).filter_by(state="queued"):
            delivery.next_attempt_at -= timedelta(minutes=minutes)


def climb(do_jobs: Jobs, minutes: int = 0) -> None:
    later(minutes)
    sweep()
    do_jobs()


def words(chat: PushService) -> list[str]:
    return [orjson.loads(body)["message"] for _, _, body in chat.requests]


def test_an_unanswered_urgent_message_climbs_to_the_call_list(
    town: Town, outside: Outside, do_jobs: Jobs
) -> None:
    tell(town, "urgent")
    do_jobs()
    assert outside.counts() == [1, 0, 0]

    climb(do_jobs, 1)
    assert outside.counts() == [1, 1, 0]
    climb(do_jobs, 2)
    assert outside.counts() == [1, 1, 1]
    climb(do_jobs, 7)

    assert states() == {
        "live": "sent",
        "push": "sent",
        "chat": "sent",
        "text": "sent",
        "call": "queued",
    }
    assert row("call").next_attempt_at <= utc_now()


def test_two_jobs_and_two_sweeps_climb_each_rung_once(
    town: Town, robot: Contact, chat: PushService, gateway: PushService, do_jobs: Jobs
) -> None:
    tell(town, "urgent")
    later(5)
    for _ in range(2):
        sweep()
        deliver(str(row("chat").id))
    do_jobs()

    assert [len(chat.requests), len(gateway.requests)] == [1, 1]


def test_the_sweep_hands_urgent_ones_over_first(town: Town, broker: Valkey) -> None:
    tell(town, "normal")
    tell(town, "urgent", url="/cases/2")
    later(61)
    connection().flushdb()

    sweep()

    urgencies = [
        db.session.get_one(Delivery, UUID(job.args[0])).message.urgency for job in queue().jobs
    ]
    assert set(urgencies) == {"urgent", "normal"}
    assert urgencies == sorted(urgencies, key=["urgent", "normal"].index)


@pytest.mark.parametrize(
    "case",
    [("normal", "delivered", 0), ("urgent", "delivered", 1), ("urgent", "read", 0)],
)
def test_a_receipt_spares_the_rungs_above(
    town: Town, outside: Outside, worker: FlaskClient, do_jobs: Jobs, case: tuple[str, str, int]
) -> None:
    urgency, event, reached = case
    message = tell(town, urgency)
    do_jobs()
    address = f"/api/messages/{message.id}/receipts"
    assert worker.post(address, json={"event": event, "channel": "push"}).status_code == 204
    climb(do_jobs, 61)

    assert outside.counts()[1:] == [reached, reached]
    assert states()["chat"] == ("sent" if reached else "spared")


def test_a_task_taken_on_without_network_ends_the_climb_when_it_arrives(
    town: Town, outside: Outside, worker: FlaskClient, sign_in: SignIn, do_jobs: Jobs
) -> None:
    task = sign_in("dispatcher").post("/api/tasks", json=new_task(town)).json
    deeds.accepted(Phone(worker), "task.accept", {"task_id": task["id"], "seen_state": "assigned"})
    climb(do_jobs, 61)

    message = db.session.query(Message).one()
    assert message.accepted_at is not None
    assert (outside.chat.requests, states()["chat"]) == ([], "spared")


def test_outside_stand_a_kind_a_number_and_a_link_alone(
    town: Town, robot: Contact, chat: PushService, gateway: PushService, do_jobs: Jobs
) -> None:
    tell(town, "urgent", number="2026-000017")
    climb(do_jobs, 5)

    assert words(chat) == ["新案件 2026-000017 http://127.0.0.1:8000/cases/1"]
    text = orjson.loads(gateway.requests[0][2])["text"]
    assert text == "新案件 2026-000017 http://127.0.0.1:8000/cases/1"


@pytest.mark.parametrize("number", ["张测试", "13900005678 张", "测试路1号"])
def test_what_is_no_number_is_left_out(database: None, number: str) -> None:
    one = uuid4()
    told = {"title": "", "body": "", "url": "/x", "urgency": "normal", "code": "case-urgent"}
    message = content.Told(one, one, None, number=number, restricted=False, **told)

    assert content.outside([message])[1]["number"] == ""


def test_of_a_restricted_case_nothing_is_told_anywhere(
    town: Town, outside: Outside, browser: Receiver, do_jobs: Jobs
) -> None:
    message = tell(town, "urgent", number="2026-000017", restricted=True)
    climb(do_jobs, 5)

    told = [*words(outside.chat), orjson.loads(outside.gateway.requests[0][2])["text"]]
    assert told == ["有一条新消息 http://127.0.0.1:8000/cases/1"] * 2
    browser.bodies.put(outside.push.requests[0][2])
    pushed = orjson.loads(browser.next_text(1))
    assert (pushed["title"], pushed["body"]) == ("有一条新消息", "")
    assert (message.title, message.body, message.number) == ("有一条新消息", "", None)


def test_a_screen_is_told_the_kind_but_not_of_a_restricted_case(
    town: Town, broker: Valkey, do_jobs: Jobs
) -> None:
    screen: PubSub
    with Redis.from_url(broker.url).pubsub(ignore_subscribe_messages=True) as screen:  # type: ignore[no-untyped-call]
        screen.subscribe(CHANNEL)
        screen.get_message(timeout=5)
        tell(town, number="2026-000017")
        tell(town, "urgent", number="2026-000018", restricted=True)
        do_jobs()
        letters = [each for _ in range(2) for each in orjson.loads(heard(screen))]

    told = {each["data"]["number"]: each["data"] for each in letters}
    assert told["2026-000017"]["code"] == "case-dispatched"
    assert told[None] | {"message_id": "", "url": ""} == {
        "message_id": "",
        "code": None,
        "number": None,
        "title": "有一条新消息",
        "body": "",
        "url": "",
        "task_id": None,
    }


def heard(screen: PubSub) -> bytes:
    """The next that is published."""
    message = screen.get_message(timeout=10)
    assert message is not None
    return bytes(message["data"])


def test_a_group_hears_nothing_at_all_of_a_restricted_case(
    town: Town, chat: PushService, gateway: PushService, do_jobs: Jobs
) -> None:
    with transaction():
        unit = next(grant.org_unit_id for grant in town.users["worker"].roles)
        address = f"json://127.0.0.1:{chat.port}/group"
        db.session.add(Contact(org_unit_id=unit, channel="chat", address=address))
    tell(town, "urgent", restricted=True)
    climb(do_jobs, 5)
    assert chat.requests == []

    tell(town, "urgent")
    climb(do_jobs, 5)
    assert len(chat.requests) == 1


def test_several_waiting_messages_become_one(
    town: Town, robot: Contact, chat: PushService, do_jobs: Jobs
) -> None:
    for number in range(3):
        tell(town, url=f"/cases/{number}")
    climb(do_jobs, 10)

    assert words(chat) == ["您有 3 条新消息 http://127.0.0.1:8000/messages"]
    sent = db.session.query(Delivery).filter_by(channel="chat")
    assert [delivery.state for delivery in sent] == ["sent"] * 3


def test_a_digest_that_failed_goes_again_under_the_same_key(
    town: Town, robot: Contact, chat: PushService, do_jobs: Jobs
) -> None:
    tell(town, url="/cases/1")
    tell(town, url="/cases/2")
    chat.status = 500
    climb(do_jobs, 10)
    chat.status = 200
    tell(town, url="/cases/3")  # does not join what has been tried already
    climb(do_jobs, 10)

    keys = [headers["idempotency-key"] for _, headers, _ in chat.requests]
    assert words(chat)[:2] == ["您有 2 条新消息 http://127.0.0.1:8000/messages"] * 2
    assert keys[0] == keys[1]
    assert len(chat.requests) == 3


def test_urgent_ones_are_never_put_together(
    town: Town, robot: Contact, chat: PushService, do_jobs: Jobs
) -> None:
    for number in range(2):
        tell(town, "urgent", url=f"/cases/{number}")
    climb(do_jobs, 1)

    assert len(chat.requests) == 2


CHINA_3_AM = datetime(2026, 3, 1, 19, tzinfo=UTC)
CHINA_11_PM = datetime(2026, 3, 1, 15, tzinfo=UTC)
CHINA_NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
CHINA_7_AM = datetime(2026, 3, 1, 23, tzinfo=UTC)
NIGHT = (time(22), time(7))


@pytest.mark.parametrize(
    ("moment", "urgency", "channel", "rings"),
    [
        (CHINA_3_AM, "normal", "push", CHINA_7_AM),
        (CHINA_11_PM, "normal", "chat", CHINA_7_AM),
        (CHINA_NOON, "normal", "text", CHINA_NOON),
        (CHINA_7_AM, "normal", "text", CHINA_7_AM),
        (CHINA_3_AM, "urgent", "text", CHINA_3_AM),
        (CHINA_3_AM, "normal", "live", CHINA_3_AM),
    ],
)
def test_at_night_only_urgent_messages_ring(
    moment: datetime, urgency: str, channel: str, rings: datetime
) -> None:
    assert ladder.may_ring(moment, urgency, channel, NIGHT) == rings
    assert ladder.may_ring(moment, urgency, channel, None) == moment


def test_a_townships_own_quiet_hours_come_before_the_setting(
    app: Gridfield, town: Town, sign_in: SignIn
) -> None:
    worker, neighbour = town.users["worker"].id, town.users["other_worker"].id
    desk, address = sign_in("dispatcher"), "/api/messages/quiet-hours"
    with with_settings(app, quiet_hours=NIGHT):
        unit = desk.get(address).json[0]
        assert (unit["since"], unit["until"], unit["own"]) == ("22:00", "07:00", False)

        own = desk.put(f"{address}/{unit['id']}", json={"since": "12:30", "until": "14:00"})
        assert (own.status_code, own.json["own"]) == (200, True)
        assert quiet_of(worker) == (time(12, 30), time(14))
        assert quiet_of(neighbour) == NIGHT

        never = desk.put(f"{address}/{unit['id']}", json={"since": None, "until": None})
        assert (never.json["since"], quiet_of(worker)) == (None, None)

        assert desk.delete(f"{address}/{unit['id']}").status_code == 204
        assert quiet_of(worker) == NIGHT


@pytest.mark.parametrize(
    ("who", "told", "status"),
    [
        ("dispatcher", {"since": "12:30", "until": None}, 422),
        ("dispatcher", {"since": "12:30", "until": "12:30"}, 422),
        ("dispatcher", {"since": "25:00", "until": "26:00"}, 422),
        ("other_dispatcher", {"since": "12:30", "until": "14:00"}, 404),
    ],
)
def test_quiet_hours_that_cannot_be_are_refused(
    town: Town, sign_in: SignIn, who: str, told: dict[str, str], status: int
) -> None:
    address = f"/api/messages/quiet-hours/{town.units['金新街道'].id}"

    assert sign_in(who).put(address, json=told).status_code == status


def test_what_waits_for_the_morning_is_one_message_then(
    app: Gridfield, town: Town, robot: Contact, chat: PushService, do_jobs: Jobs
) -> None:
    china = (utc_now() + timedelta(hours=8)).time()
    night = (time((china.hour - 1) % 24), time((china.hour + 2) % 24))
    with with_settings(app, quiet_hours=night):
        for number in range(2):
            tell(town, url=f"/cases/{number}")
        climb(do_jobs, 10)
        assert chat.requests == []
        waiting = db.session.query(Delivery).filter_by(channel="chat").all()
        assert len({delivery.next_attempt_at for delivery in waiting}) == 1
        assert waiting[0].next_attempt_at > utc_now()

    climb(do_jobs, 240)
    assert words(chat) == ["您有 2 条新消息 http://127.0.0.1:8000/messages"]


def test_a_dead_way_rests_as_a_whole_and_one_probe_wakes_it(
    town: Town, robot: Contact, chat: PushService, do_jobs: Jobs
) -> None:
    chat.status = 500
    for number in range(5):
        tell(town, "urgent", url=f"/cases/{number}")
    climb(do_jobs, 1)
    assert len(chat.requests) == 3  # the others were spared the try
    way = db.session.query(Way).filter_by(channel="chat").one()
    assert way.failures == 3
    assert way.paused_until is not None
    assert way.paused_until > utc_now()

    climb(do_jobs)
    assert len(chat.requests) == 3

    with transaction():
        db.session.query(Way).filter_by(channel="chat").one().paused_until = utc_now()
    climb(do_jobs, 5)
    assert len(chat.requests) == 4  # the probe

    chat.status = 200
    with transaction():
        db.session.query(Way).filter_by(channel="chat").one().paused_until = utc_now()
    climb(do_jobs, 60)
    climb(do_jobs)

    sent = db.session.query(Delivery).filter_by(channel="chat", state="sent").count()
    assert sent == 5
    assert len(chat.requests) == 4 + 5


def test_it_fails_over_from_push_to_chat_to_text(
    town: Town, outside: Outside, do_jobs: Jobs
) -> None:
    outside.push.status = outside.chat.status = 500
    tell(town, "urgent")
    do_jobs()
    climb(do_jobs, 1)
    climb(do_jobs, 2)

    pushed, chatted, texted = outside.counts()
    assert (pushed >= 1, chatted >= 1, texted) == (True, True, 1)
    found = states()
    assert (found["push"], found["chat"], found["text"]) == ("queued", "queued", "sent")


def test_a_message_is_a_notice_on_the_phone_and_a_task_is_none(
    town: Town, worker: FlaskClient, sign_in: SignIn
) -> None:
    message = tell(town)
    sign_in("dispatcher").post("/api/tasks", json=new_task(town))

    [notice] = db.session.query(Notice).all()
    assert (notice.id, notice.title, notice.url) == (message.id, "张测试家的隐患", "/cases/1")
    worker.post(f"/api/messages/{message.id}/receipts", json={"event": "read", "channel": "live"})
    db.session.expire_all()
    assert db.session.query(Notice).one().read_at is not None


def test_a_notice_without_a_message_is_read_by_its_own_reader_alone(
    town: Town, sign_in: SignIn
) -> None:
    with transaction():
        notice = Notice(
            user_id=town.users["worker"].id, code="accepted-by-hand", title="已受理", text=""
        )
        db.session.add(notice)
    address, read = f"/api/messages/{notice.id}/receipts", {"event": "read", "channel": "live"}

    assert sign_in("worker2").post(address, json=read).status_code == 404
    assert sign_in("worker").post(address, json=read).status_code == 204
    db.session.expire_all()
    assert db.session.query(Notice).one().read_at is not None


def rings(service: PushService, browser: Receiver) -> list[dict[str, object]]:
    """What has been pushed, as the browser reads it."""
    found = []
    for _, _, body in service.requests:
        browser.bodies.put(body)
        found.append(orjson.loads(browser.next_text(1)))
    return found


def test_ten_at_once_ring_once_with_their_number(
    town: Town,
    worker: FlaskClient,
    browser: Receiver,
    push_service: PushService,
    do_jobs: Jobs,
) -> None:
    with transaction():
        ids = [str(tell(town, url=f"/cases/{number}").id) for number in range(10)]
    do_jobs()

    [rung] = rings(push_service, browser)
    assert (rung["title"], rung["body"], rung["url"]) == ("您有 10 条新消息", "", "/messages")
    assert sorted(rung["message_ids"]) == sorted(ids)  # type: ignore[call-overload]
    assert {row.state for row in db.session.query(Delivery).filter_by(channel="push")} == {"sent"}


def test_what_follows_a_ring_waits_and_takes_its_place_without_another(
    town: Town,
    worker: FlaskClient,
    browser: Receiver,
    push_service: PushService,
    do_jobs: Jobs,
) -> None:
    first = tell(town, url="/cases/0")
    do_jobs()
    for number in range(1, 10):
        tell(town, url=f"/cases/{number}")
        do_jobs()
    assert len(push_service.requests) == 1
    waiting = db.session.query(Delivery).filter_by(channel="push", state="queued").all()
    assert {row.next_attempt_at > utc_now() for row in waiting} == {True}

    quiet_for(seconds=31)
    climb(do_jobs)

    alone, many = rings(push_service, browser)
    assert (alone["title"], alone["message_id"]) == (first.title, str(first.id))
    assert (many["title"], many["tag"]) == ("您有 10 条新消息", str(first.id))


def test_an_urgent_one_rings_for_itself_in_the_midst_of_others(
    town: Town,
    worker: FlaskClient,
    browser: Receiver,
    push_service: PushService,
    do_jobs: Jobs,
) -> None:
    tell(town)
    do_jobs()
    tell(town, "urgent", url="/cases/2")
    do_jobs()

    assert [rung["urgency"] for rung in rings(push_service, browser)] == ["normal", "urgent"]


def test_a_ring_that_was_answered_is_not_counted_again(
    town: Town,
    worker: FlaskClient,
    browser: Receiver,
    push_service: PushService,
    do_jobs: Jobs,
) -> None:
    message = tell(town)
    do_jobs()
    answer = {"event": "read", "channel": "push"}
    assert worker.post(f"/api/messages/{message.id}/receipts", json=answer).status_code == 204
    following = tell(town, title="下一件", url="/cases/2")
    quiet_for(seconds=31)
    climb(do_jobs)

    [_, rung] = rings(push_service, browser)
    assert (rung["title"], rung["message_id"]) == ("下一件", str(following.id))
    assert "message_ids" not in rung


def test_the_morning_after_the_quiet_hours_rings_once(
    app: Gridfield,
    town: Town,
    worker: FlaskClient,
    browser: Receiver,
    push_service: PushService,
    do_jobs: Jobs,
) -> None:
    china = (utc_now() + timedelta(hours=8)).time()
    night = (time((china.hour - 1) % 24), time((china.hour + 2) % 24))
    with with_settings(app, quiet_hours=night):
        for number in range(3):
            tell(town, url=f"/cases/{number}")
            do_jobs()
        assert push_service.requests == []
    climb(do_jobs, 240)

    assert [rung["title"] for rung in rings(push_service, browser)] == ["您有 3 条新消息"]


def quiet_for(seconds: int) -> None:
    """Let time go by since the last ring, too."""
    later(1)
    with transaction():
        for delivery in db.session.query(Delivery).filter(Delivery.sent_at.is_not(None)):
            if delivery.sent_at is not None:
                delivery.sent_at -= timedelta(seconds=seconds)
