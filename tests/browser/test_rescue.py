"""A phone that gets no network hands its work over as a file; nothing counts twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import dispatcher, worker
from tests.browser.desk.ways import refuse_something
from tests.browser.pictures import photo
from tools.stack import Stack

Watch = Callable[[Page], None]


def test_an_offline_day_arrives_as_a_file_and_once(
    stack: Stack,
    phone: BrowserContext,
    desk: BrowserContext,
    tmp_path: Path,
    quiet_console: Watch,
) -> None:
    screen, hall = phone.new_page(), desk.new_page()
    for page in (screen, hall):
        quiet_console(page)
    dispatcher.sign_in(hall, stack.account("dispatcher"))
    worker.sign_in(screen, stack.account("grid_worker"))
    phone.set_offline(True)
    screen.reload()
    address = inspect(screen, tmp_path)
    before = inspections(hall, address)

    take_in(hall, exported(screen, tmp_path))
    expect(hall.get_by_text("新收到照片 2 张")).to_be_visible()  # with its thumbnail
    [arrived] = inspections(hall, address) - before
    hall.goto(f"/centre/inbox/inspection/{arrived}")
    dispatcher.photos_arrived(hall, 1)

    phone.set_offline(False)
    screen.goto("/")
    worker.all_sent(screen)
    assert inspections(hall, address) == before | {arrived}


def inspect(screen: Page, folder: Path) -> str:
    """Inspect the first house; answers its address."""
    address = worker.first_house(screen)
    worker.all_pass(screen)
    worker.fail_item(screen, "疏散逃生", "D01", photo(folder, "stairs"))
    screen.get_by_role("link", name="去提交").click()
    screen.get_by_role("button", name="确认提交").click()
    expect(screen.get_by_role("heading", name="检查记录")).to_be_visible()
    return address


def exported(screen: Page, folder: Path) -> Path:
    """Make the file on the phone and copy it off."""
    screen.goto("/sync")
    screen.get_by_role("button", name="导出未上传内容").click()
    with screen.expect_download() as download:
        screen.get_by_role("button", name="保存到手机").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".age"
    return path


def take_in(hall: Page, file: Path) -> None:
    """Take the file in at the desk."""
    rooms = hall.get_by_role("navigation", name="主要栏目")
    rooms.get_by_role("link", name="需处理").click()
    hall.get_by_role("link", name="救援导入").click()
    hall.get_by_label("选择文件").set_input_files(file)
    expect(hall.get_by_role("cell", name="入户检查")).to_be_visible(timeout=60_000)
    expect(hall.get_by_role("cell", name="已收下")).to_be_visible()


def inspections(hall: Page, address: str) -> set[str]:
    """The ids of a house's inspections, as the desk is told."""
    ids = hall.evaluate(
        "address => fetch('/api/activities?kind=inspection&limit=200&q='"
        " + encodeURIComponent(address)).then(it => it.json())"
        ".then(page => page.items.map(it => it.record_id))",
        address,
    )
    return set(ids)


def test_a_refused_record_is_accepted_where_it_appears_by_itself(
    stack: Stack, phone: BrowserContext, desk: BrowserContext, quiet_console: Watch
) -> None:
    screen, hall = phone.new_page(), desk.new_page()
    for page in (screen, hall):
        quiet_console(page)
    dispatcher.sign_in(hall, stack.account("dispatcher"))
    worker.sign_in(screen, stack.account("grid_worker"))
    rooms = hall.get_by_role("navigation", name="主要栏目")
    rooms.get_by_role("link", name="需处理").click()

    title = refuse_something(screen)

    row = hall.locator("main a[href*='/centre/refusals/']").filter(has_text=title).first
    expect(row).to_be_visible()
    row.click()
    hall.get_by_role("button", name="人工采纳").click()
    hall.get_by_role("dialog").get_by_label("采纳的理由").fill("已电话核实")
    hall.get_by_role("dialog").get_by_role("button", name="人工采纳").click()
    expect(hall.get_by_role("main").get_by_text("已采纳").first).to_be_visible()
    expect(row).to_be_hidden()  # it waits no more
