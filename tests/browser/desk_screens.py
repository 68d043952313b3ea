"""Every screen of the desk, room by room, as the people of the centre see it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import DESK as DESK_SIZE
from tests.browser.conftest import PHONE
from tests.browser.tour import SETTLE, Screen, Tour

# A colleague's note, which comes in between.
NOTE = """async ([id, seen]) => {
  const { csrf_token } = await (await fetch('/api/session')).json()
  await fetch(`/api/cases/${id}/actions/note`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf_token },
    body: JSON.stringify({ seen, text: '请等现场照片' }),
  })
}"""
DETAIL = ".split-detail h2"
# Keeps what the server says, so that its words are known from the screen's own.
HEAR = """
  window.heard = []
  const ask = window.fetch
  window.fetch = async (...asked) => {
    const answer = await ask(...asked)
    if (String(answer.headers.get('Content-Type')).includes('json')) {
      answer.clone().json().then((told) => window.heard.push(told), () => {})
    }
    return answer
  }
"""


# Sends a hazard without a photo, which is refused, and something not known yet, which is held.
REFUSE = """
  async () => {
    const session = await (await fetch('/api/session')).json()
    const now = new Date().toISOString()
    const mutation = (mid, name, args) => {
      const mutation_id = crypto.randomUUID()
      return { mid, mutation_id, name, v: 1, deps: [], captured_at: now, age_ms: 0, args }
    }
    const hazard = {
      case_id: crypto.randomUUID(), item_code: 'P02', grid_id: session.grids[0].id,
      note: '楼道里堆了纸箱', address: '东楼梯', photos: [],
    }
    const mutations = [
      mutation(1, 'house.register', { address: '新建路 8 号' }),
      mutation(2, 'hazard.report', hazard),
    ]
    const client_id = crypto.randomUUID()
    const batch = { proto: 1, epoch: null, client_id, app: 'test', client_now: now, mutations }
    const headers = {
      'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf_token,
    }
    const body = JSON.stringify(batch)
    const answer = await fetch('/sync/push', { method: 'POST', headers, body })
    return (await answer.json()).results.map((it) => it.verdict)
  }
"""


def refuse_something(page: Page) -> str:
    """Have something of the signed-in worker's refused; answers what it is about."""
    assert page.evaluate(REFUSE) == ["held", "rejected"]
    return "堵塞消防通道"


def enter(tour: Tour, who: str) -> None:
    """Sign in as somebody else."""
    tour.context.clear_cookies()
    tour.open("/centre/", "form")
    account = tour.accounts[who]
    page = tour.page
    page.get_by_label(tour.words("centre.session.username")).fill(account["username"])
    password = page.get_by_label(tour.words("centre.session.password"), exact=True)
    password.fill(account["password"])
    page.locator("form button[type=submit]").click()


def sign_in(tour: Tour) -> None:
    tour.open("/centre/", "form")


def sign_in_refused(tour: Tour) -> None:
    tour.context.route("**/api/session", lambda route: route.abort())
    tour.page.locator("form input").first.fill("dispatcher")
    tour.page.locator("form input[type=password]").fill("not this")
    tour.page.locator("form button[type=submit]").click()
    tour.see("form .error-note")
    tour.context.unroute("**/api/session")


def not_allowed(tour: Tour) -> None:
    enter(tour, "grid_worker")
    tour.heading("centre.session.not_desk")
    refuse_something(tour.page)


def feedback(tour: Tour) -> None:
    enter(tour, "admin")
    tour.see("nav .room-link")
    tour.open("/centre/feedback", "main h1")


def partners(tour: Tour) -> None:
    tour.page.locator("details.me summary").click()
    tour.press("centre.shell.partners", "link")
    tour.see(".partners .section")


def partners_giving(tour: Tour) -> None:
    tour.press("centre.partners.give")
    tour.see(".el-dialog form").locator("input").first.fill("")
    tour.press("centre.partners.save")
    tour.see(".el-dialog [aria-invalid=true]")


def partners_given(tour: Tour) -> None:
    """The secret, which is shown this once."""
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("区城运中心")
    dialog.locator("input[type=checkbox]").first.check()
    tour.press("centre.partners.save")
    tour.see("code.secret")


