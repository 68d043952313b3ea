"""An office's screen: what a person there does with a case, by what is written on the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Office:
    """Somebody who has a case open, at a desk or in a phone's browser."""

    page: Page

    def sign_in(self, account: dict[str, str]) -> None:
        """Sign in at the desk."""
        self.page.goto("/centre/")
        self.page.get_by_label("用户名").fill(account["username"])
        self.page.get_by_label("密码", exact=True).fill(account["password"])
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("navigation", name="主要栏目")).to_be_attached()

    def open(self, case_id: str) -> None:
        """Open a case by its address, as a message's link does."""
        self.page.goto(f"/centre/cases/{case_id}")
        expect(self.page.get_by_role("heading", name="办理经过")).to_be_visible()

    def turn_messages_on(self) -> None:
        """Have this browser tell of messages while the desk is closed."""
        self.page.goto("/centre/contacts")
        self.page.get_by_role("button", name="开启提醒").click()
        expect(self.page.get_by_text("已开启")).to_be_visible()

    def leave(self) -> None:
        """Close the desk: messages must find another way."""
        self.page.goto("about:blank")

    def act(
        self,
        name: str,
        *,
        within: Locator | None = None,
        departments: Sequence[str] = (),
        choose: dict[str, str] | None = None,
        **words: str,
    ) -> None:
        """Press a button of the case (or of a part of it), fill in what it asks for, and send."""
        place = within or self.page.get_by_role("main")
        button = place.get_by_role("button", name=name, exact=True).first
        if not button.is_visible():
            self.page.get_by_text("更多操作").click()
        button.click()
        dialog = self.page.get_by_role("dialog", name=f"{name} · ")
        for label, value in words.items():
            dialog.get_by_label(label, exact=True).fill(value)
        for label, value in (choose or {}).items():
            dialog.get_by_label(label, exact=True).select_option(label=value)
            expect(dialog.locator(".suggested")).to_be_visible()  # late, and changes nothing
        for one in departments:
            dialog.get_by_text(one, exact=True).click()
        dialog.get_by_role("button", name=name, exact=True).click()
        expect(dialog).to_be_hidden()

    def part(self, department: str) -> Locator:
        """What a department was called for."""
        return self.page.locator(".case-parts li").filter(has_text=department)

    def follow(self, text: str) -> None:
        """Open what a message is about that comes to this desk while nothing is loaded again."""
        arrivals = self.page.get_by_role("status", name="给我的消息")
        message = arrivals.locator("article", has_text=text)
        message.get_by_role("button", name="打开").click()
        expect(self.page.get_by_role("heading", name="办理经过")).to_be_visible()
        expect(message).to_be_hidden()

    def sees(self, text: str) -> None:
        """Wait until the open case says so, without being loaded again."""
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()
