"""findings end by a recheck; the state of a house follows from them

Triggers hold what no way in may pass by: a case of a finding is closed after a recheck that passed,
by another person than who mended it, since it was last opened again; and a recheck stands. Cases
that were closed before stay as they are, and their findings are struck off.

Revision: 0025, after 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0026'


def upgrade() -> None:
    """Go forward."""
    _tables()
    op.execute(END)
    op.execute(STATES)
    for statement in (CHECKED, CLOSED, STANDS, CHANGED):
        op.execute(statement)


def _tables() -> None:
    op.add_column('findings', sa.Column('ended', sa.Text(), nullable=True))
    op.add_column('findings', sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
    checks = {
        'ended': 'num_nulls(ended, ended_at) IN (0, 2)',
        'end': "ended IN ('struck_off', 'withdrawn')",
    }
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f'ck_findings_{name}'), 'findings', condition)
    op.create_table('rechecks',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('finding_id', sa.Uuid(), nullable=False),
        sa.Column('checker_id', sa.Uuid(), nullable=False),
        sa.Column('checker_name', sa.Text(), nullable=False),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('clock_suspect', sa.Boolean(), nullable=False),
        sa.Column('passed', sa.Boolean(), nullable=False),
        sa.Column('counts', sa.Boolean(), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('before_photo_id', sa.Uuid(), nullable=True),
        sa.Column('photo_ids', sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column('task_id', sa.Uuid(), nullable=True),
        sa.Column('inspection_id', sa.Uuid(), nullable=True),
        sa.Column('lng', sa.Double(), nullable=True),
        sa.Column('lat', sa.Double(), nullable=True),
        sa.Column('payload_sha256', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['checker_id'], ['users.id'], name=op.f('fk_rechecks_checker_id')),
        sa.ForeignKeyConstraint(['finding_id'], ['findings.id'], name=op.f('fk_rechecks_finding_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rechecks'))
    )
    op.create_index('ix_rechecks_newest', 'rechecks', ['finding_id', 'captured_at', 'id'])
    op.create_index(op.f('ix_rechecks_checker_id'), 'rechecks', ['checker_id'])


# A case that was merged ends where the last of its chain ends.
END = """
WITH RECURSIVE chain AS (
    SELECT f.id AS finding_id, c.id AS case_id, c.state, c.closed_at, c.merged_into_id
    FROM findings f JOIN cases c ON c.id = f.case_id
    UNION ALL
    SELECT chain.finding_id, c.id, c.state, c.closed_at, c.merged_into_id
    FROM chain JOIN cases c ON c.id = chain.merged_into_id)
UPDATE findings f SET ended_at = chain.closed_at, ended =
    CASE WHEN chain.state IN ('closed', 'archived') THEN 'struck_off' ELSE 'withdrawn' END
FROM chain WHERE chain.finding_id = f.id AND chain.merged_into_id IS NULL
    AND chain.closed_at IS NOT NULL
"""

# What phones hold of a house whose state is another now is sent to them again.
STATES = """
WITH fact AS (
    SELECT h.id, h.state,
        (SELECT max(captured_at) FROM inspections
         WHERE house_id = h.id AND outcome = 'inspected') AS last,
        (SELECT bool_or(severity = 'critical') FROM findings
         WHERE house_id = h.id AND ended IS NULL) AS critical,
        (SELECT max(ended_at) FROM findings
         WHERE house_id = h.id AND ended = 'struck_off') AS struck
    FROM houses h),
told AS (
    SELECT id, state, CASE WHEN critical THEN 'failed' WHEN NOT critical THEN 'rectify'
        WHEN last IS NULL THEN 'unchecked' WHEN struck >= last THEN 'cleared' ELSE 'passed' END
        AS now
    FROM fact),
changed AS (
    UPDATE houses h SET state = told.now FROM told
    WHERE told.id = h.id AND told.now <> told.state RETURNING h.id, h.state),
entry AS (
    SELECT f.scope_id, f.record_id, changed.state,
        row_number() OVER (PARTITION BY f.scope_id ORDER BY f.record_id) AS number
    FROM changed JOIN sync_feed f ON f.kind = 'house' AND f.record_id = changed.id
        AND f.op = 'put'),
counted AS (
    UPDATE sync_scopes s SET version = s.version + entries.count
    FROM (SELECT scope_id, count(*) AS count FROM entry GROUP BY scope_id) AS entries
    WHERE entries.scope_id = s.id RETURNING s.id, s.version - entries.count AS before)
UPDATE sync_feed f SET version = counted.before + entry.number, changed_at = now(),
    body = regexp_replace(f.body, '"state":"[a-z]+"', '"state":"' || entry.state || '"')
FROM entry JOIN counted ON counted.id = entry.scope_id
WHERE f.scope_id = entry.scope_id AND f.kind = 'house' AND f.record_id = entry.record_id
"""

CHECKED = """
CREATE FUNCTION require_recheck() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state IN ('closed', 'archived') AND OLD.inspection_id IS NOT NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    IF NOT EXISTS (
        SELECT FROM findings f, LATERAL (
            SELECT r.passed, r.checker_id, r.received_at FROM rechecks r
            WHERE r.finding_id = f.id AND r.counts
            ORDER BY r.captured_at DESC, r.id DESC LIMIT 1) AS last
        WHERE f.case_id = NEW.id AND last.passed
            AND last.checker_id IS DISTINCT FROM NEW.handler_id
            AND last.received_at >= COALESCE((
                SELECT max(at) FROM case_events
                WHERE case_id = NEW.id AND action = 'reopen'), '-infinity'))
    THEN
        RAISE EXCEPTION 'case % has a finding that nobody rechecked', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_after_recheck';
    END IF;
    RETURN NULL;
END $$
"""
CLOSED = """
CREATE TRIGGER closed_after_recheck AFTER INSERT OR UPDATE OF state, inspection_id ON cases
FOR EACH ROW WHEN (NEW.state IN ('closed', 'archived') AND NEW.inspection_id IS NOT NULL)
EXECUTE FUNCTION require_recheck()
"""
STANDS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$
"""
CHANGED = """
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON rechecks
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
