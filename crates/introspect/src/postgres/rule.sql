-- Rules, but for those that make views. The definition is everything after AS; in it the table has its
-- schema.
SELECT r.oid AS number, r.ev_class AS table_number, c.relnamespace AS schema, c.relname AS name,
    r.rulename AS rule_name,
    r.ev_enabled::pg_catalog.text AS state,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS printed_table,
    pg_catalog.quote_ident(c.relname) AS printed_name,
    pg_catalog.substr(
        pg_catalog.pg_get_ruledef(r.oid),
        1 + pg_catalog.length('CREATE RULE ' || pg_catalog.quote_ident(r.rulename) || ' AS')
    ) AS definition
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ($1)
    AND c.relpersistence <> 't'
    AND r.rulename <> '_RETURN'
