"""An hour at the dispatcher's workbench, without a mouse; and two desks at one case."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tools.stack import Stack

ASK = "path => fetch(path).then(answer => answer.json())"

STEPS = {  # in a state: the letter, what is said, and where it leads
    "accepted": ("f", "", "filed"),
    "checked": ("c", "核查合格", "closed"),
    "awaiting_check": ("c", "照片已核对", "closed"),
    "in_progress": ("b", "改派其他部门", "filed"),
    "dispatched": ("b", "派错了", "filed"),
    "filed": ("d", "请今日处置", "dispatched"),
}
ENDS_BY_HAND = {"checked", "awaiting_check"}


@pytest.fixture
def bench(stack: Stack, desk: BrowserContext, quiet_console: Callable[[Page], None]) -> Page:
    """A dispatcher at the workbench, with all open cases."""
    page = desk.new_page()
    quiet_console(page)
    enter(page, stack.account("dispatcher"))
    expect(page.get_by_role("button", name="我的待办")).to_have_attribute("aria-pressed", "true")
    every = page.get_by_role("button", name="全部")
    for _ in range(5):  # two keys are one command only when they come soon after each other
        page.keyboard.press("g")
        page.keyboard.press("a")
        if every.get_attribute("aria-pressed") == "true":
            break
    expect(every).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".queue-option").first).to_be_visible()
    return page


def enter(page: Page, account: dict[str, str]) -> None:
    """Sign in by the keyboard; the live channel is open."""
    page.goto("/centre/")
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.type(account["username"])
    page.keyboard.press("Tab")
    page.keyboard.type(account["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("实时").first).to_be_visible()


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(40):
        if wanted.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {wanted}")


def listed(page: Page, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(ASK, f"/api/cases/queue?{query}")["items"]
    return found


def plain(page: Page, state: str) -> list[dict[str, Any]]:
    """The first four in a state, without the restricted ones, which have ways of their own.

    What an inspection found comes last: it ends by its recheck, not by a key.
    """
    rows = [row for row in listed(page, f"state={state}") if not row["restricted"]]
    by_hand = [row for row in rows if row["source"] != "inspection"]
    found = [] if state in ENDS_BY_HAND else [row for row in rows if row not in by_hand]
    return [*by_hand, *found][:4]


def case(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(ASK, f"/api/cases/{row['id']}")
    return found


def go_to(page: Page, row: dict[str, Any]) -> None:
    """Find a case by its number and open it."""
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.type(row["number"])
    page.keyboard.press("Enter")
    expect(page.locator(".queue-option")).to_have_text([re.compile(row["number"])])
    expect(page.locator(".queue-list")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".bench-case")).to_contain_text(row["number"])


def step(page: Page, row: dict[str, Any], letter: str, words: str, to: str) -> None:
    """One step on a case: its letter, what must be said, Ctrl+Enter; then as it stands."""
    go_to(page, row)
    page.keyboard.press(letter)
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("form :focus")).to_have_count(1)
    if dialog.locator("select").count():
        expect(dialog.locator("select")).not_to_have_value("")  # what is suggested
    said, _, into = words.partition("\t")
    if into:
        page.keyboard.type(into)
    if said:
        reach(page, dialog.locator("textarea").first)
        page.keyboard.type(said)
    page.keyboard.press("Control+Enter")
    meanwhile = page.locator(".meanwhile")
    expect(dialog.filter(has_not=meanwhile)).to_be_hidden()
    if meanwhile.is_visible():  # the clock has marked the case; told of it, one goes on
        page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".undo-bar")).to_be_visible()
    assert case(page, row)["state"] == to


def test_an_hour_without_a_mouse(bench: Page, stack: Stack) -> None:
    kept, declined, fresh = plain(bench, "reported")[:3]
    merged = next(row for row in plain(bench, "accepted") if row["source"] != "inspection")
    step(bench, fresh, "a", "", "accepted")
    step(bench, fresh, "f", "", "filed")
    step(bench, fresh, "d", "请今日处置", "dispatched")
    step(bench, declined, "z", "不在清单内", "declined")
    step(bench, merged, "M", f"同一处\t{kept['number']}", "merged")
    done = 5
    for state, (letter, words, to) in STEPS.items():
        for row in plain(bench, state):
            step(bench, row, letter, words, to)
            done += 1
    assert done >= 15, "the sample has too few"
    take_back(bench, kept)
    many_at_once(bench)
    ruled(bench, stack)


def take_back(page: Page, row: dict[str, Any]) -> None:
    step(page, row, "z", "按错了", "declined")
    page.keyboard.press("u")
    expect(page.locator(".undo-bar")).to_be_hidden()
    expect(page.locator(".bench-case .thread")).to_contain_text("撤回")
    assert case(page, row)["state"] == "reported"


def many_at_once(page: Page) -> None:
    """Five are ticked, told what would happen, and noted."""
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(page.locator(".queue-option").nth(5)).to_be_visible()
    page.keyboard.press("Home")
    before = listed(page, "view=open&limit=5")
    expect(page.locator(".queue-option").first).to_contain_text(before[0]["number"])
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_text("已选 5 件")).to_be_visible()
    page.keyboard.press(".")
    dialog = page.get_by_role("dialog")
    steps = dialog.locator("select").first
    expect(steps).to_be_focused()
    for _ in range(40):
        if steps.input_value() == "note":
            break
        page.keyboard.press("ArrowDown")
    reach(page, dialog.locator("textarea"))
    page.keyboard.type("已电话核实")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_contain_text("可以办理 5 件")
    expect(dialog.locator("button[type=submit]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("已办理 5 件")
    page.keyboard.press("Escape")
    assert [case(page, row)["thread"][-1]["text"] for row in before] == ["已电话核实"] * 5


def ruled(page: Page, stack: Stack) -> None:
    """The commander, at the same desk, rules where a case goes that was returned twice."""
    page.context.clear_cookies()
    enter(page, stack.account("commander"))
    reach(page, page.get_by_role("link", name="工作台"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="我的待办")).to_have_attribute("aria-pressed", "true")
    row = plain(page, "ruling")[0]
    step(page, row, "l", "属于贵单位职责,请签收办理", "dispatched")


def test_a_reload_shows_the_same_and_keys_are_letters_to_a_writer(bench: Page) -> None:
    bench.keyboard.press("j")
    bench.keyboard.press("Enter")
    expect(bench.locator(".bench-case h2")).to_be_visible()
    title, address = bench.locator(".bench-case h2").inner_text(), bench.url

    bench.reload()

    expect(bench.locator(".bench-case h2")).to_have_text(title)
    assert bench.url == address
    bench.keyboard.press("/")
    bench.keyboard.type("jjdx?")
    expect(bench.locator(".bench-queue input[type=search]")).to_have_value("jjdx?")
    expect(bench.get_by_role("dialog")).to_be_hidden()


def test_two_desks_see_each_other_and_what_the_other_does(
    bench: Page, stack: Stack, phone: BrowserContext, quiet_console: Callable[[Page], None]
) -> None:
    row = plain(bench, "reported")[0]
    bench.goto(f"/centre/bench/{row['id']}?view=open")
    expect(bench.locator(".bench-case h2")).to_be_visible()
    name = bench.evaluate(ASK, "/api/session")["user"]["name"]
    other = phone.new_page()
    quiet_console(other)
    other.set_viewport_size({"width": 1440, "height": 900})
    enter(other, stack.account("dispatcher", 1))
    other.goto(f"/centre/bench/{row['id']}?view=open")

    expect(other.locator(".presence")).to_contain_text(f"{name} 正在查看")
    expect(bench.locator(".presence")).to_be_visible(timeout=2_000)
    other.keyboard.press("a")
    expect(bench.locator(".presence.editing")).to_be_visible(timeout=2_000)
    other.get_by_role("dialog").locator("button[type=submit]").click()
    chosen = bench.locator(f".queue-option[data-id='{row['id']}']")
    expect(chosen).to_contain_text("待立案", timeout=5_000)
    other.goto("/centre/inbox")
    expect(bench.locator(".presence")).to_be_hidden()
