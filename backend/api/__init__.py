"""The centre's door: REST, one file per noun. Nothing but HTTP happens here."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from backend.api.reference import page
from backend.api.routes import DOORS
from backend.api.schemas import ProblemSchema


class ProblemApi(Api):
    """The OpenAPI document, with problem details as its errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `backend.problems`."""


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

    for door in DOORS:
        doors.register_blueprint(door)
    return doors
