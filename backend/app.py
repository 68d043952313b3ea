"""The application: settings, database, doors."""

from __future__ import annotations

import logging

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError

from backend import api, cli, pages, problems, requests, sync
from backend.config import Settings, load_settings
from backend.db import db, migrate, transaction
from backend.feed import changes
from backend.problems import Unavailable

OWN_TRANSACTIONS = frozenset({"sync", "pages", "photos"})


class Gridfield(Flask):
    """Flask, with one transaction around each view; phones' doors have their own."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer, and commit what the view changed; an error leaves nothing behind."""
        try:
            if request.blueprint is None or request.blueprint in OWN_TRANSACTIONS:
                return super().dispatch_request()
            with transaction():
                return super().dispatch_request()
        except (OperationalError, InterfaceError) as error:
            self.logger.warning("the database does not answer: %s", error)
            raise Unavailable(headers={"Retry-After": "5"}) from error


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
    sync.install(api.install(app))
    app.cli.add_command(sync.commands)
    return app
