-- What depends on what, among things that are not the server's own. Left out is what follows from the
-- objects themselves: a part on what it is a part of, a default or a constraint on its table, an owned
-- sequence on its owner (which is tied to it once both stand).
SELECT d.classid AS class, d.objid AS object, d.objsubid AS column,
    d.refclassid AS on_class, d.refobjid AS on_object, d.refobjsubid AS on_column
FROM pg_catalog.pg_depend AS d
WHERE d.objid >= 16384
    AND d.refobjid >= 16384
    AND d.deptype IN ('n', 'a')
    AND d.classid IN (
        'pg_catalog.pg_attrdef'::pg_catalog.regclass,
        'pg_catalog.pg_class'::pg_catalog.regclass,
        'pg_catalog.pg_constraint'::pg_catalog.regclass,
        'pg_catalog.pg_event_trigger'::pg_catalog.regclass,
        'pg_catalog.pg_policy'::pg_catalog.regclass,
        'pg_catalog.pg_proc'::pg_catalog.regclass,
        'pg_catalog.pg_publication_rel'::pg_catalog.regclass,
        'pg_catalog.pg_rewrite'::pg_catalog.regclass,
        'pg_catalog.pg_statistic_ext'::pg_catalog.regclass,
        'pg_catalog.pg_trigger'::pg_catalog.regclass,
        'pg_catalog.pg_type'::pg_catalog.regclass
    )
    AND NOT (
        d.classid IN (
            'pg_catalog.pg_attrdef'::pg_catalog.regclass,
            'pg_catalog.pg_constraint'::pg_catalog.regclass
        )
        AND d.deptype = 'a'
    )
    AND NOT (
        d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype = 'a'
        AND EXISTS (SELECT FROM pg_catalog.pg_sequence AS s WHERE s.seqrelid = d.objid)
    )
