-- The columns of tables. Types and expressions are in the server's words, and what is as the type or
-- the server has it by itself is NULL. They are put into their order where they are read, which is cheaper.
SELECT a.attrelid AS table_number, a.attnum AS number, a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS data_type,
    -- Below 16384 are the server's own types.
    CASE WHEN t.oid >= 16384 THEN COALESCE(item.oid, t.oid) END AS user_type,
    a.attnotnull AS not_null, a.attislocal AS is_local, a.attinhcount > 0 AS is_inherited,
    NULL::pg_catalog.name AS not_null_name, 0::pg_catalog.oid AS not_null_number, -- before 18
    false AS not_null_no_inherit, false AS not_null_not_valid, -- before 18
    nn.conname AS not_null_name, COALESCE(nn.oid, 0) AS not_null_number, -- from 18
    COALESCE(nn.connoinherit, false) AS not_null_no_inherit, NOT COALESCE(nn.convalidated, true) AS not_null_not_valid, -- from 18
    a.attidentity::pg_catalog.text AS identity,
    a.attgenerated::pg_catalog.text AS generated,
    d.oid AS default_number,
    -- A default mentions no column, and without its table the server prints it in half the time.
    pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated <> '' THEN d.adrelid ELSE 0 END) AS default_expression,
    CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::pg_catalog.regcollation::pg_catalog.text END AS collation,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::pg_catalog.text END AS storage,
    NULLIF(a.attcompression::pg_catalog.text, '') AS compression, -- from 14
    NULL::pg_catalog.text AS compression, -- before 14
    NULLIF(a.attstattarget, -1)::pg_catalog.int4 AS statistics,
    a.attoptions AS options, a.attfdwoptions AS foreign_options
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type AS item ON item.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_constraint AS nn -- from 18
    ON nn.contype = 'n' AND nn.conrelid = a.attrelid AND nn.conkey[1] = a.attnum -- from 18
WHERE c.relkind IN ('r', 'p', 'f')
    AND c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND a.attnum > 0
    AND NOT a.attisdropped
