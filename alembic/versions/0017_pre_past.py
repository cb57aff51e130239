"""How alerts and port calls stood: a row each time one changed, so that the past can be shown.

Written by triggers, beside what the release before writes: it does not know that they are there.
Of what was stored before, the last state is all that is known.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
PHASE = "pre"

ALERT = (
    "name, state, severity, revision, headline, happened_at, geom, assignee, verdict, note,"
    " muted_by"
)
CALL = (
    "mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest, departed_earliest,"
    " departed_at, departed_latest, departed, state, confidence, stages, decided_at, revised,"
    " revised_at, revision"
)
"""Columns that are kept as they were, of either table."""


def _of(row: str, columns: str) -> str:
    return ", ".join(f"{row}.{name.strip()}" for name in columns.split(","))


STATEMENTS = (
    """
    CREATE TABLE alert_past (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        alert uuid NOT NULL,
        known_at timestamptz NOT NULL,
        name text,
        state text NOT NULL,
        severity text NOT NULL,
        revision integer NOT NULL,
        headline text NOT NULL,
        happened_at timestamptz,
        geom geometry(Point, 4326),
        assignee text,
        verdict text,
        note text,
        muted_by bigint
    )
    """,
    "CREATE INDEX alert_past_alert ON alert_past (alert, seq)",
    "COMMENT ON TABLE alert_past IS 'How each alert stood, from known_at on.'",
    """
    COMMENT ON COLUMN alert_past.known_at IS
        'In the time of the watch; of what an officer did, by the clock.'
    """,
    """
    CREATE TABLE port_call_past (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        call uuid NOT NULL,
        known_at timestamptz NOT NULL,
        gone boolean NOT NULL DEFAULT false,
        mmsi integer NOT NULL,
        track smallint NOT NULL,
        name text,
        port text NOT NULL,
        arrived_earliest timestamptz, arrived_at timestamptz, arrived_latest timestamptz,
        departed_earliest timestamptz, departed_at timestamptz, departed_latest timestamptz,
        departed boolean NOT NULL,
        state text,
        confidence smallint NOT NULL,
        stages jsonb NOT NULL,
        decided_at timestamptz NOT NULL,
        revised text, revised_at timestamptz, revision text
    )
    """,
    "CREATE INDEX port_call_past_call ON port_call_past (call, seq)",
    "COMMENT ON TABLE port_call_past IS 'How each port call stood, from known_at on.'",
    "COMMENT ON COLUMN port_call_past.gone IS 'Nothing came of it: there was none from then on.'",
    """
    CREATE FUNCTION keep_alert_past() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        known timestamptz := now();
    BEGIN
        IF TG_OP = 'INSERT' OR NEW.revision IS DISTINCT FROM OLD.revision THEN
            SELECT greatest(NEW.changed_at, max(e.revised_at)) INTO known
            FROM jsonb_array_elements(NEW.reasons) AS r (reason)
            JOIN event e ON e.id = (r.reason ->> 'event')::uuid;
            known := coalesce(known, NEW.changed_at);
        END IF;
        INSERT INTO alert_past (alert, known_at, {columns})
        VALUES (NEW.id, known, {new});
        RETURN NULL;
    END
    $$
    """.replace("{columns}", ALERT).replace("{new}", _of("NEW", ALERT)),
    """
    CREATE FUNCTION keep_port_call_past() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        known timestamptz;
    BEGIN
        IF TG_OP = 'DELETE' THEN
            SELECT max(greatest(e.decided_at, e.revised_at)) INTO known FROM event e
            WHERE e.mmsi = OLD.mmsi AND e.track = OLD.track AND e.port = OLD.port
                AND e.state = 'withdrawn' AND e.decided_at >= OLD.decided_at;
            INSERT INTO port_call_past (call, known_at, gone, {columns})
            VALUES (OLD.id, coalesce(known, now()), true, {old});
        ELSE
            INSERT INTO port_call_past (call, known_at, {columns})
            VALUES (NEW.id, greatest(NEW.decided_at, NEW.revised_at), {new});
        END IF;
        RETURN NULL;
    END
    $$
    """.replace("{columns}", CALL)
    .replace("{new}", _of("NEW", CALL))
    .replace("{old}", _of("OLD", CALL)),
    """
    CREATE TRIGGER alert_past AFTER INSERT OR UPDATE ON alert
        FOR EACH ROW EXECUTE FUNCTION keep_alert_past()
    """,
    """
    CREATE TRIGGER port_call_past AFTER INSERT OR UPDATE OR DELETE ON port_call
        FOR EACH ROW EXECUTE FUNCTION keep_port_call_past()
    """,
    """
    INSERT INTO alert_past (alert, known_at, {columns})
    SELECT id, changed_at, {columns} FROM alert
    """.replace("{columns}", ALERT),
    """
    INSERT INTO port_call_past (call, known_at, {columns})
    SELECT id, greatest(decided_at, revised_at), {columns} FROM port_call
    """.replace("{columns}", CALL),
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT ON alert_past, port_call_past TO monitor_writer;
            REVOKE UPDATE, DELETE, TRUNCATE ON alert_past, port_call_past FROM monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON alert_past, port_call_past TO monitor_reader;
        END IF;
    END
    $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("alert", "port_call"):
        op.execute(f"DROP TRIGGER {table}_past ON {table}")
        op.execute(f"DROP FUNCTION keep_{table}_past()")
        op.execute(f"DROP TABLE {table}_past")
