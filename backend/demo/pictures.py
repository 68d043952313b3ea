"""Drawn pictures that stand for photos, marked as samples; a few, shared by all records."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont

from backend.demo.seed import Seed
from backend.media import uploads

SIZE = (1200, 900)
THUMB = (240, 180)
VARIANTS = 2
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
Draw = ImageDraw.ImageDraw
Scene = Callable[[Draw, Random], None]


@dataclass(frozen=True)
class Picture:
    """A picture that has arrived, and its thumbnail."""

    sha256: str
    bytes: int
    thumb_sha256: str
    thumb_bytes: int

    def line(self, photo_id: UUID, at: datetime, item_code: str | None = None) -> dict[str, Any]:
        """Its line in a manifest (sync protocol, section 6)."""
        return {
            **vars(self),
            "photo_id": photo_id,
            "type": "image/jpeg",
            "role": "evidence",
            "item_code": item_code,
            "captured_at": at,
            "lng": None,
            "lat": None,
            "accuracy": None,
        }


Album = dict[str, list[Picture]]  # by scene


def draw_all(seed: Seed) -> Album:
    """Draw every scene more than once and let it arrive; in transactions of its own."""
    return {
        name: [_keep(_draw(scene, seed.dice("picture", name, n))) for n in range(VARIANTS)]
        for name, scene in SCENES.items()
    }


def scene_of(code: str, *, reported: bool) -> str:
    """The scene that shows an item of the checklist, or a matter that is `reported`."""
    scenes = SCENE_OF_MATTER if reported else SCENE_OF_ITEM
    return next((scene for start, scene in scenes if code.startswith(start)), "street")


def _keep(image: Image.Image) -> Picture:
    whole = _jpeg(image, 82)
    small = _jpeg(image.resize(THUMB), 60)
    for data in (whole, small):
        uploads.arrive(hashlib.sha256(data).hexdigest(), data)
    hashes = [hashlib.sha256(data).hexdigest() for data in (whole, small)]
    return Picture(hashes[0], len(whole), hashes[1], len(small))


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _draw(scene: Scene, dice: Random) -> Image.Image:
    shade = dice.randint(150, 215)
    image = Image.new("RGB", SIZE, (shade, shade - 8, shade - 20))
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 640), (1200, 560), (1200, 900), (0, 900)], fill=(120, 112, 104))
    scene(draw, dice)
    _mark(draw)
    return image


def _mark(draw: Draw) -> None:
    draw.rectangle((24, 790, 470, 876), fill=(20, 20, 20))
    draw.text((44, 804), "示意照片 SAMPLE" if _font() else "SAMPLE", fill="white", font=_font())


def _font() -> ImageFont.FreeTypeFont | None:
    found = next((name for name in FONTS if Path(name).is_file()), None)
    return ImageFont.truetype(found, 48) if found else None


def _wires(draw: Draw, dice: Random) -> None:
    draw.rectangle((300, 120, 520, 380), fill=(90, 120, 150), outline=(50, 50, 50), width=8)
    for _ in range(7):
        start, end = (410, dice.randint(360, 390)), (dice.randint(650, 900), 700)
        draw.line([start, (dice.randint(480, 640), dice.randint(300, 600)), end], (150, 40, 30), 7)
    draw.rectangle((640, 600, 940, 760), fill=(60, 70, 80))


def _stairs(draw: Draw, dice: Random) -> None:
    for step in range(9):
        top = 760 - step * 70
        draw.rectangle((200 + step * 70, top, 1100, top + 70), fill=(150 + step * 8,) * 3)
    for _ in range(6):
        left, top = dice.randint(420, 880), dice.randint(300, 620)
        draw.rectangle(
            (left, top, left + 150, top + 120), fill=(170, 120, 60), outline=(80, 50, 20), width=5
        )


def _ebike(draw: Draw, dice: Random) -> None:
    colour = dice.choice([(190, 40, 40), (40, 90, 180), (240, 190, 40)])
    for left in (330, 720):
        draw.ellipse((left, 520, left + 220, 740), outline=(30, 30, 30), width=26)
    draw.line([(440, 630), (560, 470), (740, 470), (830, 630)], colour, 34)
    draw.line([(740, 470), (700, 330), (640, 320)], (40, 40, 40), 18)
    draw.rounded_rectangle((470, 420, 640, 470), 20, fill=(40, 40, 40))


def _bottle(draw: Draw, dice: Random) -> None:
    left = dice.randint(380, 520)
    draw.rounded_rectangle(
        (left, 300, left + 240, 760), 90, fill=(120, 130, 140), outline=(60, 66, 70), width=8
    )
    draw.rectangle((left + 90, 230, left + 150, 310), fill=(70, 70, 70))
    draw.line([(left + 120, 240), (left + 420, 330), (left + 460, 620)], (200, 120, 40), 14)


def _window(draw: Draw, dice: Random) -> None:
    draw.rectangle((320, 120, 880, 640), fill=(170, 205, 230), outline=(70, 70, 70), width=16)
    for left in range(360, 880, dice.choice([46, 58, 70])):
        draw.line([(left, 120), (left, 640)], (90, 90, 95), 12)
    draw.line([(320, 380), (880, 380)], (90, 90, 95), 12)


def _partition(draw: Draw, dice: Random) -> None:
    for left in (120, 480, 840):
        draw.rectangle(
            (left, 160, left + 300, 720), fill=(200, 170, 130), outline=(110, 80, 50), width=10
        )
        draw.rectangle((left + 60, 300, left + 200, 720), fill=(140, 100, 60))
        draw.ellipse((left + 170, 500, left + 190, 520), fill=(230, 210, 120))
    draw.text((150, 190), str(dice.randint(101, 309)), fill=(90, 30, 30), font=_font())


def _extinguisher(draw: Draw, dice: Random) -> None:
    for left in (420, 640)[: dice.randint(1, 2)]:
        draw.rounded_rectangle((left, 360, left + 150, 760), 50, fill=(200, 30, 30))
        draw.rectangle((left + 50, 310, left + 100, 370), fill=(40, 40, 40))
        draw.rectangle((left + 20, 480, left + 130, 600), fill=(240, 240, 230))


def _rubbish(draw: Draw, dice: Random) -> None:
    for _ in range(40):
        left, top = dice.randint(200, 950), dice.randint(460, 740)
        fill = tuple(dice.randint(60, 210) for _ in range(3))
        size = dice.randint(30, 120)
        draw.ellipse((left, top, left + size, top + size * 0.7), fill=fill)


def _street(draw: Draw, dice: Random) -> None:
    for left in range(60, 1100, 260):
        top = dice.randint(180, 360)
        wall = (dice.randint(170, 220), dice.randint(150, 190), 140)
        draw.rectangle((left, top, left + 220, 640), fill=wall, outline=(90, 80, 70), width=6)
        for window in range(top + 40, 560, 110):
            draw.rectangle((left + 40, window, left + 100, window + 60), fill=(120, 150, 170))
            draw.rectangle((left + 130, window, left + 190, window + 60), fill=(120, 150, 170))


SCENES: dict[str, Scene] = {
    "wires": _wires,
    "stairs": _stairs,
    "ebike": _ebike,
    "bottle": _bottle,
    "window": _window,
    "partition": _partition,
    "extinguisher": _extinguisher,
    "rubbish": _rubbish,
    "street": _street,
}
SCENE_OF_ITEM = (  # by the beginning of the item's code, the longest first
    ("D02", "window"),
    ("F05", "ebike"),
    ("F06", "ebike"),
    ("B", "partition"),
    ("C", "partition"),
    ("D", "stairs"),
    ("E", "extinguisher"),
    ("F", "wires"),
    ("G", "bottle"),
)
SCENE_OF_MATTER = (
    ("P01", "wires"),
    ("P02", "stairs"),
    ("P03", "ebike"),
    ("P04", "extinguisher"),
    ("P05", "bottle"),
    ("P06", "wires"),
    ("R01", "partition"),
    ("U01", "rubbish"),
    ("E01", "rubbish"),
)
