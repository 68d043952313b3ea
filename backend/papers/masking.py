"""What people wrote, without the numbers that name a person."""

from __future__ import annotations

import re

# Eighteen signs of an identity card; a mobile phone; a landline with its area.
_NUMBERS = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")


def without_numbers(words: str | None) -> str | None:
    """The words with identity and telephone numbers hidden but for their first and last signs."""
    return words and _NUMBERS.sub(_hidden, words)


def _hidden(found: re.Match[str]) -> str:
    number = found[0]
    return number[:3] + "*" * (len(number) - 5) + number[-2:]
