"""the register: addresses, door codes, agents and leases, what happened, what waits to be decided

Phones get the new columns of every house: its line in the feed is written anew, with a new number.

Revision: 0020, after 0024
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0020'
down_revision = '0024'

SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'


def upgrade() -> None:
    """Go forward."""
    _addresses()
    _houses()
    _events()
    _reviews()
    _aliases()
    _people()
    _give_tokens()
    op.execute(FEED)


def _addresses() -> None:
    op.create_table('addresses',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_addresses_org_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses')),
        sa.UniqueConstraint('org_unit_id', 'text', name=op.f('uq_addresses_org_unit_id_text'))
    )


def _houses() -> None:
    op.add_column('houses', sa.Column('token', sa.Text(), nullable=True))
    op.add_column('houses', sa.Column('address_id', sa.Uuid(), nullable=True))
    for name in ('agent_name', 'agent_phone'):
        op.add_column('houses', sa.Column(name, sa.Text(), nullable=False, server_default=''))
        op.alter_column('houses', name, server_default=None)
    op.add_column('houses', sa.Column('lease_since', sa.Date(), nullable=True))
    op.add_column('houses', sa.Column('lease_until', sa.Date(), nullable=True))
    op.add_column('houses', sa.Column('pending', JSONB(), nullable=False, server_default='[]'))
    op.alter_column('houses', 'pending', server_default=None)
    op.add_column('houses', sa.Column('ended_on', sa.Date(), nullable=True))
    op.add_column('houses', sa.Column('ended_as', sa.Text(), nullable=True))
    op.add_column('houses', sa.Column('merged_into_id', sa.Uuid(), nullable=True))
    op.create_index(op.f('ix_houses_address_id'), 'houses', ['address_id'])
    op.create_index(op.f('ix_houses_merged_into_id'), 'houses', ['merged_into_id'])
    op.create_foreign_key(op.f('fk_houses_address_id'), 'houses', 'addresses', ['address_id'], ['id'])
    op.create_foreign_key(op.f('fk_houses_merged_into_id'), 'houses', 'houses', ['merged_into_id'], ['id'])
    checks = {
        'ended': '(ended_on IS NULL) = (ended_as IS NULL)',
        'ended_as': "ended_as IN ('split', 'demolished', 'merged')",
        'merged_into': "(merged_into_id IS NOT NULL) = (ended_as IS NOT DISTINCT FROM 'merged')",
    }
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f'ck_houses_{name}'), 'houses', condition)


def _events() -> None:
    op.create_table('house_events',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('house_id', sa.Uuid(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_id', sa.Uuid(), nullable=False),
        sa.Column('by_name', sa.Text(), nullable=False),
        sa.Column('detail', JSONB(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('registered', 'registered_again', 'imported', 'corrected', 'moved_in',"
            " 'moved_out', 'relet', 'split', 'demolished', 'merged', 'decided', 'matched')",
            name=op.f('ck_house_events_kind')),
        sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_house_events_by_id')),
        sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_house_events_grid_id')),
        sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_house_events_house_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_house_events'))
    )
    op.create_index(op.f('ix_house_events_by_id'), 'house_events', ['by_id'])
    op.create_index(op.f('ix_house_events_grid_id'), 'house_events', ['grid_id'])
    op.create_index('ix_house_events_house_id', 'house_events', ['house_id', 'at'])
    op.execute(GROWS)
    op.execute(GROWS_TRIGGER)


def _reviews() -> None:
    op.create_table('house_reviews',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('house_id', sa.Uuid(), nullable=False),
        sa.Column('other_id', sa.Uuid(), nullable=True),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('field', sa.Text(), nullable=True),
        sa.Column('values', JSONB(), nullable=False),
        sa.Column('by_id', sa.Uuid(), nullable=False),
        sa.Column('by_name', sa.Text(), nullable=False),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('decided_by_id', sa.Uuid(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('note', sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('change', 'contested', 'ended', 'twin')", name=op.f('ck_house_reviews_kind')),
        sa.CheckConstraint("state IN ('open', 'accepted', 'kept', 'merged')", name=op.f('ck_house_reviews_state')),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f('ck_house_reviews_decided')),
        sa.CheckConstraint("(kind = 'twin') = (other_id IS NOT NULL)", name=op.f('ck_house_reviews_other')),
        sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_house_reviews_by_id')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_house_reviews_decided_by_id')),
        sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_house_reviews_grid_id')),
        sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_house_reviews_house_id')),
        sa.ForeignKeyConstraint(['other_id'], ['houses.id'], name=op.f('fk_house_reviews_other_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_house_reviews'))
    )
    for column in ('by_id', 'decided_by_id', 'grid_id', 'made_at', 'other_id'):
        op.create_index(op.f(f'ix_house_reviews_{column}'), 'house_reviews', [column])
    op.create_index('ix_house_reviews_house_id', 'house_reviews', ['house_id', 'state'])
    op.create_index('ix_house_reviews_org_path', 'house_reviews', ['org_path'], postgresql_ops={'org_path': 'text_pattern_ops'})


def _aliases() -> None:
    op.create_table('house_aliases',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('house_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_house_aliases_house_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_house_aliases'))
    )
    op.create_index(op.f('ix_house_aliases_house_id'), 'house_aliases', ['house_id'])


def _people() -> None:
    op.alter_column('occupants', 'id_masked', nullable=True)
    op.create_check_constraint(op.f('ck_occupants_period'), 'occupants', 'until >= since')


def _give_tokens() -> None:
    connection = op.get_bind()
    ids = connection.scalars(sa.text('SELECT id FROM houses')).all()
    tokens: set[str] = set()
    while len(tokens) < len(ids):
        tokens.add(''.join(secrets.choice(SIGNS) for _ in range(8)))
    if ids:
        given = [{'id': house, 'token': token} for house, token in zip(ids, tokens, strict=True)]
        connection.execute(sa.text('UPDATE houses SET token = :token WHERE id = :id'), given)
    op.alter_column('houses', 'token', nullable=False)
    op.create_unique_constraint(op.f('uq_houses_token'), 'houses', ['token'])


GROWS = """
CREATE FUNCTION refuse_to_change_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'grid_id' = to_jsonb(NEW) - 'grid_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what happened to a house is not changed' USING ERRCODE = 'check_violation';
END $$
"""
GROWS_TRIGGER = """
CREATE TRIGGER refuse_to_change_the_past BEFORE UPDATE OR DELETE ON house_events
FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_past()
"""
FEED = """
WITH line AS (
    SELECT f.scope_id, f.record_id, h.token,
        row_number() OVER (PARTITION BY f.scope_id ORDER BY f.version) AS number
    FROM sync_feed f JOIN houses h ON h.id = f.record_id
    WHERE f.kind = 'house' AND f.op = 'put'),
counted AS (
    UPDATE sync_scopes s SET version = s.version + tally.number
    FROM (SELECT scope_id, count(*) AS number FROM line GROUP BY scope_id) AS tally
    WHERE s.id = tally.scope_id RETURNING s.id, s.version - tally.number AS before)
UPDATE sync_feed f SET version = counted.before + line.number, changed_at = now(),
    body = (f.body::jsonb || jsonb_build_object('token', line.token, 'matched', false,
        'lease_since', NULL, 'lease_until', NULL, 'pending', '[]'::jsonb,
        'agent_name', '', 'agent_phone', ''))::text
FROM line JOIN counted ON counted.id = line.scope_id
WHERE f.kind = 'house' AND f.scope_id = line.scope_id AND f.record_id = line.record_id
"""
