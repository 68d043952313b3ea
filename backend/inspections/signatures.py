"""The signature of a landlord or tenant under an inspection, or that it was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.audit import commands as audit
from backend.db import db, locked
from backend.delivery import live
from backend.feed.synced import grid_scope
from backend.inspections.models import Inspection, Signature
from backend.media import commands as media
from backend.org.access import Permission, require
from backend.org.capture import Capture
from backend.problems import FieldError, NotFound, Refused


@dataclass(frozen=True)
class Signing:
    """Who signed on the worker's screen, or refused before a witness; one picture at most."""

    signature_id: UUID
    inspection_id: UUID
    signer: str
    name: str
    refused: bool
    witness: str | None
    photos: list[dict[str, Any]]


def sign(capture: Capture, signing: Signing) -> bool:
    """Keep a signature under one's own inspection; True when the same one was there already.

    Raises:
        NotFound: the author has made no such inspection.
        Refused: `signature-incomplete`, neither a picture nor a refusal with its witness;
            `hash-conflict`, the id stands for another signature.
    """
    require(capture.actor, Permission.SYNC)
    inspection = locked(Inspection, signing.inspection_id)
    if inspection is None or inspection.inspector_id != capture.actor.user_id:
        detail = "没有找到您的这次检查"
        raise NotFound(detail, [FieldError("/args/inspection_id", "not-found", detail)])
    known = db.session.get(Signature, signing.signature_id)
    if known is not None:
        if known.payload_sha256 != capture.payload_sha256:
            raise Refused("hash-conflict", "同一编号的签字内容不同,请重新签字")
        return True
    _require_whole(signing)
    _keep(capture, signing, inspection)
    return False


def _require_whole(signing: Signing) -> None:
    if signing.refused and not (signing.witness or "").strip():
        raise _incomplete("witness", "拒绝签字时,请写明见证人")
    if signing.refused == bool(signing.photos):
        raise _incomplete("photos", "请当事人在屏幕上签字,或登记拒绝签字")


def _incomplete(name: str, detail: str) -> Refused:
    return Refused(
        "signature-incomplete", detail, [FieldError(f"/args/{name}", "required", detail)]
    )


def _keep(capture: Capture, signing: Signing, inspection: Inspection) -> None:
    by = capture.actor.user_id
    home = grid_scope(inspection.grid_id)
    media.announce(signing.photos, owner=("inspection", inspection.id), scope=home, by=by)
    db.session.add(
        Signature(
            id=signing.signature_id,
            inspection_id=inspection.id,
            grid_id=inspection.grid_id,
            signer=signing.signer,
            name=signing.name,
            refused=signing.refused,
            witness=signing.witness if signing.refused else None,
            photo_id=signing.photos[0]["photo_id"] if signing.photos else None,
            signed_at=min(capture.captured_at, capture.received_at),
            taken_by_id=by,
            payload_sha256=capture.payload_sha256,
        )
    )
    audit.record(by, "inspection.sign", "inspection", inspection.id, refused=signing.refused)
    live.announce("inspection", inspection.id, org_path=inspection.org_path)
