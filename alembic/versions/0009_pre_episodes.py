"""Events bear what the ship was known to say of herself, and which of them are one story.

Beside what the release before writes: it leaves the new columns null.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    "ALTER TABLE event ADD episode uuid, ADD said jsonb",
    """
    COMMENT ON COLUMN event.episode IS
        'Events of one story have the same; null: told by a release that knew no stories.'
    """,
    "COMMENT ON COLUMN event.said IS 'What the ship was known to say of herself at decided_at.'",
    "CREATE INDEX event_episode ON event (episode)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX event_episode")
    op.execute("ALTER TABLE event DROP episode, DROP said")
