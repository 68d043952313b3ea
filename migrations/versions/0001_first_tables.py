"""first tables

Revision: 0001, after 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None


def upgrade() -> None:
    """Go forward."""
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table('audit_lines',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_lines'))
    )
    op.create_index(op.f('ix_audit_lines_actor_id'), 'audit_lines', ['actor_id'], unique=False)
    op.create_index(op.f('ix_audit_lines_at'), 'audit_lines', ['at'], unique=False)
    op.create_index(op.f('ix_audit_lines_subject_id'), 'audit_lines', ['subject_id'], unique=False)
    op.create_table('blobs',
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_blobs'))
    )
    op.create_table('case_counters',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('town_code', sa.Text(), nullable=False),
    sa.Column('month', sa.Text(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_counters')),
    sa.UniqueConstraint('town_code', 'month', name=op.f('uq_case_counters_town_code_month'))
    )
    op.create_table('checklists',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('items', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name=op.f('ck_checklists_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklists')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_checklists_code_version'))
    )
    op.create_table('devices',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_devices'))
    )
    op.create_table('hazard_items',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('class_name', sa.Text(), nullable=False),
    sa.Column('class_name_en', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('icon', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), nullable=False),
    sa.Column('lead_department', sa.Text(), nullable=False),
    sa.Column('deadline', sa.Text(), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("severity IN ('general', 'serious', 'critical')", name=op.f('ck_hazard_items_severity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hazard_items')),
    sa.UniqueConstraint('code', name=op.f('uq_hazard_items_code'))
    )
    op.create_table('instance_keys',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('private_pem', sa.Text(), nullable=False),
    sa.Column('public_b64', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_instance_keys'))
    )
    op.create_geospatial_table('org_units',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('stat_code', sa.Text(), nullable=True),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('outline', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('geom', Geometry(srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('ST_SetSRID(ST_GeomFromGeoJSON(outline), 4326)', persisted=True), nullable=True),
    sa.Column('schematic', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind IN ('city', 'county', 'township', 'village')", name=op.f('ck_org_units_kind')),
    sa.ForeignKeyConstraint(['parent_id'], ['org_units.id'], name=op.f('fk_org_units_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_org_units'))
    )
    op.create_geospatial_index('idx_org_units_geom', 'org_units', ['geom'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_index(op.f('ix_org_units_parent_id'), 'org_units', ['parent_id'], unique=False)
    op.create_index('ix_org_units_path', 'org_units', ['path'], unique=False, postgresql_ops={'path': 'text_pattern_ops'})
    op.create_index(op.f('ix_org_units_stat_code'), 'org_units', ['stat_code'], unique=False)
    op.create_table('photos',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner_kind', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('item_code', sa.Text(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('captured_by', sa.Uuid(), nullable=False),
    sa.Column('lng', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('accuracy', sa.Double(), nullable=True),
    sa.Column('thumb_sha256', sa.Text(), nullable=True),
    sa.Column('thumb_bytes', sa.Integer(), nullable=True),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('thumb_arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('bytes > 0', name=op.f('ck_photos_bytes')),
    sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_photos_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photos'))
    )
    op.create_index(op.f('ix_photos_captured_by'), 'photos', ['captured_by'], unique=False)
    op.create_index('ix_photos_owner', 'photos', ['owner_kind', 'owner_id'], unique=False)
    op.create_index(op.f('ix_photos_sha256'), 'photos', ['sha256'], unique=False)
    op.create_index(op.f('ix_photos_thumb_sha256'), 'photos', ['thumb_sha256'], unique=False)
    op.create_table('sign_in_attempts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    op.create_index('ix_sign_in_attempts_username_at', 'sign_in_attempts', ['username', 'at'], unique=False)
    op.create_table('sync_failures',
    sa.Column('mutation_id', sa.Uuid(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('mutation_id', name=op.f('pk_sync_failures'))
    )
    op.create_table('sync_meta',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Uuid(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_sync_meta_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sync_meta'))
    )
    op.create_table('sync_scopes',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('min_version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sync_scopes')),
    postgresql_with={'fillfactor': 50}
    )
    op.create_table('uploads',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('length', sa.BigInteger(), nullable=False),
    sa.Column('offset', sa.BigInteger(), nullable=False),
    sa.Column('parts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('"offset" BETWEEN 0 AND length', name=op.f('ck_uploads_offset')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads'))
    )
    op.create_index(op.f('ix_uploads_expires_at'), 'uploads', ['expires_at'], unique=False)
    op.create_index(op.f('ix_uploads_sha256'), 'uploads', ['sha256'], unique=False)
    op.create_index(op.f('ix_uploads_user_id'), 'uploads', ['user_id'], unique=False)
    op.create_table('users',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('username', name=op.f('uq_users_username'))
    )
    op.create_table('departments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_departments_org_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departments')),
    sa.UniqueConstraint('org_unit_id', 'code', name=op.f('uq_departments_org_unit_id_code'))
    )
    op.create_table('feedback',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_feedback_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback'))
    )
    op.create_index(op.f('ix_feedback_received_at'), 'feedback', ['received_at'], unique=False)
    op.create_index(op.f('ix_feedback_user_id'), 'feedback', ['user_id'], unique=False)
    op.create_geospatial_table('grids',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('org_path', sa.Text(), nullable=False),
    sa.Column('village_name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('outline', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('geom', Geometry(srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('ST_SetSRID(ST_GeomFromGeoJSON(outline), 4326)', persisted=True), nullable=True),
    sa.Column('schematic', sa.Boolean(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'micro') = (parent_id IS NOT NULL)", name=op.f('ck_grids_micro_has_parent')),
    sa.CheckConstraint("kind IN ('basic', 'dedicated', 'micro')", name=op.f('ck_grids_kind')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_grids_org_unit_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['grids.id'], name=op.f('fk_grids_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grids')),
    sa.UniqueConstraint('code', name=op.f('uq_grids_code'))
    )
    op.create_geospatial_index('idx_grids_geom', 'grids', ['geom'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_index(op.f('ix_grids_org_unit_id'), 'grids', ['org_unit_id'], unique=False)
    op.create_index(op.f('ix_grids_parent_id'), 'grids', ['parent_id'], unique=False)
    op.create_table('last_seen',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lng', sa.Double(), nullable=False),
    sa.Column('lat', sa.Double(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_last_seen_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_last_seen'))
    )
    op.create_table('notices',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('mutation_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notices_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices'))
    )
    op.create_index(op.f('ix_notices_user_id'), 'notices', ['user_id'], unique=False)
    op.create_table('push_subscriptions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('endpoint', sa.Text(), nullable=False),
    sa.Column('p256dh', sa.Text(), nullable=False),
    sa.Column('auth', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['devices.id'], name=op.f('fk_push_subscriptions_device_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_push_subscriptions_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_subscriptions')),
    sa.UniqueConstraint('endpoint', name=op.f('uq_push_subscriptions_endpoint'))
    )
    op.create_index(op.f('ix_push_subscriptions_device_id'), 'push_subscriptions', ['device_id'], unique=False)
    op.create_index(op.f('ix_push_subscriptions_user_id'), 'push_subscriptions', ['user_id'], unique=False)
    op.create_table('sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('csrf_token', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['devices.id'], name=op.f('fk_sessions_device_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sessions_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_sessions_token_sha256'))
    )
    op.create_index(op.f('ix_sessions_device_id'), 'sessions', ['device_id'], unique=False)
    op.create_index(op.f('ix_sessions_user_id'), 'sessions', ['user_id'], unique=False)
    op.create_table('sync_clients',
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=True),
    sa.Column('last_mid', sa.BigInteger(), nullable=False),
    sa.Column('app', sa.Text(), nullable=False),
    sa.Column('clock_offset_ms', sa.BigInteger(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['devices.id'], name=op.f('fk_sync_clients_device_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sync_clients_user_id')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_sync_clients'))
    )
    op.create_index(op.f('ix_sync_clients_device_id'), 'sync_clients', ['device_id'], unique=False)
    op.create_index(op.f('ix_sync_clients_user_id'), 'sync_clients', ['user_id'], unique=False)
    op.create_table('sync_feed',
    sa.Column('scope_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('op', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(op = 'put') = (body IS NOT NULL)", name=op.f('ck_sync_feed_put_has_body')),
    sa.CheckConstraint("op IN ('put', 'del')", name=op.f('ck_sync_feed_op')),
    sa.ForeignKeyConstraint(['scope_id'], ['sync_scopes.id'], name=op.f('fk_sync_feed_scope_id')),
    sa.PrimaryKeyConstraint('scope_id', 'kind', 'record_id', name=op.f('pk_sync_feed')),
    sa.UniqueConstraint('scope_id', 'version', name=op.f('uq_sync_feed_scope_id_version'))
    )
    op.create_index('ix_sync_feed_record', 'sync_feed', ['kind', 'record_id'], unique=False)
    op.create_table('sync_rejected',
    sa.Column('mutation_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('rejected_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_by', sa.Uuid(), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['resolved_by'], ['users.id'], name=op.f('fk_sync_rejected_resolved_by')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sync_rejected_user_id')),
    sa.PrimaryKeyConstraint('mutation_id', name=op.f('pk_sync_rejected'))
    )
    op.create_index(op.f('ix_sync_rejected_resolved_by'), 'sync_rejected', ['resolved_by'], unique=False)
    op.create_index(op.f('ix_sync_rejected_user_id'), 'sync_rejected', ['user_id'], unique=False)
    op.create_table('task_kinds',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('record_track', sa.Boolean(), nullable=False),
    sa.Column('record_reason', sa.Text(), nullable=False),
    sa.Column('photo_required', sa.Boolean(), nullable=False),
    sa.Column('photo_reason', sa.Text(), nullable=False),
    sa.CheckConstraint("NOT photo_required OR photo_reason <> ''", name=op.f('ck_task_kinds_photo_has_reason')),
    sa.CheckConstraint("NOT record_track OR record_reason <> ''", name=op.f('ck_task_kinds_track_has_reason')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_task_kinds_org_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_kinds')),
    sa.UniqueConstraint('org_unit_id', 'kind', name=op.f('uq_task_kinds_org_unit_id_kind'))
    )
    op.create_table('grid_duties',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('grid_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('full_time', 'part_time', 'head')", name=op.f('ck_grid_duties_kind')),
    sa.CheckConstraint('until IS NULL OR until > since', name=op.f('ck_grid_duties_period')),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_grid_duties_grid_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_grid_duties_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grid_duties'))
    )
    op.create_index(op.f('ix_grid_duties_grid_id'), 'grid_duties', ['grid_id'], unique=False)
    op.create_index(op.f('ix_grid_duties_user_id'), 'grid_duties', ['user_id'], unique=False)
    op.create_geospatial_table('houses',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('org_path', sa.Text(), nullable=False),
    sa.Column('grid_id', sa.Uuid(), nullable=False),
    sa.Column('micro_grid_id', sa.Uuid(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('village_name', sa.Text(), nullable=False),
    sa.Column('lng', sa.Double(), nullable=False),
    sa.Column('lat', sa.Double(), nullable=False),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), sa.Computed('ST_SetSRID(ST_MakePoint(lng, lat), 4326)', persisted=True), nullable=False),
    sa.Column('building_kind', sa.Text(), nullable=False),
    sa.Column('floors', sa.Integer(), nullable=False),
    sa.Column('area_m2', sa.Double(), nullable=False),
    sa.Column('room_count', sa.Integer(), nullable=False),
    sa.Column('bed_count', sa.Integer(), nullable=False),
    sa.Column('extinguishers', sa.Integer(), nullable=False),
    sa.Column('landlord_name', sa.Text(), nullable=False),
    sa.Column('landlord_phone', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('last_inspected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_due_on', sa.Date(), nullable=False),
    sa.Column('occupant_count', sa.Integer(), nullable=False),
    sa.Column('open_cases', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('unchecked', 'passed', 'rectify', 'failed', 'cleared')", name=op.f('ck_houses_state')),
    sa.CheckConstraint('area_m2 > 0', name=op.f('ck_houses_area')),
    sa.CheckConstraint('lng BETWEEN 73 AND 136 AND lat BETWEEN 3 AND 54', name=op.f('ck_houses_in_china')),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_houses_grid_id')),
    sa.ForeignKeyConstraint(['micro_grid_id'], ['grids.id'], name=op.f('fk_houses_micro_grid_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_houses_org_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_houses')),
    sa.UniqueConstraint('code', name=op.f('uq_houses_code'))
    )
    op.create_geospatial_index('idx_houses_point', 'houses', ['point'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_index(op.f('ix_houses_grid_id'), 'houses', ['grid_id'], unique=False)
    op.create_index(op.f('ix_houses_micro_grid_id'), 'houses', ['micro_grid_id'], unique=False)
    op.create_index(op.f('ix_houses_next_due_on'), 'houses', ['next_due_on'], unique=False)
    op.create_index('ix_houses_org_path', 'houses', ['org_path'], unique=False, postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_houses_org_unit_id'), 'houses', ['org_unit_id'], unique=False)
    op.create_table('patrols',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('org_path', sa.Text(), nullable=False),
    sa.Column('grid_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('recording', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('distance_m', sa.Double(), nullable=False),
    sa.Column('segments', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('lng', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('clock_suspect', sa.Boolean(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('day', 'night', 'joint')", name=op.f('ck_patrols_kind')),
    sa.CheckConstraint("state IN ('recording', 'paused', 'finished')", name=op.f('ck_patrols_state')),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_patrols_grid_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_patrols_org_unit_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_patrols_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patrols'))
    )
    op.create_index(op.f('ix_patrols_grid_id'), 'patrols', ['grid_id'], unique=False)
    op.create_index('ix_patrols_org_path', 'patrols', ['org_path'], unique=False, postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_patrols_org_unit_id'), 'patrols', ['org_unit_id'], unique=False)
    op.create_index(op.f('ix_patrols_received_at'), 'patrols', ['received_at'], unique=False)
    op.create_index(op.f('ix_patrols_task_id'), 'patrols', ['task_id'], unique=False)
    op.create_index(op.f('ix_patrols_user_id'), 'patrols', ['user_id'], unique=False)
    op.create_table('role_grants',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(role = 'officer') = (department_id IS NOT NULL)", name=op.f('ck_role_grants_officer')),
    sa.CheckConstraint("role IN ('grid_worker', 'grid_head', 'dispatcher', 'supervisor', 'officer', 'admin')", name=op.f('ck_role_grants_role')),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_role_grants_department_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_role_grants_org_unit_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_role_grants_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grants'))
    )
    op.create_index(op.f('ix_role_grants_department_id'), 'role_grants', ['department_id'], unique=False)
    op.create_index(op.f('ix_role_grants_org_unit_id'), 'role_grants', ['org_unit_id'], unique=False)
    op.create_index(op.f('ix_role_grants_user_id'), 'role_grants', ['user_id'], unique=False)
    op.create_table('sync_mutations',
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('mid', sa.BigInteger(), nullable=False),
    sa.Column('mutation_id', sa.Uuid(), nullable=False),
    sa.Column('repeated', sa.Boolean(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('verdict', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('captured_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('age_ms', sa.BigInteger(), nullable=True),
    sa.Column('clock_offset_ms', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['sync_clients.client_id'], name=op.f('fk_sync_mutations_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'mid', name=op.f('pk_sync_mutations'))
    )
    op.create_index('ix_sync_mutations_decided_at', 'sync_mutations', ['decided_at'], unique=False)
    op.create_index('uq_sync_mutations_mutation_id', 'sync_mutations', ['mutation_id'], unique=True, postgresql_where=sa.text('NOT repeated'))
    op.create_table('inspections',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('org_path', sa.Text(), nullable=False),
    sa.Column('grid_id', sa.Uuid(), nullable=False),
    sa.Column('house_id', sa.Uuid(), nullable=False),
    sa.Column('checklist_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('inspector_id', sa.Uuid(), nullable=False),
    sa.Column('inspector_name', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('clock_suspect', sa.Boolean(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('fail_count', sa.Integer(), nullable=False),
    sa.Column('answers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('open_answers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('lng', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('accuracy', sa.Double(), nullable=True),
    sa.Column('position_source', sa.Text(), nullable=True),
    sa.Column('payload_sha256', sa.Text(), nullable=False),
    sa.CheckConstraint("(outcome = 'inspected') = (result <> 'none')", name=op.f('ck_inspections_result_if_inspected')),
    sa.CheckConstraint("outcome IN ('inspected', 'nobody_home', 'refused', 'moved_away')", name=op.f('ck_inspections_outcome')),
    sa.CheckConstraint("result IN ('pass', 'rectify', 'fail', 'none')", name=op.f('ck_inspections_result')),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklists.id'], name=op.f('fk_inspections_checklist_id')),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_inspections_grid_id')),
    sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_inspections_house_id')),
    sa.ForeignKeyConstraint(['inspector_id'], ['users.id'], name=op.f('fk_inspections_inspector_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_inspections_org_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspections'))
    )
    op.create_index(op.f('ix_inspections_checklist_id'), 'inspections', ['checklist_id'], unique=False)
    op.create_index(op.f('ix_inspections_grid_id'), 'inspections', ['grid_id'], unique=False)
    op.create_index(op.f('ix_inspections_house_id'), 'inspections', ['house_id'], unique=False)
    op.create_index(op.f('ix_inspections_inspector_id'), 'inspections', ['inspector_id'], unique=False)
    op.create_index('ix_inspections_org_path', 'inspections', ['org_path'], unique=False, postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_inspections_org_unit_id'), 'inspections', ['org_unit_id'], unique=False)
    op.create_index(op.f('ix_inspections_received_at'), 'inspections', ['received_at'], unique=False)
    op.create_index(op.f('ix_inspections_task_id'), 'inspections', ['task_id'], unique=False)
    op.create_table('rooms',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('house_id', sa.Uuid(), nullable=False),
    sa.Column('grid_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('area_m2', sa.Double(), nullable=False),
    sa.Column('use', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_rooms_grid_id')),
    sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_rooms_house_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rooms'))
    )
    op.create_index(op.f('ix_rooms_grid_id'), 'rooms', ['grid_id'], unique=False)
    op.create_index(op.f('ix_rooms_house_id'), 'rooms', ['house_id'], unique=False)
    op.create_geospatial_table('track_segments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patrol_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('points', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('line', Geometry(geometry_type='LINESTRINGM', srid=4326, dimension=3, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['patrol_id'], ['patrols.id'], name=op.f('fk_track_segments_patrol_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_track_segments')),
    sa.UniqueConstraint('patrol_id', 'seq', name=op.f('uq_track_segments_patrol_id_seq'))
    )
    op.create_geospatial_index('idx_track_segments_line', 'track_segments', ['line'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_geospatial_table('cases',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('org_path', sa.Text(), nullable=False),
    sa.Column('grid_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('inspection_id', sa.Uuid(), nullable=True),
    sa.Column('house_id', sa.Uuid(), nullable=True),
    sa.Column('item_code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('restricted', sa.Boolean(), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('department_name', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('lng', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('accuracy', sa.Double(), nullable=True),
    sa.Column('position_source', sa.Text(), nullable=True),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('ST_SetSRID(ST_MakePoint(lng, lat), 4326)', persisted=True), nullable=True),
    sa.Column('reporter_id', sa.Uuid(), nullable=False),
    sa.Column('reporter_name', sa.Text(), nullable=False),
    sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('clock_suspect', sa.Boolean(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('payload_sha256', sa.Text(), nullable=True),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_cases_closed')),
    sa.CheckConstraint("severity IN ('general', 'serious', 'critical')", name=op.f('ck_cases_severity')),
    sa.CheckConstraint("source IN ('inspection', 'report')", name=op.f('ck_cases_source')),
    sa.CheckConstraint("state IN ('reported', 'in_progress', 'awaiting_check', 'closed')", name=op.f('ck_cases_state')),
    sa.CheckConstraint('(lng IS NULL) = (lat IS NULL)', name=op.f('ck_cases_position')),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_cases_department_id')),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_cases_grid_id')),
    sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_cases_house_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_cases_inspection_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_cases_org_unit_id')),
    sa.ForeignKeyConstraint(['reporter_id'], ['users.id'], name=op.f('fk_cases_reporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('number', name=op.f('uq_cases_number'))
    )
    op.create_geospatial_index('idx_cases_point', 'cases', ['point'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_index(op.f('ix_cases_captured_at'), 'cases', ['captured_at'], unique=False)
    op.create_index(op.f('ix_cases_department_id'), 'cases', ['department_id'], unique=False)
    op.create_index(op.f('ix_cases_grid_id'), 'cases', ['grid_id'], unique=False)
    op.create_index(op.f('ix_cases_house_id'), 'cases', ['house_id'], unique=False)
    op.create_index(op.f('ix_cases_inspection_id'), 'cases', ['inspection_id'], unique=False)
    op.create_index('ix_cases_org_path', 'cases', ['org_path'], unique=False, postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_cases_org_unit_id'), 'cases', ['org_unit_id'], unique=False)
    op.create_index(op.f('ix_cases_received_at'), 'cases', ['received_at'], unique=False)
    op.create_index(op.f('ix_cases_reporter_id'), 'cases', ['reporter_id'], unique=False)
    op.create_table('occupants',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('house_id', sa.Uuid(), nullable=False),
    sa.Column('room_id', sa.Uuid(), nullable=True),
    sa.Column('grid_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('id_masked', sa.Text(), nullable=False),
    sa.Column('relation', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.CheckConstraint("id_masked LIKE '%%*%%'", name=op.f('ck_occupants_id_masked')),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_occupants_grid_id')),
    sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_occupants_house_id')),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_occupants_room_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occupants'))
    )
    op.create_index(op.f('ix_occupants_grid_id'), 'occupants', ['grid_id'], unique=False)
    op.create_index(op.f('ix_occupants_house_id'), 'occupants', ['house_id'], unique=False)
    op.create_index(op.f('ix_occupants_room_id'), 'occupants', ['room_id'], unique=False)
    op.create_table('findings',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('inspection_id', sa.Uuid(), nullable=False),
    sa.Column('house_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_findings_case_id')),
    sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_findings_house_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_findings_inspection_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_findings')),
    sa.UniqueConstraint('case_id', name=op.f('uq_findings_case_id')),
    sa.UniqueConstraint('inspection_id', 'item_code', name=op.f('uq_findings_inspection_id_item_code'))
    )
    op.create_index(op.f('ix_findings_house_id'), 'findings', ['house_id'], unique=False)
    op.create_table('tasks',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('org_unit_id', sa.Uuid(), nullable=False),
    sa.Column('org_path', sa.Text(), nullable=False),
    sa.Column('grid_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('urgency', sa.Text(), nullable=False),
    sa.Column('assignee_id', sa.Uuid(), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=False),
    sa.Column('created_by_name', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('house_id', sa.Uuid(), nullable=True),
    sa.Column('house_address', sa.Text(), nullable=True),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('case_number', sa.Text(), nullable=True),
    sa.Column('case_title', sa.Text(), nullable=True),
    sa.Column('restricted', sa.Boolean(), nullable=False),
    sa.Column('place', sa.Text(), nullable=True),
    sa.Column('lng', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('record_track', sa.Boolean(), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result_text', sa.Text(), nullable=True),
    sa.Column('result_outcome', sa.Text(), nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=True),
    sa.CheckConstraint("state <> 'returned' OR return_reason <> ''", name=op.f('ck_tasks_return_has_reason')),
    sa.CheckConstraint("state IN ('assigned', 'accepted', 'done', 'returned', 'cancelled')", name=op.f('ck_tasks_state')),
    sa.CheckConstraint("urgency IN ('normal', 'urgent')", name=op.f('ck_tasks_urgency')),
    sa.ForeignKeyConstraint(['assignee_id'], ['users.id'], name=op.f('fk_tasks_assignee_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_tasks_case_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_tasks_created_by_id')),
    sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_tasks_grid_id')),
    sa.ForeignKeyConstraint(['house_id'], ['houses.id'], name=op.f('fk_tasks_house_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_units.id'], name=op.f('fk_tasks_org_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tasks'))
    )
    op.create_index(op.f('ix_tasks_assignee_id'), 'tasks', ['assignee_id'], unique=False)
    op.create_index(op.f('ix_tasks_case_id'), 'tasks', ['case_id'], unique=False)
    op.create_index(op.f('ix_tasks_created_at'), 'tasks', ['created_at'], unique=False)
    op.create_index(op.f('ix_tasks_created_by_id'), 'tasks', ['created_by_id'], unique=False)
    op.create_index(op.f('ix_tasks_grid_id'), 'tasks', ['grid_id'], unique=False)
    op.create_index(op.f('ix_tasks_house_id'), 'tasks', ['house_id'], unique=False)
    op.create_index('ix_tasks_org_path', 'tasks', ['org_path'], unique=False, postgresql_ops={'org_path': 'text_pattern_ops'})
    op.create_index(op.f('ix_tasks_org_unit_id'), 'tasks', ['org_unit_id'], unique=False)
    op.create_table('case_events',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_case_events_actor_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_events_case_id')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_case_events_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_events'))
    )
    op.create_index(op.f('ix_case_events_actor_id'), 'case_events', ['actor_id'], unique=False)
    op.create_index(op.f('ix_case_events_case_id'), 'case_events', ['case_id'], unique=False)
    op.create_index(op.f('ix_case_events_task_id'), 'case_events', ['task_id'], unique=False)
    op.create_table('messages',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('urgency', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_messages_task_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_messages_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages'))
    )
    op.create_index(op.f('ix_messages_created_at'), 'messages', ['created_at'], unique=False)
    op.create_index(op.f('ix_messages_task_id'), 'messages', ['task_id'], unique=False)
    op.create_index(op.f('ix_messages_user_id'), 'messages', ['user_id'], unique=False)
    op.create_table('task_events',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('captured_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actor_id', sa.Uuid(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_task_events_actor_id')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_task_events_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_events'))
    )
    op.create_index(op.f('ix_task_events_actor_id'), 'task_events', ['actor_id'], unique=False)
    op.create_index(op.f('ix_task_events_task_id'), 'task_events', ['task_id'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('subscription_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel IN ('live', 'push')", name=op.f('ck_deliveries_channel')),
    sa.CheckConstraint("state IN ('queued', 'sent', 'delivered', 'read', 'failed', 'gone')", name=op.f('ck_deliveries_state')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_deliveries_message_id')),
    sa.ForeignKeyConstraint(['subscription_id'], ['push_subscriptions.id'], name=op.f('fk_deliveries_subscription_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('message_id', 'channel', 'subscription_id', name=op.f('uq_deliveries_message_id_channel_subscription_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_index('ix_deliveries_queued', 'deliveries', ['next_attempt_at'], unique=False, postgresql_where=sa.text("state = 'queued'"))
    op.create_index(op.f('ix_deliveries_subscription_id'), 'deliveries', ['subscription_id'], unique=False)
    op.execute("INSERT INTO sync_meta (id, epoch) VALUES (1, gen_random_uuid())")
