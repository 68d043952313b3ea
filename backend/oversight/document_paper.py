"""A paper that was handed over, as the authority keeps it: both copies, signatures, photos."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.audit import commands as audit
from backend.db import db
from backend.documents.models import Document, DocumentTemplate
from backend.documents.queries import find_document, lines_of
from backend.documents.rules import day_text
from backend.media.models import Photo
from backend.media.queries import photos_of
from backend.org.access import Actor
from backend.oversight.case_paper import as_printed
from backend.papers.ledger import shown
from backend.papers.pdf import document_paper, fingerprint

Row = dict[str, Any]
STAMPS = {"void": "作废", "withdrawn": "已撤回"}
COPIES = ["第一联 存卷", "第二联 交当事人"]
FIELD = 400  # thousandths of a signature's width that are its height


def draw_up(actor: Actor, document_id: UUID) -> tuple[str, bytes]:
    """The paper's number and its PDF; who drew it up is in the audit log.

    Raises:
        Forbidden, NotFound: the paper is not the actor's to see, or there is none.
        FontMissing: the system has no Chinese font.
    """
    document = find_document(actor, document_id)
    content, pictures = content_of(document)
    paper = document_paper(content, pictures)
    audit.record(
        actor.user_id, "document.paper", "document", document.id, sha256=fingerprint(content)
    )
    return document.number_text, paper


def content_of(document: Document) -> tuple[Row, dict[str, bytes]]:
    """What the paper says, and the pictures that it names."""
    said, pictures = document.content, dict[str, bytes]()
    photos = [_photo(photo, pictures) for photo in _photos(document)]
    content = {
        "title": db.session.get_one(DocumentTemplate, document.template_id).title,
        "authority": said["authority"],
        "number": document.number_text,
        "issued_on": day_text(document.issued_on),
        "lines": lines_of(document),
        "issuer": document.issuer_name,
        "signature": _signature("issuer", said["signature"], pictures),
        "officers": [
            {**one, "signature": _signature(f"officer{at}", one["signature"], pictures)}
            for at, one in enumerate(said["officers"])
        ],
        "service": _service(document, pictures),
        "stamp": STAMPS.get(document.state),
        "reason": document.ended_reason,
        "copies": COPIES,
        "photos": photos,
    }
    return content, pictures


def _service(document: Document, pictures: dict[str, bytes]) -> Row | None:
    said = document.service
    if said is None:
        return None
    return {
        **said,
        "at": shown(document.served_at),
        "signature": _signature("receiver", said["signature"], pictures),
        "witness_signature": _signature("witness", said["witness_signature"], pictures),
    }


def _signature(
    name: str, strokes: list[list[int]] | None, pictures: dict[str, bytes]
) -> str | None:
    """The file of a signature, drawn from its strokes."""
    if not strokes:
        return None
    lines = "".join(
        f'<polyline points="{" ".join(map(str, stroke[: len(stroke) // 2 * 2]))}"/>'
        for stroke in strokes
    )
    pictures[f"{name}.svg"] = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {FIELD}">'
        '<g fill="none" stroke="#000" stroke-width="10" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</g></svg>'
    ).encode()
    return f"{name}.svg"


def _photos(document: Document) -> list[Photo]:
    """Those of the findings, as they were taken at the inspection."""
    if document.inspection_id is None:
        return []
    codes = {one["item_code"] for one in document.content["findings"]} - {None}
    taken = photos_of("inspection", [document.inspection_id]).get(document.inspection_id, [])
    return [photo for photo in taken if photo.item_code in codes]


def _photo(photo: Photo, pictures: dict[str, bytes]) -> Row:
    picture, name = as_printed(photo), f"{photo.id}.jpg"
    if picture is not None:
        pictures[name] = picture
    return {
        "code": photo.item_code,
        "at": shown(photo.captured_at),
        "sha256": photo.sha256,
        "file": name if picture is not None else None,
    }
