"""The dispatcher's workbench."""

from __future__ import annotations

from tests.browser.desk.makings import made
from tests.browser.desk.ways import enter, pictures
from tests.browser.tour import Screen, Tour


def bench(tour: Tour) -> None:
    """Where a dispatcher begins: one's own duty, nothing opened yet."""
    enter(tour, "dispatcher")
    tour.see(".queue-option")
    tour.see("canvas")


def bench_case(tour: Tour) -> None:
    tour.page.keyboard.press("Enter")
    tour.see(".bench-case h2")
    pictures(tour)


def bench_filtered(tour: Tour) -> None:
    tour.open("/centre/bench?view=open&severity=critical", ".queue-option")
    tour.see(".filter-select")


def bench_saving(tour: Tour) -> None:
    tour.press("centre.bench.save")
    tour.see(".el-dialog input[type=checkbox]")


def bench_keys(tour: Tour) -> None:
    tour.open("/centre/bench?view=open", ".queue-option")
    tour.page.keyboard.press("?")
    tour.see(".el-dialog .keys")


def bench_bulk(tour: Tour) -> None:
    """Some are ticked by the keyboard alone."""
    for _ in range(2):
        made(tour, "reported")
    tour.open("/centre/bench?view=open&state=reported", ".queue-option")
    tour.page.keyboard.press("Shift+ArrowDown")
    tour.page.keyboard.press(".")
    tour.see(".el-dialog form select")


def bench_bulk_preview(tour: Tour) -> None:
    tour.page.locator(".el-dialog select").first.select_option("accept")
    tour.page.locator(".el-dialog button[type=submit]").click()
    tour.see(".bulk-lines")


def bench_dispatching(tour: Tour) -> None:
    row = made(tour, "filed")
    tour.open(f"/centre/bench/{row['id']}?view=open&state=filed", ".bench-case .acts")
    tour.page.keyboard.press("d")
    tour.see(".el-dialog .suggested")


def bench_empty(tour: Tour) -> None:
    tour.open("/centre/bench?view=open&q=zzzz", ".bench-queue .empty-state")


SCREENS: dict[str, Screen] = {
    "bench": bench,
    "bench-case": bench_case,
    "bench-filtered": bench_filtered,
    "bench-saving": bench_saving,
    "bench-keys": bench_keys,
    "bench-bulk": bench_bulk,
    "bench-bulk-preview": bench_bulk_preview,
    "bench-dispatching": bench_dispatching,
    "bench-empty": bench_empty,
}
