"""Who prunes a month locks it in the order in which it is written: what is packed, then rows.

With that nobody who writes waits for a month that is pruned while it waits for him. Months of which
all came packed have a table of rows as well; and an area looks into packed rows whose bounds are
rounded away from it, as far as bounds are: at 180 degrees by 0.000031, each of two by half of that.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
PHASE = "pre"

PRUNE = """
    CREATE OR REPLACE FUNCTION prune_position_partition(instant timestamptz, around interval)
    RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET lock_timeout = '10s' AS $$
    DECLARE
        month timestamp := date_trunc('month', instant AT TIME ZONE 'UTC');
        since timestamptz := month AT TIME ZONE 'UTC';
        before timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
        partition text := 'position_' || to_char(month, 'YYYY_MM');
        packed regclass := to_regclass('public.position_packed_' || to_char(month, 'YYYY_MM'));
        kept bigint;
    BEGIN
        IF before > now() - interval '7 days' THEN
            RAISE EXCEPTION '% ended less than 7 days ago, or not yet', partition;
        END IF;
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'fixes that came since the snapshot would be lost: use READ COMMITTED';
        END IF;
        {lock}
        CREATE TEMPORARY TABLE kept_position (LIKE public.position_recent) ON COMMIT DROP;
        EXECUTE format(
            'INSERT INTO pg_temp.kept_position'
            ' SELECT p.* FROM public.position_windows($1, $2, $3) w'
            ' JOIN public.%I p ON p.mmsi = w.mmsi AND p.at BETWEEN w.first_at AND w.last_at',
            partition
        ) USING since, before, around;
        INSERT INTO pg_temp.kept_position
        SELECT u.* FROM public.position_windows(since, before, around) w
        JOIN public.position_packed p ON p.mmsi = w.mmsi AND p.first_at <= w.last_at
            AND p.last_at >= w.first_at AND p.first_at >= since AND p.first_at < before
        CROSS JOIN LATERAL public.position_unpacked(p) u
        WHERE u.at BETWEEN w.first_at AND w.last_at;
        UPDATE public.presence_day
        SET counted = false, version = version + 1, touched_at = now()
        WHERE day >= month::date AND day < (month + interval '1 month')::date;
        -- From here on readers of this month wait too. Give in before others are held up for long,
        -- and before they would look for deadlocks (1 s): the writer is never the victim of one.
        PERFORM set_config('lock_timeout', '500ms', true);
        {empty}
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

ROWS = "EXECUTE format('{} TABLE ONLY public.%I{}', partition);"
PACKED = """IF packed IS NOT NULL THEN
            EXECUTE format('{} TABLE ONLY %s{}', packed);
        END IF;"""
MODE = " IN SHARE ROW EXCLUSIVE MODE"

WITHIN = """
    CREATE OR REPLACE FUNCTION
    position_within(area geometry, since timestamptz, before timestamptz)
    RETURNS SETOF public.position LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type, track, received_at,
            source, line, content, raw
        FROM position_recent r
        WHERE r.geom && area AND r.at >= coalesce(since, '-infinity')
            AND r.at < coalesce(before, 'infinity')
        UNION ALL
        SELECT u.* FROM position_packed p CROSS JOIN LATERAL position_unpacked(p) u
        WHERE p.around && box(
                point(ST_XMin(area) - {margin}, ST_YMin(area) - {margin}),
                point(ST_XMax(area) + {margin}, ST_YMax(area) + {margin})
            ) AND u.geom && area AND p.last_at >= coalesce(since, '-infinity')
            AND p.first_at >= coalesce(date_trunc('day', since, 'UTC'), '-infinity')
            AND p.first_at < coalesce(before, 'infinity')
            AND u.at >= coalesce(since, '-infinity') AND u.at < coalesce(before, 'infinity')
    $$
"""

ROWS_OF_PACKED = """
    SELECT make_position_partition(
        to_date(right(c.relname, 7), 'YYYY_MM')::timestamp AT TIME ZONE 'UTC'
    )
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'position_packed'::regclass
"""


def prune(*order: str) -> str:
    """The function that prunes, with what is locked and emptied in this order."""
    lock = "\n        ".join(part.format("LOCK", MODE) for part in order)
    empty = "\n        ".join(part.format("TRUNCATE", "") for part in order)
    return PRUNE.replace("{lock}", lock).replace("{empty}", empty)


def within(margin: str) -> str:
    """The function that asks by area."""
    return WITHIN.replace("{margin}", margin)


def upgrade() -> None:
    """Functions alone, and tables that lack."""
    for statement in (prune(PACKED, ROWS), within("0.00004"), ROWS_OF_PACKED):
        op.execute(statement)


def downgrade() -> None:
    """As before; the tables may stay."""
    for statement in (prune(ROWS, PACKED), within("0.00002")):
        op.execute(statement)
