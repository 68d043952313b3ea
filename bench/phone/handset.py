"""A browser made as slow as a cheap phone on a bad line."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

from bench.phone.town import Person

SIZE: ViewportSize = {"width": 360, "height": 800}
PATIENCE = 120_000  # ms


@dataclass(frozen=True)
class Line:
    """A network: bits per second each way, and milliseconds there and back."""

    down: float
    up: float
    latency: float


SLOW_4G = Line(1.6e6, 750e3, 150)
EDGE = Line(400e3, 400e3, 400)


@contextmanager
def phone(browser: Browser, url: str, *, worker: bool = True) -> Iterator[BrowserContext]:
    """A new phone: nothing in its stores; without its service worker where the line is measured."""
    context = browser.new_context(
        base_url=url,
        viewport=SIZE,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        service_workers="allow" if worker else "block",
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(_WATCH)
    yield context
    context.close()


def slowed(page: Page, cpu: float = 1, line: Line | None = None) -> Page:
    """The page on a processor so many times slower, and on that line."""
    tools = page.context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    if line is not None:
        tools.send("Network.enable")
        bits = {"downloadThroughput": line.down / 8, "uploadThroughput": line.up / 8}
        tools.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": line.latency, **bits},
        )
    return page


def when(page: Page, condition: str) -> float:
    """Milliseconds since the page's start at which the condition first held in a frame."""
    script = f"() => ({condition}) ? performance.now() : false"
    told = page.wait_for_function(script, polling="raf").json_value()
    return float(told)


def timed(page: Page, act: str, condition: str) -> float:
    """Milliseconds from an act in the page until the frame after its condition holds."""
    return float(page.evaluate(_TIMED % {"act": act, "condition": condition}))


def sign_in(page: Page, person: Person) -> None:
    """Type name and password and enter."""
    page.goto("/")
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码", exact=True).fill(person.password)
    page.get_by_role("button", name="登录").click()


def settled(page: Page) -> None:
    """Wait until everything is on the phone, and the app itself too."""
    page.get_by_text("全部已上传").first.wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


class Weighed:
    """The scripts and styles that a page has fetched, as gzip would send them."""

    def __init__(self, page: Page) -> None:
        """Watch from now on."""
        self.fetched: list[Response] = []
        page.on("response", self._keep)

    def _keep(self, answer: Response) -> None:
        if answer.request.resource_type in {"script", "stylesheet"}:
            self.fetched.append(answer)

    def kilobytes(self) -> float:
        """All of it by now, in KB."""
        return sum(len(gzip.compress(one.body(), 6)) for one in self.fetched) / 1000


# Notes when a draft is on the disk, and how long a frame took.
_WATCH = """
window.saved = 0
const begin = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const it = begin.call(this, stores, mode, options)
  if (mode === 'readwrite' && [stores].flat().includes('drafts')) {
    it.addEventListener('complete', () => { window.saved = performance.now() })
  }
  return it
}
"""
_TIMED = """
() => new Promise((resolve) => {
  const began = performance.now()
  const painted = () => setTimeout(() => resolve(performance.now() - began))
  const look = () => {
    if (%(condition)s) requestAnimationFrame(painted)
    else requestAnimationFrame(look)
  }
  %(act)s
  look()
})
"""
