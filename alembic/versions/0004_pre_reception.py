"""What was heard near each port, by feed, in pieces of ten minutes; and by the hour.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE reception (
        port text NOT NULL,
        source smallint NOT NULL,
        at timestamptz NOT NULL,
        messages integer NOT NULL,
        heard_at timestamptz NOT NULL,
        vessels integer[] NOT NULL,
        disturbed integer[] NOT NULL,
        rings integer[] NOT NULL,
        PRIMARY KEY (port, source, at)
    )
    """,
    """
    COMMENT ON TABLE reception IS
        'What each feed heard within 60 NM of each port in ten minutes from ``at`` on: messages,
        MMSIs, and messages within 5, 10, 20, 40 and 60 NM. Port '''': all it heard anywhere
        (then without MMSIs).'
    """,
    """
    CREATE VIEW reception_hour AS
    WITH hourly AS (
        SELECT port, source, date_trunc('hour', at, 'UTC') AS hour, messages, heard_at, vessels,
            rings
        FROM reception
    ), heard AS (
        SELECT port, source, hour, count(DISTINCT vessel) AS vessels
        FROM hourly, unnest(vessels) AS vessel GROUP BY port, source, hour
    ), counted AS (
        SELECT port, source, hour, sum(messages)::bigint AS messages, max(heard_at) AS heard_at,
            ARRAY[sum(rings[1]), sum(rings[2]), sum(rings[3]), sum(rings[4]), sum(rings[5])]
                ::bigint[] AS rings
        FROM hourly GROUP BY port, source, hour
    )
    SELECT c.port, s.name AS source, c.hour, c.messages, coalesce(h.vessels, 0) AS vessels,
        c.heard_at, c.rings
    FROM counted c JOIN source s ON s.id = c.source LEFT JOIN heard h
        ON (h.port, h.source, h.hour) = (c.port, c.source, c.hour)
    """,
    "COMMENT ON VIEW reception_hour IS 'Table reception by the hour, UTC.'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP VIEW reception_hour")
    op.execute("DROP TABLE reception")
