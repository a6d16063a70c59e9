-- User mappings. The table that keeps them is closed to most; the view over it shows the options to the
-- role itself, to the server's owner and to superusers, and nothing in their place to others.
SELECT m.umid AS number, m.usename AS role, m.srvname AS server, m.umoptions AS options,
    COALESCE((SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER), false)
    OR m.umuser = 0 AND pg_catalog.pg_has_role(s.srvowner, 'USAGE')
    OR m.usename = CURRENT_USER AND pg_catalog.has_server_privilege(s.oid, 'USAGE') AS is_readable
FROM pg_catalog.pg_user_mappings AS m
JOIN pg_catalog.pg_foreign_server AS s ON s.oid = m.srvid
