-- Text search templates with the functions that they are put together from.
SELECT s.oid AS number, s.tmplnamespace AS schema, s.tmplname AS name,
    ARRAY(
        SELECT part.word || ' = '
            || CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
            || pg_catalog.quote_ident(f.proname)
        FROM (
            VALUES
                (1, 'INIT', s.tmplinit::pg_catalog.oid),
                (2, 'LEXIZE', s.tmpllexize::pg_catalog.oid)
        ) AS part (place, word, number)
        JOIN pg_catalog.pg_proc AS f ON f.oid = part.number
        JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace
        ORDER BY part.place
    ) AS parts
FROM pg_catalog.pg_ts_template AS s
WHERE s.tmplnamespace = ANY ($1)
