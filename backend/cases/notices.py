"""Messages about cases: to a department's officers, and to the centre.

A message tells number, class and where to look; of a restricted case
`delivery` tells only that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.models import Case
from backend.db import db
from backend.delivery.commands import send, withdraw
from backend.delivery.models import Message
from backend.org import queries as org

KINDS = {
    "case-dispatched": "新派遣的隐患",
    "case-support": "请求协办",
    "case-whistle": "吹哨报到",
    "case-opinion": "会商研判",
    "part-late": "办理超时",
    "case-urgent": "紧急上报",
}
PRESSING = frozenset({"case-whistle", "case-urgent"})


def tell_department(
    case: Case, department_id: UUID | None, code: str, state: str, hold: timedelta = timedelta()
) -> None:
    """Tell the officers of a department; of a restricted case the cleared alone.

    What does not press waits for `hold`, so that `call_back` can take it back unseen.
    """
    if department_id is not None:
        _tell(case, org.officers_of(department_id, cleared=case.restricted), code, state, hold)


def call_back(case: Case, since: datetime) -> None:
    """Take back what a step has sent that was undone, unless it has left already."""
    withdraw(_page(case), since)


def tell_centre(case: Case, code: str, state: str) -> None:
    """Tell the dispatchers and the commander of the case's township."""
    township = org.township_of(case.org_path)
    if township is not None:
        _tell(case, org.holders(township.id, ("dispatcher", "commander")), code, state)


def _tell(
    case: Case, people: Iterable[UUID], code: str, state: str, hold: timedelta = timedelta()
) -> None:
    title, body = KINDS[code], f"{case.number} {class_of(case)},{state}"
    pressing = code in PRESSING or case.severity == "critical"
    for user_id in people:
        send(
            Message(
                user_id=user_id,
                code=code,
                number=case.number,
                restricted=case.restricted,
                title=title,
                body=body,
                url=_page(case),
                urgency="urgent" if pressing else "normal",
            ),
            timedelta() if pressing else hold,
        )


def _page(case: Case) -> str:
    return f"/centre/cases/{case.id}"


def class_of(case: Case) -> str:
    """The class of the list of matters that the case belongs to."""
    query = select(HazardItem.class_name).where(HazardItem.code == case.item_code)
    return db.session.scalar(query) or "隐患"
