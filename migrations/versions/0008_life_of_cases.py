"""every case has an owner and a deadline for the step it is in, every line of its thread a number

The four states of before keep their codes; what was handled was handled by a grid's task.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'

STATES = (
    'reported', 'accepted', 'verifying', 'filed', 'dispatched', 'ruling', 'in_progress', 'extending',
    'suspending', 'suspended', 'awaiting_check', 'checked',
)
ENDED = ('closed', 'archived', 'declined', 'voided', 'merged')
COUNTED = {'returns': 0, 'extensions': 0, 'reopens': 0, 'level': 3, 'version': 1}


def upgrade() -> None:
    """Go forward."""
    _add_columns()
    op.execute("UPDATE case_events SET action = 'task_' || action WHERE task_id IS NOT NULL")
    op.execute(NUMBER_LINES)
    op.execute(BACKFILL)
    for table, column in (
        ('cases', 'span'), ('cases', 'due_at'), ('case_events', 'version'),
        *(('cases', name) for name in (*COUNTED, 'supervised')),
    ):
        op.alter_column(table, column, nullable=False, server_default=None)
    op.drop_index('ix_case_events_case_id', 'case_events')
    op.create_unique_constraint(
        op.f('uq_case_events_case_id_version'), 'case_events', ['case_id', 'version']
    )
    _check()


def _add_columns() -> None:
    op.add_column('case_events', sa.Column('version', sa.Integer()))
    for name, value in COUNTED.items():
        op.add_column('cases', sa.Column(name, sa.Integer(), server_default=str(value)))
    op.add_column('cases', sa.Column('supervised', sa.Boolean(), server_default='false'))
    for name in ('span', 'owner', 'handling', 'rating'):
        op.add_column('cases', sa.Column(name, sa.Text()))
    for name in ('step_due_at', 'asked_until', 'suspended_at'):
        op.add_column('cases', sa.Column(name, sa.DateTime(timezone=True)))
    for name, table in (('handler_id', 'users'), ('merged_into_id', 'cases')):
        op.add_column('cases', sa.Column(name, sa.Uuid()))
        op.create_foreign_key(op.f(f'fk_cases_{name}'), 'cases', table, [name], ['id'])
        op.create_index(op.f(f'ix_cases_{name}'), 'cases', [name])


def _check() -> None:
    op.drop_constraint(op.f('ck_cases_state'), 'cases')
    op.drop_constraint(op.f('ck_cases_closed'), 'cases')
    checks = {
        'state': f'state IN {(*STATES, *ENDED)}',
        'closed': f'(state IN {ENDED}) = (closed_at IS NOT NULL)',
        'has_owner_and_deadline':
            'num_nulls(owner, step_due_at) = CASE WHEN closed_at IS NULL THEN 0 ELSE 2 END',
        'owner': "owner IN ('centre', 'department', 'grid')",
        'handling': "handling IN ('department', 'grid')",
        'rating': "rating IN ('satisfied', 'fair', 'dissatisfied')",
        'merged': "(state = 'merged') = (merged_into_id IS NOT NULL)",
    }
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f'ck_cases_{name}'), 'cases', condition)


NUMBER_LINES = """
UPDATE case_events SET version = numbered.version
FROM (
    SELECT id, row_number() OVER (PARTITION BY case_id ORDER BY at, id) AS version
    FROM case_events
) AS numbered
WHERE case_events.id = numbered.id
"""
BACKFILL = """
WITH told AS (
    SELECT cases.id,
        CASE severity WHEN 'critical' THEN 'immediate' WHEN 'serious' THEN '3wd' ELSE '7wd' END
            AS span,
        COALESCE(due_at, captured_at + CASE severity WHEN 'critical' THEN interval '1 day'
            WHEN 'serious' THEN interval '5 days' ELSE interval '11 days' END) AS due_at,
        CASE state WHEN 'in_progress' THEN 'grid' WHEN 'closed' THEN NULL ELSE 'centre' END
            AS owner,
        CASE WHEN state IN ('in_progress', 'awaiting_check') THEN 'grid' END AS handling,
        (SELECT actor_id FROM case_events WHERE case_id = cases.id AND action = 'task_finish'
            ORDER BY version DESC LIMIT 1) AS handler_id,
        (SELECT count(*) FROM case_events WHERE case_id = cases.id) AS version
    FROM cases
)
UPDATE cases SET span = told.span, due_at = told.due_at, owner = told.owner,
    step_due_at = CASE WHEN told.owner IS NOT NULL THEN told.due_at END,
    handling = told.handling, handler_id = told.handler_id, version = told.version
FROM told WHERE told.id = cases.id
"""
