"""A case as one file to keep (全过程电子档案)."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Response, send_file

from backend.org.door import Door, actor
from backend.oversight.case_paper import draw_up

door = Door("case_files", "case_files", url_prefix="/api/cases", description="Cases as files")
PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}


@door.get("/<uuid:case_id>/file.pdf")
@door.doc(responses={"200": {"description": "The file", "content": PDF}})
def file(case_id: UUID) -> Response:
    """All that one may see of a case, from its report to its archive, on A4 pages."""
    number, paper = draw_up(actor(), case_id)
    name = f"全过程电子档案_{number}.pdf"
    return send_file(io.BytesIO(paper), "application/pdf", as_attachment=True, download_name=name)
