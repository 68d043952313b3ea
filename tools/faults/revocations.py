"""Since when nobody may be told something, so that every reply can be held against it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Any

CLOCK = 0.005  # seconds; the phone's clock is told in milliseconds


@dataclass
class Revocations:
    """The spans in which a scope is closed: to a person, or as a home to a house.

    A span begins after the commit that closed it and ends before the one that may open it again,
    so what is said here is never too much.
    """

    closed: dict[tuple[str, str], list[list[float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def close(self, whose: str, scope: str) -> None:
        """It was closed; the change has committed."""
        self.closed[whose, scope].append([time.time(), inf])

    def open(self, whose: str, scope: str) -> None:
        """It may be opened from now on."""
        for span in self.closed[whose, scope][-1:]:
            span[1] = min(span[1], time.time())

    def open_all(self, of: Iterable[str]) -> None:
        """Whatever was closed to these may be open again."""
        whose = set(of)
        for one, scope in list(self.closed):
            if one in whose:
                self.open(one, scope)

    def breaches(self, user: str, reply: tuple[float, float, dict[str, Any]]) -> list[str]:
        """What a reply should not have held; its times are when it was asked for and had."""
        asked, had, scopes = reply
        told = [(user, scope) for scope in scopes]
        told += [(house, scope) for scope, houses in scopes.items() for house in houses]
        return [
            f"{scope}, closed to {whose}"
            for whose, scope in told
            for since, until in self.closed.get((whose, scope), ())
            if since + CLOCK < asked / 1000 and had / 1000 < until - CLOCK
        ]
