-- Domains, each with the types of arrays of it.
SELECT t.oid AS number, t.typnamespace AS schema, t.typname AS name, NULLIF(t.typarray, 0) AS array_type,
    pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base_type,
    -- Below 16384 are the server's own types.
    CASE WHEN b.oid >= 16384 THEN COALESCE(item.oid, b.oid) END AS user_type,
    CASE WHEN t.typcollation <> b.typcollation
        THEN t.typcollation::pg_catalog.regcollation::pg_catalog.text
    END AS collation,
    pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS default_expression,
    t.typnotnull AS not_null
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_type AS item ON item.oid = b.typelem AND b.typcategory = 'A'
WHERE t.typtype = 'd' AND t.typnamespace = ANY ($1)
