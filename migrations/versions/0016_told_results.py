"""what the hotline was told of how its orders ended

Revision: 0016, after 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'


def upgrade() -> None:
    """Go forward."""
    op.add_column('case_origins', sa.Column('result_told_at', sa.DateTime(timezone=True)))
