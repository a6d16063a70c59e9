-- Owners other than who is connected; a sequence of a column belongs to whom its table belongs.
SELECT owned.class AS class, owned.object AS object, pg_catalog.pg_get_userbyid(owned.owner)::pg_catalog.text AS role
FROM (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS class, c.oid AS object, c.relowner AS owner
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            WHERE c.relkind = 'S'
                AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        )
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proowner
    FROM pg_catalog.pg_proc AS p
    WHERE p.pronamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typowner
    FROM pg_catalog.pg_type AS t
    WHERE t.typnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, s.stxowner
    FROM pg_catalog.pg_statistic_ext AS s
    WHERE s.stxnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid, p.pubowner
    FROM pg_catalog.pg_publication AS p
    UNION ALL
    SELECT 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid, s.subowner -- from 14
    FROM pg_catalog.pg_subscription AS s -- from 14
    JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid AND d.datname = pg_catalog.current_database() -- from 14
    UNION ALL -- from 14
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, s.srvowner
    FROM pg_catalog.pg_foreign_server AS s
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, w.fdwowner
    FROM pg_catalog.pg_foreign_data_wrapper AS w
    UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, l.lanowner
    FROM pg_catalog.pg_language AS l
    UNION ALL
    SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, c.collowner
    FROM pg_catalog.pg_collation AS c
    WHERE c.collnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, v.oid, v.conowner
    FROM pg_catalog.pg_conversion AS v
    WHERE v.connamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprowner
    FROM pg_catalog.pg_operator AS o
    WHERE o.oprnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, o.opcowner
    FROM pg_catalog.pg_opclass AS o
    WHERE o.opcnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.oid, o.opfowner
    FROM pg_catalog.pg_opfamily AS o
    WHERE o.opfnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, f.oid, f.cfgowner
    FROM pg_catalog.pg_ts_config AS f
    WHERE f.cfgnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, d.oid, d.dictowner
    FROM pg_catalog.pg_ts_dict AS d
    WHERE d.dictnamespace = ANY ($1)
    UNION ALL
    SELECT 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid, s.subowner
    FROM pg_catalog.pg_subscription AS s
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
    UNION ALL
    SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, e.evtowner
    FROM pg_catalog.pg_event_trigger AS e
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, n.nspowner
    FROM pg_catalog.pg_namespace AS n
    WHERE n.oid = ANY ($1) AND n.nspname <> 'public'
) AS owned
WHERE pg_catalog.pg_get_userbyid(owned.owner) <> CURRENT_USER
