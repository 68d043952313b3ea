"""when a phone last finished a whole round

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        'device_reports', sa.Column('synced_at', sa.DateTime(timezone=True), nullable=True)
    )
