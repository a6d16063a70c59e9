-- Aggregates with the parts that differ from what the server takes by itself. A function is named without
-- its schema where the search path finds it.
SELECT p.oid AS number, p.pronamespace AS schema, p.proname AS name,
    pg_catalog.oidvectortypes(p.proargtypes) AS arguments,
    CASE p.pronargs WHEN 0 THEN '*' ELSE pg_catalog.pg_get_function_identity_arguments(p.oid) END AS signature,
    pg_catalog.format_type(p.prorettype, NULL) AS returns,
    ARRAY(
        SELECT part.text
        FROM (
            SELECT called.place, called.word || ' = '
                || CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(fn.nspname) || '.' END
                || pg_catalog.quote_ident(f.proname) AS text
            FROM (
                VALUES
                    (1, 'SFUNC', g.aggtransfn::pg_catalog.oid),
                    (4, 'FINALFUNC', g.aggfinalfn::pg_catalog.oid),
                    (7, 'COMBINEFUNC', g.aggcombinefn::pg_catalog.oid),
                    (8, 'SERIALFUNC', g.aggserialfn::pg_catalog.oid),
                    (9, 'DESERIALFUNC', g.aggdeserialfn::pg_catalog.oid),
                    (11, 'MSFUNC', g.aggmtransfn::pg_catalog.oid),
                    (12, 'MINVFUNC', g.aggminvtransfn::pg_catalog.oid),
                    (15, 'MFINALFUNC', g.aggmfinalfn::pg_catalog.oid)
            ) AS called (place, word, number)
            JOIN pg_catalog.pg_proc AS f ON f.oid = called.number
            JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.pronamespace
            UNION ALL
            SELECT said.place, said.text
            FROM (
                VALUES
                    (2, 'STYPE = ' || pg_catalog.format_type(g.aggtranstype, NULL)),
                    (3, 'SSPACE = ' || NULLIF(g.aggtransspace, 0)),
                    (5, CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END),
                    (6, 'FINALFUNC_MODIFY = ' || CASE WHEN g.aggfinalmodify <> own.modify THEN
                        CASE g.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END),
                    (10, 'INITCOND = ' || pg_catalog.quote_literal(g.agginitval)),
                    (13, 'MSTYPE = ' || CASE WHEN g.aggmtranstype <> 0 THEN pg_catalog.format_type(g.aggmtranstype, NULL) END),
                    (14, 'MSSPACE = ' || NULLIF(g.aggmtransspace, 0)),
                    (16, CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END),
                    (17, 'MFINALFUNC_MODIFY = ' || CASE WHEN g.aggmtransfn <> 0 AND g.aggmfinalmodify <> own.modify THEN
                        CASE g.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END),
                    (18, 'MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval)),
                    (19, 'SORTOP = OPERATOR(' || (
                        SELECT pg_catalog.quote_ident(opn.nspname) || '.' || o.oprname
                        FROM pg_catalog.pg_operator AS o
                        JOIN pg_catalog.pg_namespace AS opn ON opn.oid = o.oprnamespace
                        WHERE o.oid = g.aggsortop
                    ) || ')'),
                    (20, 'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END),
                    (21, CASE g.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END)
            ) AS said (place, text)
        ) AS part
        WHERE part.text IS NOT NULL
        ORDER BY part.place
    ) AS parts
FROM pg_catalog.pg_aggregate AS g
JOIN pg_catalog.pg_proc AS p ON p.oid = g.aggfnoid
CROSS JOIN LATERAL (SELECT CASE g.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" AS modify) AS own
WHERE p.pronamespace = ANY ($1)
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
