"""What the rooms share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.tour import Tour

SCRIPTS = Path(__file__).parent
ROWS = (SCRIPTS / "phone_rows.js").read_text("utf-8")
REFUSE = (SCRIPTS / "phone_refuse.js").read_text("utf-8")
FIRST_SYNC = 90_000  # ms
NOTE = "三楼转角堆放旧家具和纸箱,通道仅余半米"


def fill_in(tour: Tour) -> None:
    """Write the worker's name and password into the form."""
    page = tour.page
    page.get_by_label(tour.words("field.session.username")).fill(
        tour.accounts["grid_worker"]["username"]
    )
    password = page.get_by_label(tour.words("field.session.password"), exact=True)
    password.fill(tour.accounts["grid_worker"]["password"])


def scroll_down(tour: Tour) -> None:
    tour.page.locator(".shell-scroll").evaluate("it => { it.scrollTop = it.scrollHeight }")


def take_photo(tour: Tour, selector: str) -> None:
    tour.page.locator(selector).first.set_input_files(tour.picture)
    view = tour.page.get_by_role("button", name=tour.named("field.photos.view"))
    view.first.wait_for(timeout=20_000)


def rich_house(tour: Tour) -> dict[str, Any]:
    """The house of which most kinds of things are known."""
    known = {
        (kind, row["house_id"])
        for kind in ("inspection", "case", "occupant", "task")
        for row in tour.rows.get(kind, [])
    }
    houses = [house for _, house in known]
    return max(tour.rows["house"], key=lambda row: houses.count(row["id"]))


def open_task(tour: Tour) -> dict[str, Any]:
    """One's own task that nobody has accepted, if there is one."""
    rows = [row for row in tour.rows["task"] if row["state"] == "assigned" and not row["partners"]]
    return rows[0] if rows else tour.rows["task"][0]
