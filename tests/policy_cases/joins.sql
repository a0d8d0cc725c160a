-- researchers
SELECT p.page_id FROM page p JOIN links l ON p.page_id = l.page_id

SELECT `p`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `p` JOIN (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `l` ON `p`.`page_id` = `l`.`page_id`

-- researchers
SELECT target FROM page NATURAL JOIN links

SELECT `links`.`target` AS `target` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` JOIN (SELECT `page_id` AS `page_id`, `target` AS `target` FROM `enwiki`.`links`) AS `links` ON `page`.`page_id` = `links`.`page_id`

-- researchers
SELECT * FROM site_stats NATURAL JOIN site_stats s

SELECT `site_stats`.`ss_row_id` AS `ss_row_id`, `site_stats`.`ss_total_edits` AS `ss_total_edits` FROM (SELECT `ss_row_id` AS `ss_row_id`, `ss_total_edits` AS `ss_total_edits` FROM `enwiki`.`site_stats`) AS `site_stats` JOIN (SELECT `ss_row_id` AS `ss_row_id`, `ss_total_edits` AS `ss_total_edits` FROM `enwiki`.`site_stats`) AS `s` ON `site_stats`.`ss_row_id` = `s`.`ss_row_id` AND `site_stats`.`ss_total_edits` = `s`.`ss_total_edits`

-- researchers
SELECT page_id FROM page LEFT JOIN links USING (page_id)

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` LEFT JOIN (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links` ON `page`.`page_id` = `links`.`page_id`

-- researchers
SELECT page_id, links.page_id FROM page RIGHT JOIN links USING (page_id)

SELECT `links`.`page_id` AS `page_id`, `links`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` RIGHT JOIN (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links` ON `page`.`page_id` = `links`.`page_id`

-- researchers
SELECT * FROM links RIGHT JOIN seq ON n = page_id

SELECT `links`.`page_id` AS `page_id`, `links`.`target` AS `target`, `seq`.`n` AS `n`, `seq`.`N2` AS `N2`, `seq`.`payload` AS `payload` FROM (SELECT `page_id` AS `page_id`, `target` AS `target` FROM `enwiki`.`links`) AS `links` RIGHT JOIN (SELECT `n` AS `n`, `N2` AS `N2`, `payload` AS `payload` FROM `enwiki`.`seq`) AS `seq` ON `seq`.`n` = `links`.`page_id`

-- researchers
SELECT l.target FROM page p, links l WHERE p.page_id = l.page_id

SELECT `l`.`target` AS `target` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `p` CROSS JOIN (SELECT `page_id` AS `page_id`, `target` AS `target` FROM `enwiki`.`links`) AS `l` WHERE `p`.`page_id` = `l`.`page_id`

-- researchers
SELECT l.target FROM (page p JOIN links l ON p.page_id = l.page_id)

SELECT `l`.`target` AS `target` FROM ((SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `p` JOIN (SELECT `page_id` AS `page_id`, `target` AS `target` FROM `enwiki`.`links`) AS `l` ON `p`.`page_id` = `l`.`page_id`)

-- researchers
SELECT l.target FROM page p STRAIGHT_JOIN links l

SELECT `l`.`target` AS `target` FROM (SELECT 1 AS `_` FROM `enwiki`.`page`) AS `p` CROSS JOIN (SELECT `target` AS `target` FROM `enwiki`.`links`) AS `l`

-- researchers
SELECT 1 FROM page p CROSS JOIN links l

SELECT 1 AS `1` FROM (SELECT 1 AS `_` FROM `enwiki`.`page`) AS `p` CROSS JOIN (SELECT 1 AS `_` FROM `enwiki`.`links`) AS `l`

-- researchers
SELECT 1 FROM page p INNER JOIN links l USING (nope)

refused: unknown_column: unknown column `nope` in FROM

-- researchers
SELECT 1 FROM page LEFT JOIN links

refused: not_allowed: a LEFT or RIGHT JOIN needs ON or USING

-- researchers
SELECT 1 FROM page p JOIN links l ON p.page_id = l.page_id LEFT JOIN revision r ON r.rev_page = p.page_id

SELECT 1 AS `1` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `p` JOIN (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `l` ON `p`.`page_id` = `l`.`page_id` LEFT JOIN (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_page` END AS `rev_page` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `r` ON `r`.`rev_page` = `p`.`page_id`

-- researchers
SELECT 1 FROM page SEMI JOIN links ON 1

refused: not_allowed: `SEMI JOIN` is not allowed

-- researchers
SELECT 1 FROM page ANTI JOIN links ON 1

refused: not_allowed: `ANTI JOIN` is not allowed

-- researchers
SELECT 1 FROM page LEFT SEMI JOIN links ON page.page_id = links.page_id

refused: not_allowed: `SEMI LEFT JOIN` is not allowed

-- researchers
SELECT 1 FROM page FULL JOIN links ON 1

refused: not_allowed: `FULL JOIN` is not allowed

-- researchers
SELECT 1 FROM page ASOF JOIN links ON 1

refused: not_allowed: `ASOF JOIN` is not allowed

-- researchers
SELECT 1 FROM page, LATERAL (SELECT 1) x

refused: not_allowed: only tables and subqueries may be joined

-- researchers
SELECT 1 FROM page a JOIN page b JOIN page c ON c.page_id = b.page_id INNER JOIN page d

SELECT 1 AS `1` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `a` CROSS JOIN (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `b` JOIN (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `c` ON `c`.`page_id` = `b`.`page_id` CROSS JOIN (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `d`
