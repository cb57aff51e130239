"""Watchlists: ships and classes of ships to look out for, and since when each was on a list.

Beside what the release before writes: it does not know the table. Whoever writes adds entries and
says when they were removed; nothing else of them changes, and none is deleted, so that it can be
told at any time what was on a list at another.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE watch_entry (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        list text NOT NULL,
        mmsi integer CHECK (mmsi BETWEEN 200000000 AND 799999999),
        imo integer CHECK (imo BETWEEN 1000000 AND 9999999 AND imo % 10 = (
            imo / 1000000 * 7 + imo / 100000 % 10 * 6 + imo / 10000 % 10 * 5
            + imo / 1000 % 10 * 4 + imo / 100 % 10 * 3 + imo / 10 % 10 * 2
        ) % 10),
        callsign text,
        name text,
        flag text,
        ship_type smallint CHECK (ship_type BETWEEN 1 AND 99),
        reason text NOT NULL,
        source text NOT NULL,
        note text,
        valid_from timestamptz,
        valid_to timestamptz,
        recorded_at timestamptz NOT NULL,
        added_by text NOT NULL,
        removed_at timestamptz,
        removed_by text,
        CONSTRAINT watch_entry_ship_or_class CHECK (
            (num_nonnulls(mmsi, imo, callsign, name) > 0) <> (num_nonnulls(flag, ship_type) > 0)
        ),
        CONSTRAINT watch_entry_valid CHECK (valid_from < valid_to),
        CONSTRAINT watch_entry_removed CHECK (
            (removed_at IS NULL) = (removed_by IS NULL) AND (removed_at < recorded_at) IS NOT TRUE
        )
    )
    """,
    """
    CREATE UNIQUE INDEX watch_entry_once ON watch_entry (list, coalesce(
        'imo ' || imo::text, 'mmsi ' || mmsi::text, 'callsign ' || callsign, 'name ' || name,
        'class ' || coalesce(flag, '') || ' ' || coalesce(ship_type::text, '')
    )) WHERE removed_at IS NULL
    """,
    """
    COMMENT ON TABLE watch_entry IS
        'Entries of watchlists, removed ones too: each names a ship, or a class of ships.'
    """,
    "COMMENT ON INDEX watch_entry_once IS 'A list has each ship and each class once at a time.'",
    "COMMENT ON COLUMN watch_entry.imo IS 'IMO number; its last digit follows from the others.'",
    """
    COMMENT ON COLUMN watch_entry.ship_type IS
        'ITU-R M.1371-5 table 53; 20, 40, 60, 70, 80 and 90 stand for all of their ten.'
    """,
    "COMMENT ON COLUMN watch_entry.valid_to IS 'No longer from then on; null: no end is known.'",
    "COMMENT ON COLUMN watch_entry.recorded_at IS 'From then on it was on the list.'",
    "COMMENT ON COLUMN watch_entry.removed_at IS 'From then on no longer; null: it still is.'",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            REVOKE UPDATE, DELETE ON watch_entry FROM monitor_writer;
            GRANT UPDATE (removed_at, removed_by) ON watch_entry TO monitor_writer;
        END IF;
    END
    $$
    """,
)
"""The last: rows come with all rights of the first migration, and most of these are taken back."""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Watchlists go: export them before."""
    op.execute("DROP TABLE watch_entry")
