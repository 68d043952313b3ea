"""Tasks, and what is done with one."""

from __future__ import annotations

from tests.browser.desk.ways import DETAIL, first, pictures
from tests.browser.tour import Screen, Tour


def tasks(tour: Tour) -> None:
    tour.open("/centre/tasks", ".row-list li")


def task(tour: Tour) -> None:
    row = first(tour, "/api/tasks?state=done&limit=1")
    tour.open(f"/centre/tasks/{row['id']}", DETAIL)
    pictures(tour)


def task_open(tour: Tour) -> None:
    row = first(tour, "/api/tasks?state=assigned&limit=1")
    tour.open(f"/centre/tasks/{row['id']}", DETAIL)


def task_cancelling(tour: Tour) -> None:
    tour.press("centre.tasks.cancel")
    tour.see(".el-dialog textarea")


def task_reassigning(tour: Tour) -> None:
    tour.open(tour.page.url, DETAIL)
    tour.press("centre.tasks.reassign")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog:visible [aria-invalid=true]")


SCREENS: dict[str, Screen] = {
    "tasks": tasks,
    "task": task,
    "task-open": task_open,
    "task-cancelling": task_cancelling,
    "task-reassigning": task_reassigning,
}
