-- Conversions.
SELECT v.oid AS number, v.connamespace AS schema, v.conname AS name, v.condefault AS is_default,
    pg_catalog.pg_encoding_to_char(v.conforencoding) AS source,
    pg_catalog.pg_encoding_to_char(v.contoencoding) AS target,
    CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
        || pg_catalog.quote_ident(f.proname) AS function
FROM pg_catalog.pg_conversion AS v
JOIN pg_catalog.pg_proc AS f ON f.oid = v.conproc
JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace
WHERE v.connamespace = ANY ($1)
