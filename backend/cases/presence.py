"""Who has a case open just now. Only the broker knows; what is not repeated is forgotten."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import orjson

from backend import broker
from backend.cases.models import Case
from backend.cases.queries import find_case
from backend.cases.thread import concerned
from backend.delivery import live
from backend.delivery.live import Audience
from backend.org.access import Actor

LASTS = 25  # seconds; a desk says every ten that it is still there
MODES = ("viewing", "editing")
Person = dict[str, Any]


def come(actor: Actor, case_id: UUID, mode: str) -> list[Person]:
    """Say that the actor looks at or works on a case; answers the others who do.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see.
    """
    case = find_case(actor, case_id)
    own = {"user": {"id": actor.user_id, "name": actor.name}, "mode": mode, "at": time.time()}
    known = broker.remember(_key(case), str(actor.user_id), orjson.dumps(own).decode(), LASTS)
    _tell(case, {"user": own["user"], "mode": mode})
    here = [orjson.loads(value) for value in known]
    return [
        {"user": one["user"], "mode": one["mode"]}
        for one in here
        if one["user"]["id"] != str(actor.user_id) and one["at"] > time.time() - LASTS
    ]


def leave(actor: Actor, case_id: UUID) -> None:
    """Say that the actor has closed it.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see.
    """
    case = find_case(actor, case_id)
    broker.forget(_key(case), str(actor.user_id))
    _tell(case, {"user": {"id": actor.user_id, "name": actor.name}, "mode": None})


def _key(case: Case) -> str:
    return f"gridfield:presence:{case.id}"


def _tell(case: Case, what: Person) -> None:
    audience = Audience(case.org_path, restricted=case.restricted, supporting=concerned(case))
    live.show("presence", {"kind": "case", "id": case.id, **what}, audience)
