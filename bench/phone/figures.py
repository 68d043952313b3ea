"""The figures of the phone, one function for each piece of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, Page

from bench.phone.handset import (
    EDGE,
    SLOW_4G,
    Line,
    Weighed,
    phone,
    settled,
    sign_in,
    slowed,
    timed,
    when,
)
from bench.phone.town import Person

CHEAP = 4  # times slower than this machine
OLD = 10
Sample = dict[str, float]

FORM = "document.querySelector('form input[type=password]:not([disabled])')"
TODAY = "document.querySelector('.today .app-list-item, .today p.card')"
YARDSTICK = "let x = 0; for (let i = 0; i < 3e7; i++) x = (x * 31 + i) | 0; window.done = true"


def baseline(browser: Browser, url: str) -> Sample:
    """What the browser takes for nothing: an empty page on the same line, and a loop of sums."""
    with phone(browser, url, worker=False) as context:
        context.route("**/empty", lambda route: route.fulfill(body="<p id=it>.</p>"))
        page = slowed(context.new_page(), CHEAP, SLOW_4G)
        page.goto("/empty", wait_until="commit")
        empty = when(page, "document.getElementById('it')")
        return {
            "baseline empty page": empty,
            "baseline loop": timed(page, YARDSTICK, "window.done"),
        }


def first_visit(browser: Browser, url: str) -> Sample:
    """From nothing to a form that can be typed into, on slow 4G."""
    with phone(browser, url, worker=False) as context:
        page = slowed(context.new_page(), CHEAP, SLOW_4G)
        page.goto("/", wait_until="commit")
        return {"first visit usable": when(page, FORM)}


def weight(browser: Browser, url: str, person: Person) -> Sample:
    """Scripts and styles until the sign-in form, and until a worker's first screen."""
    with phone(browser, url, worker=False) as context:
        page = context.new_page()
        form = Weighed(page)
        page.goto("/")
        when(page, FORM)
        to_form = form.kilobytes()
        sign_in(page, person)
        page.get_by_text("全部已上传").first.wait_for()
        page.close()
        page = context.new_page()
        context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        today = Weighed(page)
        page.goto("/", wait_until="commit")
        when(page, TODAY)
        return {"weight sign-in": to_form, "weight today": today.kilobytes()}


@contextmanager
def at_home(browser: Browser, url: str, person: Person) -> Iterator[BrowserContext]:
    """A phone that has everything, and no network any more."""
    with phone(browser, url) as context:
        page = context.new_page()
        sign_in(page, person)
        settled(page)
        page.close()
        context.set_offline(True)
        yield context


def offline_start(context: BrowserContext, rate: float) -> Sample:
    """From a tap on the icon to the day's work, without a network."""
    page = slowed(context.new_page(), rate)
    page.goto("/", wait_until="commit")
    took = when(page, TODAY)
    page.close()
    return {f"offline start {rate}x": took}


def checklist(context: BrowserContext, house: int) -> Sample:
    """Open the checklist of a house that has none begun, and answer an item."""
    page = slowed(context.new_page(), CHEAP)
    page.goto("/houses?view=all")
    page.locator(".house-row a, a.house-row").nth(house).click()
    page.get_by_role("link", name="开始检查").wait_for()
    opened = timed(page, _press("a", "开始检查"), "document.querySelector('[id^=item-]')")
    verdict = "document.querySelector('.verdict-buttons .pass')"
    page.locator(".verdict-buttons .pass").first.wait_for()
    marked = timed(page, f"{verdict}.click()", f"{verdict}.ariaPressed === 'true'")
    item = "document.querySelector('.verdict-buttons .fail')"
    saved = timed(page, f"window.saved = 0; {item}.click()", "window.saved > 0")
    page.close()
    return {"checklist open": opened, "tap answered": marked, "answer saved": saved}


def _press(tag: str, words: str) -> str:
    found = (
        f"[...document.querySelectorAll('{tag}')].find((it) => it.innerText.includes('{words}'))"
    )
    return f"{found}.click()"


def scroll(context: BrowserContext) -> Sample:
    """Scroll through all houses, a screen every frame: how long one waits for a frame."""
    page = slowed(context.new_page(), CHEAP)
    page.goto("/houses?view=all")
    page.locator(".house-row").first.wait_for()
    gaps: list[float] = page.evaluate(_SCROLL)
    page.close()
    return {
        "scroll longest frame": max(gaps),
        "scroll frames over 1 s": sum(g > 1000 for g in gaps),
    }


def first_sync(browser: Browser, url: str, person: Person, cpu: float, line: Line | None) -> float:
    """Seconds from the tap on "sign in" until all records are on the phone."""
    with phone(browser, url, worker=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("用户名").fill(person.username)
        page.get_by_label("密码", exact=True).fill(person.password)
        slowed(page, cpu, line)
        began = perf_counter()
        page.get_by_role("button", name="登录").click()
        page.get_by_text("全部已上传").first.wait_for()
        took = perf_counter() - began
        _hold(page, person)
        return took


def _hold(page: Page, person: Person) -> None:
    held = page.evaluate(_COUNT)
    if held < person.records:
        raise RuntimeError(f"{held} records are on the phone, not {person.records}")


Work = Callable[[], Sample]


def once(browser: Browser, url: str, small: Person, large: Person) -> list[Work]:
    """What takes long: the first load of 5,000 and of 20,000 records."""

    def sync(name: str, person: Person, cpu: float, line: Line | None) -> Work:
        return lambda: {name: first_sync(browser, url, person, cpu, line)}

    return [
        sync("first sync 5,000 on 400 kbit/s", small, CHEAP, EDGE),
        sync("first sync 5,000 on loopback", small, 1, None),
        sync("first sync 20,000 on loopback", large, 1, None),
    ]


_COUNT = """
async () => {
  const names = (await indexedDB.databases()).map((it) => it.name)
  const name = names.find((it) => it.startsWith('gridfield'))
  const db = await new Promise((resolve) => {
    const it = indexedDB.open(name)
    it.onsuccess = () => resolve(it.result)
  })
  const count = db.transaction('base').objectStore('base').count()
  return new Promise((resolve) => { count.onsuccess = () => { db.close(); resolve(count.result) } })
}
"""
_SCROLL = """
() => new Promise((resolve) => {
  const it = document.querySelector('.shell-scroll')
  const gaps = []
  let last = performance.now()
  let still = 0
  const step = (now) => {
    gaps.push(now - last)
    last = now
    const before = it.scrollTop
    it.scrollTop += it.clientHeight
    still = it.scrollTop === before ? still + 1 : 0
    if (still > 30) resolve(gaps)
    else requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})
"""
