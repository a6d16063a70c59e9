-- Servers, which are in no schema.
SELECT s.oid AS number, s.srvname AS name, s.srvtype AS server_type, s.srvversion AS version,
    w.fdwname AS wrapper, s.srvoptions AS options
FROM pg_catalog.pg_foreign_server AS s
JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
