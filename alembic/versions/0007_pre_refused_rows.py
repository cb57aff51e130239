"""What the database refused of a batch is kept, each with the reason, while the rest is stored.

Beside what the release before writes: it does not know the table.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE refused_row (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        refused_at timestamptz NOT NULL DEFAULT now(),
        relation text NOT NULL,
        content text NOT NULL,
        reason text NOT NULL
    )
    """,
    "COMMENT ON TABLE refused_row IS 'Rows that the database refused: the newest thousand.'",
    "COMMENT ON COLUMN refused_row.relation IS 'The table that it was for.'",
    """
    COMMENT ON COLUMN refused_row.content IS
        'The row as JSON; text, for it may hold what jsonb refuses. Cut where it is very long.'
    """,
    "COMMENT ON COLUMN refused_row.reason IS 'What the database said.'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE refused_row")
