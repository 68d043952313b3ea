"""A browser made as slow as a cheap phone on a bad line."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

from bench.phone.town import Person

SIZE: ViewportSize = {"width": 360, "height": 800}
PATIENCE = 60_000  # ms: what takes longer is a miss
LOADING = 180_000  # ms: for thousands of records on a bad line


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


@contextmanager
def opened(context: BrowserContext, cpu: float = 1, line: Line | None = None) -> Iterator[Page]:
    """A page of this phone, closed at the end whatever happened."""
    page = slowed(context.new_page(), cpu, line)
    try:
        yield page
    finally:
        page.close()


def when(page: Page, condition: str) -> float:
    """Milliseconds since the page's start at which the condition first held in a frame."""
    script = f"() => ({condition}) ? performance.now() : false"
    told = page.wait_for_function(script, polling="raf").json_value()
    return float(told)


def timed(page: Page, act: str, condition: str) -> float:
    """Milliseconds from an act in the page until the frame after its condition holds."""
    script = _TIMED % {"act": act, "condition": condition, "limit": PATIENCE}
    return float(page.evaluate(script))


def sign_in(page: Page, person: Person) -> None:
    """Type name and password and enter."""
    page.goto("/")
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码", exact=True).fill(person.password)
    page.get_by_role("button", name="登录").click()


def settled(page: Page) -> None:
    """Wait until everything is on the phone, and the app itself too."""
    page.get_by_text("全部已上传").first.wait_for(timeout=LOADING)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


class Weighed:
    """The scripts and styles that a page has fetched, as gzip would send them."""

    def __init__(self, page: Page) -> None:
        """Watch from now on."""
        self._page = page
        self._fetched: list[Response] = []
        page.on("response", self._keep)  # Playwright takes no method of a list

    def _keep(self, answer: Response) -> None:
        self._fetched.append(answer)

    def kilobytes(self, until: float) -> float:
        """KB of those that the page's HTML names, and of any that had come by then (page time)."""
        (page,) = [one for one in self._fetched if one.request.resource_type == "document"]
        named = set(re.findall(r'(?:src|href)="([^"]+)"', page.text()))
        come = set(self._page.evaluate(_COME, until))
        kinds = {"script", "stylesheet"}
        parts = [one for one in self._fetched if one.request.resource_type in kinds]
        counted = [one for one in parts if one.url in come or _path(one.url) in named]
        return sum(len(gzip.compress(one.body(), 6)) for one in counted) / 1000


def _path(url: str) -> str:
    return urlsplit(url).path


_COME = """(until) => performance.getEntriesByType('resource')
  .filter((it) => it.responseEnd <= until).map((it) => it.name)"""
# Keeps in `window.gaps` how long each frame was waited for, from now on.
GAPS = """() => {
  window.gaps = []
  let last = performance.now()
  const look = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(look) }
  requestAnimationFrame(look)
}"""
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
() => new Promise((resolve, reject) => {
  const began = performance.now()
  const painted = () => setTimeout(() => resolve(performance.now() - began))
  const look = () => {
    if (%(condition)s) requestAnimationFrame(painted)
    else if (performance.now() - began > %(limit)s) reject(new Error('it took too long'))
    else requestAnimationFrame(look)
  }
  %(act)s
  look()
})
"""
