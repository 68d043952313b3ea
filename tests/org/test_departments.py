"""What departments answer for: the centre's words, read by all who work there."""

from __future__ import annotations

from sqlalchemy import select

from backend.audit.models import AuditLine
from backend.db import db
from tests.conftest import SignIn
from tests.town import Town


def test_the_centre_writes_it_and_officers_read_it(town: Town, sign_in: SignIn) -> None:
    housing = town.departments["金新街道住建"]

    path = f"/api/departments/{housing.id}/duties"
    answer = sign_in("dispatcher").put(path, json={"duties": " 房屋结构安全 "})

    assert answer.json["duties"] == "房屋结构安全"
    rows = sign_in("officer").get("/api/departments/duties").json or []
    read = {row["name"]: row["duties"] for row in rows}
    assert (read["住建"], read["消防"]) == ("房屋结构安全", "")
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "department.duties"))
    assert [line.subject_id for line in lines] == [housing.id]


def test_another_townships_department_is_not_there(town: Town, sign_in: SignIn) -> None:
    path = f"/api/departments/{town.departments['金新街道住建'].id}/duties"

    assert sign_in("other_dispatcher").put(path, json={"duties": "x"}).status_code == 404
    too_long = sign_in("dispatcher").put(path, json={"duties": "长" * 2001})
    assert too_long.status_code == 422
    assert too_long.json["errors"][0]["pointer"] == "/duties"
