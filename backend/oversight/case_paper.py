"""The file of a case (全过程电子档案): all that its reader may see, from the first second on."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps
from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases.item_models import HazardItem
from backend.cases.table import life
from backend.db import db, utc_now
from backend.delivery.queries import messages_about
from backend.houses.queries import case_page
from backend.media import pictures
from backend.media.models import Photo
from backend.org.access import Actor
from backend.org.models import OrgUnit
from backend.oversight import paper_words as words
from backend.oversight.photos import may_see
from backend.papers.ledger import shown
from backend.papers.masking import without_numbers
from backend.papers.pdf import case_paper, fingerprint
from backend.sources.contacts import masked_origin

Row = dict[str, Any]
MOST_PHOTOS = 60
PICTURE = 1000  # pixels


def draw_up(actor: Actor, case_id: UUID) -> tuple[str, bytes]:
    """The case's number and its file as a PDF; who drew it up is in the audit log.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see, or there is none.
        FontMissing: the system has no Chinese font.
    """
    content, photos = content_of(actor, case_id)
    paper = case_paper(content, photos)
    audit.record(actor.user_id, "case.paper", "case", case_id, sha256=fingerprint(content))
    return content["number"], paper


def content_of(actor: Actor, case_id: UUID) -> tuple[Row, dict[str, bytes]]:
    """What the file says, and the pictures that it names."""
    page = case_page(actor, case_id)
    every = _photos(actor, page)
    photos, left = every[:MOST_PHOTOS], every[MOST_PHOTOS:]
    numbers = {photo.id: at for at, photo in enumerate(every, 1)}
    files = {photo.id: as_printed(photo) for photo in photos}
    content = {
        "number": page["number"],
        "title": page["title"],
        "unit": db.session.get_one(OrgUnit, actor.grants[0].org_unit_id).name,
        "person": actor.name,
        "drawn_at": shown(utc_now()),
        "facts": _facts(page, masked_origin(actor, case_id)),
        "note": without_numbers(page["note"]),
        "thread": [_line(line, numbers) for line in page["thread"]],
        "tasks": [_task(task) for task in page["tasks"]],
        "messages": [_message(row) for row in messages_about(case_id)],
        "photos": [_caption(photo, numbers, files[photo.id]) for photo in photos],
        "left": [_caption(photo, numbers, None) for photo in left],
    }
    named = {_file(photo): data for photo in photos if (data := files[photo.id])}
    return content, named


def _facts(page: Row, origin: Row) -> list[list[Any]]:
    place = " ".join(
        part for part in (_name(page["village"]), _name(page["grid"]), page["address"]) if part
    )
    point = f"{page['lng']:.6f}, {page['lat']:.6f} (WGS-84)" if page["lng"] is not None else None
    rows = [
        ("状态", life().states[page["state"]].name),
        ("等级", words.SEVERITIES[page["severity"]]),
        ("来源", words.SOURCES[page["source"]]),
        ("来源编号", origin["external_number"]),
        ("事项", _item(page)),
        ("层级", words.LEVELS[page["level"]]),
        ("上报时间", shown(page["reported_at"])),
        ("上报人", page["reporter"]["name"]),
        ("地点", without_numbers(place)),
        ("坐标", point),
        ("承办部门", _name(page["department"])),
        ("办理期限", shown(page["due_at"])),
        ("办结时间", shown(page["closed_at"])),
        ("是否超期", shown(page["overdue"])),
        ("退回/延期/重开", f"{page['returns']} / {page['extensions']} / {page['reopens']}"),
        ("评价", words.RATINGS.get(page["rating"] or "")),
    ]
    return [list(row) for row in rows]


def _item(page: Row) -> str:
    """The matter of the list, or the checklist's item: code, name and class."""
    query = select(HazardItem.class_name).where(HazardItem.code == page["item_code"])
    kind = db.session.scalar(query)
    return f"{page['item_code']} {page['title']}{f'({kind})' if kind else ''}"


def _name(named: Row | None) -> str | None:
    return named["name"] if named else None


def _line(line: Row, numbers: dict[UUID, int]) -> Row:
    code = line["action"]
    action = life().actions.get(code)
    return {
        "at": shown(line["at"]),
        "action": action.name if action else words.ACTIONS.get(code, code),
        "person": _name(line["actor"]),
        "text": without_numbers(line["text"]),
        "photos": [numbers[photo["id"]] for photo in line["photos"] if photo["id"] in numbers],
    }


def _task(task: Row) -> Row:
    done = task["result"] and task["result"]["text"]
    return {
        "title": task["title"],
        "person": _name(task["assignee"]),
        "state": words.TASKS.get(task["state"], task["state"]),
        "at": shown(task["created_at"]),
        "result": without_numbers(done or task["return_reason"]),
    }


def _message(message: Row) -> Row:
    """To whom, and on each channel every receipt with its time; what it says is for its person."""
    accepted = message["accepted_at"]
    fates = [_fate(delivery) for delivery in message["deliveries"]]
    return {
        "at": shown(message["created_at"]),
        "person": message["person"]["name"],
        "title": message["title"],
        "receipts": [*fates, *([f"已接受 {shown(accepted)}"] if accepted else [])],
    }


def _fate(delivery: Row) -> str:
    got = [f"{said} {shown(delivery[at])}" for at, said in words.RECEIPTS.items() if delivery[at]]
    rest = words.DELIVERIES.get(delivery["state"])
    channel = words.CHANNELS[delivery["channel"]]
    return f"{channel}:{';'.join([*got, *([rest] if rest else [])])}"


def _photos(actor: Actor, page: Row) -> list[Photo]:
    """Those of the case and of its lines that the reader may see, as they were taken."""
    rows = [*page["photos"], *(photo for line in page["thread"] for photo in line["photos"])]
    ids = {row["id"] for row in rows}
    query = select(Photo).where(Photo.id.in_(ids)).order_by(Photo.captured_at, Photo.id)
    return [photo for photo in db.session.scalars(query) if may_see(actor, photo)]


def _caption(photo: Photo, numbers: dict[UUID, int], picture: bytes | None) -> Row:
    return {
        "number": numbers[photo.id],
        "role": words.ROLES.get(photo.role, photo.role),
        "at": shown(photo.captured_at),
        "sha256": photo.sha256,
        "file": _file(photo) if picture else None,
    }


def _file(photo: Photo) -> str:
    return f"{photo.id}.jpg"


def as_printed(photo: Photo) -> bytes | None:
    """The photo as a page can carry it; None until it has arrived."""
    if photo.arrived_at is None and photo.thumb_arrived_at is None:
        return None
    found = pictures.original(photo) if photo.arrived_at else pictures.thumb(photo)
    small = io.BytesIO()
    with Image.open(io.BytesIO(found.data)) as image:
        image.draft("RGB", (PICTURE, PICTURE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((PICTURE, PICTURE))
        upright.convert("RGB").save(small, "JPEG", quality=80)
    return small.getvalue()
