-- Extensions, but for the language that every database is made with.
SELECT e.oid AS number, e.extname AS name, n.nspname AS schema_name, e.extversion AS version
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
