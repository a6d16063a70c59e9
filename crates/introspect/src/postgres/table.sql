-- Tables, with the tables that they have columns from and what makes them partitions.
SELECT c.oid AS number, c.relnamespace AS schema, c.relname AS name,
    NULLIF(c.reltype, 0) AS row_type, NULLIF(t.typarray, 0) AS row_array_type,
    c.relpersistence = 'u' AS unlogged,
    CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
    up.parents,
    foreign_server.srvname AS foreign_server, f.ftoptions AS foreign_options,
    -- A new partition is kept where its parent says, unless it is told.
    CASE
        WHEN space.oid IS NOT NULL THEN space.spcname::pg_catalog.text
        WHEN parent.reltablespace <> 0 AND c.relkind <> 'f' THEN 'pg_default'
    END AS tablespace,
    CASE
        WHEN am.amname <> 'heap' OR parent.relam NOT IN (0, c.relam) THEN pg_catalog.quote_ident(am.amname)
    END AS access_method,
    -- Where the index is gone, nothing is left. A foreign table has none, whatever is kept of it.
    CASE
        WHEN c.relkind = 'f' THEN 'd'
        WHEN c.relreplident <> 'i' THEN c.relreplident::pg_catalog.text
        WHEN EXISTS (SELECT FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid AND i.indisreplident) THEN 'i'
        ELSE 'n'
    END AS replica_identity,
    of_type_schema.nspname AS of_type_schema, of_type.typname AS of_type,
    pg_catalog.array_cat(
        c.reloptions,
        ARRAY(SELECT 'toast.' || o FROM pg_catalog.unnest(toast.reloptions) AS o)
    ) AS options
FROM pg_catalog.pg_class AS c
LEFT JOIN pg_catalog.pg_type AS t ON t.oid = c.reltype
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_foreign_table AS f ON f.ftrelid = c.oid
LEFT JOIN pg_catalog.pg_foreign_server AS foreign_server ON foreign_server.oid = f.ftserver
LEFT JOIN (
    SELECT i.inhrelid, pg_catalog.array_agg(i.inhparent::pg_catalog.int8 ORDER BY i.inhseqno) AS parents
    FROM pg_catalog.pg_inherits AS i
    GROUP BY i.inhrelid
) AS up ON up.inhrelid = c.oid
LEFT JOIN pg_catalog.pg_class AS parent ON c.relispartition AND parent.oid = up.parents[1]::pg_catalog.oid
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_type AS of_type ON of_type.oid = c.reloftype
LEFT JOIN pg_catalog.pg_namespace AS of_type_schema ON of_type_schema.oid = of_type.typnamespace
WHERE c.relkind IN ('r', 'p', 'f')
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
