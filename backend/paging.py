"""Lists, narrowed by what is asked for, in pages.

A page begins after the last row of the one before, whatever came in since.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, func, literal, tuple_

from backend.db import db
from backend.problems import FieldError, Validation


def narrowed(
    query: Select[Any],
    filters: Mapping[str, Any],
    same: Mapping[str, Any],
    words: Sequence[Any] = (),
) -> Select[Any]:
    """`query` where each filter that is set equals its column of `same`, and `words` hold `q`."""
    for name, column in same.items():
        if filters.get(name) is not None:
            query = query.where(column == filters[name])
    if words and filters.get("q"):
        text = func.concat_ws(" ", *words)
        query = query.where(text.icontains(filters["q"], autoescape=True))
    return query


def page(
    query: Select[Any],
    sort: Any,  # noqa: ANN401 - a column: a time or a text
    key: Any,  # noqa: ANN401 - the column of the id
    cursor: str | None,
    limit: int,
    *,
    descending: bool = True,
) -> tuple[list[Any], str | None]:
    """The page of `query` after `cursor`, in the order of `sort` and `key`; and the next cursor.

    The rows are records where the query selects one model, else tuples with named columns.

    Raises:
        Validation: the cursor is none of ours.
    """
    found = db.session.execute(after(query, sort, key, cursor, limit, descending=descending)).all()
    rows = [row[0] if len(row) == 1 else row for row in found[:limit]]
    if len(found) <= limit:
        return rows, None
    last = rows[-1]
    return rows, encode(getattr(last, sort.key), getattr(last, key.key))


def after(
    query: Select[Any],
    sort: Any,  # noqa: ANN401
    key: Any,  # noqa: ANN401
    cursor: str | None,
    limit: int,
    *,
    descending: bool = True,
) -> Select[Any]:
    """`query` in its order, from after `cursor` on, with one row more than `limit`.

    The row too many says that there is a next page.
    """
    if cursor is not None:
        values = decode(cursor, sort.type.python_type)
        start = tuple_(literal(values[0], sort.type), literal(values[1], key.type))
        place = tuple_(sort, key)
        query = query.where(place < start if descending else place > start)
    ways = [column.desc() if descending else column.asc() for column in (sort, key)]
    return query.order_by(*ways).limit(limit + 1)


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
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        wrong = FieldError("/query/cursor", "invalid", "分页位置无效,请从第一页重新查询")
        raise Validation(errors=[wrong]) from error


def _sort_value(sort: str, kind: type) -> datetime | str:
    if issubclass(kind, datetime):
        return datetime.fromisoformat(sort).astimezone(UTC)
    if "\0" in sort:
        raise ValueError(sort)
    return sort
