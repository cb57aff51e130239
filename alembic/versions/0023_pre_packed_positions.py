"""Packed positions: ``position`` becomes a view over rows and over packed days of ships.

``position_recent`` is what ``position`` was. ``position_packed`` holds many fixes of one ship,
track and day in a row (form: monitor/store/packed.py); what is in it is not in the other.

Beside what the release before writes: it copies into the partitions of rows, which stay what they
are, and inserts, updates and deletes through the view, whose triggers do it there. Nothing is
packed before the release that knows of it packs.

Phase: pre.
"""

# ruff: noqa: S608 - all that is put together stands in this file
from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
PHASE = "pre"

COLUMNS = (
    "mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type, track, received_at, source, line,"
    " content, raw"
)

TAKEN = ", ".join(f"u.{name}" for name in COLUMNS.split(", "))

BYTES = {"at": 5, "delay": 5, "lon": 4, "lat": 4, "line": 5, "content": 4, "said": 6, "raw": 1}
"""Columns of ``data``, and the most planes of each."""

SAID = ("cog", "heading", "sog", "type", "source", "status")
"""What column ``said`` is put together of, the first one as hours are."""

TABLES = (
    "ALTER TABLE position RENAME TO position_recent",
    """
    COMMENT ON TABLE position_recent IS
        'Fixes that are not packed: the newest days, and what came late. One partition a month.'
    """,
    """
    CREATE TABLE position_packed (
        mmsi integer NOT NULL,
        fixes integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        around box NOT NULL,
        delay_from bigint NOT NULL,
        line_from bigint NOT NULL,
        at_step integer NOT NULL,
        delay_step integer NOT NULL,
        scale integer NOT NULL,
        track smallint NOT NULL,
        raw_size smallint NOT NULL,
        cog_from smallint NOT NULL,
        heading_from smallint NOT NULL,
        sog_from smallint NOT NULL,
        type_from smallint NOT NULL,
        source_from smallint NOT NULL,
        status_from smallint NOT NULL,
        heading_many smallint NOT NULL,
        sog_many smallint NOT NULL,
        type_many smallint NOT NULL,
        source_many smallint NOT NULL,
        status_many smallint NOT NULL,
        planes bytea NOT NULL,
        data bytea NOT NULL,
        raw bytea,
        places double precision[],
        moves real[],
        PRIMARY KEY (mmsi, first_at)
    ) PARTITION BY RANGE (first_at)
    """,
    """
    COMMENT ON TABLE position_packed IS
        'Fixes, many a row: of one ship, one track and one day (UTC). Read them through the view'
        ' position, or by position_unpacked(row).'
    """,
    "COMMENT ON COLUMN position_packed.around IS 'West, south, east and north of them, degrees.'",
    "COMMENT ON COLUMN position_packed.data IS 'Planes of bytes: see monitor/store/packed.py.'",
    "CREATE INDEX position_packed_around ON position_packed USING gist (around)",
    "CREATE INDEX position_packed_at ON position_packed USING brin (first_at)",
    """
    CREATE TABLE packed_day (
        day date PRIMARY KEY,
        packed boolean NOT NULL DEFAULT false,
        version integer
    )
    """,
    """
    COMMENT ON TABLE packed_day IS
        'Days (UTC) that positions are written to. Whoever writes to one holds its row for the'
        ' transaction, and whoever packs it has it alone.'
    """,
    "COMMENT ON COLUMN packed_day.packed IS 'Whether some of it may be packed.'",
    "COMMENT ON COLUMN packed_day.version IS 'Of presence_day, when all of it was packed last.'",
)


def plane(column: str) -> str:
    """The number of fix ``i`` in a column: of no plane 0, of each plane a byte."""
    size = BYTES[column]
    text = "0"
    for byte in reversed(range(size)):
        place = f"f.{column}_at + i" if byte == 0 else f"f.{column}_at - {byte} * f.n + i"
        value = f"get_byte(f.held, {place})"
        if size > 3 and column != "content":
            value += "::bigint"
        shifted = value if byte == 0 else f"({value} << {8 * byte})"
        text = f"CASE WHEN f.{column}_planes > {byte} THEN {shifted} | {text} ELSE 0 END"
    return text


