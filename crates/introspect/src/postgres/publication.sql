-- Publications, which are in no schema.
SELECT p.oid AS number, p.pubname AS name, p.puballtables AS all_tables,
    pg_catalog.array_remove(ARRAY[
        CASE WHEN p.pubinsert THEN 'insert' END,
        CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END,
        CASE WHEN p.pubtruncate THEN 'truncate' END
    ], NULL) AS publish,
    p.pubviaroot AS via_root,
    p.pubgencols = 's' AS stored_generated -- from 18
    false AS stored_generated -- before 18
FROM pg_catalog.pg_publication AS p
