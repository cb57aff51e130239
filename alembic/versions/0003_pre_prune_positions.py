"""Old positions can be dropped month by month, but not those that events and port calls rest on.

The writer owns no tables, so what prunes runs with the owner's rights, for the writer alone.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
PHASE = "pre"

WINDOWS = """
CREATE FUNCTION position_windows(since timestamptz, before timestamptz, around interval)
RETURNS TABLE (mmsi integer, first_at timestamptz, last_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT mmsi, lower(span), upper(span)
    FROM (
        SELECT mmsi, unnest(range_agg(tstzrange(at - around, at + around, '[]'))) AS span
        FROM (
            SELECT mmsi, unnest(ARRAY[at, earliest, latest, decided_at]) AS at FROM public.event
            UNION
            SELECT mmsi, unnest(ARRAY[
                arrived_earliest, arrived_at, arrived_latest,
                departed_earliest, departed_at, departed_latest
            ]) FROM public.port_call
        ) instant
        WHERE at >= since - around AND at < before + around
        GROUP BY mmsi
    ) merged
$$
"""

PRUNE = """
CREATE FUNCTION prune_position_partition(instant timestamptz, around interval) RETURNS bigint
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

RIGHTS = """
DO $$
BEGIN
    REVOKE EXECUTE ON FUNCTION prune_position_partition FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
        GRANT EXECUTE ON FUNCTION prune_position_partition TO monitor_writer;
    END IF;
END
$$
"""


def upgrade() -> None:
    for statement in (WINDOWS, PRUNE, RIGHTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION prune_position_partition")
    op.execute("DROP FUNCTION position_windows")