def partners_hooks(tour: Tour) -> None:
    """An address in its log."""
    tour.press("centre.partners.done")
    tour.press("centre.partners.add")
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("区城运中心")
    dialog.locator("input[type=url]").fill("https://partner.invalid/in")
    dialog.locator("input[type=checkbox]").first.check()
    tour.press("centre.partners.save")
    tour.press("centre.partners.done")
    tour.see(".webhook summary").first.click()
    tour.see(".webhook details[open]")


def hotline_results(tour: Tour) -> None:
    """What a dispatcher tells the hotline."""
    enter(tour, "dispatcher")
    tour.page.locator("details.me summary").click()
    tour.press("centre.shell.partners", "link")
    tour.see(".results .waiting")
    tour.page.locator(".results input[type=checkbox]").check()


def supervisor_mine(tour: Tour) -> None:
    enter(tour, "supervisor")
    tour.see(".split-list .row-link")


def officer_mine(tour: Tour) -> None:
    """Where an officer begins, with one of the cases in hand open."""
    enter(tour, "officer")
    tour.see(".mine-views button[aria-pressed=true]")
    tour.open("/centre/mine?view=handling", ".split-list .row-link")
    tour.see(".split-list .row-link").click()
    tour.see(".mine-case h2")
    _pictures(tour)


def officer_feedback(tour: Tour) -> None:
    """The result, with a photo."""
    tour.press("centre.words.case_action.feedback")
    tour.page.locator(".photo-input input").set_input_files(tour.picture)
    tour.see(".photo-input img")


def officer_phone(tour: Tour) -> None:
    """The same in the browser of a phone: first the list."""
    tour.page.set_viewport_size(PHONE)
    tour.open("/centre/mine?view=handling", ".split-list .row-link")


def officer_phone_case(tour: Tour) -> None:
    tour.see(".split-list .row-link").click()
    tour.see(".mine-case h2")
    _pictures(tour)


def officer_phone_feedback(tour: Tour) -> None:
    officer_feedback(tour)


def officer_inbox(tour: Tour) -> None:
    tour.page.set_viewport_size(DESK_SIZE)
    tour.open("/centre/inbox", ".activity")


def officer_case(tour: Tour) -> None:
    row = _first(tour, "/api/cases?limit=1")
    tour.open(f"/centre/cases/{row['id']}" if row else "/centre/cases", "main h1")
    _pictures(tour)


def bench(tour: Tour) -> None:
    """Where a dispatcher begins: one's own duty, nothing opened yet."""
    enter(tour, "dispatcher")
    tour.see(".queue-option")
    tour.see("canvas")


def bench_case(tour: Tour) -> None:
    tour.page.keyboard.press("Enter")
    tour.see(".bench-case h2")
    _pictures(tour)


def bench_filtered(tour: Tour) -> None:
    tour.open("/centre/bench?view=open&severity=critical", ".queue-option")
    tour.see(".filter-select")


def bench_saving(tour: Tour) -> None:
    tour.press("centre.bench.save")
    tour.see(".el-dialog input[type=checkbox]")


def bench_keys(tour: Tour) -> None:
    tour.open("/centre/bench?view=open", ".queue-option")
    tour.page.keyboard.press("?")
    tour.see(".el-dialog .keys")


def bench_bulk(tour: Tour) -> None:
    """Some are ticked by the keyboard alone."""
    tour.open("/centre/bench?view=open&state=reported", ".queue-option")
    tour.page.keyboard.press("Shift+ArrowDown")
    tour.page.keyboard.press(".")
    tour.see(".el-dialog form select")


def bench_bulk_preview(tour: Tour) -> None:
    tour.page.locator(".el-dialog select").first.select_option("accept")
    tour.page.locator(".el-dialog button[type=submit]").click()
    tour.see(".bulk-lines")


def bench_dispatching(tour: Tour) -> None:
    row = _first(tour, "/api/cases/queue?state=filed&limit=1")
    tour.open(f"/centre/bench/{row['id']}?view=open&state=filed", ".bench-case .acts")
    tour.page.keyboard.press("d")
    tour.see(".el-dialog .suggested")


def bench_empty(tour: Tour) -> None:
    tour.open("/centre/bench?view=open&q=zzzz", ".bench-queue .empty-state")


