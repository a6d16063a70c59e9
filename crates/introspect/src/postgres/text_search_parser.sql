-- Text search parsers with the functions that they are put together from.
SELECT s.oid AS number, s.prsnamespace AS schema, s.prsname AS name,
    ARRAY(
        SELECT part.word || ' = '
            || CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
            || pg_catalog.quote_ident(f.proname)
        FROM (
            VALUES
                (1, 'START', s.prsstart::pg_catalog.oid),
                (2, 'GETTOKEN', s.prstoken::pg_catalog.oid),
                (3, 'END', s.prsend::pg_catalog.oid),
                (4, 'HEADLINE', s.prsheadline::pg_catalog.oid),
                (5, 'LEXTYPES', s.prslextype::pg_catalog.oid)
        ) AS part (place, word, number)
        JOIN pg_catalog.pg_proc AS f ON f.oid = part.number
        JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace
        ORDER BY part.place
    ) AS parts
FROM pg_catalog.pg_ts_parser AS s
WHERE s.prsnamespace = ANY ($1)
