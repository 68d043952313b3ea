"""the report behind a case, the task behind a line of its thread

Revision: 0002_b1, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002_b1'
down_revision = '0001'


def upgrade() -> None:
    """Go forward."""
    op.add_column('case_events', sa.Column('task_id', sa.Uuid(), nullable=True))
    op.create_index(op.f('ix_case_events_task_id'), 'case_events', ['task_id'], unique=False)
    op.create_foreign_key(op.f('fk_case_events_task_id'), 'case_events', 'tasks', ['task_id'], ['id'])
    op.add_column('cases', sa.Column('payload_sha256', sa.Text(), nullable=True))
    op.create_index(op.f('ix_cases_captured_at'), 'cases', ['captured_at'], unique=False)
