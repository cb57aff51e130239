"""Areas that people draw: whose each is, who sees it, and from when to when it is in force.

Beside what the release before writes: it knows no event about a ship in an area.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
PHASE = "pre"

SUBJECTS = """
    ALTER TABLE event ADD CONSTRAINT event_subject CHECK (CASE subject
        WHEN 'ship' THEN num_nulls(mmsi, track) = 0
        WHEN 'ship_at_port' THEN num_nulls(mmsi, track, port) = 0
        WHEN 'ship_pair' THEN num_nulls(mmsi, track, other_mmsi, other_track) = 0
        WHEN 'area' THEN area IS NOT NULL
        WHEN 'feed' THEN feed IS NOT NULL{more}
        ELSE false
    END)
"""
IN_AREA = """
        WHEN 'ship_in_area' THEN num_nulls(mmsi, track, area) = 0"""

STATEMENTS = (
    """
    CREATE TABLE area (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        owner text NOT NULL,
        name text NOT NULL,
        shared boolean NOT NULL,
        tells boolean NOT NULL,
        shape geometry(Geometry, 4326) NOT NULL,
        drawing text NOT NULL,
        since timestamptz NOT NULL,
        until timestamptz,
        note text,
        added_at timestamptz NOT NULL DEFAULT now(),
        added_by text NOT NULL,
        removed_at timestamptz,
        removed_by text,
        begun boolean NOT NULL DEFAULT false,
        ended boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE UNIQUE INDEX area_name ON area (owner, name) WHERE until IS NULL",
    """
    COMMENT ON TABLE area IS
        'Fences that people drew for themselves; a row is never deleted, and says who did what.'
    """,
    "COMMENT ON COLUMN area.id IS 'What events call it: a pure function of what it is.'",
    "COMMENT ON COLUMN area.shared IS 'Whether others see it, and what is told of it.'",
    "COMMENT ON COLUMN area.tells IS 'Whether its owner wants to be told who enters.'",
    "COMMENT ON COLUMN area.drawing IS 'SHA-256 of the polygon: events name it.'",
    "COMMENT ON COLUMN area.since IS 'What was true before does not concern it.'",
    "COMMENT ON COLUMN area.until IS 'Nor what was true from then on; null: it stands.'",
    "COMMENT ON COLUMN area.begun IS 'Whether ships heard there since are noted to be looked at.'",
    "COMMENT ON COLUMN area.ended IS 'Whether that was done when it was removed.'",
    """
    CREATE VIEW area_seen AS
        SELECT id FROM area
        WHERE shared OR current_setting('monitor.caller', true) IN (owner, '*')
    """,
    """
    COMMENT ON VIEW area_seen IS
        'Areas that whoever asks may see: monitor.caller says who it is; unset: only shared ones.'
    """,
    """
    CREATE VIEW area_hidden AS SELECT id FROM area WHERE id NOT IN (SELECT id FROM area_seen)
    """,
    "COMMENT ON VIEW area_hidden IS 'All others: what is about them is not shown.'",
    "ALTER TABLE event DROP CONSTRAINT event_subject",
    SUBJECTS.format(more=IN_AREA),
    """
    COMMENT ON COLUMN event.subject IS
        'What it is about: ship, ship_at_port, ship_in_area, ship_pair, area or feed.'
    """,
    "CREATE INDEX event_area ON event (area) WHERE area IS NOT NULL",
    "ALTER TABLE alert ADD area text",
    "COMMENT ON COLUMN alert.area IS 'The area that it is about, by its id; null: about none.'",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT, UPDATE ON area TO monitor_writer;
            GRANT SELECT ON area_seen, area_hidden TO monitor_writer;
            REVOKE DELETE, TRUNCATE ON area FROM monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON area, area_seen, area_hidden TO monitor_reader;
        END IF;
    END
    $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Events about ships in areas go: the release before has no word for them."""
    op.execute("DELETE FROM alert WHERE area IS NOT NULL")
    op.execute("ALTER TABLE alert DROP area")
    op.execute("DELETE FROM event WHERE subject = 'ship_in_area'")
    op.execute("DROP INDEX event_area")
    op.execute("ALTER TABLE event DROP CONSTRAINT event_subject")
    op.execute(SUBJECTS.format(more=""))
    op.execute("DROP VIEW area_hidden")
    op.execute("DROP VIEW area_seen")
    op.execute("DROP TABLE area")
