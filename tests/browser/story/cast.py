"""What the story is about: a house, and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page


@dataclass(frozen=True)
class House:
    """A house as the desk knows it."""

    id: str
    code: str
    address: str


@dataclass(frozen=True)
class Failure:
    """An item that fails: where on the checklist, how grave, and whose."""

    code: str
    section: str
    severity: str
    department: str


ESCAPE = Failure("D01", "疏散逃生", "重大", "消防")
ROOMS = Failure("B03", "居住标准", "较大", "住建")
WIRES = Failure("F02", "用电", "较大", "供电")
HOSE = Failure("G03", "燃气", "较大", "燃气主管")
MASKS = Failure("E04", "消防器材", "一般", "社区")
FAILURES = (ESCAPE, ROOMS, WIRES, HOSE, MASKS)


def asked(page: Page, path: str) -> Any:
    """What the server answers whoever is signed in there."""
    return page.evaluate("path => fetch(path).then((it) => it.json())", path)
