-- Casts that are not the server's own, where nothing of them is in a schema that is not read.
SELECT c.oid AS number,
    pg_catalog.format_type(c.castsource, NULL) AS source, pg_catalog.format_type(c.casttarget, NULL) AS target,
    CASE c.castmethod WHEN 'f' THEN c.castfunc::pg_catalog.regprocedure::pg_catalog.text END AS function,
    c.castmethod = 'b' AS is_binary, c.castcontext::pg_catalog.text AS context
FROM pg_catalog.pg_cast AS c
JOIN pg_catalog.pg_type AS s ON s.oid = c.castsource
JOIN pg_catalog.pg_type AS t ON t.oid = c.casttarget
LEFT JOIN pg_catalog.pg_proc AS f ON f.oid = c.castfunc
WHERE c.oid >= 16384
    AND pg_catalog.array_remove(ARRAY[s.typnamespace, t.typnamespace, f.pronamespace], NULL)
        <@ ($1 || ARRAY(
            SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname IN ('pg_catalog', 'information_schema')
        ))
    -- An extension's, or one that comes with a range type.
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i')
    )
