-- researchers
SELECT page_namespace, COUNT(*) FROM page GROUP BY page_namespace

SELECT `page`.`page_namespace` AS `page_namespace`, COUNT(*) AS `COUNT(*)` FROM (SELECT `page_namespace` AS `page_namespace` FROM `enwiki`.`page`) AS `page` GROUP BY `page`.`page_namespace`

-- researchers
SELECT LEFT(page_touched, 6) AS month, COUNT(*) AS c FROM page GROUP BY month HAVING c > 1 ORDER BY c DESC

SELECT LEFT(`page`.`page_touched`, 6) AS `month`, COUNT(*) AS `c` FROM (SELECT `page_touched` AS `page_touched` FROM `enwiki`.`page`) AS `page` GROUP BY 1 HAVING COUNT(*) > 1 ORDER BY 2 DESC

-- researchers
SELECT page_namespace AS ns, SUM(page_len > 10) FROM page GROUP BY 1 ORDER BY 2

SELECT `page`.`page_namespace` AS `ns`, SUM(`page`.`page_len` > 10) AS `SUM(page_len > 10)` FROM (SELECT `page_namespace` AS `page_namespace`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` GROUP BY 1 ORDER BY 2

-- researchers
SELECT -page_len AS page_len FROM page GROUP BY page_len ORDER BY page_len

SELECT -`page`.`page_len` AS `page_len` FROM (SELECT `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` GROUP BY `page`.`page_len` ORDER BY 1

-- researchers
SELECT page_title, GROUP_CONCAT(DISTINCT page_len ORDER BY page_id DESC SEPARATOR '|') FROM page GROUP BY page_title WITH ROLLUP

SELECT `page`.`page_title` AS `page_title`, GROUP_CONCAT(DISTINCT `page`.`page_len` ORDER BY `page`.`page_id` DESC SEPARATOR '|') AS `GROUP_CONCAT(DISTINCT page_len ORDER BY page_id DESC SEPARATOR '|')` FROM (SELECT `page_id` AS `page_id`, `page_title` AS `page_title`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` GROUP BY `page`.`page_title` WITH ROLLUP

-- researchers
SELECT COUNT(DISTINCT page_id, page_len) FROM page HAVING COUNT(*) > 1

SELECT COUNT(DISTINCT `page`.`page_id`, `page`.`page_len`) AS `COUNT(DISTINCT page_id, page_len)` FROM (SELECT `page_id` AS `page_id`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` HAVING COUNT(*) > 1

-- researchers
SELECT page_namespace FROM page GROUP BY page_namespace HAVING MAX(page_len) > 1

SELECT `page`.`page_namespace` AS `page_namespace` FROM (SELECT `page_namespace` AS `page_namespace`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` GROUP BY `page`.`page_namespace` HAVING MAX(`page`.`page_len`) > 1

-- researchers
SELECT page_namespace FROM page GROUP BY page_namespace HAVING page_len > 1

refused: unknown_column: unknown column `page_len` in HAVING

-- researchers
SELECT page_id FROM page WHERE SUM(page_len) > 1

refused: group_function: invalid use of a group function in WHERE

-- researchers
SELECT COUNT(*) AS c FROM page GROUP BY c

refused: group_function: invalid use of a group function in GROUP BY

-- researchers
SELECT page_id FROM page GROUP BY 2

refused: unknown_column: unknown column `2` in GROUP BY

-- researchers
SELECT page_id FROM page ORDER BY 7

refused: unknown_column: unknown column `7` in ORDER BY

-- researchers
SELECT page_id FROM page ORDER BY NULL

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT page_id FROM page ORDER BY 'x', page_len + 1

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` ORDER BY `page`.`page_len` + 1

-- researchers
SELECT page_id + 1 AS x FROM page ORDER BY -x

SELECT `page`.`page_id` + 1 AS `x` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` ORDER BY -(`page`.`page_id` + 1)

-- researchers
SELECT ROW_NUMBER() OVER (PARTITION BY page_namespace ORDER BY page_len DESC) AS r FROM page

SELECT ROW_NUMBER() OVER (PARTITION BY `page`.`page_namespace` ORDER BY `page`.`page_len` DESC) AS `r` FROM (SELECT `page_namespace` AS `page_namespace`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT SUM(page_len) OVER w FROM page WINDOW w AS (ORDER BY page_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)

SELECT SUM(`page`.`page_len`) OVER w AS `SUM(page_len) OVER w` FROM (SELECT `page_id` AS `page_id`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` WINDOW w AS (ORDER BY `page`.`page_id` ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)

-- researchers
SELECT page_id FROM page WHERE ROW_NUMBER() OVER () = 1

refused: window_function: invalid use of a window function in WHERE
