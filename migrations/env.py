"""How migrations are run: forward, in one transaction each, on the application's database."""

from __future__ import annotations

import importlib

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from geoalchemy2 import alembic_helpers

from backend.db import UtcDateTime

ROOMS = "audit cases delivery feed houses media org patrols sources sync tasks"
for room in ROOMS.split():
    importlib.import_module(f"backend.{room}.models")


def render(kind: str, item: object, autogen: AutogenContext) -> str | bool:
    """Write our own column types as what they are in the database."""
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    rendered: str | bool = alembic_helpers.render_item(kind, item, autogen)
    return rendered


database = current_app.extensions["migrate"].db


def run() -> None:
    """Run the migrations that the database does not have yet."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=alembic_helpers.include_object,
            process_revision_directives=alembic_helpers.writer,
            render_item=render,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
