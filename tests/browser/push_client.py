"""A browser's push client, which headless Chromium has not: a test hands the worker messages."""

from __future__ import annotations

import time

from playwright.sync_api import BrowserContext, CDPSession, Page

PATIENCE = 30  # seconds


def service_worker(context: BrowserContext, page: Page, scope: str = "/") -> str:
    """The id of the registration of an app's service worker, as DevTools names it."""
    session: CDPSession = context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(
            one["registrationId"]
            for one in event["registrations"]
            if one["scopeURL"].partition("//")[2].partition("/")[2] == scope.removeprefix("/")
        ),
    )
    session.send("ServiceWorker.enable")
    deadline = time.monotonic() + PATIENCE
    while not found:  # each question lets what DevTools has told come in
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        assert time.monotonic() < deadline, f"no worker at {scope}"
    return found[0]


def deliver(context: BrowserContext, registration: str, origin: str, message: str) -> None:
    """Hand a decrypted message to the service worker, as the browser's push client does."""
    blank = context.new_page()
    session = context.new_cdp_session(blank)
    session.send("ServiceWorker.enable")
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registration, "data": message},
    )
    blank.close()
