-- Every statement of the store: a name, a sentence, the statement. Python never formats SQL.

-- name: take_lock
-- One writer a database: two pipelines would each keep half of the truth.
SELECT pg_try_advisory_lock(7236411);

-- name: make_partition
-- Make the partition of the month that holds an instant, if it is not there; its name.
SELECT make_position_partition($1);

-- name: make_packed_partition
-- Make the partition of packed rows of the month that holds an instant, if it is not there; its name.
SELECT make_packed_partition($1);

-- name: hold_days
-- Keep whoever packs away from days until the transaction is over; those of which some is packed.
-- Arguments: the days, whether some of them is to be packed.
SELECT hold_days($1, $2);

-- name: packed_beside
-- Which of some packed rows, by their numbers from 1, have positions of the same ship in their time.
-- Arguments: MMSI, from and to of each row; from and to of all of them.
SELECT array_agg(n.number)
FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY
    AS n (mmsi, first_at, last_at, number)
WHERE EXISTS (
    SELECT FROM position_recent r
    WHERE r.mmsi = n.mmsi AND r.at BETWEEN n.first_at AND n.last_at AND r.at BETWEEN $4 AND $5
) OR EXISTS (
    SELECT FROM position_packed p
    WHERE p.mmsi = n.mmsi AND p.first_at <= n.last_at AND p.last_at >= n.first_at
        AND p.first_at BETWEEN date_trunc('day', $4::timestamptz, 'UTC') AND $5
);

-- name: unpack_positions
-- Make rows of what is packed around instants of ships, to be changed. Arguments: MMSIs and instants,
-- pairwise.
SELECT unpack_positions($1, $2);

-- name: unpack_for_staged
-- The same for all that is staged.
SELECT unpack_positions(array_agg(mmsi), array_agg(at)) FROM staged_position;

-- name: temporary_tables
-- Staging tables of this connection: emptied by each commit.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_position (LIKE position_recent) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_vessel (LIKE vessel_state) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_identity (LIKE identity) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_who (LIKE vessel) ON COMMIT DELETE ROWS;

-- name: end_former
-- End a connection of this very process that holds the writer's lock and died without a word.
-- Argument: the server's number of it.
SELECT pg_terminate_backend(l.pid)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objid = 7236411 AND l.granted AND l.pid = $1
    AND a.datname = current_database()
    AND a.application_name = current_setting('application_name');

-- name: take_lead
-- One engine leads: the connection that holds this lock is the one that it beats on.
SELECT pg_try_advisory_lock(7236412);

-- name: beat
-- Nothing, so that the server knows when this connection said something last.
SELECT 1;

-- name: leader
-- Who leads: the server's number of the connection, what it calls itself, and for how long it has
-- said nothing, seconds.
SELECT a.pid, a.application_name,
    extract(epoch FROM clock_timestamp() - greatest(a.query_start, a.state_change, a.backend_start))
        ::float8 AS silent_s
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objid = 7236412 AND l.granted
    AND a.datname = current_database();

-- name: end_leader
-- End the connection of a leader who says nothing any more, unless another leads by now.
-- Argument: the server's number of it.
SELECT pg_terminate_backend(l.pid)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objid = 7236412 AND l.granted AND l.pid = $1
    AND a.datname = current_database();

-- name: be_engine
-- Mark a connection as an engine's, that writes: who leads ends those of whoever led before.
SELECT pg_try_advisory_lock(7236413);

-- name: end_engines
-- End the connections of engines that lead no longer, those on which they write and what they do
-- beside; their numbers. Argument: the server's number of the connection by which this engine leads;
-- if it does not, nothing is ended.
WITH writing AS (
    SELECT a.pid, a.application_name
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.objid = 7236413 AND l.granted AND l.pid <> pg_backend_pid()
        AND a.datname = current_database()
)
SELECT a.pid, pg_terminate_backend(a.pid) FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.backend_type = 'client backend'
    AND (
        a.pid IN (SELECT pid FROM writing)
        OR a.application_name <> current_setting('application_name')
        AND a.application_name IN (SELECT application_name FROM writing)
    )
    AND EXISTS (
        SELECT FROM pg_locks k
        WHERE k.locktype = 'advisory' AND k.objid = 7236412 AND k.granted AND k.pid = $1
    );

-- name: is_leader
-- Whether a connection is the one by which an engine leads. Argument: the server's number of it.
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND objid = 7236412 AND granted AND pid = $1
);

-- name: waits_since
-- Since when the server has waited for what this connection says next; no row: it does not.
-- Argument: the server's number of it.
SELECT state_change FROM pg_stat_activity
WHERE pid = $1 AND datname = current_database()
    AND (state LIKE 'idle%' OR (wait_event_type = 'Client' AND query_start < now() - interval '3 s'));

-- name: is_served
-- Whether the server still has a connection, by its number of it.
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1);

-- name: notice_loss
-- Let the server find out in half a minute that the writer is gone, and free its lock.
SELECT set_config('tcp_keepalives_idle', '10', false),
    set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false),
    set_config('tcp_user_timeout', '20000', false);

-- name: insert_staged_positions
-- Positions that may be there already (late ones, or a second log of the same time).
INSERT INTO position_recent (
    mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type, track, received_at, source,
    line, content, raw
)
SELECT
    mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type, track, received_at, source,
    line, content, raw
FROM staged_position ON CONFLICT DO NOTHING;

-- name: upsert_vessels
-- Last fixes.
INSERT INTO vessel_state AS v (mmsi, at, geom, sog_kn, cog_deg, status, layout, fix, heard)
SELECT mmsi, at, geom, sog_kn, cog_deg, status, layout, fix, heard
FROM staged_vessel
ON CONFLICT (mmsi) DO UPDATE SET
    at = excluded.at, geom = excluded.geom, sog_kn = excluded.sog_kn,
    cog_deg = excluded.cog_deg, status = excluded.status, layout = excluded.layout,
    fix = excluded.fix, heard = excluded.heard;

-- name: upsert_identities
-- Static reports: claims, from when to when they were made. One may stand twice in a batch.
INSERT INTO identity AS i (
    mmsi, digest, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m,
    to_starboard_m, draught_m, destination, eta, first_at, last_at
)
SELECT mmsi, digest, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m,
    to_starboard_m, draught_m, destination, eta, min(first_at), max(last_at)
FROM staged_identity GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
ON CONFLICT (mmsi, digest) DO UPDATE SET
    first_at = least(i.first_at, excluded.first_at), last_at = greatest(i.last_at, excluded.last_at);

-- name: upsert_who
-- Who vessels are by now, and since when.
INSERT INTO vessel (
    mmsi, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    identified_at
)
SELECT
    mmsi, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    identified_at
FROM staged_who
ON CONFLICT (mmsi) DO UPDATE SET
    name = excluded.name, callsign = excluded.callsign, imo = excluded.imo,
    ship_type = excluded.ship_type, to_bow_m = excluded.to_bow_m,
    to_stern_m = excluded.to_stern_m, to_port_m = excluded.to_port_m,
    to_starboard_m = excluded.to_starboard_m, identified_at = excluded.identified_at;

-- name: upsert_event
-- An event, or a change of its state. One that was withdrawn for what came late, and is told again
-- after that, holds again.
INSERT INTO event AS e (
    id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, geom, why, evidence, episode, said
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
    ST_SetSRID(ST_MakePoint($19, $20), 4326), $21, $22, $23, $24
)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, name = excluded.name, geofence = excluded.geofence,
    at = excluded.at, earliest = excluded.earliest, latest = excluded.latest,
    decided_at = excluded.decided_at, confidence = excluded.confidence, geom = excluded.geom,
    why = excluded.why, evidence = excluded.evidence, episode = excluded.episode,
    said = excluded.said, revised = CASE WHEN e.revised = 'withdrawn' THEN 'amended' ELSE e.revised END
WHERE e.decided_at <= excluded.decided_at OR e.revised = 'withdrawn';

