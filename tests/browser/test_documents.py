"""An officer without a network issues an order; the desk reprints it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import worker
from tests.browser.office import Office
from tests.browser.papers import numbers_came, sign
from tools.stack import Stack

NUMBER = re.compile(r"通综执责改字〔\d{4}〕第\d{4}号")


def look(page: Page, name: str) -> None:
    """Keep a picture, where somebody asks for pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def come_to_a_house(page: Page, account: dict[str, str]) -> None:
    """Sign in, wait until numbers have been leased, and begin a paper at the first house."""
    worker.sign_in(page, account)
    numbers_came(page, "order")
    worker.all_sent(page)
    worker.first_house(page)
    page.wait_for_url("**/houses/*")
    page.goto(f"{page.url}/document")
    expect(page.get_by_role("button", name=re.compile("责令改正通知书"))).to_be_visible()


def write(page: Page) -> None:
    """Fill in an order; it needs a second officer."""
    page.get_by_role("button", name=re.compile("责令改正通知书")).click()
    page.get_by_label("当事人").fill("张三丰")
    page.get_by_label("证件号码").fill("320612189001011234")
    page.get_by_role("button", name="添加一项").click()
    page.get_by_label("第 1 项问题").fill("楼梯间停放电动自行车并飞线充电")
    page.get_by_label("违反的规定").fill("《江苏省消防条例》")
    page.get_by_label("改正要求").fill("立即清除并保持疏散通道畅通")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("两人执法")).to_be_visible()
    page.locator("[aria-pressed=false]", has_text="3206").click()
    sign(page, "签名")
    look(page, "document-form")
    page.get_by_role("button", name="预览").click()


def hand_over(page: Page) -> None:
    """The party signs for it."""
    page.get_by_role("button", name="送达").click()
    sign(page, "受送达人签名")
    look(page, "document-serve")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已送达", exact=True)).to_be_visible()
    look(page, "document-served")


def find(page: Page, number: str) -> None:
    """Come to a paper in the register by its number."""
    page.goto("/centre/documents")
    page.get_by_label("搜索文号").fill(number)
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name=number)).to_be_visible()
    detail = page.get_by_role("region", name="详情")
    expect(detail.get_by_text("张三丰 当面签收")).to_be_visible()
    expect(detail.get_by_text("1. 楼梯间停放电动自行车并飞线充电")).to_be_visible()
    look(page, "document-at-the-desk")


def reprint(page: Page) -> None:
    """Take the paper as the centre prints it, and the list as it is filtered."""
    with page.expect_download() as printed:
        page.get_by_role("button", name="打印文书").click()
    assert Path(printed.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_text("导出", exact=True).click()
    with page.expect_download() as ledger:
        page.get_by_role("button", name="CSV 表格").click()
    rows = Path(ledger.value.path()).read_text("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "责令改正通知书" in rows[1]


def withdraw(page: Page) -> None:
    """Withdraw the paper; the register says why."""
    page.get_by_role("button", name="撤回").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("撤回的原因").fill("当事人写错")
    dialog.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("原因:当事人写错".replace(":", "\N{FULLWIDTH COLON}"))).to_be_visible()
    expect(page.get_by_role("button", name="撤回")).to_be_hidden()


def numbers(page: Page, number: str) -> None:
    """The number of the paper stands among those that its phone was given."""
    page.get_by_role("link", name="文号", exact=True).click()
    block = page.locator(".block", has_text="综合行政执法局").first
    expect(block.get_by_text(f"{int(number[-5:-1])} 已用")).to_be_visible()
    expect(block.get_by_text("领用", exact=False).first).to_be_visible()
    look(page, "document-numbers")


def test_an_order_is_issued_offline_and_printed_at_the_desk(
    phone: BrowserContext, desk: BrowserContext, stack: Stack
) -> None:
    everyone = [one for some in stack.accounts.values() for one in some]
    page = phone.new_page()
    come_to_a_house(page, next(one for one in everyone if one["username"] == "enforce"))
    phone.set_offline(offline=True)
    write(page)
    paper = page.get_by_role("img", name=NUMBER)
    expect(paper).to_have_attribute("alt", re.compile(r"3206\*+1234"))
    look(page, "document-preview")
    page.get_by_role("button", name="开具", exact=True).click()
    hand_over(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="分享或保存 PDF").click()
    pdf = Path(saved.value.path()).read_bytes()
    assert (pdf[:8], pdf.count(b"/DCTDecode")) == (b"%PDF-1.4", 1)
    number = NUMBER.search(paper.get_attribute("alt") or "")
    assert number is not None

    phone.set_offline(offline=False)
    page.goto("/")
    worker.all_sent(page)

    centre = Office(desk.new_page())
    centre.sign_in(stack.accounts["commander"][0])
    find(centre.page, number[0])
    reprint(centre.page)
    withdraw(centre.page)
    numbers(centre.page, number[0])