def inbox(tour: Tour) -> None:
    tour.open("/centre/inbox", ".activity")
    _pictures(tour)


def more_rooms(tour: Tour) -> None:
    tour.see(".more-rooms summary").click()
    tour.see(".more-rooms[open] a")


def inbox_filtered_empty(tour: Tour) -> None:
    tour.open("/centre/inbox?q=zzzz", ".row-list .empty-state")


def inbox_gone(tour: Tour) -> None:
    tour.open("/centre/inbox/inspection/00000000-0000-7000-8000-000000000000", ".split-detail")
    tour.see(".split-detail .error-note")


def inspection(tour: Tour) -> None:
    """One that found something, with its pictures."""
    failed = tour.ask("/api/activities?kind=inspection&state=fail&limit=200")["items"]
    row = max(failed, key=lambda one: one["photos"]["arrived"])
    tour.open(f"/centre/inbox/inspection/{row['record_id']}", DETAIL)
    _pictures(tour)


def inspection_below(tour: Tour) -> None:
    tour.page.locator(".split-detail").evaluate("it => { it.scrollTop = it.scrollHeight }")


def lightbox(tour: Tour) -> None:
    cell = tour.see("button.photo-cell")
    cell.scroll_into_view_if_needed()
    cell.click()
    tour.see("dialog[open] img")
    _pictures(tour)


def hazard(tour: Tour) -> None:
    row = _first(tour, "/api/activities?kind=hazard&limit=1")
    tour.open(f"/centre/inbox/hazard/{row['record_id']}", DETAIL)
    _pictures(tour)


def patrol(tour: Tour) -> None:
    row = _first(tour, "/api/activities?kind=patrol&state=finished&limit=1")
    tour.open(f"/centre/inbox/patrol/{row['record_id']}", DETAIL)
    tour.see(".split-detail canvas, .split-detail .facts")


def town(tour: Tour) -> None:
    tour.open("/centre/map", "canvas")


def town_house(tour: Tour) -> None:
    house = _first(tour, "/api/houses?state=failed&limit=1")
    tour.open(f"/centre/map?select=house:{house['id']}", ".chosen .facts")
    tour.see("canvas")


def town_case(tour: Tour) -> None:
    case = _first(tour, "/api/cases?state=reported&limit=1")
    tour.open(f"/centre/map?select=case:{case['id']}", ".chosen h2")
    tour.see("canvas")


def town_worker(tour: Tour) -> None:
    workers = tour.ask("/api/workers")
    on_duty = [one for one in workers if one["on_duty"]] or workers
    tour.open(f"/centre/map?select=worker:{on_duty[0]['id']}", ".chosen .facts")
    tour.see("canvas")


def tasks(tour: Tour) -> None:
    tour.open("/centre/tasks", ".row-list li")


def task(tour: Tour) -> None:
    row = _first(tour, "/api/tasks?state=done&limit=1")
    tour.open(f"/centre/tasks/{row['id']}", DETAIL)
    _pictures(tour)


def task_open(tour: Tour) -> None:
    row = _first(tour, "/api/tasks?state=assigned&limit=1")
    tour.open(f"/centre/tasks/{row['id']}", DETAIL)


def task_reassigning(tour: Tour) -> None:
    tour.open(tour.page.url, DETAIL)
    tour.press("centre.tasks.reassign")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog:visible [aria-invalid=true]")


def task_cancelling(tour: Tour) -> None:
    tour.press("centre.tasks.cancel")
    tour.see(".el-dialog textarea")


def cases(tour: Tour) -> None:
    tour.open("/centre/cases", ".row-list li")


def case(tour: Tour) -> None:
    row = _first(tour, "/api/cases?state=in_progress&limit=1")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    _pictures(tour)


def case_to_dispatch(tour: Tour) -> None:
    row = _first(tour, "/api/cases?state=reported&limit=1")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    tour.page.locator(".acts summary").click()
    tour.see(".acts details[open] button")


def case_dispatching(tour: Tour) -> None:
    tour.press("centre.words.case_action.dispatch")
    tour.see(".el-dialog select")


def case_closing(tour: Tour) -> None:
    row = _first(tour, "/api/cases?state=awaiting_check&limit=1")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    tour.press("centre.words.case_action.close")
    tour.see(".el-dialog textarea")


