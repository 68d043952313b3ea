"""The commands of `flask`."""

from __future__ import annotations

from dataclasses import fields

import click
from flask import Flask

from backend.clock.cli import calendar
from backend.config import Settings
from backend.demo.cli import demo
from backend.jobs.cli import schedule, worker


def install(app: Flask) -> None:
    """Add every command."""
    for command in (settings, calendar, worker, schedule, demo):
        app.cli.add_command(command)


@click.command("settings")
def settings() -> None:
    """Print every setting, its default and what it is for."""
    for item in fields(Settings):
        click.echo(f"{item.name.upper()}  (default: {item.default})\n    {item.metadata['doc']}")
