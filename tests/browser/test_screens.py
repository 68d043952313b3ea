"""Every screen, seen in both languages and in the largest text, and held to the norms.

A view (an app, a language, a size) is walked through once; each of its screens is a test, so that
a failure names the screen. Pictures go to the folder that SCREENSHOTS names, when it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.browser import desk as desk_rooms
from tests.browser import field as field_rooms
from tests.browser import resident_screens
from tests.browser.conftest import DESK, HERE, PHONE
from tests.browser.desk.ways import HEAR
from tests.browser.looks import DESK as DESK_NORM
from tests.browser.looks import FIELD as FIELD_NORM
from tests.browser.looks import Data, blemishes
from tests.browser.pictures import photo
from tests.browser.tour import Tour, walk
from tests.delivery.services import PushService
from tools.stack import Stack

PATIENCE = 10_000  # ms
SMALL: ViewportSize = {"width": 320, "height": 568}


@dataclass(frozen=True)
class View:
    """Who looks: an app in a language, on a screen, with a text size."""

    app: str
    locale: str
    text: str = "18"

    @property
    def name(self) -> str:
        """As the tests and the pictures are called."""
        return "-".join([self.app, self.locale, *([self.text] if self.text != "18" else [])])


VIEWS = [
    View("field", "zh-CN"),
    View("field", "en"),
    View("field", "zh-CN", "30"),
    View("desk", "zh-CN"),
    View("desk", "en"),
    View("resident", "zh-CN"),
    View("resident", "en"),
]
SCREENS = {
    "field": field_rooms.SCREENS,
    "desk": desk_rooms.SCREENS,
    "resident": resident_screens.SCREENS,
}
Found = dict[str, list[str]]


@pytest.fixture(scope="module")
def walks(
    browser: Browser,
    stack: Stack,
    texts: PushService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[View], Found]:
    """What a walk has found; each is walked once."""
    picture = photo(tmp_path_factory.mktemp("screens"), "stairs")
    return cache(lambda view: walked(browser, stack, texts, view, picture))


@pytest.mark.parametrize(
    ("view", "screen"),
    [
        pytest.param(view, screen, id=f"{view.name}-{screen}")
        for view in VIEWS
        for screen in SCREENS[view.app]
    ],
)
def test_a_screen_holds(view: View, screen: str, walks: Callable[[View], Found]) -> None:
    assert walks(view)[screen] == []


def walked(browser: Browser, stack: Stack, texts: PushService, view: View, picture: Path) -> Found:
    """Walk through an app."""
    context = desk(browser, stack) if view.app == "desk" else phone(browser, stack, view)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(f"localStorage.setItem('gridfield-locale', '{view.locale}')")
    context.add_init_script(HEAR)
    tour = Tour(context, context.new_page(), stack, texts, view.locale, picture)
    norm = DESK_NORM if view.app == "desk" else FIELD_NORM
    try:
        return walk(tour, SCREENS[view.app], norm, view.name)
    finally:
        context.close()


def phone(browser: Browser, stack: Stack, view: View) -> BrowserContext:
    """A phone whose app comes from the network: the walk holds back requests one by one."""
    context = browser.new_context(
        base_url=stack.url,
        viewport=SMALL if view.text == "30" else PHONE,
        is_mobile=True,
        has_touch=True,
        locale=view.locale if view.app == "resident" else "zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation=HERE,
        permissions=["geolocation"] if view.app == "field" else [],
        reduced_motion="reduce",
        service_workers="block",
    )
    context.add_init_script(f"localStorage.setItem('gridfield-text-size', '{view.text}')")
    return context


def desk(browser: Browser, stack: Stack) -> BrowserContext:
    """A desk that keeps what the server has said."""
    return browser.new_context(
        base_url=stack.url,
        viewport=DESK,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )


FAULTS = {
    "page scrolls sideways": "<div style='width: 120vw'>.</div>",
    "cut at the edge": "<p style='margin-left: -40px'>文字</p>",
    "text wider than its box": "<p style='width: 40px; white-space: nowrap'>文字文字文字文字</p>",
    "text higher than its box": "<p style='height: 8px; overflow: hidden'>文字</p>",
    "words spill over": (
        "<button style='width: 60px'><i style='display: inline-block; width: 99px'>字</i></button>"
    ),
    "text of 12px": "<p style='font-size: 12px'>文字</p>",
    "target 20×60": "<button style='width: 20px; height: 60px; padding: 0'></button>",
    "main target only 50": (
        "<button class='app-button primary' style='height: 50px'>文字文字</button>"
    ),
    "placeholder cut": "<input placeholder='很长很长很长的提示' style='width: 90px; height: 50px'>",
    "raw: field.today.title": "<p>field.today.title</p>",
    "raw: undefined": "<p>by undefined</p>",
    "not English: 今日": "<p>Today 今日 吴永刚</p>",
    "axe color-contrast-enhanced": "<p style='color: #666'>文字</p>",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_a_screen_is_seen(browser: Browser, fault: str) -> None:
    page = browser.new_page(viewport=PHONE)
    page.set_content(
        "<!doctype html><html lang='zh-CN'><title>x</title>"
        f"<body style='margin: 0; font-size: 18px'><main><h1>Title</h1>{FAULTS[fault]}</main>"
    )

    found = blemishes(page, FIELD_NORM, lambda: Data({"吴永刚"}))

    page.close()
    assert any(one.startswith(fault) for one in found), found
