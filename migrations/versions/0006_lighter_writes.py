"""a record's indexes and references are those that something reads

What is gone: indexes that no query uses; references of columns that are copied from a row which
the same transaction has locked (a house's township and grid, a client, a counter). What is only
ever added in order of time needs no more than a BRIN index.

Revision: 0006, after 0005
"""

from __future__ import annotations

from alembic import op

revision = '0006'
down_revision = '0005'

UNREAD = {
    'inspections': ['checklist_id', 'task_id', 'house_id'],
    'houses': ['next_due_on'],
    'audit_lines': ['actor_id', 'subject_id', 'at'],
    'sync_mutations': ['decided_at'],
}
COPIED = {
    'inspections': ['org_unit_id', 'grid_id'],
    'sync_mutations': ['client_id'],
    'sync_feed': ['scope_id'],
}


def upgrade() -> None:
    """Go forward."""
    for table, columns in UNREAD.items():
        for column in columns:
            op.drop_index(f'ix_{table}_{column}', table)
    for table, columns in COPIED.items():
        for column in columns:
            op.drop_constraint(f'fk_{table}_{column}', table)
    op.create_index('ix_inspections_newest', 'inspections', ['house_id', 'captured_at', 'id'])
    op.create_index('ix_audit_lines_at', 'audit_lines', ['at'], postgresql_using='brin')
    op.create_index(
        'ix_sync_mutations_decided_at', 'sync_mutations', ['decided_at'], postgresql_using='brin'
    )
    # Room on each page for the next state of its houses: it then touches no index.
    op.execute('ALTER TABLE houses SET (fillfactor = 80)')
