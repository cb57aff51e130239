"""Who may: users, their sessions and invitations, tokens, and what was done about them.

Beside what the release before writes: it lets in whoever reaches it.

Phase: pre.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
PHASE = "pre"

STATEMENTS = (
    """
    CREATE TABLE user_account (
        name text PRIMARY KEY,
        role text NOT NULL CHECK (role IN ('viewer', 'officer', 'analyst', 'admin')),
        password text,
        disabled boolean NOT NULL DEFAULT false,
        made_at timestamptz NOT NULL DEFAULT now(),
        made_by text NOT NULL,
        password_at timestamptz
    )
    """,
    "COMMENT ON TABLE user_account IS 'People who are let in; a row is never deleted.'",
    "COMMENT ON COLUMN user_account.password IS 'Hash by argon2id; null: none was set yet.'",
    "COMMENT ON COLUMN user_account.password_at IS 'When it was set; null: it was not.'",
    """
    CREATE TABLE user_session (
        digest bytea PRIMARY KEY,
        user_name text NOT NULL REFERENCES user_account,
        made_at timestamptz NOT NULL DEFAULT now(),
        used_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX user_session_user ON user_session (user_name)",
    "COMMENT ON TABLE user_session IS 'Who is logged in; logged out, the row is gone.'",
    """
    COMMENT ON COLUMN user_session.digest IS
        'SHA-256 of the secret in the cookie; the word against cross-site requests follows from it.'
    """,
    "COMMENT ON COLUMN user_session.used_at IS 'Last used, known to the minute.'",
    """
    CREATE TABLE invitation (
        digest bytea PRIMARY KEY,
        user_name text NOT NULL UNIQUE REFERENCES user_account,
        made_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
    )
    """,
    """
    COMMENT ON TABLE invitation IS
        'Links by which a user sets his password: one each, and the row is gone when it was used.'
    """,
    "COMMENT ON COLUMN invitation.digest IS 'SHA-256 of the secret in the link.'",
    """
    CREATE TABLE api_token (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL,
        digest bytea NOT NULL UNIQUE,
        shown text NOT NULL,
        scopes text[] NOT NULL
            CHECK (scopes <@ ARRAY['read', 'officer', 'analyst', 'admin', 'push']),
        feed text,
        owner text REFERENCES user_account,
        made_at timestamptz NOT NULL DEFAULT now(),
        made_by text NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        revoked_by text,
        used_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked_at IS NULL",
    "COMMENT ON TABLE api_token IS 'What programs show to be let in; a row is never deleted.'",
    "COMMENT ON COLUMN api_token.digest IS 'SHA-256 of it.'",
    "COMMENT ON COLUMN api_token.shown IS 'Its begin, by which people know it.'",
    "COMMENT ON COLUMN api_token.feed IS 'The only feed that it may push to; null: to any.'",
    """
    COMMENT ON COLUMN api_token.owner IS
        'The user as whom it acts, and whose role bounds it; null: it acts in its own name.'
    """,
    "COMMENT ON COLUMN api_token.used_at IS 'Last used, known to ten minutes; null: never.'",
    """
    CREATE TABLE access_change (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        made_at timestamptz NOT NULL DEFAULT now(),
        what text NOT NULL,
        actor text NOT NULL,
        user_name text,
        token text,
        address text,
        note text
    )
    """,
    """
    COMMENT ON TABLE access_change IS
        'What was done about who may, by whom: the watch may add to it, and change nothing.'
    """,
    "COMMENT ON COLUMN access_change.user_name IS 'The user whom it is about; null: a token.'",
    "COMMENT ON COLUMN access_change.address IS 'Where it was asked for; null: a command.'",
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_writer') THEN
            GRANT SELECT, INSERT, UPDATE ON user_account, api_token TO monitor_writer;
            GRANT SELECT, INSERT, UPDATE, DELETE ON user_session, invitation TO monitor_writer;
            GRANT SELECT, INSERT ON access_change TO monitor_writer;
            REVOKE DELETE, TRUNCATE ON user_account, api_token FROM monitor_writer;
            REVOKE UPDATE, DELETE, TRUNCATE ON access_change FROM monitor_writer;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor_reader') THEN
            REVOKE ALL ON user_account, user_session, invitation, api_token FROM monitor_reader;
            GRANT SELECT ON access_change TO monitor_reader;
        END IF;
    END
    $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("access_change", "api_token", "invitation", "user_session", "user_account"):
        op.execute(f"DROP TABLE {table}")
