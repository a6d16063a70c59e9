-- Default privileges, one row for each, and one without a privilege where all are revoked. Only a member of
-- the role can change them.
SELECT d.defaclobjtype::pg_catalog.text AS letter, n.nspname::pg_catalog.text AS schema_name,
    CASE WHEN r.rolname <> CURRENT_USER THEN r.rolname::pg_catalog.text END AS role,
    NOT pg_catalog.pg_has_role(d.defaclrole, 'USAGE') AS is_foreign,
    x.grantee IS NOT DISTINCT FROM d.defaclrole AS to_owner,
    COALESCE(x.grantee = 0, false) AS to_public,
    CASE WHEN x.grantee <> 0 THEN pg_catalog.pg_get_userbyid(x.grantee)::pg_catalog.text END AS grantee,
    x.privilege_type AS privilege, COALESCE(x.is_grantable, false) AS is_grantable
FROM pg_catalog.pg_default_acl AS d
JOIN pg_catalog.pg_roles AS r ON r.oid = d.defaclrole
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = d.defaclnamespace
LEFT JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) AS x ON true
WHERE d.defaclnamespace = 0 OR d.defaclnamespace = ANY ($1)
ORDER BY d.oid
