-- Extensions, but for the language that every database is made with.
SELECT e.oid AS number, e.extname AS name, n.nspname AS schema_name, e.extversion AS version,
    d.description AS comment, own.comment AS own_comment
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.objoid = e.oid
LEFT JOIN pg_catalog.pg_available_extensions() AS own ON own.name = e.extname
WHERE e.extname <> 'plpgsql'
