"""which case a message is about; clocks of the reports that an urgent case needs

Revision: 0031, after 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0025'


def upgrade() -> None:
    """Go forward; messages of before know their case by their page, or by their task."""
    op.add_column('messages', sa.Column('case_id', sa.Uuid()))
    op.execute(BY_PAGE)
    op.execute(BY_TASK)
    op.create_foreign_key(op.f('fk_messages_case_id'), 'messages', 'cases', ['case_id'], ['id'])
    op.create_index(op.f('ix_messages_case_id'), 'messages', ['case_id'])
    op.drop_constraint('ck_case_marks_clock', 'case_marks')
    op.create_check_constraint(
        op.f('ck_case_marks_clock'), 'case_marks', "clock IN ('case', 'step', 'follow', 'final')"
    )
    op.execute("UPDATE cases SET supervised = false WHERE supervised AND closed_at IS NOT NULL")


BY_PAGE = """
UPDATE messages SET case_id = cases.id FROM cases
 WHERE messages.url = '/centre/cases/' || cases.id
"""

BY_TASK = """
UPDATE messages SET case_id = tasks.case_id FROM tasks
 WHERE tasks.id = messages.task_id AND tasks.case_id IS NOT NULL
"""
