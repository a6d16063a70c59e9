-- Tables with row security switched on or policies, one row for each policy, in the order of their names.
SELECT c.oid AS table_number, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
    p.oid AS policy_number, p.polname::pg_catalog.text AS name,
    p.polpermissive AS permissive, p.polcmd::pg_catalog.text AS command,
    -- The number 0 stands for all roles.
    ARRAY(
        SELECT pg_catalog.pg_get_userbyid(role)::pg_catalog.text
        FROM pg_catalog.unnest(p.polroles) AS role
        WHERE role <> 0
    ) AS roles,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using,
    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
FROM pg_catalog.pg_class AS c
LEFT JOIN pg_catalog.pg_policy AS p ON p.polrelid = c.oid
WHERE c.relkind IN ('r', 'p')
    AND c.relnamespace = ANY ($1)
    AND (c.relrowsecurity OR c.relforcerowsecurity OR p.oid IS NOT NULL)
ORDER BY c.oid, p.polname
