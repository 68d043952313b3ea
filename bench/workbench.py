"""What a dispatcher waits for on the screen, in a queue of 10,000 open cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Page, ViewportSize, sync_playwright

from bench.phone.handset import GAPS, slowed, timed, when
from tools.chromium import CHROMIUM, FLAGS

SIZE: ViewportSize = {"width": 1440, "height": 900}
PATIENCE = 60_000  # ms: what takes longer is a miss
NEXT = 30  # cases that are opened one after the other
SCREENS = 300  # that are scrolled, one each frame
SLOWER = 4  # times, for the second line of figures: an old office computer

Waits = dict[str, float]
QUEUE = "document.querySelector('.queue-option')"


def waits(url: str, account: dict[str, str], slower: float) -> Waits:
    """Milliseconds of each piece of work, on a processor so many times slower."""
    with _desk(url, account) as page:
        slowed(page, slower)
        page.goto("/centre/bench?view=open", wait_until="commit")
        found = {"queue shown": when(page, QUEUE)}
        page.locator(".queue-option").first.wait_for()
        found |= _cases(page) | _narrowing(page)
        return found | _scrolled(page)


@contextmanager
def _desk(url: str, account: dict[str, str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=url, viewport=SIZE, locale="zh-CN")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto("/centre/")
        page.get_by_label("用户名").fill(account["username"])
        page.get_by_label("密码", exact=True).fill(account["password"])
        page.get_by_role("button", name="登录").click()
        page.get_by_text("实时").first.wait_for()
        yield page
        browser.close()


def _cases(page: Page) -> Waits:
    """One case after another, by the key: until the whole case is there."""
    shown = (
        "document.querySelector('.queue-option.chosen')?.dataset.id !== window.before"
        " && document.querySelector('.bench-case').innerText.includes(window.number())"
    )
    page.evaluate(_NUMBER)
    times = [timed(page, f"window.leave(); {_key('n')}", shown) for _ in range(NEXT)]
    return {"next case": median(times), "next case, slowest": max(times)}


def _narrowing(page: Page) -> Waits:
    """Another view, and a word that many cases have."""
    overdue = timed(page, f"{_key('g')}; {_key('o')}", _view("overdue"))
    every = timed(page, f"{_key('g')}; {_key('a')}", _view("open"))
    word = page.locator(".queue-option b").first.inner_text()[:2]
    found = (
        f"location.search.includes('q=') && {QUEUE}"
        f" && [...document.querySelectorAll('.queue-option')]"
        f".every((it) => it.innerText.includes('{word}'))"
    )
    sought = timed(page, _SEEK % word, found)
    page.goto("/centre/bench?view=open")
    page.locator(".queue-option").first.wait_for()
    return {"other view": max(overdue, every), "search": sought}


def _view(name: str) -> str:
    return f"location.search.includes('view={name}') && {QUEUE}"


def _scrolled(page: Page) -> Waits:
    """Down the queue, a screen each frame, with the map beside it that shows what has come."""
    told = page.evaluate(_SCROLL, SCREENS)
    gaps = sorted(told["gaps"])
    page.evaluate(GAPS)
    box = page.locator(".bench-map canvas").bounding_box()
    if box is None:
        raise RuntimeError("the workbench shows no map")
    page.mouse.move(box["x"] + 120, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 260, steps=20)
    page.mouse.up()
    return {
        "scroll, frame at 99 %": gaps[int(len(gaps) * 0.99)],
        "scroll, longest frame": gaps[-1],
        "map, longest frame": max(page.evaluate("window.gaps")),
        "cases in the list": told["rows"],
        "rows in the page": told["held"],
    }


def _key(letter: str) -> str:
    event = f"new KeyboardEvent('keydown', {{ key: '{letter}', bubbles: true }})"
    return f"document.body.dispatchEvent({event})"


_NUMBER = """() => {
  const chosen = () => document.querySelector('.queue-option.chosen')
  window.leave = () => { window.before = chosen()?.dataset.id }
  window.number = () => {
    const line = chosen()?.querySelector('.small')
    return line ? line.innerText.trim().split(' ')[0] : '?'
  }
}"""
_SEEK = """
const box = document.querySelector('.bench-queue input[type=search]')
box.value = '%s'
box.dispatchEvent(new Event('input', { bubbles: true }))
box.dispatchEvent(new Event('change', { bubbles: true }))
"""
_SCROLL = """(screens) => new Promise((resolve) => {
  const it = document.querySelector('.queue-list')
  const gaps = []
  let last = performance.now()
  const step = (now) => {
    gaps.push(now - last)
    last = now
    it.scrollTop += it.clientHeight
    if (gaps.length <= screens) requestAnimationFrame(step)
    else resolve({
      gaps: gaps.slice(1),
      rows: Math.round(it.scrollHeight / 84),
      held: document.querySelectorAll('.queue-option').length,
    })
  }
  requestAnimationFrame(step)
})"""
