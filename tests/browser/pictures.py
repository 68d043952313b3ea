"""Real photos for a browser's file picker."""

from __future__ import annotations

from pathlib import Path

from PIL import Image


def photo(folder: Path, name: str) -> Path:
    """A JPEG as a phone's camera makes it: 12 megapixels, its own content."""
    path = folder / f"{name}.jpg"
    Image.effect_noise((4000, 3000), 20 + len(name)).convert("RGB").save(path, quality=80)
    return path
