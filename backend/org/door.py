"""Who stands at the door: every blueprint of the product asks here before it answers."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, current_app, g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from backend.db import db, transaction
from backend.feed import queries as feed
from backend.org import sessions
from backend.org.access import Actor
from backend.org.sessions import OpenSession
from backend.problems import Csrf, Unauthenticated
from backend.requests import BodyParser

COOKIE = "gridfield_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_ASK = 64


class Door(Blueprint):
    """A blueprint behind sign-in. `public` names the views that anyone may call."""

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, name: str, *args: Any, public: Iterable[str] = (), **kwargs: Any) -> None:  # noqa: ANN401
        """A door with its public views."""
        super().__init__(name, *args, **kwargs)
        self.public = frozenset(public)
        self.before_request(self._check)
        self.after_request(mark)
        self._prepare_doc_cbks.append(self._prepare_refusals)

    def arguments(self, schema: type[Schema], **options: Any) -> Any:  # noqa: ANN401 - smorest's
        """Read a view's arguments by one schema object: to make it costs more than to read."""
        return super().arguments(schema(), **options)

    def _prepare_refusals(
        self,
        doc: dict[str, Any],
        _doc_info: dict[str, Any],
        *,
        method: str,
        **_kwargs: Any,  # noqa: ANN401 - smorest's own
    ) -> dict[str, Any]:
        """Write into the OpenAPI document what this door asks for and how it refuses."""
        unsafe = method.upper() not in SAFE
        refusals = {401, 403, 404, 422, *((400, 409, 413, 415) if unsafe else ())}
        answers = doc.setdefault("responses", {})
        for status in sorted(refusals):
            answers.setdefault(status, HTTPStatus(status).name)
        proof: dict[str, list[str]] = {"session": [], "csrf": []} if unsafe else {"session": []}
        return {"security": [proof], **doc}

    def _check(self) -> None:
        view = (request.endpoint or "").removeprefix(f"{self.name}.")
        if view not in self.public:
            authenticate()


def authenticate() -> None:
    """Find out who asks.

    Raises:
        Unauthenticated: nobody, or the session has ended.
        Csrf: an unsafe request without the session's token.
    """
    found = sessions.find_session(request.cookies.get(COOKIE, ""))
    if found is None:
        raise Unauthenticated
    token = request.headers.get("X-CSRF-Token", "")
    if request.method not in SAFE and not hmac.compare_digest(
        token.encode(), found.csrf_token.encode()
    ):
        raise Csrf
    if sessions.is_stale(found):
        with transaction():
            sessions.touch(found.id)
    g.session = found
    g.epoch = found.epoch


def actor() -> Actor:
    """The signed-in person of the running request."""
    return session().actor


def session() -> OpenSession:
    """The session of the running request."""
    found: OpenSession = g.session
    return found


def epoch() -> UUID:
    """The database's epoch, read once a request."""
    if "epoch" not in g:
        g.epoch = feed.epoch(db.session())
    known: UUID = g.epoch
    return known


def know_epoch(known: UUID) -> None:
    """Spare the answer's mark a read: the epoch has been read for this request."""
    g.epoch = known


def mark(response: Response) -> Response:
    """Mark an answer as our own, and as this question's; a portal or a cache may answer, too."""
    response.headers["X-Sync"] = "1"
    if ask := request.headers.get("X-Ask"):
        response.headers["X-Ask"] = ask[:LONGEST_ASK]
    if "epoch" in g:
        response.headers["X-Epoch"] = str(g.epoch)
    elif response.status_code < 500:
        response.headers["X-Epoch"] = str(epoch())
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def secure_cookie() -> bool:
    """Whether the session cookie is for HTTPS alone."""
    return bool(current_app.extensions["gridfield_settings"].cookie_secure)
