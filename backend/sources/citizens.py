"""What a resident does without an account: report, look what became of it, and rate it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from backend.cases import life
from backend.cases.acts import RATINGS
from backend.cases.catalogue import classes
from backend.cases.commands import Place
from backend.cases.deadlines import clock
from backend.cases.item_models import HazardItem
from backend.cases.items import item_in_force, matter_of
from backend.cases.life import Person
from backend.cases.models import Case
from backend.cases.thread import facts_of, locked_case, write
from backend.db import db, utc_now
from backend.media import commands as media
from backend.org.models import Grid, OrgUnit
from backend.problems import FieldError, NotFound, TooManyAttempts, Validation
from backend.sources import codes
from backend.sources.models import CaseOrigin, ReportPlace, account_of
from backend.sources.opening import (
    Arrival,
    first_grid,
    grid_below,
    open_from_outside,
    place_in,
)
from backend.sources.places import name_of

MOST_A_DAY = 10  # reports of one phone
PERSON = Person(account_of("citizen"), frozenset({"citizen"}))
# The states of a case as whoever is outside reads them.
PLAIN = {
    "received": "reported accepted verifying filed dispatched ruling",
    "working": "in_progress extending suspending",
    "waiting": "suspended",
    "checking": "awaiting_check checked",
    "done": "closed archived",
    "declined": "declined voided",
}
STEPS = {state: plain for plain, states in PLAIN.items() for state in states.split()}


@dataclass(frozen=True)
class Report:
    """What a resident fills in; `photos` is a manifest of what has arrived already."""

    item_code: str
    text: str
    phone: str
    name: str | None
    address: str | None
    lng: float | None
    lat: float | None
    photos: Sequence[dict[str, Any]]


def entry(place: ReportPlace) -> dict[str, Any]:
    """What the page behind a QR code shows: where it hangs, and what can be reported."""
    query = select(HazardItem).where(HazardItem.retired_at.is_(None))
    items = db.session.scalars(query.order_by(HazardItem.sort, HazardItem.code)).all()
    kinds = [
        {
            **vars(kind),
            "items": [_choice(item) for item in items if item.class_name == kind.name],
        }
        for kind in classes().values()
    ]
    return {"name": name_of(place), "classes": [kind for kind in kinds if kind["items"]]}


def _choice(item: HazardItem) -> dict[str, str]:
    return {"code": item.code, "name": item.name, "name_en": item.name_en}


def report(place: ReportPlace, told: Report) -> tuple[Case, str]:
    """Open the case of a resident whose phone's code was right; answers its secret receipt.

    Raises:
        Validation: no such item, or the code has been used.
        TooManyAttempts: enough for a day.
    """
    codes.use_up(told.phone)
    _slow_down(told.phone)
    raw = {**vars(told), "photos": [photo["sha256"] for photo in told.photos]}
    case, origin = _open(told, raw, _where(place, told))
    media.announce(
        told.photos, owner=("case", case.id), scope=case.feed_scope(), by=case.reporter_id
    )
    return case, _receipt(origin)


def pass_on(org_path: str, told: Report, raw: dict[str, Any]) -> Case:
    """Open the case of a resident who reported to another system, which sent `raw`.

    Nobody has proved the phone, and there may be none: no receipt is given.

    Raises:
        Validation: no such item, or the place is not in the division.
    """
    point = _point(told)
    grid = grid_below(org_path, *point) if point else first_grid(org_path)
    if grid is None:
        raise Validation(errors=[FieldError("/lat", "outside", "位置不在本区划的网格内")])
    case, _origin = _open(told, raw, place_in(grid, told.address, point, "gps"))
    return case


def _open(told: Report, raw: dict[str, Any], place: Place) -> tuple[Case, CaseOrigin]:
    item = item_in_force(told.item_code)
    if item is None:
        raise Validation(errors=[FieldError("/item_code", "not-found", "请重新选择事项")])
    arrival = Arrival("citizen", "", raw, utc_now(), told.name, told.phone or None)
    return open_from_outside(arrival, matter_of(item, told.text), place)


def _slow_down(phone: str) -> None:
    lately = select(func.count()).where(
        CaseOrigin.contact_phone == phone,
        CaseOrigin.source == "citizen",
        CaseOrigin.received_at > utc_now() - timedelta(days=1),
    )
    if (db.session.scalar(lately) or 0) >= MOST_A_DAY:
        raise TooManyAttempts("今天反映的次数已满,请明天再来或拨打 12345")


def _where(place: ReportPlace, told: Report) -> Place:
    """The point's grid if it lies in the village or town, else where the QR code hangs."""
    unit = db.session.get_one(OrgUnit, place.org_unit_id)
    point = _point(told)
    own = db.session.get(Grid, place.grid_id) if place.grid_id else None
    grid = (grid_below(unit.path, *point) if point else None) or own or first_grid(unit.path)
    if grid is None:
        raise NotFound("这里还没有划分网格,请拨打 12345 反映")
    return place_in(grid, told.address, point, "gps")


def _point(told: Report) -> tuple[float, float] | None:
    return (told.lng, told.lat) if told.lng is not None and told.lat is not None else None


def _receipt(origin: CaseOrigin) -> str:
    secret = secrets.token_urlsafe(24)
    origin.receipt_sha256 = _digest(secret)
    db.session.flush()
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def renew_receipt(number: str, phone: str) -> str:
    """A new receipt for whoever knows the number and has proved the phone.

    Raises:
        Validation: no such report, or the code has been used.
    """
    codes.use_up(phone)
    query = select(CaseOrigin).join(Case, Case.id == CaseOrigin.case_id)
    found = db.session.scalars(
        query.where(
            Case.number == number,
            CaseOrigin.source == "citizen",
            CaseOrigin.contact_phone == phone,
        )
    ).one_or_none()
    if found is None:
        told = "没有找到这个手机号反映的这个编号"
        raise Validation(errors=[FieldError("/number", "not-found", told)])
    return _receipt(found)


def look(receipt: str) -> dict[str, Any]:
    """What became of a report, in plain words, for whoever holds its receipt.

    Raises:
        NotFound: the receipt is none, or has been renewed.
    """
    case = _case_of(receipt)
    goes_on = db.session.get(Case, case.merged_into_id) if case.merged_into_id else None
    return {
        "number": case.number,
        "title": case.title,
        "step": STEPS.get((goes_on or case).state, "received"),
        "reported_at": case.captured_at,
        "closed_at": (goes_on or case).closed_at,
        "rating": case.rating,
        "may_rate": any(
            action.code == "rate" for action in life.allowed(facts_of(case), PERSON, utc_now())
        ),
    }


def _case_of(receipt: str) -> Case:
    query = select(CaseOrigin).where(CaseOrigin.receipt_sha256 == _digest(receipt))
    origin = db.session.scalars(query).one_or_none()
    if origin is None:
        raise NotFound("回执已失效,请用编号和手机号重新查询")
    return db.session.get_one(Case, origin.case_id)


def rate(receipt: str, rating: str, text: str) -> None:
    """Say whether one is content with how it ended: once, and only then.

    Raises:
        NotFound: the receipt is none, or has been renewed.
        IllegalTransition: it is not closed, or rated already.
    """
    case = locked_case(_case_of(receipt).id)
    given = {"rating": rating, **({"text": text} if text else {})}
    facts, line = life.apply(facts_of(case), "rate", PERSON, given, utc_now(), clock())
    words = " ".join(filter(None, [RATINGS[rating], line.text]))
    write(case, facts, replace(line, text=words))
