"""View reception_hour is of ports alone; table reception holds places at sea as well.

Beside what the release before writes: it does not use the view. Rows of the sea count ships
that were heard there, and have neither messages nor rings.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
PHASE = "pre"

VIEW = """
    CREATE OR REPLACE VIEW reception_hour AS
    WITH hourly AS (
        SELECT port, source, date_trunc('hour', at, 'UTC') AS hour, messages, heard_at, vessels,
            rings
        FROM reception {where}
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
"""

OF_PORTS = (
    VIEW.format(where="WHERE port NOT LIKE 'sea %'"),
    "COMMENT ON VIEW reception_hour IS 'Table reception by the hour, UTC: of ports.'",
    """
    COMMENT ON COLUMN reception.port IS
        'Id of the port; empty: all that came by the feed; ''sea …'': a place there.'
    """,
)


def upgrade() -> None:
    """Leave places at sea out."""
    for statement in OF_PORTS:
        op.execute(statement)


def downgrade() -> None:
    """As before."""
    op.execute(VIEW.format(where=""))
    op.execute("COMMENT ON VIEW reception_hour IS 'Table reception by the hour, UTC.'")
    op.execute("COMMENT ON COLUMN reception.port IS NULL")
