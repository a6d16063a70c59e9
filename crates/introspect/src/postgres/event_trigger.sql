-- Event triggers, which are in no schema.
SELECT e.oid AS number, e.evtname AS name, e.evtevent AS event,
    COALESCE(e.evttags, '{}') AS tags,
    e.evtenabled::pg_catalog.text AS state,
    n.nspname AS function_schema, p.proname AS function_name
FROM pg_catalog.pg_event_trigger AS e
JOIN pg_catalog.pg_proc AS p ON p.oid = e.evtfoid
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
