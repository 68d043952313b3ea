"""What is late, and the figures."""

from __future__ import annotations

from tests.browser.tour import Screen, Tour


def late(tour: Tour) -> None:
    tour.open("/centre/late", "article.late")


def late_urging(tour: Tour) -> None:
    tour.page.locator("article.late button").first.click()
    tour.see(".el-dialog textarea")


def late_of_one(tour: Tour) -> None:
    tour.open("/centre/late", "article.late")
    tour.page.locator(".doors button").nth(1).click()
    tour.see(".doors button[aria-pressed=true]")


def figures(tour: Tour) -> None:
    tour.open("/centre/figures", ".figure-table td")


def figures_cases(tour: Tour) -> None:
    tour.page.locator(".figure-table .count").last.click()
    tour.see(".behind li, .behind .empty-state")


def figures_by_village(tour: Tour) -> None:
    tour.open("/centre/figures?by=village", ".matrix td")


def figures_by_week(tour: Tour) -> None:
    tour.open("/centre/figures?by=week", ".matrix td")


def ledger(tour: Tour) -> None:
    tour.open("/centre/figures?figure=mended&part=denominator", ".behind li, .behind .empty-state")
    tour.page.locator(".behind .export summary").click()
    tour.see(".behind .export-card button")


def brief(tour: Tour) -> None:
    tour.open("/centre/brief", ".weeks li svg")
    tour.page.wait_for_function("() => document.querySelector('h1').textContent.length > 4")


SCREENS: dict[str, Screen] = {
    "late": late,
    "late-urging": late_urging,
    "late-of-one": late_of_one,
    "figures": figures,
    "figures-cases": figures_cases,
    "figures-by-village": figures_by_village,
    "figures-by-week": figures_by_week,
    "figures-ledger": ledger,
    "brief": brief,
}
