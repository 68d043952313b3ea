"""The smallest run that still fails: fewer mutations, fewer phones, fewer kinds of faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tools.faults.phones import Effort

FEWEST_MUTATIONS = 20


def shrink(
    effort: Effort, kinds: Sequence[str], fails: Callable[[Effort], bool], seconds: float
) -> Effort:
    """Leave out of a failing run what it does not need in order to fail, as long as time allows.

    `kinds` are those of its faults.
    """
    deadline = time.monotonic() + seconds
    smallest = replace(effort, kinds=tuple(kinds))
    went_on = True
    while went_on:
        went_on = False
        for smaller in _smaller(smallest):
            if time.monotonic() > deadline:
                return smallest
            if fails(smaller):
                smallest, went_on = smaller, True
                break
    return smallest


def _smaller(effort: Effort) -> Iterator[Effort]:
    """Runs with less, the greatest leaps first."""
    if effort.mutations // 2 >= FEWEST_MUTATIONS:
        yield replace(effort, mutations=effort.mutations // 2)
    if effort.phones > 1:
        yield replace(effort, phones=effort.phones // 2)
    kinds = tuple(effort.kinds or ())
    size = (len(kinds) + 1) // 2
    while kinds and size:
        for start in range(0, len(kinds), size):
            yield replace(effort, kinds=kinds[:start] + kinds[start + size :])
        size = size // 2 if size > 1 else 0
