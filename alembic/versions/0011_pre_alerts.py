"""Alerts with their life, what is muted, and the outbox: what is to be told through which channel.

Beside what the release before writes: it does not know the tables.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE alert (
        id uuid PRIMARY KEY,
        subject text NOT NULL,
        mmsi integer,
        track smallint,
        place text,
        feed text,
        name text,
        state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed', 'withdrawn')),
        severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
        revision integer NOT NULL,
        headline text NOT NULL,
        reasons jsonb NOT NULL,
        channels text[] NOT NULL DEFAULT '{}',
        raised_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        happened_at timestamptz,
        geom geometry(Point, 4326),
        assignee text,
        verdict text,
        note text,
        muted_by bigint,
        made_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "COMMENT ON TABLE alert IS 'One story that an officer must see: a ship, a place, an episode.'",
    "COMMENT ON COLUMN alert.subject IS 'What it is about, and which episode of it.'",
    "COMMENT ON COLUMN alert.mmsi IS 'The ship; null: it is about no ship.'",
    "COMMENT ON COLUMN alert.place IS 'The port.'",
    "COMMENT ON COLUMN alert.feed IS 'The feed, where it is about one.'",
    "COMMENT ON COLUMN alert.name IS 'What the ship called herself then.'",
    "COMMENT ON COLUMN alert.revision IS 'How often it changed what is told: the first is 1.'",
    "COMMENT ON COLUMN alert.reasons IS 'The rules that it met, each with its event.'",
    "COMMENT ON COLUMN alert.channels IS 'Where it was told, and what follows is told as well.'",
    "COMMENT ON COLUMN alert.raised_at IS 'Decided then, in the time of the watch.'",
    "COMMENT ON COLUMN alert.changed_at IS 'Decided last, in the time of the watch.'",
    "COMMENT ON COLUMN alert.happened_at IS 'Best estimate of the fact; null: nothing is known.'",
    "COMMENT ON COLUMN alert.geom IS 'Where; null: nowhere.'",
    "COMMENT ON COLUMN alert.muted_by IS 'The mute that swallowed it; null: none did.'",
    "COMMENT ON COLUMN alert.made_at IS 'When this row was made, by the database.'",
    """
    CREATE TABLE alert_change (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        alert uuid NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        what text NOT NULL,
        actor text,
        was text,
        became text,
        revision integer NOT NULL,
        event uuid,
        note text
    )
    """,
    "CREATE INDEX alert_change_alert ON alert_change (alert)",
    """
    COMMENT ON TABLE alert_change IS
        'What was done to an alert, by whom: the watch may add to it, and change nothing.'
    """,
    "COMMENT ON COLUMN alert_change.actor IS 'Who; null: the watch itself.'",
    "COMMENT ON COLUMN alert_change.event IS 'The event that changed it; null: none did.'",
    """
    CREATE TABLE mute (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        mmsi integer,
        place text,
        rule text,
        alert uuid,
        since timestamptz NOT NULL,
        until timestamptz NOT NULL,
        for_episode boolean NOT NULL DEFAULT false,
        reason text NOT NULL,
        author text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        ended_by text,
        swallowed integer NOT NULL DEFAULT 0
    )
    """,
    """
    COMMENT ON TABLE mute IS
        'What shall not be told, by ship, port, rule or alert (null: any), for a time of events.'
    """,
    "COMMENT ON COLUMN mute.for_episode IS 'It ends with the episode, if that is before until.'",
    "COMMENT ON COLUMN mute.ended_at IS 'Taken back then; null: it was not.'",
    "COMMENT ON COLUMN mute.swallowed IS 'How many alerts it kept from being told.'",
    """
    CREATE TABLE delivery (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        idem text NOT NULL UNIQUE,
        alert uuid NOT NULL,
        revision integer NOT NULL,
        channel text NOT NULL,
        lane text NOT NULL,
        word text NOT NULL CHECK (word IN ('raised', 'amended', 'withdrawn', 'digest', 'test')),
        severity text NOT NULL,
        payload jsonb NOT NULL,
        state text NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'sent', 'cancelled', 'digested', 'dead')),
        attempts integer NOT NULL DEFAULT 0,
        due timestamptz NOT NULL,
        expires timestamptz,
        leased_until timestamptz,
        last_error text,
        made_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz
    )
    """,
    "CREATE INDEX delivery_lane ON delivery (lane, id) WHERE state = 'waiting'",
    "CREATE INDEX delivery_due ON delivery (channel, due) WHERE state = 'waiting'",
    "CREATE INDEX delivery_sent ON delivery (channel, ended_at) WHERE state = 'sent'",
    """
    CREATE INDEX delivery_critical ON delivery (channel, due)
        WHERE state = 'waiting' AND severity = 'critical'
    """,
    "CREATE INDEX delivery_digest ON delivery (channel, made_at) WHERE word = 'digest'",
    "CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead'",
    "CREATE INDEX delivery_alert ON delivery (alert, channel)",
    "COMMENT ON TABLE delivery IS 'The outbox: one message to one channel a row.'",
    "COMMENT ON COLUMN delivery.idem IS 'Channel, alert and revision: never made twice.'",
    "COMMENT ON COLUMN delivery.lane IS 'Channel and ship: what is in one lane goes in its order.'",
    "COMMENT ON COLUMN delivery.payload IS 'The message, as it was decided.'",
    "COMMENT ON COLUMN delivery.due IS 'Not before; later after each failure.'",
    "COMMENT ON COLUMN delivery.expires IS 'Not after; null: it is told however late.'",
    """
    COMMENT ON COLUMN delivery.leased_until IS
        'Being sent until then. Past: nobody knows whether it arrived; null: it did not.'
    """,
    "COMMENT ON COLUMN delivery.made_at IS 'When it was made, or revived.'",
    "COMMENT ON COLUMN delivery.ended_at IS 'When it was sent, cancelled, digested or given up.'",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT, UPDATE, DELETE ON alert, mute, delivery TO monitor_writer;
            GRANT SELECT, INSERT ON alert_change TO monitor_writer;
            REVOKE UPDATE, DELETE, TRUNCATE ON alert_change FROM monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON alert, alert_change, mute, delivery TO monitor_reader;
        END IF;
    END
    $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("delivery", "mute", "alert_change", "alert"):
        op.execute(f"DROP TABLE {table}")
