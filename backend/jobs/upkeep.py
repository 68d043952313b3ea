"""What must not grow for ever."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from backend.db import db, transaction, utc_now

MUTATIONS_KEPT = timedelta(days=400)  # sync protocol, section 2
ATTEMPTS_KEPT = timedelta(days=2)
TEXTS_KEPT = timedelta(days=30)  # each holds a citizen's number
CODES_KEPT = timedelta(days=2)  # each holds a citizen's number; the most a day are counted
ALERTS_KEPT = timedelta(days=90)  # what became of a call; its case stays
WEBHOOKS_KEPT = timedelta(days=90)  # longer than anything is tried again
BLOCK = 5000


def forget_old_mutations() -> None:
    """Forget the verdicts, and failures, of mutations that no phone will send again."""
    _forget("sync_mutations", "decided_at", MUTATIONS_KEPT)
    _forget("sync_failures", "last_at", MUTATIONS_KEPT)


def forget_old_attempts() -> None:
    """Forget wrong passwords that slow nobody any more."""
    _forget("sign_in_attempts", "at", ATTEMPTS_KEPT)


def forget_old_texts() -> None:
    """Forget to whom texts went that nobody will ask about any more."""
    _forget("text_messages", "created_at", TEXTS_KEPT)


def forget_old_calls() -> None:
    """Forget codes that open nothing, and what became of the alerts of long ago."""
    _forget("phone_codes", "sent_at", CODES_KEPT)
    _forget("alert_calls", "at", ALERTS_KEPT)


def forget_old_webhooks() -> None:
    """Forget what other systems were told, and each try to."""
    _forget("webhook_messages", "created_at", WEBHOOKS_KEPT)


def _forget(table: str, column: str, kept: timedelta) -> None:
    """Delete in blocks, so that no lock is held for long."""
    statement = text(
        f"DELETE FROM {table} WHERE ctid = ANY (ARRAY"  # noqa: S608 - own names
        f" (SELECT ctid FROM {table} WHERE {column} < :before LIMIT {BLOCK}))"
    )
    found = BLOCK
    while found == BLOCK:
        with transaction():
            found = db.session.execute(statement, {"before": utc_now() - kept}).rowcount  # type: ignore[attr-defined]
