"""What is done with papers on a phone: numbers come, somebody signs."""

from __future__ import annotations

import re

from playwright.sync_api import Page

# Whether numbers for papers of this kind have been leased to this very phone.
BLOCKS = """async (kind) => {
  const names = await indexedDB.databases()
  for (const { name } of names) {
    const db = await new Promise((done) => {
      const ask = indexedDB.open(name)
      ask.onsuccess = () => done(ask.result)
    })
    if (![...db.objectStoreNames].includes('base')) { db.close(); continue }
    const all = (store) => new Promise((done) => {
      const ask = db.transaction(store).objectStore(store).getAll()
      ask.onsuccess = () => done(ask.result)
    })
    const [rows, meta] = [await all('base'), await all('meta')]
    db.close()
    const mine = meta.find(({ key }) => key === 'number_holder')?.value
    const blocks = rows.filter((row) => row.kind === 'number_block').map(({ row }) => row)
    if (blocks.some((block) => block.device_id === mine && block.kind === kind)) return true
  }
  return false
}"""


def numbers_came(page: Page, kind: str) -> None:
    """Wait until the phone has numbers of its own; those of somebody else's phone are of no use."""
    page.wait_for_function(BLOCKS, arg=kind)


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
