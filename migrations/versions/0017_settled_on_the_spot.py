"""who was called to a case and who came, for phones; what may be settled on the spot

Revision: 0017, after 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0017'
down_revision = '0016'


def upgrade() -> None:
    """Go forward; phones hear of it with the next change of a case, of the list of matters at once."""
    op.add_column('case_parts', sa.Column('arrived_by', sa.Text()))
    op.add_column('cases', sa.Column('called', JSONB(), nullable=False, server_default='[]'))
    op.alter_column('cases', 'called', server_default=None)
    op.execute(CALLED)
    op.execute(TOLD_AGAIN)


CALLED = """
UPDATE cases SET called = told.called FROM (
    SELECT case_id, jsonb_agg(jsonb_build_object(
        'department_id', department_id, 'department', department_name, 'kind', kind,
        'state', state, 'due_at', due_at, 'arrived_at', arrived_at, 'arrived_by', NULL
    ) ORDER BY called_at, id) AS called
    FROM case_parts WHERE kind IN ('support', 'whistle') GROUP BY case_id
) AS told WHERE cases.id = told.case_id
"""

# The rows of the feed are text: each that stands takes the next number of its scope.
TOLD_AGAIN = """
WITH lines AS (
    SELECT f.scope_id, f.record_id, i.self_settle AND i.severity = 'general' AS settles,
           row_number() OVER (PARTITION BY f.scope_id ORDER BY f.version) AS n
      FROM sync_feed f JOIN hazard_items i ON i.id = f.record_id
     WHERE f.kind = 'hazard_item' AND f.op = 'put'
), counted AS (
    UPDATE sync_scopes s SET version = s.version + total.count
      FROM (SELECT scope_id, count(*) FROM lines GROUP BY scope_id) AS total
     WHERE s.id = total.scope_id RETURNING s.id, s.version - total.count AS before
)
UPDATE sync_feed f SET version = counted.before + lines.n, changed_at = now(),
       body = (f.body::jsonb || jsonb_build_object('settles', lines.settles))::text
  FROM lines JOIN counted ON counted.id = lines.scope_id
 WHERE f.kind = 'hazard_item' AND f.scope_id = lines.scope_id AND f.record_id = lines.record_id
"""
