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
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT ON rule_change TO monitor_writer;
            REVOKE UPDATE, DELETE, TRUNCATE ON rule_change FROM monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON rule_change TO monitor_reader;
        END IF;
    END
    $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE rule_change")
