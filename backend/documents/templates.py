"""The words of papers that come with the product, as data (`data/`)."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import orjson
from sqlalchemy import select

from backend.db import db
from backend.documents.models import DocumentTemplate

TEMPLATES = Path(__file__).parent / "data" / "templates.json"


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
