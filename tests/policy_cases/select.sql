-- researchers
SELECT 1

SELECT 1 AS `1`

-- researchers
SELECT 1 FROM dual

SELECT 1 AS `1`

-- researchers
SELECT 1+ 1, 'a' 'b', "x", -1, NULL, TRUE, 0x41

SELECT 1 + 1 AS `1+ 1`, CONCAT('a', 'b') AS `ab`, 'x' AS `x`, -1 AS `-1`, NULL AS `NULL`, TRUE AS `TRUE`, x'41' AS `0x41`

-- researchers
SELECT page_id FROM page LIMIT 5, 10

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` LIMIT 10 OFFSET 5

-- researchers
SELECT PAGE_ID, Page_Title AS T FROM page WHERE page_LEN > 10

SELECT `page`.`page_id` AS `PAGE_ID`, `page`.`page_title` AS `T` FROM (SELECT `page_id` AS `page_id`, `page_title` AS `page_title`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` WHERE `page`.`page_len` > 10

-- researchers
SELECT DISTINCT page_namespace FROM page

SELECT DISTINCT `page`.`page_namespace` AS `page_namespace` FROM (SELECT `page_namespace` AS `page_namespace` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT (page_id), +page_id, `page_id`+1 FROM page

SELECT `page`.`page_id` AS `page_id`, `page`.`page_id` AS `page_id`, `page`.`page_id` + 1 AS ```page_id``+1` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT *, 1 FROM site_stats

SELECT `site_stats`.`ss_row_id` AS `ss_row_id`, `site_stats`.`ss_total_edits` AS `ss_total_edits`, 1 AS `1` FROM (SELECT `ss_row_id` AS `ss_row_id`, `ss_total_edits` AS `ss_total_edits` FROM `enwiki`.`site_stats`) AS `site_stats`

-- researchers
SELECT s.*, s.ss_row_id FROM site_stats s

SELECT `s`.`ss_row_id` AS `ss_row_id`, `s`.`ss_total_edits` AS `ss_total_edits`, `s`.`ss_row_id` AS `ss_row_id` FROM (SELECT `ss_row_id` AS `ss_row_id`, `ss_total_edits` AS `ss_total_edits` FROM `enwiki`.`site_stats`) AS `s`

-- researchers
SELECT page_title LIKE '%\\_%', page_title NOT LIKE 'a|%' ESCAPE '|', page_title REGEXP '^A', page_title RLIKE 'b' FROM page

SELECT `page`.`page_title` LIKE '%\\_%' AS `page_title LIKE '%\\_%'`, `page`.`page_title` NOT LIKE 'a|%' ESCAPE '|' AS `page_title NOT LIKE 'a|%' ESCAPE '|'`, REGEXP_LIKE(`page`.`page_title`, '^A') AS `page_title REGEXP '^A'`, REGEXP_LIKE(`page`.`page_title`, 'b') AS `page_title RLIKE 'b'` FROM (SELECT `page_title` AS `page_title` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT CASE page_namespace WHEN 0 THEN 'article' ELSE 'other' END AS kind, IF(page_len > 10, 1, 0), IFNULL(page_len, 0) FROM page

SELECT CASE `page`.`page_namespace` WHEN 0 THEN 'article' ELSE 'other' END AS `kind`, IF(`page`.`page_len` > 10, 1, 0) AS `IF(page_len > 10, 1, 0)`, COALESCE(`page`.`page_len`, 0) AS `IFNULL(page_len, 0)` FROM (SELECT `page_namespace` AS `page_namespace`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT page_len DIV 2, page_len MOD 3, page_len & 4, page_len | 1, page_len ^ 2, ~page_len, page_len << 1 FROM page

SELECT `page`.`page_len` DIV 2 AS `page_len DIV 2`, `page`.`page_len` % 3 AS `page_len MOD 3`, `page`.`page_len` & 4 AS `page_len & 4`, `page`.`page_len` | 1 AS `page_len | 1`, `page`.`page_len` ^ 2 AS `page_len ^ 2`, ~`page`.`page_len` AS `~page_len`, `page`.`page_len` << 1 AS `page_len << 1` FROM (SELECT `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT page_len <=> NULL, page_len IS TRUE, NOT page_len, !page_len, page_len XOR 1, page_len && 1 || 0 FROM page

SELECT `page`.`page_len` <=> NULL AS `page_len <=> NULL`, `page`.`page_len` IS TRUE AS `page_len IS TRUE`, NOT `page`.`page_len` AS `NOT page_len`, (NOT `page`.`page_len`) AS `!page_len`, `page`.`page_len` XOR 1 AS `page_len XOR 1`, `page`.`page_len` AND 1 OR 0 AS `page_len && 1 || 0` FROM (SELECT `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT BINARY page_title, page_title COLLATE utf8_bin, CONVERT(page_title USING utf8), CAST(page_id AS CHAR), CAST(page_len AS SIGNED) FROM page

SELECT CAST(`page`.`page_title` AS BINARY) AS `BINARY page_title`, `page`.`page_title` COLLATE utf8_bin AS `page_title COLLATE utf8_bin`, CAST(`page`.`page_title` AS CHAR CHARACTER SET utf8) AS `CONVERT(page_title USING utf8)`, CAST(`page`.`page_id` AS CHAR) AS `CAST(page_id AS CHAR)`, CAST(`page`.`page_len` AS SIGNED) AS `CAST(page_len AS SIGNED)` FROM (SELECT `page_id` AS `page_id`, `page_title` AS `page_title`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT page_touched + INTERVAL 1 DAY, DATE_SUB(page_touched, INTERVAL 1 MONTH), EXTRACT(YEAR_MONTH FROM page_touched) FROM page

SELECT `page`.`page_touched` + INTERVAL '1' DAY AS `page_touched + INTERVAL 1 DAY`, DATE_SUB(`page`.`page_touched`, INTERVAL '1' MONTH) AS `DATE_SUB(page_touched, INTERVAL 1 MONTH)`, EXTRACT(YEAR_MONTH FROM `page`.`page_touched`) AS `EXTRACT(YEAR_MONTH FROM page_touched)` FROM (SELECT `page_touched` AS `page_touched` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT SQL_NO_CACHE SQL_CALC_FOUND_ROWS STRAIGHT_JOIN page_id FROM page USE INDEX (PRIMARY) FORCE INDEX (x)

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT /*+ MAX_EXECUTION_TIME(1000) */ page_id FROM page

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT page_id FROM page FOR UPDATE

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT page_id FROM page LOCK IN SHARE MODE

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT page_id # the number
FROM page -- of a page

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT /*!40001 SQL_NO_CACHE */ page_id FROM page

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`
