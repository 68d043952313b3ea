"""What becomes of refused mutations (docs/sync-protocol.md, section 4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.audit.models import AuditLine
from backend.db import db
from backend.sync.models import SyncRejected
from tests.conftest import SignIn
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
