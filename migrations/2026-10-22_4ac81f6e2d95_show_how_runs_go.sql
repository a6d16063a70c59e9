-- schemist revision
-- id: 4ac81f6e2d95
-- parent: e03b9d7f4c18
-- message: show how runs go
-- created: 2026-10-22T09:36:00Z
-- dialects: postgres, sqlite, mysql
-- proven: postgres 15.18, sqlite 3.51.3, mysql 10.11.14
-- catalog: postgres15 c3b02dd8 → 193fc40a, sqlite af267e70 → 9e6feaff, mysql1011 1c30ba57 → 219b3538

-- [up postgres]
CREATE VIEW "pipeline_run_summary" AS
SELECT r.id AS pipeline_run_id,
    p.name AS pipeline_name,
    r.status,
    r.execution_date,
    count(b.id) AS block_runs,
    sum(
        CASE
            WHEN (b.status = 'COMPLETED'::blockrunstatus) THEN 1
            ELSE 0
        END) AS completed_block_runs,
    max(b.completed_at) AS completed_at
   FROM ((pipeline_run r
     JOIN pipeline p ON ((p.id = r.pipeline_id)))
     LEFT JOIN block_run b ON ((b.pipeline_run_id = r.id)))
  GROUP BY r.id, p.name, r.status, r.execution_date;

-- hazard materialized_view_filled: materialized view "block_duration" is filled by its query, which takes as long as the query does
CREATE MATERIALIZED VIEW "block_duration" AS
SELECT b.block_id,
    count(*) AS runs,
    percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY (b.completed_at - b.started_at)) AS slow
   FROM block_run b
  WHERE (b.completed_at IS NOT NULL)
  GROUP BY b.block_id;

CREATE UNIQUE INDEX "block_duration_of_a_block" ON "block_duration" ("block_id");

-- [up sqlite]
CREATE VIEW "pipeline_run_summary" AS
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

-- [up mysql]
CREATE VIEW `pipeline_run_summary` AS
select `r`.`id` AS `pipeline_run_id`,`p`.`name` AS `pipeline_name`,`r`.`status` AS `status`,`r`.`execution_date` AS `execution_date`,count(`b`.`id`) AS `block_runs`,sum(case when `b`.`status` = 'COMPLETED' then 1 else 0 end) AS `completed_block_runs`,max(`b`.`completed_at`) AS `completed_at` from ((`pipeline_run` `r` join `pipeline` `p` on(`p`.`id` = `r`.`pipeline_id`)) left join `block_run` `b` on(`b`.`pipeline_run_id` = `r`.`id`)) group by `r`.`id`,`p`.`name`,`r`.`status`,`r`.`execution_date`;

-- [down postgres]
DROP VIEW "pipeline_run_summary";
DROP INDEX "block_duration_of_a_block";
DROP MATERIALIZED VIEW "block_duration";

-- [down sqlite]
DROP VIEW "pipeline_run_summary";

-- [down mysql]
DROP VIEW `pipeline_run_summary`;
