"""what each department answers for

Revision: 0035, after 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'


def upgrade() -> None:
    """Go forward."""
    op.add_column('departments', sa.Column('duties', sa.Text(), server_default='', nullable=False))
