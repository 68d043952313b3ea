"""Lists in pages: a page begins after the last row of the one before, whatever came in since."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, Select, literal, tuple_

from backend.db import db
from backend.problems import FieldError, Validation


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursor of the next page (None after the last)."""

    rows: list[Row[Any]]
    next: str | None


def page(
    query: Select[Any],
    order: tuple[Any, Any],
    cursor: str | None,
    limit: int,
    *,
    descending: bool = True,
) -> Page:
    """The page of `query` after `cursor`, ordered by a sort column (time or text) and an id.

    Raises:
        Validation: the cursor is none of ours.
    """
    found = db.session.execute(after(query, order, cursor, limit, descending=descending)).all()
    return cut(found, order, limit)


def after(
    query: Select[Any],
    order: tuple[Any, Any],
    cursor: str | None,
    limit: int,
    *,
    descending: bool = True,
) -> Select[Any]:
    """`query` with the order, the start after `cursor`, and one row more than `limit`."""
    sort, key = order
    if cursor is not None:
        values = decode(cursor, sort.type.python_type)
        start = tuple_(
            *(literal(value, column.type) for value, column in zip(values, order, strict=True))
        )
        place = tuple_(sort, key)
        query = query.where(place < start if descending else place > start)
    ways = [column.desc() if descending else column.asc() for column in order]
    return query.order_by(*ways).limit(limit + 1)


def cut(found: Sequence[Row[Any]], order: tuple[Any, Any], limit: int) -> Page:
    """Take the one row too many off; its presence says that there is a next page."""
    rows = list(found[:limit])
    if len(found) <= limit:
        return Page(rows, None)
    last = rows[-1]
    values = [_value(last, column) for column in order]
    return Page(rows, encode(*values))


def _value(row: Row[Any], column: Any) -> Any:  # noqa: ANN401 - a time, a text or an id
    name = column.key
    return getattr(row[0], name) if hasattr(row[0], name) else getattr(row, name)


def encode(sort: datetime | str, key: UUID) -> str:
    """A cursor: opaque to whoever holds it."""
    body = orjson.dumps([sort, key])
    return urlsafe_b64encode(body).decode().rstrip("=")


def decode(cursor: str, kind: type) -> tuple[datetime | str, UUID]:
    """What a cursor stands for: the sort value, of type `kind`, and the id.

    Raises:
        Validation: it is none of ours.
    """
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        sort, key = orjson.loads(urlsafe_b64decode(padded))
        return _sort_value(sort, kind), UUID(key)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        wrong = FieldError("/query/cursor", "invalid", "分页位置无效,请从第一页重新查询")
        raise Validation(errors=[wrong]) from error


def _sort_value(sort: str, kind: type) -> datetime | str:
    if issubclass(kind, datetime):
        return datetime.fromisoformat(sort).astimezone(UTC)
    if "\0" in sort:
        raise ValueError(sort)
    return sort
