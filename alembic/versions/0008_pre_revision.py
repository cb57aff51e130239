"""Reports that came late take part: what is kept for that, and marks of what was revised.

Beside what the release before writes: it leaves the new columns null and the new tables empty.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    "ALTER TABLE position ADD content integer NOT NULL DEFAULT 0",
    "ALTER TABLE position ADD raw bytea NOT NULL DEFAULT ''",
    "COMMENT ON COLUMN position.content IS 'Hash of the report: copies of it have the same.'",
    "COMMENT ON COLUMN position.raw IS 'The sentence; empty: far from all ports, or not kept.'",
    """
    CREATE TABLE late_report (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        mmsi integer NOT NULL,
        at timestamptz NOT NULL,
        after timestamptz NOT NULL,
        source smallint NOT NULL,
        layout smallint NOT NULL,
        report bytea NOT NULL
    )
    """,
    "CREATE INDEX late_report_mmsi ON late_report (mmsi)",
    """
    COMMENT ON TABLE late_report IS
        'Reports that came when the watermark (after) had passed them, until they are taken.'
    """,
    """
    CREATE TABLE refused_report (
        mmsi integer NOT NULL,
        at timestamptz NOT NULL,
        reason text NOT NULL,
        source smallint NOT NULL,
        layout smallint NOT NULL,
        report bytea NOT NULL
    )
    """,
    "CREATE INDEX refused_report_mmsi ON refused_report (mmsi)",
    """
    COMMENT ON TABLE refused_report IS
        'Positions that no ship could have reached, or that stand still: with others they may hold.'
    """,
    """
    CREATE TABLE static_report (
        mmsi integer NOT NULL,
        at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        source smallint NOT NULL,
        digest bytea NOT NULL
    )
    """,
    "CREATE INDEX static_report_mmsi ON static_report (mmsi)",
    "COMMENT ON TABLE static_report IS 'When each claim of table identity was made.'",
    """
    INSERT INTO static_report (mmsi, at, received_at, source, digest)
    SELECT mmsi, at, at, 0, digest
    FROM identity, unnest(ARRAY[first_at, last_at]) AS at
    """,
    """
    CREATE TABLE revision_due (
        mmsi integer PRIMARY KEY,
        since timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE reception_due (
        port text NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL
    )
    """,
    "COMMENT ON TABLE reception_due IS 'Buckets of reception that got something after their time.'",
    "COMMENT ON TABLE revision_due IS 'Ships to be taken again, no position of which is late.'",
    "ALTER TABLE event ADD revised text, ADD revised_at timestamptz, ADD revision text",
    "ALTER TABLE port_call ADD revised text, ADD revised_at timestamptz, ADD revision text",
    """
    COMMENT ON COLUMN event.revised IS
        'added, amended or withdrawn when reports came late; null: it is as it was told at first.'
    """,
    "COMMENT ON COLUMN event.revised_at IS 'How far the watch had come then.'",
    "COMMENT ON COLUMN event.revision IS 'A sentence: what changed it.'",
    "COMMENT ON COLUMN port_call.revision IS 'A sentence: what changed it.'",
    "CREATE INDEX event_mmsi ON event (mmsi)",
    "CREATE INDEX port_call_mmsi ON port_call (mmsi)",
    "ALTER FUNCTION make_position_partition(timestamptz) SET search_path = public, pg_temp",
    "REVOKE EXECUTE ON FUNCTION make_position_partition(timestamptz) FROM PUBLIC",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT EXECUTE ON FUNCTION make_position_partition(timestamptz) TO monitor_writer;
        END IF;
    END
    $$
    """,
)
"""The last three: whoever may only ask makes no partitions either."""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Late reports that were not taken yet go; the release before would not know what they are."""
    op.execute("GRANT EXECUTE ON FUNCTION make_position_partition(timestamptz) TO PUBLIC")
    op.execute("ALTER FUNCTION make_position_partition(timestamptz) SET search_path = public")
    op.execute("DROP INDEX port_call_mmsi")
    op.execute("DROP INDEX event_mmsi")
    for table in ("port_call", "event"):
        op.execute(f"ALTER TABLE {table} DROP revised, DROP revised_at, DROP revision")
    for table in (
        "reception_due",
        "revision_due",
        "static_report",
        "refused_report",
        "late_report",
    ):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE position DROP content, DROP raw")
