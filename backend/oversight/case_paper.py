"""The file of a case (全过程电子档案): all that its reader may see, from the first second on."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps
from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases.table import life
from backend.db import db, utc_now
from backend.delivery.models import Delivery, Message
from backend.houses.queries import case_page
from backend.media import pictures
from backend.media.models import Photo
from backend.org.access import Actor
from backend.org.models import OrgUnit
from backend.oversight.photos import may_see
from backend.papers.ledger import shown
from backend.papers.masking import without_numbers
from backend.papers.pdf import case_paper, fingerprint

Row = dict[str, Any]
MOST_PHOTOS = 60
PICTURE = 1000  # pixels
SEVERITIES = {"general": "一般", "serious": "较大", "critical": "重大"}
RATINGS = {"satisfied": "满意", "fair": "基本满意", "dissatisfied": "不满意"}
ROLES = {"evidence": "取证", "before": "整改前", "after": "整改后", "overview": "全景"}
ACTIONS = {
    "report": "上报",
    "take_up": "并入其他隐患",
    "task_assign": "派任务",
    "task_reassign": "改派任务",
    "task_accept": "签收任务",
    "task_arrive": "到场签到",
    "task_finish": "完成任务",
    "task_evidence": "补充证据",
    "task_return": "退回任务",
    "task_cancel": "取消任务",
    "retime": "日历调整",
    "part_sign": "协同签收",
    "part_give_back": "协同退回",
    "part_recall": "再次请求",
    "part_arrive": "到场打卡",
    "part_finish": "协同反馈",
    "part_withdraw": "收回协同",
    "part_late": "协同超时",
}
TASKS = {
    "offered": "待接单",
    "assigned": "已派发",
    "accepted": "已接收",
    "done": "已完成",
    "returned": "已退回",
    "cancelled": "已取消",
}
DELIVERIES = {
    "queued": "待发",
    "sent": "已发",
    "delivered": "已送达",
    "read": "已读",
    "failed": "失败",
    "gone": "失效",
}


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
    photos = _photos(actor, page)
    numbers = {photo.id: at for at, photo in enumerate(photos, 1)}
    files = {photo.id: as_printed(photo) for photo in photos}
    content = {
        "number": page["number"],
        "title": page["title"],
        "unit": db.session.get_one(OrgUnit, actor.grants[0].org_unit_id).name,
        "person": actor.name,
        "drawn_at": shown(utc_now()),
        "facts": _facts(page),
        "note": without_numbers(page["note"]),
        "thread": [_line(line, numbers) for line in page["thread"]],
        "tasks": [_task(task) for task in page["tasks"]],
        "photos": [_caption(photo, numbers, files[photo.id]) for photo in photos],
    }
    named = {_file(photo): data for photo in photos if (data := files[photo.id])}
    return content, named


def _facts(page: Row) -> list[list[Any]]:
    place = " ".join(
        part for part in (_name(page["village"]), _name(page["grid"]), page["address"]) if part
    )
    point = f"{page['lng']:.6f}, {page['lat']:.6f} (WGS-84)" if page["lng"] is not None else None
    rows = [
        ("状态", life().states[page["state"]].name),
        ("等级", SEVERITIES[page["severity"]]),
        ("上报时间", shown(page["reported_at"])),
        ("上报人", page["reporter"]["name"]),
        ("地点", without_numbers(place)),
        ("坐标", point),
        ("承办部门", _name(page["department"])),
        ("办理期限", shown(page["due_at"])),
        ("办结时间", shown(page["closed_at"])),
        ("是否超期", shown(page["overdue"])),
        ("退回/延期/重开", f"{page['returns']} / {page['extensions']} / {page['reopens']}"),
        ("评价", RATINGS.get(page["rating"] or "")),
    ]
    return [list(row) for row in rows]


def _name(named: Row | None) -> str | None:
    return named["name"] if named else None


def _line(line: Row, numbers: dict[UUID, int]) -> Row:
    code = line["action"]
    action = life().actions.get(code)
    return {
        "at": shown(line["at"]),
        "action": action.name if action else ACTIONS.get(code, code),
        "person": _name(line["actor"]),
        "text": without_numbers(line["text"]),
        "photos": [numbers[photo["id"]] for photo in line["photos"] if photo["id"] in numbers],
    }


def _task(task: Row) -> Row:
    done = task["result"] and task["result"]["text"]
    return {
        "title": task["title"],
        "person": _name(task["assignee"]),
        "state": TASKS.get(task["state"], task["state"]),
        "at": shown(task["created_at"]),
        "result": without_numbers(done or task["return_reason"]),
        "messages": _messages(task["id"]),
    }


def _messages(task_id: UUID) -> list[str]:
    rows = db.session.execute(
        select(Message.title, Delivery.channel, Delivery.state, Message.created_at)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Message.task_id == task_id)
        .order_by(Message.created_at, Delivery.channel, Delivery.id)
    )
    return [
        f"{shown(row.created_at)} {row.title} {row.channel} {DELIVERIES.get(row.state, row.state)}"
        for row in rows
    ]


def _photos(actor: Actor, page: Row) -> list[Photo]:
    """Those of the case and of its lines that the reader may see, as they were taken."""
    rows = [*page["photos"], *(photo for line in page["thread"] for photo in line["photos"])]
    ids = {row["id"] for row in rows}
    query = select(Photo).where(Photo.id.in_(ids)).order_by(Photo.captured_at, Photo.id)
    seen = [photo for photo in db.session.scalars(query) if may_see(actor, photo)]
    return seen[:MOST_PHOTOS]


def _caption(photo: Photo, numbers: dict[UUID, int], picture: bytes | None) -> Row:
    return {
        "number": numbers[photo.id],
        "role": ROLES.get(photo.role, photo.role),
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
