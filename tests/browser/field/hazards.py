"""Hazards and emergencies."""

from __future__ import annotations

import re

from tests.browser.field.ways import scroll_down, take_photo
from tests.browser.tour import Screen, Tour

# A camera that sees a wall, or none.
CAMERA = """
  works => {
    const wall = document.createElement('canvas')
    Object.assign(wall, { width: 960, height: 1280 })
    const brush = wall.getContext('2d')
    const paint = () => {
      brush.fillStyle = '#b8a888'
      brush.fillRect(0, 0, 960, 1280)
      brush.fillStyle = '#7a6a50'
      for (let y = 0; y < 1280; y += 160) brush.fillRect(0, y, 960, 8)
    }
    setInterval(paint, 100)
    navigator.mediaDevices.getUserMedia = async () => {
      if (!works) throw new DOMException('none', 'NotFoundError')
      return wall.captureStream(10)
    }
  }
"""


def urgent(tour: Tour) -> None:
    tour.open("/hazards/urgent", "textarea")
    tour.press("field.hazards.urgent.send")


def hazard_new(tour: Tour) -> None:
    tour.open("/hazards/new", ".item-tiles button")


def hazard_tried(tour: Tour) -> None:
    tour.press("field.hazards.submit")
    tour.see(".app-page-actions .error-note")


def hazard_settled(tour: Tour) -> None:
    """Rubbish may be settled on the spot."""
    tour.page.locator(".item-tiles button:has(small)").first.click()
    tour.press("field.hazards.settled.self")
    tour.page.locator(".app-tabs + p").scroll_into_view_if_needed()


def hazard_filled(tour: Tour) -> None:
    take_photo(tour, ".photo-strip input[type=file]")
    tour.page.locator(".item-tiles button").nth(2).click()


def hazard_filled_below(tour: Tour) -> None:
    scroll_down(tour)


def hazard_place(tour: Tour) -> None:
    tour.press("field.hazards.pick")
    tour.see("dialog[open]")


def hazard_discard(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.press("field.hazards.discard")
    tour.see("dialog[open]")


def hazards(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.press("field.hazards.submit")
    tour.page.wait_for_url(re.compile("/hazards$"))
    tour.see(".app-list-item")


def hazard(tour: Tour) -> None:
    rows = [row for row in tour.rows["case"] if row["source"] == "report"] or tour.rows["case"]
    tour.open(f"/hazards/{rows[0]['id']}", ".app-page-body > *")


def emergency(tour: Tour) -> None:
    """One's own, which the centre has taken: there is more to report while it is open."""
    row = next(row for row in tour.rows["case"] if row["item_code"] == "X01")
    assert tour.page.evaluate(OPEN, row["id"]) == 1
    tour.open(f"/hazards/{row['id']}", ".app-page-body .app-button.primary")


# On the phone a case is open again: other stories may have brought every emergency to its end.
OPEN = """async (id) => {
  let changed = 0
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => {
      const ask = indexedDB.open(name)
      ask.onsuccess = () => done(ask.result)
    })
    if (![...db.objectStoreNames].includes('base')) { db.close(); continue }
    await new Promise((done) => {
      const walk = db.transaction('base', 'readwrite').objectStore('base').openCursor()
      walk.onsuccess = () => {
        const at = walk.result
        if (!at) { done(); return }
        if (at.value.kind === 'case' && at.value.id === id) {
          at.update({ ...at.value, row: { ...at.value.row, state: 'accepted', closed_at: null } })
          changed += 1
        }
        at.continue()
      }
    })
    db.close()
  }
  return changed
}"""


def emergency_follow(tour: Tour) -> None:
    tour.press("field.hazards.follow.title", "link")
    tour.see("textarea")


def emergency_follow_missing(tour: Tour) -> None:
    tour.press("field.hazards.follow.final")
    tour.see("[aria-invalid=true]")


def hazard_of_inspection(tour: Tour) -> None:
    rows = [row for row in tour.rows["case"] if row["source"] == "inspection"]
    tour.open(f"/hazards/{rows[0]['id']}", ".app-page-body > *")


def whistle(tour: Tour) -> None:
    tour.open(f"/hazards/{tour.rows['case'][0]['id']}/whistle", ".whistle-list label")


def whistle_missing(tour: Tour) -> None:
    tour.press("field.hazards.whistle.send")
    tour.see(".app-page-actions .error-note")


def strike_off(tour: Tour) -> None:
    """A finding of which a photo was taken: the old one beside the new ones."""
    taken = {(row["owner_id"], row["item_code"]) for row in tour.rows["photo"]}
    row = next(
        row
        for row in tour.rows["case"]
        if (row["inspection_id"], row["item_code"]) in taken and not row["closed_at"]
    )
    tour.open(f"/hazards/{row['id']}/strike-off", ".strike-off-pair img")


def strike_off_missing(tour: Tour) -> None:
    tour.press("field.hazards.strike_off.failed")
    tour.see("[aria-invalid=true]")


def strike_off_no_camera(tour: Tour) -> None:
    tour.page.evaluate(CAMERA, False)
    tour.press("field.hazards.strike_off.line_up")
    tour.see("dialog .error-note")


def strike_off_lining_up(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.page.evaluate(CAMERA, True)
    tour.press("field.hazards.strike_off.line_up")
    tour.page.wait_for_function("() => document.querySelector('.line-up video')?.videoWidth > 0")
    tour.see(".line-up img")


def strike_off_taken(tour: Tour) -> None:
    tour.page.locator("dialog[open] .app-button.primary").click()
    tour.see(".photo-strip img")


def hazard_gone(tour: Tour) -> None:
    tour.open("/hazards/0", ".empty-state")


SCREENS: dict[str, Screen] = {
    "urgent": urgent,
    "hazard-new": hazard_new,
    "hazard-tried": hazard_tried,
    "hazard-settled": hazard_settled,
    "hazard-filled": hazard_filled,
    "hazard-filled-below": hazard_filled_below,
    "hazard-place": hazard_place,
    "hazard-discard": hazard_discard,
    "hazards": hazards,
    "hazard": hazard,
    "emergency": emergency,
    "emergency-follow": emergency_follow,
    "emergency-follow-missing": emergency_follow_missing,
    "hazard-of-inspection": hazard_of_inspection,
    "whistle": whistle,
    "whistle-missing": whistle_missing,
    "strike-off": strike_off,
    "strike-off-missing": strike_off_missing,
    "strike-off-no-camera": strike_off_no_camera,
    "strike-off-lining-up": strike_off_lining_up,
    "strike-off-taken": strike_off_taken,
    "hazard-gone": hazard_gone,
}
