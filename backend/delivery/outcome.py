"""How a channel says that a message did not leave."""

from __future__ import annotations


class Failed(Exception):  # noqa: N818 - as the caller reads it
    """Not delivered now; `retry_after` seconds are what the other side asks to wait.

    `ill` is false where the service is well and refuses this message or address alone.
    """

    def __init__(self, why: str, retry_after: int = 0, *, ill: bool = True) -> None:
        """Keep why, shortened for the row."""
        super().__init__(why[:300])
        self.retry_after, self.ill = retry_after, ill


class Gone(Exception):  # noqa: N818 - the same
    """Nobody takes messages at this address any longer, or it never may be used."""
