"""tasks for a grid, for several workers, with forms and time; campaigns of visits; recurring plans

Revision: 0015, after 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0015'
down_revision = '0011'


def upgrade() -> None:
    """Go forward."""
    _campaigns()
    _plans()
    _tasks()
    _check()


def _campaigns() -> None:
    op.create_table('campaigns',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('township_id', sa.Uuid(), nullable=False),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('form', JSONB(), nullable=True),
        sa.Column('created_by_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_campaigns_period')),
        sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_campaigns_created_by_id')),
        sa.ForeignKeyConstraint(['township_id'], ['org_units.id'], name=op.f('fk_campaigns_township_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns'))
    )
    op.create_index(op.f('ix_campaigns_created_at'), 'campaigns', ['created_at'])
    op.create_index(op.f('ix_campaigns_created_by_id'), 'campaigns', ['created_by_id'])
    op.create_index('ix_campaigns_org_path', 'campaigns', ['org_path'], postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_campaigns_township_id'), 'campaigns', ['township_id'])
    op.create_table('visits',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=False),
        sa.Column('house_id', sa.Uuid(), nullable=False),
        sa.Column('address', sa.Text(), nullable=False),
        sa.Column('lng', sa.Double(), nullable=True),
        sa.Column('lat', sa.Double(), nullable=True),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('attempt_ids', JSONB(), nullable=False),
        sa.Column('next_on', sa.Date(), nullable=True),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('visited_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('visited_by', sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (attempts = 0)", name=op.f('ck_visits_open_is_unvisited')),
        sa.CheckConstraint("state <> 'met' OR next_on IS NULL", name=op.f('ck_visits_met_is_over')),
        sa.CheckConstraint("state IN ('open', 'met', 'nobody', 'refused')", name=op.f('ck_visits_state')),
        sa.CheckConstraint('(attempts = 0) = (visited_at IS NULL)', name=op.f('ck_visits_attempt_has_time')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_visits_campaign_id')),
        sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_visits_grid_id')),
        sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_visits_house_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_visits_org_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visits')),
        sa.UniqueConstraint('campaign_id', 'house_id', name=op.f('uq_visits_campaign_id_house_id'))
    )
    op.create_index(op.f('ix_visits_grid_id'), 'visits', ['grid_id'])
    op.create_index(op.f('ix_visits_house_id'), 'visits', ['house_id'])
    op.create_index(op.f('ix_visits_org_unit_id'), 'visits', ['org_unit_id'])
    op.create_table('visit_attempts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('visit_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('result', sa.Text(), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('next_on', sa.Date(), nullable=True),
        sa.Column('answers', JSONB(), nullable=True),
        sa.Column('form_version', sa.Integer(), nullable=True),
        sa.Column('lng', sa.Double(), nullable=True),
        sa.Column('lat', sa.Double(), nullable=True),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('clock_suspect', sa.Boolean(), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('payload_sha256', sa.Text(), nullable=False),
        sa.CheckConstraint("result IN ('met', 'nobody', 'refused')", name=op.f('ck_visit_attempts_result')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_visit_attempts_user_id')),
        sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_visit_attempts_visit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_attempts'))
    )
    op.create_index(op.f('ix_visit_attempts_user_id'), 'visit_attempts', ['user_id'])
    op.create_index('ix_visit_attempts_visit_id', 'visit_attempts', ['visit_id', 'captured_at'])


def _plans() -> None:
    op.create_table('task_forms',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('fields', JSONB(), nullable=False),
        sa.Column('created_by_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('version > 0', name=op.f('ck_task_forms_version')),
        sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_task_forms_created_by_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_task_forms_org_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_task_forms')),
        sa.UniqueConstraint('org_unit_id', 'name', 'version', name=op.f('uq_task_forms_org_unit_id_name_version'))
    )
    op.create_index(op.f('ix_task_forms_created_by_id'), 'task_forms', ['created_by_id'])
    op.create_table('task_plans',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=False),
        sa.Column('assignee_id', sa.Uuid(), nullable=True),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('urgency', sa.Text(), nullable=False),
        sa.Column('every', sa.Text(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('weekdays', JSONB(), nullable=True),
        sa.Column('month_day', sa.Integer(), nullable=True),
        sa.Column('minute', sa.Integer(), nullable=False),
        sa.Column('hours', sa.Integer(), nullable=False),
        sa.Column('house_states', JSONB(), nullable=True),
        sa.Column('form', JSONB(), nullable=True),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=True),
        sa.Column('paused', sa.Boolean(), nullable=False),
        sa.Column('created_by_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(every = 'weekdays') = (weekdays IS NOT NULL) AND (every = 'month_day') = (month_day IS NOT NULL)", name=op.f('ck_task_plans_rule')),
        sa.CheckConstraint("every IN ('working_days', 'weekdays', 'month_day')", name=op.f('ck_task_plans_every')),
        sa.CheckConstraint('count > 0', name=op.f('ck_task_plans_count')),
        sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_task_plans_period')),
        sa.CheckConstraint('hours BETWEEN 1 AND 720', name=op.f('ck_task_plans_hours')),
        sa.CheckConstraint('minute BETWEEN 0 AND 1439', name=op.f('ck_task_plans_minute')),
        sa.CheckConstraint('month_day BETWEEN 1 AND 31', name=op.f('ck_task_plans_month_day')),
        sa.ForeignKeyConstraint(['assignee_id'], ['users.id'], name=op.f('fk_task_plans_assignee_id')),
        sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_task_plans_created_by_id')),
        sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_task_plans_grid_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_task_plans_org_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_task_plans'))
    )
    op.create_index(op.f('ix_task_plans_assignee_id'), 'task_plans', ['assignee_id'])
    op.create_index(op.f('ix_task_plans_created_by_id'), 'task_plans', ['created_by_id'])
    op.create_index(op.f('ix_task_plans_grid_id'), 'task_plans', ['grid_id'])
    op.create_index('ix_task_plans_org_path', 'task_plans', ['org_path'], postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_task_plans_org_unit_id'), 'task_plans', ['org_unit_id'])
    op.create_table('plan_days',
        sa.Column('plan_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('tasks', sa.Integer(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['plan_id'], ['task_plans.id'], name=op.f('fk_plan_days_plan_id')),
        sa.PrimaryKeyConstraint('plan_id', 'day', name=op.f('pk_plan_days'))
    )


def _tasks() -> None:
    op.add_column('task_events', sa.Column('about_id', sa.Uuid(), nullable=True))
    op.create_index(op.f('ix_task_events_about_id'), 'task_events', ['about_id'])
    op.create_foreign_key(op.f('fk_task_events_about_id'), 'task_events', 'users', ['about_id'], ['id'])
    op.add_column(
        'tasks', sa.Column('for_grid', sa.Boolean(), nullable=False, server_default='false')
    )
    op.alter_column('tasks', 'for_grid', server_default=None)
    op.add_column('tasks', sa.Column('joint_id', sa.Uuid(), nullable=True))
    op.add_column('tasks', sa.Column('partners', JSONB(), nullable=True))
    op.add_column('tasks', sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('tasks', sa.Column('arrived_m', sa.Double(), nullable=True))
    op.add_column('tasks', sa.Column('asked_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('tasks', sa.Column('ask_reason', sa.Text(), nullable=True))
    op.add_column('tasks', sa.Column('ask_state', sa.Text(), nullable=True))
    op.add_column('tasks', sa.Column('ask_answer', sa.Text(), nullable=True))
    op.add_column('tasks', sa.Column('form', JSONB(), nullable=True))
    op.add_column('tasks', sa.Column('answers', JSONB(), nullable=True))
    op.add_column('tasks', sa.Column('plan_id', sa.Uuid(), nullable=True))
    op.alter_column('tasks', 'assignee_id', nullable=True)
    op.create_index(op.f('ix_tasks_joint_id'), 'tasks', ['joint_id'])
    op.create_index(op.f('ix_tasks_plan_id'), 'tasks', ['plan_id'])
    op.create_foreign_key(op.f('fk_tasks_plan_id'), 'tasks', 'task_plans', ['plan_id'], ['id'])


def _check() -> None:
    op.drop_constraint(op.f('ck_tasks_state'), 'tasks')
    checks = {
        'state': "state IN ('offered', 'assigned', 'accepted', 'done', 'returned', 'cancelled')",
        'has_worker': "assignee_id IS NOT NULL OR state IN ('offered', 'cancelled')",
        'offered_to_nobody': "state <> 'offered' OR assignee_id IS NULL",
        'grid_may_see': 'NOT for_grid OR (grid_id IS NOT NULL AND NOT restricted)',
        'ask_state': "ask_state IN ('asked', 'granted', 'refused')",
        'ask_has_reason':
            "ask_state IS NULL OR (asked_until IS NOT NULL AND ask_reason <> '')",
    }
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f'ck_tasks_{name}'), 'tasks', condition)
