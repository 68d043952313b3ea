"""From a mutation to its verdict: `ok`, `ok_merged`, `rejected` or `held` (section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from marshmallow import ValidationError
from sqlalchemy import select

from backend.db import db
from backend.problems import FieldError, Problem, Refused, field_errors
from backend.requests import EARLIEST
from backend.sync.envelope import Pushed
from backend.sync.models import SyncMutation
from backend.sync.mutations import CATALOGUE, Context, Mutation, Outcome


@dataclass(frozen=True)
class Verdict:
    """What the server decided; `record` is how the record stands, where that helps."""

    verdict: str
    code: str | None = None
    message: str | None = None
    errors: list[dict[str, str]] = field(default_factory=list)
    record: Mapping[str, Any] | None = None

    @property
    def accepted(self) -> bool:
        """Whether it had its effect."""
        return self.verdict in {"ok", "ok_merged"}

    def document(self) -> dict[str, Any]:
        """As it is stored and told: empty parts left out, JSON values only."""
        full = {
            "verdict": self.verdict,
            "code": self.code,
            "message": self.message,
            "errors": self.errors,
            "record": self.record,
        }
        kept = {key: value for key, value in full.items() if value}
        plain: dict[str, Any] = orjson.loads(orjson.dumps(kept, option=orjson.OPT_UTC_Z))
        return plain

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Verdict:
        """Read a stored verdict."""
        return cls(**document)


class Refusal(Exception):  # noqa: N818 - it is a verdict, not an error
    """Leaves the savepoint so that nothing of the mutation stays; carries the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        """Keep the verdict."""
        super().__init__(verdict.code)
        self.verdict = verdict


def held(code: str, message: str) -> Verdict:
    """Kept for somebody to look at; the queue moves on."""
    return Verdict("held", code, message)


def rejected(code: str, message: str, errors: list[FieldError] | None = None) -> Verdict:
    """Refused, with the reason in plain words."""
    return Verdict("rejected", code, message, [asdict(error) for error in errors or []])


def carry_out(context: Context, mutation: Pushed) -> Verdict:
    """Run one mutation's command.

    Raises:
        Refusal: it is rejected or held; nothing of it may stay.
    """
    if mutation.faults:
        raise Refusal(_invalid(list(mutation.faults)))
    known = CATALOGUE.get((mutation.name, mutation.v))
    if known is None:
        message = "服务器还不认识这种记录,已保存,更新后会处理"
        raise Refusal(held("unknown-mutation", message))
    if not context.by_hand:
        _require_dependencies(mutation.deps)
    args = _checked(known, mutation.args)
    if context.clock_suspect:
        args = by_our_clock(args, context)
    try:
        outcome = known.handle(context, args) or Outcome()
    except Problem as problem:
        raise Refusal(_from_problem(problem)) from problem
    return Verdict(
        "ok_merged" if outcome.merged else "ok", message=outcome.message, record=outcome.record
    )


def by_our_clock(value: Any, context: Context) -> Any:  # noqa: ANN401 - loaded arguments
    """Arguments with their times moved as far as the time of capture was.

    The phone told all of them by the same clock.
    """
    if isinstance(value, datetime):
        return max(min(value + context.clock_shift, context.received_at), EARLIEST)
    if isinstance(value, dict):
        return {key: by_our_clock(item, context) for key, item in value.items()}
    return [by_our_clock(item, context) for item in value] if isinstance(value, list) else value


def _require_dependencies(deps: Sequence[UUID]) -> None:
    if not deps:
        return
    failed = db.session.scalars(
        select(SyncMutation.mutation_id).where(
            SyncMutation.mutation_id.in_(deps),
            ~SyncMutation.repeated,  # as the index says
            SyncMutation.verdict["verdict"].astext == "rejected",
        )
    ).first()
    if failed is not None:
        raise Refusal(rejected("dep-failed", "它所依据的记录未被接受"))


def _checked(known: Mutation, args: Any) -> dict[str, Any]:  # noqa: ANN401 - as it came
    try:
        loaded: dict[str, Any] = known.shape.load(args)
    except ValidationError as error:
        raise Refusal(_invalid(field_errors(error.messages, "/args"))) from error
    return loaded


def _invalid(errors: list[FieldError]) -> Verdict:
    return rejected("validation", "内容有误,请修改后再提交", errors)


def _from_problem(problem: Problem) -> Verdict:
    code = problem.code if isinstance(problem, Refused) else problem.slug
    record = problem.record if isinstance(problem, Refused) else None
    errors = [asdict(error) for error in problem.errors]
    return Verdict("rejected", code, problem.detail, errors, record)
