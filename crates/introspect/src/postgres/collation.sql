-- Collations of this database's encoding or of any.
SELECT l.oid AS number, l.collnamespace AS schema, l.collname AS name,
    l.collprovider::pg_catalog.text AS provider, l.collisdeterministic AS deterministic,
    CASE WHEN l.collprovider <> 'c' THEN l.collcollate::pg_catalog.text END AS locale, -- before 15
    l.colliculocale AS locale, -- from 15 before 17
    l.colllocale AS locale, -- from 17
    CASE WHEN l.collprovider = 'c' THEN l.collcollate::pg_catalog.text END AS lc_collate,
    CASE WHEN l.collprovider = 'c' THEN l.collctype::pg_catalog.text END AS lc_ctype,
    NULL AS rules -- before 16
    l.collicurules AS rules -- from 16
FROM pg_catalog.pg_collation AS l
WHERE l.collnamespace = ANY ($1)
    AND l.collencoding IN (-1, pg_catalog.pg_char_to_encoding(pg_catalog.getdatabaseencoding()))
