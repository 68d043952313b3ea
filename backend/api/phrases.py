"""Words that are written often: one's own, and those of the township."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, Truth
from backend.cases import phrases
from backend.cases.phrases import Wording
from backend.org.access import Permission
from backend.org.door import Door, actor

door = Door("phrases", "phrases", url_prefix="/api/phrases", description="Words that return")


class WordingArgs(Strict):
    """The words, and for which action and in which state they are offered; null: in any."""

    text = fields.String(required=True, validate=validate.Length(1, 200))
    action = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    state = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))


class NewPhraseArgs(WordingArgs):
    """Whether all in the township may use them."""

    shared = Truth(required=True)


class PhraseShape(Schema):
    """Words to choose; `shared` are the township's."""

    id = fields.UUID(required=True)
    text = fields.String(required=True)
    action = fields.String(allow_none=True, required=True)
    state = fields.String(allow_none=True, required=True)
    shared = fields.Boolean(required=True)
    editable = fields.Boolean(required=True)


class StepShape(Schema):
    """An action for which words are given."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)


class PhrasesShape(Schema):
    """All that one may use, and for what words can be kept."""

    phrases = fields.List(fields.Nested(PhraseShape), required=True)
    actions = fields.List(fields.Nested(StepShape), required=True)
    may_share = fields.Boolean(required=True)


@door.get("")
@door.response(200, PhrasesShape)
def several() -> dict[str, Any]:
    """The words that one may use, the own first."""
    steps = phrases.written_actions().items()
    return {
        "phrases": phrases.phrases(actor()),
        "actions": [{"code": code, "name": zh, "name_en": en} for code, (zh, en) in steps],
        "may_share": Permission.PHRASE_EDIT in actor().permissions,
    }


@door.post("")
@door.arguments(NewPhraseArgs)
@door.response(201, PhraseShape)
def add(args: dict[str, Any]) -> dict[str, Any]:
    """Keep words for oneself or for the township."""
    shared = args.pop("shared")
    return phrases.add(actor(), Wording(**args), shared=shared)


@door.put("/<uuid:phrase_id>")
@door.arguments(WordingArgs)
@door.response(200, PhraseShape)
def change(args: dict[str, Any], phrase_id: UUID) -> dict[str, Any]:
    """Put words right."""
    return phrases.change(actor(), phrase_id, Wording(**args))


@door.delete("/<uuid:phrase_id>")
@door.response(204)
def forget(phrase_id: UUID) -> None:
    """Delete words."""
    phrases.forget(actor(), phrase_id)
