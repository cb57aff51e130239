"""What waits in the engine is added and forgotten piece by piece: a live batch is small.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE waiting_report (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        newest_at bigint NOT NULL,
        pending bytea NOT NULL,
        recent bytea NOT NULL
    )
    """,
    "ALTER TABLE waiting_report ALTER pending SET STORAGE EXTERNAL",
    "ALTER TABLE waiting_report ALTER recent SET STORAGE EXTERNAL",
    """
    COMMENT ON TABLE waiting_report IS
        'The engine''s reorder buffer and the hashes that copies are known by, as they came.'
    """,
    """
    INSERT INTO waiting_report (newest_at, pending, recent)
    SELECT (head::json->>'newest')::bigint, pending, recent FROM pipeline_state
    """,
    "UPDATE pipeline_state SET head = (head::jsonb || '{\"floor\": -9223372036854775808}')::text",
    "ALTER TABLE pipeline_state DROP COLUMN pending, DROP COLUMN recent",
    "COMMENT ON TABLE pipeline_state IS 'The engine''s clock, written with each batch.'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute(
        "ALTER TABLE pipeline_state ADD COLUMN pending bytea NOT NULL DEFAULT '',"
        " ADD COLUMN recent bytea NOT NULL DEFAULT ''"
    )
    op.execute(
        "UPDATE pipeline_state SET"
        " pending = (SELECT coalesce(string_agg(pending, '' ORDER BY id), '') FROM waiting_report),"
        " recent = (SELECT coalesce(string_agg(recent, '' ORDER BY id), '') FROM waiting_report)"
    )
    op.execute("DROP TABLE waiting_report")
