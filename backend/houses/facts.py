"""What is written down of a house, and what becomes of it when two write at once. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Facts = Mapping[str, Any]
BUILDINGS = ("自建房", "商品住宅", "安置房", "集体宿舍", "公寓", "商住房")
ROOM_USES = ("卧室", "厨房", "卫生间", "客厅", "储藏间", "其他")
RELATIONS = ("承租人", "配偶", "子女", "父母", "同事", "朋友", "其他")
ORIGINS = (
    "本市", "本省", "安徽", "河南", "四川", "贵州", "云南", "江西", "湖北", "湖南", "山东", "其他",
)  # fmt: skip

# Whose house it is, what stands in the law's eye and what decides how risky it is: a word from
# the door does not change it, the centre does (sync protocol, section 10).
REVIEWED = ("address", "landlord_name", "building_kind", "floors", "area_m2", "room_count",
            "bed_count")  # fmt: skip
DESCRIPTIVE = ("landlord_phone", "agent_name", "agent_phone", "lease_since", "lease_until",
               "extinguishers", "lng", "lat")  # fmt: skip
FACTS = (*REVIEWED, *DESCRIPTIVE)

PHONE = r"^(\+?[0-9][0-9 -]{4,18})?$"
LONGEST_ADDRESS, LONGEST_NAME = 200, 40
COUNTS = {"floors": (1, 200), "room_count": (0, 1000), "bed_count": (0, 2000),
          "extinguishers": (0, 1000)}  # fmt: skip
AREA = (1, 100_000)

SAME = 0.9  # likeness of two addresses from which one is the other
ALIKE = 0.5  # from which a person should look
NEAR_M = 30


@dataclass(frozen=True)
class Merge:
    """What becomes of a patch: what is changed, and what waits, each with the value it names.

    `contested` has what was written over though the author had not seen it.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    proposed: dict[str, Any] = field(default_factory=dict)
    contested: dict[str, Any] = field(default_factory=dict)


def merge(ours: Facts, patch: Facts, seen: Facts) -> Merge:
    """Hold a patch against the house as it stands; `seen` is what its author was shown."""
    merged = Merge()
    for name, value in patch.items():
        if value == ours[name] or value == shown(name, ours[name]):
            continue
        if name in REVIEWED:
            merged.proposed[name] = value
            continue
        merged.changes[name] = value
        if not _empty(ours[name]) and seen.get(name) != shown(name, ours[name]):
            merged.contested[name] = ours[name]
    return merged


def shown(name: str, value: Any) -> Any:  # noqa: ANN401 - any fact
    """A fact as phones see it: people masked, a day as text."""
    value = value.isoformat() if isinstance(value, date) else value
    return MASKS[name](value) if name in MASKS and isinstance(value, str) else value


def masked_values(detail: Facts) -> dict[str, Any]:
    """What an event tells, with the facts about people masked."""
    return {
        key: {name: [shown(name, one) for one in pair] for name, pair in value.items()}
        if key == "facts"
        else value
        for key, value in detail.items()
    }


def mask_name(name: str) -> str:
    """A name with all but the family name hidden: 张*."""
    return name and name[:1] + "*" * max(len(name) - 1, 1)


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: 138****1234."""
    return phone and phone[:3] + "****" + phone[-4:]


MASKS: dict[str, Callable[[str], str]] = {
    "landlord_name": mask_name,
    "landlord_phone": mask_phone,
    "agent_name": mask_name,
    "agent_phone": mask_phone,
}


def _empty(value: object) -> bool:
    return value is None or value == ""


@dataclass(frozen=True)
class Reading:
    """An address as it is compared: one kind of signs, no blanks or punctuation; its numbers."""

    plain: str
    numbers: tuple[str, ...]


def read_address(text: str) -> Reading:
    """The address as it is compared."""
    signs = _one_kind(text)
    return Reading(re.sub(r"[\W_]+", "", signs), tuple(re.findall(r"[0-9]+|[a-z]+", signs)))


def plain_address(text: str) -> str:
    """An address as it is compared: one kind of signs, no blanks or punctuation."""
    return read_address(text).plain


def likeness(one: str, other: str) -> float:
    """How alike two addresses are, from 0 to 1; another house number is another house.

    The one may say less than the other: "测试路1号" is all of "金新街道1村测试路1号".
    """
    return likeness_read(read_address(one), read_address(other))


def likeness_read(one: Reading, other: Reading) -> float:
    """How alike two addresses are that have been read."""
    first, second = sorted((one.numbers, other.numbers), key=len)
    if first and second[-len(first) :] != first:
        return 0.0
    pairs, others = _pairs(one.plain), _pairs(other.plain)
    least = max(min(len(pairs), len(others)), 4)
    return len(pairs & others) / least


def _one_kind(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_DIGITS)


_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