def case_closing_overtaken(tour: Tour) -> None:
    row = _first(tour, "/api/cases?state=awaiting_check&limit=1")
    tour.page.evaluate(NOTE, [row["id"], row["version"]])
    tour.page.locator(".el-dialog textarea").fill("已到现场看过")
    tour.page.locator(".el-dialog button[type=submit]").click()
    tour.see(".meanwhile")


def assigning(tour: Tour) -> None:
    tour.open(tour.page.url, DETAIL)
    tour.press("centre.tasks.assign")
    tour.see(".el-dialog form")


def assigning_refused(tour: Tour) -> None:
    dialog = tour.page.get_by_role("dialog")
    dialog.get_by_label(tour.words("centre.tasks.title")).fill("")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def assigning_to_several(tour: Tour) -> None:
    dialog = tour.page.get_by_role("dialog")
    dialog.locator("input[name=whom][value=several]").check()
    for number in range(2):
        dialog.locator("input[name=assignee]").nth(number).check()


def assigning_to_a_grid(tour: Tour) -> None:
    dialog = tour.page.get_by_role("dialog")
    dialog.locator("input[name=whom][value=grid]").check()
    tour.see(".el-dialog:visible .whom select")


def campaigns(tour: Tour) -> None:
    """With the recurring tasks beside them."""
    tour.open("/centre/campaigns", ".plans")


def campaign_refused(tour: Tour) -> None:
    tour.press("centre.campaigns.new")
    tour.see(".el-dialog:visible .where summary").first.click()
    tour.page.locator(".el-dialog:visible button[type=submit]").click()
    tour.see(".el-dialog:visible [aria-invalid=true]")


def campaign(tour: Tour) -> None:
    """Begun over a whole village."""
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("冬季取暖安全入户")
    dialog.locator(".where input[type=checkbox]").first.check()
    dialog.locator("button[type=submit]").click()
    tour.see(".household")


def plan_refused(tour: Tour) -> None:
    tour.open("/centre/campaigns", ".plans")
    tour.press("centre.campaigns.new_plan")
    tour.see(".el-dialog:visible form")
    tour.page.locator(".el-dialog:visible button[type=submit]").click()
    tour.see(".el-dialog:visible [aria-invalid=true]")


def plan(tour: Tour) -> None:
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("巡查充电车棚")
    dialog.locator("button[type=submit]").click()
    tour.see(".plan")


def late(tour: Tour) -> None:
    tour.open("/centre/late", "article.late")


def late_urging(tour: Tour) -> None:
    tour.page.locator("article.late button").first.click()
    tour.see(".el-dialog textarea")


def late_of_one(tour: Tour) -> None:
    tour.open("/centre/late", "article.late")
    tour.page.locator(".doors button").nth(1).click()
    tour.see(".doors button[aria-pressed=true]")


def figures(tour: Tour) -> None:
    tour.open("/centre/figures", ".figure-table td")


def figures_cases(tour: Tour) -> None:
    tour.page.locator(".figure-table .count").last.click()
    tour.see(".behind li, .behind .empty-state")


def figures_by_village(tour: Tour) -> None:
    tour.open("/centre/figures?by=village", ".matrix td")


def houses(tour: Tour) -> None:
    tour.open("/centre/houses", ".row-list li")


def house(tour: Tour) -> None:
    row = _first(tour, "/api/houses?state=failed&limit=1")
    tour.open(f"/centre/houses/{row['id']}", DETAIL)


def workers(tour: Tour) -> None:
    tour.open("/centre/workers", "table td")


def phones(tour: Tour) -> None:
    tour.open("/centre/phones", "article.phone")


def phones_filtered(tour: Tour) -> None:
    tour.open("/centre/phones?care=clock", "article.phone")


def phones_none(tour: Tour) -> None:
    tour.open("/centre/phones?q=zzzz", ".row-list .empty-state")


def phones_reminded(tour: Tour) -> None:
    """One is reminded, and cannot be again."""
    tour.open("/centre/phones?care=clock", "article.phone")
    button = tour.page.get_by_role("button", name=tour.named("centre.phones.remind"))
    if button.first.is_enabled():
        button.first.click()
        tour.see(".toast")
    tour.see("article.phone button:disabled")


