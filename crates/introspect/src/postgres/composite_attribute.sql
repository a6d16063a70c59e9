-- The attributes of composite types, in order.
SELECT a.attrelid AS relation, a.attnum AS place, a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS data_type,
    -- Below 16384 are the server's own types.
    CASE WHEN t.oid >= 16384 THEN COALESCE(item.oid, t.oid) END AS user_type,
    CASE WHEN a.attcollation <> t.typcollation
        THEN a.attcollation::pg_catalog.regcollation::pg_catalog.text
    END AS collation
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type AS item ON item.oid = t.typelem AND t.typcategory = 'A'
WHERE c.relkind = 'c' AND c.relnamespace = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
