"""the list of matters in versions, and where cases come from that no worker reported

Revision: 0011, after 0010
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'

SEVERITIES = "('general', 'serious', 'critical')"
SOURCES = "('inspection', 'report', 'supervisor', 'citizen', 'hotline', 'sensor', 'level')"
OUTSIDE = {'citizen': '居民', 'hotline': '12345 热线', 'sensor': '感知设备'}
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    _extend_items()
    _version_items()
    _extend_cases()
    _table('case_origins',
        _id(), _ref('case_id', 'cases'), _text('source'), _text('external_number'),
        _time('received_at'), _text('contact_name', nullable=True), _text('contact_phone', nullable=True),
        sa.Column('raw', postgresql.JSONB(), nullable=False), _text('receipt_sha256', nullable=True),
        sa.UniqueConstraint('case_id', name=op.f('uq_case_origins_case_id')),
        sa.UniqueConstraint(
            'source', 'external_number', name=op.f('uq_case_origins_source_external_number')
        ),
        sa.UniqueConstraint('receipt_sha256', name=op.f('uq_case_origins_receipt_sha256')),
        _check('case_origins', 'source', "source IN ('citizen', 'hotline', 'sensor')"),
    )
    _table('report_places',
        _id(), _text('code'), _ref('org_unit_id', 'org_units'), _text('org_path'),
        _ref('grid_id', 'grids', nullable=True), _ref('made_by', 'users'), _time('made_at'),
        _time('retired_at', nullable=True),
        sa.UniqueConstraint('code', name=op.f('uq_report_places_code')),
    )
    _table('phone_codes',
        _id(), _text('phone'), _text('address'), _text('code_sha256'), _time('sent_at'),
        sa.Column('attempts', sa.Integer(), nullable=False), _time('used_at', nullable=True),
    )
    _table('alert_sources',
        _id(), _text('name'), _ref('org_unit_id', 'org_units'), _text('org_path'),
        _ref('grid_id', 'grids'), sa.Column('devices', postgresql.JSONB(), nullable=False),
        _text('secret'), _ref('made_by', 'users'), _time('made_at'), _time('retired_at', nullable=True),
    )
    _table('alert_calls',
        _id(), _ref('source_id', 'alert_sources'), _time('at'), _text('address'),
        _text('message_id'), _text('outcome'), _text('detail'), _ref('case_id', 'cases', nullable=True),
        _check('alert_calls', 'outcome',
            "outcome IN ('opened', 'signature', 'timestamp', 'replay', 'content')"),
        _check('alert_calls', 'opened', "(outcome = 'opened') = (case_id IS NOT NULL)"),
    )
    for table, columns in (
        ('case_origins', ['contact_phone']),
        ('report_places', ['org_unit_id']), ('report_places', ['grid_id']),
        ('report_places', ['made_by']),
        ('phone_codes', ['phone', 'sent_at']), ('phone_codes', ['address', 'sent_at']),
        ('alert_sources', ['org_unit_id']), ('alert_sources', ['grid_id']),
        ('alert_sources', ['made_by']),
        ('alert_calls', ['source_id', 'at']), ('alert_calls', ['case_id']),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    _open_accounts()


def _extend_items() -> None:
    for column in _told():
        op.add_column('hazard_items', column)
        op.alter_column('hazard_items', column.name, server_default=None)
    op.create_check_constraint(
        op.f('ck_hazard_items_photos_min'), 'hazard_items', 'photos_min BETWEEN 0 AND 9'
    )


def _told() -> list[sa.Column]:
    return [
        sa.Column('evidence', sa.Text(), nullable=False, server_default=''),
        sa.Column('photos_min', sa.Integer(), nullable=False, server_default='1'),
        sa.Column('self_settle', sa.Boolean(), nullable=False, server_default='true'),
        sa.Column('file_if', sa.Text(), nullable=False, server_default=''),
        sa.Column('close_if', sa.Text(), nullable=False, server_default=''),
    ]


def _version_items() -> None:
    texts = 'class_name class_name_en name name_en icon severity lead_department deadline'
    more = [sa.Column(column.name, column.type, nullable=False) for column in _told()]
    _table('item_versions',
        _id(), _text('code'), sa.Column('version', sa.Integer()), _text('state'),
        _time('since', nullable=True), _time('until', nullable=True), _text('reason'),
        _ref('proposed_by', 'users', nullable=True), _time('proposed_at'), _ref('decided_by', 'users', nullable=True),
        _text('decision', nullable=True), *(_text(name) for name in texts.split()),
        sa.Column('sort', sa.Integer(), nullable=False), *more,
        sa.UniqueConstraint('code', 'version', name=op.f('uq_item_versions_code_version')),
        _check('item_versions', 'state', "state IN ('proposed', 'in_force', 'past', 'refused')"),
        _check('item_versions', 'severity', f'severity IN {SEVERITIES}'),
        _check('item_versions', 'photos_min', 'photos_min BETWEEN 0 AND 9'),
        _check('item_versions', 'numbered',
            "num_nulls(version, since) = CASE WHEN state IN ('in_force', 'past') THEN 0 ELSE 2 END"),
        _check('item_versions', 'past', "(state = 'past') = (until IS NOT NULL)"),
    )
    op.create_index('uq_item_versions_in_force', 'item_versions', ['code'], unique=True,
        postgresql_where=sa.text("state = 'in_force'"))
    for name in ('proposed_by', 'decided_by'):
        op.create_index(op.f(f'ix_item_versions_{name}'), 'item_versions', [name])
    told = f"{', '.join(texts.split())}, sort, {', '.join(column.name for column in more)}"
    op.execute(
        f"INSERT INTO item_versions (id, code, version, state, since, until, reason, proposed_at, {told})"  # noqa: S608 - names of columns
        f" SELECT gen_random_uuid(), code, version, CASE WHEN retired_at IS NULL THEN 'in_force' ELSE 'past' END,"
        f" now(), retired_at, '', now(), {told} FROM hazard_items"
    )


def _extend_cases() -> None:
    op.add_column('cases', sa.Column('item_version', sa.Integer()))
    op.execute(
        'UPDATE cases SET item_version = 1 WHERE inspection_id IS NULL AND EXISTS'
        ' (SELECT FROM hazard_items WHERE hazard_items.code = cases.item_code)'
    )
    op.drop_constraint(op.f('ck_cases_source'), 'cases')
    op.create_check_constraint(op.f('ck_cases_source'), 'cases', f'source IN {SOURCES}')
    op.create_index('ix_cases_item_code_captured_at', 'cases', ['item_code', 'captured_at'])


def _open_accounts() -> None:
    """Whoever reports without an account has one of these for a name; nobody can sign in with it."""
    accounts = sa.table('users', sa.column('id', sa.Uuid()), *(
        sa.column(name) for name in ('username', 'password_hash', 'name', 'active', 'created_at')
    ))
    for source, name in OUTSIDE.items():
        op.execute(accounts.insert().values(
            id=uuid5(NAMESPACE_URL, f'gridfield:source:{source}'), username=f'source:{source}',
            password_hash='!', name=name, active=False, created_at=sa.func.now(),
        ))


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')))
    for part in parts:
        if isinstance(part, sa.Column) and 'refers' in part.info:
            op.create_foreign_key(
                op.f(f'fk_{name}_{part.name}'), name, part.info['refers'], [part.name], ['id']
            )


def _id() -> sa.Column:
    return sa.Column('id', sa.Uuid(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, TIME, nullable=nullable)


def _ref(name: str, table: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable, info={'refers': table})


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f'ck_{table}_{name}'))
