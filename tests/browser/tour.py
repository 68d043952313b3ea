"""A walk from screen to screen: what is remembered on the way, and the words to press."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

from tests.browser.looks import Data, Norm, blemishes
from tests.delivery.services import PushService
from tools.paths import ROOT
from tools.stack import Stack

MESSAGES = ROOT / "pwa/src/i18n"
SETTLE = 10_000  # ms
PICTURE = 60_000  # ms


@cache
def _messages(locale: str) -> dict[str, Any]:
    return {
        file.stem.replace("-", "."): json.loads(file.read_text("utf-8"))
        for file in (MESSAGES / locale).glob("*.json")
    }


def _message(locale: str, key: str) -> str:
    area, node = "", _messages(locale)
    for step in key.split("."):
        area = f"{area}.{step}" if area else step
        if area in node:
            area, node = "", node[area]
    return str(node)


@dataclass
class Tour:
    """A browser in one language, on its way through the screens."""

    context: BrowserContext
    page: Page
    stack: Stack
    texts: PushService
    locale: str
    picture: Path
    data: Data = field(default_factory=Data)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """The first account of each role."""
        return {role: all_of_it[0] for role, all_of_it in self.stack.accounts.items()}

    def words(self, key: str) -> str:
        """What the screen says for a message key."""
        return _message(self.locale, key)

    def named(self, key: str) -> re.Pattern[str]:
        """The message as a whole, whatever fills its places."""
        parts = re.split(r"\{\w+\}", self.words(key).split(" | ")[-1])
        return re.compile(".+".join(re.escape(part) for part in parts))

    def press(self, key: str, role: str = "button") -> None:
        """Press the button or link of that name."""
        self.page.get_by_role(role, name=self.named(key)).first.click()  # type: ignore[arg-type]

    def open(self, path: str, sign: str | None = None) -> None:
        """Go to an address, and wait for what is seen there."""
        self.page.goto(path)
        self.see(sign or "main")

    def ask(self, path: str) -> Any:
        """What the server answers whoever is signed in."""
        return self.page.evaluate("path => fetch(path).then((it) => it.json())", path)

    def heard(self) -> Data:
        """What people and places are called, as far as the server has told this browser."""
        self.data.add(self.page.evaluate("() => window.heard ?? []"))
        return self.data

    def see(self, selector: str) -> Locator:
        """Wait until something is on the screen."""
        found = self.page.locator(selector).first
        found.wait_for(timeout=SETTLE)
        return found

    def heading(self, key: str) -> None:
        """Wait for a heading."""
        self.page.get_by_role("heading", name=self.named(key)).first.wait_for(timeout=SETTLE)


Screen = Callable[[Tour], None]


def joined(*rooms: dict[str, Screen]) -> dict[str, Screen]:
    """One walk through several rooms; no two screens may share a name."""
    walk = {name: go for room in rooms for name, go in room.items()}
    assert len(walk) == sum(len(room) for room in rooms), "two screens share a name"
    return walk


def walk(tour: Tour, screens: dict[str, Screen], norm: Norm, name: str) -> dict[str, list[str]]:
    """Go through all screens; answers what is wrong with each."""
    found: dict[str, list[str]] = {}
    for screen, go in screens.items():
        try:
            go(tour)
            found[screen] = blemishes(tour.page, norm, tour.heard if tour.locale == "en" else None)
        except Exception as error:  # noqa: BLE001 — one closed door must not hide the other rooms
            found[screen] = [f"not reached: {str(error)[:600]}"]
        if folder := os.environ.get("SCREENSHOTS"):
            path = Path(folder) / f"{name}-{screen}.png"
            tour.page.screenshot(path=path, timeout=PICTURE)
    return found