def code(name: str) -> str:
    """The number of fix ``i`` of what ``said`` is put together of."""
    part = f"({plane('said')})" if name == SAID[-1] else f"({plane('said')}) / f.{name}_by"
    within = "" if name == SAID[0] else f" % p.{name}_many"
    return f"p.{name}_from + {part}{within}"


def unpacked() -> str:
    """The body of position_unpacked: one query, which PostgreSQL merges into whoever asks.

    ``f`` is made once a row: ``data`` as it was before it was compressed, where the lowest plane of
    each column begins, and how many it has.
    """
    once = []
    for number, column in enumerate(BYTES):
        begin, end = f"get_byte(p.planes, {number})", f"get_byte(p.planes, {number + 1})"
        once.append(f"({end} - 1) * p.fixes AS {column}_at, {end} - {begin} AS {column}_planes")
    for number, name in enumerate(SAID[:-1], 1):
        by = " * ".join(f"p.{each}_many::bigint" for each in SAID[number:])
        once.append(f"{by} AS {name}_by")
    at = f"p.first_at + ({plane('at')}) * p.at_step * interval '1 microsecond'"
    delay = f"(p.delay_from + ({plane('delay')}) * p.delay_step) * interval '1 microsecond'"
    lon, lat = (
        f"CASE WHEN p.scale = 0 THEN f.places[2 * i + {which}]"
        f" ELSE (f.{name}_from + ({plane(name)})) / p.scale::double precision END"
        for name, which in (("lon", 1), ("lat", 2))
    )
    sog, cog = (
        f"CASE WHEN p.moves IS NULL THEN ((nullif({code(name)}, 0) - 1)"
        f" / 10.0::double precision)::real ELSE f.moves[2 * i + {which}] END"
        for name, which in (("sog", 1), ("cog", 2))
    )
    heading, status = (f"(nullif({code(name)}, 0) - 1)::smallint" for name in ("heading", "status"))
    type_, source = (f"({code(name)})::smallint" for name in ("type", "source"))
    return f"""
        SELECT p.mmsi, {at}, ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326),
            {sog}, {cog}, {heading}, {status}, {type_}, p.track, {at} + {delay}, {source},
            p.line_from + ({plane("line")}), {plane("content")},
            CASE WHEN f.sentences IS NULL THEN ''::bytea
                ELSE substring(f.sentences FROM i * p.raw_size + 1 FOR ({plane("raw")})) END
        FROM (
            SELECT p.data || ''::bytea AS held, p.raw || ''::bytea AS sentences,
                p.places || '{{}}'::double precision[] AS places,
                p.moves || '{{}}'::real[] AS moves, p.fixes AS n,
                round((p.around[1])[0] * p.scale)::bigint AS lon_from,
                round((p.around[1])[1] * p.scale)::bigint AS lat_from,
                {", ".join(once)}
            OFFSET 0
        ) f CROSS JOIN generate_series(0, p.fixes - 1) AS i
    """


UNPACKED = f"""
    CREATE FUNCTION position_unpacked(p position_packed)
    RETURNS TABLE (
        mmsi integer, at timestamptz, geom geometry(Point, 4326), sog_kn real, cog_deg real,
        heading_deg smallint, status smallint, type smallint, track smallint,
        received_at timestamptz, source smallint, line bigint, content integer, raw bytea
    )
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 300 AS $$ {unpacked()} $$
"""

VIEW = (
    f"""
    CREATE VIEW position AS
    SELECT {COLUMNS} FROM position_recent
    UNION ALL
    SELECT {TAKEN.replace("u.geom", "u.geom::geometry(Point, 4326)")}
    FROM position_packed p CROSS JOIN LATERAL position_unpacked(p) u
    """,
    """
    COMMENT ON VIEW position IS
        'Fixes: position reports that were believed, as rows or packed. Ask by mmsi; of an area or'
        ' a time use position_within and position_of, which look into few packed rows.'
    """,
    "ALTER VIEW position ALTER content SET DEFAULT 0",
    "ALTER VIEW position ALTER raw SET DEFAULT ''",
    "COMMENT ON COLUMN position.content IS 'Hash of the report: copies of it have the same.'",
    "COMMENT ON COLUMN position.raw IS 'The sentence; empty: far from all ports, or not kept.'",
)

