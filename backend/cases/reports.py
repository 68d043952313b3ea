"""Reporting what a worker saw (随手报)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases import life, notices, settling, urgent
from backend.cases.catalogue import hazard_items
from backend.cases.commands import Matter, Place, open_case
from backend.cases.deadlines import clock
from backend.cases.item_models import HazardItem
from backend.cases.life import Person
from backend.cases.models import Case
from backend.cases.terms import said
from backend.cases.thread import facts_of, locked_case, write
from backend.db import db, utc_now
from backend.delivery.commands import answered
from backend.media import commands as media
from backend.org import queries as org
from backend.org.access import Actor, Permission, require
from backend.org.capture import Capture
from backend.org.models import Grid, GridDuty
from backend.patrols.commands import note_last_seen
from backend.problems import FieldError, Forbidden, NotFound, Refused

EMERGENCY = "X01"


def report_hazard(
    capture: Capture, args: dict[str, Any], house: Place | None = None
) -> tuple[Case, bool]:
    """Open a case for a hazard; True beside it when the same report was there already.

    `args` are those of `hazard.report@1`; `house` is where its house stands.

    Raises:
        Refused: `unknown-item`, `photo-required` or `hash-conflict`.
        NotFound, Forbidden: there is no such grid, or not in the author's townships.
    """
    require(capture.actor, Permission.SYNC)
    known = db.session.get(Case, args["case_id"])
    if known is not None:
        return _repeated(known, capture), True
    item = _item(args)
    _require_photos(item, args, capture)
    case = _open(capture, args, item, house)
    _announce(capture.actor, case, args)
    return case, False


def settle_on_the_spot(
    capture: Capture, args: dict[str, Any], house: Place | None = None
) -> tuple[Case, bool]:
    """Open a case for what its finder has settled at once (自办); another person is to check it.

    `args` are those of `hazard.settle@1`; True beside the case when it was there already. What
    the centre takes in by hand stays a report where the list of matters does not let it be settled.

    Raises:
        Refused: `not-self-settled`, or as for a report. NotFound, Forbidden: as for a report.
    """
    require(capture.actor, Permission.SYNC)
    known = db.session.get(Case, args["case_id"])
    if known is not None:
        return _repeated(known, capture), True
    item = _item(args)
    if not (item.settles or capture.by_hand):
        raise _refused("not-self-settled", "item_code", "这类问题不能自办,请改为上报")
    _require_photos(item, args, capture, pair=True)
    case = _open(capture, {**args, "severity": None}, item, house)
    _settle(case, capture.actor, args, settles=item.settles and bool(args["photos"]))
    _announce(capture.actor, case, args)
    return case, False


def _settle(case: Case, actor: Actor, args: dict[str, Any], *, settles: bool) -> None:
    person, now = Person(actor.user_id, frozenset({"worker"})), utc_now()
    if settles:
        given = {"text": args["done"], "photo": args["photos"]}
        facts, line = life.apply(facts_of(case), "settle", person, given, now, clock())
        audit.record(actor.user_id, "case.settle", "case", case.id)
    else:
        facts, line = life.note(facts_of(case), "note", actor.user_id, now, args["done"])
    write(case, facts, line)


def _require_photos(
    item: HazardItem, args: dict[str, Any], capture: Capture, *, pair: bool = False
) -> None:
    """As many photos as the matter wants; `pair`: of before and of after, too."""
    roles = [photo["role"] for photo in args["photos"]]
    told = settling.missing(item, roles, pair=pair)
    if told and not capture.by_hand:
        raise _refused("photo-required", "photos", told)


def _open(capture: Capture, args: dict[str, Any], item: HazardItem, house: Place | None) -> Case:
    actor = capture.actor
    place = _place(actor, args, house)
    case = open_case(capture, args["case_id"], _matter(item, args), place, capture.payload_sha256)
    note_position(actor, args["position"])
    return case


def _announce(actor: Actor, case: Case, args: dict[str, Any]) -> None:
    """After the line with which they come: that is how the thread knows where they belong."""
    owner = ("case", case.id)
    media.announce(args["photos"], owner=owner, scope=case.feed_scope(), by=actor.user_id)


def report_urgent(capture: Capture, args: dict[str, Any]) -> tuple[Case, bool]:
    """Open a case for an emergency, and call the centre; True beside it when it was there already.

    `args` are those of `hazard.urgent@1`: a sentence is enough.

    Raises:
        Refused: `hash-conflict`. Forbidden: no grid is known for it.
    """
    actor = capture.actor
    require(actor, Permission.SYNC)
    known = db.session.get(Case, args["case_id"])
    if known is not None:
        return _repeated(known, capture), True
    place = _place(actor, {"grid_id": None, "address": None, **args}, None)
    case = open_case(capture, args["case_id"], _emergency(args), place, capture.payload_sha256)
    _announce(actor, case, args)
    note_position(actor, args["position"])
    notices.tell_centre(case)
    _mark_if_late(case)
    return case, False


def _mark_if_late(case: Case) -> None:
    """The first report of an urgent matter has a time, too."""
    due, clock_says = urgent.first_due(case), Person(None, frozenset({"clock"}))
    if case.received_at <= due or case.clock_suspect:
        return
    given = {"text": f"初报时限 {said(due)}"}
    write(case, *life.apply(facts_of(case), "mark_yellow", clock_says, given, utc_now(), clock()))


def _emergency(args: dict[str, Any]) -> Matter:
    """An emergency is taken in whatever the list in force says: the product's own line stands."""
    item = next(line for line in hazard_items() if line["code"] == EMERGENCY)
    return Matter(
        item_code=EMERGENCY,
        title=item["name"],
        severity=item["severity"],
        lead_department=item["lead_department"],
        deadline=item["deadline"],
        note=args["text"],
        urgent=True,
    )


