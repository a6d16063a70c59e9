-- Functions and procedures, but for what comes with a range type or a base type. The definition is everything after the
-- name, which the server prints with its schema.
SELECT p.oid AS number, p.pronamespace AS schema, p.proname AS name,
    p.prokind::pg_catalog.text AS routine,
    pg_catalog.oidvectortypes(p.proargtypes) AS arguments,
    p.proargnames AS names,
    p.proargmodes::pg_catalog.text[] AS modes,
    ARRAY(
        SELECT pg_catalog.format_type(argument.type, NULL)
        FROM pg_catalog.unnest(COALESCE(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
            WITH ORDINALITY AS argument (type, place)
        ORDER BY argument.place
    ) AS types,
    p.pronargdefaults AS defaults,
    pg_catalog.pg_get_function_result(p.oid) AS returns,
    pg_catalog.substr(
        pg_catalog.pg_get_functiondef(p.oid),
        1 + pg_catalog.length(
            CASE p.prokind WHEN 'p' THEN 'CREATE OR REPLACE PROCEDURE ' ELSE 'CREATE OR REPLACE FUNCTION ' END
                || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
        )
    ) AS definition
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.pronamespace = ANY ($1)
    AND p.prokind <> 'a'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
    )
    AND p.oid NOT IN (
        SELECT called.number
        FROM pg_catalog.pg_type AS t
        CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[t.typinput, t.typoutput, t.typreceive, t.typsend]::pg_catalog.oid[]) AS called (number)
        WHERE t.oid >= 16384 AND t.typtype = 'b' AND called.number >= 16384
    )
