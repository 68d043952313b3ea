"""imports of rooms and of occupants

Revision: 0037, after 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        'house_imports', sa.Column('about', sa.Text(), server_default='houses', nullable=False)
    )
    op.create_check_constraint(
        op.f('ck_house_imports_about'), 'house_imports', "about IN ('houses', 'rooms', 'occupants')"
    )
