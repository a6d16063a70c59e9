-- Extended statistics. Their columns are kept by number, which tells nothing of the order in which they
-- were written.
SELECT s.oid AS number, s.stxnamespace AS schema, s.stxname AS name, s.stxrelid AS table_number,
    n.nspname AS table_schema, c.relname AS table_name,
    s.stxkind::pg_catalog.text[] AS kinds,
    ARRAY(
        SELECT a.attname::pg_catalog.text
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::pg_catalog.int2[])
    ) AS columns,
    COALESCE(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid), '{}') AS expressions, -- from 14
    '{}'::pg_catalog.text[] AS expressions, -- before 14
    NULLIF(s.stxstattarget, -1)::pg_catalog.int4 AS target
FROM pg_catalog.pg_statistic_ext AS s
JOIN pg_catalog.pg_class AS c ON c.oid = s.stxrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE s.stxnamespace = ANY ($1)
    AND c.relpersistence <> 't'
