-- Text search configurations, with each kind of word and each of its dictionaries side by side.
SELECT f.oid AS number, f.cfgnamespace AS schema, f.cfgname AS name,
    CASE WHEN pg_catalog.pg_ts_parser_is_visible(s.oid) THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
        || pg_catalog.quote_ident(s.prsname) AS parser,
    m.words, m.dictionaries
FROM pg_catalog.pg_ts_config AS f
JOIN pg_catalog.pg_ts_parser AS s ON s.oid = f.cfgparser
JOIN pg_catalog.pg_namespace AS n ON n.oid = s.prsnamespace
CROSS JOIN LATERAL (
    SELECT COALESCE(pg_catalog.array_agg(t.alias ORDER BY m.maptokentype, m.mapseqno), '{}') AS words,
        COALESCE(pg_catalog.array_agg(
            m.mapdict::pg_catalog.regdictionary::pg_catalog.text
            ORDER BY m.maptokentype, m.mapseqno
        ), '{}') AS dictionaries
    FROM pg_catalog.pg_ts_config_map AS m
    JOIN pg_catalog.ts_token_type(f.cfgparser) AS t ON t.tokid = m.maptokentype
    WHERE m.mapcfg = f.oid
) AS m
WHERE f.cfgnamespace = ANY ($1)
