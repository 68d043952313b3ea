"""The figures of the phone, one function for each piece of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, Error, Page

from bench.phone.handset import (
    EDGE,
    GAPS,
    LOADING,
    SLOW_4G,
    Line,
    Weighed,
    opened,
    phone,
    settled,
    sign_in,
    slowed,
    timed,
    when,
)
from bench.phone.town import Person
from tools.say import step

CHEAP = 4  # times slower than this machine
OLD = 10
SCREENS = 100  # that are scrolled
Sample = dict[str, float]
REGISTER = ("list open", "search answered", "map open", "map longest frame")

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
    """Scripts and styles of the sign-in form and of a worker's first screen.

    Counted is what the page names, and what has come before the screen can be used.
    """
    with phone(browser, url, worker=False) as context:
        page = context.new_page()
        form = Weighed(page)
        page.goto("/")
        usable = when(page, FORM)
        to_form = form.kilobytes(usable)
        sign_in(page, person)
        page.get_by_text("全部已上传").first.wait_for(timeout=LOADING)
        page.close()
        page = context.new_page()
        context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        today = Weighed(page)
        page.goto("/", wait_until="commit")
        usable = when(page, TODAY)
        return {"weight sign-in": to_form, "weight today": today.kilobytes(usable)}


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
    with opened(context, rate) as page:
        page.goto("/", wait_until="commit")
        return {f"offline start {rate}x": when(page, TODAY)}


def checklist(context: BrowserContext, house: int) -> Sample:
    """Open the checklist of a house that has none begun, and answer an item."""
    with opened(context, CHEAP) as page:
        page.goto("/houses?view=all")
        page.locator(".house-row a").nth(house).click()
        page.get_by_role("link", name="开始检查").wait_for()
        shown = timed(page, _press("a", "开始检查"), "document.querySelector('[id^=item-]')")
        verdict = "document.querySelector('.verdict-buttons .pass')"
        page.locator(".verdict-buttons .pass").first.wait_for()
        marked = timed(page, f"{verdict}.click()", f"{verdict}.ariaPressed === 'true'")
        item = "document.querySelector('.verdict-buttons .fail')"
        saved = timed(page, f"window.saved = 0; {item}.click()", "window.saved > 0")
        return {"checklist open": shown, "tap answered": marked, "answer saved": saved}


def _press(tag: str, words: str) -> str:
    found = (
        f"[...document.querySelectorAll('{tag}')].find((it) => it.innerText.includes('{words}'))"
    )
    return f"{found}.click()"


def scroll(context: BrowserContext) -> Sample:
    """Scroll through the houses, a screen every frame: how long one waits for a frame."""
    with opened(context, CHEAP) as page:
        page.goto("/houses?view=all")
        page.locator(".house-row").first.wait_for()
        gaps: list[float] = page.evaluate(_SCROLL, SCREENS)
        over = sum(gap > 1000 for gap in gaps)
        return {"scroll longest frame": max(gaps), "scroll frames over 1 s": over}


def register(context: BrowserContext) -> Sample:
    """Open the list of all houses, search in it, and open and move the map that shows them."""
    with opened(context, CHEAP) as page:
        page.goto("/")
        page.locator("a[href='/houses']").first.wait_for()
        listed = timed(page, _link("/houses"), "document.querySelector('.houses-count')")
        page.goto("/houses?view=all")
        page.locator(".house-row").first.wait_for()
        sought = timed(page, _SEEK, "document.querySelector('.houses-count').innerText !== before")
        drawn = timed(page, _link("/map"), "document.querySelector('.grid-map[aria-busy=false]')")
        page.evaluate(GAPS)
        for step_x, step_y in ((-90, 60), (60, -120), (80, 90)):
            _drag(page, step_x, step_y)
        gaps: list[float] = page.evaluate("window.gaps")
        figures = (listed, sought, drawn, max(gaps))
        return dict(zip(REGISTER, figures, strict=True))


def _link(path: str) -> str:
    return f"document.querySelector('a[href=\"{path}\"]').click()"


def _drag(page: Page, x: float, y: float) -> None:
    page.mouse.move(180, 350)
    page.mouse.down()
    page.mouse.move(180 + x, 350 + y, steps=20)
    page.mouse.up()


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
        page.get_by_text("全部已上传").first.wait_for(timeout=LOADING)
        took = perf_counter() - began
        _hold(page, person)
        return took


def _hold(page: Page, person: Person) -> None:
    held = page.evaluate(_COUNT)
    if held < person.records:
        raise RuntimeError(f"{held} records are on the phone, not {person.records}")


@dataclass(frozen=True)
class Work:
    """A piece of work, for the number of its round, and the figures that it gives."""

    names: tuple[str, ...]
    run: Callable[[int], Sample]

    def sample(self, number: int) -> Sample:
        """Its figures; infinite where it did not come to its end, for that is a result too."""
        try:
            return self.run(number)
        except Error as error:
            step(f"Missed: {', '.join(self.names)} ({error.message.splitlines()[0]})")
            return dict.fromkeys(self.names, inf)


def each_round(browser: Browser, url: str, person: Person, home: BrowserContext) -> list[Work]:
    """What is measured again and again, in this order."""
    scrolled = ("scroll longest frame", "scroll frames over 1 s")
    answered = ("checklist open", "tap answered", "answer saved")
    return [
        Work(("baseline empty page", "baseline loop"), lambda _: baseline(browser, url)),
        Work(("first visit usable",), lambda _: first_visit(browser, url)),
        Work(("weight sign-in", "weight today"), lambda _: weight(browser, url, person)),
        Work((f"offline start {CHEAP}x",), lambda _: offline_start(home, CHEAP)),
        Work((f"offline start {OLD}x",), lambda _: offline_start(home, OLD)),
        Work(answered, lambda number: checklist(home, number)),
        Work(scrolled, lambda _: scroll(home)),
        Work(REGISTER, lambda _: register(home)),
    ]


def once(browser: Browser, url: str, small: Person, large: Person) -> list[Work]:
    """What takes long: the first load of 5,000 and of 20,000 records."""

    def sync(name: str, person: Person, cpu: float, line: Line | None) -> Work:
        return Work((name,), lambda _: {name: first_sync(browser, url, person, cpu, line)})

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
# One in ten of the copies has a number that begins so: a search that finds hundreds.
_SEEK = """
window.before = document.querySelector('.houses-count').innerText
const box = document.querySelector('.houses-search input')
box.value = '-7'
box.dispatchEvent(new Event('input'))
"""
_SCROLL = """
(screens) => new Promise((resolve) => {
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
    if (still > 30 || gaps.length > screens) resolve(gaps)
    else requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})
"""
