-- What objects of each class have while nobody grants or revokes anything; p stands for the schema public,
-- with which every database begins.
SELECT letter::pg_catalog.text AS letter, x.grantee = 0 AS to_public, x.privilege_type AS privilege
FROM pg_catalog.unnest('{r,s,f,T,n,F,S,l}'::pg_catalog."char"[]) AS letter
CROSS JOIN LATERAL pg_catalog.aclexplode(pg_catalog.acldefault(letter, 10)) AS x
UNION ALL
SELECT 'p', x.grantee = 0, x.privilege_type
FROM pg_catalog.aclexplode(pg_catalog.acldefault('n', 10)) AS x
UNION ALL
SELECT 'p', true, 'CREATE' -- before 15
UNION ALL -- before 15
SELECT 'p', true, 'USAGE'
