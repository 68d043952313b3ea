"""Every screen of the residents' page, as whoever scans the code at an entrance comes by them."""

from __future__ import annotations

import re
from functools import cache
from uuid import uuid4

from tests.browser import resident
from tests.browser.desk.makings import OFFICE, act
from tests.browser.tour import Screen, Tour


def without_code(tour: Tour) -> None:
    tour.open("/r", "#told:visible")


def door_label(tour: Tour) -> None:
    tour.open("/h/ZZZZZZZZ", "#door:visible")


def code_unknown(tour: Tour) -> None:
    tour.open("/r/ZZZZZZZZ", "#told:visible")


def opened_offline(tour: Tour) -> None:
    tour.context.route("**/api/report/**", lambda route: route.abort())
    tour.open("/r/ZZZZZZZZ", "#told:visible")
    tour.context.unroute("**/api/report/**")


def no_texts(tour: Tour) -> None:
    """A township without a gateway for text messages cannot know anybody's phone."""
    told = {"name": "金新社区", "classes": [], "texts": False}
    tour.context.route("**/api/report/**", lambda route: route.fulfill(json=told))
    tour.open("/r/ZZZZZZZZ", "#told:visible")
    tour.context.unroute("**/api/report/**")


def find(tour: Tour) -> None:
    tour.page.goto("about:blank")
    tour.open("/r#find", "#find:visible")


def form(tour: Tour) -> None:
    code = resident.place_of(tour.stack, tour.accounts["grid_worker"]["username"])
    tour.open(f"/r/{code}", "#kinds .choice")


def form_items(tour: Tour) -> None:
    tour.page.locator("#kinds .choice").first.click()
    tour.see("#items .choice").scroll_into_view_if_needed()


def form_unplaced(tour: Tour) -> None:
    """The phone does not say where it is."""
    tour.page.locator("#here").click()
    tour.see("#where:not(:empty)").scroll_into_view_if_needed()


def form_photos(tour: Tour) -> None:
    for number in range(1, 4):
        tour.page.locator("#photo").set_input_files(tour.picture)
        tour.page.locator(f"#photos img >> nth={number - 1}").wait_for()
    tour.page.locator("#photos").scroll_into_view_if_needed()


def phone_asked(tour: Tour) -> None:
    """A code is on its way."""
    tour.page.locator("#new [name=phone]").fill(_telephone(tour.locale))
    tour.page.locator("#new [name=ask]").click()
    tour.see("#new .sent:not(:empty)").scroll_into_view_if_needed()


def item_missing(tour: Tour) -> None:
    tour.page.locator("#text").fill("外墙掉块,有行人经过")
    tour.page.locator("#new [name=code]").fill("000000")
    tour.page.locator("#new [type=submit]").click()
    tour.see("#told:visible")


def code_wrong(tour: Tour) -> None:
    tour.page.locator("#items .choice").first.click()
    tour.page.locator("#new [type=submit]").click()
    tour.see("#told:visible")


def sent_offline(tour: Tour) -> None:
    tour.context.route("**/api/report/**", lambda route: route.abort())
    tour.page.locator("#new [type=submit]").click()
    tour.see("#told:visible")
    tour.context.unroute("**/api/report/**")


def sent(tour: Tour) -> None:
    tour.page.locator("#new [name=code]").fill(
        resident.code_to(tour.texts, _telephone(tour.locale))
    )
    tour.page.locator("#new [type=submit]").click()
    tour.see("#progress:visible")


def rating(tour: Tour) -> None:
    """The centre has dealt with it."""
    number = re.search(r"[A-Z]+\d+-\d+-\d+", tour.see("#about").inner_text())
    assert number
    case = resident.case_of(tour.stack, number.group())
    act(tour, case, "dispatcher", "file")
    act(tour, case, "dispatcher", "dispatch", department=OFFICE)
    act(tour, case, "officer", "sign")
    act(tour, case, "officer", "feedback", text="已清理加固")
    act(tour, case, "dispatcher", "close", text="核查属实")
    tour.page.reload()
    tour.see("#rating:visible")


def rating_missing(tour: Tour) -> None:
    tour.page.locator("#rating [type=submit]").click()
    tour.see("#told:visible")


def rated(tour: Tour) -> None:
    tour.page.locator("#ratings .choice").first.click()
    tour.page.locator("#rating [type=submit]").click()
    tour.page.locator("#rating").wait_for(state="hidden")


@cache
def _telephone(_locale: str) -> str:
    """Another one for each walk: codes are rationed."""
    return f"138{uuid4().int % 10**8:08}"


SCREENS: dict[str, Screen] = {
    "without-code": without_code,
    "door-label": door_label,
    "code-unknown": code_unknown,
    "opened-offline": opened_offline,
    "no-texts": no_texts,
    "find": find,
    "form": form,
    "form-items": form_items,
    "form-unplaced": form_unplaced,
    "form-photos": form_photos,
    "phone-asked": phone_asked,
    "item-missing": item_missing,
    "code-wrong": code_wrong,
    "sent-offline": sent_offline,
    "sent": sent,
    "rating": rating,
    "rating-missing": rating_missing,
    "rated": rated,
}
