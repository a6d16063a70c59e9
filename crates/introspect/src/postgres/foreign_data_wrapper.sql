-- Foreign data wrappers, which are in no schema.
SELECT w.oid AS number, w.fdwname AS name, w.fdwoptions AS options,
    hn.nspname AS handler_schema, h.proname AS handler_name,
    vn.nspname AS validator_schema, v.proname AS validator_name
FROM pg_catalog.pg_foreign_data_wrapper AS w
LEFT JOIN pg_catalog.pg_proc AS h ON h.oid = w.fdwhandler
LEFT JOIN pg_catalog.pg_namespace AS hn ON hn.oid = h.pronamespace
LEFT JOIN pg_catalog.pg_proc AS v ON v.oid = w.fdwvalidator
LEFT JOIN pg_catalog.pg_namespace AS vn ON vn.oid = v.pronamespace
