-- Base types with what they are put together from, and with the functions of theirs that the type itself goes
-- into or comes out of.
SELECT t.oid AS number, t.typnamespace AS schema, t.typname AS name, NULLIF(t.typarray, 0) AS array_type,
    ARRAY(
        SELECT part.text
        FROM (
            SELECT called.place, called.word || ' = '
                || CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(fn.nspname) || '.' END
                || pg_catalog.quote_ident(f.proname) AS text
            FROM (
                VALUES
                    (1, 'INPUT', t.typinput::pg_catalog.oid),
                    (2, 'OUTPUT', t.typoutput::pg_catalog.oid),
                    (3, 'RECEIVE', t.typreceive::pg_catalog.oid),
                    (4, 'SEND', t.typsend::pg_catalog.oid),
                    (5, 'TYPMOD_IN', t.typmodin::pg_catalog.oid),
                    (6, 'TYPMOD_OUT', t.typmodout::pg_catalog.oid),
                    (7, 'ANALYZE', t.typanalyze::pg_catalog.oid)
                    , (8, 'SUBSCRIPT', t.typsubscript::pg_catalog.oid) -- from 14
            ) AS called (place, word, number)
            JOIN pg_catalog.pg_proc AS f ON f.oid = called.number
            JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.pronamespace
            UNION ALL
            SELECT said.place, said.text
            FROM (
                VALUES
                    (9, 'INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::pg_catalog.text END),
                    (10, CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END),
                    (11, 'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END),
                    (12, 'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' ELSE 'main' END),
                    (13, 'CATEGORY = ' || CASE WHEN t.typcategory <> 'U' THEN pg_catalog.quote_literal(t.typcategory::pg_catalog.text) END),
                    (14, CASE WHEN t.typispreferred THEN 'PREFERRED = true' END),
                    (15, 'DEFAULT = ' || pg_catalog.quote_literal(t.typdefault)),
                    (16, 'ELEMENT = ' || CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END),
                    (17, 'DELIMITER = ' || CASE WHEN t.typdelim <> ',' THEN pg_catalog.quote_literal(t.typdelim::pg_catalog.text) END),
                    (18, CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END)
            ) AS said (place, text)
        ) AS part
        WHERE part.text IS NOT NULL
        ORDER BY part.place
    ) AS parts,
    own.numbers, own.schemas, own.names, own.arguments, own.definitions
FROM pg_catalog.pg_type AS t
CROSS JOIN LATERAL (
    SELECT COALESCE(pg_catalog.array_agg(f.oid ORDER BY called.place), '{}') AS numbers,
        COALESCE(pg_catalog.array_agg(fn.nspname::pg_catalog.text ORDER BY called.place), '{}') AS schemas,
        COALESCE(pg_catalog.array_agg(f.proname::pg_catalog.text ORDER BY called.place), '{}') AS names,
        COALESCE(pg_catalog.array_agg(pg_catalog.oidvectortypes(f.proargtypes) ORDER BY called.place), '{}') AS arguments,
        COALESCE(pg_catalog.array_agg(
            pg_catalog.substr(
                pg_catalog.pg_get_functiondef(f.oid),
                1 + pg_catalog.length(
                    'CREATE OR REPLACE FUNCTION '
                        || pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.proname)
                )
            )
            ORDER BY called.place
        ), '{}') AS definitions
    FROM pg_catalog.unnest(ARRAY[t.typinput, t.typoutput, t.typreceive, t.typsend]::pg_catalog.oid[])
        WITH ORDINALITY AS called (number, place)
    JOIN pg_catalog.pg_proc AS f ON f.oid = called.number
    JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.pronamespace
    WHERE f.oid >= 16384 AND (f.prorettype = t.oid OR t.oid = ANY (f.proargtypes))
) AS own
WHERE t.typnamespace = ANY ($1)
    AND t.typtype = 'b'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS item WHERE item.typarray = t.oid)
