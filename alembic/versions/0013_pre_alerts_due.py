"""Mutes that ended, rules that were switched on or are noisy: what alerts need to know of them.

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
    UPDATE alert SET kept_back = (
        SELECT count(DISTINCT c.event) FROM alert_change AS c
        WHERE c.alert = alert.id AND c.note = 'muted by mute ' || alert.muted_by
    )
    WHERE muted_by IS NOT NULL AND state = 'open'
    """,
    """
    CREATE INDEX alert_muted ON alert (muted_by)
        WHERE muted_by IS NOT NULL AND state IN ('open', 'acknowledged')
    """,
    "ALTER TABLE alert_change ADD mute bigint",
    "COMMENT ON COLUMN alert_change.mute IS 'The mute that hid the alert, and ended.'",
    """
    CREATE UNIQUE INDEX alert_change_unmute ON alert_change (alert, mute)
        WHERE mute IS NOT NULL
    """,
    "ALTER TABLE rule_change ADD current boolean NOT NULL DEFAULT false",
    "COMMENT ON COLUMN rule_change.current IS 'What holds already shall be told, too.'",
    """
    CREATE TABLE rule_taken (
        seq bigint PRIMARY KEY REFERENCES rule_change,
        made_at timestamptz NOT NULL DEFAULT now(),
        alerts integer NOT NULL
    )
    """,
    """
    COMMENT ON TABLE rule_taken IS
        'Rules that were switched on, and what held already was told: once, with its alerts.'
    """,
    "COMMENT ON COLUMN rule_taken.seq IS 'Of rule_change.'",
    "COMMENT ON COLUMN rule_taken.alerts IS 'How many were raised or amended for it.'",
    "ALTER TABLE rule_change ADD tested_per_day double precision",
    """
    COMMENT ON COLUMN rule_change.tested_per_day IS
        'How many alerts a day it would have raised, tried when it was switched on.'
    """,
    "ALTER TABLE alert ADD rule text",
    "COMMENT ON COLUMN alert.rule IS 'The rule, where it is about one.'",
    """
    CREATE TABLE rule_alert (
        seq bigint GENERATED ALWAYS AS IDENTITY,
        rule text NOT NULL,
        alert uuid NOT NULL,
        decided_at timestamptz NOT NULL,
        switched bigint NOT NULL,
        noisy_since timestamptz,
        PRIMARY KEY (rule, alert)
    )
    """,
    "CREATE INDEX rule_alert_decided ON rule_alert (rule, decided_at)",
    """
    CREATE INDEX rule_alert_noisy ON rule_alert (rule, decided_at)
        WHERE noisy_since IS NOT NULL
    """,
    "COMMENT ON TABLE rule_alert IS 'Which alerts each rule raised, or joined, and when first.'",
    "COMMENT ON COLUMN rule_alert.seq IS 'The order in which they were counted.'",
    "COMMENT ON COLUMN rule_alert.decided_at IS 'Decided then, in the time of the watch.'",
    """
    COMMENT ON COLUMN rule_alert.switched IS
        'Of rule_change, the last word on the rule then; 0: there was none.'
    """,
    """
    COMMENT ON COLUMN rule_alert.noisy_since IS
        'Since when the rule was noisy when it raised this; null: it was not.'
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT ON rule_taken, rule_alert TO monitor_writer;
            REVOKE UPDATE, DELETE, TRUNCATE ON rule_taken, rule_alert FROM monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            GRANT SELECT ON rule_taken, rule_alert TO monitor_reader;
        END IF;
    END
    $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE rule_alert")
    op.execute("ALTER TABLE alert DROP rule")
    op.execute("ALTER TABLE rule_change DROP tested_per_day")
    op.execute("DROP TABLE rule_taken")
    op.execute("ALTER TABLE rule_change DROP current")
    op.execute("DROP INDEX alert_change_unmute")
    op.execute("ALTER TABLE alert_change DROP mute")
    op.execute("DROP INDEX alert_muted")
    op.execute("ALTER TABLE alert DROP kept_back")