def follow_up(capture: Capture, args: dict[str, Any]) -> bool:
    """A further or the final report of an urgent case by who reported it (`case.follow@1`).

    False: the case has ended, or had its final report; the words are kept in its thread.

    Raises:
        NotFound, Forbidden: there is no such case, or another person reported it.
    """
    actor = capture.actor
    require(actor, Permission.SYNC)
    case = locked_case(args["case_id"])
    if case.reporter_id != actor.user_id:
        raise Forbidden("只有上报人可以续报")
    step = "final" if args["final"] else "follow"
    person = Person(actor.user_id, frozenset({"reporter"}))
    facts, now = facts_of(case), utc_now()
    counts = any(action.code == step for action in life.allowed(facts, person, now))
    if counts:
        facts, line = life.apply(facts, step, person, {"text": args["text"]}, now, clock())
    else:
        facts, line = life.note(facts, step, actor.user_id, now, args["text"])
    if step == "follow" and counts:
        line = replace(line, text=f"第 {facts.follows} 号 {line.text}")
    write(case, facts, line)
    answered(actor.user_id, notices.page_on_the_phone(case), now, accepted=True)
    _announce(actor, case, args)
    return counts


def _repeated(case: Case, capture: Capture) -> Case:
    mine = case.reporter_id == capture.actor.user_id
    if not mine or case.payload_sha256 != capture.payload_sha256:
        raise Refused("hash-conflict", "同一编号的隐患内容不同,请重新上报")
    return case


def _item(args: dict[str, Any]) -> HazardItem:
    item = db.session.scalars(
        select(HazardItem).where(HazardItem.code == args["item_code"])
    ).one_or_none()
    if item is None:
        raise _refused("unknown-item", "item_code", "没有这个事项")
    return item


def _matter(item: HazardItem, args: dict[str, Any]) -> Matter:
    return Matter(
        item_code=item.code,
        title=item.name,
        severity=args["severity"] or item.severity,
        lead_department=item.lead_department,
        deadline=item.deadline,
        note=args["note"],
        item_version=item.version,
        restricted=item.restricted,
        settles=item.self_settle,
    )


def _refused(code: str, name: str, detail: str) -> Refused:
    return Refused(code, detail, [FieldError(f"/args/{name}", code, detail)])


def _place(actor: Actor, args: dict[str, Any], house: Place | None) -> Place:
    """Where the hazard is: a house has its grid; the position as told comes before the house's."""
    position = args["position"]
    place = house or _in_grid(_grid(actor, args["grid_id"], position))
    if position is not None:
        point = {name: position[name] for name in ("lng", "lat", "accuracy")}
        place = replace(place, **point, position_source=position["source"])
    return replace(place, address=args["address"] or place.address)


def _in_grid(grid: Grid) -> Place:
    return Place(org_unit_id=grid.org_unit_id, org_path=grid.org_path, grid_id=grid.id)


def _grid(actor: Actor, grid_id: UUID | None, position: dict[str, Any] | None) -> Grid:
    """The grid as told, else the one in which the point lies, else the author's first."""
    if grid_id is not None:
        return _told_grid(actor, grid_id)
    there = org.grid_at(actor, position["lng"], position["lat"]) if position else None
    grid = there or _first_grid(actor)
    if grid is None:
        raise Forbidden("您没有负责的网格,请选择位置")
    return grid


def _told_grid(actor: Actor, grid_id: UUID) -> Grid:
    grid = db.session.get(Grid, grid_id)
    if grid is not None and grid.parent_id is not None:
        grid = db.session.get(Grid, grid.parent_id)
    if grid is None:
        detail = "没有这个网格"
        raise NotFound(detail, [FieldError("/args/grid_id", "not-found", detail)])
    if not org.lies_in_townships(actor, grid.org_path):
        detail = "不能上报其他镇街的隐患"
        raise Forbidden(detail, [FieldError("/args/grid_id", "forbidden", detail)])
    return grid


def _first_grid(actor: Actor) -> Grid | None:
    return db.session.scalars(
        select(Grid)
        .join(GridDuty, GridDuty.grid_id == Grid.id)
        .where(GridDuty.user_id == actor.user_id, Grid.kind != "micro")
        .order_by(GridDuty.until.desc().nulls_first(), GridDuty.since, Grid.code)
    ).first()


def note_position(actor: Actor, position: dict[str, Any] | None) -> None:
    """Note where the author was.

    A cross-hair on a map is left out: it says where the matter is, not where the person is.
    """
    if position is not None and position["source"] != "map":
        where = position["lng"], position["lat"]
        note_last_seen(actor.user_id, *where, position["at"], position["source"])
