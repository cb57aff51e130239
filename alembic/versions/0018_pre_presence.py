"""Presence: on which days each ship was heard in which cell of the sea, to ask of places.

Measured on 10^7 positions of 5,000 ships in a month, heard every 22 minutes (1.6 GB with the key),
for who was in a busy port within the month:

- no index: all of it is read, 2.1 s. BRIN of time (80 kB) makes a day 0.1 s; of places it is of no
  use, for positions are stored by time, and each block of them is everywhere.
- GiST of places: 400 MB, 29 s to make, 1.5 s to ask: what is in a port in a month lies in 60 % of
  all blocks, so that any index of positions leads to reading most of them.
- B-tree of cell and time: 300 MB, 0.6 s.
- presence: 210 MB at worst, and less the oftener ships are heard; 0.2 s in the same run, for what
  lay wholly inside need not be looked up. The density of traffic is drawn of it, too.

Kept by triggers, presence made a replay 20 % slower. So who writes positions only notes which days
they are of (a row a day), and days are counted when they have been quiet: a place is asked of days
that are counted by presence, and of the others by the BRIN of time.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    "CREATE INDEX position_at ON position USING brin (at) WITH (autosummarize = on)",
    """
    CREATE TABLE presence (
        day date NOT NULL,
        cell integer NOT NULL,
        mmsi integer NOT NULL,
        track smallint NOT NULL,
        fixes integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        west real NOT NULL, south real NOT NULL, east real NOT NULL, north real NOT NULL,
        PRIMARY KEY (day, cell, mmsi, track)
    )
    """,
    """
    COMMENT ON TABLE presence IS
        'What of each ship and track is in table position, by day (UTC) and cell of the sea. It'
        ' holds for days that are counted: see presence_day.'
    """,
    "COMMENT ON COLUMN presence.cell IS 'A quarter of a degree each way: see sea_cell.'",
    "COMMENT ON COLUMN presence.west IS 'With south, east and north: of its fixes, to 2 m.'",
    """
    CREATE TABLE presence_day (
        day date PRIMARY KEY,
        counted boolean NOT NULL DEFAULT false,
        version integer NOT NULL DEFAULT 1,
        touched_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    COMMENT ON TABLE presence_day IS
        'Days of which there are positions, and whether presence holds for each. As long as there'
        ' is one of -infinity, not all days are here: the release before did not know of them.'
    """,
    "COMMENT ON COLUMN presence_day.version IS 'One more whenever positions of the day change.'",
    "INSERT INTO presence_day (day) VALUES ('-infinity')",
    """
    CREATE FUNCTION sea_cell(lon double precision, lat double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT least(floor((lat + 90) * 4)::integer, 719) * 1440
            + least(floor((lon + 180) * 4)::integer, 1439)
    $$
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT, UPDATE, DELETE ON presence, presence_day TO monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON presence, presence_day TO monitor_reader;
        END IF;
    END
    $$
    """,
)

PRUNE = """
CREATE OR REPLACE FUNCTION prune_position_partition(instant timestamptz, around interval)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    month timestamp := date_trunc('month', instant AT TIME ZONE 'UTC');
    since timestamptz := month AT TIME ZONE 'UTC';
    before timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
    partition text := 'position_' || to_char(month, 'YYYY_MM');
    kept bigint;
BEGIN
    IF before > now() - interval '7 days' THEN
        RAISE EXCEPTION '% ended less than 7 days ago, or not yet', partition;
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'fixes that came since the snapshot would be lost: use READ COMMITTED';
    END IF;
    -- Who writes to this month is waited for, and then waits; readers go on.
    EXECUTE format('LOCK TABLE ONLY public.%I IN SHARE ROW EXCLUSIVE MODE', partition);
    CREATE TEMPORARY TABLE kept_position (LIKE public.position) ON COMMIT DROP;
    EXECUTE format(
        'INSERT INTO pg_temp.kept_position SELECT p.* FROM public.position_windows($1, $2, $3) w'
        ' JOIN public.%I p ON p.mmsi = w.mmsi AND p.at BETWEEN w.first_at AND w.last_at',
        partition
    ) USING since, before, around;
    {forget}
    -- From here on readers of this month wait too. Give in before others are held up for long, and
    -- before they would look for deadlocks (1 s): the writer is never the victim of one.
    PERFORM set_config('lock_timeout', '500ms', true);
    EXECUTE format('TRUNCATE TABLE ONLY public.%I', partition);
    EXECUTE format(
        'INSERT INTO public.%I SELECT * FROM pg_temp.kept_position ORDER BY mmsi, at', partition
    );
    GET DIAGNOSTICS kept = ROW_COUNT;
    EXECUTE format(
        'COMMENT ON TABLE public.%I IS %L', partition,
        format('pruned: %s fixes kept, those around events and port calls', kept)
    );
    RETURN kept;
END
$$
"""
FORGOTTEN = """UPDATE public.presence_day
    SET counted = false, version = version + 1, touched_at = now()
    WHERE day >= month::date AND day < (month + interval '1 month')::date;"""


def upgrade() -> None:
    for statement in (*STATEMENTS, PRUNE.replace("{forget}", FORGOTTEN)):
        op.execute(statement)


def downgrade() -> None:
    op.execute(PRUNE.replace("{forget}", ""))
    op.execute("DROP TABLE presence")
    op.execute("DROP TABLE presence_day")
    op.execute("DROP FUNCTION sea_cell(double precision, double precision)")
    op.execute("DROP INDEX position_at")
