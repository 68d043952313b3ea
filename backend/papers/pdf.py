"""Papers as PDF, set by Typst with a Chinese font of the system's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import typst

from backend.problems import FontMissing

CASE = Path(__file__).with_name("case.typ")
DOCUMENT = Path(__file__).with_name("document.typ")
LABELS = Path(__file__).with_name("labels.typ")
# Those that Linux and the systems of Chinese offices have.
CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "SimSun", "FangSong")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True)


def chinese_fonts() -> list[str]:
    """The families of the system that have Chinese signs, the best first.

    Raises:
        FontMissing: there is none.
    """
    there = set(_fonts().families())
    found = [name for name in CHINESE if name in there]
    if not found:
        raise FontMissing
    return found


def fingerprint(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a paper's content, the same for the same content."""
    plain = orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(plain).hexdigest()


def case_paper(
    content: Mapping[str, Any], pictures: Mapping[str, bytes], kind: str = "pdf"
) -> bytes:
    """The file of a case; `pictures` are the files that the content names.

    Raises:
        FontMissing: the system has no Chinese font.
    """
    return _set(CASE, content, pictures, kind)


def document_paper(
    content: Mapping[str, Any], pictures: Mapping[str, bytes], kind: str = "pdf"
) -> bytes:
    """A paper handed over at a house, both copies; as `case_paper`."""
    return _set(DOCUMENT, content, pictures, kind)


def label_paper(content: Mapping[str, Any], kind: str = "pdf") -> bytes:
    """Sheets of door labels, 24 on each; as `case_paper`."""
    return _set(LABELS, content, {}, kind)


def _set(
    template: Path, content: Mapping[str, Any], pictures: Mapping[str, bytes], kind: str
) -> bytes:
    data = {**content, "sha256": fingerprint(content), "fonts": chinese_fonts()}
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "main.typ").write_bytes(template.read_bytes())
        (root / "data.json").write_bytes(orjson.dumps(data))
        for name, picture in pictures.items():
            (root / name).write_bytes(picture)
        compiler = typst.Compiler(str(root / "main.typ"), root=str(root), font_paths=_fonts())
        paper = compiler.compile(format=kind)  # type: ignore[arg-type]
    return paper if isinstance(paper, bytes) else (paper or [b""])[0]
