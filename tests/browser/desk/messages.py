"""Calls to make, the log of messages, and how people are reached."""

from __future__ import annotations

from tests.browser.tour import Screen, Tour


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


def quiet_hours_refused(tour: Tour) -> None:
    """They would end when they begin."""
    for field in tour.page.locator(".hours input[type=time]").all():
        field.fill("12:00")
    tour.press("centre.messages.quiet_save")
    tour.see(".hours [aria-invalid=true]")


def contacts(tour: Tour) -> None:
    tour.open("/centre/contacts", ".contact-form")


def contacts_refused(tour: Tour) -> None:
    tour.page.locator(".contact-form input").fill("12345")
    tour.press("centre.messages.add")
    tour.see(".contact-form [aria-invalid=true]")


SCREENS: dict[str, Screen] = {
    "calls": calls,
    "calls-waiting": calls_waiting,
    "message-log": message_log,
    "channels": channels,
    "quiet-hours-refused": quiet_hours_refused,
    "contacts": contacts,
    "contacts-refused": contacts_refused,
}
