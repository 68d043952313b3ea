"""the desk reads refusals by their time, and counts those that wait

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    """Go forward."""
    op.create_index('ix_sync_rejected_at', 'sync_rejected', ['rejected_at', 'mutation_id'])
    op.create_index(
        'ix_sync_rejected_open', 'sync_rejected', ['user_id'],
        postgresql_where=sa.text('resolved_at IS NULL'),
    )
