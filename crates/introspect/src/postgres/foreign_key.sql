-- Foreign keys, but for those that a partition has from its parent.
SELECT k.oid AS number, k.conrelid AS table_number, k.conname AS name,
    k.conkey AS columns,
    target_schema.nspname AS target_schema, target.relname AS target,
    ARRAY(
        SELECT a.attname::pg_catalog.text
        FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS key (number, place)
        -- OFFSET 0 keeps the subquery whole, so that both numbers are looked up in the index.
        CROSS JOIN LATERAL (
            SELECT a.attname
            FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = k.confrelid AND a.attnum = key.number
            OFFSET 0
        ) AS a
        ORDER BY key.place
    ) AS target_columns,
    k.confupdtype::pg_catalog.text AS on_update,
    k.confdeltype::pg_catalog.text AS on_delete,
    NULL::pg_catalog.int2[] AS on_delete_columns, -- before 15
    k.confdelsetcols AS on_delete_columns, -- from 15
    k.confmatchtype::pg_catalog.text AS matching,
    k.condeferrable AS deferrable, k.condeferred AS deferred, 
    k.convalidated AS validated, false AS not_enforced, false AS period -- before 18
    -- What is never checked is not valid either, and says so already.
    k.convalidated OR NOT k.conenforced AS validated, NOT k.conenforced AS not_enforced, k.conperiod AS period -- from 18
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_constraint AS k ON k.conrelid = c.oid
JOIN pg_catalog.pg_class AS target ON target.oid = k.confrelid
JOIN pg_catalog.pg_namespace AS target_schema ON target_schema.oid = target.relnamespace
WHERE c.relkind IN ('r', 'p')
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND k.contype = 'f'
    AND k.conparentid = 0
