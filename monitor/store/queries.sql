-- Every statement of the store: a name, a sentence, the statement. Python never formats SQL.

-- name: take_lock
-- One writer a database: two pipelines would each keep half of the truth.
SELECT pg_try_advisory_lock(7236411);

-- name: make_partition
-- Make the partition of the month that holds an instant, if it is not there; its name.
SELECT make_position_partition($1);

-- name: temporary_tables
-- Staging tables of this connection: emptied by each commit.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_position (LIKE position) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_vessel (LIKE vessel_state) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_identity (LIKE identity) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_who (LIKE vessel) ON COMMIT DELETE ROWS;

-- name: insert_staged_positions
-- Positions that may be there already (late ones, or a second log of the same time).
INSERT INTO position SELECT * FROM staged_position ON CONFLICT DO NOTHING;

-- name: upsert_vessels
-- Last fixes.
INSERT INTO vessel_state AS v SELECT * FROM staged_vessel
ON CONFLICT (mmsi) DO UPDATE SET
    at = excluded.at, geom = excluded.geom, sog_kn = excluded.sog_kn,
    cog_deg = excluded.cog_deg, status = excluded.status, fix = excluded.fix;

-- name: upsert_identities
-- Static reports: claims, from when to when they were made. One may stand twice in a batch.
INSERT INTO identity AS i
SELECT mmsi, digest, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m,
    to_starboard_m, draught_m, destination, eta, min(first_at), max(last_at)
FROM staged_identity GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
ON CONFLICT (mmsi, digest) DO UPDATE SET
    first_at = least(i.first_at, excluded.first_at), last_at = greatest(i.last_at, excluded.last_at);

-- name: upsert_who
-- Who vessels are by now, and since when.
INSERT INTO vessel SELECT * FROM staged_who
ON CONFLICT (mmsi) DO UPDATE SET
    name = excluded.name, callsign = excluded.callsign, imo = excluded.imo,
    ship_type = excluded.ship_type, to_bow_m = excluded.to_bow_m,
    to_stern_m = excluded.to_stern_m, to_port_m = excluded.to_port_m,
    to_starboard_m = excluded.to_starboard_m, identified_at = excluded.identified_at;

-- name: upsert_event
-- An event, or a change of its state.
INSERT INTO event AS e VALUES
    ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
     ST_SetSRID(ST_MakePoint($14, $15), 4326), $16, $17)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, name = excluded.name, geofence = excluded.geofence,
    at = excluded.at, earliest = excluded.earliest, latest = excluded.latest,
    decided_at = excluded.decided_at, confidence = excluded.confidence, geom = excluded.geom,
    why = excluded.why, evidence = excluded.evidence
WHERE e.decided_at <= excluded.decided_at;

-- name: upsert_port_call
-- A port call as far as it is known by now.
INSERT INTO port_call AS p VALUES
    ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name,
    arrived_earliest = excluded.arrived_earliest, arrived_at = excluded.arrived_at,
    arrived_latest = excluded.arrived_latest, departed_earliest = excluded.departed_earliest,
    departed_at = excluded.departed_at, departed_latest = excluded.departed_latest,
    departed = excluded.departed, confidence = excluded.confidence, stages = excluded.stages,
    decided_at = excluded.decided_at
WHERE p.decided_at <= excluded.decided_at;

-- name: delete_port_call
-- A provisional call of which nothing came.
DELETE FROM port_call WHERE id = $1;

-- name: add_refusals
-- Count what was refused.
INSERT INTO refusal AS r VALUES ($1, $2, $3)
ON CONFLICT (source, reason) DO UPDATE SET count = r.count + excluded.count;

-- name: add_report_counts
-- Count what was read.
INSERT INTO report_count AS r VALUES ($1, $2, $3)
ON CONFLICT (source, kind) DO UPDATE SET count = r.count + excluded.count;

