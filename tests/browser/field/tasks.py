"""Tasks, alone and with others."""

from __future__ import annotations

from typing import Any

from tests.browser.field.ways import open_task, scroll_down
from tests.browser.tour import Screen, Tour


def tasks(tour: Tour) -> None:
    tour.open("/tasks", ".app-list-item, .empty-state")


def tasks_closed(tour: Tour) -> None:
    tour.press("field.task.closed")
    tour.see(".app-list-item, .empty-state")


def task(tour: Tour) -> None:
    tour.open(f"/tasks/{open_task(tour)['id']}", ".app-page-actions button, .app-page-actions a")


def task_returning(tour: Tour) -> None:
    tour.press("field.task.return")
    tour.see("dialog[open]")


def task_accepted(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    accept = tour.page.get_by_role("button", name=tour.words("field.task.accept"))
    if accept.is_visible():
        accept.click()
    tour.see(".app-page-actions a")
    scroll_down(tour)


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


def task_gone(tour: Tour) -> None:
    tour.open("/tasks/0", ".empty-state")


def _joint_task(tour: Tour) -> dict[str, Any]:
    return next(row for row in tour.rows["task"] if row["partners"])


SCREENS: dict[str, Screen] = {
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
    "task-gone": task_gone,
}
