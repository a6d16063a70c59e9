-- Types and routines that the server's own ones of the same name hide: without their schema nobody finds them.
SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid AS class, t.oid AS object
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_type AS own ON own.typname = t.typname AND own.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
WHERE t.typnamespace = ANY ($1)
UNION ALL
SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, p.oid
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_proc AS own ON own.proname = p.proname AND own.proargtypes = p.proargtypes
    AND own.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
WHERE p.pronamespace = ANY ($1)
