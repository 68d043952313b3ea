"""What waits to be decided about houses: taken over, left, or two houses made one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.audit import commands as audit
from backend.cases.models import Case
from backend.cases.rules import local_day
from backend.db import db, locked, utc_now
from backend.houses.addresses import matching
from backend.houses.history import note
from backend.houses.models import House, Occupant, Room
from backend.houses.register_models import HouseReview
from backend.org.access import Actor, Permission, may_see, require
from backend.problems import Conflict, NotFound, Refused

Row = dict[str, Any]
DAYS = ("lease_since", "lease_until")


def reviews_of(actor: Actor, house: House) -> list[Row]:
    """What waits about a house, the oldest first; nothing for who may not decide."""
    if not actor.grants_with(Permission.HOUSE_EDIT):
        return []
    query = select(HouseReview).where(HouseReview.house_id == house.id, HouseReview.state == "open")
    found = db.session.scalars(query.order_by(HouseReview.made_at, HouseReview.id))
    columns = "id kind field values other_id by_name captured_at"
    return [{name: getattr(row, name) for name in columns.split()} for row in found]


def decide(actor: Actor, review_id: UUID, decision: str, words: str | None) -> House:
    """Take over what was seen (`accept`), leave the house as it is (`keep`), or `merge` a twin.

    Raises:
        Forbidden, NotFound: the actor may not, or there is no such review.
        Conflict: somebody has decided already.
        Refused: `not-mergeable`, when something was found at the house already.
    """
    require(actor, Permission.HOUSE_EDIT)
    review = locked(HouseReview, review_id)
    if review is None or not may_see(actor, Permission.HOUSE_EDIT, review):
        raise NotFound("没有这条待审核内容")
    if review.state != "open":
        raise Conflict("这条已经审核过了")
    house = locked(House, review.house_id)
    if house is None or (decision == "merge") != (review.kind == "twin" and decision != "keep"):
        raise Conflict("这条内容不能这样审核")
    if decision != "keep":
        _carry_out(actor, house, review)
    review.state = {"accept": "accepted", "keep": "kept", "merge": "merged"}[decision]
    review.decided_by_id, review.decided_at, review.note = actor.user_id, utc_now(), words
    db.session.flush()
    house.pending = _waiting(house)
    audit.record(actor.user_id, f"house.{decision}", "house", house.id, review=str(review.id))
    return house


def _carry_out(actor: Actor, house: House, review: HouseReview) -> None:
    if review.kind == "twin":
        _merge(actor, house, review)
    elif review.kind == "ended":
        house.ended_as = review.values["theirs"]
        house.ended_on = date.fromisoformat(review.values["on"])
        note(house, house.ended_as, actor, utc_now(), on=review.values["on"])
    else:
        _put(actor, house, review)


def _put(actor: Actor, house: House, review: HouseReview) -> None:
    field, value = review.field or "", review.values["theirs"]
    before = getattr(house, field)
    after = date.fromisoformat(value) if field in DAYS and value else value
    setattr(house, field, after)
    if field == "address":
        house.address_id = matching(house.org_unit_id, house.address)
    note(house, "decided", actor, utc_now(), facts={field: [before, after]})


def _merge(actor: Actor, house: House, review: HouseReview) -> None:
    """The later of two houses becomes part of the other, with its rooms and people."""
    other = locked(House, review.other_id) if review.other_id else None
    cases = db.session.scalar(select(func.count()).where(Case.house_id == house.id))
    if other is None or other.ended_on or house.last_inspected_at or cases:
        raise Refused("not-mergeable", "这户已有检查或隐患记录,不能并入另一户,请保留两户")
    rooms = db.session.scalars(select(Room).where(Room.house_id == house.id)).all()
    people = db.session.scalars(select(Occupant).where(Occupant.house_id == house.id)).all()
    for room in rooms:
        room.house_id, room.grid_id = other.id, other.grid_id
    for person in people:
        person.house_id, person.grid_id = other.id, other.grid_id
    db.session.flush()
    living = select(func.count()).where(Occupant.house_id == other.id, Occupant.until.is_(None))
    other.occupant_count = db.session.scalar(living) or 0
    house.ended_as, house.ended_on = "merged", local_day(utc_now())
    house.merged_into_id = other.id
    note(house, "merged", actor, utc_now(), into=other.code)
    note(other, "merged", actor, utc_now(), taken=house.code)


def _waiting(house: House) -> list[str]:
    query = select(HouseReview.field).where(
        HouseReview.house_id == house.id,
        HouseReview.state == "open",
        HouseReview.field.is_not(None),
    )
    return sorted({field for field in db.session.scalars(query) if field is not None})
