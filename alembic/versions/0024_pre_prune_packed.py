"""Months of positions are pruned and emptied where some of them is packed.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
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
        packed regclass := {packed};
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
        {lock}
        CREATE TEMPORARY TABLE kept_position (LIKE public.{table}) ON COMMIT DROP;
        EXECUTE format(
            'INSERT INTO pg_temp.kept_position'
            ' SELECT p.* FROM public.position_windows($1, $2, $3) w'
            ' JOIN public.%I p ON p.mmsi = w.mmsi AND p.at BETWEEN w.first_at AND w.last_at',
            partition
        ) USING since, before, around;
        {keep}
        UPDATE public.presence_day
        SET counted = false, version = version + 1, touched_at = now()
        WHERE day >= month::date AND day < (month + interval '1 month')::date;
        -- From here on readers of this month wait too. Give in before others are held up for long,
        -- and before they would look for deadlocks (1 s): the writer is never the victim of one.
        PERFORM set_config('lock_timeout', '500ms', true);
        EXECUTE format('TRUNCATE TABLE ONLY public.%I', partition);
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

PRUNE_PACKED = {
    "table": "position_recent",
    "packed": "to_regclass('public.position_packed_' || to_char(month, 'YYYY_MM'))",
    "lock": """IF packed IS NOT NULL THEN
            EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE', packed);
        END IF;""",
    "keep": """INSERT INTO pg_temp.kept_position
        SELECT u.* FROM public.position_windows(since, before, around) w
        JOIN public.position_packed p ON p.mmsi = w.mmsi AND p.first_at <= w.last_at
            AND p.last_at >= w.first_at AND p.first_at >= since AND p.first_at < before
        CROSS JOIN LATERAL public.position_unpacked(p) u
        WHERE u.at BETWEEN w.first_at AND w.last_at;""",
    "empty": """IF packed IS NOT NULL THEN
            EXECUTE format('TRUNCATE TABLE ONLY %s', packed);
        END IF;""",
}
PRUNE_ROWS = {"table": "position", "packed": "null", "lock": "", "keep": "", "empty": ""}
"""As the release before does it."""

TIDY = """
    CREATE FUNCTION empty_position_partition(instant timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET lock_timeout = '500ms' AS $$
    DECLARE
        partition text := 'position_' || to_char(instant AT TIME ZONE 'UTC', 'YYYY_MM');
        found boolean;
    BEGIN
        IF to_regclass(partition) IS NULL OR pg_relation_size(partition::regclass) = 0 THEN
            RETURN false;
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', partition) INTO found;
        IF found THEN
            RETURN false;
        END IF;
        EXECUTE format('LOCK TABLE ONLY public.%I IN ACCESS EXCLUSIVE MODE', partition);
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', partition) INTO found;
        IF NOT found THEN
            EXECUTE format('TRUNCATE TABLE ONLY public.%I', partition);
        END IF;
        RETURN NOT found;
    END
    $$
"""

RIGHTS = """
    DO $$
    BEGIN
        REVOKE EXECUTE ON FUNCTION empty_position_partition FROM PUBLIC;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT EXECUTE ON FUNCTION empty_position_partition TO monitor_writer;
        END IF;
    END
    $$
"""


def prune(words: dict[str, str]) -> str:
    """The function that prunes."""
    text = PRUNE
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def upgrade() -> None:
    """Let the functions know of what is packed."""
    for statement in (prune(PRUNE_PACKED), TIDY, RIGHTS):
        op.execute(statement)


def downgrade() -> None:
    """As before: they are used again when nothing is packed any more."""
    op.execute("DROP FUNCTION empty_position_partition")
    op.execute(prune(PRUNE_ROWS))
