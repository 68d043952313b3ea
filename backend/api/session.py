"""Signing in, asking who one is, signing out (sync protocol, section 1)."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from marshmallow import fields, validate

from backend.api.schemas import Strict
from backend.db import utc_now
from backend.delivery.keys import public_key
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


@door.post("")
@door.doc(security=[])
@door.arguments(SignInSchema)
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
def whoami() -> Response:
    """Tell who is signed in."""
    return _described(at_door.session_row())


@door.delete("")
@door.response(204)
def sign_out() -> Response:
    """End the session."""
    row = at_door.session_row()
    retire_device(row.device_id, "signed out")
    sessions.sign_out(row)
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
            "epoch": at_door.epoch(),
            "server_now": utc_now(),
        }
    )
