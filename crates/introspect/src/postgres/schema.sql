-- Every schema; which of them are read is decided by name.
SELECT n.oid AS number, n.nspname AS name
FROM pg_catalog.pg_namespace AS n
