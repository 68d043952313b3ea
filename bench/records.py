"""The record of the benchmark: one submitted inspection, seeded, and what a push makes of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from PIL import Image

from tools.simulated_phone import Row, new_id, rfc3339

PHOTO_BYTES = 300 * 1024
NOTES = 4  # of the answers of one record
SIGNS = "门窗楼梯灭火器电线插座床位通道烟感应急灯厨房煤气热水外墙顶棚走廊住户房东"


def inspection(rng: random.Random, house: Row, checklist: Row, photos: list[Row]) -> Row:
    """The arguments of `inspection.submit@1`: every item answered, all in order."""
    at = datetime.now(UTC) - timedelta(seconds=rng.randint(60, 20_000))
    place = {"lng": house["lng"], "lat": house["lat"], "accuracy": rng.randint(3, 40)}
    return {
        "inspection_id": new_id(),
        "house_id": house["id"],
        "checklist_id": checklist["id"],
        "started_at": rfc3339(at),
        "outcome": "inspected",
        "answers": _answers(rng, checklist["items"]),
        "position": {**place, "at": rfc3339(at), "source": "gps"},
        "photos": photos,
        "case_ids": {},
    }


def failing(rng: random.Random, house: Row, checklist: Row, data: bytes) -> Row:
    """An inspection in which one item fails, with its photo: a case will be opened."""
    items = checklist["items"]
    choices = [item for item in items if item["answer"] == "pass_fail_na"]
    code = rng.choice([item for item in choices if item["photo_on_fail"] == "required"])["code"]
    args = inspection(rng, house, checklist, [manifest(data) | {"item_code": code}])
    for answer in args["answers"]:
        if answer["code"] == code:
            answer["verdict"] = "fail"
    return args | {"case_ids": {code: new_id()}}


def _answers(rng: random.Random, items: list[Row]) -> list[Row]:
    answers = [_answer(rng, item) for item in items]
    for answer in rng.sample(answers, NOTES):
        answer["note"] = "".join(rng.choices(SIGNS, k=10))
    return answers


def _answer(rng: random.Random, item: Row) -> Row:
    answer: Row = {"code": item["code"]}
    if "pass_fail_na" in item["answer"]:
        answer["verdict"] = rng.choice(["pass", "pass", "pass", "na"])
    if "number" in item["answer"]:
        answer["number"] = item.get("max", item.get("min", rng.randint(1, 6)))
    return answer


def push_body(client_id: str, first_mid: int, records: Sequence[Row]) -> bytes:
    """A push of these inspections, in gzip as phones send it."""
    now = datetime.now(UTC)
    mutations = [
        {
            "mid": mid,
            "mutation_id": new_id(),
            "name": "inspection.submit",
            "v": 1,
            "deps": [],
            "captured_at": rfc3339(now),
            "age_ms": 0,
            "args": args,
        }
        for mid, args in enumerate(records, start=first_mid)
    ]
    head = {"proto": 1, "epoch": None, "client_id": client_id, "app": "bench"}
    body = {**head, "client_now": rfc3339(now), "mutations": mutations}
    return gzip.compress(json.dumps(body, separators=(",", ":")).encode(), 6)


def photo(rng: random.Random) -> bytes:
    """A JPEG of 300 KiB that no other phone has."""
    head = _picture(rng.choice(["red", "gray", "navy"]))
    return head + rng.randbytes(PHOTO_BYTES - len(head))


@cache
def _picture(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def manifest(data: bytes) -> dict[str, Any]:
    """The line that announces a photo."""
    return {
        "photo_id": new_id(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "type": "image/jpeg",
        "role": "evidence",
        "item_code": None,
        "captured_at": rfc3339(datetime.now(UTC)),
    }


def health() -> bytes:
    """What a phone says of itself when all is sent."""
    counts = ("pending", "photos_pending", "rejected", "lost_mutations", "lost_photos")
    unknown = ("oldest_unsent_ms", "storage_free", "storage_quota", "persisted")
    told = {"proto": 1, "app": "bench", "client_now": rfc3339(datetime.now(UTC)), "synced_ms": 1000}
    return json.dumps({**told, **dict.fromkeys(counts, 0), **dict.fromkeys(unknown)}).encode()