-- name: ensure_source
-- The number of a source.
WITH made AS (
    INSERT INTO source (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM made UNION ALL SELECT id FROM source WHERE name = $1 LIMIT 1;

-- name: save_offset
-- How far a log was taken.
INSERT INTO source_offset VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
ON CONFLICT (head_digest, head_length) DO UPDATE SET
    source = excluded.source, byte_offset = excluded.byte_offset, lines = excluded.lines,
    input_format = excluded.input_format, decoder = excluded.decoder,
    finished = excluded.finished, updated_at = now();

-- name: offsets
-- All logs that were ever taken.
SELECT source, head_length, head_digest, byte_offset, lines, input_format, decoder, finished,
    updated_at
FROM source_offset;

-- name: save_pipeline
-- The engine's clock and buffers.
INSERT INTO pipeline_state VALUES (true, $1, $2, $3, $4)
ON CONFLICT (one) DO UPDATE SET
    head = excluded.head, pending = excluded.pending, recent = excluded.recent,
    statics = excluded.statics;

-- name: save_watch
-- What the detectors remember of a vessel near a port.
INSERT INTO watch_state VALUES ($1, $2, $3, $4)
ON CONFLICT (mmsi, track, port) DO UPDATE SET state = excluded.state;

-- name: drop_watch
-- She is gone and nothing is open.
DELETE FROM watch_state WHERE mmsi = $1 AND track = $2 AND port = $3;

-- name: load_pipeline
-- Clock and buffers, to go on.
SELECT head, pending, recent, statics FROM pipeline_state;

-- name: load_vessels
-- Last fixes, to go on.
SELECT fix FROM vessel_state ORDER BY mmsi;

-- name: load_identities
-- Who the vessels are, to go on.
SELECT mmsi, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m
FROM vessel;

-- name: load_claims
-- When each claim was last noted, to go on.
SELECT mmsi, digest, last_at FROM identity;

-- name: load_watches
-- Watches, to go on.
SELECT mmsi, track, port, state FROM watch_state ORDER BY mmsi, track, port;

-- name: save_geofence
-- The drawing that events are decided on.
INSERT INTO geofence_version (hash, port, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: events
-- Events, filtered; oldest first. Arguments: mmsi, port, kind, since, until (each may be null).
SELECT id, kind, state, mmsi, track, name, port, geofence, at, earliest, latest, decided_at,
    confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat, why, evidence
FROM event
WHERE ($1::integer IS NULL OR mmsi = $1) AND ($2::text IS NULL OR port = $2)
    AND ($3::text IS NULL OR kind = $3)
    AND ($4::timestamptz IS NULL OR coalesce(at, latest, decided_at) >= $4)
    AND ($5::timestamptz IS NULL OR coalesce(at, earliest, decided_at) < $5)
ORDER BY coalesce(at, latest, earliest, decided_at), decided_at, mmsi, kind, id;

-- name: port_calls
-- Port calls, filtered; oldest first. Arguments: mmsi, port, since, until (each may be null).
SELECT id, mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest,
    departed_earliest, departed_at, departed_latest, departed, confidence, stages, decided_at
FROM port_call
WHERE ($1::integer IS NULL OR mmsi = $1) AND ($2::text IS NULL OR port = $2)
    AND ($3::timestamptz IS NULL OR NOT departed OR departed_latest >= $3)
    AND ($4::timestamptz IS NULL OR coalesce(arrived_at, arrived_latest, decided_at) < $4)
ORDER BY coalesce(arrived_at, arrived_latest, decided_at), mmsi, id;

-- name: vessels
-- Vessels with their last fix. Arguments: mmsi, part of a name (each may be null).
SELECT s.mmsi, v.name, v.callsign, v.imo, v.ship_type, s.at, ST_X(s.geom) AS lon,
    ST_Y(s.geom) AS lat, s.sog_kn, s.cog_deg, s.status
FROM vessel_state s LEFT JOIN vessel v USING (mmsi)
WHERE ($1::integer IS NULL OR s.mmsi = $1) AND ($2::text IS NULL OR v.name ILIKE '%' || $2 || '%')
ORDER BY s.mmsi;

-- name: history
-- A vessel's positions. Arguments: mmsi, since, until (may be null).
SELECT p.mmsi, p.at, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat, p.sog_kn, p.cog_deg,
    p.heading_deg, p.status, p.type, p.track, p.received_at, s.name AS source, p.line
FROM position p LEFT JOIN source s ON s.id = p.source
WHERE p.mmsi = $1 AND ($2::timestamptz IS NULL OR p.at >= $2)
    AND ($3::timestamptz IS NULL OR p.at < $3)
ORDER BY p.at;

-- name: revision
-- Which migration the schema is at.
SELECT version_num FROM alembic_version;

-- name: empty_staged_positions
-- Make room for the next month of the same transaction.
TRUNCATE staged_position;

-- name: relaxed_commits
-- A replay can read its log again: should the machine lose power, the last commits may be lost,
-- each as a whole and with its offset, and the same command goes on before them.
SET synchronous_commit = off;
