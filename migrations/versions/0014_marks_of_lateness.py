"""deadlines remember what they follow from, cases bear marks of lateness, lines say how a case stood

Of what came before: a case whose deadline nobody moved follows from when it was found, any other keeps the
deadline it has, and so does the step it is in. Of older lines the last of each case alone knows how the case
stood; the figures count from then on.

Revision: 0014, after 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0012'


def upgrade() -> None:
    """Go forward."""
    op.add_column('cases', sa.Column('terms', sa.dialects.postgresql.JSONB(), server_default='[]'))
    op.add_column('cases', sa.Column('step_began_at', sa.DateTime(timezone=True)))
    op.add_column('cases', sa.Column('step_span', sa.Text(), server_default=''))
    for name in ('due_at', 'step_due_at'):
        op.add_column('case_events', sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column('case_events', sa.Column('state', sa.Text()))
    op.alter_column('case_events', 'actor_id', nullable=True)
    op.create_index(op.f('ix_case_events_at'), 'case_events', ['at'])
    op.execute(
        DERIVE_TERMS.replace('<captured_at>', ISO.format('captured_at')).replace('<due_at>', ISO.format('due_at'))
    )
    op.execute(DERIVE_STEPS)
    op.execute(DERIVE_LAST_LINES)
    for name in ('terms', 'step_span'):
        op.alter_column('cases', name, nullable=False, server_default=None)
    _marks()
    op.create_table('case_watches',
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('look_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_watches_case_id')),
        sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_watches')),
    )
    op.create_index(op.f('ix_case_watches_look_at'), 'case_watches', ['look_at'])
    op.execute('INSERT INTO case_watches SELECT id, now() FROM cases WHERE closed_at IS NULL')


def _marks() -> None:
    op.create_table('case_marks',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('clock', sa.Text(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("clock IN ('case', 'step')", name=op.f('ck_case_marks_clock')),
        sa.CheckConstraint('withdrawn_at >= at', name=op.f('ck_case_marks_withdrawn')),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_marks_case_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_marks')),
    )
    op.create_index(op.f('ix_case_marks_case_id'), 'case_marks', ['case_id'])
    op.create_index(
        'uq_case_marks_standing', 'case_marks', ['case_id', 'clock', 'since', 'name'], unique=True,
        postgresql_where=sa.text('withdrawn_at IS NULL'),
    )


ISO = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')"
DERIVE_TERMS = """
UPDATE cases SET terms = CASE WHEN EXISTS (
        SELECT FROM case_events WHERE case_id = cases.id
            AND action IN ('approve_extension', 'resume', 'fail', 'reopen'))
    THEN jsonb_build_array(jsonb_build_array('until', <captured_at>, <due_at>))
    ELSE jsonb_build_array(jsonb_build_array('from', <captured_at>)) END
"""
DERIVE_STEPS = """
UPDATE cases SET step_span = CASE state WHEN 'in_progress' THEN 'case' ELSE 'until' END,
    step_began_at = (SELECT max(at) FROM case_events WHERE case_id = cases.id)
WHERE closed_at IS NULL
"""
DERIVE_LAST_LINES = """
UPDATE case_events SET state = cases.state, due_at = cases.due_at, step_due_at = cases.step_due_at
FROM cases WHERE cases.id = case_events.case_id AND cases.version = case_events.version
"""
