"""`flask sync …`: what an operator does to sync."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from backend.feed import upkeep

sync = AppGroup("sync", help="What an operator does to sync.")


@sync.command("new-epoch")
def new_epoch() -> None:
    """After a restore from backup: have every phone send its journal again."""
    click.echo(f"The epoch is now {upkeep.new_epoch()}; every phone will sync anew.")
