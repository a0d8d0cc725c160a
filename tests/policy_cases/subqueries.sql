-- researchers
SELECT x FROM (SELECT page_id AS x FROM page) t WHERE x > 1

SELECT `t`.`x` AS `x` FROM (SELECT `page`.`page_id` AS `x` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`) AS `t` WHERE `t`.`x` > 1

-- researchers
SELECT `count(*)` FROM (SELECT count(*) FROM page) t

SELECT `t`.`count(*)` AS `count(*)` FROM (SELECT COUNT(*) AS `count(*)` FROM (SELECT 1 AS `_` FROM `enwiki`.`page`) AS `page`) AS `t`

-- researchers
SELECT page_id FROM page WHERE page_id IN (SELECT page_id FROM links)

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` WHERE `page`.`page_id` IN (SELECT `links`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links`)

-- researchers
SELECT page_id FROM page p WHERE EXISTS (SELECT 1 FROM links WHERE links.page_id = p.page_id AND page_len > 1)

SELECT `p`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `p` WHERE EXISTS(SELECT 1 AS `1` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links` WHERE `links`.`page_id` = `p`.`page_id` AND `p`.`page_len` > 1)

-- researchers
SELECT page_id, (SELECT COUNT(*) FROM links l WHERE l.page_id = p.page_id) FROM page p

SELECT `p`.`page_id` AS `page_id`, (SELECT COUNT(*) AS `COUNT(*)` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `l` WHERE `l`.`page_id` = `p`.`page_id`) AS `(SELECT COUNT(*) FROM links l WHERE l.page_id = p.page_id)` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `p`

-- researchers
SELECT page_id FROM page WHERE page_len > ALL (SELECT page_len FROM dewiki.page)

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` WHERE `page`.`page_len` > ALL (SELECT `page_2`.`page_len` AS `page_len` FROM (SELECT `page_len` AS `page_len` FROM `dewiki`.`page`) AS `page_2`)

-- researchers
SELECT page_id FROM page WHERE (page_id, page_len) IN (SELECT page_id, 1 FROM links)

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page` WHERE (`page`.`page_id`, `page`.`page_len`) IN (SELECT `links`.`page_id` AS `page_id`, 1 AS `1` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links`)

-- researchers
SELECT page_id FROM page WHERE page_id IN (SELECT page_id, target FROM links)

refused: operand_count: operand should contain `1` column(s)

-- researchers
SELECT (SELECT page_id, page_len FROM page) FROM page

refused: operand_count: operand should contain `1` column(s)

-- researchers
SELECT * FROM (SELECT page_id, PAGE_ID FROM page) t

refused: not_allowed: duplicate column name `PAGE_ID`

-- researchers
SELECT 1 FROM page p, (SELECT page_id FROM links WHERE links.page_id = p.page_id) t

refused: unknown_column: unknown column `p.page_id` in WHERE

-- researchers
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM links WHERE links.page_id = p.page_id) t) FROM page p

refused: unknown_column: unknown column `p.page_id` in WHERE

-- researchers
WITH a AS (SELECT page_id FROM page) SELECT x.page_id FROM a x JOIN A y ON x.page_id = y.page_id

WITH `a` AS (SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`) SELECT `x`.`page_id` AS `page_id` FROM `a` AS `x` JOIN `a` AS `y` ON `x`.`page_id` = `y`.`page_id`

-- researchers
WITH a(n) AS (SELECT page_id FROM page), b AS (SELECT n + 1 AS m FROM a) SELECT m FROM b

WITH `a`(`n`) AS (SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`), `b` AS (SELECT `a`.`n` + 1 AS `m` FROM `a` AS `a`) SELECT `b`.`m` AS `m` FROM `b` AS `b`

-- researchers
WITH page AS (SELECT page_id FROM page) SELECT page_id FROM page

WITH `page` AS (SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`) SELECT `page`.`page_id` AS `page_id` FROM `page` AS `page`

-- researchers
WITH page AS (SELECT 1 AS page_id) SELECT page.page_id, p.page_title FROM page, enwiki.page p

WITH `page` AS (SELECT 1 AS `page_id`) SELECT `page`.`page_id` AS `page_id`, `p`.`page_title` AS `page_title` FROM `page` AS `page` CROSS JOIN (SELECT `page_title` AS `page_title` FROM `enwiki`.`page`) AS `p`

-- researchers
WITH user AS (SELECT user_email FROM user) SELECT user_email FROM user WHERE user_email = 'x'

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
WITH a AS (SELECT 1), A AS (SELECT 2) SELECT 1

refused: duplicate_query: duplicate query name `A` in WITH clause

-- researchers
WITH a AS (SELECT 1) SELECT * FROM b

refused: unknown_table: table `enwiki.b` doesn't exist

-- researchers
WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT x FROM n

WITH RECURSIVE `n` AS (SELECT 1 AS `x` UNION ALL SELECT `n`.`x` + 1 AS `x + 1` FROM `n` AS `n` WHERE `n`.`x` < 10) SELECT `n`.`x` AS `x` FROM `n` AS `n`

-- researchers
WITH a(x, y) AS (SELECT page_id FROM page) SELECT 1

refused: not_allowed: WITH column list and SELECT field list of `a` have different column counts

-- researchers
SELECT page_id FROM page WHERE EXISTS (SELECT 1 FROM links GROUP BY target HAVING SUM(page.page_len) > 1)

refused: not_allowed: an aggregate of columns of the query around it alone is not supported
  try: compute it in that query

-- researchers
SELECT (SELECT MAX(p.page_len + l.page_id) FROM links l) AS x FROM page p

SELECT (SELECT MAX(`p`.`page_len` + `l`.`page_id`) AS `MAX(p.page_len + l.page_id)` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `l`) AS `x` FROM (SELECT `page_len` AS `page_len` FROM `enwiki`.`page`) AS `p`
