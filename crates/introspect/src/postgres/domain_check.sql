-- The conditions of domains.
SELECT k.oid AS number, k.contypid AS domain_number, k.conname AS name,
    k.convalidated AS validated,
    pg_catalog.pg_get_expr(k.conbin, 0) AS expression
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_constraint AS k ON k.contypid = t.oid
WHERE t.typtype = 'd' AND t.typnamespace = ANY ($1) AND k.contype = 'c'
