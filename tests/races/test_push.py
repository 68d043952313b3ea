"""Several phones, or one phone several times, at the same moment (sync protocol, section 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, text

from backend.app import Gridfield
from backend.db import db, transaction
from backend.inspections.models import Inspection
from backend.org.models import Feedback
from backend.sync.ledger import count_failure
from backend.sync.models import SyncClient, SyncFailure, SyncMutation, SyncRejected
from tests.conftest import SignIn
from tests.races.conftest import at_once
from tests.sync import deeds
from tests.sync.phone import Phone, feedback
from tests.town import Town

ROUNDS = 5
AWAY = """
CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'terminating connection' USING ERRCODE = 'admin_shutdown'; END $$;
CREATE TRIGGER away BEFORE INSERT ON sync_mutations FOR EACH ROW EXECUTE FUNCTION away()
"""


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def sender(phone: Phone, *mutations: dict[str, Any]) -> Callable[[], Any]:
    return lambda: phone.push(*mutations)


def test_one_mutation_from_two_clients_at_once_gets_one_verdict(enter: SignIn) -> None:
    first = Phone(enter("worker"))
    for _ in range(ROUNDS):
        sent = [
            first.mutation("feedback.submit", feedback()),
            first.mutation("feedback.submit", {"text": "no id"}),
        ]
        first.mid = 0
        twins = [Phone(first.http, client_id=str(uuid4())) for _ in range(3)]
        for number, mutation in enumerate(sent, start=1):
            mutation["mid"] = number

        answers = at_once(*(sender(twin, *sent) for twin in twins))

        assert [answer.status_code for answer in answers] == [200] * 3
        results = [answer.json["results"] for answer in answers]
        assert results[1:] == [results[0]] * 2
        assert [result["verdict"] for result in results[0]] == ["ok", "rejected"]
    assert (count(Feedback), count(SyncRejected), count(SyncFailure)) == (ROUNDS, ROUNDS, 0)


def test_effects_without_their_verdict_are_never_committed(enter: SignIn) -> None:
    """The database goes away at the very write of the verdict, with the effects already made."""
    phone = Phone(enter("worker"))
    sent = phone.mutation("feedback.submit", feedback())
    with transaction() as session:
        session.execute(text(AWAY))

    assert phone.push(sent).status_code == 503

    assert (count(Feedback), count(SyncMutation)) == (0, 0)
    with transaction() as session:
        session.execute(text("DROP TRIGGER away ON sync_mutations"))
    assert phone.push(sent).json["results"][0]["verdict"] == "ok"
    assert count(Feedback) == 1


def test_one_client_that_pushes_twice_at_once_is_decided_once(enter: SignIn) -> None:
    phone = Phone(enter("worker"))
    sent = [phone.mutation("feedback.submit", feedback()) for _ in range(20)]

    answers = at_once(*(sender(phone, *sent) for _ in range(3)))

    assert [answer.json["last_mid"] for answer in answers] == [20] * 3
    assert len({str(answer.json["results"]) for answer in answers}) == 1
    assert count(Feedback) == 20


def test_batches_that_cross_each_other_both_arrive(enter: SignIn, real_town: Town) -> None:
    """Each holds a house until its batch is decided, and then needs the other's."""
    phones = [Phone(enter("worker")), Phone(enter("head"))]
    houses = ["金新街道1村1", "金新街道1村2"]
    for _ in range(ROUNDS):
        batches = [
            [phone.mutation("inspection.submit", deeds.inspection(real_town, h)) for h in order]
            for phone, order in zip(phones, (houses, houses[::-1]), strict=True)
        ]

        answers = at_once(
            *(sender(phone, *batch) for phone, batch in zip(phones, batches, strict=True))
        )

        assert [answer.status_code for answer in answers] == [200, 200]
        results = [result for answer in answers for result in answer.json["results"]]
        assert [result["verdict"] for result in results] == ["ok"] * 4
    assert count(Inspection) == 4 * ROUNDS
    assert count(SyncClient) == 2


def test_failures_at_once_are_all_counted(racing_app: Gridfield) -> None:
    mutation_id = uuid4()

    def fail() -> bool:
        with racing_app.app_context():
            return count_failure(mutation_id)

    assert sorted(at_once(fail, fail, fail)) == [False, False, True]
