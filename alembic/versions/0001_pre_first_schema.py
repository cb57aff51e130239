"""The first schema: vessels, identities, positions, events, port calls, and the engine's state.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
PHASE = "pre"

TABLES = """
CREATE TABLE source (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);
COMMENT ON TABLE source IS 'Where lines came from: a log or a feed.';

CREATE TABLE source_offset (
    source text NOT NULL,
    head_length integer NOT NULL,
    head_digest bytea NOT NULL,
    byte_offset bigint NOT NULL,
    lines bigint NOT NULL,
    input_format text NOT NULL,
    decoder text NOT NULL,
    finished boolean NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (head_digest, head_length)
);
COMMENT ON TABLE source_offset IS
    'How far each log was taken. A log is known by the digest of its first bytes.';

CREATE TABLE vessel (
    mmsi integer PRIMARY KEY,
    name text, callsign text, imo integer, ship_type smallint,
    to_bow_m smallint, to_stern_m smallint, to_port_m smallint, to_starboard_m smallint,
    identified_at timestamptz
);
COMMENT ON TABLE vessel IS 'Who each MMSI says it is, newest claim of each field.';

CREATE TABLE identity (
    mmsi integer NOT NULL,
    digest bytea NOT NULL,
    name text, callsign text, imo integer, ship_type smallint,
    to_bow_m smallint, to_stern_m smallint, to_port_m smallint, to_starboard_m smallint,
    draught_m real, destination text, eta text,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (mmsi, digest)
);
COMMENT ON TABLE identity IS
    'Identity claims: each distinct static report; last_at is true to an hour.';

CREATE TABLE position (
    mmsi integer NOT NULL,
    at timestamptz NOT NULL,
    geom geometry(Point, 4326) NOT NULL,
    sog_kn real, cog_deg real, heading_deg smallint,
    status smallint, type smallint NOT NULL, track smallint NOT NULL,
    received_at timestamptz NOT NULL,
    source smallint NOT NULL,
    line bigint NOT NULL,
    PRIMARY KEY (mmsi, at)
) PARTITION BY RANGE (at);
COMMENT ON TABLE position IS 'Fixes: position reports that were believed. One partition a month.';

CREATE TABLE event (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('provisional', 'confirmed', 'withdrawn')),
    mmsi integer NOT NULL,
    track smallint NOT NULL,
    name text,
    port text NOT NULL,
    geofence text,
    at timestamptz, earliest timestamptz, latest timestamptz,
    decided_at timestamptz NOT NULL,
    confidence smallint NOT NULL CHECK (confidence BETWEEN 1 AND 4),
    geom geometry(Point, 4326) NOT NULL,
    why text NOT NULL,
    evidence jsonb NOT NULL
);
CREATE INDEX event_decided_at ON event (decided_at, mmsi);
COMMENT ON TABLE event IS
    'What happened, and what became of it. The id is a function of the content.';

CREATE TABLE port_call (
    id uuid PRIMARY KEY,
    mmsi integer NOT NULL,
    track smallint NOT NULL,
    name text,
    port text NOT NULL,
    arrived_earliest timestamptz, arrived_at timestamptz, arrived_latest timestamptz,
    departed_earliest timestamptz, departed_at timestamptz, departed_latest timestamptz,
    departed boolean NOT NULL,
    confidence smallint NOT NULL CHECK (confidence BETWEEN 1 AND 4),
    stages jsonb NOT NULL,
    decided_at timestamptz NOT NULL
);
COMMENT ON TABLE port_call IS 'One stay of one vessel at one port.';

CREATE TABLE refusal (
    source text NOT NULL,
    reason text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (source, reason)
);
COMMENT ON TABLE refusal IS 'How many lines or reports were not believed, and why.';

CREATE TABLE report_count (
    source text NOT NULL,
    kind text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (source, kind)
);
COMMENT ON TABLE report_count IS 'How many reports of each kind were read.';

CREATE TABLE geofence_version (
    hash text PRIMARY KEY,
    port text NOT NULL,
    content text NOT NULL,
    first_used_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE geofence_version IS 'The geofence files that events were decided on.';

CREATE TABLE vessel_state (
    mmsi integer PRIMARY KEY,
    at timestamptz NOT NULL,
    geom geometry(Point, 4326) NOT NULL,
    sog_kn real, cog_deg real, status smallint,
    fix bytea NOT NULL
) WITH (fillfactor = 70);
COMMENT ON TABLE vessel_state IS
    'Each vessel''s last fix; with it the engine goes on after a restart.';

CREATE TABLE watch_state (
    mmsi integer NOT NULL,
    track smallint NOT NULL,
    port text NOT NULL,
    state text NOT NULL,
    PRIMARY KEY (mmsi, track, port)
);
COMMENT ON TABLE watch_state IS 'What the detectors remember of each vessel near a port.';

CREATE TABLE pipeline_state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    head text NOT NULL,
    pending bytea NOT NULL,
    recent bytea NOT NULL,
    statics text NOT NULL
);
ALTER TABLE pipeline_state ALTER pending SET STORAGE EXTERNAL, ALTER recent SET STORAGE EXTERNAL;
COMMENT ON TABLE pipeline_state IS
    'The engine''s clock and reorder buffer, written with each batch.';
"""

PARTITIONS = """
CREATE FUNCTION make_position_partition(instant timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    month timestamp := date_trunc('month', instant AT TIME ZONE 'UTC');
    partition text := 'position_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(partition) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF position FOR VALUES FROM (%L) TO (%L)',
            partition, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
        );
    END IF;
    RETURN partition;
END
$$
"""

ROLES = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
        GRANT USAGE ON SCHEMA public TO monitor_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO monitor_reader;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO monitor_reader;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
        GRANT USAGE ON SCHEMA public TO monitor_writer;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO monitor_writer;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO monitor_writer;
    END IF;
END
$$;
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(PARTITIONS)
    op.execute(ROLES)


def downgrade() -> None:
    for table in (
        "pipeline_state", "watch_state", "vessel_state", "geofence_version", "report_count",
        "refusal", "port_call", "event", "position", "identity", "vessel", "source_offset",
        "source",
    ):  # fmt: skip
        op.execute(f"DROP TABLE {table} CASCADE")
    op.execute("DROP FUNCTION make_position_partition")
