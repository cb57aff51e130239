-- Run once, when the database is made: who owns its tables, who writes, who reads.
-- The passwords are those of the URLs that the other containers get.
\set owner_password `sed -E 's|^[a-z]+://[^:]+:([^@]+)@.*$|\1|' /run/secrets/database_owner_url`
\set writer_password `sed -E 's|^[a-z]+://[^:]+:([^@]+)@.*$|\1|' /run/secrets/database_writer_url`
CREATE ROLE monitor_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE monitor_writer LOGIN PASSWORD :'writer_password';
CREATE ROLE monitor_reader;
ALTER DATABASE monitor OWNER TO monitor_owner;
REVOKE TEMPORARY ON DATABASE monitor FROM PUBLIC;
GRANT TEMPORARY ON DATABASE monitor TO monitor_writer;

-- What the superuser takes from everybody, in each database: whoever could take the writer's lock
-- could keep the writer out. The roles are there by then.

REVOKE EXECUTE ON FUNCTION
    pg_advisory_lock(bigint), pg_advisory_lock(int, int),
    pg_advisory_lock_shared(bigint), pg_advisory_lock_shared(int, int),
    pg_advisory_xact_lock(bigint), pg_advisory_xact_lock(int, int),
    pg_advisory_xact_lock_shared(bigint), pg_advisory_xact_lock_shared(int, int),
    pg_try_advisory_lock(bigint), pg_try_advisory_lock(int, int),
    pg_try_advisory_lock_shared(bigint), pg_try_advisory_lock_shared(int, int),
    pg_try_advisory_xact_lock(bigint), pg_try_advisory_xact_lock(int, int),
    pg_try_advisory_xact_lock_shared(bigint), pg_try_advisory_xact_lock_shared(int, int)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION pg_try_advisory_lock(bigint) TO monitor_owner, monitor_writer;
