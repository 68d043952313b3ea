"""The field app's screens for bad days: a full disk, no line, a new version, a cleared store.

They follow the other rooms, whose unsent work is still on the phone.
"""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.field.ways import FIRST_SYNC, NOTE, fill_in, open_task
from tests.browser.tour import Screen, Tour

MEGABYTE = 1_000_000
FULL_DISK = """
  () => {
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (...row) {
      if (this.name === 'drafts') throw new DOMException('full', 'QuotaExceededError')
      return put.apply(this, row)
    }
  }
"""
# The walk's browser takes no service workers. In their place: one whose newest version waits.
NEW_VERSION = """
  navigator.serviceWorker.register = async () =>
    Object.assign(new EventTarget(), { waiting: { postMessage() {} } })
"""


def storage_low(tour: Tour) -> None:
    """The browser grants little more than is used."""
    grant(tour, 20 * MEGABYTE)
    tour.open("/sync", ".app-page-body > *")
    _to_middle(tour.see(".card .error-note.warn"))


def storage_low_on_me(tour: Tour) -> None:
    tour.open("/me", ".text-size-choice")
    _to_middle(tour.see(".storage-low"))


def photo_no_room(tour: Tour) -> None:
    grant(tour, 3 * MEGABYTE)
    tour.open("/hazards/new", ".item-tiles button")
    tour.page.locator(".photo-strip input[type=file]").first.set_input_files(tour.picture)
    _to_middle(tour.see(".photo-strip .error-note.bad"))


def unkept(tour: Tour) -> None:
    """The disk takes nothing more, not even words."""
    tour.open("/me/feedback", "textarea")
    tour.page.evaluate(FULL_DISK)
    tour.page.locator("textarea").fill(NOTE)
    tour.see(".shell-banner.bad")


def rescue(tour: Tour) -> None:
    grant(tour, 1000 * MEGABYTE)
    tour.open("/sync", ".app-list-item")
    _to_middle(_button(tour, "field.rescue.title"))


def rescue_made(tour: Tour) -> None:
    tour.press("field.rescue.title")
    tour.see(".rescue-name")
    _to_middle(_button(tour, "field.rescue.save"))


def sign_out_exported(tour: Tour) -> None:
    """Nothing is sent, but all of it is in a file that has left the app."""
    with tour.page.expect_download():
        tour.press("field.rescue.save")
    tour.open("/me", ".text-size-choice")
    tour.press("field.me.sign_out")
    tour.see("dialog[open] .exported-file")


def sign_out_exported_below(tour: Tour) -> None:
    tour.page.locator("dialog[open] .app-sheet-actions").scroll_into_view_if_needed()


def update(tour: Tour) -> None:
    """A version waits to be let in."""
    tour.page.add_init_script(NEW_VERSION)
    tour.open("/", ".shell-banner.info")


def update_waits(tour: Tour) -> None:
    """Another window holds words that are not yet kept."""
    other = tour.context.new_page()
    other.goto(f"/tasks/{open_task(tour)['id']}")
    other.get_by_role("button", name=tour.named("field.task.return")).click()
    other.locator("dialog textarea").fill(NOTE)
    tour.press("field.shell.update_now")
    tour.page.get_by_text(tour.words("field.shell.update_waits")).wait_for()
    other.close()


def expired(tour: Tour) -> None:
    """The session ends while work is on the phone."""
    tour.context.clear_cookies()
    tour.context.unroute("**/sync/**")
    tour.open("/")
    tour.see("dialog[open] input")


def lost(tour: Tour) -> None:
    """The system has cleared the app's store, with all that was not sent."""
    tour.page.goto("about:blank")
    cleared = {"origin": tour.stack.url, "storageTypes": "indexeddb"}
    devtools = tour.context.new_cdp_session(tour.page)
    devtools.send("Storage.clearDataForOrigin", cleared)
    tour.open("/", "form")
    fill_in(tour)
    tour.press("field.session.sign_in")
    done = tour.page.get_by_text(tour.named("field.sync.last")).first
    done.wait_for(timeout=FIRST_SYNC)
    tour.see(".shell-banner.bad")


def lost_list(tour: Tour) -> None:
    tour.press("field.sync.loss_show", "link")
    tour.heading("field.sync.title")
    tour.see(".app-list-item")


def lost_list_below(tour: Tour) -> None:
    _to_middle(_button(tour, "field.sync.loss_read"))


def grant(tour: Tour, quota: int) -> None:
    """From the next page on, the browser says that it grants so many bytes in all."""
    told = f"{{ usage: {MEGABYTE}, quota: {quota} }}"
    tour.page.add_init_script(f"navigator.storage.estimate = async () => ({told})")


def _button(tour: Tour, key: str) -> Locator:
    return tour.page.get_by_role("button", name=tour.words(key))


def _to_middle(it: Locator) -> None:
    it.evaluate("it => it.scrollIntoView({ block: 'center' })")


SCREENS: dict[str, Screen] = {
    "storage-low": storage_low,
    "storage-low-on-me": storage_low_on_me,
    "photo-no-room": photo_no_room,
    "unkept": unkept,
    "rescue": rescue,
    "rescue-made": rescue_made,
    "sign-out-exported": sign_out_exported,
    "sign-out-exported-below": sign_out_exported_below,
    "update": update,
    "update-waits": update_waits,
    "expired": expired,
    "lost": lost,
    "lost-list": lost_list,
    "lost-list-below": lost_list_below,
}
