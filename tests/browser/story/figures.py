"""What the figures say: of all that is known before and after, and of the house."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from backend.clock.calendar import ZONE
from tests.browser.story.cast import House

Counts = dict[str, tuple[int, int]]
NAMES = ("整改率", "退单率", "返工率")
ROUNDED = 0.051
Days = tuple[str, str]


def days() -> Days:
    """A period that holds the story, whatever the hour."""
    today = datetime.now(ZONE).date()
    return str(today - timedelta(days=1)), str(today + timedelta(days=1))


def counts(hall: Page, period: Days) -> Counts:
    """Of each figure what it counts, and of how many."""
    hall.goto("/centre/figures?since={}&until={}".format(*period))
    return {name: _counts(hall, name) for name in NAMES}


def _counts(hall: Page, name: str) -> tuple[int, int]:
    """The share that stands beside them is theirs."""
    row = _row(hall, name)
    expect(row).to_be_visible()
    counted, of = map(int, row.get_by_role("button").all_inner_texts())
    told = row.locator(".share b").inner_text().removesuffix(" %")
    assert of == 0 or abs(float(told) - 100 * counted / of) <= ROUNDED
    return counted, of


def _row(hall: Page, name: str) -> Locator:
    return hall.get_by_role("row").filter(has=hall.get_by_role("rowheader", name=name))


def listed(hall: Page, house: House, figure: str, counted: tuple[int, int]) -> None:
    """The lists behind both numbers of a figure have so many cases of the house."""
    for number, many in zip(_row(hall, figure).get_by_role("button").all(), counted, strict=True):
        number.click()
        panel = hall.get_by_role("complementary", name="指标所计的隐患")
        expect(panel.locator("header b")).to_have_text(f"{number.inner_text()} 件")
        expect(panel.get_by_role("listitem").filter(has_text=house.address)).to_have_count(many)
