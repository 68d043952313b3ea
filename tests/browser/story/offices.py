"""What the centre and the departments make of what was found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.office import Office
from tests.browser.story.cast import ESCAPE, FAILURES, ROOMS, WIRES, House, asked
from tools.stack import Stack

HALF_A_DAY = timedelta(hours=12)  # of what is to be put right at once
Cases = dict[str, dict[str, Any]]
ALMOST_OVER = """
UPDATE cases SET due_at = soon, terms = jsonb_build_array(
    jsonb_build_array('from', captured_at, soon))
FROM (SELECT now() + interval '1 hour' AS soon) it WHERE cases.id = %s
"""


def account(stack: Stack, username: str) -> dict[str, str]:
    """Whoever has that user name."""
    everyone = (one for some in stack.accounts.values() for one in some)
    return next(one for one in everyone if one["username"] == username)


def cases_of(hall: Page, house: House) -> Cases:
    """The cases of the house by item, as the desk lists them: each with its department."""
    hall.goto(f"/centre/cases?q={house.address}")
    lines = hall.locator(".row-list li").filter(has_text=house.address)
    expect(lines).to_have_count(len(FAILURES))
    rows = asked(hall, f"/api/cases?q={house.address}")["items"]
    found = {row["item_code"]: row for row in rows}
    for one in FAILURES:
        line = lines.filter(has_text=found[one.code]["number"])
        for told in (one.severity, one.department, "待受理"):
            expect(line.get_by_text(told, exact=True)).to_be_visible()
    return found


def dispatch(centre: Office, cases: Cases) -> None:
    """Each goes to its department."""
    for one in FAILURES:
        centre.open(cases[one.code]["id"])
        centre.act("派遣", choose={"承办部门": one.department})
        centre.sees("待签收")


def mend(people: People, cases: Cases) -> None:
    """Two departments sign for what is theirs, and say that it is mended."""
    for username, one in (("fire", ESCAPE), ("housing", ROOMS)):
        office = people.come("officer", username)
        office.open(cases[one.code]["id"])
        office.act("签收")
        office.act("处置反馈", 说明="已督促房东整改")
        office.sees("待核查")
        office.leave()


def dispute(people: People, centre: Office, cases: Cases) -> None:
    """Another returns what it got, twice; then the commander rules whose it is."""
    case = cases[WIRES.code]["id"]
    power = people.come("officer", "power")
    power.open(case)
    power.act("退回", 理由="户内线路由产权人负责")
    centre.open(case)
    centre.act("派遣", choose={"承办部门": WIRES.department})
    power.open(case)
    power.act("退回", 理由="仍不属于供电职责")
    power.leave()
    commander = people.come("commander", "commander")
    commander.open(case)
    commander.sees("待裁定")
    commander.act("裁定", choose={"承办部门": WIRES.department}, 理由="私拉乱接由供电牵头")
    commander.sees("待签收")
    commander.leave()


def let_time_run_out(stack: Stack, case_id: str) -> None:
    """As if all but an hour of a case's time had passed."""
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        connection.execute(ALMOST_OVER.encode(), [case_id])


def stands(hall: Page, house: House, state: str, hazards: int) -> None:
    """The file of the house at the desk says its state, and how much is open."""
    hall.goto(f"/centre/houses/{house.id}")
    head = hall.locator(".record-head")
    expect(head.get_by_role("heading", name=house.address, exact=True)).to_be_visible()
    expect(head.get_by_text(state, exact=True)).to_be_visible()
    expect(hall.get_by_role("heading", name=f"未办结隐患（{hazards}）")).to_be_visible()


def struck_off(centre: Office, case_id: str) -> None:
    """The desk shows it ended by a recheck, before beside after."""
    centre.open(case_id)
    centre.sees("已结案")
    centre.sees("复查通过")
    expect(centre.page.locator(".look-pair img")).to_have_count(2)


def at_level(centre: Office, case_id: str, level: str) -> None:
    """The desk shows at which level a case is."""
    centre.open(case_id)
    fact = centre.page.locator(".facts > div").filter(has_text="层级")
    expect(fact.get_by_text(level, exact=True)).to_be_visible()


def again(centre: Office, case_id: str) -> None:
    """What failed its recheck is handled again, a level up, with half of its time."""
    at_level(centre, case_id, "区级")
    centre.sees("处置中")
    centre.sees("杂物搬走一半,通道仍不通")
    now = asked(centre.page, f"/api/cases/{case_id}")
    [failed] = [line for line in now["thread"] if line["action"] == "recheck_fail"]
    left = datetime.fromisoformat(now["due_at"]) - datetime.fromisoformat(failed["at"])
    assert left == HALF_A_DAY
