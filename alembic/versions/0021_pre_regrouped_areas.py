"""Areas of interference are told anew where reports came late: what that takes is kept.

Beside what the release before writes: it does not know the tables. What it took of who was astray
meanwhile is not in them: areas of that time stand as they were told.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE off_track (
        mmsi integer NOT NULL,
        at timestamptz NOT NULL,
        moment text NOT NULL
    )
    """,
    "CREATE INDEX off_track_mmsi ON off_track (mmsi)",
    "CREATE INDEX off_track_at ON off_track (at)",
    """
    COMMENT ON TABLE off_track IS
        'Positions that say nothing of where their ship is: areas of interference are told of them.'
    """,
    "COMMENT ON COLUMN off_track.at IS 'When it was known.'",
    "COMMENT ON COLUMN off_track.moment IS 'What of them, as the engine takes it.'",
    """
    CREATE TABLE interference_stood (
        at timestamptz PRIMARY KEY,
        states jsonb NOT NULL
    )
    """,
    """
    COMMENT ON TABLE interference_stood IS
        'Areas of interference as they stood when a day was over: from there they are told anew.'
    """,
    "CREATE TABLE interference_due (since timestamptz NOT NULL)",
    """
    COMMENT ON TABLE interference_due IS
        'From when on something changed that areas of interference are told of.'
    """,
)


def upgrade() -> None:
    """Keep who is astray, and areas as they stood."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """As before."""
    for table in ("interference_due", "interference_stood", "off_track"):
        op.execute(f"DROP TABLE {table}")
