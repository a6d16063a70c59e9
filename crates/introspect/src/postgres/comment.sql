-- What COMMENT ON says of anything that is not the server's own.
SELECT d.classoid AS class, d.objoid AS object, d.objsubid AS column, d.description AS comment
FROM pg_catalog.pg_description AS d
WHERE d.classoid IN (
        'pg_catalog.pg_am'::pg_catalog.regclass,
        'pg_catalog.pg_cast'::pg_catalog.regclass,
        'pg_catalog.pg_class'::pg_catalog.regclass,
        'pg_catalog.pg_collation'::pg_catalog.regclass,
        'pg_catalog.pg_constraint'::pg_catalog.regclass,
        'pg_catalog.pg_conversion'::pg_catalog.regclass,
        'pg_catalog.pg_event_trigger'::pg_catalog.regclass,
        'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass,
        'pg_catalog.pg_foreign_server'::pg_catalog.regclass,
        'pg_catalog.pg_language'::pg_catalog.regclass,
        'pg_catalog.pg_namespace'::pg_catalog.regclass,
        'pg_catalog.pg_opclass'::pg_catalog.regclass,
        'pg_catalog.pg_operator'::pg_catalog.regclass,
        'pg_catalog.pg_opfamily'::pg_catalog.regclass,
        'pg_catalog.pg_policy'::pg_catalog.regclass,
        'pg_catalog.pg_proc'::pg_catalog.regclass,
        'pg_catalog.pg_publication'::pg_catalog.regclass,
        'pg_catalog.pg_rewrite'::pg_catalog.regclass,
        'pg_catalog.pg_statistic_ext'::pg_catalog.regclass,
        'pg_catalog.pg_transform'::pg_catalog.regclass,
        'pg_catalog.pg_subscription'::pg_catalog.regclass,
        'pg_catalog.pg_trigger'::pg_catalog.regclass,
        'pg_catalog.pg_ts_config'::pg_catalog.regclass,
        'pg_catalog.pg_ts_dict'::pg_catalog.regclass,
        'pg_catalog.pg_ts_parser'::pg_catalog.regclass,
        'pg_catalog.pg_ts_template'::pg_catalog.regclass,
        'pg_catalog.pg_type'::pg_catalog.regclass
    )
    -- Numbers below this one are the server's own; of them only the schema public may be commented anew.
    AND (d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
