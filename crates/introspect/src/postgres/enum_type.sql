-- Enumerated types with their values in order, and the types of arrays of them.
SELECT t.oid AS number, t.typnamespace AS schema, t.typname AS name, t.typarray AS array_type,
    ARRAY(
        SELECT e.enumlabel::pg_catalog.text
        FROM pg_catalog.pg_enum AS e
        WHERE e.enumtypid = t.oid
        ORDER BY e.enumsortorder
    ) AS labels
FROM pg_catalog.pg_type AS t
WHERE t.typtype = 'e' AND t.typnamespace = ANY ($1)
