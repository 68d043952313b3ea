"""Standard addresses (标准地址), and which of them a text means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from backend.db import db
from backend.houses.facts import ALIKE, likeness, plain_address
from backend.houses.register_models import Address

MOST = 8


def matching(village_id: UUID, text: str) -> UUID | None:
    """The village's standard address that the text is, or None: 待匹配."""
    wanted = plain_address(text)
    for address in _of_village(village_id):
        if plain_address(address.text) == wanted:
            return address.id
    return None


Book = Mapping[tuple[UUID, str], UUID]


def book_of(village_ids: Collection[UUID]) -> Book:
    """The standard addresses of these villages, by village and by their text as it is compared."""
    query = select(Address.org_unit_id, Address.text, Address.id)
    rows = db.session.execute(query.where(Address.org_unit_id.in_(village_ids)))
    return {(row.org_unit_id, plain_address(row.text)): row.id for row in rows}


def alike(village_id: UUID, text: str) -> list[Address]:
    """The standard addresses of a village that the text may mean, the likeliest first."""
    found = [(likeness(address.text, text), address) for address in _of_village(village_id)]
    good = [pair for pair in found if pair[0] >= ALIKE]
    return [address for _, address in sorted(good, key=lambda pair: -pair[0])[:MOST]]


def _of_village(village_id: UUID) -> list[Address]:
    query = select(Address).where(Address.org_unit_id == village_id).order_by(Address.text)
    return list(db.session.scalars(query))
