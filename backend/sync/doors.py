"""The routes of sync; shapes are checked here, once."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from backend.db import transaction, utc_now
from backend.houses.labels import whereabouts
from backend.org.door import Door, actor, know_epoch
from backend.requests import Truth, packed
from backend.sync import catalogue, health, shapes
from backend.sync import pull as pulling
from backend.sync import push as pushing
from backend.sync import verify as verifying
from backend.sync.compiled import Shape
from backend.sync.envelope import LONGEST_AGE, MutationField, PhoneTime
from backend.sync.schemas import Strict

door = Door("sync", "sync", url_prefix="/sync", description="The phone's door")

PROTOCOL = 1


class EnvelopeSchema(Strict):
    """What push and pull have in common."""

    proto = fields.Integer(required=True, validate=validate.Equal(PROTOCOL))
    epoch = fields.UUID(required=True, allow_none=True)
    client_id = fields.UUID(required=True)


class PushSchema(EnvelopeSchema):
    """The body of a push."""

    app = fields.String(required=True, validate=validate.Length(max=200))
    client_now = PhoneTime(required=True)
    mutations = fields.List(MutationField(), required=True, validate=validate.Length(max=500))


class AskSchema(EnvelopeSchema):
    """What a pull asks."""

    view = fields.Integer(required=True, strict=True)
    cursors = fields.Dict(
        fields.String(validate=validate.Length(1, 100)),
        fields.Integer(strict=True, validate=validate.Range(0, 2**62)),
        required=True,
        validate=validate.Length(max=1000),
    )
    loading = fields.Dict(
        fields.String(validate=validate.Length(1, 100)),
        fields.Integer(strict=True, validate=validate.Range(0, 2**62)),
        load_default=dict,
        validate=validate.Length(max=1000),
    )
    limit = fields.Integer(load_default=200, strict=True, validate=validate.Range(1, 1000))


ASK = Shape(AskSchema())


class PullSchema(AskSchema):
    """The body of a pull: idle polls are the most frequent request, so it is read at once."""

    def load(self, data: Any, **_options: Any) -> Any:  # noqa: ANN401 - JSON
        """What `AskSchema` loads."""
        return ASK.load(data)


class VerifySchema(Strict):
    """The body of a verify."""

    scope = fields.String(required=True, validate=validate.Length(1, 100))


def _count(most: int = 2**31 - 1, **options: Any) -> fields.Integer:  # noqa: ANN401
    return fields.Integer(strict=True, required=True, validate=validate.Range(0, most), **options)


class HealthSchema(Strict):
    """How a phone says that it is; sizes are bytes."""

    proto = fields.Integer(required=True, validate=validate.Equal(PROTOCOL))
    app = fields.String(required=True, validate=validate.Length(max=200))
    client_now = PhoneTime(required=True)
    pending = _count()
    photos_pending = _count()
    rejected = _count()
    oldest_unsent_ms = _count(LONGEST_AGE, allow_none=True)
    synced_ms = _count(LONGEST_AGE, allow_none=True)
    storage_free = _count(2**62, allow_none=True)
    storage_quota = _count(2**62, allow_none=True)
    persisted = Truth(required=True, allow_none=True)
    lost_mutations = _count()
    lost_photos = _count()


@door.post("/push")
@door.arguments(PushSchema)
@door.response(200, shapes.PushAnswerShape)
def push(body: dict[str, Any]) -> Response:
    """Send what was done; answers a verdict for each mutation."""
    del body["proto"]
    answer = pushing.push(actor(), pushing.Batch(**body, received_at=utc_now()))
    know_epoch(answer.epoch)
    return jsonify({**vars(answer), "server_now": utc_now()})


@door.post("/pull")
@door.arguments(PullSchema)
@door.response(200, shapes.PullAnswerShape)
@door.alt_response(204, description="Nothing new; X-Last-Mid counts")
def pull(body: dict[str, Any]) -> Response:
    """Ask for what is new."""
    del body["proto"]
    answer = pulling.pull(actor().user_id, pulling.Ask(**body))
    know_epoch(answer.epoch)
    status = 204 if answer.body is None else 200
    response = Response(answer.body, status, content_type="application/json")
    response.headers["X-Last-Mid"] = str(answer.last_mid)
    return packed(response)


@door.post("/verify")
@door.arguments(VerifySchema)
@door.response(200, shapes.VerifiedShape)
def verify(body: dict[str, Any]) -> Response:
    """Ask what a scope should hold."""
    return jsonify(verifying.verify(actor().user_id, body["scope"]))


@door.post("/health")
@door.arguments(HealthSchema)
@door.response(204)
def tell_health(body: dict[str, Any]) -> None:
    """Tell how this phone is; what it told before is forgotten."""
    del body["proto"]
    know_epoch(health.keep(actor(), health.Health(**body)))


@door.get("/mutations")
@door.response(200, {"type": "object"})
def mutations() -> Response:
    """The JSON Schema of every mutation's arguments, by `name@v`."""
    return jsonify(catalogue.schemas())


@door.get("/labels/<token>")
@door.response(200, shapes.LabelShape)
def label(token: str) -> dict[str, Any]:
    """What became of the house of a door label that this phone does not know."""
    with transaction():
        return whereabouts(actor(), token)