-- name: upsert_port_call
-- A port call as far as it is known by now.
INSERT INTO port_call AS p (
    id, mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest,
    departed_earliest, departed_at, departed_latest, departed, state, confidence, stages,
    decided_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name,
    arrived_earliest = excluded.arrived_earliest, arrived_at = excluded.arrived_at,
    arrived_latest = excluded.arrived_latest, departed_earliest = excluded.departed_earliest,
    departed_at = excluded.departed_at, departed_latest = excluded.departed_latest,
    departed = excluded.departed, state = excluded.state, confidence = excluded.confidence,
    stages = excluded.stages, decided_at = excluded.decided_at
WHERE p.decided_at <= excluded.decided_at;

-- name: delete_port_call
-- A provisional call of which nothing came.
DELETE FROM port_call WHERE id = $1;

-- name: save_candidate
-- Positions that no ship could have reached, and what came of them.
INSERT INTO candidate (
    mmsi, first_at, last_at, fixes, geom, track_at, track_geom, away_m, became, track, decided_at,
    believed_from
)
VALUES (
    $1, $2, $3, $4, ST_SetSRID(ST_MakePoint($5, $6), 4326), $7,
    ST_SetSRID(ST_MakePoint($8, $9), 4326), $10, $11, $12, $13, $14
)
ON CONFLICT DO NOTHING;

-- name: candidates
-- A page of them, oldest first. Arguments: mmsi, since, until (each may be null), the key of the
-- last of the page before (first_at, mmsi), how many.
SELECT mmsi, first_at, last_at, fixes, ST_X(geom) AS lon, ST_Y(geom) AS lat, track_at,
    ST_X(track_geom) AS track_lon, ST_Y(track_geom) AS track_lat,
    away_m::numeric::float8 AS away_m, became, track, decided_at
FROM candidate
WHERE ($1::integer IS NULL OR mmsi = $1) AND ($2::timestamptz IS NULL OR last_at >= $2)
    AND ($3::timestamptz IS NULL OR first_at < $3)
    AND (first_at, mmsi) > ($4::timestamptz, $5::integer)
ORDER BY first_at, mmsi
LIMIT $6;

-- name: add_refusals
-- Count what was refused.
INSERT INTO refusal AS r (source, reason, count) VALUES ($1, $2, $3)
ON CONFLICT (source, reason) DO UPDATE SET count = r.count + excluded.count;

-- name: forget_refusals
-- What was refused at first, and is believed now.
DELETE FROM refusal WHERE count = 0;

-- name: add_report_counts
-- Count what was read.
INSERT INTO report_count AS r (source, kind, count) VALUES ($1, $2, $3)
ON CONFLICT (source, kind) DO UPDATE SET count = r.count + excluded.count;

-- name: keep_refused
-- A row that was refused: the table it was for, itself as JSON, and why.
INSERT INTO refused_row (relation, content, reason) VALUES ($1, $2, $3);

-- name: forget_refused
-- Only so many are kept.
DELETE FROM refused_row WHERE id <= (SELECT max(id) FROM refused_row) - $1::bigint;

-- name: ensure_source
-- The number of a source.
-- (An insert that conflicts would use up a number each time; there are not so many.)
WITH known AS (
    SELECT id FROM source WHERE name = $1
), made AS (
    INSERT INTO source (name) SELECT $1 WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM known UNION ALL SELECT id FROM made LIMIT 1;

-- name: save_offset
-- How far a log was taken.
INSERT INTO source_offset (
    source, head_length, head_digest, byte_offset, lines, input_format, decoder, finished,
    updated_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
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
-- The engine's clock.
INSERT INTO pipeline_state (one, head, statics) VALUES (true, $1, '[]')
ON CONFLICT (one) DO UPDATE SET head = excluded.head, statics = excluded.statics;

-- name: save_waiting
-- What came to the engine's buffers.
INSERT INTO waiting_report (newest_at, layout, pending, recent) VALUES ($1, $2, $3, $4);

-- name: forget_waiting
-- What has left them.
DELETE FROM waiting_report WHERE newest_at <= $1;

-- name: save_states
-- What detectors remember of subjects: arrays of equal length, each key once.
INSERT INTO kept_state (detector, version, key, state)
SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[])
ON CONFLICT (detector, key) DO UPDATE SET version = excluded.version, state = excluded.state;

-- name: drop_some_states
-- Nothing is left of them: detectors and keys, pairwise.
DELETE FROM kept_state k USING unnest($1::text[], $2::text[]) AS u (detector, key)
WHERE k.detector = u.detector AND k.key = u.key;

-- name: drop_states
-- All begin anew.
DELETE FROM kept_state;

-- name: drop_waiting
-- What waited is gone with them.
DELETE FROM waiting_report;

-- name: drop_pipeline
-- The clock begins anew.
DELETE FROM pipeline_state;

-- name: load_watches
-- States as releases up to 0.1 kept them, to take over.
SELECT mmsi, track, port, state FROM watch_state ORDER BY mmsi, track, port;

-- name: drop_watches
-- They are taken over.
DELETE FROM watch_state;

-- name: load_pipeline
-- The clock, to go on.
SELECT head, statics FROM pipeline_state;

-- name: load_waiting
-- The buffers, to go on.
SELECT layout, pending, recent FROM waiting_report ORDER BY id;

-- name: load_vessels
-- Last fixes, to go on.
SELECT mmsi, layout, fix, heard FROM vessel_state ORDER BY mmsi;

-- name: load_identities
-- Who the vessels are, to go on.
SELECT mmsi, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    identified_at
FROM vessel;

-- name: load_claims
-- Since when and until when each claim was noted, to go on.
SELECT mmsi, digest, first_at, last_at FROM identity;

-- name: load_destinations
-- Draught and destination as each vessel reported them last, to take over.
SELECT DISTINCT ON (mmsi) mmsi, draught_m::numeric::float8 AS draught_m, destination
FROM identity WHERE draught_m IS NOT NULL OR destination IS NOT NULL
ORDER BY mmsi, last_at DESC;

-- name: load_states
-- What detectors remember, to go on.
SELECT detector, version, key, state FROM kept_state ORDER BY detector, key;

-- name: count_remembered
-- Of how many ships something is kept: last fixes, and what they say.
SELECT (SELECT count(*) FROM vessel_state) AS heard,
    (SELECT count(*) FROM kept_state WHERE detector = 'said') AS said;

-- name: newest_vessels
-- Who was heard last: there are more than memory holds.
SELECT mmsi FROM vessel_state ORDER BY at DESC, mmsi LIMIT $1;

-- name: load_states_but
-- What detectors remember, to go on; not that of these kinds, nor what may sleep ($2: how its text
-- begins), which is recalled ship by ship.
SELECT detector, version, key, state FROM kept_state
WHERE detector <> ALL ($1) AND left(state, length($2)) <> $2
ORDER BY detector, key;

-- name: count_sleeping
-- How many states may sleep, and how many of them have a deadline, by detector.
SELECT detector, count(*) AS states,
    count(substring(left(state, 40) FROM '^\{"wakes":([0-9]+),')) AS deadlines
FROM kept_state WHERE left(state, length($1)) = $1 GROUP BY 1;

-- name: load_wakes
-- Ships that states with a deadline are about, and the earliest of these, us. The texts of such
-- states begin with it.
SELECT mmsi::integer AS mmsi, min(at::bigint) AS at
FROM kept_state, substring(left(state, 40) FROM '^\{"wakes":([0-9]{1,18}),') AS at,
    substring(key FROM '^\[([0-9]{1,9})[],]') AS mmsi
WHERE at IS NOT NULL AND mmsi IS NOT NULL GROUP BY 1;

-- name: recall_vessels
-- Last fixes of some vessels.
SELECT mmsi, layout, fix, heard FROM vessel_state WHERE mmsi = ANY ($1) ORDER BY mmsi;

-- name: recall_states
-- What is kept of some ships, by their numbers as text, of these kinds.
SELECT detector, version, key, state FROM kept_state
WHERE rtrim(split_part(ltrim(key, '['), ',', 1), ']') = ANY ($1::text[])
    AND detector = ANY ($2::text[])
ORDER BY detector, key;

-- name: recall_identities
-- Who some vessels are.
SELECT mmsi, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    identified_at
FROM vessel WHERE mmsi = ANY ($1);

-- name: recall_claims
-- Since when and until when each claim of some vessels was noted.
SELECT mmsi, digest, first_at, last_at FROM identity WHERE mmsi = ANY ($1);

-- name: odd_ships
-- Vessels whose positions cannot all be those of one ship.
SELECT key FROM kept_state WHERE detector = 'track';

-- name: save_reception
-- What was heard near a port by a feed in ten minutes, as far as it is known by now.
INSERT INTO reception (port, source, at, messages, heard_at, vessels, disturbed, rings)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (port, source, at) DO UPDATE SET
    messages = excluded.messages, heard_at = excluded.heard_at, vessels = excluded.vessels,
    disturbed = excluded.disturbed, rings = excluded.rings;

-- name: add_reception
-- What an older log heard, to be added to what is stored.
INSERT INTO reception AS r (
    port, source, at, messages, heard_at, vessels, disturbed, rings
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (port, source, at) DO UPDATE SET
    messages = r.messages + excluded.messages,
    heard_at = greatest(r.heard_at, excluded.heard_at),
    vessels = ARRAY(SELECT DISTINCT v FROM unnest(r.vessels || excluded.vessels) v ORDER BY v),
    disturbed = ARRAY(
        SELECT DISTINCT v FROM unnest(r.disturbed || excluded.disturbed) v ORDER BY v
    ),
    rings = ARRAY(
        SELECT a + b FROM unnest(r.rings, excluded.rings) WITH ORDINALITY AS u (a, b, n) ORDER BY n
    );

-- name: due_by_reception
-- Why ships were silent near a port must be told again, for what was heard there has changed: what
-- is usual at an hour is looked for in the fourteen days before. Silences at sea (port 'sea ') are
-- judged up to twelve hours after they began, ten after their ``latest``. Arguments: port, first and
-- last bucket.
INSERT INTO revision_due (mmsi)
SELECT DISTINCT mmsi FROM event
WHERE (
        kind IN ('WentDarkInside', 'ReappearedInside', 'ReappearedElsewhere') AND port = $1
        OR kind = 'WentDark' AND $1 = 'sea '
    )
    AND coalesce(at, latest + interval '10 hours') >= $2
    AND earliest <= $3::timestamptz + interval '15 days'
ON CONFLICT DO NOTHING;

-- name: due_reception
-- Who was disturbed near a port must be told again. Arguments: port, first and last bucket.
INSERT INTO reception_due (port, first_at, last_at) VALUES ($1, $2, $3);

-- name: reception_due
-- Where that is.
SELECT port, min(first_at) AS first_at, max(last_at) AS last_at FROM reception_due GROUP BY port;

-- name: reception_told
-- It was told.
DELETE FROM reception_due;

-- name: forget_disturbed
-- Of a port, from a bucket to another: it is told anew.
UPDATE reception SET disturbed = ARRAY[]::integer[]
WHERE port = $1 AND at BETWEEN $2 AND $3 AND cardinality(disturbed) > 0;

-- name: save_disturbed
-- Vessels that were disturbed near a port. Arguments: port, name of the source, bucket, vessels,
-- rings of a bucket in which no message came.
INSERT INTO reception (port, source, at, messages, heard_at, vessels, disturbed, rings)
SELECT $1, id, $3, 0, 'epoch', ARRAY[]::integer[], $4, $5 FROM source WHERE name = $2
ON CONFLICT (port, source, at) DO UPDATE SET disturbed = excluded.disturbed;

-- name: due_again
-- A ship is to be taken again.
INSERT INTO revision_due (mmsi) VALUES ($1) ON CONFLICT DO NOTHING;

-- name: revision_ships
-- Ships to be taken again, with how many reports came late, the first and last instant of those,
-- after which instant they came, and the last of them: those heard of first come first. Arguments:
-- what the engine has passed, how many.
SELECT mmsi, coalesce(l.late, 0) AS late, l.first_at, l.last_at, l.after, coalesce(l.last, 0) AS last
FROM (
    SELECT mmsi, count(*) AS late, min(at) AS first_at, max(at) AS last_at, max(after) AS after,
        min(id) AS first, max(id) AS last
    FROM late_report WHERE at < $1 GROUP BY mmsi
) l FULL JOIN revision_due d USING (mmsi)
ORDER BY l.first NULLS FIRST, mmsi
LIMIT $2;

-- name: ships_heard
-- Ships of which there may be fixes: of packed ones by their bounds. Arguments: MMSI, from, until (each
-- may be null), a port that they were told of or near which they were heard, and the box around it
-- (null: wherever).
SELECT mmsi FROM position_recent
WHERE ($1::integer IS NULL OR mmsi = $1) AND ($2::timestamptz IS NULL OR at >= $2)
    AND ($3::timestamptz IS NULL OR at < $3)
    AND ($4::text IS NULL OR geom && ST_MakeEnvelope($5, $6, $7, $8, 4326)
        OR mmsi IN (SELECT e.mmsi FROM event e WHERE e.port = $4))
UNION
SELECT mmsi FROM position_packed
WHERE ($1::integer IS NULL OR mmsi = $1) AND ($2::timestamptz IS NULL OR last_at >= $2)
    AND ($3::timestamptz IS NULL OR first_at < $3)
    AND ($4::text IS NULL
        OR around && box(point($5 - 0.00004, $6 - 0.00004), point($7 + 0.00004, $8 + 0.00004))
        OR mmsi IN (SELECT e.mmsi FROM event e WHERE e.port = $4))
ORDER BY mmsi;

-- name: pruned_ships
-- Of ships, those that are not taken again: positions were pruned that they were told of by, or
-- that their late reports stand among. Argument: ships, what the engine has passed.
WITH pruned AS (
    SELECT max((to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC')
        AS until
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'position_recent'::regclass
        AND obj_description(c.oid, 'pg_class') LIKE 'pruned: %'
)
SELECT e.mmsi FROM event e, pruned WHERE e.mmsi = ANY($1) AND e.decided_at < pruned.until
UNION
SELECT p.mmsi FROM port_call p, pruned WHERE p.mmsi = ANY($1) AND p.decided_at < pruned.until
UNION
SELECT l.mmsi FROM late_report l, pruned
WHERE l.mmsi = ANY($1) AND l.at < pruned.until AND l.at < $2;

-- name: newest_late
-- The newest report that others handed over and that waits.
SELECT max(at) FROM late_report;

-- name: late_reports
-- Late reports of ships that are not taken again.
SELECT source, layout, report FROM late_report WHERE mmsi = ANY($1) AND at < $2;

-- name: count_history
-- How many fixes there are of ships.
SELECT mmsi, sum(fixes)::bigint AS fixes
FROM (
    SELECT mmsi, count(*) AS fixes FROM position_recent WHERE mmsi = ANY($1) GROUP BY mmsi
    UNION ALL
    SELECT mmsi, fixes FROM position_packed WHERE mmsi = ANY($1)
) found
GROUP BY mmsi;

-- name: ship_rows
-- Fixes of ships that are rows, all of one width. Arguments: ships, from, before.
SELECT mmsi, at, received_at, ST_X(geom), ST_Y(geom), coalesce(sog_kn, 'NaN'::real),
    coalesce(cog_deg, 'NaN'::real), coalesce(heading_deg, -1::smallint),
    coalesce(status, -1::smallint), type, track, source, line, content,
    substring(raw || decode(repeat('00', 72), 'hex') FROM 1 FOR 72)
FROM position_recent WHERE mmsi = ANY($1) AND at >= $2 AND at < $3;

-- name: ship_packed
-- Packed rows of ships that have fixes of a time. Arguments: ships, from, before, the day of from.
SELECT mmsi, fixes, first_at, last_at, (around[1])[0] AS west, (around[1])[1] AS south,
    (around[0])[0] AS east, (around[0])[1] AS north, delay_from, line_from, at_step, delay_step,
    scale, track, raw_size, cog_from, heading_from, sog_from, type_from, source_from, status_from,
    heading_many, sog_many, type_many, source_many, status_many, planes, data, raw, places, moves
FROM position_packed
WHERE mmsi = ANY($1) AND last_at >= $2 AND first_at < $3 AND first_at >= $4;

-- name: ships_beside
-- Who else was heard in cells of a quarter of a degree, and in which twenty minutes. Each row of a
-- time is looked at once, however many cells are asked about in it. Arguments: keys of cells (see
-- store/beside.py); from when, before when they are, in times apart; from when, before when, west,
-- south, east and north of boxes around them, by day; ships that are left out.
WITH box AS (
    SELECT w.*, box(point(west - 0.00004, south - 0.00004), point(east + 0.00004, north + 0.00004))
        AS around
    FROM unnest($4::timestamptz[], $5::timestamptz[], $6::float8[], $7::float8[], $8::float8[],
        $9::float8[]) AS w (since, until, west, south, east, north)
), packed AS (
    SELECT DISTINCT p.mmsi, p.first_at
    FROM box b
    JOIN position_packed p ON p.around && b.around AND p.last_at >= b.since
        AND p.first_at >= date_trunc('day', b.since, 'UTC') AND p.first_at < b.until
), heard AS (
    SELECT r.*
    FROM unnest($2::timestamptz[], $3::timestamptz[]) AS t (since, until)
    CROSS JOIN LATERAL (
        SELECT mmsi, at, geom FROM position_recent WHERE at >= t.since AND at < t.until OFFSET 0
    ) r
    UNION ALL
    SELECT p.mmsi, u.at, u.geom
    FROM packed k
    JOIN position_packed p ON p.mmsi = k.mmsi AND p.first_at = k.first_at
    CROSS JOIN LATERAL position_unpacked(p) u
), placed AS (
    SELECT mmsi, floor(date_part('epoch', at) / 1200)::bigint AS slot,
        floor((ST_Y(geom) + 90) * 4)::bigint AS y, floor((ST_X(geom) + 180) * 4)::bigint % 1440 AS x
    FROM heard
)
SELECT DISTINCT mmsi, slot
FROM placed
WHERE NOT mmsi = ANY($10::integer[])
    -- Within CASE it is a table that is looked up, whatever PostgreSQL thinks of their number.
    AND CASE WHEN (slot * 1024 + y) * 2048 + x IN (SELECT unnest($1::bigint[])) THEN true
        ELSE false END;

-- name: positions_beside
-- Fixes of ships, each within a time, in rows of one width: the last of each track between two
-- instants of the picture, of those that were held and of the others. Arguments: ships, from, before,
-- how far instants are apart.
SELECT p.mmsi, p.at, received_at, ST_X(p.geom), ST_Y(p.geom), coalesce(sog_kn, 'NaN'::real),
    coalesce(cog_deg, 'NaN'::real), coalesce(heading_deg, -1::smallint),
    coalesce(status, -1::smallint), type, p.track, source, line, content,
    substring(raw || decode(repeat('00', 72), 'hex') FROM 1 FOR 72)
FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) AS w (mmsi, since, until)
CROSS JOIN LATERAL (  -- each ship is sorted by herself: all of them are many
    SELECT DISTINCT ON (r.track, date_bin($4::interval, r.at, 'epoch'::timestamptz), c.first_at) r.*
    FROM position_of(ARRAY[w.mmsi], w.since, w.until) r
    LEFT JOIN candidate c ON c.mmsi = w.mmsi AND c.track = r.track
        AND r.at >= coalesce(c.believed_from, c.first_at) AND r.at <= c.last_at
    ORDER BY r.track, date_bin($4::interval, r.at, 'epoch'::timestamptz), c.first_at, r.at DESC
) p;

-- name: believed_late
-- Positions of ships that were held before they were believed.
SELECT mmsi, track, coalesce(believed_from, first_at) AS first_at, last_at, decided_at
FROM candidate
WHERE mmsi = ANY($1) AND track IS NOT NULL;

-- name: ship_reports
-- Reports of ships that were late, or refused. Arguments: ships, from, before, the last of the late
-- ones.
SELECT source, layout, report, NULL AS reason FROM late_report
WHERE mmsi = ANY($1) AND at >= $2 AND at < $3 AND id <= $4
UNION ALL
SELECT source, layout, report, reason FROM refused_report
WHERE mmsi = ANY($1) AND at >= $2 AND at < $3;

-- name: ship_statics
-- What ships said of themselves, and when.
SELECT s.mmsi, s.at, s.received_at, i.name, i.callsign, i.imo, i.ship_type, i.to_bow_m,
    i.to_stern_m, i.to_port_m, i.to_starboard_m, i.draught_m::numeric::float8 AS draught_m,
    i.destination, i.eta
FROM static_report s JOIN identity i USING (mmsi, digest)
WHERE s.mmsi = ANY($1) ORDER BY s.at, s.digest;

-- name: statics_beside
-- The same of ships of which nothing is told: what each says again and again once.
SELECT s.mmsi, s.at, s.received_at, i.name, i.callsign, i.imo, i.ship_type, i.to_bow_m,
    i.to_stern_m, i.to_port_m, i.to_starboard_m, i.draught_m::numeric::float8 AS draught_m,
    i.destination, i.eta
FROM (
    SELECT mmsi, at, received_at, digest,
        lag(digest) OVER (PARTITION BY mmsi ORDER BY at, digest) AS before
    FROM static_report WHERE mmsi = ANY($1)
) s JOIN identity i USING (mmsi, digest)
WHERE s.before IS DISTINCT FROM digest ORDER BY s.at, s.digest;

-- name: interference_events
-- Begins and ends of areas of interference.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event
WHERE area IS NOT NULL AND kind IN ('InterferenceBegun', 'InterferenceEnded')
    AND revised IS DISTINCT FROM 'withdrawn';

-- name: interference_events_since
-- Those that were decided after an instant, and begins of areas that stood then; withdrawn ones too.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event
WHERE area IS NOT NULL AND kind IN ('InterferenceBegun', 'InterferenceEnded')
    AND (decided_at > $1 OR kind = 'InterferenceBegun' AND area = ANY($2));

-- name: add_off_track
-- Who was astray, when that was known, and what of it.
INSERT INTO off_track (mmsi, at, moment) VALUES ($1, $2, $3);

-- name: drop_off_track
-- Of ships, to be written anew.
DELETE FROM off_track WHERE mmsi = ANY($1);

-- name: ship_off_track
-- What was astray of ships.
SELECT moment FROM off_track WHERE mmsi = ANY($1) ORDER BY at;

-- name: off_track_between
-- What was astray of all ships after an instant, up to another.
SELECT moment FROM off_track WHERE at > $1 AND at <= $2 ORDER BY at;

-- name: put_areas_by
-- Areas of interference as they stood at an instant.
INSERT INTO interference_stood (at, states) VALUES ($1, $2)
ON CONFLICT (at) DO UPDATE SET states = excluded.states;

-- name: areas_stood
-- Areas of interference as they stood before an instant, latest first.
SELECT at, states FROM interference_stood WHERE at < $1 ORDER BY at DESC LIMIT 1;

-- name: areas_put_by
-- Areas of interference as they stood first after an instant.
SELECT at, states FROM interference_stood WHERE at > $1 ORDER BY at LIMIT 1;

-- name: drop_areas_put_by
-- All of them: what they say is not known any more.
DELETE FROM interference_stood;

-- name: interference_changed
-- From an instant on, areas of interference are to be told anew.
INSERT INTO interference_due (since) VALUES ($1);

-- name: interference_due
-- From when on, at first and at last; null: none are.
SELECT min(since) AS first, max(since) AS last FROM interference_due;

-- name: interference_told
-- They were.
DELETE FROM interference_due;

-- name: due_by_interference
-- Ships of which something is told that may be in doubt for an area, or was. Arguments: from when
-- and until when it was decided and happened, longitude, latitude, degrees of longitude and latitude
-- that the area reaches.
INSERT INTO revision_due (mmsi)
SELECT DISTINCT mmsi FROM (
    SELECT mmsi, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM event
    WHERE mmsi IS NOT NULL AND decided_at >= $1 AND coalesce(at, latest, earliest, decided_at) <= $2
    UNION ALL
    SELECT mmsi, (evidence -> 'figures' ->> 'elsewhere_lon')::float8,
        (evidence -> 'figures' ->> 'elsewhere_lat')::float8
    FROM event
    WHERE mmsi IS NOT NULL AND decided_at >= $1 AND evidence -> 'figures' ? 'elsewhere_lat'
) e
WHERE abs(lat - $4) <= $6 AND (abs(lon - $3) <= $5 OR abs(lon - $3) >= 360 - $5)
ON CONFLICT DO NOTHING;

-- name: ship_events
-- All that was told of ships.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event WHERE mmsi = ANY($1)
    AND subject IN ('ship', 'ship_at_port', 'ship_in_area', 'ship_pair')
UNION ALL
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event WHERE other_mmsi = ANY($1) AND NOT mmsi = ANY($1);

-- name: ship_calls
-- All port calls of ships.
SELECT id, mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest,
    departed_earliest, departed_at, departed_latest, departed, state, confidence, stages,
    decided_at, revised, revised_at, revision
FROM port_call WHERE mmsi = ANY($1);

-- name: source_names
-- All sources.
SELECT id, name FROM source;

-- name: heard_between
-- What was heard near a port from an instant to another.
SELECT r.port, s.name AS source, r.at, r.messages, r.heard_at, r.vessels, r.disturbed, r.rings
FROM reception r JOIN source s ON s.id = r.source
WHERE r.port = ANY($1) AND r.at BETWEEN $2 AND $3;

-- name: usual_between
-- How many vessels the best feed heard near a port from an instant to another.
SELECT port, at, max(cardinality(vessels)) AS vessels
FROM reception WHERE port = ANY($1) AND port <> '' AND at BETWEEN $2 AND $3 GROUP BY port, at;

-- name: revise_event
-- What is told of it now, whatever was told before.
INSERT INTO event AS e (
    id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, geom, why, evidence, episode, said,
    revised, revised_at, revision
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
    ST_SetSRID(ST_MakePoint($19, $20), 4326), $21, $22, $23, $24, $25, $26, $27
)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, name = excluded.name, geofence = excluded.geofence,
    at = excluded.at, earliest = excluded.earliest, latest = excluded.latest,
    decided_at = excluded.decided_at, confidence = excluded.confidence, geom = excluded.geom,
    why = excluded.why, evidence = excluded.evidence, episode = excluded.episode,
    said = excluded.said, revised = excluded.revised,
    revised_at = excluded.revised_at, revision = excluded.revision;

-- name: withdraw_event
-- It no longer holds.
UPDATE event SET state = 'withdrawn', revised = $2, revised_at = $3, revision = $4 WHERE id = $1;

-- name: revise_port_call
-- How it stands now, whatever was told before.
INSERT INTO port_call AS p (
    id, mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest,
    departed_earliest, departed_at, departed_latest, departed, state, confidence, stages,
    decided_at, revised, revised_at, revision
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name,
    arrived_earliest = excluded.arrived_earliest, arrived_at = excluded.arrived_at,
    arrived_latest = excluded.arrived_latest, departed_earliest = excluded.departed_earliest,
    departed_at = excluded.departed_at, departed_latest = excluded.departed_latest,
    departed = excluded.departed, state = excluded.state, confidence = excluded.confidence,
    stages = excluded.stages, decided_at = excluded.decided_at, revised = excluded.revised,
    revised_at = excluded.revised_at, revision = excluded.revision;

-- name: delete_positions
-- Fixes that are believed no more, or on another track. Arguments: MMSIs and instants, pairwise.
DELETE FROM position_recent p USING unnest($1::integer[], $2::timestamptz[]) AS u (mmsi, at)
WHERE p.mmsi = u.mmsi AND p.at = u.at;

-- name: taken_late
-- Late reports that were taken. Arguments: ships, what the engine has passed, the last of them.
DELETE FROM late_report WHERE mmsi = ANY($1) AND at < $2 AND id <= $3;

-- name: taken_due
-- Ships that were taken again.
DELETE FROM revision_due WHERE mmsi = ANY($1);

-- name: drop_refused_reports
-- Of ships, to be written anew. Arguments: ships, what the engine has passed.
DELETE FROM refused_report WHERE mmsi = ANY($1) AND at < $2;

-- name: drop_candidates
-- Of ships, to be written anew.
DELETE FROM candidate WHERE mmsi = ANY($1);

-- name: drop_identities
-- Of ships, to be written anew.
DELETE FROM identity WHERE mmsi = ANY($1);

-- name: drop_vessels
-- Of ships, to be written anew.
DELETE FROM vessel WHERE mmsi = ANY($1);

-- name: drop_last_fixes
-- Of ships of which nothing is believed any more.
DELETE FROM vessel_state WHERE mmsi = ANY($1);

-- name: load_reception
-- What was heard since an instant, to go on.
SELECT r.port, s.name AS source, r.at, r.messages, r.heard_at, r.vessels, r.disturbed, r.rings
FROM reception r JOIN source s ON s.id = r.source
WHERE r.at >= $1;

-- name: load_usual
-- How many vessels the best feed heard near each port, and in each cell of the sea, since an instant,
-- to go on.
SELECT port, at, max(cardinality(vessels)) AS vessels
FROM reception WHERE at >= $1 AND port <> '' AND port NOT LIKE 'sea area %' GROUP BY port, at;

-- name: save_geofence
-- The drawing that events are decided on.
INSERT INTO geofence_version (hash, port, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: events
-- A page of events, filtered; oldest first. Arguments: mmsi, port, kind, since, until (each may be
-- null), the key of the last of the page before (told_at, decided_at, mmsi, kind, id), how many.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event
WHERE (area IS NULL OR area NOT IN (SELECT id FROM area_hidden))
    AND ($1::integer IS NULL OR mmsi = $1 OR other_mmsi = $1)
    AND ($2::text IS NULL OR port = $2 OR area = $2) AND ($3::text IS NULL OR kind = $3)
    AND ($4::timestamptz IS NULL OR coalesce(at, latest, decided_at) >= $4)
    AND ($5::timestamptz IS NULL OR coalesce(at, earliest, latest, decided_at) < $5)
    AND (coalesce(at, latest, earliest, decided_at), decided_at, coalesce(mmsi, 0),
        kind COLLATE "C", id) > ($6::timestamptz, $7::timestamptz, $8::integer, $9::text, $10::uuid)
ORDER BY coalesce(at, latest, earliest, decided_at), decided_at, coalesce(mmsi, 0),
    kind COLLATE "C", id
LIMIT $11;

-- name: voyages
-- A page of voyages: those made, and those begun and not made yet; oldest first. Arguments: mmsi,
-- from, to, since, until (each may be null; to leaves out those not made yet), the key of the last
-- of the page before as for events, how many.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event e
WHERE kind IN ('VoyageMade', 'VoyageBegun')
    AND (kind = 'VoyageMade' OR NOT EXISTS (
        SELECT FROM event m
        WHERE m.kind = 'VoyageMade' AND m.mmsi = e.mmsi AND m.track = e.track
            AND m.evidence #>> '{figures,voyage}' = e.evidence #>> '{figures,voyage}'
    ))
    AND ($1::integer IS NULL OR mmsi = $1)
    AND ($2::text IS NULL OR evidence #>> '{figures,from}' = $2)
    AND ($3::text IS NULL OR evidence #>> '{figures,to}' = $3)
    AND ($4::timestamptz IS NULL OR coalesce(at, latest, decided_at) >= $4)
    AND ($5::timestamptz IS NULL OR coalesce(at, earliest, latest, decided_at) < $5)
    AND (coalesce(at, latest, earliest, decided_at), decided_at, coalesce(mmsi, 0),
        kind COLLATE "C", id) > ($6::timestamptz, $7::timestamptz, $8::integer, $9::text, $10::uuid)
ORDER BY coalesce(at, latest, earliest, decided_at), decided_at, coalesce(mmsi, 0),
    kind COLLATE "C", id
LIMIT $11;

-- name: port_calls
-- A page of port calls, filtered; oldest first. Arguments: mmsi, port, since, until (each may be
-- null), the key of the last of the page before (told_at, mmsi, id), how many.
SELECT id, mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest,
    departed_earliest, departed_at, departed_latest, departed, state, confidence, stages,
    decided_at, revised, revised_at, revision
FROM port_call
WHERE ($1::integer IS NULL OR mmsi = $1) AND ($2::text IS NULL OR port = $2)
    AND ($3::timestamptz IS NULL OR NOT departed
        OR coalesce(departed_latest, decided_at) >= $3)
    AND ($4::timestamptz IS NULL OR coalesce(arrived_at, arrived_latest, decided_at) < $4)
    AND (coalesce(arrived_at, arrived_latest, decided_at), mmsi, id)
        > ($5::timestamptz, $6::integer, $7::uuid)
ORDER BY coalesce(arrived_at, arrived_latest, decided_at), mmsi, id
LIMIT $8;

-- name: vessels
-- A page of vessels with their last fix, and what they say of their voyage, with when they last did
-- (true to an hour). Arguments: mmsi, part of a name (each may be null), the last MMSI of the page
-- before, how many. (A real is 12.3 as a numeric; by itself 12.300000190735.)
SELECT s.mmsi, v.name, v.callsign, v.imo, v.ship_type,
    nullif(v.to_bow_m + v.to_stern_m, 0) AS length_m,
    nullif(v.to_port_m + v.to_starboard_m, 0) AS beam_m,
    s.at, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat, s.sog_kn::numeric::float8 AS sog_kn,
    s.cog_deg::numeric::float8 AS cog_deg, p.heading_deg, s.status,
    d.draught_m::numeric::float8 AS draught_m, d.last_at AS draught_at,
    t.destination, t.last_at AS destination_at
FROM vessel_state s LEFT JOIN vessel v USING (mmsi)
    LEFT JOIN LATERAL position_of(ARRAY[s.mmsi], s.at, s.at + interval '1 microsecond') p ON true
    LEFT JOIN LATERAL (SELECT i.draught_m, i.last_at FROM identity i
        WHERE i.mmsi = s.mmsi AND i.draught_m IS NOT NULL
        ORDER BY i.last_at DESC LIMIT 1) AS d ON true
    LEFT JOIN LATERAL (SELECT i.destination, i.last_at FROM identity i
        WHERE i.mmsi = s.mmsi AND i.destination IS NOT NULL
        ORDER BY i.last_at DESC LIMIT 1) AS t ON true
WHERE ($1::integer IS NULL OR s.mmsi = $1)
    AND ($2::text IS NULL OR strpos(lower(v.name), lower($2)) > 0) AND s.mmsi > $3
ORDER BY s.mmsi
LIMIT $4;

-- name: ship_days
-- On which days (UTC) there may be fixes of a ship, and how many. Arguments: mmsi, from, before.
SELECT day, sum(fixes)::bigint AS fixes
FROM (
    SELECT date_trunc('day', at, 'UTC') AS day, count(*) AS fixes
    FROM position_recent WHERE mmsi = $1 AND at >= $2 AND at < $3 GROUP BY 1
    UNION ALL
    SELECT date_trunc('day', first_at, 'UTC'), fixes
    FROM position_packed WHERE mmsi = $1 AND last_at >= $2 AND first_at < $3
) found
GROUP BY day ORDER BY day;

-- name: positions
-- Fixes that are rows, all of one width. Arguments: ships, since, until, west, south, east, north (each
-- may be null; of the last four all or none).
SELECT mmsi, at, ST_X(geom), ST_Y(geom), coalesce(sog_kn, 'NaN'::real),
    coalesce(cog_deg, 'NaN'::real), coalesce(heading_deg, -1::smallint),
    coalesce(status, -1::smallint), type, track, source, received_at, line
FROM position_recent
WHERE ($1::integer[] IS NULL OR mmsi = ANY($1::integer[]))
    AND ($2::timestamptz IS NULL OR at >= $2::timestamptz)
    AND ($3::timestamptz IS NULL OR at < $3::timestamptz)
    AND ($4::float8 IS NULL OR ST_X(geom) BETWEEN $4 AND $6 AND ST_Y(geom) BETWEEN $5 AND $7);

-- name: packed_positions
-- Packed rows that may have fixes of these. The same arguments.
SELECT mmsi, fixes, first_at, last_at, (around[1])[0] AS west, (around[1])[1] AS south,
    (around[0])[0] AS east, (around[0])[1] AS north, delay_from, line_from, at_step, delay_step,
    scale, track, raw_size, cog_from, heading_from, sog_from, type_from, source_from, status_from,
    heading_many, sog_many, type_many, source_many, status_many, planes, data, raw, places, moves
FROM position_packed
WHERE ($1::integer[] IS NULL OR mmsi = ANY($1::integer[]))
    AND ($2::timestamptz IS NULL OR (last_at >= $2::timestamptz
        AND first_at >= date_trunc('day', $2::timestamptz, 'UTC')))
    AND ($3::timestamptz IS NULL OR first_at < $3::timestamptz)
    AND ($4::float8 IS NULL OR around && box(point($4, $5), point($6, $7)));

-- name: last_fixes
-- The last fix of each track of ships. Arguments: ships, since, until.
SELECT DISTINCT ON (mmsi, track) mmsi, track, at, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    sog_kn::numeric::float8 AS sog_kn
FROM position_of($1, $2, $3)
ORDER BY mmsi, track, at DESC;

-- name: silences
-- Times between two fixes of a track that are longer than some seconds: where she was heard before
-- and after. Arguments: ships, since, until, seconds.
SELECT mmsi, track, before_at, before_lon, before_lat, at AS after_at, lon AS after_lon,
    lat AS after_lat
FROM (
    SELECT mmsi, track, at, ST_X(geom) AS lon, ST_Y(geom) AS lat,
        lag(at) OVER ship AS before_at, lag(ST_X(geom)) OVER ship AS before_lon,
        lag(ST_Y(geom)) OVER ship AS before_lat
    FROM position_of($1, $2, $3)
    WINDOW ship AS (PARTITION BY mmsi, track ORDER BY at)
) AS fix
WHERE at - before_at > make_interval(secs => $4)
ORDER BY mmsi, track, before_at;

-- name: ways
-- One fix of each ship and track a step: enough to draw. Arguments: ships, since, until, seconds a
-- step.
SELECT DISTINCT ON (mmsi, track, date_bin(make_interval(secs => $4), at, 'epoch'))
    mmsi, track, at, ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM position_of($1, $2, $3)
ORDER BY mmsi, track, date_bin(make_interval(secs => $4), at, 'epoch'), at;

-- name: who
-- Who ships say they are.
SELECT mmsi, name, callsign, imo, ship_type FROM vessel WHERE mmsi = ANY($1);

-- name: ships_of_imo
-- MMSIs that an IMO number was said with.
SELECT DISTINCT mmsi FROM identity WHERE imo = $1 ORDER BY mmsi;

-- name: claims
-- What a ship said of herself, and from when to when: by the begin.
SELECT name, callsign, imo, ship_type, min(first_at) AS first_at, max(last_at) AS last_at
FROM identity WHERE mmsi = $1 GROUP BY name, callsign, imo, ship_type ORDER BY first_at, name;

-- name: reception_between
-- What each feed heard near each port in ten minutes. Arguments: port, since, until (each may be
-- null).
SELECT r.port, s.name AS source, r.at, r.messages, r.heard_at, cardinality(r.vessels) AS vessels,
    cardinality(r.disturbed) AS disturbed, r.rings
FROM reception r JOIN source s ON s.id = r.source
WHERE r.port <> '' AND r.port NOT LIKE 'sea %' AND ($1::text IS NULL OR r.port = $1)
    AND ($2::timestamptz IS NULL OR r.at >= $2) AND ($3::timestamptz IS NULL OR r.at < $3)
ORDER BY r.port, s.name, r.at;

-- name: heard_to
-- When the last message near a port, or anywhere, was received.
SELECT max(heard_at) FROM reception;

-- name: read_only
-- Whoever analyses changes nothing, by whatever mistake.
SET default_transaction_read_only = on;

-- name: watch_entries
-- A page of entries of watchlists, in the order in which they were added. Arguments: list, an
-- instant at which they stood on it (each may be null: whenever), the id of the last of the page
-- before, how many.
SELECT id, list, mmsi, imo, callsign, name, flag, ship_type, reason, source, note, valid_from,
    valid_to, recorded_at, added_by, removed_at, removed_by
FROM watch_entry
WHERE ($1::text IS NULL OR list = $1)
    AND ($2::timestamptz IS NULL OR recorded_at <= $2 AND (removed_at > $2) IS NOT FALSE)
    AND id > $3
ORDER BY id
LIMIT $4;

-- name: add_watch_entry
-- An entry of a watchlist; its number.
INSERT INTO watch_entry (
    list, mmsi, imo, callsign, name, flag, ship_type, reason, source, note, valid_from, valid_to,
    recorded_at, added_by
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
RETURNING id;

-- name: remove_watch_entry
-- It stands on its list no longer; its number, unless it was removed before. Arguments: number,
-- when (never before it was added, whatever the clock says), who says so.
UPDATE watch_entry SET removed_at = greatest(recorded_at, $2::timestamptz), removed_by = $3
WHERE id = $1 AND removed_at IS NULL
RETURNING id;

-- name: revision
-- Which migration the schema is at.
SELECT version_num FROM alembic_version;

-- name: lock_holder
-- What the connection that holds the writer's lock calls itself; empty where that may not be seen.
SELECT a.application_name
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objid = 7236411 AND l.granted
    AND a.datname = current_database();

-- name: empty_staged_positions
-- Make room for the next month of the same transaction.
TRUNCATE staged_position;

-- name: relaxed_commits
-- A replay can read its log again: should the machine lose power, the last commits may be lost,
-- each as a whole and with its offset, and the same command goes on before them.
SET synchronous_commit = off;


-- Pruning: months of positions that are old enough, what stays of each, and the deed itself.

-- name: prunable_months
-- Months of positions that ended by an instant: partition, bounds, bytes, and how many fixes were
-- kept when it was last pruned (null: never). Argument: the instant.
SELECT m.partition, m.since, m.before, pg_total_relation_size(m.oid)
        + coalesce(pg_total_relation_size(to_regclass('position_packed_' || right(m.partition, 7))), 0)
        AS bytes,
    substring(obj_description(m.oid, 'pg_class') FROM '^pruned: (\d+) ')::bigint AS kept_last
FROM (
    SELECT c.oid, c.relname AS partition,
        to_date(right(c.relname, 7), 'YYYY_MM')::timestamp AT TIME ZONE 'UTC' AS since,
        (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' AS before
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'position_recent'::regclass
) m
WHERE m.before <= $1 ORDER BY m.since;

-- name: count_positions
-- How many fixes there are from a day on, and before another. Arguments: when the days begin.
SELECT (SELECT count(*) FROM position_recent WHERE at >= $1 AND at < $2)
    + (SELECT coalesce(sum(fixes), 0) FROM position_packed WHERE first_at >= $1 AND first_at < $2)
        ::bigint;

-- name: count_kept_positions
-- How many of them are so near to an event or to a bound of a port call that they stay.
-- Arguments: from, before, how near.
SELECT count(*)
FROM position_windows($1, $2, $3) w
CROSS JOIN LATERAL position_of(
    ARRAY[w.mmsi], greatest(w.first_at, $1), least(w.last_at + interval '1 microsecond', $2)
) p;

-- name: prune_month
-- Drop the fixes of the month of an instant but those that stay; how many stayed.
SELECT prune_position_partition($1, $2);

-- name: partition_bytes
-- Bytes of a month, rows and packed, by the name of its partition of rows.
SELECT pg_total_relation_size($1::text::regclass)
    + coalesce(pg_total_relation_size(to_regclass('position_packed_' || right($1, 7))), 0);

-- name: mark_days
-- Positions of these days changed: presence holds for them no longer. Argument: the days.
INSERT INTO presence_day AS d (day) SELECT unnest($1::date[]) ORDER BY 1
ON CONFLICT (day) DO UPDATE SET counted = false, version = d.version + 1, touched_at = now();

-- name: all_days_known
-- Whether presence_day has all days of which there are positions.
SELECT NOT EXISTS (SELECT FROM presence_day WHERE day = '-infinity');

-- name: find_days
-- Note all days of which there are positions; those that nobody marked are quiet.
INSERT INTO presence_day (day, touched_at)
SELECT day, timestamptz '-infinity'
FROM (
    SELECT (at AT TIME ZONE 'UTC')::date AS day FROM position_recent
    UNION SELECT (first_at AT TIME ZONE 'UTC')::date FROM position_packed
) found
ON CONFLICT (day) DO NOTHING;

-- name: days_found
-- From now on all days are known.
DELETE FROM presence_day WHERE day = '-infinity';

-- name: days_due
-- Days that are to be counted, and their versions: those that were not touched for so long.
SELECT day, version FROM presence_day
WHERE NOT counted AND touched_at <= now() - $1::interval AND day > '-infinity' ORDER BY day;

-- name: forget_presence
-- What was counted of a day.
DELETE FROM presence WHERE day = $1;

-- name: count_presence
-- Count a day. Coordinates are taken out once, behind a fence: else all rows are sorted by an
-- expression, which takes five times as long.
INSERT INTO presence
SELECT $1, cell, mmsi, track, count(*), min(at), max(at), min(lon), min(lat), max(lon), max(lat)
FROM (
    SELECT sea_cell(lon, lat) AS cell, mmsi, track, at, lon, lat
    FROM (
        SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, mmsi, track, at
        FROM position_during(
            $1::date::timestamp AT TIME ZONE 'UTC', ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
        )
        OFFSET 0
    ) place OFFSET 0
) celled
GROUP BY cell, mmsi, track ORDER BY cell, mmsi, track;

-- name: day_counted
-- Presence holds for a day, unless its positions changed since; its day then. Arguments: day,
-- version.
UPDATE presence_day SET counted = true WHERE day = $1 AND version = $2 RETURNING day;

-- Packing: which days are due, which of their ships, and the deed.

-- name: days_to_pack
-- Days before one of which positions are not packed, or changed since, and their versions: those that
-- were not touched for so long. Arguments: the day, how long.
SELECT d.day, d.version FROM presence_day d LEFT JOIN packed_day p USING (day)
WHERE d.day < $1 AND d.day > '-infinity' AND d.touched_at <= now() - $2::interval
    AND d.version IS DISTINCT FROM p.version
ORDER BY d.day;

-- name: ships_to_pack
-- Ships that have rows in a time, or more packed rows than they need, and how many fixes they have.
-- Arguments: from, before.
SELECT mmsi, (coalesce(r.fixes, 0) + coalesce(p.fixes, 0))::bigint AS fixes
FROM (
    SELECT mmsi, count(*) AS fixes FROM position_recent WHERE at >= $1 AND at < $2 GROUP BY mmsi
) r FULL JOIN (
    SELECT mmsi, sum(fixes) AS fixes, sum(fewest) < sum(packed) AS many
    FROM (
        SELECT mmsi, track, sum(fixes) AS fixes, count(*) AS packed,
            ceil(sum(fixes) / 4096.0) AS fewest
        FROM position_packed WHERE first_at >= $1 AND first_at < $2 GROUP BY mmsi, track
    ) track GROUP BY mmsi
) p USING (mmsi)
WHERE r.fixes > 0 OR p.many
ORDER BY mmsi;

-- name: keep_from_pruning
-- No month is pruned until the transaction is over; writers are not kept from anything.
LOCK TABLE position_packed, position_recent IN ROW EXCLUSIVE MODE;

-- name: keep_months
-- No month is emptied or pruned until the transaction is over; nobody else is kept from anything.
-- First of all in it: what is read is as of the first statement behind, and TRUNCATE is of now.
LOCK TABLE position_packed, position_recent IN ACCESS SHARE MODE;

-- name: have_day
-- Have a day alone until the transaction is over: some of it is packed now.
INSERT INTO packed_day AS d (day, packed) VALUES ($1, true)
ON CONFLICT (day) DO UPDATE SET packed = true;

-- name: day_packed
-- All of a day is packed, unless its positions changed since; the day then. Arguments: day, version.
UPDATE packed_day p SET version = d.version
FROM presence_day d WHERE p.day = $1 AND d.day = p.day AND d.version = $2 RETURNING p.day;

-- name: delete_rows
-- Fixes of ships that are packed now. Arguments: ships, from, before.
DELETE FROM position_recent WHERE mmsi = ANY($1) AND at >= $2 AND at < $3;

-- name: delete_packed
-- Packed rows of ships that are packed anew. Arguments: ships, from, before.
DELETE FROM position_packed WHERE mmsi = ANY($1) AND first_at >= $2 AND first_at < $3;

-- name: empty_partition
-- Give back the room of a month of rows of which none is left; whether that was so.
SELECT empty_position_partition($1);

-- name: empty_months
-- Months of rows that hold room and no row.
SELECT since FROM (
    SELECT c.oid, to_date(right(c.relname, 7), 'YYYY_MM')::timestamp AT TIME ZONE 'UTC' AS since,
        (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' AS before
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'position_recent'::regclass AND pg_relation_size(c.oid) > 0
    OFFSET 0
) m
WHERE NOT EXISTS (SELECT FROM position_recent p WHERE p.at >= m.since AND p.at < m.before)
ORDER BY since;

-- name: who_reads
-- Transactions of this database, but this one: each may see what is no more.
SELECT l.virtualtransaction AS number FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid()
    AND a.datname = current_database();

-- name: still_reads
-- Whether one of these transactions goes on.
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'virtualxid' AND granted AND virtualtransaction = ANY($1)
);

-- name: insert_delivery
-- Put a message into the outbox, unless it is there.
INSERT INTO delivery (
    idem, alert, revision, channel, lane, word, severity, payload, due, expires, made_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (idem) DO NOTHING;

-- name: tell_of_deliveries
-- Wake whoever empties the outbox, once this is committed.
SELECT pg_notify('delivery', '');

-- name: hurry_lanes
-- Critical messages do not wait for those before them: let these go at once as well.
UPDATE delivery
SET due = $2
WHERE id IN (
    SELECT head.id
    FROM delivery AS grave
    CROSS JOIN LATERAL (
        SELECT id, due FROM delivery
        WHERE lane = grave.lane AND state = 'waiting'
        ORDER BY id LIMIT 1
    ) AS head
    WHERE grave.state = 'waiting' AND grave.severity = 'critical' AND grave.channel = $1
        AND grave.due <= $2 AND head.due > $2
);

-- name: grave_heads
-- The first of each lane of a channel that holds something critical; nobody else can take them
-- until this transaction ends.
SELECT head.id, head.lane
FROM delivery AS head
WHERE head.id IN (
    SELECT (
        SELECT first.id FROM delivery AS first
        WHERE first.lane = grave.lane AND first.state = 'waiting'
        ORDER BY first.id LIMIT 1
    )
    FROM delivery AS grave
    WHERE grave.state = 'waiting' AND grave.severity = 'critical' AND grave.channel = $1
        AND grave.due <= $2
    ORDER BY grave.due, grave.id LIMIT $3
)
    AND head.state = 'waiting' AND head.due <= $2
    AND (head.leased_until IS NULL OR head.leased_until <= $2)
ORDER BY head.id
FOR UPDATE OF head SKIP LOCKED;

-- name: lane_heads
-- The first of each lane of a channel that may be sent now; nobody else can take them until this
-- transaction ends. A digest goes before what was made after it, and before what else is told of an
-- alert in it: that may have been written before the digest and committed after it.
SELECT head.id, head.lane
FROM delivery AS head
WHERE head.state = 'waiting' AND head.channel = $1 AND head.due <= $2
    AND (head.leased_until IS NULL OR head.leased_until <= $2)
    AND NOT EXISTS (
        SELECT FROM delivery AS before
        WHERE before.lane = head.lane AND before.state = 'waiting' AND before.id < head.id
    )
    AND head.id <= coalesce(
        (SELECT min(digest.id) FROM delivery AS digest
        WHERE digest.lane = $4 AND digest.state = 'waiting'),
        head.id
    )
    AND NOT EXISTS (
        SELECT FROM delivery AS told
        WHERE told.alert = head.alert AND told.channel = $1 AND told.state = 'digested'
            AND told.ended_at = ANY(ARRAY(
                SELECT digest.made_at FROM delivery AS digest
                WHERE digest.lane = $4 AND digest.state = 'waiting'
            ))
    )
ORDER BY head.due, head.id
LIMIT $3
FOR UPDATE OF head SKIP LOCKED;

-- name: lane_rows
-- All that waits in these lanes, in its order; how its alert stands, and whether the channel was
-- told of that alert before, or may have been.
SELECT d.id, d.alert, d.revision, d.channel, d.lane, d.word, d.severity, d.payload,
    d.attempts, d.due, d.expires, d.made_at, d.leased_until, alert.state AS stands,
    EXISTS (
        SELECT FROM delivery AS told
        WHERE told.alert = d.alert AND told.channel = d.channel AND told.id <> d.id
            AND told.word IN ('raised', 'amended')
            AND (told.state IN ('sent', 'digested') OR told.leased_until IS NOT NULL)
    ) AS told
FROM delivery AS d
LEFT JOIN alert ON alert.id = d.alert
WHERE d.lane = ANY($1) AND d.state = 'waiting'
ORDER BY d.lane, d.id;

-- name: lease_deliveries
-- Take messages for sending until then.
UPDATE delivery SET leased_until = $2, attempts = attempts + 1 WHERE id = ANY($1);

-- name: end_deliveries
-- Messages that were sent, cancelled, digested or given up; the ids of those that still waited.
UPDATE delivery SET state = $2, ended_at = $3, last_error = coalesce($4, last_error)
WHERE id = ANY($1) AND state = 'waiting'
RETURNING id;

-- name: put_off_delivery
-- A message that could not be sent: when it is tried again, and when it may have arrived.
UPDATE delivery SET due = $2, last_error = $3, leased_until = $4
WHERE id = $1 AND state = 'waiting';

-- name: put_off_lanes
-- What is in these lanes is not looked at before then.
UPDATE delivery SET due = $2 WHERE lane = ANY($1) AND state = 'waiting' AND due < $2;

-- name: bring_forward
-- A channel works again: what waited for that goes now.
UPDATE delivery SET due = $2
WHERE state = 'waiting' AND due > $2 AND lane IN (
    SELECT lane FROM delivery WHERE channel = $1 AND state = 'waiting' AND attempts > 0
);

-- name: bury_deliveries
-- What a channel that does not work has not taken since then is given up.
UPDATE delivery SET state = 'dead', ended_at = $3, last_error = coalesce(last_error, $4)
WHERE channel = $1 AND state = 'waiting' AND made_at <= $2
    AND (leased_until IS NULL OR leased_until <= $3)
RETURNING id, lane, payload;

-- name: bury_strays
-- What is for a channel that does not exist is given up as well.
UPDATE delivery SET state = 'dead', ended_at = $3, last_error = coalesce(last_error, $4)
WHERE channel <> ALL($1) AND state = 'waiting' AND made_at <= $2
RETURNING id, channel, lane, payload;

-- name: sent_since
-- How many messages a channel got since then; digests are what comes beside them.
SELECT count(*) FROM delivery
WHERE channel = $1 AND state = 'sent' AND ended_at > $2 AND word NOT IN ('digest', 'test');

-- name: last_digest
-- When the last digest of a channel was made, if that was since then.
SELECT max(made_at) FROM delivery WHERE channel = $1 AND word = 'digest' AND made_at > $2;

-- name: next_due
-- When the next message of a channel falls due.
SELECT due FROM delivery
WHERE channel = $1 AND state = 'waiting' AND due > $2
ORDER BY due LIMIT 1;

-- name: count_waiting
-- How many messages wait for each channel.
SELECT channel, count(*) AS waiting FROM delivery WHERE state = 'waiting' GROUP BY channel;

-- name: list_deliveries
-- The outbox, the newest first: in these states, of a channel and an alert (null: any).
SELECT id, idem, alert, revision, channel, word, severity, payload ->> 'headline' AS headline,
    state, attempts, due, last_error, made_at, ended_at
FROM delivery
WHERE state = ANY($1) AND ($2::text IS NULL OR channel = $2) AND ($3::uuid IS NULL OR alert = $3)
ORDER BY id DESC LIMIT $4;

-- name: revive_deliveries
-- Dead messages of a channel (of these ids; null: all) are tried again for as long as new ones. That
-- they were tried before is remembered: they are told one by one, old as they are.
UPDATE delivery
SET state = 'waiting', attempts = 1, due = $3, made_at = $3, ended_at = NULL, expires = NULL
WHERE state = 'dead' AND channel = $1 AND ($2::bigint[] IS NULL OR id = ANY($2))
RETURNING id;

-- name: cancel_deliveries
-- What waits for a channel about an alert (null: any) is not told.
UPDATE delivery SET state = 'cancelled', ended_at = $3, last_error = $4
WHERE state = 'waiting' AND channel = $1 AND ($2::uuid IS NULL OR alert = $2)
    AND (leased_until IS NULL OR leased_until <= $3)
RETURNING id;

-- name: rule_states
-- Rules that were switched on or off: the last word of each.
SELECT DISTINCT ON (rule) rule, seq, enabled, made_at, author, note, tested_per_day
FROM rule_change ORDER BY rule, seq DESC;

-- name: change_rule
-- Switch a rule on or off; whether what holds already shall be told, too, and how many alerts a day
-- it would have raised.
INSERT INTO rule_change (rule, enabled, author, note, current, tested_per_day)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: count_rule_alerts
-- How many alerts a rule has raised in the day until then, since the last word on it.
SELECT count(*) FROM rule_alert
WHERE rule = $1 AND decided_at > $2::timestamptz - interval '1 day' AND decided_at <= $2
    AND switched = $3;

-- name: note_rule_alert
-- That a rule raised an alert, or joined it: once; nothing where that is known.
INSERT INTO rule_alert (rule, alert, decided_at, switched, noisy_since)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING rule;

-- name: rule_noise
-- The latest noise of rules (null: all) until then, of the day before, since the last word on each.
SELECT DISTINCT ON (r.rule) r.rule, r.noisy_since, r.decided_at
FROM rule_alert AS r
WHERE ($1::text[] IS NULL OR r.rule = ANY($1)) AND r.noisy_since IS NOT NULL
    AND r.decided_at >= $2::timestamptz - interval '1 day' AND r.decided_at <= $2
    AND r.switched = coalesce((SELECT max(c.seq) FROM rule_change AS c WHERE c.rule = r.rule), 0)
ORDER BY r.rule, r.decided_at DESC;

-- name: rules_to_take_up
-- Rules that were switched on by then (null: ever), and of which what holds already was not told yet.
SELECT c.seq, c.rule FROM rule_change AS c
WHERE c.current AND ($1::timestamptz IS NULL OR c.made_at <= $1)
    AND NOT EXISTS (SELECT FROM rule_taken AS t WHERE t.seq = c.seq)
ORDER BY c.seq;

-- name: rule_taken_up
-- That what holds already was told: once.
INSERT INTO rule_taken (seq, alerts) VALUES ($1, $2);

-- name: lasting_episodes
-- A page of episodes that may hold still: with an event of these kinds, and no departure. Arguments:
-- kinds, the last of the page before, how many.
SELECT DISTINCT e.episode FROM event AS e
WHERE e.kind = ANY($1) AND e.state <> 'withdrawn' AND e.episode > $2
    AND NOT EXISTS (
        SELECT FROM event AS gone
        WHERE gone.episode = e.episode AND gone.kind = 'PortDeparted' AND gone.state <> 'withdrawn'
    )
ORDER BY e.episode LIMIT $3;

-- name: lists_as_of
-- By what the watchlists may be known to have changed.
SELECT count(*) AS entries, max(id) AS last, count(removed_at) AS removed FROM watch_entry;

-- name: alerts_of
-- Alerts by their ids; nobody else changes them until this transaction ends.
SELECT id, mmsi, track, place, area, feed, rule, name, state, severity, revision, headline, reasons,
    channels, raised_at, changed_at, happened_at, ST_X(geom) AS lon, ST_Y(geom) AS lat, muted_by,
    kept_back, assignee, verdict, note
FROM alert WHERE id = ANY($1) FOR UPDATE;

-- name: alerts_seen
-- Alerts by their ids, to be shown.
SELECT id, mmsi, track, place, area, feed, rule, name, state, severity, revision, headline, reasons,
    channels, raised_at, changed_at, happened_at, ST_X(geom) AS lon, ST_Y(geom) AS lat, muted_by,
    kept_back, assignee, verdict, note
FROM alert WHERE id = ANY($1) AND (area IS NULL OR area NOT IN (SELECT id FROM area_hidden));

-- name: save_alert
-- An alert as it stands now.
INSERT INTO alert (
    id, subject, mmsi, track, place, feed, name, state, severity, revision, headline, reasons,
    channels, raised_at, changed_at, happened_at, geom, muted_by, kept_back, assignee, verdict, note,
    rule, area
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
    ST_SetSRID(ST_MakePoint($17, $18), 4326), $19, $20, $21, $22, $23, $24, $25
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, state = excluded.state, severity = excluded.severity,
    revision = excluded.revision, headline = excluded.headline, reasons = excluded.reasons,
    channels = excluded.channels, changed_at = excluded.changed_at,
    happened_at = excluded.happened_at, geom = excluded.geom, muted_by = excluded.muted_by,
    kept_back = excluded.kept_back, assignee = excluded.assignee, verdict = excluded.verdict, note = excluded.note;

-- name: note_change
-- What was done to an alert, by whom.
INSERT INTO alert_change (alert, what, actor, was, became, revision, event, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: mutes_that_hold
-- Mutes that were not taken back and may cover what happened since then.
SELECT id, mmsi, place, rule, alert, since, until, for_episode
FROM mute WHERE ended_at IS NULL AND (for_episode OR until > $1) ORDER BY id;

-- name: hidden_by_ended
-- Alerts that are open or acknowledged, and hidden by a mute that has ended by then, or was taken back
-- by then (null: ever), and what mute that was; those of which it was decided already what becomes of
-- them are left out. At most so many; nobody else changes them until this transaction ends.
SELECT a.id, a.mmsi, a.track, a.place, a.area, a.feed, a.rule, a.name, a.state, a.severity, a.revision,
    a.headline, a.reasons, a.channels, a.raised_at, a.changed_at, a.happened_at, ST_X(a.geom) AS lon,
    ST_Y(a.geom) AS lat, a.muted_by, a.kept_back, a.assignee, a.verdict, a.note,
    m.mmsi AS of_mmsi, m.place AS of_place, m.rule AS of_rule, m.alert AS of_alert, m.since,
    m.until, m.for_episode, m.reason, m.author, m.ended_at, m.ended_by
FROM alert AS a JOIN mute AS m ON m.id = a.muted_by
WHERE a.state IN ('open', 'acknowledged')
    AND (
        (NOT m.for_episode AND m.until <= $1)
        OR (m.ended_at IS NOT NULL AND ($2::timestamptz IS NULL OR m.ended_at <= $2))
    )
    AND NOT EXISTS (SELECT FROM alert_change AS c WHERE c.alert = a.id AND c.mute = m.id)
ORDER BY a.changed_at, a.id LIMIT $3
FOR UPDATE OF a;

-- name: note_lapse
-- That it was decided what becomes of an alert when a mute ended: once.
INSERT INTO alert_change (alert, what, actor, was, became, revision, note, mute)
VALUES ($1, 'unmute', $2, $3, $3, $4, $5, $6);

-- name: told_before
-- Of these alerts those of which something was to be told before.
SELECT DISTINCT alert FROM delivery WHERE alert = ANY($1);

-- name: mute_swallowed
-- A mute kept something from being told.
UPDATE mute SET swallowed = swallowed + 1 WHERE id = $1;

-- name: alerts
-- A page of alerts, the newest first. Arguments: states (null: all), severity at least (0 to 2),
-- mmsi, place, since (each may be null), the last of the page before (changed_at, id), how many.
SELECT id, mmsi, track, place, area, feed, rule, name, state, severity, revision, headline, reasons,
    channels, raised_at, changed_at, happened_at, ST_X(geom) AS lon, ST_Y(geom) AS lat, muted_by,
    kept_back, assignee, verdict, note
FROM alert
WHERE (area IS NULL OR area NOT IN (SELECT id FROM area_hidden))
    AND ($1::text[] IS NULL OR state = ANY($1))
    AND array_position(ARRAY['info', 'warning', 'critical'], severity) > $2
    AND ($3::integer IS NULL OR mmsi = $3) AND ($4::text IS NULL OR place = $4)
    AND ($5::timestamptz IS NULL OR changed_at >= $5)
    AND ($6::timestamptz IS NULL OR (changed_at, id) < ($6, $7::uuid))
ORDER BY changed_at DESC, id DESC LIMIT $8;

-- name: alerts_as_of
-- By what alerts of these states (null: all) may be known to have changed: each write makes a new row.
SELECT count(*) AS alerts,
    coalesce(sum(hashtextextended(id::text || ' ' || xmin::text, 0)), 0)::text AS digest
FROM alert WHERE ($1::text[] IS NULL OR state = ANY($1))
    AND (area IS NULL OR area NOT IN (SELECT id FROM area_hidden));

-- name: alert_like
-- Alerts whose id begins so.
SELECT id FROM alert WHERE replace(id::text, '-', '') LIKE $1 || '%'
    AND (area IS NULL OR area NOT IN (SELECT id FROM area_hidden))
ORDER BY id LIMIT 3;

-- name: alert_history
-- What was done to an alert, in order.
SELECT made_at, what, actor, was, became, revision, event, note
FROM alert_change WHERE alert = $1 ORDER BY seq;

-- name: alert_deliveries
-- What was told of an alert, and to whom.
SELECT channel, word, state, revision, attempts, made_at, ended_at, last_error
FROM delivery WHERE alert = $1 ORDER BY id;

-- name: alert_messages
-- What was told of an alert, word for word, the newest first. Arguments: alert, how many.
SELECT channel, word, state, revision, attempts, made_at, ended_at, last_error,
    payload->>'headline' AS headline, payload->>'text' AS text
FROM delivery WHERE alert = $1 ORDER BY id DESC LIMIT $2;

-- name: make_mute
-- What shall not be told; its number.
INSERT INTO mute (mmsi, place, rule, alert, since, until, for_episode, reason, author)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id;

-- name: end_mute
-- Take a mute back; nothing where it was, or is none.
UPDATE mute SET ended_at = now(), ended_by = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id;

-- name: mutes
-- Mutes, the newest first; true: only those that hold now.
SELECT id, mmsi, place, rule, alert, since, until, for_episode, reason, author, made_at, ended_at,
    ended_by, swallowed
FROM mute WHERE NOT $1 OR (ended_at IS NULL AND (for_episode OR until > now())) ORDER BY id DESC;

-- name: verdicts
-- Alerts that were closed with a verdict since then, by the rules of their reasons; not those about
-- rules.
SELECT given.rule, verdict, count(DISTINCT a.id) AS alerts
FROM alert a, jsonb_array_elements(a.reasons) AS reason,
    jsonb_array_elements_text(reason -> 'rules') AS given (rule)
WHERE verdict IS NOT NULL AND a.rule IS NULL AND EXISTS (
    SELECT FROM alert_change c WHERE c.alert = a.id AND c.what = 'close' AND c.made_at >= $1
)
GROUP BY given.rule, verdict ORDER BY given.rule, verdict;

-- name: episode_events
-- The events of an episode, in order.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event WHERE episode = $1 OR id = $1 ORDER BY decided_at, id;

-- name: episodes_events
-- The events of some episodes.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event WHERE episode = ANY($1) OR id = ANY($1) ORDER BY decided_at, id;

-- name: events_decided
-- A page of events in the order they were decided. Arguments: since, until (may be null), the last
-- of the page before (decided_at, id), how many.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event
WHERE decided_at >= $1 AND ($2::timestamptz IS NULL OR decided_at < $2)
    AND (decided_at, id) > ($3::timestamptz, $4::uuid)
ORDER BY decided_at, id LIMIT $5;

-- name: shift
-- What was done in a time, by the clock of the store: how often, of how many alerts.
SELECT what, count(*) AS times, count(DISTINCT alert) AS alerts
FROM alert_change WHERE made_at >= $1 AND made_at < $2 GROUP BY what ORDER BY what;

-- name: shift_deliveries
-- What was told in a time, by channel.
SELECT channel, state, count(*) AS messages
FROM delivery WHERE made_at >= $1 AND made_at < $2 GROUP BY channel, state ORDER BY channel, state;

-- name: shift_closed
-- Alerts that officers closed in a time, as they were closed last, and how they stand now.
SELECT alert, made_at, actor, severity, headline, state, verdict, note
FROM (
    SELECT DISTINCT ON (c.alert) c.alert, c.made_at, c.actor, a.severity, a.headline, a.state,
        a.verdict, a.note
    FROM alert_change AS c JOIN alert AS a ON a.id = c.alert
    WHERE c.what = 'close' AND c.made_at >= $1 AND c.made_at < $2
    ORDER BY c.alert, c.seq DESC
) AS closed
ORDER BY made_at, alert;

-- name: shift_muted
-- Mutes that kept something from being told in a time, and of how many alerts.
SELECT m.id, m.mmsi, m.place, m.rule, m.alert, m.until, m.for_episode, m.reason, m.author,
    m.ended_at, m.ended_by, m.swallowed, count(DISTINCT c.alert) AS alerts
FROM alert_change AS c JOIN mute AS m ON c.note = 'muted by mute ' || m.id
WHERE c.actor IS NULL AND c.made_at >= $1 AND c.made_at < $2
GROUP BY m.id ORDER BY m.id;

-- name: alert_tally
-- How many alerts there are, by how they stand.
SELECT state, severity, muted_by IS NOT NULL AS muted, count(*) AS alerts
FROM alert GROUP BY state, severity, muted_by IS NOT NULL;

-- name: delivery_tally
-- How many messages wait or are dead, by channel.
SELECT channel, state, count(*) AS messages
FROM delivery WHERE state IN ('waiting', 'dead') GROUP BY channel, state;

-- name: news_head
-- The newest of the news that is final; 0 and 0 where there is none.
SELECT coalesce(max(xid::text::bigint), 0) AS xid, coalesce(max(seq), 0) AS seq FROM (
    SELECT xid, seq FROM news WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid DESC, seq DESC LIMIT 1
) AS last;

-- name: news_kept
-- Whether a piece of news is kept still, so that what came behind it can be told.
SELECT EXISTS (SELECT FROM news WHERE xid = $1::text::xid8 AND seq = $2);

-- name: news_any
-- Whether there is any news.
SELECT EXISTS (SELECT FROM news);

-- name: news_since
-- What is final of the news behind (xid, seq), in order; no more rows than so many.
SELECT xid::text::bigint AS xid, seq, topic, ref FROM news
WHERE (xid, seq) > ($1::text::xid8, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT $3;

-- name: news_forget
-- Let go of news that is older than an instant.
DELETE FROM news WHERE made_at < $1;

-- name: events_seen
-- Events by their ids.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event WHERE id = ANY($1) AND (area IS NULL OR area NOT IN (SELECT id FROM area_hidden));

-- name: calls_seen
-- Port calls by their ids.
SELECT id, mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest,
    departed_earliest, departed_at, departed_latest, departed, state, confidence, stages,
    decided_at, revised, revised_at, revision
FROM port_call WHERE id = ANY($1);

-- name: feature_vessels
-- Vessels with their last fix, and who they say they are. Asked for by items.py, with conditions.
SELECT s.mmsi, v.name, v.callsign, v.imo, v.ship_type, v.to_bow_m + v.to_stern_m AS length_m,
    v.to_port_m + v.to_starboard_m AS beam_m, v.identified_at, s.at,
    s.sog_kn::numeric::float8 AS sog_kn, s.cog_deg::numeric::float8 AS cog_deg, s.status, s.geom
FROM vessel_state s LEFT JOIN vessel v USING (mmsi);

-- name: feature_positions
-- Fixes as they are stored, by ship and time: ship after ship is looked at, as far as is asked for.
-- Arguments: from when, before when (each may be null), the MMSI and the instant before which nothing
-- is wanted, the only MMSI that is (may be null). Asked for by items.py, with conditions.
WITH RECURSIVE ship AS (
    SELECT coalesce($5, least(
        (SELECT min(mmsi) FROM position_recent WHERE mmsi >= $3),
        (SELECT min(mmsi) FROM position_packed WHERE mmsi >= $3)
    )) AS mmsi
    UNION ALL
    SELECT least(
        (SELECT min(r.mmsi) FROM position_recent r WHERE r.mmsi > ship.mmsi),
        (SELECT min(p.mmsi) FROM position_packed p WHERE p.mmsi > ship.mmsi)
    )
    FROM ship WHERE ship.mmsi IS NOT NULL AND $5::integer IS NULL
)
SELECT p.mmsi, p.at, p.sog_kn::numeric::float8 AS sog_kn, p.cog_deg::numeric::float8 AS cog_deg,
    p.heading_deg, p.status, p.type, p.track, p.received_at,
    (SELECT s.name FROM source s WHERE s.id = p.source) AS source, p.line, p.geom
FROM ship CROSS JOIN LATERAL (
    SELECT * FROM position_of(
        ARRAY[ship.mmsi],
        greatest($1::timestamptz, CASE WHEN ship.mmsi = $3::integer THEN $4::timestamptz END),
        $2::timestamptz
    )
    ORDER BY at
) p;

-- name: feature_positions_near
-- The same within a box that is not large, where all days are known: of days that are counted by
-- presence, of the others all. Arguments: west, south, east, north, from when, before when (each may
-- be null), and the MMSI before which nothing is wanted. Asked for by items.py, with conditions.
SELECT n.mmsi, p.at, p.sog_kn::numeric::float8 AS sog_kn, p.cog_deg::numeric::float8 AS cog_deg,
    p.heading_deg, p.status, p.type, p.track, p.received_at, s.name AS source, p.line, p.geom
FROM (
    SELECT p.mmsi, p.track, p.cell, p.first_at, p.last_at
    FROM presence_day d
    CROSS JOIN generate_series(
        sea_cell($1::float8, $2::float8) / 1440, sea_cell($1::float8, $4::float8) / 1440
    ) AS band (y)
    CROSS JOIN LATERAL (
        SELECT * FROM presence p
        WHERE p.day = d.day AND p.cell >= y * 1440 + sea_cell($1, $2) % 1440
            AND p.cell <= y * 1440 + sea_cell($3::float8, $2) % 1440
        OFFSET 0
    ) p
    WHERE d.counted AND ($5::timestamptz IS NULL OR p.last_at >= $5)
        AND ($6::timestamptz IS NULL OR p.first_at < $6) AND p.mmsi >= $7::integer
        AND p.west <= $3 + 0.00004 AND p.south <= $4 + 0.00004 AND p.east >= $1 - 0.00004
        AND p.north >= $2 - 0.00004
    UNION ALL
    SELECT f.mmsi, f.track, NULL, f.at, f.at
    FROM presence_day d CROSS JOIN LATERAL (
        SELECT p.mmsi, p.track, p.at
        FROM position_within(
            ST_MakeEnvelope($1, $2, $3, $4, 4326),
            greatest(d.day::timestamp AT TIME ZONE 'UTC', $5),
            least((d.day + 1)::timestamp AT TIME ZONE 'UTC', $6)
        ) p
        WHERE p.mmsi >= $7
        OFFSET 0
    ) f
    WHERE NOT d.counted
    ORDER BY mmsi
) n
CROSS JOIN LATERAL (
    SELECT * FROM position_of(ARRAY[n.mmsi], n.first_at, n.last_at + interval '1 microsecond') f
    WHERE f.track = n.track
        AND (n.cell IS NULL OR sea_cell(ST_X(f.geom), ST_Y(f.geom)) = n.cell)
    OFFSET 0
) p
LEFT JOIN source s ON s.id = p.source;

-- name: feature_tracks
-- The way of each ship through each day (UTC), one line each; a day of one fix has none. Arguments:
-- from when, before when (each may be null), the MMSI and the instant before which nothing is
-- wanted, the only MMSI that is (may be null). A line over the antimeridian is cut there. Asked for by
-- items.py, with conditions.
WITH RECURSIVE ship AS (
    SELECT coalesce($5, least(
        (SELECT min(mmsi) FROM position_recent WHERE mmsi >= $3),
        (SELECT min(mmsi) FROM position_packed WHERE mmsi >= $3)
    )) AS mmsi
    UNION ALL
    SELECT least(
        (SELECT min(r.mmsi) FROM position_recent r WHERE r.mmsi > ship.mmsi),
        (SELECT min(p.mmsi) FROM position_packed p WHERE p.mmsi > ship.mmsi)
    )
    FROM ship WHERE ship.mmsi IS NOT NULL AND $5::integer IS NULL
)
SELECT t.mmsi, t.track, t.day, v.name, v.imo, v.ship_type, t.begun_at, t.ended_at, t.fixes,
    ST_Length(t.geom::geography) AS length_m, t.geom
FROM ship CROSS JOIN LATERAL (
    SELECT p.mmsi, p.track, date_trunc('day', p.at, 'UTC') AS day, min(p.at) AS begun_at,
        max(p.at) AS ended_at, count(*)::integer AS fixes,
        CASE WHEN max(ST_X(p.geom)) - min(ST_X(p.geom)) > 180
            THEN ST_WrapX(ST_MakeLine(ST_ShiftLongitude(p.geom) ORDER BY p.at), 180, -360)
            ELSE ST_MakeLine(p.geom ORDER BY p.at)
        END AS geom
    FROM position_of(
        ARRAY[ship.mmsi],
        greatest($1::timestamptz, CASE WHEN ship.mmsi = $3::integer THEN $4::timestamptz END),
        $2::timestamptz
    ) p
    GROUP BY p.mmsi, date_trunc('day', p.at, 'UTC'), p.track
    HAVING count(*) > 1
    ORDER BY day, p.track
) t
LEFT JOIN LATERAL (SELECT name, imo, ship_type FROM vessel WHERE mmsi = t.mmsi) v ON true;

-- name: feature_events
-- Events, their evidence in flat words. Asked for by items.py, with conditions.
SELECT id, kind, state, mmsi, track, other_mmsi, other_track, area, feed, name,
    (said ->> 'imo')::integer AS imo, said ->> 'callsign' AS callsign,
    (said ->> 'ship_type')::integer AS ship_type,
    (said ->> 'draught_m')::float8 AS draught_m, said ->> 'destination' AS destination,
    port, geofence, at, earliest, latest, decided_at, confidence, why, episode,
    revised, revised_at, revision, evidence ->> 'geofence_hash' AS geofence_hash,
    jsonb_array_length(evidence -> 'fixes') AS fixes,
    (evidence #>> '{fixes,0,at}')::timestamptz AS first_fix_at,
    (evidence #>> '{fixes,-1,at}')::timestamptz AS last_fix_at,
    evidence #>> '{fixes,-1,source}' AS last_fix_source,
    (evidence #>> '{fixes,-1,line}')::bigint AS last_fix_line,
    evidence #>> '{fixes,-1,sentence}' AS last_fix_sentence,
    evidence #>> '{figures,cause}' AS cause, (evidence -> 'figures')::text AS figures,
    coalesce(at, latest, earliest, decided_at) AS told_at, coalesce(mmsi, 0) AS key_mmsi,
    kind COLLATE "C" AS key_kind, geom
FROM event
WHERE (area IS NULL OR area NOT IN (SELECT id FROM area_hidden));

-- name: feature_port_calls
-- Port calls, at the point of their port. Argument: the geofences as JSON (see report/features).
-- Asked for by items.py, with conditions.
SELECT c.id, c.mmsi, c.track, c.name, c.port,
    CASE WHEN c.departed THEN 'left'
        WHEN last.kind = 'WentDarkInside' THEN 'dark'
        WHEN c.state = 'found' THEN 'in port'
        WHEN c.state = 'touched' THEN 'entered'
        ELSE coalesce(c.state, 'in port')
    END AS state,
    c.arrived_earliest, c.arrived_at, c.arrived_latest, c.departed_earliest, c.departed_at,
    c.departed_latest, c.departed, c.confidence, jsonb_array_length(c.stages) AS stages,
    last.kind AS last_stage, last.geofence AS last_geofence, c.decided_at, c.revised, c.revised_at,
    c.revision, coalesce(c.arrived_at, c.arrived_latest, c.decided_at) AS told_at,
    CASE WHEN c.departed THEN coalesce(c.departed_at, c.departed_latest, c.decided_at) END AS over_at,
    f.geom
FROM port_call c
LEFT JOIN LATERAL (
    SELECT s.stage ->> 'kind' AS kind, s.stage ->> 'geofence' AS geofence
    FROM jsonb_array_elements(c.stages) WITH ORDINALITY AS s (stage, place)
    WHERE s.stage ->> 'kind' <> 'FirstSeenInside' ORDER BY s.place DESC LIMIT 1
) last ON true
LEFT JOIN (
    SELECT p.port, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326) AS geom
    FROM jsonb_to_recordset($1::jsonb -> 'ports') AS p (port text, lon float8, lat float8)
) f ON f.port = c.port;

-- name: feature_voyages
-- Voyages: those made, and those begun and not made yet, each as the line between the fixes that it
-- rests on, which is not the way she went; of one fix there is no line yet. Asked for by items.py,
-- with conditions.
SELECT v.id, v.mmsi, v.track, v.name, v.figures ->> 'from' AS "from", v.figures ->> 'to' AS "to",
    (v.figures ->> 'departed_earliest')::timestamptz AS departed_earliest,
    (v.figures ->> 'departed_at')::timestamptz AS departed_at,
    (v.figures ->> 'departed_latest')::timestamptz AS departed_latest,
    (v.figures ->> 'arrived_earliest')::timestamptz AS arrived_earliest,
    (v.figures ->> 'arrived_at')::timestamptz AS arrived_at,
    (v.figures ->> 'arrived_latest')::timestamptz AS arrived_latest,
    (v.figures ->> 'sailed_heard_m')::float8 AS sailed_heard_m,
    (v.figures ->> 'sailed_least_m')::float8 AS sailed_least_m,
    (v.figures ->> 'needed_kn')::float8 AS needed_kn,
    (v.figures ->> 'unheard_s')::float8 AS unheard_s,
    (v.figures ->> 'last_heard_at')::timestamptz AS last_heard_at,
    (v.figures ->> 'heard_again_at')::timestamptz AS heard_again_at,
    v.figures ->> 'destination' AS destination,
    (v.figures ->> 'draught_before_m')::float8 AS draught_before_m,
    (v.figures ->> 'draught_after_m')::float8 AS draught_after_m,
    coalesce((v.figures ->> 'contradiction') NOT IN ('false', '0', ''), false) AS contradiction,
    v.confidence, v.why, v.kind = 'VoyageMade' AS made, v.told_at, v.decided_at, v.key_mmsi,
    v.key_kind,
    coalesce(
        (v.figures ->> 'departed_at')::timestamptz, (v.figures ->> 'departed_latest')::timestamptz,
        (v.figures ->> 'departed_earliest')::timestamptz, v.told_at
    ) AS under_way_at,
    CASE WHEN v.kind = 'VoyageMade' THEN coalesce(
        (v.figures ->> 'arrived_at')::timestamptz, (v.figures ->> 'arrived_latest')::timestamptz,
        v.told_at
    ) END AS over_at,
    CASE WHEN way.fixes < 2 THEN NULL
        WHEN way.east - way.west > 180
        THEN ST_WrapX(ST_ShiftLongitude(way.geom), 180, -360)
        ELSE way.geom
    END AS geom
FROM (
    SELECT e.id, e.mmsi, e.track, e.name, e.kind, e.confidence, e.why, e.decided_at, e.evidence,
        e.evidence -> 'figures' AS figures,
        coalesce(e.at, e.latest, e.earliest, e.decided_at) AS told_at,
        coalesce(e.mmsi, 0) AS key_mmsi, e.kind COLLATE "C" AS key_kind
    FROM event e
    WHERE e.kind IN ('VoyageMade', 'VoyageBegun')
        AND (e.kind = 'VoyageMade' OR NOT EXISTS (
            SELECT FROM event m
            WHERE m.kind = 'VoyageMade' AND m.mmsi = e.mmsi AND m.track = e.track
                AND m.evidence #>> '{figures,voyage}' = e.evidence #>> '{figures,voyage}'
        ))
) v
LEFT JOIN LATERAL (
    SELECT count(*) AS fixes, min((f.fix ->> 'lon')::float8) AS west,
        max((f.fix ->> 'lon')::float8) AS east,
        ST_MakeLine(
            ST_SetSRID(ST_MakePoint((f.fix ->> 'lon')::float8, (f.fix ->> 'lat')::float8), 4326)
            ORDER BY f.place
        ) AS geom
    FROM jsonb_array_elements(v.evidence -> 'fixes') WITH ORDINALITY AS f (fix, place)
) way ON true;

-- name: feature_geofences
-- The polygons that are watched. Argument: the geofences as JSON (see report/features). Asked for
-- by items.py, with conditions.
SELECT f.id, f.port, f.port_name, f.country, f.unlocode, f.kind, f.name, f.use, f.hash,
    ST_ForcePolygonCCW(ST_SetSRID(ST_GeomFromGeoJSON(f.shape), 4326)) AS geom
FROM jsonb_to_recordset($1::jsonb -> 'fences') AS f (
    id text, port text, port_name text, country text, unlocode text, kind text, name text,
    use text, hash text, shape text
);

-- name: feature_gates
-- Directed lines across straits and canals. Argument: the geofences as JSON (see report/features).
-- Asked for by items.py, with conditions.
SELECT g.id, g.name, g.inward, g.outward, g.hash,
    ST_SetSRID(ST_GeomFromGeoJSON(g.shape), 4326) AS geom
FROM jsonb_to_recordset($1::jsonb -> 'gates') AS g (
    id text, name text, inward text, outward text, hash text, shape text
);

-- name: feature_alerts
-- Alerts, their reasons in flat words. Asked for by items.py, with conditions.
SELECT a.id, a.state, a.severity, a.revision, a.headline, a.mmsi, a.track, a.name, a.place, a.feed,
    a.raised_at, a.changed_at, a.happened_at, a.assignee, a.muted_by IS NOT NULL AS muted,
    a.verdict, a.note, jsonb_array_length(a.reasons) AS reasons, why.rules, why.kinds, why.events,
    a.geom
FROM alert a
LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT met.rule, ', ') AS rules,
        string_agg(DISTINCT r.reason ->> 'kind', ', ') AS kinds,
        string_agg(DISTINCT (r.reason ->> 'event')::uuid::text, ', ') AS events
    FROM jsonb_array_elements(a.reasons) AS r (reason)
    LEFT JOIN LATERAL jsonb_array_elements_text(r.reason -> 'rules') AS met (rule) ON true
) why ON true
WHERE a.area IS NULL OR a.area NOT IN (SELECT id FROM area_hidden);

-- name: ask_in_port
-- Ships whose calls are not known to have ended, with when each was heard last, and since when she is
-- silent there. Argument: port (may be null).
SELECT c.port, c.mmsi, c.track, c.name, v.imo, v.ship_type, c.state, c.confidence,
    c.arrived_earliest, c.arrived_at, c.arrived_latest, p.at AS heard_at, ST_X(p.geom) AS lon,
    ST_Y(p.geom) AS lat, CASE WHEN d.kind = 'WentDarkInside' THEN d.since END AS dark_since
FROM port_call c LEFT JOIN vessel v USING (mmsi)
LEFT JOIN LATERAL (
    SELECT at, geom FROM position_before(c.mmsi, c.track, 'infinity', 1)
) p ON true
LEFT JOIN LATERAL (
    SELECT kind, coalesce(at, earliest, latest) AS since FROM event
    WHERE mmsi = c.mmsi AND track = c.track AND port = c.port AND state <> 'withdrawn'
        AND kind IN ('WentDarkInside', 'ReappearedInside', 'ReappearedElsewhere')
    ORDER BY decided_at DESC LIMIT 1
) d ON true
WHERE NOT c.departed AND c.state IN ('found', 'in port', 'leaving')
    AND ($1::text IS NULL OR c.port = $1)
ORDER BY c.port, coalesce(c.arrived_at, c.arrived_latest, c.decided_at), c.mmsi, c.track;

-- name: ask_before
-- Her last positions until an instant, the newest first. Arguments: mmsi, instant, how many.
SELECT at, track, ST_X(geom) AS lon, ST_Y(geom) AS lat, sog_kn::numeric::float8 AS sog_kn
FROM position_before($1, NULL, $2, $3) ORDER BY at DESC;

-- name: ask_behind
-- Her first positions behind an instant, in order. Arguments: mmsi, instant, how many.
SELECT at, track, ST_X(geom) AS lon, ST_Y(geom) AS lat, sog_kn::numeric::float8 AS sog_kn
FROM position_after($1, NULL, $2, $3) ORDER BY at;

-- name: ask_silences
-- Silences at sea of a ship, the newest first: since when, and her greatest speed. Argument: mmsi.
SELECT (evidence #>> '{figures,silent_since}')::timestamptz AS silent_since,
    (evidence #>> '{figures,greatest_kn}')::float8 AS greatest_kn
FROM event WHERE mmsi = $1 AND kind = 'WentDark' AND state <> 'withdrawn'
ORDER BY decided_at DESC;

-- name: ask_inside
-- Ships of which a position was heard in a box within a time. Arguments: west, south, east, north,
-- since, until, how many.
SELECT p.mmsi, p.track, v.name, v.imo, v.ship_type, min(p.at) AS first_at, max(p.at) AS last_at,
    count(*) AS fixes
FROM position_within(ST_MakeEnvelope($1, $2, $3, $4, 4326), $5, $6) p
LEFT JOIN vessel v USING (mmsi)
GROUP BY p.mmsi, p.track, v.name, v.imo, v.ship_type
ORDER BY first_at, p.mmsi, p.track LIMIT $7;

-- name: ask_inside_counted
-- The same, where all days are known. What was counted of a ship in a cell in a day, and lies wholly
-- in the box, need not be looked up; 0.00004 degrees are more than bounds are rounded by.
WITH near AS (
    SELECT p.*, p.west >= $1 + 0.00004 AND p.south >= $2 + 0.00004 AND p.east <= $3 - 0.00004
        AND p.north <= $4 - 0.00004 AND p.first_at >= $5 AND p.last_at < $6 AS whole
    FROM presence_day d
    CROSS JOIN generate_series(sea_cell($1, $2) / 1440, sea_cell($1, $4) / 1440) AS band (y)
    CROSS JOIN LATERAL (
        SELECT * FROM presence p
        WHERE p.day = d.day AND p.cell >= y * 1440 + sea_cell($1, $2) % 1440
            AND p.cell <= y * 1440 + sea_cell($3, $2) % 1440
        OFFSET 0
    ) p
    WHERE d.counted AND d.day >= ($5::timestamptz AT TIME ZONE 'UTC')::date
        AND d.day <= ($6::timestamptz AT TIME ZONE 'UTC')::date
        AND p.first_at < $6 AND p.last_at >= $5 AND p.west <= $3 + 0.00004
        AND p.south <= $4 + 0.00004 AND p.east >= $1 - 0.00004 AND p.north >= $2 - 0.00004
), heard AS (
    SELECT mmsi, track, first_at, last_at, fixes::bigint AS fixes FROM near WHERE whole
    UNION ALL
    SELECT n.mmsi, n.track, f.first_at, f.last_at, f.fixes
    FROM near n CROSS JOIN LATERAL (
        SELECT min(p.at) AS first_at, max(p.at) AS last_at, count(*) AS fixes
        FROM position_of(
            ARRAY[n.mmsi], greatest(n.first_at, $5), least(n.last_at + interval '1 microsecond', $6)
        ) p
        WHERE p.track = n.track AND p.geom && ST_MakeEnvelope($1, $2, $3, $4, 4326)
            AND sea_cell(ST_X(p.geom), ST_Y(p.geom)) = n.cell
    ) f
    WHERE NOT n.whole AND f.fixes > 0
    UNION ALL
    SELECT f.mmsi, f.track, f.first_at, f.last_at, f.fixes
    FROM presence_day d CROSS JOIN LATERAL (
        SELECT p.mmsi, p.track, min(p.at) AS first_at, max(p.at) AS last_at, count(*) AS fixes
        FROM position_within(
            ST_MakeEnvelope($1, $2, $3, $4, 4326),
            greatest(d.day::timestamp AT TIME ZONE 'UTC', $5),
            least((d.day + 1)::timestamp AT TIME ZONE 'UTC', $6)
        ) p
        GROUP BY p.mmsi, p.track
    ) f
    WHERE NOT d.counted AND d.day >= ($5::timestamptz AT TIME ZONE 'UTC')::date
        AND d.day <= ($6::timestamptz AT TIME ZONE 'UTC')::date
)
SELECT h.mmsi, h.track, v.name, v.imo, v.ship_type, min(h.first_at) AS first_at,
    max(h.last_at) AS last_at, sum(h.fixes)::bigint AS fixes
FROM heard h LEFT JOIN vessel v USING (mmsi)
GROUP BY h.mmsi, h.track, v.name, v.imo, v.ship_type
ORDER BY first_at, h.mmsi, h.track LIMIT $7;

-- Stamps: what rows of a table are like, in a word that changes whenever one does. Transactions that
-- wrote rows tell it without the rows' being read.

-- name: stamp_days
-- Of positions: how the days of a time stand; null where not all days are known. Arguments: the
-- first day, the last (each may be null).
SELECT CASE WHEN bool_or(day = '-infinity') THEN NULL
    ELSE md5(coalesce(string_agg(day::text || version, ',' ORDER BY day)
        FILTER (WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)), ''))
END
FROM presence_day;

-- name: stamp_events
-- Of events. Arguments: as of all stamps, not looked at.
SELECT concat_ws('-', count(*), max(xmin::text::bigint), sum(xmin::text::bigint), $1::date, $2::date)
FROM event;

-- name: stamp_port_calls
-- Of port calls. Arguments: as of all stamps, not looked at.
SELECT concat_ws('-', count(*), max(xmin::text::bigint), sum(xmin::text::bigint), $1::date, $2::date)
FROM port_call;

-- name: stamp_alerts
-- Of alerts. Arguments: as of all stamps, not looked at.
SELECT concat_ws('-', count(*), max(xmin::text::bigint), sum(xmin::text::bigint), $1::date, $2::date)
FROM alert;

-- Tiles: Web Mercator, Mapbox vector tiles. Bounds of rows are looked at before any position is read.

-- name: tile_stamp
-- What the days of a time are like: it changes whenever their positions do. Arguments: the first
-- day, the last.
SELECT coalesce(md5(string_agg(day::text || version || counted, ',' ORDER BY day)), '')
FROM presence_day WHERE day >= $1 AND day <= $2;

-- name: tile_density
-- Traffic density: of each cell in a tile on how many days how many ships were heard, by days that
-- are counted. Far out, cells are put together. Arguments: zoom, x, y, the first day, the last, cells
-- put together each way.
WITH tile AS (
    SELECT ST_TileEnvelope($1::integer, $2::integer, $3::integer) AS box
), edge AS (
    SELECT box, ST_Transform(box, 4326) AS around FROM tile
), span AS (
    SELECT box, sea_cell(ST_XMin(around), ST_YMin(around)) AS low,
        sea_cell(ST_XMax(around), ST_YMax(around)) AS high
    FROM edge
), heard AS (
    SELECT f.cell / 1440 / $6::integer AS row, f.cell % 1440 / $6 AS col,
        sum(f.ships)::bigint AS ship_days
    FROM span CROSS JOIN presence_day d CROSS JOIN LATERAL (
        SELECT p.cell, count(*) AS ships FROM presence p
        WHERE p.day = d.day AND p.cell >= span.low AND p.cell <= span.high
            AND p.cell % 1440 >= span.low % 1440 AND p.cell % 1440 <= span.high % 1440
        GROUP BY p.cell OFFSET 0
    ) f
    WHERE d.counted AND d.day >= $4::date AND d.day <= $5::date
    GROUP BY 1, 2
)
SELECT ST_AsMVT(shown, 'density', 4096, 'geom')
FROM (
    SELECT h.ship_days, ST_AsMVTGeom(
        ST_Transform(ST_MakeEnvelope(
            h.col * 0.25 * $6 - 180, greatest(h.row * 0.25 * $6 - 90, -85.06),
            least((h.col + 1) * 0.25 * $6 - 180, 180), least((h.row + 1) * 0.25 * $6 - 90, 85.06),
            4326
        ), 3857), span.box, 4096, 64, true
    ) AS geom
    FROM heard h CROSS JOIN span WHERE abs(h.row * 0.25 * $6 - 90) < 85.06
) shown WHERE shown.geom IS NOT NULL;

-- name: tile_fixes
-- How many fixes the tracks of a tile are drawn of, by days that are counted. Arguments: zoom, x, y,
-- since, before.
SELECT coalesce(sum(p.fixes), 0)::bigint
FROM (
    SELECT ST_Transform(ST_TileEnvelope($1::integer, $2::integer, $3::integer), 4326) AS around
) tile
CROSS JOIN presence_day d
CROSS JOIN generate_series(
    sea_cell(0, greatest(ST_YMin(around) - 0.25, -90)) / 1440,
    sea_cell(0, least(ST_YMax(around) + 0.25, 90)) / 1440
) AS band (y)
CROSS JOIN LATERAL (
    SELECT p.fixes FROM presence p
    WHERE p.day = d.day
        AND p.cell >= y * 1440 + sea_cell(greatest(ST_XMin(around) - 0.25, -180), 0) % 1440
        AND p.cell <= y * 1440 + sea_cell(least(ST_XMax(around) + 0.25, 180), 0) % 1440
        AND p.first_at < $5 AND p.last_at >= $4
    OFFSET 0
) p
WHERE d.counted AND d.day >= ($4::timestamptz AT TIME ZONE 'UTC')::date
    AND d.day <= ($5::timestamptz AT TIME ZONE 'UTC')::date;

-- name: tile_tracks
-- Tracks in a tile, cut where nothing was heard for an hour and at the antimeridian. A cell more is
-- looked at each way, for lines that come in. Arguments: zoom, x, y, since, before, and how many
-- fixes of days that are not counted are taken at most.
WITH tile AS (
    SELECT box, ST_Expand(ST_Transform(box, 4326), 0.25) AS around
    FROM (SELECT ST_TileEnvelope($1::integer, $2::integer, $3::integer) AS box) each
), near AS MATERIALIZED (
    SELECT p.mmsi, p.track, p.cell, p.first_at, p.last_at
    FROM tile CROSS JOIN presence_day d
    CROSS JOIN generate_series(
        sea_cell(0, greatest(ST_YMin(around), -90)) / 1440,
        sea_cell(0, least(ST_YMax(around), 90)) / 1440
    ) AS band (y)
    CROSS JOIN LATERAL (
        SELECT * FROM presence p
        WHERE p.day = d.day
            AND p.cell >= y * 1440 + sea_cell(greatest(ST_XMin(around), -180), 0) % 1440
            AND p.cell <= y * 1440 + sea_cell(least(ST_XMax(around), 180), 0) % 1440
            AND p.first_at < $5 AND p.last_at >= $4
        OFFSET 0
    ) p
    WHERE d.counted AND d.day >= ($4::timestamptz AT TIME ZONE 'UTC')::date
        AND d.day <= ($5::timestamptz AT TIME ZONE 'UTC')::date
), fix AS (
    SELECT n.mmsi, n.track, f.at, f.geom
    FROM near n CROSS JOIN LATERAL (
        SELECT p.at, p.geom
        FROM position_of(
            ARRAY[n.mmsi], greatest(n.first_at, $4), least(n.last_at + interval '1 microsecond', $5)
        ) p
        WHERE p.track = n.track AND sea_cell(ST_X(p.geom), ST_Y(p.geom)) = n.cell
        OFFSET 0
    ) f
    UNION ALL
    (
        SELECT f.mmsi, f.track, f.at, f.geom
        FROM tile CROSS JOIN presence_day d CROSS JOIN LATERAL (
            SELECT p.mmsi, p.track, p.at, p.geom
            FROM position_within(
                tile.around, greatest(d.day::timestamp AT TIME ZONE 'UTC', $4),
                least((d.day + 1)::timestamp AT TIME ZONE 'UTC', $5)
            ) p
            OFFSET 0
        ) f
        WHERE NOT d.counted AND d.day > '-infinity' LIMIT $6
    )
), step AS (
    SELECT mmsi, track, at, geom, coalesce(
        at - lag(at) OVER ship > interval '1 hour'
            OR abs(ST_X(geom) - lag(ST_X(geom)) OVER ship) > 180, false
    ) AS apart
    FROM fix WHERE abs(ST_Y(geom)) < 85.06
    WINDOW ship AS (PARTITION BY mmsi, track ORDER BY at)
), line AS (
    SELECT mmsi, track, min(at) AS begun_at, max(at) AS ended_at, count(*) AS fixes,
        ST_MakeLine(geom ORDER BY at) AS geom
    FROM (
        SELECT *, count(*) FILTER (WHERE apart) OVER (PARTITION BY mmsi, track ORDER BY at) AS part
        FROM step
    ) parted
    GROUP BY mmsi, track, part HAVING count(*) > 1
)
SELECT ST_AsMVT(shown, 'tracks', 4096, 'geom')
FROM (
    SELECT l.mmsi, l.track, v.name, v.ship_type, l.fixes,
        to_char(l.begun_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS begun_at,
        to_char(l.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ended_at,
        ST_AsMVTGeom(ST_Transform(l.geom, 3857), tile.box, 4096, 64, true) AS geom
    FROM line l CROSS JOIN tile LEFT JOIN vessel v USING (mmsi)
) shown WHERE shown.geom IS NOT NULL;

-- name: ask_activity
-- Arrivals and departures at a port, day by day (UTC), and in how many hours of the day anybody was
-- heard near it. Arguments: port, since, until.
SELECT day.day AS day, coalesce(e.arrivals, 0) AS arrivals, coalesce(e.departures, 0) AS departures,
    coalesce(e.ships, 0) AS ships, coalesce(r.hours, 0) AS hours_heard
FROM generate_series(
    date_trunc('day', $2::timestamptz, 'UTC'), $3::timestamptz - interval '1 microsecond', '1 day'
) AS day (day)
LEFT JOIN (
    SELECT date_trunc('day', coalesce(at, latest, decided_at), 'UTC') AS day,
        count(*) FILTER (WHERE kind = 'PortArrived') AS arrivals,
        count(*) FILTER (WHERE kind = 'PortDeparted') AS departures,
        count(DISTINCT (mmsi, track)) AS ships
    FROM event
    WHERE port = $1 AND kind IN ('PortArrived', 'PortDeparted') AND state = 'confirmed'
        AND coalesce(at, latest, decided_at) >= date_trunc('day', $2::timestamptz, 'UTC')
        AND coalesce(at, latest, decided_at) < $3
    GROUP BY 1
) e USING (day)
LEFT JOIN (
    SELECT date_trunc('day', at, 'UTC') AS day,
        count(DISTINCT date_trunc('hour', at, 'UTC')) AS hours
    FROM reception
    WHERE port = $1 AND at >= date_trunc('day', $2::timestamptz, 'UTC') AND at < $3
        AND cardinality(vessels) > 0
    GROUP BY 1
) r USING (day)
ORDER BY day.day;

-- name: ask_traffic
-- Voyages made between ports, counted. Arguments: from, to, since, until (each may be null).
SELECT evidence #>> '{figures,from}' AS from_port, evidence #>> '{figures,to}' AS to_port,
    count(*) AS voyages, count(DISTINCT (mmsi, track)) AS ships,
    count(*) FILTER (WHERE (evidence #>> '{figures,unheard_s}')::float8 > 21600) AS unseen,
    count(*) FILTER (WHERE (evidence #>> '{figures,contradiction}') = 'true') AS doubtful,
    min(coalesce(at, latest, decided_at)) AS first_at,
    max(coalesce(at, latest, decided_at)) AS last_at
FROM event
WHERE kind = 'VoyageMade' AND state <> 'withdrawn'
    AND ($1::text IS NULL OR evidence #>> '{figures,from}' = $1)
    AND ($2::text IS NULL OR evidence #>> '{figures,to}' = $2)
    AND ($3::timestamptz IS NULL OR coalesce(at, latest, decided_at) >= $3)
    AND ($4::timestamptz IS NULL OR coalesce(at, latest, decided_at) < $4)
GROUP BY 1, 2 ORDER BY voyages DESC, 1, 2;

-- name: ask_story_events
-- What is known of a ship but how she crossed borders, oldest first. Arguments: mmsi, since, until
-- (may be null), how many.
SELECT id, kind, state, track, port, geofence, coalesce(at, latest, earliest, decided_at) AS at,
    earliest, latest, confidence, why
FROM event
WHERE mmsi = $1 AND state <> 'withdrawn' AND kind NOT IN ('GeofenceEntered', 'GeofenceLeft')
    AND (area IS NULL OR area NOT IN (SELECT id FROM area_hidden))
    AND ($2::timestamptz IS NULL OR coalesce(at, latest, earliest, decided_at) >= $2)
    AND ($3::timestamptz IS NULL OR coalesce(at, latest, earliest, decided_at) < $3)
ORDER BY coalesce(at, latest, earliest, decided_at), decided_at, kind COLLATE "C", id LIMIT $4;

-- name: ask_story_claims
-- What a ship said of herself, each thing once, as it was said first. Arguments: mmsi, since, until
-- (may be null), how many.
SELECT first_at AS at, last_at, name, callsign, imo, ship_type, draught_m::numeric::float8 AS draught_m,
    destination
FROM identity
WHERE mmsi = $1 AND ($2::timestamptz IS NULL OR last_at >= $2)
    AND ($3::timestamptz IS NULL OR first_at < $3)
ORDER BY first_at, digest LIMIT $4;

-- name: ask_identity
-- What a ship said of herself, and when it was said first and last; oldest first. Arguments: mmsi,
-- how many.
SELECT name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    draught_m::numeric::float8 AS draught_m, destination, first_at, last_at
FROM identity WHERE mmsi = $1 ORDER BY first_at, digest LIMIT $2;

-- name: ask_numbers
-- MMSIs under which an IMO number was said, and when first and last. Argument: IMO number.
SELECT mmsi, min(first_at) AS first_at, max(last_at) AS last_at FROM identity WHERE imo = $1
GROUP BY mmsi ORDER BY 2, 1;

-- name: ask_hulls
-- IMO numbers that were said under two MMSIs, each pair once: who said it first, and who began later;
-- where the first was heard last by then, and the second first from then on. Numbers of which the
-- last digit does not follow from the others are no ship's. Arguments: IMO number, MMSI (each may be
-- null), how many, ships of which one is of each pair (null: of all).
WITH said AS (
    SELECT imo, mmsi, min(first_at) AS first_at, max(last_at) AS last_at,
        (array_agg(name ORDER BY last_at DESC) FILTER (WHERE name IS NOT NULL))[1] AS name
    FROM identity
    WHERE imo BETWEEN 1000000 AND 9999999 AND ($1::integer IS NULL OR imo = $1)
        AND (imo / 1000000 * 7 + imo / 100000 % 10 * 6 + imo / 10000 % 10 * 5 + imo / 1000 % 10 * 4
            + imo / 100 % 10 * 3 + imo / 10 % 10 * 2) % 10 = imo % 10
    GROUP BY imo, mmsi
), pair AS (
    SELECT a.imo, a.mmsi, a.name, a.first_at, a.last_at, b.mmsi AS other_mmsi,
        b.name AS other_name, b.first_at AS other_first_at, b.last_at AS other_last_at
    FROM said a JOIN said b ON a.imo = b.imo AND (a.first_at, a.mmsi) < (b.first_at, b.mmsi)
    WHERE ($2::integer IS NULL OR $2 IN (a.mmsi, b.mmsi))
        AND ($4::integer[] IS NULL OR a.mmsi = ANY($4) OR b.mmsi = ANY($4))
    ORDER BY b.first_at DESC, a.imo, a.mmsi, b.mmsi LIMIT $3
)
SELECT pair.imo, pair.mmsi, pair.name, pair.first_at, pair.last_at, pair.other_mmsi,
    pair.other_name, pair.other_first_at, pair.other_last_at,
    here.at AS here_at, here.lon AS here_lon, here.lat AS here_lat, here.sog_kn AS here_kn,
    there.at AS there_at, there.lon AS there_lon, there.lat AS there_lat, there.sog_kn AS there_kn
FROM pair
LEFT JOIN LATERAL (
    SELECT p.at, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat, p.sog_kn::numeric::float8 AS sog_kn
    FROM position_before(pair.mmsi, NULL, pair.other_first_at, 1) p
) AS here ON true
LEFT JOIN LATERAL (
    SELECT p.at, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat, p.sog_kn::numeric::float8 AS sog_kn
    FROM position_after(pair.other_mmsi, NULL, pair.other_first_at - interval '1 microsecond', 1) p
) AS there ON true
ORDER BY pair.other_first_at DESC, pair.imo, pair.mmsi, pair.other_mmsi;

-- name: note_access
-- Note what was done about who may. Arguments: what, actor, user, token, address, note.
INSERT INTO access_change (what, actor, user_name, token, address, note)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: access_changes
-- What was done about who may, the newest first. Arguments: how many.
SELECT made_at, what, actor, user_name, token, address, note
FROM access_change ORDER BY seq DESC LIMIT $1;

-- name: anybody
-- Whether anybody was ever let in: a user or a token, whatever became of it.
SELECT EXISTS (SELECT FROM user_account) OR EXISTS (SELECT FROM api_token);

-- name: held_sessions
-- Sessions that hold. Argument: how long one may rest.
SELECT s.digest, s.user_name, u.role, least(s.expires_at, s.used_at + $1::interval) AS until
FROM user_session s JOIN user_account u ON u.name = s.user_name
WHERE NOT u.disabled AND s.expires_at > now() AND s.used_at > now() - $1::interval;

-- name: held_tokens
-- Tokens, those that hold no more as well: whoever shows one is told why.
SELECT t.digest, t.name, t.scopes, t.feed, t.owner, t.expires_at AS until,
    t.revoked_at IS NOT NULL AS revoked, u.role, coalesce(u.disabled, false) AS disabled
FROM api_token t LEFT JOIN user_account u ON u.name = t.owner;

-- name: sessions_used
-- Note that sessions were used, to the minute: most lookups write nothing. Argument: digests.
UPDATE user_session SET used_at = now()
WHERE digest = ANY($1::bytea[]) AND used_at < now() - interval '1 minute';

-- name: tokens_used
-- Note that tokens were used, to ten minutes. Argument: digests.
UPDATE api_token SET used_at = now()
WHERE digest = ANY($1::bytea[]) AND (used_at IS NULL OR used_at < now() - interval '10 minutes');

-- name: users
-- Users, and when each was last there as far as a session of his is left.
SELECT u.name, u.role, u.disabled, u.password IS NOT NULL AS has_password, u.made_at, u.made_by,
    u.password_at, count(s.digest) AS sessions, max(s.used_at) AS used_at
FROM user_account u LEFT JOIN user_session s ON s.user_name = u.name AND s.expires_at > now()
GROUP BY u.name ORDER BY u.name;

-- name: user_password
-- What is kept of the password of one who may log in; nothing: there is no such user.
SELECT role, password FROM user_account WHERE name = $1 AND NOT disabled;

-- name: add_user
-- Add a user without a password; nothing where the name is taken. Arguments: name, role, by whom.
INSERT INTO user_account (name, role, made_by) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING name;

-- name: set_password
-- Set the hash of a user's password; nothing where there is none of this name.
UPDATE user_account SET password = $2, password_at = now() WHERE name = $1 RETURNING name;

-- name: set_role
-- Give a user another role; what it was. Nothing where there is none of this name.
UPDATE user_account u SET role = $2 FROM user_account former
WHERE u.name = $1 AND former.name = u.name RETURNING former.role;

-- name: set_disabled
-- Keep a user out, or let him in again; whether he was out. Nothing where there is none.
UPDATE user_account u SET disabled = $2 FROM user_account former
WHERE u.name = $1 AND former.name = u.name RETURNING former.disabled;

-- name: begin_session
-- Begin a session, if the password is still the one that was looked at. Arguments: digest, user,
-- hash, how long it holds.
INSERT INTO user_session (digest, user_name, expires_at)
SELECT $1, name, now() + $4::interval FROM user_account
WHERE name = $2 AND password = $3 AND NOT disabled RETURNING expires_at;

-- name: drop_sessions
-- Drop sessions that are over, and of a user all but his newest. Arguments: user, how many he
-- keeps, how long one may rest.
DELETE FROM user_session WHERE expires_at <= now() OR used_at <= now() - $3::interval
OR (user_name = $1 AND digest NOT IN (
    SELECT digest FROM user_session WHERE user_name = $1 ORDER BY made_at DESC, digest LIMIT $2
));

-- name: end_session
-- End a session; whose it was.
DELETE FROM user_session WHERE digest = $1 RETURNING user_name;

-- name: end_sessions
-- End all sessions of a user.
DELETE FROM user_session WHERE user_name = $1;

-- name: invite
-- Make the link of a user, in place of one that he had. Arguments: digest, user, how long it holds.
INSERT INTO invitation (digest, user_name, expires_at) VALUES ($1, $2, now() + $3::interval)
ON CONFLICT (user_name)
DO UPDATE SET digest = excluded.digest, made_at = now(), expires_at = excluded.expires_at
RETURNING expires_at;

-- name: invited
-- Whom a link is for, as long as it holds.
SELECT i.user_name FROM invitation i JOIN user_account u ON u.name = i.user_name
WHERE i.digest = $1 AND i.expires_at > now() AND NOT u.disabled;

-- name: take_invitation
-- Use up a link; whom it was for. Nothing where it does not hold.
DELETE FROM invitation i USING user_account u
WHERE i.digest = $1 AND i.expires_at > now() AND u.name = i.user_name AND NOT u.disabled
RETURNING i.user_name;

-- name: drop_invitation
-- Take back the link of a user.
DELETE FROM invitation WHERE user_name = $1;

-- name: unentered
-- Whether nobody could log in so far and no token was made: the first link is still to be used.
SELECT NOT EXISTS (SELECT FROM user_account WHERE password IS NOT NULL)
    AND NOT EXISTS (SELECT FROM api_token);

-- name: tokens
-- Tokens, the newest first.
SELECT id, name, shown, scopes, feed, owner, made_at, made_by, expires_at, revoked_at, revoked_by,
    used_at, expires_at <= now() AS expired
FROM api_token ORDER BY id DESC;

-- name: add_token
-- Add a token; nothing where one of this name holds. Arguments: name, digest, begin, scopes, feed,
-- owner, by whom, how long it holds.
INSERT INTO api_token (name, digest, shown, scopes, feed, owner, made_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING RETURNING expires_at;

-- name: revoke_token
-- Revoke the token of this name that holds; nothing where there is none. Arguments: name, by whom.
UPDATE api_token SET revoked_at = now(), revoked_by = $2
WHERE name = $1 AND revoked_at IS NULL RETURNING id;

-- name: sees
-- Who asks on this connection: his private areas, and what is told of them, are seen. Nobody: '';
-- who sees all, for he is at the machine: '*'.
SELECT set_config('monitor.caller', $1, false);

-- name: areas
-- Areas that whoever asks may see, as they were added. Argument: whether those that were removed, too.
SELECT id, owner, name, shared, tells, ST_AsBinary(shape) AS shape, since, until, note, added_at,
    added_by, removed_at, removed_by
FROM area WHERE id IN (SELECT id FROM area_seen) AND ($1 OR until IS NULL) ORDER BY number;

-- name: all_areas
-- All areas for those who detect, whoever may see them.
SELECT id, owner, name, shared, tells, ST_AsBinary(shape) AS shape, since, until
FROM area ORDER BY number;

-- name: areas_as_of
-- By what the areas may be known to have changed.
SELECT count(*) AS areas, count(until) AS removed FROM area;

-- name: private_areas
-- Whose the areas are that others do not see.
SELECT id, owner FROM area WHERE NOT shared AND id = ANY($1);

-- name: areas_in_force
-- How many areas stand: of all, and of one owner.
SELECT count(*) AS all_areas, count(*) FILTER (WHERE owner = $1) AS own FROM area WHERE until IS NULL;

-- name: lock_areas
-- One at a time adds areas, so that there are never too many.
LOCK TABLE area IN SHARE ROW EXCLUSIVE MODE;

-- name: add_area
-- Add an area; nothing where its owner has one of this name.
INSERT INTO area (id, owner, name, shared, tells, shape, drawing, since, note, added_by)
VALUES ($1, $2, $3, $4, $5, ST_SetSRID(ST_GeomFromWKB($6), 4326), $7, $8, $9, $10)
ON CONFLICT DO NOTHING RETURNING id;

-- name: remove_area
-- Remove an area; nothing where it does not stand. Arguments: id, until when it was in force, by whom.
UPDATE area SET until = greatest(since, $2), removed_at = now(), removed_by = $3
WHERE id = $1 AND until IS NULL RETURNING id;

-- name: due_by_areas
-- Ships that an area concerns which was added, or removed, without the engine knowing it: heard in it
-- since it is in force, or told of after it was over. Only of ships that were heard since are the
-- positions looked at (of such with several tracks the last fix does not say), so that an area that
-- was drawn just now is found by the index, however long the history is.
INSERT INTO revision_due (mmsi)
SELECT v.mmsi FROM area a
JOIN vessel_state v ON v.at >= a.since
    OR v.mmsi IN (SELECT (key::jsonb ->> 0)::integer FROM kept_state WHERE detector = 'track')
WHERE NOT a.begun AND EXISTS (
    SELECT FROM position_of(ARRAY[v.mmsi], a.since, a.until) p WHERE p.geom && a.shape
)
UNION
SELECT e.mmsi FROM area a JOIN event e ON e.area = a.id AND e.decided_at >= a.until
WHERE NOT a.ended AND a.until IS NOT NULL AND e.mmsi IS NOT NULL
ON CONFLICT DO NOTHING;

-- name: patience
-- No statement of this transaction takes longer. Argument: such as 20s.
SELECT set_config('statement_timeout', $1, true);

-- name: areas_taken
-- That these ships are noted: in the transaction in which they were.
UPDATE area SET begun = true, ended = until IS NOT NULL
WHERE NOT begun OR (until IS NOT NULL AND NOT ended);

-- name: feature_areas
-- Areas that stand, as far as whoever asks may see them. Asked for by items.py, with conditions.
SELECT id, owner, name, shared, tells, 'area' AS kind, since, note, added_by, drawing AS hash,
    ST_ForcePolygonCCW(shape) AS geom
FROM area WHERE until IS NULL AND id IN (SELECT id FROM area_seen);

-- name: ask_inside_area
-- Ships of which a position was heard in an area within a time. Arguments: the id of the area, since,
-- until, how many.
SELECT p.mmsi, p.track, v.name, v.imo, v.ship_type, min(p.at) AS first_at, max(p.at) AS last_at,
    count(*) AS fixes
FROM area a CROSS JOIN LATERAL position_within(a.shape, $2, $3) p
LEFT JOIN vessel v USING (mmsi)
WHERE a.id = $1 AND ST_Intersects(p.geom, a.shape)
GROUP BY p.mmsi, p.track, v.name, v.imo, v.ship_type
ORDER BY first_at, p.mmsi, p.track LIMIT $4;

-- name: past_vessels
-- A page of vessels with their last fix at an instant, and what each had said of herself by then.
-- Arguments: instant, since (may be null: only those that were heard after it), the last MMSI of the
-- page before, how many.
SELECT s.mmsi, c.name, c.callsign, c.imo, c.ship_type, c.length_m, c.beam_m, p.at,
    ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat, p.sog_kn::numeric::float8 AS sog_kn,
    p.cog_deg::numeric::float8 AS cog_deg, p.heading_deg, p.status,
    c.draught_m::numeric::float8 AS draught_m, c.draught_at, c.destination, c.destination_at,
    p.received_at, p.received_at > $1 AS late
FROM vessel_state s
CROSS JOIN LATERAL (
    SELECT at, geom, sog_kn, cog_deg, heading_deg, status, received_at
    FROM position_before(s.mmsi, NULL, $1, 1)
    WHERE $2::timestamptz IS NULL OR at > $2
) p
LEFT JOIN LATERAL (
    SELECT (array_agg(i.name ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.name IS NOT NULL))[1] AS name,
        (array_agg(i.callsign ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.callsign IS NOT NULL))[1] AS callsign,
        (array_agg(i.imo ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.imo IS NOT NULL))[1] AS imo,
        (array_agg(i.ship_type ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.ship_type IS NOT NULL))[1] AS ship_type,
        (array_agg(i.length_m ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.length_m IS NOT NULL))[1] AS length_m,
        (array_agg(i.beam_m ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.beam_m IS NOT NULL))[1] AS beam_m,
        (array_agg(i.draught_m ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.draught_m IS NOT NULL))[1] AS draught_m,
        max(i.last_at) FILTER (WHERE i.draught_m IS NOT NULL) AS draught_at,
        (array_agg(i.destination ORDER BY i.last_at DESC, i.first_at DESC)
            FILTER (WHERE i.destination IS NOT NULL))[1] AS destination,
        max(i.last_at) FILTER (WHERE i.destination IS NOT NULL) AS destination_at
    FROM (
        SELECT name, callsign, imo, ship_type, nullif(to_bow_m + to_stern_m, 0) AS length_m,
            nullif(to_port_m + to_starboard_m, 0) AS beam_m, draught_m, destination, first_at,
            least(last_at, $1) AS last_at
        FROM identity
        WHERE mmsi = s.mmsi AND first_at <= $1
    ) i
) c ON true
WHERE s.mmsi > $3
ORDER BY s.mmsi
LIMIT $4;

-- name: past_alerts
-- A page of alerts that stood at an instant, as they stood then, and late ones: those that had
-- happened by then and were known later. Arguments: instant, the last id of the page before, how many.
SELECT a.id, a.mmsi, a.track, a.place, a.area, a.feed, a.rule, coalesce(p.name, a.name) AS name,
    coalesce(p.state, 'open') AS state, coalesce(p.severity, a.severity) AS severity,
    coalesce(p.revision, a.revision) AS revision, coalesce(p.headline, a.headline) AS headline,
    a.reasons, a.channels, a.raised_at, coalesce(p.known_at, f.known_at, a.changed_at) AS changed_at,
    CASE WHEN p.alert IS NULL THEN a.happened_at ELSE p.happened_at END AS happened_at,
    ST_X(coalesce(p.geom, a.geom)) AS lon, ST_Y(coalesce(p.geom, a.geom)) AS lat, p.muted_by,
    a.kept_back, p.assignee, p.verdict, p.note, p.alert IS NULL AS late
FROM alert a
LEFT JOIN LATERAL (
    SELECT * FROM alert_past WHERE alert = a.id AND known_at <= $1 ORDER BY seq DESC LIMIT 1
) p ON true
LEFT JOIN LATERAL (SELECT min(known_at) AS known_at FROM alert_past WHERE alert = a.id) f ON true
WHERE a.id > $2 AND (a.area IS NULL OR a.area NOT IN (SELECT id FROM area_hidden))
    AND (p.state IN ('open', 'acknowledged')
        OR (p.alert IS NULL AND a.happened_at <= $1 AND a.state <> 'withdrawn'))
ORDER BY a.id LIMIT $3;

-- name: past_calls
-- Port calls as they stood at an instant, and late ones: ships that had come by then, which was
-- known later. Those that ended before since are left out. Arguments: instant, since, the last id of
-- the page before, how many.
SELECT id, mmsi, track, name, port, arrived_earliest, arrived_at, arrived_latest,
    departed_earliest, departed_at, departed_latest, departed, state, confidence, stages,
    decided_at, revised, revised_at, revision, late
FROM (
    SELECT c.id, c.mmsi, c.track, c.name, c.port, c.arrived_earliest, c.arrived_at,
        c.arrived_latest, c.departed_earliest, c.departed_at, c.departed_latest, c.departed,
        c.state, c.confidence, c.stages, c.decided_at, c.revised, c.revised_at, c.revision,
        true AS late
    FROM port_call c
    WHERE coalesce(c.arrived_at, c.arrived_latest) <= $1
        AND NOT EXISTS (SELECT FROM port_call_past p WHERE p.call = c.id AND p.known_at <= $1)
    UNION ALL
    SELECT p.call, p.mmsi, p.track, p.name, p.port, p.arrived_earliest, p.arrived_at,
        p.arrived_latest, p.departed_earliest, p.departed_at, p.departed_latest, p.departed,
        p.state, p.confidence, p.stages, p.decided_at, p.revised, p.revised_at, p.revision, false
    FROM port_call_past p
    WHERE p.known_at <= $1 AND NOT p.gone AND NOT EXISTS (
        SELECT FROM port_call_past n WHERE n.call = p.call AND n.seq > p.seq AND n.known_at <= $1
    )
) AS call
WHERE (NOT departed OR coalesce(departed_latest, decided_at) >= $2) AND id > $3
ORDER BY id LIMIT $4;

-- name: past_voyages
-- A page of voyages as they were known at an instant, oldest first. Arguments: instant, since, the
-- key of the last of the page before as for events, how many.
SELECT id, kind, state, subject, mmsi, track, other_mmsi, other_track, port, area, feed, name,
    geofence, at, earliest, latest, decided_at, confidence, ST_X(geom) AS lon, ST_Y(geom) AS lat,
    why, evidence, episode, said, revised, revised_at, revision
FROM event e
WHERE kind IN ('VoyageMade', 'VoyageBegun') AND greatest(decided_at, revised_at) <= $1
    AND state <> 'withdrawn'
    AND (kind = 'VoyageMade' OR NOT EXISTS (
        SELECT FROM event m
        WHERE m.kind = 'VoyageMade' AND m.mmsi = e.mmsi AND m.track = e.track
            AND greatest(m.decided_at, m.revised_at) <= $1
            AND m.evidence #>> '{figures,voyage}' = e.evidence #>> '{figures,voyage}'
    ))
    AND coalesce(at, latest, decided_at) >= $2
    AND (coalesce(at, latest, earliest, decided_at), decided_at, coalesce(mmsi, 0),
        kind COLLATE "C", id) > ($3::timestamptz, $4::timestamptz, $5::integer, $6::text, $7::uuid)
ORDER BY coalesce(at, latest, earliest, decided_at), decided_at, coalesce(mmsi, 0),
    kind COLLATE "C", id
LIMIT $8;

-- name: past_ports
-- What was heard near each port in the hour before an instant, and when the last was before that.
-- Argument: the instant.
SELECT h.port, h.heard_at, coalesce(n.vessels, 0) AS vessels, coalesce(n.feeds, ARRAY[]::text[]) AS feeds
FROM (
    SELECT port, max(least(heard_at, $1)) AS heard_at FROM reception
    WHERE port <> '' AND port NOT LIKE 'sea %' AND at <= $1 AND at > $1 - interval '30 days'
        AND cardinality(vessels) > 0
    GROUP BY port
) h
LEFT JOIN (
    SELECT r.port, count(DISTINCT v.mmsi) AS vessels, array_agg(DISTINCT s.name) AS feeds
    FROM reception r JOIN source s ON s.id = r.source, unnest(r.vessels) AS v (mmsi)
    WHERE r.port <> '' AND r.port NOT LIKE 'sea %' AND r.at <= $1
        AND r.at > $1 - interval '70 minutes'
    GROUP BY r.port
) n USING (port)
ORDER BY h.port;

-- name: past_steps
-- What was done to an alert by an instant, in order: by officers by the clock, by the watch as far
-- as its own time had come. Arguments: alert, instant.
SELECT c.made_at, c.what, c.actor, c.was, c.became, c.revision, c.event, c.note
FROM alert_change c
WHERE c.alert = $1 AND (
    c.made_at <= $2
    OR (c.actor IS NULL AND EXISTS (
        SELECT FROM alert_past p
        WHERE p.alert = c.alert AND p.revision = c.revision AND p.known_at <= $2
    ))
)
ORDER BY c.seq;

-- name: sightings
-- Sightings by when they were seen. Arguments: port, mmsi (of the ship, by an IMO number that was
-- said with it, too), since, until (of which each may be null), whether removed ones too, number
-- (may be null), how many.
SELECT id, seen_by, mmsi, imo, name, hull, length_m, port, lon, lat, within_m, west, south, east,
    north, since, until, source, link, reliability, credibility, note, recorded_at, added_by,
    removed_at, removed_by
FROM sighting
WHERE ($1::text IS NULL OR port = $1)
    AND ($2::integer IS NULL OR mmsi = $2
        OR imo IN (SELECT i.imo FROM identity i WHERE i.mmsi = $2))
    AND ($3::timestamptz IS NULL OR until >= $3) AND ($4::timestamptz IS NULL OR since < $4)
    AND ($5 OR removed_at IS NULL) AND ($6::bigint IS NULL OR id = $6)
ORDER BY since, id LIMIT $7;

-- name: same_sighting
-- The number of a sighting that stands and says the same. Argument: the digest of its words.
SELECT id FROM sighting WHERE removed_at IS NULL AND digest = $1;

-- name: add_sighting
-- A sighting; its number, unless one stands that says the same.
INSERT INTO sighting (
    seen_by, mmsi, imo, name, hull, length_m, port, lon, lat, within_m, west, south, east, north,
    since, until, source, link, reliability, credibility, note, recorded_at, added_by, digest
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
    $22, $23, $24
)
ON CONFLICT (digest) WHERE removed_at IS NULL DO NOTHING
RETURNING id;

-- name: remove_sighting
-- It stands no longer; its number, unless it was removed before. Arguments: number, when (never
-- before it was added, whatever the clock says), who says so.
UPDATE sighting SET removed_at = greatest(recorded_at, $2::timestamptz), removed_by = $3
WHERE id = $1 AND removed_at IS NULL
RETURNING id;

-- name: reports_about
-- Positions in a box within a time, and those of a ship wherever she was, with who sent them.
-- Arguments: west, south, east, north, since, until, mmsi, imo (each may be null), how many.
SELECT p.mmsi, p.track, p.at, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat,
    p.sog_kn::numeric::float8 AS sog_kn, v.name, v.imo,
    (v.to_bow_m + v.to_stern_m)::float8 AS length_m
FROM (
    SELECT mmsi, track, at, geom, sog_kn
    FROM position_within(
        ST_MakeEnvelope($1, $2, $3, $4, 4326), $5, $6::timestamptz + interval '1 microsecond'
    )
    UNION
    SELECT mmsi, track, at, geom, sog_kn
    FROM position_of(
        ARRAY(SELECT $7 UNION SELECT i.mmsi FROM identity i WHERE i.imo = $8), $5,
        $6::timestamptz + interval '1 microsecond'
    )
) p LEFT JOIN vessel v USING (mmsi)
ORDER BY p.at, p.mmsi, p.track LIMIT $9;

-- name: feature_interference
-- Areas of interference, each as the circle that it reaches, with its end where it is over. Asked
-- for by items.py, with conditions.
SELECT b.id, b.area, f.figures ->> 'kind' AS kind, (f.figures ->> 'ships')::int AS ships,
    (f.figures ->> 'froze')::int AS froze,
    (SELECT string_agg(m, ',') FROM jsonb_array_elements_text(f.figures -> 'members') m) AS members,
    b.earliest AS begun_earliest, b.at AS begun_at, b.latest AS begun_latest,
    e.earliest AS ended_earliest, e.at AS ended_at, e.latest AS ended_latest,
    coalesce(b.latest, b.decided_at) AS begun, coalesce(e.latest, e.at) AS over,
    (f.figures ->> 'radius_m')::float8 AS radius_m, (f.figures ->> 'west')::float8 AS west,
    (f.figures ->> 'south')::float8 AS south, (f.figures ->> 'east')::float8 AS east,
    (f.figures ->> 'north')::float8 AS north, b.confidence, b.why, b.decided_at,
    ST_Buffer(b.geom::geography, (f.figures ->> 'radius_m')::float8)::geometry AS geom
FROM event b
LEFT JOIN event e ON e.kind = 'InterferenceEnded' AND e.area = b.area AND e.state <> 'withdrawn'
CROSS JOIN LATERAL (SELECT coalesce(e.evidence, b.evidence) -> 'figures' AS figures) f
WHERE b.kind = 'InterferenceBegun' AND b.state <> 'withdrawn';

-- name: report_interference
-- Areas of interference of a time, oldest first, each with its end where it is over. Arguments:
-- since, until.
SELECT b.lon, b.lat, b.begun, e.over, f.figures ->> 'kind' AS kind,
    (f.figures ->> 'ships')::int AS ships, (f.figures ->> 'more')::boolean AS more,
    (f.figures ->> 'froze')::int AS froze,
    ARRAY(SELECT jsonb_array_elements_text(f.figures -> 'members')::int) AS members
FROM (
    SELECT area, evidence, coalesce(at, latest, decided_at) AS begun, ST_X(geom) AS lon,
        ST_Y(geom) AS lat
    FROM event WHERE kind = 'InterferenceBegun' AND state <> 'withdrawn'
) b
LEFT JOIN (
    SELECT area, evidence, coalesce(at, earliest, decided_at) AS over
    FROM event WHERE kind = 'InterferenceEnded' AND state <> 'withdrawn'
) e USING (area)
CROSS JOIN LATERAL (SELECT coalesce(e.evidence, b.evidence) -> 'figures' AS figures) f
WHERE b.begun < $2 AND (e.over IS NULL OR e.over >= $1)
ORDER BY b.begun, area;

-- name: feature_sightings
-- Sightings that stand, at their place, in their area or at the point of their port. Argument: the
-- geofences as JSON (see report/features). Asked for by items.py, with conditions.
SELECT s.id, s.seen_by, s.mmsi, s.imo, s.name, s.hull, s.length_m, s.port, s.within_m, s.since,
    s.until, s.source, s.link, s.reliability, s.credibility, s.note, s.recorded_at, s.added_by,
    CASE WHEN s.lon IS NOT NULL THEN ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326)
        WHEN s.west IS NOT NULL THEN ST_MakeEnvelope(s.west, s.south, s.east, s.north, 4326)
        ELSE f.geom
    END AS geom
FROM sighting s
LEFT JOIN (
    SELECT p.port, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326) AS geom
    FROM jsonb_to_recordset($1::jsonb -> 'ports') AS p (port text, lon float8, lat float8)
) f ON f.port = s.port
WHERE s.removed_at IS NULL;
