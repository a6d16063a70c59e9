-- Views with their columns; the rule is the place where the server keeps what the query depends on.
SELECT c.oid AS number, c.relnamespace AS schema, c.relname AS name, r.oid AS rule,
    NULLIF(c.reltype, 0) AS row_type, NULLIF(t.typarray, 0) AS row_array_type,
    c.reloptions AS options,
    pg_catalog.pg_get_viewdef(c.oid) AS query,
    ARRAY(
        SELECT a.attname::pg_catalog.text
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0
        ORDER BY a.attnum
    ) AS columns,
    ARRAY(
        SELECT pg_catalog.format_type(a.atttypid, a.atttypmod)
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0
        ORDER BY a.attnum
    ) AS types,
    ARRAY(
        SELECT COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_catalog.pg_attribute AS a
        LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0
        ORDER BY a.attnum
    ) AS defaults
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
LEFT JOIN pg_catalog.pg_type AS t ON t.oid = c.reltype
WHERE c.relkind = 'v' AND c.relnamespace = ANY ($1) AND c.relpersistence <> 't'
