"""What must be true of the database as a whole."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import text
from sqlalchemy.orm import Mapper

from backend.db import Base, Model, db
from backend.feed.synced import Synced

SOURCES = sorted((Path(__file__).resolve().parents[2] / "backend").rglob("*.py"))
ROOMS = (
    "audit cases checklists clock delivery documents feed houses houses.intake inspections media"
    " org partners patrols sources sync tasks"
)
for room in ROOMS.split():
    importlib.import_module(f"backend.{room}.models")


def mappers() -> list[Mapper[Base]]:
    found = Model.registry.mappers
    return sorted(found, key=lambda mapper: mapper.class_.__name__)


def test_the_models_equal_the_migrations(database: None) -> None:
    context = MigrationContext.configure(
        db.session.connection(),
        opts={"include_object": alembic_helpers.include_object, "compare_type": True},
    )

    assert compare_metadata(context, db.metadata) == []


def test_every_foreign_key_has_an_index(database: None) -> None:
    # An index serves to delete what is referred to, or to find who refers to it.
    never_asked = {"inspections.checklist_id"}
    missing = db.session.scalars(
        text(
            "SELECT c.conrelid::regclass || '.' || a.attname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND NOT EXISTS (SELECT FROM pg_index i"
            " WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])"
        )
    ).all()

    assert set(missing) == never_asked


SYNCED = [mapper.class_ for mapper in mappers() if issubclass(mapper.class_, Synced)]


@pytest.mark.parametrize("model", SYNCED, ids=lambda model: model.__name__)
def test_a_synced_model_says_what_phones_see(model: type[Synced]) -> None:
    assert isinstance(model.feed_kind, str)
    assert model.feed_row is not Synced.feed_row
    assert model.feed_scope is not Synced.feed_scope


def test_no_statement_writes_past_the_feed() -> None:
    tables = "|".join(model.__tablename__ for model in SYNCED)
    writing = re.compile(rf'(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?({tables})\b')

    passing = [path.name for path in SOURCES if writing.search(path.read_text())]

    assert writing.search("UPDATE houses SET state")
    assert passing == []


def test_each_kind_of_record_is_one_model() -> None:
    kinds = [model.feed_kind for model in SYNCED]

    assert len(kinds) == len(set(kinds))
