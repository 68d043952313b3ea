"""the order of the queue, what the last step of a case can be put back to, and saved views

Revision: 0012, after 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0012'
down_revision = '0013'

URGENCY = "CASE severity WHEN 'critical' THEN 1 ELSE 2 END"


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        'cases',
        sa.Column('urgency', sa.Integer(), sa.Computed(URGENCY, persisted=True), nullable=False),
    )
    op.create_index(
        'ix_cases_queue', 'cases', ['urgency', 'step_due_at', 'id'],
        postgresql_where=sa.text('closed_at IS NULL'),
    )
    op.create_index('ix_cases_item_code', 'cases', ['item_code', 'captured_at'])
    _last_steps()
    _saved_filters()


def _last_steps() -> None:
    op.create_table(
        'case_last_steps',
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('actor_id', sa.Uuid(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('action', sa.Text(), nullable=False),
        sa.Column('before', JSONB(), nullable=False),
        sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_last_steps')),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], op.f('fk_case_last_steps_case_id')),
        sa.ForeignKeyConstraint(['actor_id'], ['users.id'], op.f('fk_case_last_steps_actor_id')),
    )
    op.create_index(op.f('ix_case_last_steps_actor_id'), 'case_last_steps', ['actor_id'])


def _saved_filters() -> None:
    op.create_table(
        'saved_filters',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('owner_id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid()),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('query', JSONB(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filters')),
        sa.ForeignKeyConstraint(['owner_id'], ['users.id'], op.f('fk_saved_filters_owner_id')),
        sa.ForeignKeyConstraint(
            ['org_unit_id'], ['org_units.id'], op.f('fk_saved_filters_org_unit_id')
        ),
    )
    for column in ('owner_id', 'org_unit_id'):
        op.create_index(op.f(f'ix_saved_filters_{column}'), 'saved_filters', [column])
