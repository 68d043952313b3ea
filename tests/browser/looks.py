"""What may be wrong with how a screen looks, found by looking at it in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tools.paths import ROOT

AXE = (ROOT / "pwa/node_modules/axe-core/axe.min.js").read_text("utf-8")
LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")
RAW = re.compile(r"\b(?:field|centre|shared)\.[a-z_]+\.[\w.-]+|\bundefined\b|\bNaN\b|\{\w+\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Norm:
    """What a screen is held to."""

    target: int
    main_target: int
    text: float
    contrast: str
    dense: bool = False  # one-line lists may end in "…", links may stand in a sentence


FIELD = Norm(target=48, main_target=60, text=16, contrast="color-contrast-enhanced")
DESK = Norm(target=24, main_target=36, text=12.5, contrast="color-contrast", dense=True)


@dataclass
class Data:
    """The words of people and places: what may stay Chinese on an English screen."""

    texts: set[str] = field(default_factory=set)

    def add(self, value: object) -> None:
        """Take in all texts of a JSON value."""
        if isinstance(value, str):
            if CHINESE.search(value):
                self.texts.add(value)
        elif isinstance(value, dict):
            for part in value.values():
                self.add(part)
        elif isinstance(value, list):
            for part in value:
                self.add(part)

    def untranslated(self, text: str) -> list[str]:
        """The Chinese in a text that no data has."""
        everything = "\n".join(self.texts)
        return [run for run in CHINESE.findall(text) if run not in everything]


def blemishes(page: Page, norm: Norm, heard: Callable[[], Data] | None) -> list[str]:
    """Everything wrong with the screen.

    `heard` is given when it must be English: the data, asked once the texts have been read, so
    that what arrived just before is known.
    """
    page.evaluate("document.fonts.ready.then(() => true)")
    seen = page.evaluate(
        LOOK,
        {
            "target": norm.target,
            "mainTarget": norm.main_target,
            "text": norm.text,
            "dense": norm.dense,
        },
    )
    found: list[str] = list(seen["blemishes"])
    found += [f"raw: {key}" for text in seen["texts"] for key in RAW.findall(text)]
    if heard is not None:
        data = heard()
        for text in seen["texts"]:
            found += [f"not English: {run}" for run in data.untranslated(text)]
    return found + _axe(page, norm)


def _axe(page: Page, norm: Norm) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    rules = {norm.contrast: {"enabled": True}}
    result = page.evaluate(
        "rules => axe.run(document, {rules, resultTypes: ['violations']})", rules
    )
    return [
        f"axe {one['id']}: {node['html'][:160]} {node['failureSummary'][:160]}"
        for one in result["violations"]
        for node in one["nodes"][:3]
    ]
