"""tasks may ask for the inspection of a house by a checklist

Revision: 0036, after 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0036'
down_revision = '0035'


def upgrade() -> None:
    """Go forward."""
    op.add_column('tasks', sa.Column('checklist', postgresql.JSONB(), nullable=True))
