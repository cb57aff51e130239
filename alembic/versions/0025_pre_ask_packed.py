"""Functions to ask for positions, whether they are rows or packed, that look into few packed rows.

PostgreSQL merges each into whoever asks. What is packed of a ship and a day begins and ends on that
day (UTC), so that an instant bounds the beginnings of packed rows from both sides.

Phase: pre.
"""

# ruff: noqa: S608 - all that is put together stands in this file
from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
PHASE = "pre"

COLUMNS = (
    "mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type, track, received_at, source, line,"
    " content, raw"
)

FUNCTION = """
    CREATE FUNCTION {head}
    RETURNS SETOF public.position LANGUAGE sql STABLE PARALLEL SAFE AS $$
        {body}
    $$
"""

BETWEEN = f"""
        SELECT {COLUMNS} FROM position_recent r
        WHERE {{rows}} AND r.at >= coalesce(since, '-infinity')
            AND r.at < coalesce(before, 'infinity')
        UNION ALL
        SELECT u.* FROM position_packed p CROSS JOIN LATERAL position_unpacked(p) u
        WHERE {{packed}} AND p.last_at >= coalesce(since, '-infinity')
            AND p.first_at >= coalesce(date_trunc('day', since, 'UTC'), '-infinity')
            AND p.first_at < coalesce(before, 'infinity')
            AND u.at >= coalesce(since, '-infinity') AND u.at < coalesce(before, 'infinity')
"""

WITHIN = """p.around && box(
                point(ST_XMin(area) - 0.00002, ST_YMin(area) - 0.00002),
                point(ST_XMax(area) + 0.00002, ST_YMax(area) + 0.00002)
            ) AND u.geom && area"""
"""0.00002 degrees are more than bounds of geometries are rounded by."""

NEXT = f"""
        SELECT * FROM (
            (
                SELECT {COLUMNS} FROM position_recent r
                WHERE r.mmsi = ship AND r.at {{on}} instant
                    AND (of_track IS NULL OR r.track = of_track)
                ORDER BY r.at {{order}} LIMIT most
            )
            UNION ALL
            SELECT u.* FROM position_packed p CROSS JOIN LATERAL position_unpacked(p) u
            WHERE p.mmsi = ship AND (of_track IS NULL OR p.track = of_track)
                AND p.{{near}} {{on}} instant AND u.at {{on}} instant AND {{enough}}
        ) found
        ORDER BY at {{order}} LIMIT most
"""

ENOUGH = """p.{far} {to} coalesce((
                    SELECT s.{bound} FROM (
                        SELECT w.{bound}, sum(w.fixes) OVER (ORDER BY w.{bound} {order}) AS fixes
                        FROM (
                            SELECT q.{bound}, q.fixes FROM position_packed q
                            WHERE q.mmsi = ship AND (of_track IS NULL OR q.track = of_track)
                                AND q.{whole} {on} instant
                            ORDER BY q.{bound} {order} LIMIT most
                        ) w
                    ) s
                    WHERE s.fixes >= most ORDER BY s.{bound} {order} LIMIT 1
                ), '{never}')"""
"""Of the rows that lie wholly there, the nearest hold so many: what is beyond all of those is not
looked into."""

BEFORE = NEXT.format(
    order="DESC", on="<=", near="first_at",
    enough=ENOUGH.format(
        far="last_at", to=">=", bound="first_at", order="DESC", whole="last_at", on="<=",
        never="-infinity",
    ),
)  # fmt: skip
AFTER = NEXT.format(
    order="ASC", on=">", near="last_at",
    enough=ENOUGH.format(
        far="first_at", to="<=", bound="last_at", order="ASC", whole="first_at", on=">",
        never="infinity",
    ),
)  # fmt: skip

FUNCTIONS = {
    "position_of": (
        "position_of(ships integer[], since timestamptz, before timestamptz)",
        BETWEEN.format(rows="r.mmsi = ANY(ships)", packed="p.mmsi = ANY(ships)"),
        "Fixes of ships from an instant on and before another; null: from ever, for ever.",
    ),
    "position_within": (
        "position_within(area geometry, since timestamptz, before timestamptz)",
        BETWEEN.format(rows="r.geom && area", packed=WITHIN),
        "Fixes in the box of a geometry from an instant on and before another; null: as of all.",
    ),
    "position_during": (
        "position_during(since timestamptz, before timestamptz)",
        BETWEEN.format(rows="true", packed="true"),
        "Fixes of all ships from an instant on and before another; null: from ever, for ever.",
    ),
    "position_before": (
        "position_before(ship integer, of_track smallint, instant timestamptz, most bigint)",
        BEFORE,
        "The last fixes of a ship, or of one track of hers, until an instant: the newest first.",
    ),
    "position_after": (
        "position_after(ship integer, of_track smallint, instant timestamptz, most bigint)",
        AFTER,
        "The first fixes of a ship, or of one track of hers, after an instant.",
    ),
}
"""Name -> head, body, and what it gives."""


def upgrade() -> None:
    """Make them."""
    for name, (head, body, gives) in FUNCTIONS.items():
        op.execute(FUNCTION.format(head=head, body=body))
        op.execute(f"COMMENT ON FUNCTION {name} IS '{gives}'")


def downgrade() -> None:
    """The release before asks the view."""
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
