-- What is in the schemas that are read but is not managed: a word for it, its name, and the table that it
-- stands on or the arguments that tell it from others. What `hides` others cannot be told from what
-- depends on it, which is left out, too.
-- A type that was only said to come.
SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid AS class, t.oid AS object, false AS hides, 'unfinished type' AS word,
    t.typnamespace AS schema, t.typname AS name, NULL::pg_catalog.name AS table_name, NULL AS arguments
FROM pg_catalog.pg_type AS t
WHERE t.typnamespace = ANY ($1) AND NOT t.typisdefined
UNION ALL
-- An operator that another one named, and that was never made.
SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, false, 'unfinished operator', o.oprnamespace, o.oprname, NULL,
    COALESCE(NULLIF(pg_catalog.format_type(o.oprleft, NULL), '-'), 'NONE') || ', ' || COALESCE(NULLIF(pg_catalog.format_type(o.oprright, NULL), '-'), 'NONE')
FROM pg_catalog.pg_operator AS o
WHERE o.oprnamespace = ANY ($1) AND o.oprcode = 0
UNION ALL
-- Nobody can publish the rows of a materialized view.
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, false, 'replica identity of materialized view', c.relnamespace, c.relname, NULL, NULL
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = ANY ($1) AND c.relkind = 'm' AND c.relreplident <> 'd'
UNION ALL -- from 17
SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, false, 'name of NOT NULL of domain', t.typnamespace, t.typname, NULL, NULL -- from 17
FROM pg_catalog.pg_constraint AS k -- from 17
JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid -- from 17
WHERE t.typnamespace = ANY ($1) AND k.contype = 'n' AND k.conname <> t.typname || '_not_null' -- from 17
