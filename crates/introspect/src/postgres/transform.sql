-- Transforms, where the type is in no schema that is not read.
SELECT x.oid AS number, pg_catalog.format_type(x.trftype, NULL) AS data_type, l.lanname AS language,
    CASE WHEN x.trffromsql <> 0 THEN x.trffromsql::pg_catalog.oid::pg_catalog.regprocedure::pg_catalog.text END AS from_sql,
    CASE WHEN x.trftosql <> 0 THEN x.trftosql::pg_catalog.oid::pg_catalog.regprocedure::pg_catalog.text END AS to_sql
FROM pg_catalog.pg_transform AS x
JOIN pg_catalog.pg_type AS t ON t.oid = x.trftype
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
JOIN pg_catalog.pg_language AS l ON l.oid = x.trflang
WHERE x.oid >= 16384 AND (tn.oid = ANY ($1) OR tn.nspname IN ('pg_catalog', 'information_schema'))
