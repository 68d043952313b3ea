"""files of houses on their way into the register, and what their lines come to

Revision: 0027, after 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0027'
down_revision = '0022'


def upgrade() -> None:
    """Go forward."""
    op.create_table('house_imports',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('by_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=True),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('unused', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('problem', sa.Text(), nullable=True),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('reading', 'ready', 'taking', 'done', 'failed')", name=op.f('ck_house_imports_state')),
        sa.CheckConstraint("(data IS NULL) = (state IN ('done', 'failed'))", name=op.f('ck_house_imports_data')),
        sa.CheckConstraint("(problem IS NOT NULL) = (state = 'failed')", name=op.f('ck_house_imports_problem')),
        sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_house_imports_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_house_imports')),
    )
    op.create_index('ix_house_imports_by_id', 'house_imports', ['by_id', 'made_at'])
    op.create_index(op.f('ix_house_imports_made_at'), 'house_imports', ['made_at'])
    op.create_table('house_import_lines',
        sa.Column('import_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('twin', sa.Boolean(), nullable=False),
        sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("kind IN ('create', 'change', 'same', 'refused')", name=op.f('ck_house_import_lines_kind')),
        sa.ForeignKeyConstraint(['import_id'], ['house_imports.id'], name=op.f('fk_house_import_lines_import_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('import_id', 'number', name=op.f('pk_house_import_lines')),
    )
