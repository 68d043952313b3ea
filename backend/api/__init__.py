"""The centre's door: REST, one file per noun. Nothing but HTTP happens here."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request
from flask_smorest import Api

from backend.api.open311 import door as open311
from backend.api.reference import page
from backend.api.routes import DOORS
from backend.api.schemas import ProblemSchema
from backend.org.door import COOKIE, mark

PROBLEM = "application/problem+json"


class ProblemApi(Api):
    """The OpenAPI document, with problem details as its errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `backend.problems`."""

    def _register_responses(self) -> None:
        """Describe what a refusal of any status looks like, and how one proves oneself."""
        components = self.spec.components
        content = {PROBLEM: {"schema": self.ERROR_SCHEMA}}
        for status in HTTPStatus:
            components.response(
                status.name, {"description": status.phrase, "content": content}, lazy=True
            )
        other = {"description": "Any other refusal or failure", "content": content}
        components.response(self.DEFAULT_ERROR_RESPONSE_NAME, other, lazy=True)
        components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": COOKIE})
        components.security_scheme("token", {"type": "http", "scheme": "bearer"})
        components.security_scheme(
            "csrf",
            {
                "type": "apiKey",
                "in": "header",
                "name": "X-CSRF-Token",
                "description": "The session's `csrf_token`, with every unsafe request.",
            },
        )


def install(app: Flask) -> ProblemApi:
    """Open every door of the centre; answers the OpenAPI registry, for other doors to join."""
    app.config.update(
        API_TITLE="Gridfield 网格通",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    doors = ProblemApi(app)

    @app.get("/api/docs")
    def reference() -> str:
        """The OpenAPI document as a page to read."""
        return page(doors.spec.to_dict())

    @app.after_request
    def found_no_door(response: Response) -> Response:
        """Mark as our own, too, what is no door's."""
        lost = request.url_rule is None and request.path.startswith(("/api/", "/sync/"))
        return mark(response) if lost else response

    for door in DOORS:
        doors.register_blueprint(door)
    app.register_blueprint(open311)
    return doors
