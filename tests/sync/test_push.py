"""Push: each mutation gets exactly one verdict, and nothing refused has an effect."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from marshmallow import fields
from sqlalchemy import func, select

from backend.db import db
from backend.org.models import Feedback, Notice
from backend.sync.models import SyncClient, SyncMutation, SyncRejected
from backend.sync.mutations import CATALOGUE, Context, mutation
from backend.sync.schemas import Strict
from tests.conftest import SignIn
from tests.sync.phone import Phone, feedback, now


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_accepted_mutation_is_applied_once_however_often_it_is_sent(phone: Phone) -> None:
    sent = phone.mutation("feedback.submit", feedback())

    answers = [phone.push(sent).json for _ in range(3)]

    assert [answer["results"][0]["verdict"] for answer in answers] == ["ok"] * 3
    assert count(Feedback) == 1


def test_a_bad_mutation_does_not_stop_the_next(phone: Phone) -> None:
    bad = phone.mutation("feedback.submit", {"feedback_id": str(uuid4()), "text": "", "x": 1})
    good = phone.mutation("feedback.submit", feedback())

    answer = phone.push(bad, good).json

    assert [result["verdict"] for result in answer["results"]] == ["rejected", "ok"]
    assert answer["last_mid"] == 2
    pointers = {error["pointer"] for error in answer["results"][0]["errors"]}
    assert pointers == {"/args/text", "/args/x"}


def test_what_is_refused_is_kept_whole_and_told_to_its_author(phone: Phone) -> None:
    args = {"feedback_id": "no id", "text": "很长的话"}

    result = phone.do("feedback.submit", args)
    phone.pull()

    assert result["code"] == "validation"
    kept = db.session.scalars(select(SyncRejected)).one()
    assert kept.payload["args"] == args
    assert count(Feedback) == 0
    assert [notice["mutation_id"] for notice in phone.of_kind("notice")] == [result["mutation_id"]]


def test_a_gap_stops_and_names_the_number_that_is_expected(phone: Phone) -> None:
    phone.mid = 4

    answer = phone.push(phone.mutation("feedback.submit", feedback()))

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/gap")
    assert answer.json["expect"] == 1


def test_a_gap_inside_a_batch_keeps_what_came_before_it(phone: Phone) -> None:
    first = phone.mutation("feedback.submit", feedback())
    phone.mid += 1
    third = phone.mutation("feedback.submit", feedback())

    answer = phone.push(first, third).json

    assert (answer["last_mid"], len(answer["results"])) == (1, 1)


def test_one_number_for_two_mutations_is_a_fork(phone: Phone) -> None:
    phone.do("feedback.submit", feedback())
    phone.mid = 0

    answer = phone.push(phone.mutation("feedback.submit", feedback()))

    assert answer.json["type"] == "/problems/client-fork"


def test_a_new_client_that_sends_its_journal_again_gets_the_old_verdicts(phone: Phone) -> None:
    sent = [
        phone.mutation("feedback.submit", feedback()),
        phone.mutation("feedback.submit", {"text": "no id"}),
    ]
    before = phone.push(*sent).json["results"]

    phone.client_id = str(uuid4())
    after = phone.push(*sent).json["results"]

    assert after == before
    assert (count(Feedback), count(SyncRejected), count(Notice)) == (1, 1, 1)


def test_anothers_client_id_is_a_fork(phone: Phone, sign_in: SignIn) -> None:
    phone.do("feedback.submit", feedback())
    thief = Phone(sign_in("worker2"), client_id=phone.client_id)

    assert thief.push(thief.mutation("feedback.submit", feedback())).status_code == 409


def test_anothers_verdict_is_not_told(phone: Phone, sign_in: SignIn) -> None:
    own = phone.mutation("feedback.submit", feedback())
    phone.push(own)
    thief = Phone(sign_in("worker2"))

    results = thief.push(own, {**feedback_of(thief), "mid": 2}).json["results"]

    assert [result["verdict"] for result in results] == ["rejected", "ok"]
    assert results[0]["code"] == "hash-conflict"


def feedback_of(phone: Phone) -> dict[str, Any]:
    return phone.mutation("feedback.submit", feedback())


def test_another_epoch_is_told(phone: Phone) -> None:
    phone.epoch = str(uuid4())

    answer = phone.push(phone.mutation("feedback.submit", feedback()))

    assert answer.json["type"] == "/problems/epoch"
    assert answer.json["epoch"] == answer.headers["X-Epoch"]


def test_a_mutation_from_the_future_is_held_not_lost(phone: Phone) -> None:
    result = phone.do("feedback.submit", {"something": "new"}, v=99)

    assert (result["verdict"], result["code"]) == ("held", "unknown-mutation")
    assert db.session.scalars(select(SyncRejected)).one().payload["args"] == {"something": "new"}


def test_what_depends_on_a_refused_one_is_refused(phone: Phone) -> None:
    first = phone.do("feedback.submit", {})

    second = phone.do("feedback.submit", feedback(), deps=[first["mutation_id"]])

    assert second["code"] == "dep-failed"


def test_a_wild_clock_is_noted_and_changes_nothing_else(phone: Phone) -> None:
    sent = phone.mutation("feedback.submit", feedback(), captured_at="2036-01-01T00:00:00Z")

    answer = phone.push(sent, client_now="2036-01-01T00:00:05Z")

    assert answer.json["results"][0]["verdict"] == "ok"
    kept = db.session.scalars(select(Feedback)).one()
    assert abs((kept.captured_at - kept.received_at).total_seconds()) < 60
    assert abs(db.session.scalars(select(SyncClient)).one().clock_offset_ms) > 10**11


class Anything(Strict):
    why = fields.String()


def test_an_unexpected_failure_is_tried_three_times_and_then_held(
    phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    @mutation("test.fails", 1, Anything)
    def fails(context: Context, args: dict[str, Any]) -> None:
        raise RuntimeError(args["why"])

    try:
        good = phone.mutation("feedback.submit", feedback())
        bad = phone.mutation("test.fails", {"why": "boom"})
        last = phone.mutation("feedback.submit", feedback())

        first = phone.push(good, bad, last)
        second = phone.push(bad, last)
        third = phone.push(bad, last)
    finally:
        del CATALOGUE["test.fails", 1]

    assert [result["verdict"] for result in first.json["results"]] == ["ok"]
    assert (second.status_code, second.headers["Retry-After"]) == (503, "30")
    assert [result["verdict"] for result in third.json["results"]] == ["held", "ok"]
    assert "boom" not in second.get_data(as_text=True)
    assert count(Feedback) == 2
    kept = db.session.scalars(select(SyncRejected)).one()
    assert kept.payload["args"] == {"why": "boom"}


def test_gzip_is_read_and_a_bomb_is_not(phone: Phone) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    bomb = gzip.compress(b"0" * 100_000_000)

    refused = phone.http.post("/sync/push", data=bomb, headers=headers)

    assert (refused.status_code, refused.json["type"]) == (413, "/problems/body-too-large")
    half = phone.http.post("/sync/push", data=gzip.compress(b"{}")[:-4], headers=headers)
    assert (half.status_code, half.json["type"]) == (400, "/problems/malformed-json")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[" * 100_000, 400), (b"\xff", 400), (b"[]", 422), (b"null", 422)],
)
def test_what_is_no_push_gets_a_problem(phone: Phone, body: bytes, status: int) -> None:
    answer = phone.http.post("/sync/push", data=body, content_type="application/json")

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_not_a_number_is_pointed_at(phone: Phone) -> None:
    text = (
        f'{{"proto":1,"epoch":null,"client_id":"{uuid4()}","app":"","client_now":"{now()}",'
        '"mutations":[{"mid":NaN}]}'
    )
    answer = phone.http.post("/sync/push", data=text, content_type="application/json")

    assert answer.status_code == 422
    assert "/mutations/0/mid" in {error["pointer"] for error in answer.json["errors"]}


def test_the_clock_that_was_told_is_kept_beside_the_verdict(phone: Phone) -> None:
    sent = phone.mutation("feedback.submit", feedback(), age_ms=90_000)
    told = datetime.now(UTC) - timedelta(minutes=5)

    phone.push(sent, client_now=told.isoformat())

    line = db.session.scalars(select(SyncMutation)).one()
    assert line.captured_at == datetime.fromisoformat(sent["captured_at"])
    assert line.age_ms == 90_000
    assert line.clock_offset_ms == pytest.approx(300_000, abs=20_000)
