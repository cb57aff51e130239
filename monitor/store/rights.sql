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
