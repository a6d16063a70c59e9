-- What only PostgreSQL can say.

-- How long the slowest runs of a block take; refreshed every night.
CREATE MATERIALIZED VIEW block_duration AS
SELECT b.block_id,
       count(*) AS runs,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY b.completed_at - b.started_at) AS slow
  FROM block_run AS b
 WHERE b.completed_at IS NOT NULL
 GROUP BY b.block_id;

CREATE UNIQUE INDEX block_duration_of_a_block ON block_duration (block_id);
