"""Open311 GeoReport v2 by a token: services, requests and new ones, as JSON and XML.

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
from marshmallow import EXCLUDE, ValidationError, fields, validate

from backend.db import db
from backend.org.models import OrgUnit
from backend.partners import open311
from backend.partners.door import TokenDoor, bearer, let_in, partner
from backend.partners.open311 import Wanted
from backend.problems import (
    NotFound,
    Problem,
    Unauthenticated,
    Validation,
    field_errors,
    printable,
)
from backend.requests import Strict
from backend.sources.citizens import Report

READ, WRITE = "open311:read", "reports:write"


class Open311Door(TokenDoor):
    """A door that also takes the token as the standard's `api_key`."""

    def _check(self) -> None:
        scope = WRITE if request.method == "POST" else READ
        let_in(bearer() or request.values.get("api_key", ""), scope)
        asked = request.values.get("jurisdiction_id")
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


def _text(most: int, **options: Any) -> fields.String:  # noqa: ANN401 - marshmallow's
    return fields.String(load_default=None, validate=validate.Length(max=most), **options)


class RequestForm(Strict):
    """What the standard has of a new request; what else is sent is kept, not read."""

    class Meta:
        """Attributes and extensions of other servers are no error."""

        unknown = EXCLUDE

    service_code = fields.String(required=True)
    lat = fields.Float(load_default=None, validate=validate.Range(-90, 90))
    long = fields.Float(load_default=None, validate=validate.Range(-180, 180))
    address_string = _text(200)
    address_id = _text(200)
    description = _text(4000)
    first_name = _text(40)
    last_name = _text(40)
    phone = _text(40)


FORM = RequestForm()


@door.post(f"/requests.{FORMAT}")
def report(form: str) -> Response:
    """Report: a service, and a point or an address. Media are not fetched."""
    sent = {name: value for name, value in request.form.items() if value and name != "api_key"}
    try:
        told = FORM.load(sent)
    except ValidationError as error:
        raise _wrong(*(one.pointer.strip("/") for one in field_errors(error.messages))) from error
    if open311.service(told["service_code"]) is None:
        raise NotFound("没有这个 service_code")
    if (told["lat"] is None) != (told["long"] is None):
        raise _wrong("lat", "long")
    address = told["address_string"] or told["address_id"]
    if told["lat"] is None and not address:
        raise Validation("须有 lat 和 long,或 address_string")
    kept = {printable(name): printable(value) for name, value in sent.items()}
    answer = _requests(form, [open311.report(partner(), _report(told, address), kept)])
    answer.status_code = 201
    return answer


def _report(told: dict[str, Any], address: str | None) -> Report:
    return Report(
        item_code=told["service_code"],
        text=told["description"] or "",
        phone=told["phone"] or "",
        name="".join(filter(None, (told["last_name"], told["first_name"]))) or None,
        address=address,
        lng=told["long"],
        lat=told["lat"],
        photos=(),
    )


@door.errorhandler(Problem)
def refused(problem: Problem) -> Response:
    """A refusal in the standard's own form; a missing or wrong key is its 403."""
    status = 403 if isinstance(problem, Unauthenticated) else problem.status
    status = 400 if isinstance(problem, Validation) else status
    form = "xml" if request.path.endswith(".xml") else "json"
    told = [f"{error.pointer}:{error.detail}" for error in problem.errors]
    description = ";".join([problem.detail, *told])
    errors = [{"code": str(status), "description": description}]
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
            ET.SubElement(node, name).text = _words_of(value)
    return _xml(root)


def _words_of(value: Any) -> str | None:  # noqa: ANN401 - of a row
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


def _wrong(*names: str) -> Validation:
    return Validation(f"{'、'.join(names)} 的值无效")
