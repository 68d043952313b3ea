"""a house that changes its grid leaves a line of where it was

Whoever was on duty there may have inspected it offline. A trigger writes the line, so that no way
of moving a house can forget it.

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        'house_homes',
        sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
        sa.Column('house_id', sa.Uuid(), nullable=False),
        sa.Column('grid_id', sa.Uuid(), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['house_id'], ['houses.id'], name=op.f('fk_house_homes_house_id')
        ),
        sa.ForeignKeyConstraint(['grid_id'], ['grids.id'], name=op.f('fk_house_homes_grid_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_house_homes')),
    )
    op.create_index('ix_house_homes_house_id', 'house_homes', ['house_id', 'until'])
    op.create_index(op.f('ix_house_homes_grid_id'), 'house_homes', ['grid_id'])
    op.execute(LEAVE)
    op.execute(TRIGGER)


LEAVE = """
CREATE FUNCTION note_left_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO house_homes (house_id, grid_id, until)
    SELECT OLD.id, home, now() FROM unnest(ARRAY[OLD.grid_id, OLD.micro_grid_id]) AS home
    WHERE home IS NOT NULL AND home IS DISTINCT FROM NEW.grid_id
        AND home IS DISTINCT FROM NEW.micro_grid_id;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER note_left_home AFTER UPDATE OF grid_id, micro_grid_id ON houses
FOR EACH ROW WHEN (OLD.grid_id IS DISTINCT FROM NEW.grid_id
    OR OLD.micro_grid_id IS DISTINCT FROM NEW.micro_grid_id)
EXECUTE FUNCTION note_left_home()
"""
