"""The phone's door: push, pull, verify, mutations and photos (docs/sync-protocol.md)."""

from __future__ import annotations

from flask_smorest import Api

from backend.sync import handlers
from backend.sync.cli import sync as commands
from backend.sync.doors import door
from backend.sync.photos import door as photos

__all__ = ["commands", "handlers", "install"]


def install(api: Api) -> None:
    """Open the phone's door."""
    api.register_blueprint(door)
    api.register_blueprint(photos)
