-- What is in the schemas that are read but is not managed: a word for it, its name, and the table that it
-- stands on or the arguments that tell it from others. What `hides` others cannot be told from what
-- depends on it, which is left out, too.
SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass::pg_catalog.oid AS class, s.oid AS object, false AS hides, 'privileges on server' AS word,
    0::pg_catalog.oid AS schema, s.srvname AS name, NULL::pg_catalog.name AS table_name, NULL AS arguments
FROM pg_catalog.pg_foreign_server AS s
WHERE s.srvacl IS NOT NULL
UNION ALL
SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, false, 'privileges on foreign data wrapper', 0, w.fdwname, NULL, NULL
FROM pg_catalog.pg_foreign_data_wrapper AS w
WHERE w.fdwacl IS NOT NULL
UNION ALL
SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, false,
    'base type', t.typnamespace, t.typname, NULL, NULL
FROM pg_catalog.pg_type AS t
WHERE t.typnamespace = ANY ($1)
    AND t.typtype = 'b' AND t.typcategory <> 'A'
UNION ALL
-- An operator that another one named, and that was never made.
SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, false, 'unfinished operator', o.oprnamespace, o.oprname, NULL,
    COALESCE(NULLIF(pg_catalog.format_type(o.oprleft, NULL), '-'), 'NONE') || ', ' || COALESCE(NULLIF(pg_catalog.format_type(o.oprright, NULL), '-'), 'NONE')
FROM pg_catalog.pg_operator AS o
WHERE o.oprnamespace = ANY ($1) AND o.oprcode = 0
UNION ALL
-- What a table has that is none of its parts yet.
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, false, feature.word, c.relnamespace, c.relname, NULL, NULL
FROM pg_catalog.pg_class AS c
CROSS JOIN LATERAL (
    VALUES
        ('replica identity of table', c.relkind IN ('r', 'p') AND c.relreplident <> 'd'),
        ('tablespace of table', c.relkind IN ('r', 'p') AND c.reltablespace <> 0),
        ('access method of table', c.relkind = 'r' AND c.relam <> (SELECT am.oid FROM pg_catalog.pg_am AS am WHERE am.amname = 'heap')),
        ('row type of table', c.reloftype <> 0)
) AS feature (word, has)
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't' AND feature.has
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, ic.oid, false, 'tablespace of constraint', c.relnamespace, ic.relname, c.relname, NULL
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS ic ON ic.oid = k.conindid AND ic.reltablespace <> 0
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p') AND k.contype IN ('p', 'u', 'x')
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid, false, 'clustering of table', c.relnamespace, c.relname, NULL, NULL
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
WHERE c.relnamespace = ANY ($1) AND i.indisclustered
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, false, 'default of a column of view', c.relnamespace, c.relname, NULL, NULL
FROM pg_catalog.pg_attrdef AS d
JOIN pg_catalog.pg_class AS c ON c.oid = d.adrelid
WHERE c.relnamespace = ANY ($1) AND c.relkind = 'v'
UNION ALL -- from 18
SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, false, 'NOT NULL constraint', c.relnamespace, k.conname, c.relname, NULL -- from 18
FROM pg_catalog.pg_constraint AS k -- from 18
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid -- from 18
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p') AND k.contype = 'n' AND (k.connoinherit OR NOT k.convalidated) -- from 18
