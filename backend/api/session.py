"""Signing in, asking who one is, signing out (sync protocol, section 1)."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.api.shapes import NamedShape
from backend.db import db, utc_now
from backend.delivery.keys import public_key, rescue_recipient
from backend.delivery.subscriptions import retire_device
from backend.org import door as at_door
from backend.org import sessions
from backend.org.door import COOKIE, Door
from backend.org.models import SessionRow
from backend.org.profile import profile
from backend.problems import BadCredentials

door = Door("session", "session", url_prefix="/api/session", public={"sign_in"})


class DeviceSchema(Strict):
    """The device that signs in."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=validate.OneOf(["phone", "desk"]))


class SignInSchema(Strict):
    """Name, password and device."""

    username = fields.String(required=True, validate=validate.Length(1, 100))
    password = fields.String(required=True, validate=validate.Length(1, 200))
    device = fields.Nested(DeviceSchema, required=True)


class PersonShape(NamedShape):
    """Who is signed in."""

    username = fields.String(required=True)
    phone_masked = fields.String(allow_none=True)


class RoleShape(Schema):
    """A role in a division, and for an officer in a department."""

    role = fields.String(required=True)
    org_unit_id = fields.UUID(required=True)
    org_unit_name = fields.String(required=True)
    department_id = fields.UUID(allow_none=True)
    department_name = fields.String(allow_none=True)


class HomeShape(Schema):
    """The highest division that the person sees."""

    org_unit_id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class OwnGridShape(NamedShape):
    """A grid that the person has on duty."""

    code = fields.String(required=True)


class SessionShape(Schema):
    """The person, what they may do, and what a client needs to know to begin."""

    user = fields.Nested(PersonShape, required=True)
    roles = fields.List(fields.Nested(RoleShape), required=True)
    permissions = fields.List(fields.String(), required=True)
    home = fields.Nested(HomeShape, allow_none=True)
    grids = fields.List(fields.Nested(OwnGridShape), required=True)
    live_url = fields.String(required=True)
    demo = fields.Boolean(required=True)
    csrf_token = fields.String(required=True)
    device_id = fields.UUID(allow_none=True)
    vapid_public_key = fields.String(allow_none=True)
    rescue_recipient = fields.String(required=True)
    epoch = fields.UUID(required=True)
    server_now = time_field(required=True)


@door.post("")
@door.doc(security=[])
@door.arguments(SignInSchema)
@door.response(200, SessionShape)
def sign_in(args: dict[str, Any]) -> Response:
    """Sign in: answers the person and sets the session cookie."""
    device = sessions.DeviceInfo(**args["device"])
    address = request.remote_addr or ""
    try:
        signed_in = sessions.sign_in(args["username"], args["password"], device, address)
    except BadCredentials as refusal:  # answered, not raised: the failure must be committed
        sessions.count_failure(args["username"], address)
        return refusal.response()
    response = _described(signed_in.row)
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=366 * 86400,
        httponly=True,
        secure=at_door.secure_cookie(),
        samesite="Strict",
        path="/",
    )
    return response


@door.get("")
@door.response(200, SessionShape)
def whoami() -> Response:
    """Tell who is signed in."""
    return _described(db.session.get_one(SessionRow, at_door.session().id))


@door.delete("")
@door.response(204)
def sign_out() -> Response:
    """End the session."""
    device_id = at_door.actor().device_id
    if device_id is not None:
        retire_device(device_id, "signed out")
    sessions.sign_out(at_door.session().id)
    response = Response(status=204)
    response.delete_cookie(COOKIE, path="/", samesite="Strict", httponly=True)
    return response


def _described(row: SessionRow) -> Response:
    who = sessions.actor_of(row.user, row.device_id)
    return jsonify(
        {
            **profile(row.user, who),
            "csrf_token": row.csrf_token,
            "device_id": row.device_id,
            "vapid_public_key": public_key(),
            "rescue_recipient": rescue_recipient(),
            "epoch": at_door.epoch(),
            "server_now": utc_now(),
        }
    )