def refusals(tour: Tour) -> None:
    tour.open("/centre/refusals?state=open", ".row-list li")


def refusals_none(tour: Tour) -> None:
    """Others wait, but none of this kind: the screen must not say that there is nothing to do."""
    tour.open("/centre/refusals?state=open&code=server-error", ".row-list .empty-state")
    tour.page.get_by_text(tour.words("centre.shell.none_match"), exact=True).wait_for()


def refusal(tour: Tour) -> None:
    row = _first(tour, "/api/refusals?state=open&code=photo-required&limit=1")
    tour.open(f"/centre/refusals/{row['id']}?state=open", DETAIL)


def refusal_accepting(tour: Tour) -> None:
    tour.press("centre.refusals.accept")
    tour.see(".el-dialog textarea")


def refusal_held(tour: Tour) -> None:
    row = _first(tour, "/api/refusals?state=open&verdict=held&limit=1")
    tour.open(f"/centre/refusals/{row['id']}?state=open", DETAIL)
    tour.see(".raw summary").click()


def rescue(tour: Tour) -> None:
    tour.open("/centre/rescue", "main h1")


def rescue_refused(tour: Tour) -> None:
    file = {"name": "x.age", "mimeType": "application/octet-stream", "buffer": b"no rescue file"}
    tour.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    tour.see(".error-note")


def calendar(tour: Tour) -> None:
    tour.page.locator("details.me summary").click()
    tour.press("centre.shell.calendar", "link")
    tour.see(".sheet table")


def calendar_day(tour: Tour) -> None:
    """A day is made a holiday, by the keyboard."""
    tour.page.locator(".sheet [tabindex='0']").focus()
    tour.page.keyboard.press("ArrowRight")
    tour.page.keyboard.press("Enter")
    tour.see(".el-dialog input[value=holiday]").check()


def calendar_day_refused(tour: Tour) -> None:
    tour.press("centre.calendar.save")
    tour.see(".el-dialog [aria-invalid=true]")


def calendar_unknown(tour: Tour) -> None:
    tour.open("/centre/calendar?year=2031", ".error-note")


def calls(tour: Tour) -> None:
    tour.context.route("**/api/calls", lambda route: route.fulfill(json=[]))
    tour.open("/centre/messages", ".call-list .empty-state")
    tour.context.unroute("**/api/calls")


WAITING = {
    "id": "0195a000-0000-7000-8000-000000000001",
    "person": {"id": "0195a000-0000-7000-8000-000000000002", "name": "陈志强"},
    "number_masked": "138****5678",
    "title": "紧急任务:核实 1 件",
    "number": "TZ-2026-000017",
    "sent_at": "2026-03-01T08:00:00Z",
    "due_at": "2026-03-01T08:10:00Z",
    "calls": [{"at": "2026-03-01T08:12:00Z", "by": "王芳", "outcome": "unreached", "note": "关机"}],
}


def calls_waiting(tour: Tour) -> None:
    """As ten minutes after an urgent message that nobody opened."""
    tour.context.route("**/api/calls", lambda route: route.fulfill(json=[WAITING]))
    tour.open("/centre/messages/calls", ".call form")
    tour.see("nav .call-count")
    tour.context.unroute("**/api/calls")


def message_log(tour: Tour) -> None:
    tour.open("/centre/messages/log", ".message")


def channels(tour: Tour) -> None:
    tour.open("/centre/messages/channels", ".channels h2")


def contacts(tour: Tour) -> None:
    tour.open("/centre/contacts", ".contact-form")


def contacts_refused(tour: Tour) -> None:
    tour.page.locator(".contact-form input").fill("12345")
    tour.press("centre.messages.add")
    tour.see(".contact-form [aria-invalid=true]")


def items(tour: Tour) -> None:
    tour.open("/centre/items", ".groups .row-link")


def item(tour: Tour) -> None:
    tour.open("/centre/items/P02", ".item table td")


def item_changing_refused(tour: Tour) -> None:
    tour.press("centre.items.edit")
    tour.see(".el-dialog form input")
    tour.press("centre.items.save")
    tour.see(".el-dialog [aria-invalid=true]")


