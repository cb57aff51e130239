"""Rules that were switched on or off: the last word of each, and who said it.

Beside what the release before writes: it knows no rules.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE rule_change (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        rule text NOT NULL,
        enabled boolean NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        author text NOT NULL,
        note text
    )
    """,
    "CREATE INDEX rule_change_rule ON rule_change (rule, seq)",
    """
    COMMENT ON TABLE rule_change IS
        'Rules that were switched on or off: the last word of each holds, whatever its file says.'
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE rule_change")