WRITTEN = (
    """
    CREATE FUNCTION hold_days(days date[], packs boolean DEFAULT false) RETURNS date[]
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        found date[];
    BEGIN
        IF packs THEN
            INSERT INTO packed_day AS d (day, packed)
            SELECT day, true FROM unnest(days) AS day ORDER BY day
            ON CONFLICT (day) DO UPDATE SET packed = true WHERE NOT d.packed;
        ELSE
            INSERT INTO packed_day (day) SELECT unnest(days) ORDER BY 1 ON CONFLICT DO NOTHING;
        END IF;
        -- Who writes to what is packed makes rows of it: one at a time.
        IF EXISTS (SELECT FROM packed_day d WHERE d.day = ANY(days) AND d.packed) THEN
            PERFORM FROM packed_day d WHERE d.day = ANY(days) ORDER BY d.day FOR UPDATE;
        ELSE
            PERFORM FROM packed_day d WHERE d.day = ANY(days) ORDER BY d.day FOR SHARE;
        END IF;
        SELECT array_agg(d.day ORDER BY d.day) INTO found
        FROM packed_day d WHERE d.day = ANY(days) AND d.packed;
        RETURN coalesce(found, '{}');
    END
    $$
    """,
    """
    COMMENT ON FUNCTION hold_days IS
        'Keep whoever packs away from days until the transaction is over; of which some is packed.'
    """,
    f"""
    CREATE FUNCTION unpack_positions(ships integer[], instants timestamptz[]) RETURNS bigint
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        moved bigint;
    BEGIN
        -- Planned anew each time, with these bounds, so that no other months are locked.
        EXECUTE format(
            'WITH gone AS ('
            ' DELETE FROM position_packed p'
            ' USING (SELECT DISTINCT mmsi, at FROM unnest($1, $2) AS s (mmsi, at)) s'
            ' WHERE p.mmsi = s.mmsi AND p.first_at <= s.at AND p.last_at >= s.at'
            ' AND p.first_at >= date_trunc(''day'', s.at, ''UTC'')'
            ' AND p.first_at >= %L AND p.first_at <= %L RETURNING p.*'
            ')'
            ' INSERT INTO position_recent ({COLUMNS})'
            ' SELECT {TAKEN} FROM gone g'
            ' CROSS JOIN LATERAL position_unpacked(ROW(g.*)::position_packed) u',
            (SELECT date_trunc('day', min(at), 'UTC') FROM unnest(instants) AS at),
            (SELECT max(at) FROM unnest(instants) AS at)
        ) USING ships, instants;
        GET DIAGNOSTICS moved = ROW_COUNT;
        RETURN moved;
    END
    $$
    """,
    """
    COMMENT ON FUNCTION unpack_positions IS
        'Make rows of what is packed around instants of ships, pairwise, to be changed: how many.'
    """,
    f"""
    CREATE FUNCTION write_position() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF hold_days(ARRAY[(NEW.at AT TIME ZONE 'UTC')::date]) <> '{{}}' THEN
                PERFORM unpack_positions(ARRAY[NEW.mmsi], ARRAY[NEW.at]);
            END IF;
            INSERT INTO position_recent ({COLUMNS})
            VALUES ({", ".join(f"NEW.{name}" for name in COLUMNS.split(", "))})
            ON CONFLICT DO NOTHING;
            RETURN CASE WHEN FOUND THEN NEW END;
        END IF;
        IF hold_days(ARRAY[
            (OLD.at AT TIME ZONE 'UTC')::date, (coalesce(NEW.at, OLD.at) AT TIME ZONE 'UTC')::date
        ]) <> '{{}}' THEN
            PERFORM unpack_positions(
                ARRAY[OLD.mmsi, coalesce(NEW.mmsi, OLD.mmsi)],
                ARRAY[OLD.at, coalesce(NEW.at, OLD.at)]
            );
        END IF;
        IF TG_OP = 'DELETE' THEN
            DELETE FROM position_recent r WHERE r.mmsi = OLD.mmsi AND r.at = OLD.at;
            RETURN CASE WHEN FOUND THEN OLD END;
        END IF;
        UPDATE position_recent r SET ({COLUMNS})
            = ROW({", ".join(f"NEW.{name}" for name in COLUMNS.split(", "))})
        WHERE r.mmsi = OLD.mmsi AND r.at = OLD.at;
        RETURN CASE WHEN FOUND THEN NEW END;
    END
    $$
    """,
    """
    CREATE TRIGGER write_position INSTEAD OF INSERT OR UPDATE OR DELETE ON position
    FOR EACH ROW EXECUTE FUNCTION write_position()
    """,
)

