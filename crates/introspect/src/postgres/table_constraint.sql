-- Primary keys, unique constraints, checks and exclusions.
SELECT k.oid AS number, k.conrelid AS table_number, k.conname AS name,
    k.contype::pg_catalog.text AS type,
    k.condeferrable AS deferrable, k.condeferred AS deferred,
    k.conislocal AS is_local, k.connoinherit AS no_inherit,
    k.convalidated AS validated, false AS not_enforced, false AS without_overlaps, -- before 18
    -- What is never checked is not valid either, and says so already.
    k.convalidated OR NOT k.conenforced AS validated, NOT k.conenforced AS not_enforced, -- from 18
    k.conperiod AS without_overlaps, -- from 18
    k.conindid AS index_number,
    (i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1] AS columns,
    (i.indkey::pg_catalog.int2[])[i.indnkeyatts:] AS include,
    false AS nulls_not_distinct, -- before 15
    COALESCE(i.indnullsnotdistinct, false) AS nulls_not_distinct, -- from 15
    ic.reloptions AS options,
    space.spcname::pg_catalog.text AS tablespace,
    COALESCE(i.indisreplident, false) AS identifies, COALESCE(i.indisclustered, false) AS clusters,
    parent.relnamespace AS parent_schema, parent.relname AS parent_index,
    pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS expression,
    CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_constraint AS k ON k.conrelid = c.oid
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = k.conindid
LEFT JOIN pg_catalog.pg_class AS ic ON ic.oid = k.conindid
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = ic.reltablespace
LEFT JOIN pg_catalog.pg_inherits AS up ON up.inhrelid = k.conindid
LEFT JOIN pg_catalog.pg_class AS parent ON parent.oid = up.inhparent
WHERE c.relkind IN ('r', 'p', 'f')
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND k.contype IN ('p', 'u', 'c', 'x')
