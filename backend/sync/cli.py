"""`flask sync …`: what an operator does to sync."""

from __future__ import annotations

from typing import IO

import click
from flask.cli import AppGroup

from backend.db import transaction
from backend.delivery.keys import renew_rescue_key
from backend.feed import upkeep
from backend.problems import Problem
from backend.sync import rescue

sync = AppGroup("sync", help="What an operator does to sync.")


@sync.command("new-epoch")
def new_epoch() -> None:
    """After a restore from backup: have every phone send its journal again."""
    click.echo(f"The epoch is now {upkeep.new_epoch()}; every phone will sync anew.")


@sync.command("import-rescue")
@click.argument("file", type=click.File("rb"))
def import_rescue(file: IO[bytes]) -> None:
    """Take in a FILE that a phone exported; the same file again changes nothing."""
    try:
        report = rescue.take_in(file)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo(f"From {report.author['name']}, made {report.made_at:%Y-%m-%d %H:%M} UTC")
    for line in report.records:
        known = " (known before)" if line.get("known") else ""
        said = f": {line['message']}" if "message" in line else ""
        click.echo(f"  {line['name']}  {line['verdict']}{known}{said}")
    for state, count in sorted(report.photos.items()):
        click.echo(f"  photos {state}: {count}")
    click.echo(f"  drafts, not taken in: {report.drafts}")


@sync.command("new-rescue-key")
def new_rescue_key() -> None:
    """Have phones encrypt for a new key; files for the older ones can still be taken in."""
    with transaction():
        click.echo(f"Files are from now on encrypted for {renew_rescue_key()}")
