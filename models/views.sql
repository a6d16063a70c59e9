-- What structs cannot say.

-- The page of runs reads this: each run with its blocks counted.
CREATE VIEW pipeline_run_summary AS
SELECT r.id AS pipeline_run_id,
       p.name AS pipeline_name,
       r.status,
       r.execution_date,
       count(b.id) AS block_runs,
       sum(CASE WHEN b.status = 'COMPLETED' THEN 1 ELSE 0 END) AS completed_block_runs,
       max(b.completed_at) AS completed_at
  FROM pipeline_run AS r
  JOIN pipeline AS p ON p.id = r.pipeline_id
  LEFT JOIN block_run AS b ON b.pipeline_run_id = r.id
 GROUP BY r.id, p.name, r.status, r.execution_date;
