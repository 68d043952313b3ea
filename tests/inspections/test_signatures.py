"""Who was visited signs on the screen, or refuses before a witness."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.db import db, new_id, utc_now
from backend.inspections.models import Inspection, Signature
from tests.conftest import SignIn
from tests.inspections.work import inspect
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def signing(done: Inspection, **changes: Any) -> dict[str, Any]:
    """The arguments of a landlord's signature."""
    return {
        "signature_id": str(uuid4()),
        "inspection_id": str(done.id),
        "signer": "landlord",
        "name": "王建国",
        "refused": False,
        "witness": None,
        "photos": [{**deeds.photo(), "type": "image/png", "role": "signature"}],
        **changes,
    }


REFUSED = {"refused": True, "witness": "李四", "photos": []}


def test_a_signature_stands_in_the_file_with_its_picture(
    town: Town, phone: Phone, sign_in: SignIn
) -> None:
    done = inspect(town)

    args = deeds.accepted(phone, "inspection.sign", signing(done))

    file = sign_in("dispatcher").get(f"/api/inspections/{done.id}").json
    [signed] = file["signatures"]
    assert (signed["name"], signed["photo_id"]) == ("王建国", args["photos"][0]["photo_id"])
    assert [shot["role"] for shot in file["photos"]] == ["signature"]
    phone.pull()
    assert [row["name"] for row in phone.of_kind("signature")] == ["王**"]


def test_a_refusal_stands_with_its_witness(town: Town, phone: Phone) -> None:
    done = inspect(town)

    deeds.accepted(phone, "inspection.sign", signing(done, **REFUSED))

    row = db.session.scalars(select(Signature)).one()
    assert (row.refused, row.witness, row.photo_id) == (True, "李四", None)


@pytest.mark.parametrize(
    "changes", [{"photos": []}, {**REFUSED, "witness": " "}, {"refused": True, "witness": "李四"}]
)
def test_neither_signed_nor_refused_before_a_witness_is_refused(
    town: Town, phone: Phone, changes: dict[str, Any]
) -> None:
    result = phone.do("inspection.sign", signing(inspect(town), **changes))

    assert (result["verdict"], result["code"]) == ("rejected", "signature-incomplete")


def test_nobody_signs_under_the_visit_of_another(town: Town, sign_in: SignIn) -> None:
    result = Phone(sign_in("head")).do("inspection.sign", signing(inspect(town)))

    assert (result["verdict"], result["code"]) == ("rejected", "not-found")


def test_the_same_again_is_merged_and_another_under_its_id_refused(
    town: Town, phone: Phone
) -> None:
    args = deeds.accepted(phone, "inspection.sign", signing(inspect(town)))

    assert phone.do("inspection.sign", args)["verdict"] == "ok_merged"
    other = phone.do("inspection.sign", {**args, "name": "张三"})
    assert other["code"] == "hash-conflict"


@pytest.mark.parametrize("witness", [None, ""])
def test_the_database_knows_no_refusal_without_witness(town: Town, witness: str | None) -> None:
    done = inspect(town)
    db.session.add(
        Signature(
            id=new_id(), inspection_id=done.id, grid_id=done.grid_id, signer="tenant", name="张三",
            refused=True, witness=witness, signed_at=utc_now(), taken_by_id=done.inspector_id,
            payload_sha256="x",
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        db.session.flush()
