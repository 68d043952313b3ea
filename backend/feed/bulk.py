"""Many rows of several tables by one statement.

The unit of work costs a tenth of a millisecond a row. Where rows come in numbers, a room says as
data what is to be written; `feed.changes` alone writes it, so that the feed hears of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

import orjson
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from backend.db import Base

Columns = tuple[str, ...]
Statement = tuple[type[Base], Columns, bool, str]
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Rows:
    """Rows of one table: new ones, or with `changed` the columns to change by primary key.

    `records` have the attributes of whole rows, whatever is written of them; new ones have no
    others. `conflict` is what to do where a new one is there already. A key is one column.
    """

    model: type[Base]
    records: Sequence[Any]
    changed: Columns = ()
    conflict: str = ""

    @property
    def statement(self) -> Statement:
        """What its statement is made of."""
        columns = self.changed or tuple(vars(self.records[0]))
        return self.model, columns, bool(self.changed), self.conflict

    def lines(self) -> str:
        """The values that are written, as JSON."""
        rows = [vars(record) for record in self.records]
        if self.changed:
            key = [column.name for column in self.model.__table__.primary_key]
            names = [*key, *self.changed]
            rows = [{name: row[name] for name in names} for row in rows]
        return orjson.dumps(rows).decode()


def new_record(model: type[Base], **values: Any) -> SimpleNamespace:  # noqa: ANN401 - columns
    """A new row of a table, with the model's own defaults for what is not told."""
    table = cast("Table", model.__table__)
    names = [column.name for column in table.columns if column.computed is None]
    return SimpleNamespace(**{name: _value(table, name, values) for name in names})


def _value(table: Table, name: str, values: dict[str, Any]) -> Any:  # noqa: ANN401
    default: Any = table.c[name].default
    if name in values or default is None:
        return values.get(name)
    return default.arg(None) if default.is_callable else default.arg


def parts(writes: Sequence[Rows]) -> tuple[str, dict[str, str]]:
    """The parts of a WITH that write these rows, and the values of their parameters."""
    values = {f"lines{number}": rows.lines() for number, rows in enumerate(writes)}
    return _sql(tuple(rows.statement for rows in writes)), values


@lru_cache(maxsize=64)
def _sql(statements: tuple[Statement, ...]) -> str:
    return ", ".join(
        f"w{number} AS ({_one(number, *what)})" for number, what in enumerate(statements)
    )


def _one(number: int, model: type[Base], columns: Columns, changed: bool, conflict: str) -> str:  # noqa: FBT001
    table = cast("Table", model.__table__)
    key = tuple(column.name for column in table.primary_key) if changed else ()
    types = [f'"{name}" {table.c[name].type.compile(_POSTGRESQL)}' for name in (*key, *columns)]
    lines = f"json_to_recordset(CAST(%(lines{number})s AS json)) AS line({', '.join(types)})"
    if changed:
        return _change(table.name, key[0], columns, lines)
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {lines} {conflict}'  # noqa: S608


def _change(table: str, key: str, columns: Columns, lines: str) -> str:
    """The array of keys is there for the plan: the table is never read whole, however small."""
    goals = ", ".join(f'"{name}" = line."{name}"' for name in columns)
    return (
        f"WITH line AS MATERIALIZED (SELECT * FROM {lines})"  # noqa: S608 - our own names
        f' UPDATE "{table}" AS old SET {goals} FROM line'
        f' WHERE old."{key}" = line."{key}" AND old."{key}" = ANY(ARRAY(SELECT "{key}" FROM line))'
    )
