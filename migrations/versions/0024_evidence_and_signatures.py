"""signatures under inspections, drawings on photos, what a photo looks like; phones get the calendar

Revision: 0024, after 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0021'


def upgrade() -> None:
    """Go forward."""
    _signatures()
    _photos()
    _calendar()


def _signatures() -> None:
    op.create_table('inspection_signatures',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('inspection_id', sa.Uuid(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=False),
        sa.Column('signer', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('refused', sa.Boolean(), nullable=False),
        sa.Column('witness', sa.Text(), nullable=True),
        sa.Column('photo_id', sa.Uuid(), nullable=True),
        sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('taken_by_id', sa.Uuid(), nullable=False),
        sa.Column('payload_sha256', sa.Text(), nullable=False),
        sa.CheckConstraint("signer IN ('landlord', 'tenant', 'other')", name=op.f('ck_inspection_signatures_signer')),
        sa.CheckConstraint('refused = (photo_id IS NULL)', name=op.f('ck_inspection_signatures_signed_or_refused')),
        sa.CheckConstraint("NOT refused OR coalesce(witness, '') <> ''", name=op.f('ck_inspection_signatures_refusal_has_witness')),
        sa.CheckConstraint("name <> ''", name=op.f('ck_inspection_signatures_name')),
        sa.ForeignKeyConstraint(
            ['inspection_id'], ['inspections.id'], name=op.f('fk_inspection_signatures_inspection_id')
        ),
        sa.ForeignKeyConstraint(['taken_by_id'], ['users.id'], name=op.f('fk_inspection_signatures_taken_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_signatures')),
    )
    for column in ('inspection_id', 'taken_by_id'):
        op.create_index(op.f(f'ix_inspection_signatures_{column}'), 'inspection_signatures', [column])


def _photos() -> None:
    op.add_column('photos', sa.Column('drawing_of', sa.Uuid()))
    op.create_index('ix_photos_announced', 'photos', ['announced_at'], postgresql_using='brin')
    op.create_index('ix_blobs_stored', 'blobs', ['stored_at'], postgresql_using='brin')
    op.create_table('photo_prints',
        sa.Column('photo_id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=True),
        sa.Column('owner_id', sa.Uuid(), nullable=False),
        sa.Column('dhash', sa.BigInteger(), nullable=True),
        sa.Column('bands', sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['photo_id'], ['photos.id'], name=op.f('fk_photo_prints_photo_id')),
        sa.PrimaryKeyConstraint('photo_id', name=op.f('pk_photo_prints')),
    )
    op.create_index('ix_photo_prints_bands', 'photo_prints', ['bands'], postgresql_using='gin')
    op.create_table('photo_doubts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('photo_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('metres', sa.Integer(), nullable=True),
        sa.Column('twin_id', sa.Uuid(), nullable=True),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=True),
        sa.Column('restricted', sa.Boolean(), nullable=False),
        sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('far', 'twice')", name=op.f('ck_photo_doubts_kind')),
        sa.CheckConstraint("(kind = 'far') = (metres IS NOT NULL)", name=op.f('ck_photo_doubts_far_has_metres')),
        sa.CheckConstraint("(kind = 'twice') = (twin_id IS NOT NULL)", name=op.f('ck_photo_doubts_twice_has_twin')),
        sa.ForeignKeyConstraint(['photo_id'], ['photos.id'], name=op.f('fk_photo_doubts_photo_id')),
        sa.ForeignKeyConstraint(['twin_id'], ['photos.id'], name=op.f('fk_photo_doubts_twin_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_doubts')),
        sa.UniqueConstraint('photo_id', 'kind', name=op.f('uq_photo_doubts_photo_id_kind')),
    )
    for column in ('found_at', 'twin_id'):
        op.create_index(op.f(f'ix_photo_doubts_{column}'), 'photo_doubts', [column])
    op.create_index(
        'ix_photo_doubts_org_path', 'photo_doubts', ['org_path'], postgresql_ops={'org_path': 'text_pattern_ops'}
    )


def _calendar() -> None:
    """The days that are known already go to phones, too."""
    op.add_column('calendar_days', sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()')))
    op.alter_column('calendar_days', 'id', nullable=False, server_default=None)
    op.create_unique_constraint(op.f('uq_calendar_days_id'), 'calendar_days', ['id'])
    op.execute(TELL_DAYS)


TELL_DAYS = """
WITH line AS (SELECT *, row_number() OVER (ORDER BY day DESC) AS place FROM calendar_days),
counted AS (
    INSERT INTO sync_scopes AS known (id, version, min_version)
    SELECT 'global', count(*), 0 FROM line HAVING count(*) > 0
    ON CONFLICT (id) DO UPDATE SET version = known.version + excluded.version
    RETURNING version)
INSERT INTO sync_feed (scope_id, kind, record_id, version, op, body, changed_at)
SELECT 'global', 'calendar_day', line.id, version + 1 - place, 'put',
    json_build_object('id', line.id, 'day', day, 'kind', kind, 'name', name)::text, now()
FROM line, counted
"""
