"""From when on the positions of a candidate were believed: what is older of them was refused.

While it was held her track may have been heard elsewhere, and have been believed at once.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
PHASE = "pre"


def upgrade() -> None:
    """One column, null of what was kept before."""
    op.execute("ALTER TABLE candidate ADD COLUMN believed_from timestamptz")
    op.execute(
        "COMMENT ON COLUMN candidate.believed_from IS"
        " 'Since this one of them they are positions of the track, as far as that is known.'"
    )


def downgrade() -> None:
    """It goes."""
    op.execute("ALTER TABLE candidate DROP COLUMN believed_from")
