-- Materialized views with their columns; the rule is the place where the server keeps what the query depends
-- on.
SELECT c.oid AS number, c.relnamespace AS schema, c.relname AS name, r.oid AS rule,
    NULLIF(c.reltype, 0) AS row_type, NULLIF(t.typarray, 0) AS row_array_type,
    pg_catalog.array_cat(
        c.reloptions,
        ARRAY(SELECT 'toast.' || o FROM pg_catalog.unnest(toast.reloptions) AS o)
    ) AS options,
    space.spcname::pg_catalog.text AS tablespace,
    CASE WHEN am.amname <> 'heap' THEN pg_catalog.quote_ident(am.amname) END AS access_method,
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
    ) AS types
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
LEFT JOIN pg_catalog.pg_type AS t ON t.oid = c.reltype
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
WHERE c.relkind = 'm' AND c.relnamespace = ANY ($1)
