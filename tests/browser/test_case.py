"""A case from a resident's report to its second end, through five people's hands; an urgent one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from backend.clock.calendar import ZONE
from tests.browser import resident, worker
from tests.browser.conftest import People
from tests.browser.ears import Ears, listening
from tests.browser.office import Office
from tests.browser.pictures import photo
from tests.delivery.services import PushService
from tools.stack import Stack

TASK = "核实外墙掉块"
CAUSE = "三号楼电瓶车起火,有人被困"


@pytest.fixture
def fire_ears(stack: Stack, texts: PushService) -> Iterator[Ears]:
    with listening(stack, texts, "fire") as it:
        yield it


@dataclass
class Story:
    """The case, and those through whose hands it goes."""

    number: str
    case: str
    centre: Office
    fire: Office
    housing: Office
    checker: Office
    ears: Ears


def test_a_case_goes_to_its_end_twice(
    people: People,
    phone: BrowserContext,
    fire_ears: Ears,
    texts: PushService,
    tmp_path: Path,
) -> None:
    stack = people.stack
    me = stack.account("grid_worker")
    place = resident.place_of(stack, me["username"])
    slip, number = resident.report(people.resident(), place, texts, photo(tmp_path, "wall"))
    story = Story(
        number,
        resident.case_of(stack, number),
        centre=people.come("dispatcher", "dispatcher"),
        fire=people.come("officer", "fire"),
        housing=people.come("officer", "housing", on_phone=True),
        checker=people.come("supervisor", "supervisor"),
        ears=fire_ears,
    )
    field = phone.new_page()
    worker.sign_in(field, me)

    story.centre.open(story.case)
    have_it_verified(story.centre.page, me["name"])
    confirm(field, photo(tmp_path, "seen"))
    it_goes_to_the_wrong_department(story)
    it_takes_longer_and_needs_help(story)
    the_first_try_fails_its_check(story)
    resident.rate(slip, "不满意")
    it_is_opened_again(story, resident.TELEPHONE)


def it_goes_to_the_wrong_department(story: Story) -> None:
    """Fire hears of it by push and at the open desk, and returns it; it goes to housing."""
    story.centre.sees("东侧墙面松动")
    story.centre.act("立案")
    story.centre.act("派遣", choose={"承办部门": "消防"})
    told = story.ears.by_push(story.number)
    assert told["url"] == f"/centre/cases/{story.case}"
    story.fire.follow(story.number)
    story.fire.act("退回", 理由="不是消防通道,属房屋结构")
    story.centre.sees("不是消防通道,属房屋结构")
    story.centre.act("派遣", choose={"承办部门": "住建"})


def it_takes_longer_and_needs_help(story: Story) -> None:
    """Housing gets more time; fire, whose phone is dead, hears in the chat that it must help."""
    story.housing.open(story.case)
    story.housing.act("签收")
    later = (datetime.now(ZONE) + timedelta(days=5)).strftime("%Y-%m-%d 17:00")
    story.housing.act("申请延期", 到何时=later, 理由="需要搭架")
    story.centre.sees("延期待批")
    story.centre.act("批准延期")
    story.ears.push.status = 503
    story.fire.leave()
    story.centre.act("请求协办", departments=["消防"], 说明="现场需要断电监护")
    assert "请求协办" in story.ears.by_chat(story.number)
    story.fire.open(story.case)
    story.fire.act("签收协办", within=story.fire.part("消防"))
    story.fire.act("协办反馈", within=story.fire.part("消防"), 说明="已到场监护")


def the_first_try_fails_its_check(story: Story) -> None:
    """Somebody else looks at what was done: not yet, then yes."""
    story.housing.open(story.case)
    story.housing.act("处置反馈", 说明="已加固")
    story.checker.open(story.case)
    story.checker.act("核查不通过", 理由="东侧仍有松动")
    story.housing.sees("东侧仍有松动")
    story.housing.act("处置反馈", 说明="东侧已加固")
    story.checker.sees("东侧已加固")
    story.checker.act("核查通过", 说明="现场复核无松动")
    story.centre.sees("现场复核无松动")
    story.centre.act("结案", 说明="已整改")


def it_is_opened_again(story: Story, telephone: str) -> None:
    """The resident is not content. Chat and push are dead: a text tells fire, and no more."""
    story.centre.sees("不满意")
    story.ears.chat.status = 503
    story.fire.leave()
    story.centre.act("重开", 理由="居民反映仍有掉块")
    story.centre.act("派遣", choose={"承办部门": "消防"})
    text = story.ears.by_text(story.number)
    assert telephone not in text
    assert "掉块" not in text
    story.fire.open(story.case)
    story.fire.act("签收")
    story.fire.act("处置反馈", 说明="已清除松动部分")
    story.checker.sees("已清除松动部分")
    story.checker.act("核查通过", 说明="二次复核通过")
    story.centre.sees("二次复核通过")
    story.centre.act("结案", 说明="二次整改完成")
    story.centre.sees("已结案")


def test_an_urgent_report_rings_until_somebody_takes_it(
    people: People, phone: BrowserContext
) -> None:
    centre = people.come("dispatcher", "dispatcher")
    second = people.come("dispatcher", "dispatcher2")
    field = phone.new_page()
    worker.sign_in(field, people.stack.account("grid_worker"))
    phone.set_offline(True)
    field.goto("/")
    field.get_by_role("link", name="紧急上报").first.click()
    field.get_by_role("textbox").first.fill(CAUSE)
    field.get_by_role("button", name="立即上报").click()
    phone.set_offline(False)

    expect(alarm(second)).to_be_visible(timeout=60_000)
    expect(alarm(centre)).to_be_visible()
    alarm(centre).get_by_role("button", name="受理").click()

    expect(alarm(centre)).to_be_hidden()
    expect(alarm(second)).to_be_hidden()


def alarm(office: Office) -> Locator:
    """The line of the bar that tells of the fire."""
    return office.page.get_by_role("alert").get_by_role("listitem").filter(has_text=CAUSE)


def have_it_verified(page: Page, name: str) -> None:
    """Send a worker to look at it."""
    page.get_by_role("main").get_by_role("button", name="派任务").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("现场核实", exact=True).click()
    dialog.get_by_label("标题").fill(TASK)
    dialog.get_by_role("searchbox", name="按姓名或网格查找").fill(name)
    dialog.get_by_text(name, exact=True).first.click()
    dialog.get_by_role("button", name="派出").click()
    expect(dialog).to_be_hidden()


def confirm(screen: Page, picture: Path) -> None:
    """On the phone: take the task, look, and say so; Today shows only those due first."""
    worker.tab(screen, "任务")
    screen.get_by_role("link", name=TASK).first.click()
    screen.get_by_role("button", name="接受任务").click()
    screen.get_by_role("link", name="完成任务").click()
    screen.get_by_role("button", name="属实", exact=True).click()
    screen.get_by_label("现场情况").fill("东侧墙面松动")
    screen.locator("input[type=file]").first.set_input_files(picture)
    expect(screen.get_by_role("button", name="查看第 1 张照片")).to_be_visible()
    screen.get_by_role("button", name="完成", exact=True).click()
    expect(screen.get_by_text("已保存在手机里").first).to_be_visible()
    screen.goto("/")
    worker.all_sent(screen)
