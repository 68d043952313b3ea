"""What is done with papers on a phone: numbers come, somebody signs."""

from __future__ import annotations

import re

from playwright.sync_api import Page

# Whether numbers have come to the phone.
BLOCKS = """async () => {
  const names = await indexedDB.databases()
  for (const { name } of names) {
    const db = await new Promise((done) => {
      const ask = indexedDB.open(name)
      ask.onsuccess = () => done(ask.result)
    })
    if (![...db.objectStoreNames].includes('base')) { db.close(); continue }
    const rows = await new Promise((done) => {
      const ask = db.transaction('base').objectStore('base').getAll()
      ask.onsuccess = () => done(ask.result)
    })
    db.close()
    if (rows.some(({ kind }) => kind === 'number_block')) return true
  }
  return false
}"""


def sign(page: Page, name: str) -> None:
    """Draw in the field of that name."""
    field = page.get_by_role("img", name=re.compile(name)).first
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 20, steps=4)
    page.mouse.move(box["x"] + 180, box["y"] + 90, steps=4)
    page.mouse.up()
