"""The door of cameras and sensors: signed as Standard Webhooks, without a session."""

from __future__ import annotations

from uuid import UUID

import orjson
from flask import Response, jsonify, request
from marshmallow import Schema, ValidationError, fields, validate

from backend.api.schemas import Strict, time_field
from backend.db import savepoint
from backend.org.door import Door
from backend.problems import (
    AlertRefused,
    MalformedJson,
    Problem,
    Validation,
    field_errors,
)
from backend.sources import alerts
from backend.sources.alerts import Alert

door = Door("alerts", "alerts", url_prefix="/api/alerts", public={"take_in"})
TOLD = {
    "signature": "签名不正确",
    "timestamp": "时间戳与服务器相差超过 5 分钟",
    "replay": "这个编号的告警已经收到",
}


class AlertArgs(Strict):
    """An alert."""

    item = fields.String(required=True, validate=validate.Length(1, 40))
    text = fields.String(required=True, validate=validate.Length(1, 1000))
    device = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 80))
    lng = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    address = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    at = time_field(load_default=None, allow_none=True)
    photo_url = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))


class OpenedShape(Schema):
    """The case of an alert."""

    case_id = fields.UUID(required=True)
    number = fields.String(required=True)


ALERT = AlertArgs()


@door.post("/<uuid:source_id>")
@door.doc(security=[])
@door.response(201, OpenedShape)
def take_in(source_id: UUID) -> Response:
    """Take an alert in: `webhook-id`, `webhook-timestamp` and `webhook-signature` prove it.

    Refusals are answered, not raised: the line of the log must be committed.
    """
    body, address = request.get_data(), request.remote_addr or ""
    headers = {name.lower(): value for name, value in request.headers.items()}
    source, message_id, refused = alerts.sealed(source_id, body, headers, address)
    if refused is not None:
        return AlertRefused(TOLD[refused.outcome]).response()
    try:
        with savepoint():
            case = alerts.raise_alert(source, message_id, *_read(body), address)
    except Problem as problem:
        alerts.note_broken(source, message_id, problem, address)
        return problem.response()
    answer = jsonify({"case_id": case.id, "number": case.number})
    answer.status_code = 201
    return answer


def _read(body: bytes) -> tuple[Alert, dict[str, object]]:
    try:
        raw = orjson.loads(body)
        return Alert(**ALERT.load(raw)), raw
    except orjson.JSONDecodeError as error:
        raise MalformedJson from error
    except ValidationError as error:
        raise Validation(errors=field_errors(error.messages)) from error
