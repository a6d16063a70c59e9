-- Composite types that are no table's, each with the types of arrays of it.
SELECT c.oid AS relation, t.oid AS number, c.relnamespace AS schema, c.relname AS name,
    NULLIF(t.typarray, 0) AS array_type
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_type AS t ON t.oid = c.reltype
WHERE c.relkind = 'c' AND c.relnamespace = ANY ($1)
