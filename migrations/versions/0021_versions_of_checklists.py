"""checklists go from draft over published to retired, and one of a kind is in force

Revision: 0021, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0018'

# Of several that are in force the newest is; the others ended when their successor began.
ONE_IN_FORCE = """
UPDATE checklists AS old SET state = 'retired' WHERE state = 'published' AND EXISTS (
    SELECT FROM checklists AS new
    WHERE new.code = old.code AND new.state = 'published' AND new.version > old.version)
"""
TIMES = """
UPDATE checklists SET
    published_at = CASE WHEN state <> 'draft' THEN coalesce(published_at, now()) END,
    retired_at = CASE WHEN state = 'retired' THEN now() END,
    changed_at = coalesce(published_at, now())
"""


def upgrade() -> None:
    """Go forward."""
    op.add_column('checklists', sa.Column('retired_at', sa.DateTime(timezone=True)))
    op.add_column('checklists', sa.Column('changed_at', sa.DateTime(timezone=True)))
    op.execute(ONE_IN_FORCE)
    op.execute(TIMES)
    op.alter_column('checklists', 'changed_at', nullable=False)
    op.create_check_constraint(
        op.f('ck_checklists_published'), 'checklists',
        "(state = 'draft') = (published_at IS NULL)",
    )
    op.create_check_constraint(
        op.f('ck_checklists_retired'), 'checklists',
        "(state = 'retired') = (retired_at IS NOT NULL)",
    )
    for name, state in (('draft', 'draft'), ('in_force', 'published')):
        op.create_index(
            f'uq_checklists_{name}', 'checklists', ['code'], unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