PROPOSE = """async () => {
  const { csrf_token } = await (await fetch('/api/session')).json()
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf_token }
  const { items } = await (await fetch('/api/items')).json()
  const { name, name_en, class_name, lead_department } = items.find(({ code }) => code === 'P02')
  const changed = { code: 'P02', name, name_en, class_name, lead_department, severity: 'critical' }
  const body = JSON.stringify({ ...changed, deadline: '1wd', reason: '消防通道须当日清理' })
  return (await (await fetch('/api/items/proposals', { method: 'POST', headers, body })).json()).id
}"""


def item_proposed(tour: Tour) -> None:
    proposal = tour.page.evaluate(PROPOSE)
    tour.open(f"/centre/items/{proposal}", ".proposal .facts ins")


def item_giving_back(tour: Tour) -> None:
    tour.press("centre.items.give_back")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def _choose(tour: Tour, lines: str) -> None:
    file = {"name": "x.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    tour.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def items_import(tour: Tour) -> None:
    """A sheet with an item that is new, and one whose class and grade are none."""
    tour.open("/centre/items/import", ".item-import")
    head = "编号,类别,事项名称,牵头部门,等级\n"
    _choose(tour, f"{head}P77,公共安全,广告牌松动,城管,一般\nX1,别的,没有的类别,城管,很大\n")
    tour.see(".item-import form")
    tour.see(".item-import table + table, .item-import .section + .section td")


def register(tour: Tour) -> None:
    tour.open("/centre/sources", ".register")


def register_refused(tour: Tour) -> None:
    tour.press("centre.sources.register")
    tour.see("[aria-invalid=true]")


def hotline(tour: Tour) -> None:
    """Two orders about one spot, and one that has nothing in it."""
    tour.open("/centre/sources/hotline", "input[type=file]")
    village = tour.ask("/api/org/tree")[-1]["name"]
    head = "工单号,诉求内容,诉求类型,村(社区)或网格,事项,诉求人,联系电话,经度,纬度\n"
    told = f"投诉,{village},U04,王女士,13800001234,121.07,32.06"
    order = f"{tour.locale}1,小区东门路灯不亮,{told}\n{tour.locale}2,路灯坏了三天,{told}\n"
    _choose(tour, f"{head}{order}{tour.locale}3,,投诉,{village},,,,,\n")
    tour.see("main .section + .section table")


def case_from_outside(tour: Tour) -> None:
    """An order of the hotline beside another that may be the same."""
    tour.page.locator("main table a").first.click()
    tour.see(".twins li")
    tour.heading("centre.sources.origin")


def case_unmasking(tour: Tour) -> None:
    tour.press("centre.sources.unmask")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def case_unmasked(tour: Tour) -> None:
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("textarea").fill("回访核实地点")
    dialog.locator("button[type=submit]").click()
    tour.page.get_by_text("13800001234").wait_for(timeout=SETTLE)


def case_merging(tour: Tour) -> None:
    """The number of the other is filled in already."""
    number = tour.see(".twins a").inner_text().split(" ")[0]
    tour.press("centre.sources.merge")
    assert tour.see(".el-dialog:visible form input").input_value() == number


def places(tour: Tour) -> None:
    tour.open("/centre/sources/places", ".make")
    tour.page.locator(".make select").first.select_option(index=0)
    tour.press("centre.sources.make")
    tour.see(".on-paper img")
    _pictures(tour)


def alerts(tour: Tour) -> None:
    tour.open("/centre/sources/alerts", "main h2")
    tour.press("centre.sources.alert_add")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def alert_secret(tour: Tour) -> None:
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("input").first.fill("雪亮工程")
    dialog.locator("select").first.select_option(index=0)
    dialog.locator("select").last.select_option(index=0)
    dialog.locator("textarea").fill("cam-1,121.07,32.06,东门")
    dialog.locator("button[type=submit]").click()
    tour.see("code.secret")


def alert_calls(tour: Tour) -> None:
    tour.press("centre.sources.kept")
    tour.press("centre.sources.calls")
    tour.see(".alert-source [aria-expanded=true]")


def nowhere(tour: Tour) -> None:
    tour.open("/centre/nowhere", "main")


def expired(tour: Tour) -> None:
    tour.open("/centre/inbox", ".activity")
    tour.context.clear_cookies()
    # Whatever asks first, the room or its neighbours, brings the dialog.
    tour.page.locator(".room-link").nth(3).dispatch_event("click")
    tour.see("dialog[open] input")


def _first(tour: Tour, path: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = tour.ask(path)["items"]
    return items[0] if items else {}


def _pictures(tour: Tour) -> None:
    """Wait for the pictures that are on the screen."""
    tour.page.wait_for_function(
        "() => [...document.images].every(it => it.complete || it.loading === 'lazy')",
        timeout=SETTLE,
    )


SCREENS: dict[str, Screen] = {
    "sign-in": sign_in,
    "sign-in-refused": sign_in_refused,
    "not-allowed": not_allowed,
    "feedback": feedback,
    "partners": partners,
    "partners-giving": partners_giving,
    "partners-given": partners_given,
    "partners-hooks": partners_hooks,
    "hotline-results": hotline_results,
    "supervisor-mine": supervisor_mine,
    "officer-mine": officer_mine,
    "officer-feedback": officer_feedback,
    "officer-phone": officer_phone,
    "officer-phone-case": officer_phone_case,
    "officer-phone-feedback": officer_phone_feedback,
    "officer-inbox": officer_inbox,
    "officer-case": officer_case,
    "bench": bench,
    "bench-case": bench_case,
    "bench-filtered": bench_filtered,
    "bench-saving": bench_saving,
    "bench-keys": bench_keys,
    "bench-bulk": bench_bulk,
    "bench-bulk-preview": bench_bulk_preview,
    "bench-dispatching": bench_dispatching,
    "bench-empty": bench_empty,
    "inbox": inbox,
    "more-rooms": more_rooms,
    "inbox-filtered-empty": inbox_filtered_empty,
    "inbox-gone": inbox_gone,
    "inspection": inspection,
    "inspection-below": inspection_below,
    "lightbox": lightbox,
    "hazard": hazard,
    "patrol": patrol,
    "map": town,
    "map-house": town_house,
    "map-hazard": town_case,
    "map-worker": town_worker,
    "tasks": tasks,
    "task": task,
    "task-open": task_open,
    "task-cancelling": task_cancelling,
    "task-reassigning": task_reassigning,
    "cases": cases,
    "case": case,
    "case-to-dispatch": case_to_dispatch,
    "case-dispatching": case_dispatching,
    "case-closing": case_closing,
    "case-closing-overtaken": case_closing_overtaken,
    "assigning": assigning,
    "assigning-refused": assigning_refused,
    "assigning-to-several": assigning_to_several,
    "assigning-to-a-grid": assigning_to_a_grid,
    "campaigns": campaigns,
    "campaign-refused": campaign_refused,
    "campaign": campaign,
    "plan-refused": plan_refused,
    "plan": plan,
    "late": late,
    "late-urging": late_urging,
    "late-of-one": late_of_one,
    "figures": figures,
    "figures-cases": figures_cases,
    "figures-by-village": figures_by_village,
    "houses": houses,
    "house": house,
    "workers": workers,
    "phones": phones,
    "phones-filtered": phones_filtered,
    "phones-none": phones_none,
    "phones-reminded": phones_reminded,
    "refusals": refusals,
    "refusals-none": refusals_none,
    "refusal": refusal,
    "refusal-accepting": refusal_accepting,
    "refusal-held": refusal_held,
    "rescue": rescue,
    "rescue-refused": rescue_refused,
    "calendar": calendar,
    "calendar-day": calendar_day,
    "calendar-day-refused": calendar_day_refused,
    "calendar-unknown": calendar_unknown,
    "calls": calls,
    "calls-waiting": calls_waiting,
    "message-log": message_log,
    "channels": channels,
    "contacts": contacts,
    "contacts-refused": contacts_refused,
    "items": items,
    "item": item,
    "item-changing-refused": item_changing_refused,
    "item-proposed": item_proposed,
    "item-giving-back": item_giving_back,
    "items-import": items_import,
    "register": register,
    "register-refused": register_refused,
    "hotline": hotline,
    "case-from-outside": case_from_outside,
    "case-unmasking": case_unmasking,
    "case-unmasked": case_unmasked,
    "case-merging": case_merging,
    "places": places,
    "alerts": alerts,
    "alert-secret": alert_secret,
    "alert-calls": alert_calls,
    "nowhere": nowhere,
    "expired": expired,
}
