-- Privileges that anyone ever granted or revoked, one row for each; one without a privilege where all are
-- revoked. The owner is told by NULL, everybody by the number 0.
SELECT granted.class AS class, granted.object AS object, granted.column_name AS column_name,
    x.grantee IS NOT DISTINCT FROM granted.owner AS to_owner,
    COALESCE(x.grantee = 0, false) AS to_public,
    CASE WHEN x.grantee <> 0 THEN pg_catalog.pg_get_userbyid(x.grantee)::pg_catalog.text END AS grantee,
    CASE WHEN x.grantor <> granted.owner THEN pg_catalog.pg_get_userbyid(x.grantor)::pg_catalog.text END AS grantor,
    -- Only who can become the grantor can grant again in its name.
    x.grantor <> granted.owner AND NOT pg_catalog.pg_has_role(x.grantor, 'MEMBER') AS is_foreign, -- before 16
    x.grantor <> granted.owner AND NOT pg_catalog.pg_has_role(x.grantor, 'SET') AS is_foreign, -- from 16
    x.privilege_type AS privilege, COALESCE(x.is_grantable, false) AS is_grantable
FROM (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS class, c.oid AS object,
        NULL::pg_catalog.text AS column_name, c.relowner AS owner, c.relacl AS acl
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = ANY ($1) AND c.relacl IS NOT NULL
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attname, c.relowner, a.attacl
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    WHERE c.relnamespace = ANY ($1) AND a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, NULL, p.proowner, p.proacl
    FROM pg_catalog.pg_proc AS p
    WHERE p.pronamespace = ANY ($1) AND p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, NULL, t.typowner, t.typacl
    FROM pg_catalog.pg_type AS t
    WHERE t.typnamespace = ANY ($1) AND t.typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, NULL, l.lanowner, l.lanacl
    FROM pg_catalog.pg_language AS l
    WHERE l.lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, NULL, w.fdwowner, w.fdwacl
    FROM pg_catalog.pg_foreign_data_wrapper AS w
    WHERE w.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, NULL, s.srvowner, s.srvacl
    FROM pg_catalog.pg_foreign_server AS s
    WHERE s.srvacl IS NOT NULL
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, NULL, n.nspowner,
        -- The schema that every database begins with was granted to everybody.
        COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner))
    FROM pg_catalog.pg_namespace AS n
    WHERE n.oid = ANY ($1) AND (n.nspacl IS NOT NULL OR n.nspname = 'public')
) AS granted
LEFT JOIN LATERAL pg_catalog.aclexplode(granted.acl) AS x ON true
