-- Primary keys, unique constraints, checks and exclusions. Keys over time (18) have no shape of their
-- own here: as exclusions, they are printed whole.
SELECT k.oid AS number, k.conrelid AS table_number, k.conname AS name,
    k.contype::pg_catalog.text AS type, -- before 18
    CASE WHEN k.conperiod THEN 'x' ELSE k.contype::pg_catalog.text END AS type, -- from 18
    k.condeferrable AS deferrable, k.condeferred AS deferred,
    k.conislocal AS is_local, k.convalidated AS validated, k.connoinherit AS no_inherit,
    true AS enforced, -- before 18
    k.conenforced AS enforced, -- from 18
    k.conindid AS index_number,
    (i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1] AS columns,
    (i.indkey::pg_catalog.int2[])[i.indnkeyatts:] AS include,
    false AS nulls_not_distinct, -- before 15
    COALESCE(i.indnullsnotdistinct, false) AS nulls_not_distinct, -- from 15
    ic.reloptions AS options,
    parent.relnamespace AS parent_schema, parent.relname AS parent_index,
    pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS expression,
    CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition -- before 18
    CASE WHEN k.contype = 'x' OR k.conperiod THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition -- from 18
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_constraint AS k ON k.conrelid = c.oid
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = k.conindid
LEFT JOIN pg_catalog.pg_class AS ic ON ic.oid = k.conindid
LEFT JOIN pg_catalog.pg_inherits AS up ON up.inhrelid = k.conindid
LEFT JOIN pg_catalog.pg_class AS parent ON parent.oid = up.inhparent
WHERE c.relkind IN ('r', 'p', 'f')
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND k.contype IN ('p', 'u', 'c', 'x')
