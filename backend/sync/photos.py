"""The phone's door for photos: tus 1.0, and the question which photos are here already."""

from __future__ import annotations

import base64
import binascii
import hashlib
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from flask import Response, jsonify, request
from marshmallow import fields, validate
from sqlalchemy import select

from backend.config import current_settings
from backend.db import db
from backend.media import uploads
from backend.media.uploads import Standing
from backend.org.door import Door, actor
from backend.problems import (
    FieldError,
    ManifestMissing,
    PhotoChecksum,
    UnsupportedMediaType,
    Validation,
)
from backend.sync.models import SyncRejected
from backend.sync.schemas import SHA256, Strict
from backend.sync.shapes import PIECE, HaveShape, header

door = Door(
    "photos",
    "photos",
    url_prefix="/sync/photos",
    public={"options"},
    description="Photos over tus 1.0",
)

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
CHUNK_TYPE = "application/offset+octet-stream"
HASHES = ("sha256", "sha1", "md5")
LENGTH = header("Upload-Length", "The photo's size in bytes")
METADATA = header("Upload-Metadata", "`sha256` and `filetype`, each in base64")
OFFSET = header("Upload-Offset", "Where the piece begins")


class HaveSchema(Strict):
    """The hashes that a phone asks about."""

    sha256 = fields.List(
        fields.String(validate=SHA256), required=True, validate=validate.Length(max=500)
    )


@door.post("/have")
@door.arguments(HaveSchema)
@door.response(200, HaveShape)
def have(body: dict[str, Any]) -> Response:
    """Tell which photos are here, verified, and need not be sent."""
    return jsonify({"have": uploads.confirmed(body["sha256"])})


@door.route("/", methods=["OPTIONS"], provide_automatic_options=False)
@door.doc(security=[])
@door.response(204, description="Tus-Version, Tus-Extension, Tus-Max-Size")
def options() -> Response:
    """Tell what this server can do."""
    most = current_settings().max_photo_mb * 1024 * 1024
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(most),
        "Tus-Checksum-Algorithm": ",".join(HASHES),
    }
    return _answer(204, headers)


@door.post("/")
@door.doc(parameters=[LENGTH, METADATA], requestBody=PIECE)
@door.response(201, description="Begun, or here already: Location and Upload-Offset")
def create() -> Response:
    """Begin an upload; the body may be its first piece."""
    length = _whole_number("Upload-Length")
    sha256 = _metadata().get("sha256", "")
    if length == 0 or len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        wrong = FieldError("/headers/Upload-Metadata", "invalid", "缺少照片的 SHA-256 或长度")
        raise Validation(errors=[wrong])
    if not is_announced(actor().user_id, sha256):
        raise ManifestMissing
    piece = _piece() if request.mimetype == CHUNK_TYPE else b""
    upload = uploads.create(actor().user_id, sha256, length, piece)
    return _answer(201, {"Location": f"/sync/photos/{upload.id}", **_standing(upload)})


@door.route("/<uuid:upload_id>", methods=["HEAD"])
@door.response(200, description="Upload-Offset and Upload-Length")
def standing(upload_id: UUID) -> Response:
    """Tell where an upload stands."""
    upload = uploads.find(actor().user_id, upload_id)
    length = {"Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    return _answer(200, {**length, **_standing(upload)})


@door.route("/<uuid:upload_id>", methods=["PATCH"])
@door.doc(parameters=[OFFSET], requestBody={**PIECE, "required": True})
@door.response(204, description="Upload-Offset as it stands now")
def append(upload_id: UUID) -> Response:
    """Add a piece."""
    if request.mimetype != CHUNK_TYPE:
        raise UnsupportedMediaType
    upload = uploads.find(actor().user_id, upload_id)
    upload = uploads.append(upload, _whole_number("Upload-Offset"), _piece())
    return _answer(204, _standing(upload))


@door.route("/<uuid:upload_id>", methods=["DELETE"])
@door.response(204)
def terminate(upload_id: UUID) -> Response:
    """Give an upload up."""
    uploads.drop(uploads.find(actor().user_id, upload_id))
    return _answer(204, {})


def is_announced(who: UUID, sha256: str) -> bool:
    """Named by a manifest of this person's: of a record, or of one that was refused."""
    if uploads.is_announced(who, sha256):
        return True
    refused = select(SyncRejected.mutation_id).where(
        SyncRejected.user_id == who,
        SyncRejected.payload.contains({"args": {"photos": [{"sha256": sha256}]}})
        | SyncRejected.payload.contains({"args": {"photos": [{"thumb_sha256": sha256}]}}),
    )
    return db.session.scalars(refused.limit(1)).first() is not None


def _piece() -> bytes:
    """The body, checked against the checksum that may come with it."""
    data = request.get_data(cache=False)
    told = request.headers.get("Upload-Checksum")
    if told is not None:
        algorithm, _, digest = told.partition(" ")
        if algorithm not in HASHES or not _fits(algorithm, digest, data):
            raise PhotoChecksum
    return data


def _fits(algorithm: str, digest: str, data: bytes) -> bool:
    try:
        wanted = base64.b64decode(digest, validate=True)
    except binascii.Error:
        return False
    return hashlib.new(algorithm, data, usedforsecurity=False).digest() == wanted


def _metadata() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            pairs[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return pairs


def _whole_number(header: str) -> int:
    told = request.headers.get(header, "")
    if not told.isascii() or not told.isdecimal() or len(told) > 15:
        raise Validation(errors=[FieldError(f"/headers/{header}", "invalid", "应为非负整数")])
    return int(told)


def _standing(upload: Standing) -> dict[str, str]:
    expires = format_datetime(upload.expires_at, usegmt=True)
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": expires}


def _answer(status: int, headers: dict[str, str]) -> Response:
    return Response(status=status, headers={"Tus-Resumable": VERSION, **headers})
