"""A phone before a door: its camera sees a printed label."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter
from playwright.sync_api import BrowserContext, Playwright

from tests.browser.conftest import HERE, PATIENCE, PHONE
from tools.chromium import CHROMIUM, FLAGS

FRAME = (640, 480)
# Phones without the maker's services have a detector in name alone.
DETECTOR = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(['qr_code']) }
  detect() { return %s }
}
"""
FAILING, BLIND = DETECTOR % "Promise.reject(new Error('none'))", DETECTOR % "Promise.resolve([])"
MILLIMETRES = 72 / 25.4  # PDF points in one


def seen(sheet: Path, film: Path) -> Path:
    """A film of the sheet's first label as a hand holds a phone before it: askew, a bit blurred."""
    page = pypdfium2.PdfDocument(sheet)[0].render(scale=4).to_pil()
    width, height = (round(side * MILLIMETRES * 4) for side in (70, 37.125))
    label = page.convert("L").crop((0, 0, width, height))
    label.thumbnail((420, 320))
    picture = Image.new("L", FRAME, 90)
    picture.paste(label, (120, 110))
    picture = picture.rotate(7, fillcolor=90).filter(ImageFilter.GaussianBlur(0.8))
    grey = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    head = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    film.write_bytes(head + 10 * (b"FRAME\n" + picture.tobytes() + grey))
    return film


@contextmanager
def looking_at(playwright: Playwright, url: str, film: Path) -> Iterator[BrowserContext]:
    """A phone without a detector of its own, whose camera shows a film."""
    flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    with playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + flags) as browser:
        context = browser.new_context(
            base_url=url,
            viewport=PHONE,
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=HERE,
            permissions=["geolocation", "camera"],
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(FAILING)
        yield context
