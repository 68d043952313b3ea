"""Photos for tests, and files that only pretend to be some."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import struct
import zlib
from typing import Any

from PIL import Image


def jpeg(seed: int = 1, size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG that no other seed gives."""
    image = Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A tiny PNG whose header claims a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + header))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def metadata(data: bytes, **more: str) -> str:
    """The tus header that announces bytes."""
    pairs = {"sha256": sha256(data), "filetype": "image/jpeg", **more}
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def line(data: bytes, **more: Any) -> dict[str, Any]:
    """The manifest's line of a photo."""
    return {"sha256": sha256(data), "bytes": len(data), **more}
