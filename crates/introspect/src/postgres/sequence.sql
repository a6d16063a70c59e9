-- Sequences with the column that each belongs to: `i` for an identity, `a` where it is owned.
SELECT c.oid AS number, c.relnamespace AS schema, c.relname AS name,
    pg_catalog.format_type(s.seqtypid, NULL) AS data_type,
    s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,
    s.seqcache AS cache, s.seqcycle AS cycles, c.relpersistence = 'u' AS unlogged,
    d.refobjid AS owner, d.refobjsubid AS owner_column, d.deptype = 'i' AS is_identity,
    c.relpersistence = owner.relpersistence AS survives_as_owner, -- from 15
    c.relpersistence = 'p' AS survives_as_owner, -- before 15
    CASE WHEN d.deptype = 'a'
        THEN 'nextval(' || pg_catalog.quote_literal(c.oid::pg_catalog.regclass::pg_catalog.text) || '::regclass)'
    END AS next_value
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid
LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.objid = c.oid
    AND d.objsubid = 0
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.refobjsubid > 0
    AND d.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class AS owner ON owner.oid = d.refobjid
WHERE c.relkind = 'S' AND c.relnamespace = ANY ($1)
