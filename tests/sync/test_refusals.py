"""What becomes of refused mutations (docs/sync-protocol.md, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.audit.models import AuditLine
from backend.cases.models import Case
from backend.db import db
from backend.inspections.models import Inspection
from backend.media import uploads
from backend.org.access import ROLES, Permission
from backend.org.models import Notice
from backend.sync.models import SyncMutation, SyncRejected
from backend.sync.mutations import CATALOGUE, mutation
from backend.sync.schemas import Strict
from tests.conftest import SignIn
from tests.media import pictures
from tests.sync import deeds
from tests.sync.phone import Phone, feedback
from tests.town import Town


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def refused(phone: Phone) -> str:
    """The id of a mutation of this phone that was refused."""
    result = phone.do("feedback.submit", {"text": "no id"})
    assert result["verdict"] == "rejected"
    mutation_id: str = result["mutation_id"]
    return mutation_id


def discard(mutation_id: str, reason: str | None = "写错了") -> dict[str, Any]:
    return {"mutation_id": mutation_id, "resolution": "discarded", "reason": reason}


def kept(mutation_id: str) -> SyncRejected:
    return db.session.get_one(SyncRejected, UUID(mutation_id))


def test_an_author_lets_a_refused_record_go(phone: Phone, town: Town) -> None:
    mutation_id = refused(phone)

    assert phone.do("rejected.resolve", discard(mutation_id))["verdict"] == "ok"

    row = kept(mutation_id)
    assert (row.resolution, row.resolution_note) == ("discarded", "写错了")
    assert row.resolved_by == town.users["worker"].id
    assert row.resolved_at is not None
    assert row.payload["args"] == {"text": "no id"}
    lines = db.session.query(AuditLine).filter_by(subject_id=row.mutation_id)
    assert [(line.action, line.actor_id) for line in lines] == [
        ("refusal.discarded", row.resolved_by)
    ]


def test_an_author_says_what_was_sent_again(phone: Phone) -> None:
    mutation_id = refused(phone)
    again = phone.do("feedback.submit", feedback())["mutation_id"]
    args = {"mutation_id": mutation_id, "resolution": "sent_again", "replaced_by": again}

    assert phone.do("rejected.resolve", args)["verdict"] == "ok"

    row = kept(mutation_id)
    assert (row.resolution, row.replaced_by) == ("sent_again", UUID(again))


def test_what_is_settled_stays_as_it_was_settled(phone: Phone) -> None:
    mutation_id = refused(phone)
    phone.do("rejected.resolve", discard(mutation_id))

    again = phone.do("rejected.resolve", discard(mutation_id, "另一个原因"))

    assert again["verdict"] == "ok_merged"
    assert kept(mutation_id).resolution_note == "写错了"


def test_nobody_settles_what_is_another_s_or_nothing(phone: Phone, sign_in: SignIn) -> None:
    mutation_id = refused(phone)
    other = Phone(sign_in("worker2"))

    assert other.do("rejected.resolve", discard(mutation_id))["verdict"] == "ok_merged"
    assert other.do("rejected.resolve", discard(str(uuid4())))["verdict"] == "ok_merged"

    assert kept(mutation_id).resolved_at is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reason": None}, "/args/reason"),
        ({"reason": " "}, "/args/reason"),
        ({"reason": "长" * 501}, "/args/reason"),
        ({"resolution": "sent_again"}, "/args/replaced_by"),
        ({"resolution": "accepted"}, "/args/resolution"),  # that is the centre's to say
    ],
)
def test_a_settlement_must_be_complete(change: dict[str, Any], pointer: str, phone: Phone) -> None:
    mutation_id = refused(phone)

    result = phone.do("rejected.resolve", discard(mutation_id) | change)

    assert [error["pointer"] for error in result["errors"]] == [pointer]
    assert kept(mutation_id).resolved_at is None


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def accept(desk: FlaskClient, mutation_id: str) -> TestResponse:
    return desk.post(f"/api/refusals/{mutation_id}/accept", json={"note": "已电话核实"})


def without_photo(phone: Phone, town: Town) -> dict[str, Any]:
    """A hazard that was refused for want of a photo; answers the mutation as it was sent."""
    sent = phone.mutation("hazard.report", deeds.hazard(town, "金新街道1村", photos=[]))
    assert phone.push(sent).json["results"][0]["code"] == "photo-required"
    return sent


def test_the_centre_takes_a_refused_record_in(phone: Phone, town: Town, desk: FlaskClient) -> None:
    sent = without_photo(phone, town)

    answer = accept(desk, sent["mutation_id"])

    assert answer.json["resolution"] == "accepted"
    assert db.session.get_one(Case, UUID(sent["args"]["case_id"])).reporter_name == "测试worker"
    phone.pull()
    notices = {row["code"]: row for row in phone.of_kind("notice")}
    told = notices["accepted-by-hand"]
    assert (told["mutation_id"], told["text"]) == (sent["mutation_id"], "测试dispatcher:已电话核实")


def test_what_was_taken_in_by_hand_has_one_verdict_and_one_effect(
    phone: Phone, town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    sent = without_photo(phone, town)
    accept(desk, sent["mutation_id"])

    again = phone.push(sent).json["results"][0]
    renumbered = Phone(sign_in("worker")).push({**sent, "mid": 1}).json["results"][0]

    assert (again["verdict"], renumbered["verdict"]) == ("ok", "ok")
    assert accept(desk, sent["mutation_id"]).status_code == 409
    assert db.session.query(Case).filter_by(source="report").count() == 1


def test_what_stood_on_a_refused_record_goes_through_once_that_is_taken_in(
    phone: Phone, town: Town, desk: FlaskClient
) -> None:
    first = without_photo(phone, town)["mutation_id"]
    assert phone.do("feedback.submit", feedback(), deps=[first])["code"] == "dep-failed"
    accept(desk, first)

    assert phone.do("feedback.submit", feedback(), deps=[first])["verdict"] == "ok"


def test_a_visit_outside_the_own_grid_is_taken_in_as_it_was_seen(
    phone: Phone, town: Town, desk: FlaskClient
) -> None:
    args = deeds.inspection(town, "金新街道2村1", "D01") | {"photos": []}
    captured_at = datetime.now(UTC) - timedelta(hours=3)
    result = phone.do(
        "inspection.submit", args, captured_at=captured_at.isoformat(), age_ms=3 * 3_600_000
    )
    assert result["code"] == "forbidden"

    assert accept(desk, result["mutation_id"]).json["resolution"] == "accepted"

    visit = db.session.get_one(Inspection, UUID(args["inspection_id"]))
    line = db.session.query(SyncMutation).filter_by(mutation_id=result["mutation_id"]).one()
    assert abs(visit.captured_at - captured_at) < timedelta(seconds=5)
    assert visit.received_at == line.decided_at
    assert not visit.clock_suspect
    assert visit.inspector_id == town.users["worker"].id


Change = Callable[[Town, dict[str, Any]], dict[str, Any]]
NOT_WAIVED: list[tuple[str, Change]] = [
    ("validation", lambda town, args: args | {"outcome": "burned"}),
    ("unknown-item", lambda town, args: args | {"photos": [deeds.photo("Z99")]}),
    ("not-found", lambda town, args: args | {"house_id": str(uuid4())}),
    (  # another township's house: no dispatcher of this one can vouch for it
        "forbidden",
        lambda town, args: args | {"house_id": str(town.houses["川姜镇1村1"].id)},
    ),
]


@pytest.mark.parametrize(("code", "change"), NOT_WAIVED)
def test_what_cannot_be_waived_stays_refused(
    code: str, change: Change, phone: Phone, town: Town, desk: FlaskClient
) -> None:
    args = change(town, deeds.inspection(town, "金新街道1村1"))
    mutation_id = phone.do("inspection.submit", args)["mutation_id"]

    answer = accept(desk, mutation_id)

    assert (answer.status_code, answer.json["code"]) == (409, code)
    assert answer.json["errors"]
    assert kept(mutation_id).resolved_at is None
    assert db.session.query(Inspection).count() == 0


def test_a_held_record_is_decided_again(phone: Phone, desk: FlaskClient) -> None:
    class Empty(Strict):
        pass

    held = phone.do("test.later", {})["mutation_id"]
    assert accept(desk, held).json["code"] == "unknown-mutation"
    mutation("test.later", 1, Empty)(lambda *_: None)
    try:
        assert accept(desk, held).json["resolution"] == "accepted"
    finally:
        del CATALOGUE["test.later", 1]

    line = db.session.query(SyncMutation).filter_by(mutation_id=held).one()
    assert line.verdict == {"verdict": "ok"}


def test_a_record_that_fails_once_more_stays_held(phone: Phone, desk: FlaskClient) -> None:
    class Empty(Strict):
        pass

    def fail(*_: Any) -> None:
        db.session.add(Notice(user_id=uuid4(), code="x", title="x", text="x"))
        raise RuntimeError

    held = phone.do("test.later", {})["mutation_id"]
    mutation("test.later", 1, Empty)(fail)
    try:
        assert accept(desk, held).json["code"] == "server-error"
    finally:
        del CATALOGUE["test.later", 1]

    assert kept(held).resolved_at is None
    assert db.session.query(Notice).filter_by(code="x").count() == 0


def test_the_centre_lets_a_record_go_and_says_why(phone: Phone, desk: FlaskClient) -> None:
    mutation_id = refused(phone)

    answer = desk.post(f"/api/refusals/{mutation_id}/discard", json={"reason": "重复上报"})

    assert answer.json["resolution"] == "discarded"
    assert answer.json["resolved_by"]["name"] == "测试dispatcher"
    phone.pull()
    notices = {row["code"]: row["text"] for row in phone.of_kind("notice")}
    assert notices["discarded-by-centre"] == "测试dispatcher:重复上报"
    assert phone.do("rejected.resolve", discard(mutation_id))["verdict"] == "ok_merged"


def test_the_desk_reads_what_was_refused(
    phone: Phone, town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    sent = without_photo(phone, town)
    refused(Phone(sign_in("worker2")))
    refused(Phone(sign_in("other_worker")))  # of another township: nobody's here

    page = desk.get("/api/refusals", query_string={"state": "open"}).json["items"]
    hazard = desk.get(f"/api/refusals/{sent['mutation_id']}").json

    assert [(row["worker"]["name"], row["code"]) for row in page] == [
        ("测试worker2", "validation"),
        ("测试worker", "photo-required"),
    ]
    assert desk.get("/api/refusals/count").json == {"open": 2}
    assert hazard["subject"] == "飞线充电"
    assert hazard["errors"][0]["pointer"] == "/args/photos"
    assert hazard["args"]["note"] == "楼道"


FILTERS = [
    ({"state": "settled"}, 0),
    ({"verdict": "held"}, 1),
    ({"verdict": "rejected"}, 2),
    ({"code": "photo-required"}, 1),
    ({"limit": 2}, 2),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_refusals_are_filtered(
    query: dict[str, Any], found: int, phone: Phone, town: Town, desk: FlaskClient
) -> None:
    without_photo(phone, town)
    refused(phone)
    phone.do("test.later", {})

    rows = desk.get("/api/refusals", query_string=query).json["items"]

    assert len(rows) == found


def test_photos_of_a_refused_record_are_seen_at_the_desk(
    phone: Phone, town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    data = pictures.jpeg()
    there, missing = deeds.photo("D01", data), deeds.photo("D01")
    args = deeds.inspection(town, "金新街道2村1", "D01") | {"photos": [there, missing]}
    mutation_id = phone.do("inspection.submit", args)["mutation_id"]
    uploads.arrive(there["sha256"], data)

    photos = desk.get(f"/api/refusals/{mutation_id}").json["photos"]

    assert [photo["arrived"] for photo in photos] == [True, False]
    assert desk.get(photos[0]["original"]).data == data
    assert sign_in("other_dispatcher").get(photos[0]["original"]).status_code == 404
    elsewhere = photos[0]["original"].replace(mutation_id, refused(phone))
    assert desk.get(elsewhere).status_code == 404  # that record does not name it


@pytest.mark.parametrize("args", [None, [], {"photos": 7, "house_id": "\0", "task_id": {}}])
def test_a_payload_of_any_kind_can_be_looked_at(args: Any, phone: Phone, desk: FlaskClient) -> None:
    mutation_id = phone.do("hazard.report", args)["mutation_id"]

    assert desk.get(f"/api/refusals/{mutation_id}").status_code == 200
    assert desk.get("/api/refusals").status_code == 200


def test_only_the_cleared_may_see_what_may_name_a_restricted_item() -> None:
    seers = {role for role, (_, allowed) in ROLES.items() if Permission.REFUSAL_SETTLE in allowed}

    assert seers
    assert {
        role for role in seers if Permission.CASE_READ_RESTRICTED not in ROLES[role][1]
    } == set()
