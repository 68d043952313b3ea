"""closed cases drawn for a second look; quiet hours of townships; forms named in English

Revision: 0033, after 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'


def upgrade() -> None:
    """Go forward."""
    op.add_column('cases', sa.Column('sample', sa.Text(), nullable=True))
    op.create_check_constraint(op.f('ck_cases_sample'), 'cases', "sample IN ('drawn', 'right', 'wrong')")
    op.create_index('ix_cases_drawn', 'cases', ['closed_at'], unique=False, postgresql_where=sa.text("sample = 'drawn'"))
    op.add_column('task_forms', sa.Column('name_en', sa.Text(), server_default='', nullable=False))
    op.create_table('quiet_hours',
    sa.Column('org_unit_id', sa.UUID(), nullable=False),
    sa.Column('since', sa.Time(), nullable=True),
    sa.Column('until', sa.Time(), nullable=True),
    sa.Column('changed_by_id', sa.UUID(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(since IS NULL) = (until IS NULL)', name='ck_quiet_hours_span'),
    sa.CheckConstraint('since <> until', name='ck_quiet_hours_not_empty'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['users.id'], name='fk_quiet_hours_changed_by_id_users'),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name='fk_quiet_hours_org_unit_id_org_units'),
    sa.PrimaryKeyConstraint('org_unit_id', name='pk_quiet_hours')
    )
    op.create_index('ix_quiet_hours_changed_by_id', 'quiet_hours', ['changed_by_id'], unique=False)
