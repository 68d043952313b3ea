"""The application: settings, database, doors."""

from __future__ import annotations

import logging

import psycopg
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend import api, cli, pages, problems, requests, sync
from backend.config import Settings, load_settings
from backend.db import db, lost_race, migrate, transaction
from backend.feed import changes
from backend.problems import Unavailable

log = logging.getLogger(__name__)

OWN_TRANSACTIONS = frozenset({"sync", "pages", "photos", "registrations", "report", "rescues"})


class Gridfield(Flask):
    """Flask, with one transaction around each view; phones' doors have their own."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer, and commit what the view changed; an error leaves nothing behind.

        A view that lost a race begins anew, once: it then sees what the other has done.
        """
        if request.blueprint is None or request.blueprint in OWN_TRANSACTIONS:
            return super().dispatch_request()
        try:
            with transaction():
                return super().dispatch_request()
        except DBAPIError as error:
            if not lost_race(error):
                raise
        with transaction():
            return super().dispatch_request()


def no_database(error: Exception) -> Response:
    """The answer while the database cannot be asked: nothing was changed, try again."""
    log.warning("the database does not answer: %s", error)
    return Unavailable(headers={"Retry-After": "5"}).response()


def create_app(settings: Settings | None = None) -> Gridfield:
    """The application, ready to serve.

    Raises:
        SettingError: a setting cannot be used.
    """
    settings = settings or load_settings()
    logging.basicConfig(level=settings.log_level)
    app = Gridfield(__name__, static_folder=None)
    app.extensions["gridfield_settings"] = settings
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_mb * 1024 * 1024
    db.init_app(app)
    migrate.init_app(app, db, directory="migrations", compare_type=True)
    changes.install(db.session)
    for part in (requests, problems, pages, cli):
        part.install(app)
    for silence in (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError):
        app.register_error_handler(silence, no_database)
    sync.install(api.install(app))
    app.cli.add_command(sync.commands)
    return app
