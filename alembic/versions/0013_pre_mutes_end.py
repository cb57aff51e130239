"""What mutes kept back of an alert, and that it was decided what becomes of it when one ended.

Beside what the release before writes: it leaves the new columns as they are.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    "ALTER TABLE alert ADD kept_back integer NOT NULL DEFAULT 0",
    """
    COMMENT ON COLUMN alert.kept_back IS
        'How many events mutes have swallowed since it was told last.'
    """,
    """
    CREATE INDEX alert_muted ON alert (muted_by)
        WHERE muted_by IS NOT NULL AND state = 'open' AND kept_back > 0
    """,
    "ALTER TABLE alert_change ADD mute bigint",
    "COMMENT ON COLUMN alert_change.mute IS 'The mute that hid the alert, and ended.'",
    """
    CREATE UNIQUE INDEX alert_change_unmute ON alert_change (alert, mute)
        WHERE mute IS NOT NULL
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX alert_change_unmute")
    op.execute("ALTER TABLE alert_change DROP mute")
    op.execute("DROP INDEX alert_muted")
    op.execute("ALTER TABLE alert DROP kept_back")
