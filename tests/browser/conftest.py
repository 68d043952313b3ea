"""Chromium as a phone and as a desk, on the whole program."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Geolocation,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from backend.config import load_settings
from tests.browser.office import Office
from tests.browser.push_receiver import Receiver, listening
from tests.delivery.services import PushService, running_push_service
from tools.chromium import CHROMIUM, FLAGS
from tools.stack import Stack, running

PHONE: ViewportSize = {"width": 360, "height": 800}
DESK: ViewportSize = {"width": 1440, "height": 900}
HERE: Geolocation = {"longitude": 121.0735, "latitude": 32.0658, "accuracy": 8}
PATIENCE = 30_000  # ms
TEXT_SECRET = "守口如瓶"
HOUSES = 300
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder from which the app comes: a copy, so that a test can put another build in it."""
    folder = tmp_path_factory.mktemp("served") / "dist"
    return shutil.copytree(load_settings().pwa_dist, folder)


@pytest.fixture(scope="session")
def texts() -> Iterator[PushService]:
    """The gateway that takes the program's text messages."""
    with running_push_service() as service:
        service.status = 200
        yield service


@pytest.fixture(scope="session")
def stack(served: Path, texts: PushService) -> Iterator[Stack]:
    """The program, once for all stories. A short folder: sockets have short names."""
    name, base = f"gridfield_browser_{os.getpid()}", load_settings().database_url
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory(prefix="gf", dir="/tmp") as home,
    ):
        patch.setenv("PWA_DIST", str(served))
        patch.setenv("TEXT_GATEWAY_URL", f"http://127.0.0.1:{texts.port}/texts")
        patch.setenv("TEXT_GATEWAY_SECRET", TEXT_SECRET)
        with running(Path(home), name, HOUSES, base) as it:
            yield it


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as it:
        yield it


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as it:
        yield it


@pytest.fixture
def phone(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """A phone that says where it is and lets itself be notified."""
    context = browser.new_context(
        base_url=stack.url,
        viewport=PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation=HERE,
        permissions=["geolocation", "notifications"],
        service_workers="allow",
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """A desk."""
    context = browser.new_context(
        base_url=stack.url, viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@dataclass
class People:
    """Who comes to a desk, or to a phone's browser."""

    browser: Browser
    stack: Stack
    contexts: list[BrowserContext]

    def come(
        self, role: str, username: str, *, on_phone: bool = False, takes: Receiver | None = None
    ) -> Office:
        """Sign somebody in, who may have this browser take pushes."""
        page = self._page(PHONE if on_phone else DESK)
        office = Office(page)
        if takes is not None:
            page.context.grant_permissions(["notifications"])
            pretend_push(page.context, takes)
        office.sign_in(self.account(role, username))
        if takes is not None:
            office.turn_messages_on()
        return office

    def account(self, role: str, username: str) -> dict[str, str]:
        """Somebody's name and password."""
        return next(one for one in self.stack.accounts[role] if one["username"] == username)

    def resident(self) -> Page:
        """Somebody with a telephone and no account."""
        return self._page(PHONE)

    def _page(self, size: ViewportSize) -> Page:
        context = self.browser.new_context(
            base_url=self.stack.url, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        return context.new_page()


@pytest.fixture
def people(browser: Browser, stack: Stack) -> Iterator[People]:
    crowd = People(browser, stack, [])
    yield crowd
    for context in crowd.contexts:
        context.close()


@pytest.fixture
def quiet_console() -> Iterator[Callable[[Page], None]]:
    """Watch a page: an uncaught error, or a breach of its fences, fails the test."""
    errors: list[str] = []

    def breach(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", breach)

    yield watch
    assert errors == []


def pretend_push(context: BrowserContext, receiver: Receiver) -> None:
    """Headless Chromium has no push service: hand out the receiver's subscription instead."""
    context.add_init_script(
        f"""
        const given = {json.dumps(receiver.subscription())};
        const fake = {{
            endpoint: given.endpoint, toJSON: () => given,
            unsubscribe: async () => {{ localStorage.removeItem('test-push'); return true; }},
        }};
        PushManager.prototype.subscribe = async function () {{
            localStorage.setItem('test-push', '1'); return fake;
        }};
        PushManager.prototype.getSubscription = async function () {{
            return localStorage.getItem('test-push') ? fake : null;
        }};
        """
    )
