-- Access methods that are not the server's own.
SELECT a.oid AS number, a.amname AS name, a.amtype = 'i' AS is_for_indexes,
    CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
        || pg_catalog.quote_ident(f.proname) AS handler
FROM pg_catalog.pg_am AS a
JOIN pg_catalog.pg_proc AS f ON f.oid = a.amhandler
JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace
WHERE a.oid >= 16384
