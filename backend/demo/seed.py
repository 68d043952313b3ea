"""One seed, one town: ids and dice that follow from it."""

from __future__ import annotations

from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5


class Seed:
    """The source of all that is invented; the same number gives the same town."""

    def __init__(self, number: int, town_code: str) -> None:
        """A seed for one township."""
        self.name = f"gridfield:demo:{town_code}:{number}"

    def id(self, *key: object) -> UUID:
        """The id of the thing with this key."""
        return uuid5(NAMESPACE_URL, ":".join([self.name, *map(str, key)]))

    def dice(self, *key: object) -> Random:
        """Dice of this key's own: what is drawn elsewhere does not change them."""
        return Random(":".join([self.name, *map(str, key)]))
