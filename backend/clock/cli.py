"""`flask calendar …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from backend.clock.commands import publish_announced_days
from backend.db import transaction

calendar = AppGroup("calendar", help="The days on which offices work.")


@calendar.command("publish")
def publish() -> None:
    """Enter the public holidays that come with this version."""
    with transaction():
        years = publish_announced_days()
    click.echo(f"Entered: {', '.join(map(str, years)) or 'nothing new'}")
