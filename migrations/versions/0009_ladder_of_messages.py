"""messages climb a ladder of channels; texts, calls and the health of each way out have rows

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'

CHANNELS = ('live', 'push', 'chat', 'text', 'call')
STATES = ('queued', 'sent', 'delivered', 'read', 'failed', 'gone', 'spared')


def upgrade() -> None:
    """Go forward."""
    _create_contacts()
    _widen_messages()
    _create_calls()
    _create_ways()
    _create_texts()
    op.add_column('notices', sa.Column('url', sa.Text()))
    op.add_column('notices', _time('read_at'))


def _time(name: str, *, needed: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _create_contacts() -> None:
    owners = {'user_id': 'users', 'org_unit_id': 'org_units', 'department_id': 'departments'}
    op.create_table('contacts',
        sa.Column('id', sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid()) for name in owners),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('address', sa.Text(), nullable=False),
        _time('created_at', needed=True),
        _time('proved_at'),
        _time('retired_at'),
        sa.Column('retired_why', sa.Text()),
        sa.CheckConstraint("channel IN ('chat', 'text')", name=op.f('ck_contacts_channel')),
        sa.CheckConstraint(
            'num_nonnulls(user_id, org_unit_id, department_id) = 1', name=op.f('ck_contacts_one_owner')
        ),
        sa.CheckConstraint(
            "channel = 'chat' OR user_id IS NOT NULL", name=op.f('ck_contacts_texts_go_to_people')
        ),
        *(sa.ForeignKeyConstraint([name], [f'{table}.id'], name=op.f(f'fk_contacts_{name}'))
          for name, table in owners.items()),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contacts')),
    )
    for name in owners:
        op.create_index(op.f(f'ix_contacts_{name}'), 'contacts', [name])


def _widen_messages() -> None:
    op.add_column('messages', sa.Column('number', sa.Text()))
    op.add_column(
        'messages', sa.Column('restricted', sa.Boolean(), nullable=False, server_default='false')
    )
    op.alter_column('messages', 'restricted', server_default=None)
    op.add_column('messages', _time('accepted_at'))
    op.add_column('deliveries', sa.Column('contact_id', sa.Uuid()))
    op.add_column('deliveries', sa.Column('service', sa.Text()))
    op.create_foreign_key(
        op.f('fk_deliveries_contact_id'), 'deliveries', 'contacts', ['contact_id'], ['id']
    )
    op.create_index(op.f('ix_deliveries_contact_id'), 'deliveries', ['contact_id'])
    op.drop_constraint(op.f('uq_deliveries_message_id_channel_subscription_id'), 'deliveries')
    op.create_unique_constraint(
        op.f('uq_deliveries_message_id_channel_subscription_id_contact_id'),
        'deliveries',
        ['message_id', 'channel', 'subscription_id', 'contact_id'],
        postgresql_nulls_not_distinct=True,
    )
    for name, known in (('channel', CHANNELS), ('state', STATES)):
        op.drop_constraint(op.f(f'ck_deliveries_{name}'), 'deliveries')
        op.create_check_constraint(op.f(f'ck_deliveries_{name}'), 'deliveries', f'{name} IN {known}')


def _create_calls() -> None:
    people = {'delivery_id': 'deliveries', 'actor_id': 'users'}
    op.create_table('calls',
        sa.Column('id', sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in people),
        sa.Column('outcome', sa.Text(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        _time('at', needed=True),
        sa.CheckConstraint("outcome IN ('told', 'unreached')", name=op.f('ck_calls_outcome')),
        *(sa.ForeignKeyConstraint([name], [f'{table}.id'], name=op.f(f'fk_calls_{name}'))
          for name, table in people.items()),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calls')),
    )
    for name in people:
        op.create_index(op.f(f'ix_calls_{name}'), 'calls', [name])


def _create_ways() -> None:
    op.create_table('ways',
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('service', sa.Text(), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        _time('last_success_at'),
        _time('last_failure_at'),
        sa.Column('last_error', sa.Text()),
        _time('paused_until'),
        sa.PrimaryKeyConstraint('channel', 'service', name=op.f('pk_ways')),
    )


def _create_texts() -> None:
    op.create_table('text_messages',
        sa.Column('id', sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('phone', 'code')),
        sa.Column('told', sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        _time('next_attempt_at', needed=True),
        sa.Column('last_error', sa.Text()),
        _time('created_at', needed=True),
        _time('sent_at'),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed')", name=op.f('ck_text_messages_state')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_text_messages')),
    )
    op.create_index(op.f('ix_text_messages_created_at'), 'text_messages', ['created_at'])
    op.create_index(
        'ix_text_messages_queued', 'text_messages', ['next_attempt_at'],
        postgresql_where=sa.text("state = 'queued'"),
    )
