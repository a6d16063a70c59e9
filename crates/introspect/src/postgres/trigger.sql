-- Triggers, but for those that the server keeps for constraints and for those that a partition has from
-- its parent. The definition is everything after the name; in it the table has its schema. Partitions that do
-- not do as the parent does: a letter for when it fires, and the number of the partition.
SELECT g.oid AS number, g.tgrelid AS table_number, c.relnamespace AS schema, c.relname AS name,
    g.tgname AS trigger_name,
    g.tgconstraint <> 0 AS is_constraint,
    g.tgenabled::pg_catalog.text AS state,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS printed_table,
    pg_catalog.quote_ident(c.relname) AS printed_name,
    pg_catalog.substr(
        pg_catalog.pg_get_triggerdef(g.oid),
        1 + pg_catalog.length(
            CASE WHEN g.tgconstraint <> 0 THEN 'CREATE CONSTRAINT TRIGGER ' ELSE 'CREATE TRIGGER ' END
                || pg_catalog.quote_ident(g.tgname) || ' '
        )
    ) AS definition,
    CASE WHEN c.relkind = 'p' THEN ARRAY(
        WITH RECURSIVE clone AS (
            SELECT g.oid, g.tgenabled, g.tgrelid
            UNION ALL
            SELECT t.oid, t.tgenabled, t.tgrelid
            FROM pg_catalog.pg_trigger AS t
            JOIN clone ON t.tgparentid = clone.oid
        )
        SELECT clone.tgenabled::pg_catalog.text || clone.tgrelid::pg_catalog.text
        FROM clone
        WHERE clone.tgenabled <> g.tgenabled
    ) END AS partitions
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND NOT g.tgisinternal
    AND g.tgparentid = 0
