"""A grid worker's hands: what a person does on the phone, by what is written on the screen."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

SYNC_PATIENCE = 90_000  # ms
# While `stuck` is set the server cannot take what the phone pushes, but answers all else.
STUCK = """
  const ask = window.fetch
  window.fetch = async (...asked) => {
    const held = localStorage.getItem('stuck') && String(asked[0]).includes('/sync/push')
    const type = 'application/problem+json'
    const headers = { 'X-Sync': '1', 'Content-Type': type }
    const problem = JSON.stringify({ type: '/problems/unavailable', title: '', status: 503 })
    return held ? new Response(problem, { status: 503, headers }) : ask(...asked)
  }
"""


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Sign in, and wait until the own grids and the app itself are on the phone."""
    page.goto("/")
    page.get_by_label("用户名").fill(account["username"])
    page.get_by_label("密码", exact=True).fill(account["password"])
    page.get_by_role("button", name="登录").click()
    all_sent(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def all_sent(page: Page) -> None:
    """Wait until the app says that everything is safe."""
    expect(page.get_by_text("全部已上传").first).to_be_visible(timeout=SYNC_PATIENCE)


def tab(page: Page, name: str) -> None:
    """Go to one of the bottom tabs, by way of the first screen."""
    page.goto("/")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()


def turn_messages_on(page: Page) -> None:
    """Let the phone be notified of tasks."""
    tab(page, "我的")
    page.get_by_role("button", name="消息提醒").click()
    expect(page.get_by_role("button", name="消息提醒").get_by_text("已开启")).to_be_visible()


def first_house(page: Page) -> str:
    """Open the file of the first of all houses; answers its address."""
    tab(page, "房屋")
    page.get_by_role("group", name="显示哪些房屋").get_by_role("button", name="全部").click()
    house = page.get_by_role("main").get_by_role("listitem").get_by_role("link").first
    address = house.locator(".app-list-title")
    expect(address).not_to_be_empty()
    said = (address.text_content() or "").strip()  # a row that is not painted yet has no innerText
    house.click()
    return said


def section(page: Page, name: str) -> None:
    """Turn to a section of the checklist."""
    sections = page.get_by_role("navigation", name="检查分段")
    sections.get_by_role("button", name=re.compile(f"^{name}")).click()


def card(page: Page, code: str) -> Locator:
    """The card of a checklist item."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=code))


def all_pass(page: Page) -> None:
    """Begin an inspection in which all is well: also two persons at most in a room."""
    page.get_by_role("link", name="开始检查").click()
    answer_all(page)


def answer_all(page: Page) -> None:
    """Answer the checklist that is open so that all is well."""
    page.get_by_role("button", name="全部符合").click()
    section(page, "居住标准")
    persons = card(page, "B01").get_by_role("textbox", name="B01")
    persons.fill("2")
    persons.blur()


def fail_item(page: Page, name: str, code: str, photo: Path) -> None:
    """Mark an item as failed, with a photo."""
    section(page, name)
    it = card(page, code)
    it.get_by_role("group", name=code).get_by_role("button", name="不符合").click()
    it.locator("input[type=file]").first.set_input_files(photo)
    expect(it.get_by_role("button", name="查看第 1 张照片")).to_be_visible()


def report_hazard(page: Page, photo: Path, kind: str) -> None:
    """随手报: camera, shutter, kind, submit."""
    page.goto("/")
    with page.expect_file_chooser() as camera:
        page.get_by_role("navigation", name="主导航").get_by_role("button", name="上报").click()
    camera.value.set_files(photo)
    page.get_by_role("group", name="是什么问题？").get_by_role("button", name=kind).click()
    expect(page.get_by_role("button", name="查看第 1 张照片")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("button", name="提交").click()
    expect(page.get_by_text("已保存在本机").first).to_be_visible()


def report_further(page: Page, case: str, words: str, button: str) -> None:
    """续报 or 终报 of one's own emergency."""
    page.goto(f"/hazards/{case}")
    page.get_by_role("link", name="续报、终报").click()
    page.get_by_label("现在的情况").fill(words)
    send = page.get_by_role("button", name=button, exact=True)
    send.click()
    expect(send).to_be_hidden()
    page.goto("/")
    all_sent(page)


def write_feedback(screen: Page) -> None:
    """Save something that the phone will want to send."""
    screen.goto("/me/feedback")
    screen.get_by_label("您想说什么").fill("地图上字太小")
    screen.get_by_role("button", name="提交").click()
    expect(screen.get_by_role("heading", name="我的")).to_be_visible()


def walk_at_night(context: BrowserContext, page: Page) -> None:
    """A night patrol of four fixes on the way, with its track."""
    page.goto("/")
    page.get_by_role("link", name="巡查").first.click()
    page.get_by_role("button", name="夜间巡查").click()
    page.get_by_role("button", name="开始巡查").click()
    expect(page.get_by_text("正在记录轨迹").first).to_be_visible()
    for step in range(1, 5):
        place = {"longitude": 121.0735 + step * 1e-4, "latitude": 32.0658, "accuracy": 8}
        context.set_geolocation(place)  # type: ignore[arg-type]
        expect(page.locator(".patrol-distance")).to_have_text(re.compile(_metres(step)))
    page.get_by_role("button", name="结束", exact=True).click()
    page.get_by_role("button", name="确认结束").click()
    expect(page.get_by_role("heading", name="巡查记录")).to_be_visible()


def _metres(step: int) -> str:
    """About 9.4 metres a step, once the first fix is there."""
    return r"^\d+ m" if step > 1 else r"\d"
