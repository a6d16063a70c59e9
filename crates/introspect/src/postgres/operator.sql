-- Operators, but for those that another one only named so far. Functions are in their order: the one that
-- it stands for, and the estimates for rows and for pairs of them. Which of two operators knows of the other
-- depends on which was made first; either is enough for us.
SELECT o.oid AS number, o.oprnamespace AS schema, o.oprname AS name,
    CASE WHEN o.oprleft <> 0 THEN pg_catalog.format_type(o.oprleft, NULL) END AS left,
    CASE WHEN o.oprright <> 0 THEN pg_catalog.format_type(o.oprright, NULL) END AS right,
    ARRAY(
        SELECT (
            SELECT CASE WHEN pg_catalog.pg_function_is_visible(f.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
                || pg_catalog.quote_ident(f.proname)
            FROM pg_catalog.pg_proc AS f
            JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace
            WHERE f.oid = called.number
        )
        FROM pg_catalog.unnest(ARRAY[o.oprcode, o.oprrest, o.oprjoin]::pg_catalog.oid[])
            WITH ORDINALITY AS called (number, place)
        ORDER BY called.place
    ) AS functions,
    cn.nspname::pg_catalog.text AS commutator_schema, c.oprname::pg_catalog.text AS commutator,
    nn.nspname::pg_catalog.text AS negator_schema, n.oprname::pg_catalog.text AS negator,
    o.oprcanhash AS hashes, o.oprcanmerge AS merges
FROM pg_catalog.pg_operator AS o
LEFT JOIN pg_catalog.pg_operator AS c ON c.oid = COALESCE(
    NULLIF(o.oprcom, 0),
    (SELECT pg_catalog.min(other.oid) FROM pg_catalog.pg_operator AS other WHERE other.oprcom = o.oid)
)
LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.oprnamespace
LEFT JOIN pg_catalog.pg_operator AS n ON n.oid = COALESCE(
    NULLIF(o.oprnegate, 0),
    (SELECT pg_catalog.min(other.oid) FROM pg_catalog.pg_operator AS other WHERE other.oprnegate = o.oid)
)
LEFT JOIN pg_catalog.pg_namespace AS nn ON nn.oid = n.oprnamespace
WHERE o.oprnamespace = ANY ($1) AND o.oprcode <> 0
