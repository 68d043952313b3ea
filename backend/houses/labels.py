"""Door labels: QR codes that open a house's file, on sheets to print and cut."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

import segno
from sqlalchemy import select

from backend.audit import commands as audit
from backend.config import current_settings
from backend.db import db
from backend.houses.models import House
from backend.houses.queries import choose_houses
from backend.org.access import Actor, Permission, require
from backend.org.queries import Places, township_of
from backend.papers.pdf import label_paper
from backend.problems import FieldError, NotFound, Validation
from backend.sources.models import ReportPlace

Row = dict[str, Any]
MOST = 2400  # labels at once: a hundred sheets


def draw_labels(actor: Actor, filters: Row, ids: list[UUID]) -> bytes:
    """The labels of chosen houses, or of the list as filtered, as a PDF by house code.

    Raises:
        Forbidden: the actor sees no houses at all.
        Validation: none is chosen, or more than `MOST`.
        FontMissing: the system has no Chinese font.
    """
    houses = choose_houses(actor, filters, ids, MOST + 1)
    if not houses:
        raise Validation(errors=[FieldError("/ids", "none", "没有可打印的房屋,请重新选择")])
    if len(houses) > MOST:
        told = f"一次最多打印 {MOST} 张,请用村社或状态缩小范围"
        raise Validation(errors=[FieldError("/filters", "too-many", told)])
    paper = label_paper(content_of(houses))
    audit.record(actor.user_id, "house.labels", "house", None, houses=len(houses))
    return paper


def content_of(houses: Any) -> Row:  # noqa: ANN401 - a sequence of houses
    """What stands on the labels: nothing of people, and no address."""
    town = cache(_town)
    return {"labels": [_label(house, town(house.org_path)) for house in houses]}


def _label(house: House, town: str) -> Row:
    token = house.token
    return {
        "town": town,
        "code": house.code,
        "token": f"{token[:4]} {token[4:]}",
        "qr": qr_of(address_of(token)),
    }


def _town(org_path: str) -> str:
    township = township_of(org_path)
    return township.name if township else ""


def address_of(token: str) -> str:
    """What the QR code says: our own address and the token, nothing else."""
    return f"{current_settings().public_url}/h/{token}"


def qr_of(address: str) -> str:
    """The code as SVG; it stays readable with a quarter of it gone."""
    made = segno.make(address, error="q", micro=False)
    return made.svg_inline(border=2, omitsize=True)


def whereabouts(actor: Actor, token: str) -> Row:
    """What became of the house of a label that the worker's phone does not know.

    `ended` where it is no rental house any more (`house_id`: what it went into), `here` in a grid
    of the worker's own, `elsewhere` with its grid's name.

    Raises:
        Forbidden: the actor does not work in the field.
        NotFound: no house ever had this label.
    """
    require(actor, Permission.SYNC)
    house = db.session.scalars(select(House).where(House.token == token)).one_or_none()
    if house is None:
        raise NotFound("没有这个门牌码")
    if house.ended_on:
        return {"state": "ended", "place": None, "house_id": house.merged_into_id}
    if house.grid_id in actor.grid_ids:
        return {"state": "here", "place": None, "house_id": house.id}
    grid = Places.of([house]).grid(house)
    return {"state": "elsewhere", "place": grid["name"] if grid else None, "house_id": None}


def report_code(token: str) -> str | None:
    """The code under which a stranger before this label may report; None where there is none."""
    query = (
        select(ReportPlace.code)
        .join(House, House.org_unit_id == ReportPlace.org_unit_id)
        .where(House.token == token, ReportPlace.retired_at.is_(None))
        .where(ReportPlace.grid_id.is_(None) | (ReportPlace.grid_id == House.grid_id))
        .order_by(ReportPlace.grid_id.is_(None))
    )
    return db.session.scalars(query.limit(1)).first()
