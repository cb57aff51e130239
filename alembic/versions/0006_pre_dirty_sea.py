"""What is known of a track beside its last fix, how a call stands, and what came of candidates.

Beside what the release before writes: it leaves the new columns null.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    "ALTER TABLE vessel_state ADD heard bytea",
    """
    COMMENT ON COLUMN vessel_state.heard IS
        'What is known of her track beside the last fix; null: nothing.'
    """,
    "ALTER TABLE port_call ADD state text",
    """
    COMMENT ON COLUMN port_call.state IS
        'away, entered, touched, found, in port or leaving; null: of releases up to 0.2.'
    """,
    """
    CREATE TABLE candidate (
        mmsi integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        fixes integer NOT NULL,
        geom geometry(Point, 4326) NOT NULL,
        track_at timestamptz,
        track_geom geometry(Point, 4326),
        away_m real NOT NULL,
        became text NOT NULL CHECK (became IN ('refused', 'second_ship', 'leapt')),
        track smallint,
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (mmsi, first_at)
    )
    """,
    """
    COMMENT ON TABLE candidate IS
        'Positions that no ship could have reached from where her MMSI was, and what came of them.'
    """,
    "COMMENT ON COLUMN candidate.geom IS 'The first of them.'",
    "COMMENT ON COLUMN candidate.track_geom IS 'Where the track was then, heard at track_at.'",
    "COMMENT ON COLUMN candidate.track IS 'The track that they became; null: refused.'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What came of candidates goes; so does what their detectors remember of tracks."""
    op.execute("DROP TABLE candidate")
    op.execute("ALTER TABLE port_call DROP state")
    op.execute("ALTER TABLE vessel_state DROP heard")
