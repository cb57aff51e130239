-- Run once, when the database is made: who owns its tables, who writes, who reads.
-- The passwords are those of the URLs that the other containers get.
\set owner_password `sed -E 's|^[a-z]+://[^:]+:([^@]+)@.*$|\1|' /run/secrets/database_owner_url`
\set writer_password `sed -E 's|^[a-z]+://[^:]+:([^@]+)@.*$|\1|' /run/secrets/database_writer_url`
CREATE ROLE monitor_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE monitor_writer LOGIN PASSWORD :'writer_password';
CREATE ROLE monitor_reader;
ALTER DATABASE monitor OWNER TO monitor_owner;
