"""The phones of a fault run: each a process with the app's own engine."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from select import select

import psycopg
from PIL import Image

from tools.paths import ROOT
from tools.say import Stop
from tools.stack import Stack

PWA = ROOT / "pwa"
BUNDLES = PWA / "node_modules/.tmp/faults"
MANY_PHOTOS, MANY_MUTATIONS, MANY_ROUNDS, MANY_WRONG = 4000, 2000, 25_000, 6000
WRONG = 0.15
LONGEST_PAUSE_MS = 60
PICTURES = {"small": 80, "medium": 240, "large": 640, "thumb": 60}


@dataclass(frozen=True)
class Effort:
    """How large a run is, and which faults it may have: `None` stands for all kinds."""

    seed: int
    phones: int
    mutations: int
    kinds: Sequence[str] | None = None

    def allows(self, kind: str) -> bool:
        """Whether this kind of fault may happen."""
        return self.kinds is None or kind in self.kinds

    @property
    def words(self) -> str:
        """What to ask for in order to have it again."""
        size = f"SEED={self.seed} PHONES={self.phones} MUTATIONS={self.mutations}"
        return size if self.kinds is None else f'{size} KINDS="{",".join(self.kinds)}"'

    @property
    def photo_share(self) -> float:
        """How many of the deeds with photos are done: not all, where they would be thousands."""
        return min(1.0, MANY_PHOTOS / self.mutations)

    @property
    def round_share(self) -> float:
        """After which share of the deeds phones sync: of very many, more go in one push."""
        return min(0.5, MANY_ROUNDS / self.mutations)

    @property
    def wrong_share(self) -> float:
        """Which share of the parts of a deed is wrong: of very many, not thousands of each kind."""
        return min(WRONG, MANY_WRONG / self.mutations)

    @property
    def most_tasks(self) -> int:
        """How many tasks the desk assigns: each phone reads all of its own again and again."""
        return 200 + self.mutations // 500

    @property
    def pause_ms(self) -> int:
        """The longest pause between two deeds of a person: short, where many are to be done."""
        return LONGEST_PAUSE_MS if self.mutations <= MANY_MUTATIONS else 0


@dataclass
class Phone:
    """One phone: a process of its own, told what to do line by line."""

    name: str
    user_id: str
    result: Path
    process: subprocess.Popen[str]
    day_is_over: bool = False

    def tell(self, word: str) -> None:
        """Give an order."""
        if self.process.stdin is not None:
            self.process.stdin.write(f"{word}\n")
            self.process.stdin.flush()

    def hear(self, word: str) -> None:
        """Wait for an answer; raise Stop when the phone's program has ended instead."""
        told = self.process.stdout.readline().strip() if self.process.stdout else ""
        if told != word:
            raise Stop(f"{self.name} should have said {word} and said {told or 'nothing'}.")

    def has_ended_its_day(self) -> bool:
        """Whether it has said so by now; never waits."""
        out = self.process.stdout
        if not self.day_is_over and out is not None and select([out], [], [], 0)[0]:
            self.hear("done")
            self.day_is_over = True
        return self.day_is_over


def build() -> None:
    """Make the phone's program out of the app's sources."""
    command = ["npx", "vite", "build", "--logLevel", "warn"]
    subprocess.run([*command, "--config", "tests/faults/vite.config.ts"], cwd=PWA, check=True)


def take_pictures(folder: Path, rng: random.Random) -> None:
    """Write the pictures that phones mark to make photos of."""
    folder.mkdir()
    for name, side in PICTURES.items():
        image = Image.effect_noise((side, side), rng.uniform(30, 60)).convert("RGB")
        image.save(folder / f"{name}.jpg", "JPEG", quality=60)


def accounts_of(stack: Stack, phones: int) -> list[tuple[dict[str, str], str]]:
    """An account and user id for each phone; the last phone is the first person's second one."""
    accounts = stack.accounts["grid_worker"][: max(1, phones - 1)]
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT username, id::text FROM users").fetchall()
    ids: dict[str, str] = dict(rows)
    chosen = [(account, ids[account["username"]]) for account in accounts]
    return [chosen[number % len(chosen)] for number in range(phones)]


def start_phones(stack: Stack, folder: Path, effort: Effort) -> list[Phone]:
    """Start every phone, signed in and with a first base."""
    phones = []
    for number, (account, user) in enumerate(accounts_of(stack, effort.phones)):
        name = f"phone-{number + 1}"
        settings, result = folder / f"{name}.json", folder / f"{name}-stores.json"
        said = {
            "origin": stack.url, "username": account["username"], "password": account["password"],
            "user_id": user, "seed": effort.seed * 1000 + number,
            "mutations": -(-effort.mutations // effort.phones),
            "kinds": effort.kinds, "photo_share": effort.photo_share, "pause_ms": effort.pause_ms,
            "round_share": effort.round_share, "wrong_share": effort.wrong_share,
            "pictures": str(folder / "pictures"), "result": str(result),
            "log": str(folder / f"{name}.log"),
        }  # fmt: skip
        settings.write_text(json.dumps(said))
        process = subprocess.Popen(
            ["node", str(BUNDLES / "main.js"), str(settings)], cwd=PWA, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        phones.append(Phone(name, user, result, process))
    for phone in phones:
        phone.hear("ready")
    return phones
