"""What is kept of a ship is found by her number: whoever was let go of is recalled by it.

Beside what the release before writes: it does not know the index. It costs an entry for each new
state (some 40 bytes), and nothing for those that change: a key does not.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE INDEX kept_state_ship ON kept_state (rtrim(split_part(ltrim(key, '['), ',', 1), ']'))
    """,
    """
    COMMENT ON INDEX kept_state_ship IS 'The first field of a key: the number of a ship.'
    """,
)


def upgrade() -> None:
    """Index states by ship."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """As before."""
    op.execute("DROP INDEX kept_state_ship")
