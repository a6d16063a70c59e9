-- Languages that are not the server's own. Functions are in their order: the one that runs functions, the
-- one that runs blocks, the one that checks bodies.
SELECT l.oid AS number, l.lanname AS name, l.lanpltrusted AS trusted,
    ARRAY(
        SELECT (
            SELECT CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
                || pg_catalog.quote_ident(f.proname)
            FROM pg_catalog.pg_proc AS f
            JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace
            WHERE f.oid = called.number
        )
        FROM pg_catalog.unnest(ARRAY[l.lanplcallfoid, l.laninline, l.lanvalidator])
            WITH ORDINALITY AS called (number, place)
        ORDER BY called.place
    ) AS functions
FROM pg_catalog.pg_language AS l
WHERE l.oid >= 16384 AND l.lanispl
