"""A rental house from an office's sheet to the strike-off of what was found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser.conftest import People
from tests.browser.door import looking_at, seen
from tests.browser.office import Office
from tests.browser.pictures import photo
from tests.browser.story import figures, ledger, offices, register, visit
from tests.browser.story.cast import ESCAPE, ROOMS, House, asked
from tools.stack import Stack

WORKER = 2  # whose houses no other story visits: imported ones have no rooms yet


@dataclass
class Story:
    """The house, the desk that follows it, and whoever else takes part."""

    stack: Stack
    people: People
    centre: Office
    folder: Path
    house: House
    sheet: Path
    before: figures.Counts
    days: figures.Days


def test_a_house_goes_from_the_sheet_to_the_strike_off(
    stack: Stack,
    people: People,
    playwright: Playwright,
    phone: BrowserContext,
    tmp_path: Path,
    quiet_console: Callable[[Page], None],
) -> None:
    story = prepare(stack, people, tmp_path)
    film = seen(story.sheet, tmp_path / "label.y4m")
    with looking_at(playwright, stack.url, film) as own:
        screen, second = own.new_page(), phone.new_page()
        for page in (story.centre.page, screen, second):
            quiet_console(page)
        the_house_is_visited(story, screen, second)
        cases = the_offices_deal_with_it(story)
        it_is_looked_at_again(story, screen, cases)
    the_figures_say_so(story)
    the_ledger_says_so(story, cases)


def prepare(stack: Stack, people: People, folder: Path) -> Story:
    """An office imports a street of houses and prints labels for some doors."""
    centre = people.come("dispatcher", "dispatcher")
    hall, days = centre.page, figures.days()
    before = figures.counts(hall, days)
    grid_code = register.grid_of(stack, stack.account("grid_worker", WORKER)["username"])
    [beside, *_] = asked(hall, f"/api/houses?q={grid_code}&limit=1")["items"]
    rows = register.rows(grid_code, beside)
    register.bring(hall, rows)
    sheet = register.print_labels(hall, folder)
    house = register.first_label(hall, sheet, grid_code, rows)
    return Story(stack, people, centre, folder, house, sheet, before, days)


def the_house_is_visited(story: Story, screen: Page, second: Page) -> None:
    """Offline, a worker inspects it and an officer orders what is to be done."""
    visit.come(screen, story.stack.account("grid_worker", WORKER))
    visit.come(second, offices.account(story.stack, "enforce"))
    for page in (screen, second):
        page.context.set_offline(offline=True)
    visit.scan(screen, story.house)
    visit.inspect(screen, story.folder)
    visit.have_it_signed(screen)
    numbers = {visit.advise(screen), visit.order(second, story.house)}
    assert len(numbers) == 2
    visit.stands(screen, story.house, "不合格", 5)
    for page in (screen, second):
        page.context.set_offline(offline=False)
        visit.send(page)
    papers = asked(story.centre.page, f"/api/documents?house_id={story.house.id}")["items"]
    assert {paper["number_text"] for paper in papers} == numbers
    assert {paper["state"] for paper in papers} == {"served"}


def the_offices_deal_with_it(story: Story) -> offices.Cases:
    """Each department has what is its own: two mend, one disputes, two have not begun."""
    hall = story.centre.page
    offices.stands(hall, story.house, "不合格", 5)
    cases = offices.cases_of(hall, story.house)
    offices.dispatch(story.centre, cases)
    offices.mend(story.people, cases)
    offices.dispute(story.people, story.centre, cases)
    offices.stands(hall, story.house, "不合格", 5)
    return cases


def it_is_looked_at_again(story: Story, screen: Page, cases: offices.Cases) -> None:
    """Offline, what was mended passes and is struck off; what was not has half the time again."""
    failing = cases[ESCAPE.code]
    offices.at_level(story.centre, failing["id"], "镇街级")
    offices.let_time_run_out(story.stack, failing["id"])
    visit.send(screen)
    visit.asked_to_look(screen, story.house, 2)
    screen.context.set_offline(offline=True)
    visit.recheck(
        screen, story.house, cases[ROOMS.code]["title"], photo(story.folder, "mended", visit.SIZE)
    )
    visit.recheck(screen, story.house, failing["title"], None)
    screen.context.set_offline(offline=False)
    visit.send(screen)
    visit.stands(screen, story.house, "不合格", 4)
    offices.struck_off(story.centre, cases[ROOMS.code]["id"])
    offices.again(story.centre, failing["id"])
    offices.stands(story.centre.page, story.house, "不合格", 4)


def the_figures_say_so(story: Story) -> None:
    """Figures and the lists behind them tell the same story."""
    hall, before = story.centre.page, story.before
    after = figures.counts(hall, story.days)
    grown = {
        name: (after[name][0] - before[name][0], after[name][1] - before[name][1])
        for name in figures.NAMES
    }
    assert grown == {"整改率": (1, 5), "退单率": (1, 5), "返工率": (1, 2)}
    figures.listed(hall, story.house, "整改率", (1, 5))
    figures.listed(hall, story.house, "隐患超期率", (0, 4))


def the_ledger_says_so(story: Story, cases: offices.Cases) -> None:
    """The sheet that the office hands on tells it line by line."""
    worker = story.stack.account("grid_worker", WORKER)["name"]
    ledger.says(story.centre.page, story.house, cases, story.days, worker)
