-- What the indexes that no constraint owns sort by. Collation and operator class of a column are NULL
-- where they are the column's own and the type's default; those of an expression, whose type and collation
-- the server keeps nowhere, stand in the printed definition of the index only.
SELECT i.indexrelid AS index_number, part.place, part.column_number,
    CASE WHEN i.indexprs IS NOT NULL
        THEN pg_catalog.pg_get_indexdef(i.indexrelid, part.place + 1, false)
    END AS text,
    i.indoption[part.place]::pg_catalog.int4 AS sorting,
    NULLIF(own.attstattarget, -1)::pg_catalog.int4 AS statistics,
    CASE WHEN i.indcollation[part.place] NOT IN (0, a.attcollation)
        THEN i.indcollation[part.place]::pg_catalog.regcollation::pg_catalog.text
    END AS collation,
    CASE WHEN oc.opcdefault
            AND own.attoptions IS NULL
            AND (
                oc.opcintype = base.oid
                OR NOT EXISTS (
                    SELECT FROM pg_catalog.pg_opclass AS other
                    WHERE other.opcmethod = oc.opcmethod AND other.opcdefault AND other.opcintype = base.oid
                )
                -- It has few operators of its own, and borrows those of text.
                AND (
                    base.oid <> 'pg_catalog.varchar'::pg_catalog.regtype
                    OR oc.opcintype = 'pg_catalog.text'::pg_catalog.regtype
                )
            )
        THEN NULL
        ELSE
            CASE WHEN pg_catalog.pg_opclass_is_visible(oc.oid) THEN ''
                ELSE (
                    SELECT pg_catalog.quote_ident(n.nspname) || '.'
                    FROM pg_catalog.pg_namespace AS n
                    WHERE n.oid = oc.opcnamespace
                )
            END || pg_catalog.quote_ident(oc.opcname) || COALESCE(
                ' (' || (
                    SELECT pg_catalog.string_agg(
                        pg_catalog.quote_ident(pg_catalog.split_part(o, '=', 1)) || '='
                            || pg_catalog.quote_literal(pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1)),
                        ', '
                    )
                    FROM pg_catalog.unnest(own.attoptions) AS o
                ) || ')',
                ''
            )
    END AS operator_class
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid
LEFT JOIN pg_catalog.pg_constraint AS k
    ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
JOIN pg_catalog.pg_attribute AS own
    ON own.attrelid = i.indexrelid AND own.attnum BETWEEN 1 AND i.indnkeyatts
CROSS JOIN LATERAL (SELECT own.attnum - 1 AS place, i.indkey[own.attnum - 1] AS column_number) AS part
-- OFFSET 0 keeps the subquery whole, so that both numbers are looked up in the index.
LEFT JOIN LATERAL (
    SELECT a.atttypid, a.attcollation
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = i.indrelid AND a.attnum = part.column_number
    OFFSET 0
) AS a ON true
JOIN pg_catalog.pg_opclass AS oc ON oc.oid = i.indclass[part.place]
LEFT JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END AS oid) AS base
WHERE c.relkind IN ('r', 'p', 'm')
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND k.oid IS NULL
ORDER BY i.indexrelid, part.place
