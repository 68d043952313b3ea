"""Campaigns at the desk: opened, watched, closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.delivery import live
from backend.delivery.commands import send
from backend.delivery.models import Message
from backend.org.access import Actor, Permission, may_see, require, visible
from backend.org.models import Grid, OrgUnit
from backend.org.queries import Places, township_of
from backend.paging import page
from backend.problems import Conflict, FieldError, NotFound, Validation
from backend.tasks.campaign_models import Campaign, Visit
from backend.tasks.commands import Place
from backend.tasks.queries import workers_of
from backend.tasks.visits import attempts_of

MOST = 20_000  # households
STATES = ("open", "met", "nobody", "refused")


@dataclass(frozen=True)
class NewCampaign:
    """What the desk asks for."""

    id: UUID
    name: str
    text: str
    starts_on: date
    ends_on: date
    form: dict[str, Any] | None = None


def start(actor: Actor, wanted: NewCampaign, households: Sequence[Place]) -> Campaign:
    """Open a campaign over these households; each worker of their grids gets one message.

    Raises:
        Forbidden: the actor may not assign.
        Validation: no household, too many, or some outside the actor's divisions or in two
            townships.
        Conflict: another campaign has this id.
    """
    require(actor, Permission.TASK_ASSIGN)
    known = db.session.get(Campaign, wanted.id)
    if known is not None:
        if known.created_by_id != actor.user_id:
            raise Conflict("行动编号已被占用")
        return known
    campaign = _campaign(actor, wanted, households)
    db.session.add(campaign)
    db.session.flush()
    db.session.add_all(_visit(campaign, house) for house in households)
    audit.record(actor.user_id, "campaign.start", "campaign", campaign.id, visits=len(households))
    _tell_workers(campaign, households)
    _announce(campaign)
    return campaign


def _campaign(actor: Actor, wanted: NewCampaign, households: Sequence[Place]) -> Campaign:
    reason = _unfit(actor, households)
    township = township_of(households[0].org_path) if households else None
    if reason is None and (township is None or _reaches_over(township, households)):
        reason = "请只选择一个镇街的网格"
    if reason is not None or township is None:
        raise Validation(errors=[FieldError("/grid_ids", "not-allowed", reason or "")])
    return Campaign(
        **vars(wanted),
        township_id=township.id,
        org_path=_shared({house.org_path for house in households}),
        created_by_id=actor.user_id,
    )


def _shared(paths: set[str]) -> str:
    """The path of the smallest division that holds all of these."""
    levels = zip(*(path.strip("/").split("/") for path in paths), strict=False)
    same = takewhile(lambda level: len(set(level)) == 1, levels)
    return "/" + "".join(f"{level[0]}/" for level in same)


def _unfit(actor: Actor, households: Sequence[Place]) -> str | None:
    if not households:
        return "所选范围内没有住户"
    if len(households) > MOST:
        return f"一次行动最多 {MOST} 户,请分批"
    if all(may_see(actor, Permission.TASK_ASSIGN, house) for house in households):
        return None
    return "所选网格不在本辖区"


def _reaches_over(township: OrgUnit, households: Sequence[Place]) -> bool:
    return not all(house.org_path.startswith(township.path) for house in households)


def _visit(campaign: Campaign, house: Place) -> Visit:
    return Visit(
        campaign_id=campaign.id,
        org_unit_id=house.org_unit_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        house_id=house.house_id,
        address=house.house_address,
        lng=house.lng,
        lat=house.lat,
    )


def _tell_workers(campaign: Campaign, households: Sequence[Place]) -> None:
    """One message for each worker, with the number of doors in all of their grids."""
    doors: Counter[UUID] = Counter()
    for grid_id, count in Counter(house.grid_id for house in households).items():
        for worker in workers_of(grid_id):
            doors[worker.id] += count
    for user_id, count in doors.items():
        message = Message(
            user_id=user_id,
            code="campaign-started",
            title=f"走访行动:{count} 户待走访",
            body="请打开网格通查看名单",
            url=f"/visits/{campaign.id}",
        )
        send(message)


def close(actor: Actor, campaign_id: UUID) -> Campaign:
    """End a campaign before its time; what workers still send is kept.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
    """
    require(actor, Permission.TASK_ASSIGN)
    campaign = locked(Campaign, campaign_id)
    if campaign is None or not may_see(actor, Permission.TASK_ASSIGN, _reached(campaign)):
        raise NotFound("没有找到这次行动")
    if campaign.closed_at is None:
        campaign.closed_at = utc_now()
        audit.record(actor.user_id, "campaign.close", "campaign", campaign.id)
        _announce(campaign)
    return campaign


def _announce(campaign: Campaign) -> None:
    live.announce("campaign", campaign.id, org_path=campaign.org_path, restricted=False)


def _reached(campaign: Campaign) -> Place:
    return Place(campaign.township_id, campaign.org_path, None)


def list_campaigns(actor: Actor) -> list[dict[str, Any]]:
    """The campaigns in which the actor sees households, newest first, with their coverage."""
    mine = select(Visit.campaign_id).where(visible(actor, Permission.TASK_READ, Visit))
    query = (
        select(Campaign)
        .where(Campaign.id.in_(mine))
        .options(joinedload(Campaign.created_by).lazyload("*"))
        .order_by(Campaign.created_at.desc(), Campaign.id)
    )
    found = list(db.session.scalars(query))
    counts = _counts(actor, [row.id for row in found])
    return [_row(campaign, counts.get(campaign.id, Counter())) for campaign in found]


def _counts(actor: Actor, ids: list[UUID]) -> dict[UUID, Counter[str]]:
    query = (
        select(Visit.campaign_id, Visit.state, func.count())
        .where(Visit.campaign_id.in_(ids), visible(actor, Permission.TASK_READ, Visit))
        .group_by(Visit.campaign_id, Visit.state)
    )
    counts: dict[UUID, Counter[str]] = {}
    for campaign_id, state, number in db.session.execute(query):
        counts.setdefault(campaign_id, Counter())[state] = number
    return counts


def _row(campaign: Campaign, counts: Counter[str]) -> dict[str, Any]:
    columns = "id name text starts_on ends_on form created_at closed_at"
    return {name: getattr(campaign, name) for name in columns.split()} | {
        "created_by": {"id": campaign.created_by_id, "name": campaign.created_by.name},
        "coverage": coverage(counts),
    }


def coverage(counts: Counter[str]) -> dict[str, Any]:
    """How many households stand where, and the share of those met (见面) of all, in percent."""
    total = counts.total()
    share = round(100 * counts["met"] / total, 1) if total else None
    return {state: counts[state] for state in STATES} | {"total": total, "percent": share}


def campaign_detail(actor: Actor, campaign_id: UUID) -> dict[str, Any]:
    """A campaign with its coverage by village and by grid, as far as the actor sees.

    Raises:
        Forbidden, NotFound: it is not the actor's to see.
    """
    found = [row for row in list_campaigns(actor) if row["id"] == campaign_id]
    if not found:
        raise NotFound("没有找到这次行动")
    villages = _coverage_by(actor, campaign_id, Visit.org_unit_id, OrgUnit)
    return {
        **found[0],
        "villages": villages,
        "grids": _coverage_by(actor, campaign_id, Visit.grid_id, Grid),
    }


def _coverage_by(actor: Actor, campaign_id: UUID, column: Any, model: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    query = (
        select(model.id, model.name, Visit.state, func.count())
        .join(model, model.id == column)
        .where(Visit.campaign_id == campaign_id, visible(actor, Permission.TASK_READ, Visit))
        .group_by(model.id, model.name, Visit.state)
        .order_by(model.name, model.id)
    )
    counts: dict[tuple[UUID, str], Counter[str]] = {}
    for key, name, state, number in db.session.execute(query):
        counts.setdefault((key, name), Counter())[state] = number
    return [
        {"id": key, "name": name, "coverage": coverage(its)} for (key, name), its in counts.items()
    ]


def list_visits(
    actor: Actor, campaign_id: UUID, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of a campaign's households, by address; filters are columns' values.

    Raises:
        Forbidden, NotFound: the campaign is not the actor's to see.
    """
    if not _counts(actor, [campaign_id]):
        raise NotFound("没有找到这次行动")
    wanted = select(Visit).where(
        Visit.campaign_id == campaign_id,
        visible(actor, Permission.TASK_READ, Visit),
        *(getattr(Visit, name) == value for name, value in filters.items() if value is not None),
    )
    order = Visit.address, Visit.id
    rows, following = page(wanted, *order, cursor, limit, descending=False)
    places = Places.of(rows)
    return [_household(visit, places) for visit in rows], following


def _household(visit: Visit, places: Places) -> dict[str, Any]:
    columns = "id house_id address state attempts next_on note visited_at visited_by"
    return {name: getattr(visit, name) for name in columns.split()} | {
        "village": places.village(visit),
        "grid": places.grid(visit),
    }


def visit_detail(actor: Actor, visit_id: UUID) -> dict[str, Any]:
    """A household of a campaign, with every attempt at its door.

    Raises:
        Forbidden, NotFound: it is not the actor's to see.
    """
    visit = db.session.get(Visit, visit_id)
    require(actor, Permission.TASK_READ, visit)
    if visit is None:
        raise NotFound("没有找到这一户")
    attempts = [
        {
            "id": attempt.id,
            "result": attempt.result,
            "note": attempt.note,
            "next_on": attempt.next_on,
            "answers": attempt.answers,
            "form_version": attempt.form_version,
            "at": attempt.captured_at,
            "worker": {"id": attempt.user_id, "name": attempt.user.name},
        }
        for attempt in attempts_of(visit_id)
    ]
    return {**_household(visit, Places.of([visit])), "attempts_made": attempts}
