"""The phone's door: push, pull, verify, mutations and photos (docs/sync-protocol.md)."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Open the phone's door."""
