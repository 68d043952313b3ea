"""A case from a resident's report to its second end, through five people's hands; an urgent one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from backend.clock.calendar import ZONE
from tests.browser import resident, worker
from tests.browser.conftest import People, pretend_push
from tests.browser.ears import Ears, listening
from tests.browser.office import Office
from tests.browser.pictures import photo
from tests.delivery.services import PushService
from tools.stack import Stack

TASK = "核实外墙掉块"
CAUSE = "三号楼电瓶车起火,有人被困"


WHO = {"centre": "dispatcher", "fire": "officer", "housing": "officer", "checker": "supervisor"}
NAMES = {"centre": "dispatcher", "checker": "supervisor"}


@dataclass
class Story:
    """The case, those through whose hands it goes, and the channel that still works."""

    number: str
    case: str
    offices: dict[str, Office]
    ears: dict[str, Ears]
    channel: str = "push"

    def step(
        self,
        who: str,
        action: str,
        told: dict[str, str] | None = None,
        part: str = "",
        **given: Any,
    ) -> None:
        """Somebody acts on the case; those who must act next have closed their desks, and hear."""
        for one in told or {}:
            if one != who:
                self.offices[one].leave()
        office = self.offices[who]
        office.open(self.case)
        office.act(action, within=office.part(part) if part else None, **given)
        self.heard(told or {})

    def heard(self, told: dict[str, str]) -> None:
        """Each of them gets the message about the case on the channel whose turn it is."""
        for one, words in told.items():
            self.ears[one].hears(self.channel, self.number, words)

    def only(self, channel: str) -> None:
        """From now on the services before this channel are dead."""
        self.channel = channel
        for ears in self.ears.values():
            ears.push.status = 503
            ears.chat.status = 200 if channel == "chat" else 503


@pytest.fixture
def ears(stack: Stack, people: People, texts: PushService) -> Iterator[dict[str, Ears]]:
    """Where the four of the desk and the worker take their messages."""
    accounts = {one: people.account(role, NAMES.get(one, one)) for one, role in WHO.items()}
    accounts["worker"] = stack.account("grid_worker")
    with ExitStack() as stack_of:
        yield {
            one: stack_of.enter_context(listening(stack, texts, account))
            for one, account in accounts.items()
        }


def offices_of(people: People, ears: dict[str, Ears], *names: str) -> dict[str, Office]:
    """They come to their desks, housing with a phone, and have them tell of messages."""
    return {
        one: people.come(
            WHO[one], NAMES.get(one, one), on_phone=one == "housing", takes=ears[one].browser
        )
        for one in names
    }


def test_a_case_goes_to_its_end_twice(
    people: People,
    phone: BrowserContext,
    ears: dict[str, Ears],
    texts: PushService,
    tmp_path: Path,
) -> None:
    stack = people.stack
    me = stack.account("grid_worker")
    place = resident.place_of(stack, me["username"])
    slip, number = resident.report(people.resident(), place, texts, photo(tmp_path, "wall"))
    offices = offices_of(people, ears, *WHO)
    story = Story(number, resident.case_of(stack, number), offices, ears)
    pretend_push(phone, ears["worker"].browser)
    field = phone.new_page()
    worker.sign_in(field, me)
    worker.turn_messages_on(field)

    it_is_verified(story, field, me["name"], photo(tmp_path, "seen"))
    it_goes_to_the_wrong_department(story)
    it_takes_longer_and_needs_help(story)
    the_first_try_fails_its_check(story)
    resident.rate(slip, "不满意")
    it_is_opened_again(story, resident.TELEPHONE)


def it_is_verified(story: Story, field: Page, name: str, picture: Path) -> None:
    """The worker hears of the task, looks, and says that it is so."""
    centre = story.offices["centre"]
    centre.open(story.case)
    have_it_verified(centre.page, name)
    assert "新任务" in story.ears["worker"].by_push("/tasks/")
    centre.leave()
    confirm(field, picture)
    story.heard({"centre": "已核实属实"})


def it_goes_to_the_wrong_department(story: Story) -> None:
    """Fire hears of it by push and at the open desk, and returns it; it goes to housing."""
    fire = story.offices["fire"]
    story.step("centre", "立案")
    story.step("centre", "派遣", choose={"承办部门": "消防"})
    story.heard({"fire": "新派遣的隐患"})
    story.ears["fire"].let_its_turn_come("live", story.number)
    fire.follow(story.number)
    story.step("fire", "退回", {"centre": "部门已退回"}, 理由="不是消防通道,属房屋结构")
    story.step("centre", "派遣", {"housing": "新派遣的隐患"}, choose={"承办部门": "住建"})
    fire.leave()


def it_takes_longer_and_needs_help(story: Story) -> None:
    """Housing gets more time; all push is dead when fire hears, in the chat, that it must help."""
    later = (datetime.now(ZONE) + timedelta(days=5)).strftime("%Y-%m-%d 17:00")
    story.step("housing", "签收")
    asked = {"centre": "申请延期，请审批"}
    story.step("housing", "申请延期", asked, 到何时=later, 理由="需要搭架")
    story.step("centre", "批准延期", {"housing": "延期已批准"})
    story.only("chat")
    called = {"fire": "请求协办"}
    story.step("centre", "请求协办", called, departments=["消防"], 说明="现场需要断电监护")
    story.step("fire", "签收协办", part="消防")
    done = {"centre": "协同反馈", "housing": "协同反馈"}
    story.step("fire", "协办反馈", done, part="消防", 说明="已到场监护")


def the_first_try_fails_its_check(story: Story) -> None:
    """Somebody else looks at what was done: not yet, then yes."""
    to_check = {"centre": "案件待核查", "checker": "案件待核查"}
    story.step("housing", "处置反馈", to_check, 说明="已加固")
    story.step("checker", "核查不通过", {"housing": "案件返工"}, 理由="东侧仍有松动")
    story.step("housing", "处置反馈", to_check, 说明="东侧已加固")
    story.step("checker", "核查通过", {"centre": "案件待办"}, 说明="现场复核无松动")
    story.step("centre", "结案", 说明="已整改")
    story.offices["centre"].leave()


def it_is_opened_again(story: Story, telephone: str) -> None:
    """The resident is not content. Push and chat are dead: texts tell, and only what they may."""
    story.only("text")
    story.heard({"centre": "反映人不满意"})
    story.step("centre", "重开", {"housing": "案件重开"}, 理由="居民反映仍有掉块")
    story.offices["fire"].leave()
    story.step("centre", "派遣", {"fire": "新案件"}, choose={"承办部门": "消防"})
    story.step("fire", "签收")
    to_check = {"centre": "案件待核查", "checker": "案件待核查"}
    story.step("fire", "处置反馈", to_check, 说明="已清除松动部分")
    story.step("checker", "核查通过", {"centre": "案件待办"}, 说明="二次复核通过")
    story.step("centre", "结案", 说明="二次整改完成")
    story.offices["centre"].sees("已结案")
    said = [body.decode() for one in story.ears.values() for _, _, body in one.texts.requests]
    assert not [text for text in said if telephone in text or "掉块" in text]


def test_an_urgent_report_rings_and_is_told_to_its_end(
    people: People, phone: BrowserContext, ears: dict[str, Ears]
) -> None:
    offices = offices_of(people, ears, "centre", "fire", "checker")
    second = people.come("dispatcher", "dispatcher2")
    field = phone.new_page()
    worker.sign_in(field, people.stack.account("grid_worker"))
    report_the_fire(phone, field)
    centre = offices["centre"]
    for office in (centre, second):
        expect(alarm(office)).to_be_visible(timeout=60_000)
    case, number = case_of_the_fire(people.stack)
    story = Story(number, case, offices, ears)
    story.heard({"centre": "紧急上报"})
    alarm(centre).get_by_role("button", name="受理").click()
    for office in (centre, second):
        expect(alarm(office)).to_be_hidden()

    centre.leave()
    worker.report_further(field, case, "明火已扑灭,一人送医", "续报")
    story.heard({"centre": "紧急事件续报"})
    story.only("chat")
    worker.report_further(field, case, "现场已清理,无复燃", "终报（情况已结束）")
    story.heard({"centre": "紧急续报"})
    story.step("centre", "立案")
    story.step("centre", "派遣", {"fire": "新案件"}, choose={"承办部门": "消防"})
    story.only("text")
    story.step("fire", "签收")
    to_check = {"centre": "案件待核查", "checker": "案件待核查"}
    story.step("fire", "处置反馈", to_check, 说明="已扑灭并排查全楼")
    story.step("checker", "核查通过", {"centre": "案件待办"}, 说明="现场复核无隐患")
    story.step("centre", "结案", 说明="事件处置完毕")
    centre.sees("已结案")


def report_the_fire(phone: BrowserContext, field: Page) -> None:
    """One sentence, offline; it leaves when there is a network."""
    phone.set_offline(True)
    field.goto("/")
    field.get_by_role("link", name="紧急上报").first.click()
    field.get_by_role("textbox").first.fill(CAUSE)
    field.get_by_role("button", name="立即上报").click()
    phone.set_offline(False)


def case_of_the_fire(stack: Stack) -> tuple[str, str]:
    """The id and number of the case of the fire."""
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        query = "SELECT id::text, number FROM cases WHERE note = %s"
        row = connection.execute(query, [CAUSE]).fetchone()
    assert row
    return str(row[0]), str(row[1])


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
