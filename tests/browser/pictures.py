"""Real photos for a browser's file picker."""

from __future__ import annotations

from pathlib import Path

from PIL import Image


def photo(folder: Path, name: str, size: tuple[int, int] = (4000, 3000)) -> Path:
    """A JPEG as a phone's camera makes it: 12 megapixels, its own content."""
    path = folder / f"{name}.jpg"
    Image.effect_noise(size, 20 + len(name)).convert("RGB").save(path, quality=80)
    return path
