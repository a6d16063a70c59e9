-- Text search dictionaries.
SELECT d.oid AS number, d.dictnamespace AS schema, d.dictname AS name, d.dictinitoption AS options,
    CASE WHEN pg_catalog.pg_ts_template_is_visible(t.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
        || pg_catalog.quote_ident(t.tmplname) AS template
FROM pg_catalog.pg_ts_dict AS d
JOIN pg_catalog.pg_ts_template AS t ON t.oid = d.dicttemplate
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace
WHERE d.dictnamespace = ANY ($1)
