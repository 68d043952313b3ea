"""Two people at the door without a network: what each does on a phone of one's own."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import worker
from tests.browser.papers import numbers_came, sign
from tests.browser.pictures import photo
from tests.browser.story.cast import FAILURES, House

NUMBER = re.compile(r"通\S+?字〔\d{4}〕第\d{4}号")
LANDLORD = "陈房东"
SIZE = (2000, 1500)  # of a photo, so that the story is short


def come(screen: Page, account: dict[str, str]) -> None:
    """Sign in, and wait until the phone can do without a network, with numbers for papers."""
    worker.sign_in(screen, account)
    screen.wait_for_function("() => navigator.serviceWorker.controller !== null")
    numbers_came(screen, "advice")
    worker.all_sent(screen)


def scan(screen: Page, house: House) -> None:
    """The camera reads the label at the door."""
    screen.goto("/houses")
    screen.get_by_role("link", name="扫码核查").click()
    expect(screen.get_by_role("heading", level=1, name=house.address, exact=True)).to_be_visible()
    expect(screen.get_by_text("未检查").first).to_be_visible()


def inspect(screen: Page, folder: Path) -> None:
    """Five items fail, each with a photo; the rest is well."""
    worker.all_pass(screen)
    area = worker.card(screen, "B02").get_by_role("textbox", name="B02")
    area.fill("20")
    area.blur()
    for one in FAILURES:
        worker.fail_item(screen, one.section, one.code, photo(folder, one.code, SIZE))
    screen.get_by_role("link", name="去提交").click()
    expect(screen.get_by_text("不符合 5 项").first).to_be_visible()
    screen.get_by_role("button", name="确认提交").click()
    expect(screen.get_by_text("已保存在本机").first).to_be_visible()


def have_it_signed(screen: Page) -> None:
    """The landlord signs for what was found."""
    screen.get_by_role("link", name="请当事人签字").click()
    screen.get_by_label("签字人姓名").fill(LANDLORD)
    sign(screen, "签字处")
    screen.get_by_role("button", name="保存签字").click()
    expect(screen.get_by_role("heading", name="签字情况")).to_be_visible()


def advise(screen: Page) -> str:
    """The worker hands over advice that says all that was found; answers its number."""
    screen.get_by_role("link", name="开具文书").click()
    screen.get_by_label("当事人").fill(LANDLORD)
    expect(screen.get_by_label("第 5 项问题")).not_to_be_empty()
    sign(screen, "签名")
    return _issue(screen)


def order(screen: Page, house: House) -> str:
    """Two officers order what is to be put right; answers the number."""
    screen.goto("/scan")
    screen.get_by_label("门牌编码").fill(house.code)
    screen.get_by_role("button", name="打开房屋").click()
    screen.wait_for_url(f"**/houses/{house.id}")
    screen.goto(f"/houses/{house.id}/document")
    screen.get_by_role("button", name=re.compile("责令改正通知书")).click()
    screen.get_by_label("当事人").fill(LANDLORD)
    screen.get_by_role("button", name="添加一项").click()
    screen.get_by_label("第 1 项问题").fill("疏散通道堆放杂物")
    screen.get_by_label("违反的规定").fill("《江苏省消防条例》")
    screen.get_by_label("改正要求").fill("立即清除并保持畅通")
    screen.locator("[aria-pressed=false]", has_text="3206").click()
    sign(screen, "签名")
    return _issue(screen)


def _issue(screen: Page) -> str:
    """Look at it, issue it, and have the party sign for it."""
    screen.get_by_role("button", name="预览").click()
    screen.get_by_role("button", name="开具", exact=True).click()
    screen.get_by_role("button", name="送达").click()
    sign(screen, "受送达人签名")
    screen.get_by_role("button", name="保存", exact=True).click()
    expect(screen.get_by_text("已送达", exact=True)).to_be_visible()
    said = screen.get_by_role("img", name=NUMBER).get_attribute("alt")
    number = NUMBER.search(said or "")
    assert number is not None
    return number[0]


def send(screen: Page) -> None:
    """Wait until everything of the phone is at the centre."""
    screen.goto("/")
    worker.all_sent(screen)


def asked_to_look(screen: Page, house: House, many: int) -> None:
    """Wait until the tasks to look again are on the phone."""
    worker.tab(screen, "任务")
    tasks = screen.get_by_role("link", name="销号复查").filter(has_text=house.address)
    expect(tasks).to_have_count(many)


def recheck(screen: Page, house: House, title: str, after: Path | None) -> None:
    """Do one of the tasks to look again: with a photo it is mended, without it is not."""
    worker.tab(screen, "任务")
    tasks = screen.get_by_role("link", name=re.compile(f"销号复查.*{re.escape(title[:12])}"))
    tasks.filter(has_text=house.address).click()
    screen.get_by_role("button", name="接受任务").click()
    screen.get_by_role("link", name="去复查销号").click()
    expect(screen.get_by_role("img", name="整改前")).to_be_visible()
    if after is None:
        screen.get_by_label("复查情况").fill("杂物搬走一半,通道仍不通")
        screen.get_by_role("button", name="未整改，不通过").click()
        expect(screen.get_by_text("复查不通过，已保存")).to_be_visible()
        return
    screen.locator("input[type=file]").first.set_input_files(after)
    expect(screen.get_by_role("button", name="查看第 1 张照片")).to_be_visible()
    screen.get_by_role("button", name="已整改，通过").click()
    expect(screen.get_by_text("复查通过，已保存")).to_be_visible()


def stands(screen: Page, house: House, state: str, hazards: int) -> None:
    """The file of the house on the phone says its state, and how much is open."""
    screen.goto(f"/houses/{house.id}")
    expect(screen.get_by_text(state, exact=True).first).to_be_visible()
    expect(screen.get_by_role("heading", name=re.compile(rf"隐患.*{hazards}"))).to_be_visible()