PARTITIONS = """
    CREATE OR REPLACE FUNCTION make_position_partition(instant timestamptz) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        month timestamp := date_trunc('month', instant AT TIME ZONE 'UTC');
        partition text := 'position_' || to_char(month, 'YYYY_MM');
    BEGIN
        IF to_regclass(partition) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF {table} FOR VALUES FROM (%L) TO (%L)', partition,
                month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
            );
        END IF;
        {also}
        RETURN partition;
    END
    $$
"""

PACKED_PARTITIONS = """
    CREATE FUNCTION make_packed_partition(instant timestamptz) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        month timestamp := date_trunc('month', instant AT TIME ZONE 'UTC');
        partition text := 'position_packed_' || to_char(month, 'YYYY_MM');
    BEGIN
        IF to_regclass(partition) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF position_packed FOR VALUES FROM (%L) TO (%L)',
                partition, month AT TIME ZONE 'UTC',
                (month + interval '1 month') AT TIME ZONE 'UTC'
            );
            BEGIN
                EXECUTE format('ALTER TABLE %I ALTER data SET COMPRESSION lz4,'
                    ' ALTER raw SET COMPRESSION lz4', partition);
            EXCEPTION WHEN feature_not_supported THEN
                NULL;  -- a server that was built without lz4: its own way, slower
            END;
        END IF;
        RETURN partition;
    END
    $$
"""

BOTH = "PERFORM make_packed_partition(instant);"
"""At once, for a new partition locks readers out: who packs never makes one."""

OF_NOW = """
    SELECT make_position_partition(
        to_date(right(c.relname, 7), 'YYYY_MM')::timestamp AT TIME ZONE 'UTC'
    )
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'position_recent'::regclass
"""

RIGHTS = """
    DO $$
    BEGIN
        REVOKE EXECUTE ON FUNCTION make_packed_partition FROM PUBLIC;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT, UPDATE, DELETE
            ON position, position_recent, position_packed, packed_day TO monitor_writer;
            GRANT EXECUTE ON FUNCTION make_packed_partition TO monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON position, position_recent, position_packed, packed_day
            TO monitor_reader;
        END IF;
    END
    $$
"""


def upgrade() -> None:
    """Rename, and put the view in its place; no row is touched."""
    both = PARTITIONS.replace("{table}", "position_recent").replace("{also}", BOTH)
    for statement in (
        *TABLES, UNPACKED, *VIEW, *WRITTEN, PACKED_PARTITIONS, both, OF_NOW, RIGHTS,
    ):  # fmt: skip
        op.execute(statement)


def downgrade() -> None:
    """Make rows of all that is packed, and the table what it was; of much it takes its time."""
    op.execute(
        "SELECT make_position_partition(month) FROM (SELECT DISTINCT date_trunc('month', first_at,"
        " 'UTC') AS month FROM position_packed) packed"
    )
    op.execute(
        f"INSERT INTO position_recent ({COLUMNS}) SELECT u.* FROM position_packed p"
        " CROSS JOIN LATERAL position_unpacked(p) u"
    )
    op.execute("DROP VIEW position")
    for name in (
        "write_position", "unpack_positions", "hold_days", "position_unpacked",
        "make_packed_partition",
    ):  # fmt: skip
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TABLE position_packed")
    op.execute("DROP TABLE packed_day")
    op.execute("ALTER TABLE position_recent RENAME TO position")
    op.execute(
        "COMMENT ON TABLE position IS"
        " 'Fixes: position reports that were believed. One partition a month.'"
    )
    op.execute(PARTITIONS.replace("{table}", "position").replace("{also}", ""))
