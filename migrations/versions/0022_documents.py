"""papers handed over at a house, and their numbers; officers who may enforce

Revision: 0022, after 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = '0022'
down_revision = '0020'

OFFICERS = "'officer', 'cleared_officer', 'enforcer'"
ROLES = f"'grid_worker', 'grid_head', 'dispatcher', 'commander', 'supervisor', 'village', {OFFICERS}, 'admin'"


def upgrade() -> None:
    """Go forward."""
    _widen('role_grants', 'role', f'role IN ({ROLES})')
    _widen('role_grants', 'officer', f'(role IN ({OFFICERS})) = (department_id IS NOT NULL)')
    _widen('grid_duties', 'kind', "kind IN ('full_time', 'part_time', 'head', 'enforcer')")
    _authorities()
    _numbers()
    _documents()
    _keep_numbers()


def _widen(table: str, name: str, rule: str) -> None:
    op.drop_constraint(op.f(f'ck_{table}_{name}'), table)
    op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, rule)


def _authorities() -> None:
    op.create_table('document_templates',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('word', sa.Text(), nullable=False),
        sa.Column('body', JSONB(), nullable=False),
        sa.Column('laws', JSONB(), nullable=False),
        sa.CheckConstraint("kind IN ('advice', 'order')", name=op.f('ck_document_templates_kind')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_document_templates')),
        sa.UniqueConstraint('kind', 'version', name=op.f('uq_document_templates_kind_version'))
    )
    op.create_table('authorities',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('department_id', sa.Uuid(), nullable=True),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('word', sa.Text(), nullable=False),
        sa.Column('may_order', sa.Boolean(), nullable=False),
        sa.Column('contact', sa.Text(), nullable=False),
        sa.Column('remedy', sa.Text(), nullable=False),
        sa.CheckConstraint('NOT may_order OR department_id IS NOT NULL', name=op.f('ck_authorities_power_has_department')),
        sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_authorities_department_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_authorities_org_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_authorities')),
        sa.UniqueConstraint('org_unit_id', 'name', name=op.f('uq_authorities_org_unit_id_name')),
        sa.UniqueConstraint('word', name=op.f('uq_authorities_word'))
    )
    op.create_index(op.f('ix_authorities_department_id'), 'authorities', ['department_id'])
    op.create_table('enforcers',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('authority_id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('certificate_no', sa.Text(), nullable=False),
        sa.Column('since', sa.Date(), nullable=False),
        sa.Column('until', sa.Date(), nullable=True),
        sa.CheckConstraint('until >= since', name=op.f('ck_enforcers_period')),
        sa.ForeignKeyConstraint(['authority_id'], ['authorities.id'], name=op.f('fk_enforcers_authority_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_enforcers_org_unit_id')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_enforcers_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_enforcers')),
        sa.UniqueConstraint('authority_id', 'certificate_no', name=op.f('uq_enforcers_authority_id_certificate_no'))
    )
    op.create_index(op.f('ix_enforcers_org_unit_id'), 'enforcers', ['org_unit_id'])
    op.create_index(op.f('ix_enforcers_user_id'), 'enforcers', ['user_id'])


def _numbers() -> None:
    op.create_table('number_series',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('authority_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('next', sa.Integer(), nullable=False),
        sa.Column('epoch', sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('advice', 'order')", name=op.f('ck_number_series_kind')),
        sa.CheckConstraint('next >= 1', name=op.f('ck_number_series_next')),
        sa.ForeignKeyConstraint(['authority_id'], ['authorities.id'], name=op.f('fk_number_series_authority_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_number_series')),
        sa.UniqueConstraint('authority_id', 'kind', 'year', name=op.f('uq_number_series_authority_id_kind_year'))
    )
    op.create_table('number_blocks',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('series_id', sa.Uuid(), nullable=False),
        sa.Column('authority_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('first', sa.Integer(), nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=True),
        sa.Column('device_id', sa.Uuid(), nullable=True),
        sa.Column('leased_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reclaimed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('(user_id IS NULL) = (device_id IS NULL)', name=op.f('ck_number_blocks_leased_or_withheld')),
        sa.CheckConstraint('last >= first AND first >= 1', name=op.f('ck_number_blocks_range')),
        sa.ForeignKeyConstraint(['series_id'], ['number_series.id'], name=op.f('fk_number_blocks_series_id')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_number_blocks_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_number_blocks')),
        sa.UniqueConstraint('series_id', 'first', name=op.f('uq_number_blocks_series_id_first'))
    )
    op.create_index(op.f('ix_number_blocks_user_id'), 'number_blocks', ['user_id'])
    op.create_table('document_numbers',
        sa.Column('series_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('block_id', sa.Uuid(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('void_reason', sa.Text(), nullable=True),
        sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('voided_by_id', sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name=op.f('ck_document_numbers_void_has_reason')),
        sa.CheckConstraint("state IN ('leased', 'issued', 'void')", name=op.f('ck_document_numbers_state')),
        sa.CheckConstraint('number >= 1', name=op.f('ck_document_numbers_number')),
        sa.ForeignKeyConstraint(['block_id'], ['number_blocks.id'], name=op.f('fk_document_numbers_block_id')),
        sa.ForeignKeyConstraint(['series_id'], ['number_series.id'], name=op.f('fk_document_numbers_series_id')),
        sa.ForeignKeyConstraint(['voided_by_id'], ['users.id'], name=op.f('fk_document_numbers_voided_by_id')),
        sa.PrimaryKeyConstraint('series_id', 'number', name=op.f('pk_document_numbers'))
    )
    op.create_index(op.f('ix_document_numbers_block_id'), 'document_numbers', ['block_id'])
    op.create_index(op.f('ix_document_numbers_voided_by_id'), 'document_numbers', ['voided_by_id'])


def _documents() -> None:
    op.create_table('documents',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('series_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('number_text', sa.Text(), nullable=False),
        sa.Column('authority_id', sa.Uuid(), nullable=False),
        sa.Column('department_id', sa.Uuid(), nullable=True),
        sa.Column('template_id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Uuid(), nullable=False),
        sa.Column('org_path', sa.Text(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=False),
        sa.Column('house_id', sa.Uuid(), nullable=False),
        sa.Column('inspection_id', sa.Uuid(), nullable=True),
        sa.Column('issuer_id', sa.Uuid(), nullable=False),
        sa.Column('issuer_name', sa.Text(), nullable=False),
        sa.Column('enforcer_ids', ARRAY(sa.Uuid()), nullable=False),
        sa.Column('issued_on', sa.Date(), nullable=False),
        sa.Column('deadline_on', sa.Date(), nullable=False),
        sa.Column('content', JSONB(), nullable=False),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('clock_suspect', sa.Boolean(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('served_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('service', JSONB(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_reason', sa.Text(), nullable=True),
        sa.Column('ended_by_id', sa.Uuid(), nullable=True),
        sa.Column('payload_sha256', sa.Text(), nullable=False),
        sa.CheckConstraint("(state IN ('void', 'withdrawn')) = (ended_reason IS NOT NULL)", name=op.f('ck_documents_end_has_reason')),
        sa.CheckConstraint("kind <> 'order' OR cardinality(enforcer_ids) >= 2", name=op.f('ck_documents_order_has_two_officers')),
        sa.CheckConstraint("kind IN ('advice', 'order')", name=op.f('ck_documents_kind')),
        sa.CheckConstraint("state <> 'served' OR served_at IS NOT NULL", name=op.f('ck_documents_served_has_time')),
        sa.CheckConstraint("state IN ('issued', 'served', 'void', 'withdrawn')", name=op.f('ck_documents_state')),
        sa.CheckConstraint('(served_at IS NULL) = (service IS NULL)', name=op.f('ck_documents_served')),
        sa.CheckConstraint('deadline_on >= issued_on', name=op.f('ck_documents_deadline')),
        sa.ForeignKeyConstraint(['authority_id'], ['authorities.id'], name=op.f('fk_documents_authority_id')),
        sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_documents_department_id')),
        sa.ForeignKeyConstraint(['ended_by_id'], ['users.id'], name=op.f('fk_documents_ended_by_id')),
        sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_documents_house_id')),
        sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_documents_inspection_id')),
        sa.ForeignKeyConstraint(['issuer_id'], ['users.id'], name=op.f('fk_documents_issuer_id')),
        sa.ForeignKeyConstraint(['series_id', 'number'], ['document_numbers.series_id', 'document_numbers.number'], name=op.f('fk_documents_series_id')),
        sa.ForeignKeyConstraint(['template_id'], ['document_templates.id'], name=op.f('fk_documents_template_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
        sa.UniqueConstraint('number_text', name=op.f('uq_documents_number_text')),
        sa.UniqueConstraint('series_id', 'number', name=op.f('uq_documents_series_id_number'))
    )
    op.create_index(op.f('ix_documents_authority_id'), 'documents', ['authority_id'])
    op.create_index(op.f('ix_documents_department_id'), 'documents', ['department_id'])
    op.create_index(op.f('ix_documents_ended_by_id'), 'documents', ['ended_by_id'])
    op.create_index(op.f('ix_documents_grid_id'), 'documents', ['grid_id'])
    op.create_index(op.f('ix_documents_house_id'), 'documents', ['house_id'])
    op.create_index(op.f('ix_documents_inspection_id'), 'documents', ['inspection_id'])
    op.create_index(op.f('ix_documents_issuer_id'), 'documents', ['issuer_id'])
    op.create_index('ix_documents_org_path', 'documents', ['org_path'], postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_documents_org_unit_id'), 'documents', ['org_unit_id'])
    op.create_index(op.f('ix_documents_received_at'), 'documents', ['received_at'])
    op.create_index(op.f('ix_documents_template_id'), 'documents', ['template_id'])


def _keep_numbers() -> None:
    """A number that was given out stays in the table, in its place, for good."""
    op.execute("""
        CREATE FUNCTION keep_document_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a document number is never deleted' USING ERRCODE = '23001';
            END IF;
            IF OLD.state = 'void' AND NEW.state <> 'void' OR OLD.state = 'issued' AND NEW.state = 'leased' THEN
                RAISE EXCEPTION 'a document number is never given again' USING ERRCODE = '23001';
            END IF;
            RETURN NEW;
        END $$""")
    op.execute("""
        CREATE TRIGGER keep_document_numbers BEFORE UPDATE OR DELETE ON document_numbers
        FOR EACH ROW EXECUTE FUNCTION keep_document_numbers()""")
