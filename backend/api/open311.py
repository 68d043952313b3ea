"""Open311 GeoReport v2, read by a token: services and requests, as JSON and XML.

Its errors and shapes are the standard's own (wiki.open311.org/GeoReport_v2), so it stands beside
the OpenAPI document, not in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import orjson
from flask import Response, request

from backend.db import db
from backend.org.models import OrgUnit
from backend.partners import open311
from backend.partners.door import TokenDoor, bearer, let_in, partner
from backend.partners.open311 import Wanted
from backend.problems import FieldError, NotFound, Problem, Unauthenticated, Validation

SCOPE = "open311:read"


class Open311Door(TokenDoor):
    """A door that also takes the token as the standard's `api_key`."""

    def _check(self) -> None:
        let_in(bearer() or request.args.get("api_key", ""), SCOPE)
        asked = request.args.get("jurisdiction_id")
        unit = db.session.get(OrgUnit, partner().grants[0].org_unit_id)
        if asked is not None and (unit is None or asked != unit.stat_code):
            raise NotFound("jurisdiction_id 不是此令牌的区划")


door = Open311Door("open311", __name__, url_prefix="/open311/v2", scopes={})
FORMAT = "<any(json, xml):form>"


@door.get(f"/services.{FORMAT}")
def services(form: str) -> Response:
    """The matters that can be reported."""
    return _answer(form, "services", "service", open311.services())


@door.get(f"/services/<code>.{FORMAT}")
def service(code: str, form: str) -> Response:
    """What a matter asks for; none asks for more than its place and words."""
    if open311.service(code) is None:
        raise NotFound("没有这个 service_code")
    definition = {"service_code": code, "attributes": []}
    if form == "json":
        return _json(definition)
    root = ET.Element("service_definition")
    ET.SubElement(root, "service_code").text = code
    ET.SubElement(root, "attributes")
    return _xml(root)


@door.get(f"/requests.{FORMAT}")
def requests(form: str) -> Response:
    """Requests, newest first: of the last 90 days where no dates are asked for."""
    wanted = Wanted(
        ids=tuple(_id(word) for word in _words("service_request_id")),
        codes=tuple(_words("service_code")),
        since=_moment("start_date"),
        until=_moment("end_date"),
        statuses=frozenset(_words("status")),
    )
    if not wanted.statuses <= {"open", "closed"}:
        raise _wrong("status")
    return _requests(form, open311.requests(partner(), wanted))


@door.get(f"/requests/<service_request_id>.{FORMAT}")
def one_request(service_request_id: str, form: str) -> Response:
    """One request."""
    found = open311.requests(partner(), Wanted(ids=(_id(service_request_id),)))
    if not found:
        raise NotFound("没有这个 service_request_id")
    return _requests(form, found)


@door.errorhandler(Problem)
def refused(problem: Problem) -> Response:
    """A refusal in the standard's own form; a missing or wrong key is its 403."""
    status = 403 if isinstance(problem, Unauthenticated) else problem.status
    status = 400 if isinstance(problem, Validation) else status
    form = "xml" if request.path.endswith(".xml") else "json"
    errors = [{"code": str(status), "description": problem.detail}]
    answer = _answer(form, "errors", "error", errors)
    answer.status_code = status
    answer.headers.extend(problem.headers)
    return answer


def _requests(form: str, found: list[dict[str, Any]]) -> Response:
    return _answer(form, "service_requests", "request", found)


def _answer(form: str, many: str, each: str, rows: list[dict[str, Any]]) -> Response:
    if form == "json":
        return _json(rows)
    root = ET.Element(many)
    for row in rows:
        node = ET.SubElement(root, each)
        for name, value in row.items():
            ET.SubElement(node, name).text = _text(value)
    return _xml(root)


def _text(value: Any) -> str | None:  # noqa: ANN401 - of a row
    if value is None:
        return None
    words = str(value).lower() if isinstance(value, bool) else str(value)
    return "".join(sign for sign in words if sign >= " " or sign in "\n\t")  # what XML 1.0 holds


def _json(value: Any) -> Response:  # noqa: ANN401
    return Response(orjson.dumps(value), content_type="application/json; charset=utf-8")


def _xml(root: ET.Element) -> Response:
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="text/xml; charset=utf-8")


def _words(name: str) -> list[str]:
    return [word for word in request.args.get(name, "").split(",") if word]


def _id(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError as error:
        raise NotFound("没有这个 service_request_id") from error


def _moment(name: str) -> datetime | None:
    word = request.args.get(name)
    if word is None:
        return None
    try:
        found = datetime.fromisoformat(word)
    except ValueError as error:
        raise _wrong(name) from error
    if found.tzinfo is None:
        raise _wrong(name)
    return found


def _wrong(name: str) -> Validation:
    return Validation(f"{name} 的值无效", [FieldError(f"/query/{name}", "invalid", "值无效")])
