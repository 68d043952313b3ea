"""The database: the base of all models, and the only place that commits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

import psycopg
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from geoalchemy2 import Geometry
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, DateTime, Dialect, MetaData, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm import registry as orm_registry
from uuid6 import uuid7

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """The type of its values."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone."""
        del dialect
        if value is not None and value.tzinfo is None:
            msg = "a time without a zone cannot be stored"
            raise ValueError(msg)
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time in UTC, whatever the zone of the connection."""
        del dialect
        return value.astimezone(UTC) if value is not None else None


class Base(DeclarativeBase):
    """Column types and constraint names that all tables share."""

    registry = orm_registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime,
            UUID: Uuid(),
            str: Text,
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
        },
    )


# Inside an outer transaction (a test's) a commit is a savepoint of it.
db = SQLAlchemy(model_class=Base, session_options={"join_transaction_mode": "create_savepoint"})
migrate = Migrate()

if TYPE_CHECKING:

    class Model(Base):
        """The base of every model."""

        __abstract__ = True
else:
    Model = db.Model


def point_type() -> Geometry:
    """A WGS-84 point."""
    return Geometry("POINT", srid=4326)


def polygon_type() -> Geometry:
    """A WGS-84 polygon or several."""
    return Geometry("GEOMETRY", srid=4326)


def new_id() -> UUID:
    """A new UUIDv7: unique, and in order of time."""
    return UUID(int=uuid7().int)


def utc_now() -> datetime:
    """The server's clock, aware, in UTC."""
    return datetime.now(UTC)


AfterCommit = Callable[[list[Any]], object]


def after_commit(action: AfterCommit, item: Any) -> None:  # noqa: ANN401 - the action knows
    """Call `action` once the running transaction has committed; not at all if it does not.

    It is called once, with all items that it was to be called for, in their order. For
    announcements only: what must not be lost stands in a row of the same transaction.
    """
    _waiting(db.session()).append((action, item))


def _waiting(session: Session) -> list[tuple[AfterCommit, Any]]:
    actions: list[tuple[AfterCommit, Any]] = session.info.setdefault("after_commit", [])
    return actions


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: commits at the end, rolls back on any error."""
    session = db.session()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        _waiting(session).clear()
        raise
    _announce(session)


def _announce(session: Session) -> None:
    together: dict[AfterCommit, list[Any]] = {}
    for action, item in _waiting(session):
        together.setdefault(action, []).append(item)
    _waiting(session).clear()
    for action, items in together.items():
        try:
            action(items)
        except Exception:
            log.exception("an announcement after commit failed")


Row = TypeVar("Row", bound=Base)


def locked(model: type[Row], row_id: UUID) -> Row | None:
    """The row as it stands now, nobody else's to change until the transaction ends; or None."""
    return db.session.get(model, row_id, with_for_update=True, populate_existing=True)


RACES = frozenset({"23505", "40001", "40P01"})  # unique violation, serialization, deadlock


def lost_race(error: DBAPIError) -> bool:
    """Whether another transaction was quicker: done anew, this one would see what it did."""
    return getattr(error.orig, "sqlstate", None) in RACES


PlainConnection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def plain() -> Iterator[PlainConnection]:
    """A connection without session or objects; each statement is a transaction of its own.

    For what every request asks: a statement costs a fifth of what it does through the session,
    whose open transaction it does not see.
    """
    if (outer := _outer()) is not None:
        db.session.commit()  # its savepoint: what it undoes later would undo this, too
        yield outer
        return
    pooled = db.engine.raw_connection()
    connection: Any = pooled.driver_connection
    connection.autocommit = True
    try:
        yield connection
    except psycopg.OperationalError:
        if connection.closed:
            pooled.invalidate()
            db.engine.dispose()  # the others have lost the database, too
        raise
    finally:
        if not connection.closed:
            connection.autocommit = False
        pooled.close()


def _outer() -> PlainConnection | None:
    """The connection of an outer transaction (a test's), which stands in the engine's place."""
    engine: Any = db.engine
    if not isinstance(engine, Connection):
        return None
    connection: Any = engine.connection.driver_connection
    return cast("PlainConnection", connection)


def statement(sql: str, values: Mapping[str, Any]) -> list[Any]:
    """Do one statement in the running transaction, past the ORM; answers rows with names.

    It costs a third of what it does through the session, whose pending changes it does not see.

    Raises:
        DBAPIError: as the session does.
    """
    connection: Any = db.session.connection().connection.driver_connection
    try:
        with connection.cursor(row_factory=namedtuple_row) as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []
    except psycopg.Error as error:
        raise DBAPIError.instance(sql, dict(values), error, psycopg.Error) from error


@contextmanager
def snapshot() -> Iterator[PlainConnection]:
    """One REPEATABLE READ, READ ONLY transaction: all reads inside see the same moment.

    Inside an outer transaction (a test's) the outer's moment is the one that is seen.
    """
    with plain() as connection:
        if _outer() is not None:
            yield connection
            return
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield connection
        finally:
            if not connection.closed:
                connection.execute("ROLLBACK")


@contextmanager
def savepoint() -> Iterator[Session]:
    """Part of a transaction: an error inside undoes this part alone, and is raised."""
    session = db.session()
    session.flush()
    waiting = list(_waiting(session))
    changes, left = (
        dict(session.info.get("feed_changes", {})),
        list(session.info.get("feed_rows", [])),
    )
    try:
        with session.begin_nested():
            yield session
            session.flush()
    except BaseException:
        session.info["after_commit"] = waiting
        session.info["feed_changes"], session.info["feed_rows"] = changes, left
        raise
