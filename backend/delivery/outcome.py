"""How a channel says that a message did not leave."""

from __future__ import annotations


class Failed(Exception):  # noqa: N818 - as the caller reads it
    """Not delivered now; `retry_after` seconds are what the other side asks to wait."""

    def __init__(self, why: str, retry_after: int = 0) -> None:
        """Keep why, shortened for the row."""
        super().__init__(why[:300])
        self.retry_after = retry_after


class Gone(Exception):  # noqa: N818 - the same
    """Nobody takes messages at this address any longer, or it never may be used."""
