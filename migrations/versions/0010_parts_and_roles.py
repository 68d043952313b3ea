"""other departments have parts of a case; urgent ones are reported on; more roles

Revision: 0010, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0014'

ROLES = (
    'grid_worker', 'grid_head', 'dispatcher', 'commander', 'supervisor', 'village', 'officer',
    'cleared_officer', 'admin',
)
COUNTS = ('follows', 'finals', 'open_parts', 'opinions')
URGENCY = "CASE WHEN urgent THEN 0 WHEN severity = 'critical' THEN 1 ELSE 2 END"
STATES = ('called', 'signed', 'arrived', 'returned', 'done', 'withdrawn')


def upgrade() -> None:
    """Go forward."""
    _extend_cases()
    _add_parts()
    _add_roles()


def _extend_cases() -> None:
    op.add_column('cases', sa.Column(
        'supporting', postgresql.ARRAY(sa.Uuid()), server_default='{}', nullable=False))
    op.add_column('cases', sa.Column(
        'urgent', sa.Boolean(), server_default='false', nullable=False))
    for name in COUNTS:
        op.add_column('cases', sa.Column(name, sa.Integer(), server_default='0', nullable=False))
    for name in ('supporting', 'urgent', *COUNTS):
        op.alter_column('cases', name, server_default=None)
    op.drop_index('ix_cases_queue', 'cases')
    op.drop_column('cases', 'urgency')
    op.add_column('cases', sa.Column(
        'urgency', sa.Integer(), sa.Computed(URGENCY, persisted=True), nullable=False))
    op.create_index(
        'ix_cases_queue', 'cases', ['urgency', 'step_due_at', 'id'],
        postgresql_where=sa.text('closed_at IS NULL'))
    op.create_check_constraint(
        op.f('ck_cases_parts_ended'), 'cases', 'open_parts = 0 OR closed_at IS NULL')
    op.create_index('ix_cases_supporting', 'cases', ['supporting'], postgresql_using='gin')
    op.create_index(
        'ix_cases_urgent', 'cases', ['received_at'],
        postgresql_where=sa.text('urgent AND closed_at IS NULL'))


def _add_parts() -> None:
    op.create_table(
        'case_parts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('department_id', sa.Uuid(), nullable=False),
        sa.Column('called_by_id', sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False)
          for name in ('department_name', 'kind', 'state', 'asked')),
        sa.Column('result', sa.Text()),
        sa.Column('called_at', sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True))
          for name in ('due_at', 'signed_at', 'arrived_at', 'late_at')),
        *(sa.Column(name, sa.Double()) for name in ('lng', 'lat', 'accuracy', 'distance_m')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_parts')),
        *(sa.ForeignKeyConstraint([name], [f'{table}.id'], name=op.f(f'fk_case_parts_{name}'))
          for name, table in (
              ('case_id', 'cases'), ('department_id', 'departments'), ('called_by_id', 'users'))),
        sa.CheckConstraint(
            "kind IN ('support', 'whistle', 'opinion')", name=op.f('ck_case_parts_kind')),
        sa.CheckConstraint(f'state IN {STATES}', name=op.f('ck_case_parts_state')),
        sa.CheckConstraint(
            "(state IN ('done', 'withdrawn')) = (due_at IS NULL)",
            name=op.f('ck_case_parts_open_has_deadline')),
        sa.CheckConstraint(
            'num_nulls(arrived_at, lng, lat) IN (0, 3)', name=op.f('ck_case_parts_arrival')),
    )
    for name in ('case_id', 'department_id', 'called_by_id'):
        op.create_index(op.f(f'ix_case_parts_{name}'), 'case_parts', [name])
    op.create_index(
        'uq_case_parts_open', 'case_parts', ['case_id', 'department_id', 'kind'], unique=True,
        postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index(
        'ix_case_parts_due_at', 'case_parts', ['due_at'],
        postgresql_where=sa.text('late_at IS NULL'))


def _add_roles() -> None:
    op.drop_constraint(op.f('ck_role_grants_role'), 'role_grants')
    op.drop_constraint(op.f('ck_role_grants_officer'), 'role_grants')
    op.create_check_constraint(op.f('ck_role_grants_role'), 'role_grants', f'role IN {ROLES}')
    op.create_check_constraint(
        op.f('ck_role_grants_officer'), 'role_grants',
        "(role IN ('officer', 'cleared_officer')) = (department_id IS NOT NULL)")
