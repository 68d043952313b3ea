"""words that return: one's own, and the township's

Revision: 0018, after 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    """Go forward."""
    op.create_table('phrases',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('owner_id', sa.UUID(), nullable=True),
    sa.Column('org_unit_id', sa.UUID(), nullable=True),
    sa.Column('action', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('num_nonnulls(owner_id, org_unit_id) = 1', name='ck_phrases_one_owner'),
    sa.CheckConstraint('char_length(text) BETWEEN 1 AND 200', name='ck_phrases_length'),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name='fk_phrases_org_unit_id_org_units'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name='fk_phrases_owner_id_users'),
    sa.PrimaryKeyConstraint('id', name='pk_phrases')
    )
    op.create_index('ix_phrases_org_unit_id', 'phrases', ['org_unit_id'], unique=False)
    op.create_index('ix_phrases_owner_id', 'phrases', ['owner_id'], unique=False)
