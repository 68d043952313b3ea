"""Where an officer's messages arrive in a story: push, chat and text, each verified."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from backend.delivery.gateways import signature
from tests.browser.conftest import TEXT_SECRET
from tests.browser.push_receiver import Receiver
from tests.delivery.services import PushService, running_push_service
from tools.simulated_phone import SimulatedPhone
from tools.stack import Stack

PATIENCE = 120  # seconds: a message may be taken back for 35, and the sweep comes every 20
SWEEP = """
from wsgi import app
from backend.delivery import jobs
with app.app_context():
    jobs.sweep()
"""


@dataclass
class Ears:
    """A person who can be reached by push, in a chat and by text; a dead service answers 503."""

    stack: Stack
    push: PushService
    chat: PushService
    texts: PushService
    browser: Receiver
    user_id: str
    name: str = ""

    def hears(self, channel: str, about: str, words: str) -> None:
        """The next message about it in these words comes on the channel whose turn it is."""
        self.let_its_turn_come(channel, about)
        told = {"push": self.by_push, "chat": self.by_chat, "text": self.by_text}[channel]
        while words not in told(about):
            continue

    def by_push(self, about: str) -> str:
        """The next message about it that comes by push, decrypted; others are passed over."""
        while True:
            self.browser.bodies.put(next_of(self.push, self.name)[2])
            told: dict[str, str] = json.loads(self.browser.next_text(1))
            if about in told["body"] or about in told["url"]:
                return f"{told['title']} {told['body']} {told['url']}"

    def by_chat(self, about: str) -> str:
        """The next message about it in the chat."""
        while True:
            _, headers, body = next_of(self.chat, self.name)
            assert headers["idempotency-key"]
            told = str(json.loads(body)["message"])
            if about in told:
                return told

    def by_text(self, about: str) -> str:
        """The next text message about it; the signature is verified."""
        while True:
            _, headers, body = next_of(self.texts, self.name)
            moment = headers["x-gridfield-timestamp"]
            assert headers["x-gridfield-signature"] == signature(TEXT_SECRET, moment, body)
            told = str(json.loads(body)["text"])
            if about in told:
                return told

    def let_its_turn_come(self, channel: str, about: str) -> None:
        """As if the minutes until this rung had passed, and nothing else were to be told to them.

        What rang in the browser rang long ago, so that it need not rest.
        """
        with psycopg.connect(self.stack.database_url.replace("+psycopg", "")) as connection:
            connection.execute(
                "UPDATE deliveries d SET sent_at = d.sent_at - interval '1 hour' FROM messages m"
                " WHERE m.id = d.message_id AND m.user_id = %s AND d.sent_at IS NOT NULL",
                [self.user_id],
            )
            connection.execute(
                "UPDATE deliveries d SET next_attempt_at = now(), state = CASE WHEN m.id ="
                " (SELECT id FROM messages WHERE number = %s AND user_id = %s"
                " ORDER BY created_at DESC LIMIT 1) THEN d.state ELSE 'spared' END"
                " FROM messages m WHERE m.id = d.message_id AND m.user_id = %s"
                " AND d.state = 'queued' AND d.attempts = 0 AND d.channel = %s",
                [about, self.user_id, self.user_id, channel],
            )
        environment, folder = self.stack.supervisor.environment, self.stack.supervisor.folder
        command = [sys.executable, "-c", SWEEP]
        subprocess.run(command, env=environment, cwd=folder, check=True)


def next_of(service: PushService, whose: str = "") -> tuple[str, dict[str, str], bytes]:
    """The next that a service gets."""
    deadline = time.monotonic() + PATIENCE
    while not service.requests:
        assert time.monotonic() < deadline, f"no message came {whose}"
        time.sleep(0.05)
    return service.requests.pop(0)


@contextmanager
def listening(stack: Stack, texts: PushService, account: dict[str, str]) -> Iterator[Ears]:
    """The person's chat and number; an administrator has entered the chat.

    Where they take pushes is `browser`, once they have said so on their own screen.
    """
    with running_push_service() as push, running_push_service() as chat:
        chat.status = 200
        person = SimulatedPhone(stack.url, account, random.Random(1))
        person.sign_in()
        boss = SimulatedPhone(stack.url, stack.account("admin"), random.Random(2))
        boss.sign_in()
        address = f"json://127.0.0.1:{chat.port}/robot"
        boss.post(
            "/api/contacts", {"channel": "chat", "address": address, "user_id": person.user_id}
        )
        yield Ears(
            stack, push, chat, texts, push.browser(), str(person.user_id), account["username"]
        )
