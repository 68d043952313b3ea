"""tokens of other systems, the addresses they are told at, and what they were told

Revision: 0013, after 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0009'

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    _tokens()
    _endpoints()
    _messages()


def _tokens() -> None:
    op.create_table('api_tokens',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('token_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('hint', sa.Text(), nullable=False),
        sa.Column('scopes', postgresql.JSONB(), nullable=False),
        sa.Column('created_by_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', TIME, nullable=False),
        sa.Column('expires_at', TIME, nullable=False),
        sa.Column('revoked_at', TIME, nullable=True),
        sa.Column('last_used_at', TIME, nullable=True),
        sa.Column('minute', TIME, nullable=True),
        sa.Column('uses', sa.Integer(), nullable=False),
        sa.CheckConstraint('jsonb_array_length(scopes) > 0', name=op.f('ck_api_tokens_scopes')),
        sa.CheckConstraint('expires_at > created_at', name=op.f('ck_api_tokens_period')),
        sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_api_tokens_created_by_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_api_tokens_org_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_tokens')),
        sa.UniqueConstraint('token_sha256', name=op.f('uq_api_tokens_token_sha256')),
    )
    op.create_index(op.f('ix_api_tokens_created_by_id'), 'api_tokens', ['created_by_id'])
    op.create_index(op.f('ix_api_tokens_org_unit_id'), 'api_tokens', ['org_unit_id'])


def _endpoints() -> None:
    op.create_table('webhook_endpoints',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('secret', sa.Text(), nullable=False),
        sa.Column('events', postgresql.JSONB(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('created_by_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', TIME, nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('failing_since', TIME, nullable=True),
        sa.Column('resting_until', TIME, nullable=True),
        sa.Column('disabled_at', TIME, nullable=True),
        sa.Column('disabled_why', sa.Text(), nullable=True),
        sa.Column('removed_at', TIME, nullable=True),
        sa.CheckConstraint('jsonb_array_length(events) > 0', name=op.f('ck_webhook_endpoints_events')),
        sa.CheckConstraint('(disabled_at IS NULL) = (disabled_why IS NULL)', name=op.f('ck_webhook_endpoints_disabled')),
        sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_webhook_endpoints_created_by_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_webhook_endpoints_org_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoints')),
    )
    op.create_index(op.f('ix_webhook_endpoints_created_by_id'), 'webhook_endpoints', ['created_by_id'])
    op.create_index(op.f('ix_webhook_endpoints_org_unit_id'), 'webhook_endpoints', ['org_unit_id'])


def _messages() -> None:
    op.create_table('webhook_messages',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('endpoint_id', sa.Uuid(), nullable=False),
        sa.Column('event', sa.Text(), nullable=False),
        sa.Column('payload', postgresql.JSONB(), nullable=False),
        sa.Column('created_at', TIME, nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('next_attempt_at', TIME, nullable=False),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f('ck_webhook_messages_state')),
        sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoints.id'], name=op.f('fk_webhook_messages_endpoint_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_messages')),
    )
    op.create_index('ix_webhook_messages_endpoint_id_created_at', 'webhook_messages', ['endpoint_id', 'created_at'])
    op.create_index('ix_webhook_messages_queued', 'webhook_messages', ['next_attempt_at'], postgresql_where=sa.text("state = 'queued'"))
    op.create_table('webhook_attempts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('message_id', sa.Uuid(), nullable=False),
        sa.Column('at', TIME, nullable=False),
        sa.Column('status', sa.Integer(), nullable=True),
        sa.Column('error', sa.Text(), nullable=True),
        sa.Column('took_ms', sa.Integer(), nullable=False),
        sa.CheckConstraint('num_nulls(status, error) = 1', name=op.f('ck_webhook_attempts_answer')),
        sa.ForeignKeyConstraint(['message_id'], ['webhook_messages.id'], name=op.f('fk_webhook_attempts_message_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_attempts')),
    )
    op.create_index('ix_webhook_attempts_message_id_at', 'webhook_attempts', ['message_id', 'at'])
