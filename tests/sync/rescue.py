"""Rescue files, made as a phone makes them."""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pyrage

from backend.db import transaction
from backend.delivery.keys import rescue_recipient
from tests.media.pictures import sha256
from tests.sync.phone import Phone
from tests.town import Town

Part = tuple[str, bytes]


def header(town: Town, username: str, **more: Any) -> Part:
    told = {
        "format": 1,
        "user_id": str(town.users[username].id),
        "device_id": str(UUID(int=1)),
        "app": "test",
        "made_at": datetime.now(UTC).isoformat(),
        "clock_offset_ms": 0,
        **more,
    }
    return "rescue.json", orjson.dumps(told)


def records(*mutations: dict[str, Any]) -> list[Part]:
    numbered = enumerate(mutations, start=1)
    return [(f"mutations/{number:06}.json", orjson.dumps(it)) for number, it in numbered]


def photo(data: bytes) -> Part:
    return f"photos/{sha256(data)}", data


def packed(*parts: Part) -> bytes:
    """The tar, not yet encrypted."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, body in parts:
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


def sealed(*parts: Part, plain: bytes | None = None) -> bytes:
    """A file for the centre's key of now."""
    with transaction():
        recipient = pyrage.x25519.Recipient.from_str(rescue_recipient())
    encrypted: bytes = pyrage.encrypt(plain or packed(*parts), [recipient])
    return encrypted


def unsent(phone: Phone, name: str, args: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A mutation that waits on the phone, as its file has it."""
    return {k: v for k, v in phone.mutation(name, args, **more).items() if k != "mid"}
