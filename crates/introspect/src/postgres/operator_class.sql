-- Operator classes with the members that belong to them alone.
SELECT c.oid AS number, c.opcnamespace AS schema, c.opcname AS name, a.amname AS method,
    fn.nspname::pg_catalog.text AS family_schema, f.opfname::pg_catalog.text AS family,
    c.opcdefault AS is_default, pg_catalog.format_type(c.opcintype, NULL) AS data_type,
    CASE WHEN c.opckeytype <> 0 THEN pg_catalog.format_type(c.opckeytype, NULL) END AS storage,
    m.numbers, m.classes, m.definitions
FROM pg_catalog.pg_opclass AS c
JOIN pg_catalog.pg_am AS a ON a.oid = c.opcmethod
JOIN pg_catalog.pg_opfamily AS f ON f.oid = c.opcfamily
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.opfnamespace
CROSS JOIN LATERAL (
    SELECT COALESCE(pg_catalog.array_agg(m.oid ORDER BY m.word DESC, m.strategy, m.types COLLATE "C"), '{}') AS numbers,
        COALESCE(pg_catalog.array_agg(m.class ORDER BY m.word DESC, m.strategy, m.types COLLATE "C"), '{}') AS classes,
        COALESCE(pg_catalog.array_agg(
            m.word || m.strategy || ' ' || m.definition
            ORDER BY m.word DESC, m.strategy, m.types COLLATE "C"
        ), '{}') AS definitions
    FROM (
        SELECT o.oid, 'pg_catalog.pg_amop'::pg_catalog.regclass::pg_catalog.oid AS class,
            'OPERATOR ' AS word, o.amopstrategy AS strategy,
            pg_catalog.format_type(o.amoplefttype, NULL) || ', ' || pg_catalog.format_type(o.amoprighttype, NULL) AS types,
            o.amopopr::pg_catalog.regoperator::pg_catalog.text || COALESCE(
                ' FOR ORDER BY ' || CASE WHEN pg_catalog.pg_opfamily_is_visible(s.oid) THEN '' ELSE pg_catalog.quote_ident(sn.nspname) || '.' END
                    || pg_catalog.quote_ident(s.opfname),
                ''
            ) AS definition
        FROM pg_catalog.pg_amop AS o
        LEFT JOIN pg_catalog.pg_opfamily AS s ON s.oid = o.amopsortfamily
        LEFT JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.opfnamespace
        WHERE o.amopfamily = c.opcfamily
        UNION ALL
        SELECT p.oid, 'pg_catalog.pg_amproc'::pg_catalog.regclass, 'FUNCTION ', p.amprocnum,
            types.text, '(' || types.text || ') ' || p.amproc::pg_catalog.regprocedure::pg_catalog.text
        FROM pg_catalog.pg_amproc AS p
        CROSS JOIN LATERAL (
            SELECT pg_catalog.format_type(p.amproclefttype, NULL) || ', ' || pg_catalog.format_type(p.amprocrighttype, NULL) AS text
        ) AS types
        WHERE p.amprocfamily = c.opcfamily
    ) AS m
    JOIN pg_catalog.pg_depend AS d
        ON d.classid = m.class
        AND d.objid = m.oid
        AND d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
        AND d.refobjid = c.oid
) AS m
WHERE c.opcnamespace = ANY ($1)
