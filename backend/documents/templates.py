"""The words of papers in versions: those that come with the product (`data/`), a centre's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson
from sqlalchemy import select

from backend.audit import commands as audit
from backend.db import db
from backend.documents.models import DocumentTemplate
from backend.org.access import Actor, Permission, require
from backend.problems import Conflict, FieldError, Validation

TEMPLATES = Path(__file__).parent / "data" / "templates.json"
BLANKS = {"party", "party_id", "party_phone", "party_address", "place", "checked_on", "deadline"}
BLANKS |= {"law", "contact", "remedy"}
OF_FINDING = {"n", "text", "basis", "correction"}
NEEDED = {"party": "当事人", "place": "地点", "deadline": "改正期限"}
NEEDED |= {"text": "问题", "correction": "改正要求"}
LAW = {"law": "法律依据"}


def publish_templates() -> list[DocumentTemplate]:
    """The templates that come with the product, each published unless it is there already."""
    found = []
    for words in orjson.loads(TEMPLATES.read_bytes()):
        here = select(DocumentTemplate).filter_by(kind=words["kind"], version=words["version"])
        template = db.session.scalars(here).one_or_none()
        if template is None:
            name = f"gridfield:document:{words['kind']}:{words['version']}"
            template = DocumentTemplate(id=uuid5(NAMESPACE_URL, name), **words)
            db.session.add(template)
        found.append(template)
    db.session.flush()
    return found


def list_templates(actor: Actor) -> Sequence[DocumentTemplate]:
    """The words of both papers in all versions, the newest first."""
    require(actor, Permission.DOCUMENT_READ)
    order = (DocumentTemplate.kind.desc(), DocumentTemplate.version.desc())
    return db.session.scalars(select(DocumentTemplate).order_by(*order)).all()


def publish(actor: Actor, given: Mapping[str, Any]) -> DocumentTemplate:
    """Put new words in force: the next version of its kind; papers keep the one they were made by.

    `based_on` is the version that was changed.

    Raises:
        Forbidden: not the actor's to set up.
        Validation: as `faults` says.
        Conflict: somebody has published another version meanwhile.
    """
    require(actor, Permission.DOCUMENT_SETUP)
    wrong = list(faults(given))
    if wrong:
        raise Validation(wrong[0].detail, wrong)
    here = select(DocumentTemplate).filter_by(kind=given["kind"])
    versions = db.session.scalars(here.with_for_update()).all()
    newest = max((one.version for one in versions), default=0)
    if given["based_on"] != newest:
        raise Conflict("别人刚发布了新的一版,请刷新后再改")
    words = {name: given[name] for name in ("kind", "title", "word", "body", "laws")}
    template = DocumentTemplate(version=newest + 1, **words)
    db.session.add(template)
    db.session.flush()
    told = {"paper": template.kind, "version": template.version}
    audit.record(actor.user_id, "document.words", "template", template.id, **told)
    return template


def faults(given: Mapping[str, Any]) -> Iterator[FieldError]:
    """What is wrong with the words of a paper: `kind`, `body` and `laws`."""
    used: set[str] = set()
    for at, part in enumerate(given["body"]):
        blanks = set(re.findall(r"\{(\w*)\}", part["text"]))
        unknown = blanks - (BLANKS | OF_FINDING if part["kind"] == "each" else BLANKS)
        used |= blanks
        if unknown:
            yield FieldError(
                f"/body/{at}/text", "unknown", f"没有这个空:{'、'.join(sorted(unknown))}"
            )
    needed = NEEDED | (LAW if given["kind"] == "order" else {})
    missing = [name for blank, name in needed.items() if blank not in used]
    if missing:
        yield FieldError("/body", "missing", f"正文里必须写到:{'、'.join(missing)}")
    yield from _wrong_laws(given["laws"])


def _wrong_laws(laws: Sequence[Mapping[str, str]]) -> Iterator[FieldError]:
    """References hold one after the other, so that each day has one."""
    spans = sorted(
        (law.get("since", ""), law.get("until", "9999"), at) for at, law in enumerate(laws)
    )
    for since, until, at in spans:
        if until < since:
            yield FieldError(f"/laws/{at}", "before", "失效日期不能早于生效日期")
    for (_, until, _), (since, _, at) in pairwise(spans):
        if since <= until:
            yield FieldError(f"/laws/{at}", "overlap", "法律依据的有效期不能重叠")
