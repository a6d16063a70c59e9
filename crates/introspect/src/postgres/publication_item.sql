-- What publications name: tables, with the columns and rows that are published, and schemas.
SELECT r.prpubid AS publication, 'pg_catalog.pg_publication_rel'::pg_catalog.regclass::pg_catalog.oid AS class, r.oid AS object,
    n.oid AS schema, n.nspname AS schema_name, r.prrelid AS table_number, c.relname AS table_name,
    CASE WHEN r.prattrs IS NOT NULL THEN ARRAY( -- from 15
        SELECT a.attname::pg_catalog.text -- from 15
        FROM pg_catalog.pg_attribute AS a -- from 15
        WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::pg_catalog.int2[]) -- from 15
    ) END AS columns, -- from 15
    pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS filter -- from 15
    NULL::pg_catalog.text[] AS columns, -- before 15
    NULL::pg_catalog.text AS filter -- before 15
FROM pg_catalog.pg_publication_rel AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
UNION ALL -- from 15
SELECT s.pnpubid, 'pg_catalog.pg_publication_namespace'::pg_catalog.regclass, s.oid, s.pnnspid, n.nspname, NULL, NULL, NULL, NULL -- from 15
FROM pg_catalog.pg_publication_namespace AS s -- from 15
JOIN pg_catalog.pg_namespace AS n ON n.oid = s.pnnspid -- from 15
