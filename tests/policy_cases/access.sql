-- nobody
SELECT page_id FROM page

refused: access_refused: you may not read `enwiki.page`: no group of yours opens it
  try: ask a data steward for the group `researchers`

-- nobody
SELECT * FROM seq

refused: unknown_table: table `enwiki.seq` doesn't exist

-- nobody
SELECT 1

SELECT 1 AS `1`

-- researchers
SELECT * FROM cu_changes

refused: access_refused: you may not read `enwiki.cu_changes`: no group of yours opens it

-- researchers
SELECT cuc_id FROM cu_changes

refused: access_refused: you may not read `enwiki.cu_changes`: no group of yours opens it

-- researchers
SELECT COUNT(*) FROM cu_changes

refused: access_refused: you may not read `enwiki.cu_changes`: no group of yours opens it

-- researchers
SELECT nope FROM cu_changes

refused: unknown_column: unknown column `nope` in SELECT

-- researchers
SELECT * FROM mystery

refused: unknown_table: table `enwiki.mystery` doesn't exist

-- researchers
SELECT n FROM seq

SELECT `seq`.`n` AS `n` FROM (SELECT `n` AS `n` FROM `enwiki`.`seq`) AS `seq`

-- researchers
SELECT page_id FROM arbcomwiki.page

refused: unknown_table: table `arbcomwiki.page` doesn't exist

-- researchers
SELECT * FROM wmf.projectview_hourly

refused: access_refused: you may not read `wmf.projectview_hourly`: no group of yours opens it
  try: ask a data steward for the group `analytics-users`

-- researchers
SELECT 1 FROM page JOIN wmf.webrequest ON 1

refused: access_refused: you may not read `wmf.webrequest`: no group of yours opens it
  try: ask a data steward for the group `analytics-users`

-- researchers
SELECT 1 WHERE EXISTS (SELECT 1 FROM cu_changes)

refused: access_refused: you may not read `enwiki.cu_changes`: no group of yours opens it

-- researchers
WITH unused AS (SELECT 1 FROM cu_changes) SELECT 1

refused: access_refused: you may not read `enwiki.cu_changes`: no group of yours opens it

-- statistics-users
SELECT page_id FROM page

refused: access_refused: you may not read `enwiki.page`: no group of yours opens it
  try: ask a data steward for the group `researchers`

-- statistics-users
SELECT * FROM wmf.projectview_hourly

refused: access_refused: you may not read `wmf.projectview_hourly`: no group of yours opens it
  try: ask a data steward for the group `analytics-users`

-- analytics-users
SELECT page_id FROM page

refused: access_refused: you may not read `enwiki.page`: no group of yours opens it
  try: ask a data steward for the group `researchers`

-- analytics-users
SELECT view_count FROM wmf.projectview_hourly

SELECT `projectview_hourly`.`view_count` AS `view_count` FROM (SELECT `view_count` AS `view_count` FROM `wmf`.`projectview_hourly`) AS `projectview_hourly`

-- analytics-users
SELECT COUNT(*) FROM log.Edit_17541122

refused: access_refused: you may not read `log.Edit_17541122`: no group of yours opens it
  try: ask a data steward for the group `researchers`

-- wmf; door http
SELECT view_count FROM wmf.projectview_hourly

SELECT `projectview_hourly`.`view_count` AS `view_count` FROM (SELECT `view_count` AS `view_count` FROM `wmf`.`projectview_hourly`) AS `projectview_hourly`

-- wmf; door http
SELECT uri_host FROM wmf.webrequest

refused: access_refused: you may not read `wmf.webrequest`: no group of yours opens it
  try: ask a data steward for the group `analytics-users`

-- wmf; door http
SELECT page_id FROM page

refused: access_refused: you may not read `enwiki.page`: no group of yours opens it
  try: ask a data steward for the group `researchers`

-- wmf
SELECT view_count FROM wmf.projectview_hourly

refused: access_refused: you may not read `wmf.projectview_hourly`: no group of yours opens it
  try: ask a data steward for the group `analytics-users`

-- nda; door cli
SELECT view_count FROM wmf.projectview_hourly

refused: access_refused: you may not read `wmf.projectview_hourly`: no group of yours opens it
  try: ask a data steward for the group `analytics-users`

-- researchers; state suspended
SELECT page_id FROM page

refused: unknown_table: table `enwiki.page` doesn't exist

-- researchers; state suspended
SELECT 1

SELECT 1 AS `1`

-- researchers; state lapsed
SELECT TABLE_NAME FROM information_schema.TABLES

refused: unknown_table: table `information_schema.TABLES` doesn't exist

-- researchers; state absent
SELECT page_id FROM page

refused: unknown_table: table `enwiki.page` doesn't exist

-- no-such-group
SELECT page_id FROM page

refused: access_refused: you may not read `enwiki.page`: no group of yours opens it
  try: ask a data steward for the group `researchers`
