-- What belongs to extensions.
SELECT d.classid AS class, d.objid AS object, d.refobjid AS extension
FROM pg_catalog.pg_depend AS d
WHERE d.deptype = 'e'
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND d.classid <> 'pg_catalog.pg_cast'::pg_catalog.regclass
