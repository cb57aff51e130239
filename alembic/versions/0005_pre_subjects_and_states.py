"""Events may be about other than a ship at a port; states of detectors have a table of their own.

Beside the tables of the release before, which goes on writing to them: watch_state and the odd
vessels in pipeline_state.head are taken over when this release starts, and found empty later.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE kept_state (
        detector text NOT NULL,
        version smallint NOT NULL,
        key text NOT NULL,
        state text NOT NULL,
        PRIMARY KEY (detector, key)
    )
    """,
    """
    COMMENT ON TABLE kept_state IS
        'What each detector remembers of each subject (key: its fields), with named fields.'
    """,
    "COMMENT ON TABLE watch_state IS 'Of releases up to 0.1: what is now in kept_state.'",
    "ALTER TABLE vessel_state ADD layout smallint NOT NULL DEFAULT 1",
    "COMMENT ON COLUMN vessel_state.layout IS 'Which columns ``fix`` has, in which order.'",
    "ALTER TABLE waiting_report ADD layout smallint NOT NULL DEFAULT 1",
    "COMMENT ON COLUMN waiting_report.layout IS 'Which columns ``pending`` has.'",
    "ALTER TABLE event ADD subject text NOT NULL DEFAULT 'ship_at_port'",
    """
    ALTER TABLE event
        ADD other_mmsi integer, ADD other_track smallint, ADD area text, ADD feed text,
        ALTER mmsi DROP NOT NULL, ALTER track DROP NOT NULL, ALTER port DROP NOT NULL,
        ALTER geom DROP NOT NULL
    """,
    """
    ALTER TABLE event ADD CONSTRAINT event_subject CHECK (CASE subject
        WHEN 'ship' THEN num_nulls(mmsi, track) = 0
        WHEN 'ship_at_port' THEN num_nulls(mmsi, track, port) = 0
        WHEN 'ship_pair' THEN num_nulls(mmsi, track, other_mmsi, other_track) = 0
        WHEN 'area' THEN area IS NOT NULL
        WHEN 'feed' THEN feed IS NOT NULL
        ELSE false
    END)
    """,
    """
    COMMENT ON COLUMN event.subject IS
        'What it is about: ship, ship_at_port, ship_pair, area or feed.'
    """,
    """
    CREATE INDEX event_told ON event
        ((coalesce(at, latest, earliest, decided_at)), decided_at, (coalesce(mmsi, 0)),
        kind COLLATE "C", id)
    """,
    """
    CREATE INDEX port_call_told ON port_call
        ((coalesce(arrived_at, arrived_latest, decided_at)), mmsi, id)
    """,
)

WINDOWS = """
CREATE OR REPLACE FUNCTION position_windows(
    since timestamptz, before timestamptz, around interval
)
RETURNS TABLE (mmsi integer, first_at timestamptz, last_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT mmsi, lower(span), upper(span)
    FROM (
        SELECT mmsi, unnest(range_agg(tstzrange(at - around, at + around, '[]'))) AS span
        FROM (
            SELECT ship AS mmsi, unnest(ARRAY[at, earliest, latest, decided_at]) AS at
            FROM public.event, unnest(ARRAY[mmsi, other_mmsi]) AS ship WHERE ship IS NOT NULL
            UNION
            SELECT mmsi, unnest(ARRAY[
                arrived_earliest, arrived_at, arrived_latest,
                departed_earliest, departed_at, departed_latest
            ]) FROM public.port_call
        ) instant
        WHERE at >= since - around AND at < before + around
        GROUP BY mmsi
    ) merged
$$
"""

WINDOWS_BEFORE = WINDOWS.replace(
    """SELECT ship AS mmsi, unnest(ARRAY[at, earliest, latest, decided_at]) AS at
            FROM public.event, unnest(ARRAY[mmsi, other_mmsi]) AS ship WHERE ship IS NOT NULL""",
    "SELECT mmsi, unnest(ARRAY[at, earliest, latest, decided_at]) AS at FROM public.event",
)


def upgrade() -> None:
    for statement in (*STATEMENTS, WINDOWS):
        op.execute(statement)


def downgrade() -> None:
    """Events that the release before has no words for go; so does what detectors remember."""
    op.execute(WINDOWS_BEFORE)
    op.execute("DROP INDEX port_call_told")
    op.execute("DROP INDEX event_told")
    op.execute("DELETE FROM event WHERE subject <> 'ship_at_port' OR geom IS NULL")
    op.execute("ALTER TABLE event DROP CONSTRAINT event_subject")
    for column in ("subject", "other_mmsi", "other_track", "area", "feed"):
        op.execute(f"ALTER TABLE event DROP {column}")
    for column in ("mmsi", "track", "port", "geom"):
        op.execute(f"ALTER TABLE event ALTER {column} SET NOT NULL")
    op.execute("ALTER TABLE waiting_report DROP layout")
    op.execute("ALTER TABLE vessel_state DROP layout")
    op.execute("COMMENT ON TABLE watch_state IS"
               " 'What the detectors remember of each vessel near a port.'")  # fmt: skip
    op.execute("DROP TABLE kept_state")
    op.execute(
        "UPDATE pipeline_state SET head = ((head::jsonb - 'version') || '{\"odd\": {}}')::text"
    )
