"""what papers say of their authority, in versions

Revision: 0026, after 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0026'
down_revision = '0027'


def upgrade() -> None:
    """Go forward: what is there is the first version."""
    version = sa.Column('version', sa.Integer(), nullable=False, server_default='1')
    past = sa.Column('past', postgresql.JSONB(), nullable=False, server_default='[]')
    for column in (version, past):
        op.add_column('authorities', column)
        op.alter_column('authorities', column.name, server_default=None)
