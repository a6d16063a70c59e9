-- The terms of this database's subscriptions, which only superusers may read. Options are NULL where they
-- are as the server has them by itself, but for one whose default is another in some versions.
SELECT s.oid AS number, s.subname AS name, s.subconninfo AS connection,
    s.subpublications AS publications, s.subslotname::pg_catalog.text AS slot,
    ARRAY[
        'binary', CASE WHEN s.subbinary THEN 'true' END, -- from 14
        'streaming', s.substream::pg_catalog.text, -- from 14
        'two_phase', CASE WHEN s.subtwophasestate <> 'd' THEN 'true' END, -- from 15
        'disable_on_error', CASE WHEN s.subdisableonerr THEN 'true' END, -- from 15
        'origin', NULLIF(s.suborigin, 'any'), -- from 16
        'password_required', CASE WHEN NOT s.subpasswordrequired THEN 'false' END, -- from 16
        'run_as_owner', CASE WHEN s.subrunasowner THEN 'true' END, -- from 16
        'failover', CASE WHEN s.subfailover THEN 'true' END, -- from 17
        'synchronous_commit', NULLIF(s.subsynccommit, 'off')
    ]::pg_catalog.text[] AS options
FROM pg_catalog.pg_subscription AS s
JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
WHERE d.datname = pg_catalog.current_database()
