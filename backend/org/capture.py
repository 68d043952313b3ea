"""Under what circumstances something was seen in the field, as commands are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.org.access import Actor


@dataclass(frozen=True)
class Capture:
    """Who captured it, when (server's clock; `clock_suspect`: by guess), and what was sent.

    `by_hand`: the centre takes it in although a rule of evidence is not met (ADR 0007).
    """

    actor: Actor
    captured_at: datetime
    received_at: datetime
    payload_sha256: str
    clock_suspect: bool = False
    by_hand: bool = False
