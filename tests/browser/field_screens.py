"""Every screen of the field app, in the order in which a worker could come by them.

Nothing is sent from the phone while the tour lasts: what it saves stays in the queue, so that
the screens show work that is still on the phone, and the stack stays as it was for other tests.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.tour import Screen, Tour

SCRIPTS = Path(__file__).parent
ROWS = (SCRIPTS / "phone_rows.js").read_text("utf-8")
REFUSE = (SCRIPTS / "phone_refuse.js").read_text("utf-8")

SECTIONS = 8
FIRST_SYNC = 90_000  # ms
NOTE = "三楼转角堆放旧家具和纸箱,通道仅余半米"


def _refusal(name: str, code: str, message: str, *errors: tuple[str, str]) -> dict[str, Any]:
    wrong = [{"pointer": pointer, "code": code, "detail": detail} for pointer, detail in errors]
    said = {"verdict": "rejected", "code": code, "message": message, "errors": wrong}
    return {"name": name, **said}


# What the server says of them, as long as its sentences get.
REFUSALS = [
    _refusal(
        "inspection.submit",
        "validation",
        "内容有误,请修改后再提交",
        ("/args/photos", "D02:这一项不合格,必须拍照"),
        ("/args/answers/1/number", "请填写数字"),
        ("/args/note", "不能超过 2000 个字"),
    ),
    _refusal(
        "hazard.report",
        "unknown-item",
        "没有这个隐患类别,可能已停用;请重新选择类别后再报,或者联系镇街指挥中心确认",
        ("/args/item_code", "没有这个事项"),
    ),
    _refusal("patrol.start", "forbidden", "您没有负责的网格,请选择位置"),
    _refusal("patrol.finish", "dep-failed", "它所依据的记录未被接受"),
    {**_refusal("task.accept", "unknown-mutation", ""), "verdict": "held"},
]


def sign_in(tour: Tour) -> None:
    tour.context.route("**/sync/**", lambda route: route.abort())
    tour.open("/", "form")
    tour.data.add("语言 Language")  # the one label that speaks to whoever cannot read the other


def sign_in_missing(tour: Tour) -> None:
    tour.press("field.session.sign_in")
    tour.see("[aria-invalid=true]")


def sign_in_offline(tour: Tour) -> None:
    tour.context.route("**/api/session", lambda route: route.abort())
    fill_in(tour)
    tour.press("field.session.sign_in")
    tour.see("form .error-note")
    tour.context.unroute("**/api/session")


def first_sync(tour: Tour) -> None:
    tour.press("field.session.sign_in")
    tour.see(".empty-state")
    tour.data.add(tour.ask("/api/session"))


def houses_empty(tour: Tour) -> None:
    tour.open("/houses", ".empty-state")


def tasks_empty(tour: Tour) -> None:
    tour.open("/tasks", ".empty-state")


def hazards_empty(tour: Tour) -> None:
    tour.open("/hazards", ".empty-state")


def map_empty(tour: Tour) -> None:
    tour.open("/map", ".empty-state")


def sync_empty(tour: Tour) -> None:
    tour.open("/sync", ".empty-state")


def checklist_missing(tour: Tour) -> None:
    tour.open("/houses/0/inspect", ".empty-state")


def first_sync_stopped(tour: Tour) -> None:
    """One small page of the first load has come, then the line is gone."""
    asked: list[Route] = []

    def one_page(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.abort()
        else:
            small = {**(route.request.post_data_json or {}), "limit": 10}
            route.continue_(post_data=json.dumps(small))

    tour.context.route("**/sync/pull", one_page)
    tour.open("/", ".first-load")
    tour.page.get_by_text(tour.words("field.today.first_sync_on")).wait_for(timeout=FIRST_SYNC)
    tour.context.unroute("**/sync/pull")


def today(tour: Tour) -> None:
    """Let the phone load, then hold back what it would send from here on."""
    tour.context.unroute("**/sync/**")
    tour.open("/")
    done = tour.page.get_by_text(tour.named("field.sync.last")).first
    done.wait_for(timeout=FIRST_SYNC)
    tour.context.route("**/sync/**", lambda route: route.abort())
    tour.rows = tour.page.evaluate(ROWS)
    tour.data.add(tour.rows)
    tour.see(".app-list-item")


def houses(tour: Tour) -> None:
    tour.open("/houses", ".app-list-item, .empty-state")


def houses_all(tour: Tour) -> None:
    tour.open("/houses?view=all", ".app-list-item")


def houses_not_found(tour: Tour) -> None:
    tour.open("/houses?q=zzzz", ".empty-state")


def house(tour: Tour) -> None:
    tour.open(f"/houses/{_rich_house(tour)['id']}", ".house-actions")


def house_below(tour: Tour) -> None:
    _scroll_down(tour)


def house_gone(tour: Tour) -> None:
    tour.open("/houses/0", ".empty-state")


def text_size(tour: Tour) -> None:
    tour.open(f"/houses/{_rich_house(tour)['id']}", ".house-actions")
    tour.press("shared.text_size")
    tour.see("dialog[open]")


def checklist_section(number: int) -> Screen:
    def go(tour: Tour) -> None:
        if number == 1:
            tour.open(f"/houses/{_rich_house(tour)['id']}/inspect", ".item-card")
        tab = tour.page.locator(".section-tab").nth(number - 1)
        tab.click()
        expect(tab).to_have_attribute("aria-current", "step")

    return go


def checklist_failed(tour: Tour) -> None:
    """An item that fails demands a photo; then it has one, and a note."""
    tour.page.locator(".section-tab").nth(3).click()
    card = tour.page.locator(".item-card").first
    card.get_by_role("button", name=tour.words("field.inspections.verdict.fail")).click()
    _take_photo(tour, ".item-card input[type=file]")
    card.locator(".app-field textarea").last.fill(NOTE)
    tour.data.add(NOTE)
    card.scroll_into_view_if_needed()


def checklist_needs_photo(tour: Tour) -> None:
    card = tour.page.locator(".item-card").nth(1)
    card.get_by_role("button", name=tour.words("field.inspections.verdict.fail")).click()
    card.locator(".error-note").first.wait_for()
    card.scroll_into_view_if_needed()


def photo_viewer(tour: Tour) -> None:
    tour.press("field.photos.view")
    tour.see("dialog[open] img")


def other_outcome(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.press("field.inspections.other")
    tour.see("dialog[open]")


def today_unfinished(tour: Tour) -> None:
    tour.open("/", ".app-list-item")


def summary_missing(tour: Tour) -> None:
    tour.open(f"/houses/{_rich_house(tour)['id']}/inspect/summary", ".app-page-actions a")


def summary(tour: Tour) -> None:
    """All answered: one item failed, with its photo."""
    tour.open(f"/houses/{_rich_house(tour)['id']}/inspect", ".item-card")
    _two_in_a_room(tour)
    tour.page.locator(".section-tab").nth(3).click()
    passed = tour.words("field.inspections.verdict.pass")
    card = tour.page.locator(".item-card").nth(1)
    card.get_by_role("button", name=passed, exact=True).click()
    tour.press("field.inspections.pass_all")
    tour.press("field.inspections.to_submit", "link")
    tour.see(".app-page-actions button")


def result(tour: Tour) -> None:
    tour.press("field.inspections.submit")
    tour.page.wait_for_url("**/inspections/**")
    tour.heading("field.inspections.record")


def inspection(tour: Tour) -> None:
    rows = [row for row in tour.rows["inspection"] if row["fail_count"]]
    tour.open(f"/inspections/{rows[0]['id']}", ".app-page-body > *")


def inspection_gone(tour: Tour) -> None:
    tour.open("/inspections/0", ".empty-state")


def hazard_new(tour: Tour) -> None:
    tour.open("/hazards/new", ".item-tiles button")


def urgent(tour: Tour) -> None:
    tour.open("/hazards/urgent", "textarea")
    tour.press("field.hazards.urgent.send")


def hazard_tried(tour: Tour) -> None:
    tour.press("field.hazards.submit")
    tour.see(".app-page-actions .error-note")


def hazard_filled(tour: Tour) -> None:
    _take_photo(tour, ".photo-strip input[type=file]")
    tour.page.locator(".item-tiles button").nth(2).click()


def hazard_filled_below(tour: Tour) -> None:
    _scroll_down(tour)


def hazard_place(tour: Tour) -> None:
    tour.press("field.hazards.pick")
    tour.see("dialog[open]")


def hazard_discard(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.press("field.hazards.discard")
    tour.see("dialog[open]")


def hazards(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.press("field.hazards.submit")
    tour.page.wait_for_url(re.compile("/hazards$"))
    tour.see(".app-list-item")


def hazard(tour: Tour) -> None:
    rows = [row for row in tour.rows["case"] if row["source"] == "report"] or tour.rows["case"]
    tour.open(f"/hazards/{rows[0]['id']}", ".app-page-body > *")


def emergency(tour: Tour) -> None:
    """One's own, which the centre has taken: there is more to report."""
    row = next(row for row in tour.rows["case"] if row["item_code"] == "X01")
    tour.open(f"/hazards/{row['id']}", ".app-page-body .app-button.primary")


