-- A trigger is in the schema of its table. By TRIGGER_SCHEMA the server would open the tables of all databases,
-- and MariaDB ends the session where one of them is dropped meanwhile.
SELECT t.TRIGGER_NAME, t.EVENT_OBJECT_TABLE, t.ACTION_TIMING, t.EVENT_MANIPULATION
FROM information_schema.TRIGGERS AS t
WHERE t.EVENT_OBJECT_SCHEMA = DATABASE()
ORDER BY t.EVENT_OBJECT_TABLE, t.ACTION_TIMING, t.EVENT_MANIPULATION, t.ACTION_ORDER
