"""The register of papers."""

from __future__ import annotations

from tests.browser.desk.ways import DETAIL, enter, first
from tests.browser.tour import Screen, Tour


def documents(tour: Tour) -> None:
    """A commander, who may withdraw papers and set up who issues them."""
    enter(tour, "commander")
    tour.see("nav .room-link")
    tour.open("/centre/documents", ".row-list li")


def documents_none(tour: Tour) -> None:
    tour.open("/centre/documents?since=2020-01-01&until=2020-01-31", ".row-list .empty-state")


def document_late(tour: Tour) -> None:
    """An order past its deadline, which the party would not sign."""
    row = first(tour, "/api/documents?overdue=true&limit=1")
    tour.open(f"/centre/documents/{row['id']}?overdue=true", DETAIL)
    tour.see(".documents .finding a")


def document_withdrawing(tour: Tour) -> None:
    tour.press("centre.documents.withdraw")
    tour.see(".el-dialog textarea")


def document_withdrawn(tour: Tour) -> None:
    row = first(tour, "/api/documents?state=withdrawn&limit=1")
    tour.open(f"/centre/documents/{row['id']}", DETAIL)


def document_of_a_case(tour: Tour) -> None:
    """A case shows the papers that name its finding."""
    row = first(tour, "/api/documents?overdue=true&limit=1")
    case = tour.ask(f"/api/documents/{row['id']}")["findings"][0]["case"]
    tour.open(f"/centre/cases/{case['id']}", DETAIL)
    tour.see(".row-link[href*=documents]").scroll_into_view_if_needed()


def documents_of_a_house(tour: Tour) -> None:
    row = first(tour, "/api/documents?overdue=true&limit=1")
    tour.open(f"/centre/houses/{row['house_id']}", DETAIL)
    tour.see(".row-link[href*=documents]").scroll_into_view_if_needed()


def document_numbers(tour: Tour) -> None:
    tour.open("/centre/documents/numbers", ".block .void")


def document_reclaiming(tour: Tour) -> None:
    tour.page.locator(".block .app-button").first.click()
    tour.see(".el-dialog textarea")


def document_setup(tour: Tour) -> None:
    tour.open("/centre/documents/setup", ".setup-card")


def authority_refused(tour: Tour) -> None:
    tour.press("centre.documents.add_authority")
    tour.see(".el-dialog form").locator("button[type=submit]").click()
    tour.see(".el-dialog .form-error")


def certificate(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.page.locator(".el-dialog").wait_for(state="hidden")
    tour.press("centre.documents.certify_in")
    tour.see(".el-dialog select")


def words_refused(tour: Tour) -> None:
    """A blank that there is not, and laws whose days overlap."""
    tour.open("/centre/documents/setup", ".setup-card")
    tour.page.locator(".setup-card", has_text="责令改正通知书").get_by_role("button").first.click()
    dialog = tour.page.locator(".el-dialog")
    dialog.locator("textarea").first.fill("【nobody】")
    dialog.locator(".law input[type=date]").first.fill("2021-07-15")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog .one-line .form-error")


SCREENS: dict[str, Screen] = {
    "documents": documents,
    "documents-none": documents_none,
    "document-late": document_late,
    "document-withdrawing": document_withdrawing,
    "document-withdrawn": document_withdrawn,
    "document-of-a-case": document_of_a_case,
    "documents-of-a-house": documents_of_a_house,
    "document-numbers": document_numbers,
    "document-reclaiming": document_reclaiming,
    "document-setup": document_setup,
    "document-authority-refused": authority_refused,
    "document-certificate": certificate,
    "document-words-refused": words_refused,
}
