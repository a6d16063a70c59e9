-- Plain tables: neither partitioned, nor partitions, nor parts of an inheritance tree.
SELECT c.oid AS number, c.relnamespace AS schema, c.relname AS name,
    NULLIF(c.reltype, 0) AS row_type, NULLIF(t.typarray, 0) AS row_array_type,
    c.relpersistence = 'u' AS unlogged,
    pg_catalog.array_cat(
        c.reloptions,
        ARRAY(SELECT 'toast.' || o FROM pg_catalog.unnest(toast.reloptions) AS o)
    ) AS options
FROM pg_catalog.pg_class AS c
LEFT JOIN pg_catalog.pg_type AS t ON t.oid = c.reltype
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
WHERE c.relkind = 'r'
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid)
