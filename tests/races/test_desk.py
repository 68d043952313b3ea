"""Two clicks at the desk at the same moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from backend.db import utc_now
from tests.conftest import SignIn
from tests.races.conftest import at_once
from tests.town import Town


def test_a_task_assigned_twice_at_once_is_one_task(enter: SignIn, real_town: Town) -> None:
    desk = enter("dispatcher")
    body: dict[str, Any] = {
        "kind": "visit",
        "title": "走访",
        "assignee_id": str(real_town.users["worker"].id),
        "due_at": (utc_now() + timedelta(days=1)).isoformat(),
    }
    for _ in range(5):
        wanted = {**body, "id": str(uuid4())}

        answers = at_once(*[lambda wanted=wanted: desk.post("/api/tasks", json=wanted)] * 2)

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json["id"] == answers[1].json["id"] == wanted["id"]
