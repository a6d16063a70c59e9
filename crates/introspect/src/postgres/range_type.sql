-- Range types, each with the other types and the functions that come with it.
SELECT t.oid AS number, t.typnamespace AS schema, t.typname AS name,
    pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
    CASE WHEN s.oid >= 16384 THEN s.oid END AS user_type,
    CASE WHEN NOT oc.opcdefault THEN
        CASE WHEN pg_catalog.pg_opclass_is_visible(oc.oid) THEN ''
            ELSE pg_catalog.quote_ident(ocn.nspname) || '.'
        END || pg_catalog.quote_ident(oc.opcname)
    END AS operator_class,
    CASE WHEN r.rngcollation <> s.typcollation
        THEN r.rngcollation::pg_catalog.regcollation::pg_catalog.text
    END AS collation,
    NULLIF(r.rngcanonical::pg_catalog.text, '-') AS canonical,
    NULLIF(r.rngsubdiff::pg_catalog.text, '-') AS subtype_diff,
    NULL AS multirange_schema, NULL AS multirange_name, -- before 14
    mn.nspname::pg_catalog.text AS multirange_schema, m.typname::pg_catalog.text AS multirange_name, -- from 14
    ARRAY[t.typarray] AS types, -- before 14
    ARRAY[t.typarray, m.oid, m.typarray] AS types, -- from 14
    ARRAY(
        SELECT d.objid
        FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
            AND d.refobjid IN (t.oid, m.oid) -- from 14
            AND d.refobjid = t.oid -- before 14
            AND d.deptype = 'i'
    ) AS functions
FROM pg_catalog.pg_range AS r
JOIN pg_catalog.pg_type AS t ON t.oid = r.rngtypid
JOIN pg_catalog.pg_type AS s ON s.oid = r.rngsubtype
JOIN pg_catalog.pg_opclass AS oc ON oc.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace AS ocn ON ocn.oid = oc.opcnamespace
JOIN pg_catalog.pg_type AS m ON m.oid = r.rngmultitypid -- from 14
JOIN pg_catalog.pg_namespace AS mn ON mn.oid = m.typnamespace -- from 14
WHERE t.typnamespace = ANY ($1)
