"""Whoever has the right says at the desk who issues papers, and what they say."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.office import Office
from tools.stack import Stack

ADDED = "请保留本告知单,复查时出示。"


def come(desk: BrowserContext, stack: Stack, role: str) -> Page:
    """Sign in, and open what papers are made by."""
    office = Office(desk.new_page())
    office.sign_in(stack.accounts[role][0])
    office.page.goto("/centre/documents/setup")
    expect(office.page.get_by_role("heading", name="开具机关")).to_be_visible()
    return office.page


def card(page: Page, text: str) -> Locator:
    """What stands there about an authority or a paper."""
    return page.locator(".setup-card", has_text=text).first


def test_the_commander_says_who_may_enforce_and_until_when(
    desk: BrowserContext, stack: Stack
) -> None:
    page = come(desk, stack, "commander")
    bureau = card(page, "综合行政执法局")
    before = bureau.locator("li").first.inner_text()

    bureau.locator("li").first.get_by_role("button", name="修改").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("失效日期").fill("2020-01-01")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("失效日期不能早于生效日期")).to_be_visible()
    dialog.get_by_label("失效日期").fill("2099-12-31")
    dialog.get_by_role("button", name="保存").click()
    expect(bureau.get_by_text("至 2099-12-31 有效")).to_be_visible()
    assert "起有效" in before

    bureau.get_by_role("button", name="修改").first.click()
    expect(dialog.get_by_label("机关代字")).to_be_disabled()  # the sample has given numbers
    dialog.get_by_label("联系方式").fill("0513-86110000")
    dialog.get_by_role("button", name="保存").click()
    expect(bureau.get_by_text("0513-86110000")).to_be_visible()


def test_new_words_are_published_and_wrong_ones_refused_in_their_place(
    desk: BrowserContext, stack: Stack
) -> None:
    page = come(desk, stack, "commander")
    advice = card(page, "安全隐患整改告知单")
    expect(advice.get_by_text("【当事人】").first).to_be_visible()
    advice.get_by_role("button", name="修改").click()
    dialog = page.get_by_role("dialog")
    last = dialog.get_by_label("行的文字").last
    said = last.input_value()

    last.fill(f"{said}【姓名】")
    dialog.get_by_role("button", name="发布新版").click()
    expect(dialog.get_by_text("没有这个空")).to_be_visible()
    last.fill(f"{said}{ADDED}")
    dialog.get_by_role("button", name="发布新版").click()

    expect(advice.get_by_text(ADDED)).to_be_visible()
    advice.get_by_label("版本").select_option("1")
    expect(advice.get_by_text(ADDED)).to_be_hidden()


def test_whoever_has_not_the_right_only_reads(desk: BrowserContext, stack: Stack) -> None:
    page = come(desk, stack, "dispatcher")

    expect(card(page, "综合行政执法局").get_by_text("执法证号").first).to_be_visible()
    expect(page.get_by_role("button", name="新增机关")).to_be_hidden()
    expect(page.get_by_role("button", name="修改")).to_be_hidden()
