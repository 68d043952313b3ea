"""what became of refused mutations, and how phones are

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    """Go forward."""
    op.add_column('sync_rejected', sa.Column('resolution', sa.Text(), nullable=True))
    op.add_column('sync_rejected', sa.Column('resolution_note', sa.Text(), nullable=True))
    op.add_column('sync_rejected', sa.Column('replaced_by', sa.Uuid(), nullable=True))
    op.execute("UPDATE sync_rejected SET resolution = 'accepted' WHERE resolved_at IS NOT NULL")
    op.create_check_constraint(
        op.f('ck_sync_rejected_resolution'), 'sync_rejected',
        "resolution IN ('accepted', 'discarded', 'sent_again')",
    )
    op.create_check_constraint(
        op.f('ck_sync_rejected_resolved'), 'sync_rejected',
        '(resolution IS NULL) = (resolved_at IS NULL)',
    )
    op.create_table('device_reports',
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('app', sa.Text(), nullable=False),
    sa.Column('pending', sa.Integer(), nullable=False),
    sa.Column('photos_pending', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('oldest_unsent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('storage_free', sa.BigInteger(), nullable=True),
    sa.Column('storage_quota', sa.BigInteger(), nullable=True),
    sa.Column('persisted', sa.Boolean(), nullable=True),
    sa.Column('lost_mutations', sa.Integer(), nullable=False),
    sa.Column('lost_photos', sa.Integer(), nullable=False),
    sa.Column('clock_offset_ms', sa.BigInteger(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['devices.id'], name=op.f('fk_device_reports_device_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_device_reports_user_id')),
    sa.PrimaryKeyConstraint('device_id', 'user_id', name=op.f('pk_device_reports'))
    )
    op.create_index(op.f('ix_device_reports_user_id'), 'device_reports', ['user_id'], unique=False)
