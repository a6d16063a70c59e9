-- Indexes that no constraint owns.
SELECT i.indexrelid AS number, i.indrelid AS table_number,
    ic.relnamespace AS schema, ic.relname AS name,
    i.indisunique AS is_unique, i.indisvalid AS valid, ic.relkind = 'I' AS is_partitioned,
    pg_catalog.quote_ident(am.amname) AS method,
    CASE WHEN i.indexprs IS NOT NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition,
    (i.indkey::pg_catalog.int2[])[i.indnkeyatts:] AS include,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    false AS nulls_not_distinct, -- before 15
    i.indnullsnotdistinct AS nulls_not_distinct, -- from 15
    ic.reloptions AS options,
    space.spcname AS tablespace,
    i.indisreplident AS identifies, i.indisclustered AS clusters,
    up.inhparent AS parent
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid
JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_inherits AS up ON up.inhrelid = i.indexrelid
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = ic.reltablespace
LEFT JOIN pg_catalog.pg_constraint AS k
    ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
WHERE c.relkind IN ('r', 'p', 'm')
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND k.oid IS NULL
