"""Sightings: what people and satellites saw, beside AIS, and who entered each.

Beside what the release before writes: it does not know the table. Whoever writes adds sightings and
says when they were removed; nothing else of them changes, and none is deleted, so that it can be
told at any time what was known at another.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE sighting (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        seen_by text NOT NULL
            CHECK (seen_by IN ('satellite', 'press', 'observer', 'port-authority')),
        mmsi integer CHECK (mmsi BETWEEN 200000000 AND 799999999),
        imo integer CHECK (imo BETWEEN 1000000 AND 9999999),
        name text,
        hull text,
        length_m smallint CHECK (length_m > 0),
        port text,
        lon double precision CHECK (lon BETWEEN -180 AND 180),
        lat double precision CHECK (lat BETWEEN -90 AND 90),
        within_m integer CHECK (within_m >= 0),
        west double precision CHECK (west BETWEEN -180 AND 180),
        south double precision CHECK (south BETWEEN -90 AND 90),
        east double precision CHECK (east BETWEEN -180 AND 180),
        north double precision CHECK (north BETWEEN -90 AND 90),
        since timestamptz NOT NULL,
        until timestamptz NOT NULL,
        source text NOT NULL,
        link text,
        reliability text NOT NULL CHECK (reliability IN ('A', 'B', 'C', 'D', 'E', 'F')),
        credibility smallint NOT NULL CHECK (credibility BETWEEN 1 AND 6),
        note text,
        recorded_at timestamptz NOT NULL,
        added_by text NOT NULL,
        removed_at timestamptz,
        removed_by text,
        digest text NOT NULL,
        CONSTRAINT sighting_of_something CHECK (num_nonnulls(mmsi, imo, name, hull, length_m) > 0),
        CONSTRAINT sighting_somewhere CHECK (
            num_nonnulls(lon, lat) IN (0, 2) AND num_nonnulls(west, south, east, north) IN (0, 4)
            AND (lon IS NULL OR west IS NULL) AND (lon IS NOT NULL OR within_m IS NULL)
            AND num_nonnulls(port, lon, west) > 0 AND (west > east OR south > north) IS NOT TRUE
        ),
        CONSTRAINT sighting_time CHECK (since <= until),
        CONSTRAINT sighting_removed CHECK (
            (removed_at IS NULL) = (removed_by IS NULL) AND (removed_at < recorded_at) IS NOT TRUE
        )
    )
    """,
    "CREATE UNIQUE INDEX sighting_once ON sighting (digest) WHERE removed_at IS NULL",
    """
    COMMENT ON TABLE sighting IS
        'What people and satellites saw, removed ones too: never AIS, and always beside it.'
    """,
    "COMMENT ON COLUMN sighting.hull IS 'The class of a ship in words, where she is not named.'",
    "COMMENT ON COLUMN sighting.within_m IS 'How far from lon and lat it may have been, metres.'",
    "COMMENT ON COLUMN sighting.since IS 'It was seen at some instant from then to until.'",
    "COMMENT ON COLUMN sighting.reliability IS 'Of the source: A reliable to E not, F not known.'",
    "COMMENT ON COLUMN sighting.credibility IS 'Of what it says: 1 confirmed to 5, 6 not known.'",
    "COMMENT ON COLUMN sighting.recorded_at IS 'From then on it was known.'",
    "COMMENT ON COLUMN sighting.digest IS 'Of all that was said: the same stands there once.'",
    "COMMENT ON COLUMN sighting.removed_at IS 'From then on no longer; null: it stands.'",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            REVOKE UPDATE, DELETE ON sighting FROM monitor_writer;
            GRANT UPDATE (removed_at, removed_by) ON sighting TO monitor_writer;
        END IF;
    END
    $$
    """,
)
"""The last: rows come with all rights of the first migration, and most of these are taken back."""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Sightings go: export them before."""
    op.execute("DROP TABLE sighting")
