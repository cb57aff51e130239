"""News: which events, alerts and port calls changed, in an order that listeners can resume in.

Written by triggers, so that whoever changes something tells of it: the watch, a replay, an officer.
Beside what the release before writes: it does not know that they are there.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
PHASE = "pre"

TOPICS = {"event": "event", "alert": "alert", "port_call": "call"}
"""Table -> what its news are called."""

STATEMENTS = (
    """
    CREATE TABLE news (
        seq bigint GENERATED ALWAYS AS IDENTITY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        topic text NOT NULL,
        ref uuid NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (xid, seq)
    )
    """,
    "CREATE INDEX news_made ON news USING brin (made_at)",
    """
    COMMENT ON TABLE news IS
        'What changed, for listeners: read in order of (xid, seq), below the oldest transaction'
        ' that runs, so that nothing is passed over that is committed later. Kept for a day.'
    """,
    "COMMENT ON COLUMN news.topic IS 'event, alert or call: ref is the id of such a row.'",
    """
    CREATE FUNCTION note_news() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news (topic, ref) SELECT TG_ARGV[0], id FROM fresh;
        RETURN NULL;
    END
    $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_{word} AFTER {word} ON {table}
            REFERENCING NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION note_news('{topic}')
        """
        for table, topic in TOPICS.items()
        for word in ("insert", "update")
    ),
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT, DELETE ON news TO monitor_writer;
            REVOKE UPDATE, TRUNCATE ON news FROM monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON news TO monitor_reader;
        END IF;
    END
    $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in TOPICS:
        for word in ("insert", "update"):
            op.execute(f"DROP TRIGGER {table}_{word} ON {table}")
    op.execute("DROP FUNCTION note_news()")
    op.execute("DROP TABLE news")
