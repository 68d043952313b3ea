"""Deciding many at a time what is plainly in order.

Whatever is not (a fault, a dependency, a refusal, a case to be opened, a photo) is left to
`push`, which decides it by itself as it always has. Nothing here refuses anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.feed.bulk import Rows
from backend.org.capture import Capture
from backend.sync.circumstances import Round, context_of
from backend.sync.envelope import Pushed, fingerprint
from backend.sync.ledger import ACCEPTED, Ledger, result_of
from backend.sync.mutations import CATALOGUE, Mutation, Swift


@dataclass(frozen=True)
class Run:
    """What was accepted together: the results, and the rows that are still to be written.

    `is_cut` says that what stands in the database ended it.
    """

    results: list[dict[str, Any]]
    writes: list[Rows]
    is_cut: bool


def decide(book: Ledger, round_: Round, mutations: Sequence[Pushed]) -> Run:
    """Accept as many of these as can go together, from the first on."""
    way, run = _run(book, round_, mutations)
    if way is None:
        return Run([], [], is_cut=False)
    count, writes = way.carry_out(run)
    accepted = mutations[:count]
    hashes = [capture.payload_sha256 for capture, _ in run[:count]]
    lines = book.accepted(list(zip(accepted, hashes, strict=True)))
    results = [result_of(mutation, ACCEPTED) for mutation in accepted]
    return Run(results, [*writes, lines], is_cut=count < len(run))


def _run(
    book: Ledger, round_: Round, mutations: Sequence[Pushed]
) -> tuple[Swift | None, list[tuple[Capture, Any]]]:
    """The first mutations that go the same way, and what goes it."""
    way, run = None, []
    for mid, mutation in enumerate(mutations, start=book.last_mid + 1):
        known = _known(mutation)
        if known is None or mutation.mid != mid or way not in {None, known.swift}:
            break
        one = _plain(known, mutation, round_)
        if one is None:
            break
        way = known.swift
        run.append(one)
    return way, run


def _known(mutation: Pushed) -> Mutation | None:
    if mutation.faults or mutation.deps:
        return None
    return CATALOGUE.get((mutation.name, mutation.v))


def _plain(known: Mutation, mutation: Pushed, round_: Round) -> tuple[Capture, Any] | None:
    args = known.shape.read(mutation.args) if known.swift else None
    if known.swift is None or args is None:
        return None
    # Text that passed the shape can be stored as it is: its hash is that of `Pushed.sha256`.
    capture = context_of(mutation, round_, fingerprint(mutation.args)).capture
    return (capture, args) if known.swift.plain(capture, args) else None