def emergency_follow(tour: Tour) -> None:
    tour.press("field.hazards.follow.title", "link")
    tour.see("textarea")


def emergency_follow_missing(tour: Tour) -> None:
    tour.press("field.hazards.follow.final")
    tour.see("[aria-invalid=true]")


def hazard_of_inspection(tour: Tour) -> None:
    rows = [row for row in tour.rows["case"] if row["source"] == "inspection"]
    tour.open(f"/hazards/{rows[0]['id']}", ".app-page-body > *")


def hazard_gone(tour: Tour) -> None:
    tour.open("/hazards/0", ".empty-state")


def tasks(tour: Tour) -> None:
    tour.open("/tasks", ".app-list-item, .empty-state")


def tasks_closed(tour: Tour) -> None:
    tour.press("field.tasks.closed")
    tour.see(".app-list-item, .empty-state")


def task(tour: Tour) -> None:
    tour.open(f"/tasks/{open_task(tour)['id']}", ".app-page-actions button, .app-page-actions a")


def task_returning(tour: Tour) -> None:
    tour.press("field.tasks.return")
    tour.see("dialog[open]")


def task_accepted(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    accept = tour.page.get_by_role("button", name=tour.words("field.tasks.accept"))
    if accept.is_visible():
        accept.click()
    tour.see(".app-page-actions a")
    _scroll_down(tour)


def task_finish(tour: Tour) -> None:
    tour.open(f"/tasks/{open_task(tour)['id']}/finish", ".photo-strip")


def task_done(tour: Tour) -> None:
    rows = [row for row in tour.rows["task"] if row["state"] in {"done", "returned", "cancelled"}]
    tour.open(f"/tasks/{rows[0]['id']}" if rows else "/tasks", ".app-page-body > *")


def task_offered(tour: Tour) -> None:
    row = next(row for row in tour.rows["task"] if row["state"] == "offered")
    tour.open(f"/tasks/{row['id']}", ".app-page-actions button")


def task_joint(tour: Tour) -> None:
    tour.open(f"/tasks/{_joint_task(tour)['id']}", ".crew li")


def task_asking(tour: Tour) -> None:
    tour.press("field.crew.ask_time")
    tour.see("dialog[open]")


def task_asking_missing(tour: Tour) -> None:
    tour.page.locator("dialog[open] .app-button.primary").click()
    tour.see("dialog [aria-invalid=true]")


def task_form(tour: Tour) -> None:
    tour.open(f"/tasks/{_joint_task(tour)['id']}/finish", ".form-choice")
    tour.page.locator(".form-choice button").first.click()
    tour.press("field.crew.save")
    tour.see(".error-note")


def campaign(tour: Tour) -> None:
    tour.open(f"/visits/{tour.rows['campaign'][0]['id']}", ".app-list-item")


def visit_missing(tour: Tour) -> None:
    tour.page.locator(".app-list-item").first.click()
    tour.see("dialog[open]")
    tour.press("field.visits.save")
    tour.see("dialog .error-note")


def visit_again(tour: Tour) -> None:
    tour.page.locator(".visit-results button").nth(1).click()
    tour.see("#visit-again")


def visit_form(tour: Tour) -> None:
    """Somebody opened: the campaign's form is to be filled in."""
    tour.page.locator(".visit-results button").first.click()
    tour.see("dialog .form-choice")


def campaign_met(tour: Tour) -> None:
    tour.open(f"/visits/{tour.rows['campaign'][0]['id']}", ".app-list-item")
    tour.press("field.visits.groups.met")
    tour.see(".app-list-item, .empty-state")


def campaign_gone(tour: Tour) -> None:
    tour.open("/visits/0", ".empty-state")


def task_gone(tour: Tour) -> None:
    tour.open("/tasks/0", ".empty-state")


def patrol_start(tour: Tour) -> None:
    tour.open("/patrol", ".app-page-actions button")
    tour.press("field.patrols.kind.day")


def patrol_start_recording(tour: Tour) -> None:
    tour.press("field.patrols.kind.night")


def patrol_running(tour: Tour) -> None:
    tour.press("field.patrols.start")
    tour.see(".patrol-clock")
    place = {"longitude": 121.0741, "latitude": 32.0662, "accuracy": 8}
    tour.context.set_geolocation(place)  # type: ignore[arg-type]


def today_on_patrol(tour: Tour) -> None:
    tour.open("/", ".patrol-sign")
    tour.see(".app-list-item")


def checklist_on_patrol(tour: Tour) -> None:
    other = next(row for row in tour.rows["house"] if row["id"] != _rich_house(tour)["id"])
    tour.open(f"/houses/{other['id']}/inspect", ".item-card")
    tour.see(".patrol-sign")


def patrol_paused(tour: Tour) -> None:
    tour.open("/patrol", ".patrol-clock")
    tour.press("field.patrols.pause")
    tour.page.get_by_text(tour.words("field.patrols.paused")).first.wait_for()


def patrol_finishing(tour: Tour) -> None:
    tour.press("field.patrols.finish")
    tour.see("dialog[open]")


def patrol_summary(tour: Tour) -> None:
    tour.press("field.patrols.finish_confirm")
    tour.page.wait_for_url("**/patrols/**")
    tour.heading("field.patrols.summary")


def map_page(tour: Tour) -> None:
    tour.open("/map", "canvas")
    tour.page.locator(".grid-map[data-ready], canvas").first.wait_for()


def map_list(tour: Tour) -> None:
    tour.open("/map?view=list", ".app-list-item")


def sync_unsent(tour: Tour) -> None:
    tour.open("/sync", ".app-list-item")


def sync_refused(tour: Tour) -> None:
    tour.data.add(REFUSALS)
    tour.refused = tour.page.evaluate(REFUSE, REFUSALS)
    tour.open("/sync", ".entry-reason")


def refused_inspection(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['inspection.submit']}", ".wrong-list")


def refused_inspection_mended(tour: Tour) -> None:
    """The checklist again, at the item that the server found wrong."""
    tour.press("field.attention.edit")
    tour.see(".item-card .wrong-note")


def refused_hazard(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['hazard.report']}", ".wrong-list")


def refused_hazard_mended(tour: Tour) -> None:
    tour.press("field.attention.edit")
    tour.see(".wrong-note")


def refused_discard(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['patrol.start']}", ".fact-list")
    tour.press("field.attention.discard")
    tour.see("dialog[open]")


def refused_discard_missing(tour: Tour) -> None:
    tour.page.locator("dialog .app-button.danger").click()
    tour.see("dialog [aria-invalid=true]")


def held(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['task.accept']}", ".fact-list")


def refused_settled(tour: Tour) -> None:
    tour.open("/attention/0", ".empty-state")


def me(tour: Tour) -> None:
    tour.open("/me", ".text-size-choice")


def me_below(tour: Tour) -> None:
    _scroll_down(tour)


def sign_out_refused(tour: Tour) -> None:
    tour.press("field.me.sign_out")
    tour.see("dialog[open]")


def notices(tour: Tour) -> None:
    tour.open("/messages", ".empty-state, .notice-title")


def feedback(tour: Tour) -> None:
    tour.open("/me/feedback", "textarea")


def feedback_missing(tour: Tour) -> None:
    tour.press("field.me.feedback_send")
    tour.see("[aria-invalid=true]")


def fill_in(tour: Tour) -> None:
    """Write the worker's name and password into the form."""
    page = tour.page
    page.get_by_label(tour.words("field.session.username")).fill(
        tour.accounts["grid_worker"]["username"]
    )
    password = page.get_by_label(tour.words("field.session.password"), exact=True)
    password.fill(tour.accounts["grid_worker"]["password"])


def _scroll_down(tour: Tour) -> None:
    tour.page.locator(".shell-scroll").evaluate("it => { it.scrollTop = it.scrollHeight }")


def _take_photo(tour: Tour, selector: str) -> None:
    tour.page.locator(selector).first.set_input_files(tour.picture)
    view = tour.page.get_by_role("button", name=tour.named("field.photos.view"))
    view.first.wait_for(timeout=20_000)


def _two_in_a_room(tour: Tour) -> None:
    """As many as the standard allows, whatever the file of the house says."""
    tour.page.locator(".section-tab").nth(1).click()
    persons = tour.page.locator(".number-stepper input").first
    persons.fill("2")
    persons.blur()


def _rich_house(tour: Tour) -> dict[str, Any]:
    """The house of which most kinds of things are known."""
    known = {
        (kind, row["house_id"])
        for kind in ("inspection", "case", "occupant", "task")
        for row in tour.rows.get(kind, [])
    }
    houses = [house for _, house in known]
    return max(tour.rows["house"], key=lambda row: houses.count(row["id"]))


def open_task(tour: Tour) -> dict[str, Any]:
    """One's own task that nobody has accepted, if there is one."""
    rows = [row for row in tour.rows["task"] if row["state"] == "assigned" and not row["partners"]]
    return rows[0] if rows else tour.rows["task"][0]


def _joint_task(tour: Tour) -> dict[str, Any]:
    return next(row for row in tour.rows["task"] if row["partners"])


SCREENS: dict[str, Screen] = {
    "sign-in": sign_in,
    "sign-in-missing": sign_in_missing,
    "sign-in-offline": sign_in_offline,
    "first-sync": first_sync,
    "houses-empty": houses_empty,
    "tasks-empty": tasks_empty,
    "hazards-empty": hazards_empty,
    "map-empty": map_empty,
    "sync-empty": sync_empty,
    "checklist-missing": checklist_missing,
    "first-sync-stopped": first_sync_stopped,
    "today": today,
    "houses": houses,
    "houses-all": houses_all,
    "houses-not-found": houses_not_found,
    "house": house,
    "house-below": house_below,
    "house-gone": house_gone,
    "text-size": text_size,
    **{f"checklist-{number}": checklist_section(number) for number in range(1, SECTIONS + 1)},
    "checklist-failed": checklist_failed,
    "checklist-needs-photo": checklist_needs_photo,
    "photo-viewer": photo_viewer,
    "other-outcome": other_outcome,
    "today-unfinished": today_unfinished,
    "summary-missing": summary_missing,
    "summary": summary,
    "result": result,
    "inspection": inspection,
    "inspection-gone": inspection_gone,
    "urgent": urgent,
    "hazard-new": hazard_new,
    "hazard-tried": hazard_tried,
    "hazard-filled": hazard_filled,
    "hazard-filled-below": hazard_filled_below,
    "hazard-place": hazard_place,
    "hazard-discard": hazard_discard,
    "hazards": hazards,
    "hazard": hazard,
    "emergency": emergency,
    "emergency-follow": emergency_follow,
    "emergency-follow-missing": emergency_follow_missing,
    "hazard-of-inspection": hazard_of_inspection,
    "hazard-gone": hazard_gone,
    "tasks": tasks,
    "tasks-closed": tasks_closed,
    "task": task,
    "task-returning": task_returning,
    "task-accepted": task_accepted,
    "task-finish": task_finish,
    "task-done": task_done,
    "task-offered": task_offered,
    "task-joint": task_joint,
    "task-asking": task_asking,
    "task-asking-missing": task_asking_missing,
    "task-form": task_form,
    "campaign": campaign,
    "visit-missing": visit_missing,
    "visit-again": visit_again,
    "visit-form": visit_form,
    "campaign-met": campaign_met,
    "campaign-gone": campaign_gone,
    "task-gone": task_gone,
    "patrol-start": patrol_start,
    "patrol-start-recording": patrol_start_recording,
    "patrol-running": patrol_running,
    "today-on-patrol": today_on_patrol,
    "checklist-on-patrol": checklist_on_patrol,
    "patrol-paused": patrol_paused,
    "patrol-finishing": patrol_finishing,
    "patrol-summary": patrol_summary,
    "map": map_page,
    "map-list": map_list,
    "sync-unsent": sync_unsent,
    "sync-refused": sync_refused,
    "refused-inspection": refused_inspection,
    "refused-inspection-mended": refused_inspection_mended,
    "refused-hazard": refused_hazard,
    "refused-hazard-mended": refused_hazard_mended,
    "refused-discard": refused_discard,
    "refused-discard-missing": refused_discard_missing,
    "held": held,
    "refused-settled": refused_settled,
    "me": me,
    "me-below": me_below,
    "sign-out-refused": sign_out_refused,
    "notices": notices,
    "feedback": feedback,
    "feedback-missing": feedback_missing,
}
