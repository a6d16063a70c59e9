-- The names of this database's subscriptions: all that everybody may read of them in every version.
SELECT s.subname AS name
FROM pg_catalog.pg_subscription AS s
JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
WHERE d.datname = pg_catalog.current_database()
