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
        'pg_catalog.pg_am'::pg_catalog.regclass,
        'pg_catalog.pg_amop'::pg_catalog.regclass,
        'pg_catalog.pg_amproc'::pg_catalog.regclass,
        'pg_catalog.pg_attrdef'::pg_catalog.regclass,
        'pg_catalog.pg_cast'::pg_catalog.regclass,
        'pg_catalog.pg_class'::pg_catalog.regclass,
        'pg_catalog.pg_collation'::pg_catalog.regclass,
        'pg_catalog.pg_constraint'::pg_catalog.regclass,
        'pg_catalog.pg_conversion'::pg_catalog.regclass,
        'pg_catalog.pg_event_trigger'::pg_catalog.regclass,
        'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass,
        'pg_catalog.pg_foreign_server'::pg_catalog.regclass,
        'pg_catalog.pg_language'::pg_catalog.regclass,
        'pg_catalog.pg_opclass'::pg_catalog.regclass,
        'pg_catalog.pg_operator'::pg_catalog.regclass,
        'pg_catalog.pg_opfamily'::pg_catalog.regclass,
        'pg_catalog.pg_policy'::pg_catalog.regclass,
        'pg_catalog.pg_proc'::pg_catalog.regclass,
        'pg_catalog.pg_publication_rel'::pg_catalog.regclass,
        'pg_catalog.pg_rewrite'::pg_catalog.regclass,
        'pg_catalog.pg_statistic_ext'::pg_catalog.regclass,
        'pg_catalog.pg_transform'::pg_catalog.regclass,
        'pg_catalog.pg_trigger'::pg_catalog.regclass,
        'pg_catalog.pg_ts_config'::pg_catalog.regclass,
        'pg_catalog.pg_ts_dict'::pg_catalog.regclass,
        'pg_catalog.pg_ts_parser'::pg_catalog.regclass,
        'pg_catalog.pg_ts_template'::pg_catalog.regclass,
        'pg_catalog.pg_type'::pg_catalog.regclass,
        'pg_catalog.pg_user_mapping'::pg_catalog.regclass
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
UNION ALL
-- What casts a value depends on the function of the cast alone, but is printed with the cast itself.
SELECT d.classid, d.objid, d.objsubid, 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, 0
FROM pg_catalog.pg_cast AS c
JOIN pg_catalog.pg_depend AS d
    ON d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    AND d.refobjid = c.castfunc
WHERE c.oid >= 16384
    AND d.classid IN (
        'pg_catalog.pg_attrdef'::pg_catalog.regclass,
        'pg_catalog.pg_class'::pg_catalog.regclass,
        'pg_catalog.pg_constraint'::pg_catalog.regclass,
        'pg_catalog.pg_policy'::pg_catalog.regclass,
        'pg_catalog.pg_proc'::pg_catalog.regclass,
        'pg_catalog.pg_rewrite'::pg_catalog.regclass,
        'pg_catalog.pg_trigger'::pg_catalog.regclass
    )
UNION ALL
-- Where the cast has no function, the type that it leads to is all that is known of it.
SELECT d.classid, d.objid, d.objsubid, 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, 0
FROM pg_catalog.pg_cast AS c
JOIN pg_catalog.pg_depend AS d
    ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
    AND d.refobjid = c.casttarget
WHERE c.oid >= 16384
    AND c.castfunc = 0
    AND d.objsubid = 0
    AND d.classid IN (
        'pg_catalog.pg_attrdef'::pg_catalog.regclass,
        'pg_catalog.pg_constraint'::pg_catalog.regclass,
        'pg_catalog.pg_policy'::pg_catalog.regclass,
        'pg_catalog.pg_rewrite'::pg_catalog.regclass,
        'pg_catalog.pg_trigger'::pg_catalog.regclass
    )
    -- The conditions of a domain come before the casts of it.
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint AS k
        WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
            AND k.oid = d.objid
            AND k.contypid IN (c.castsource, c.casttarget)
    )
