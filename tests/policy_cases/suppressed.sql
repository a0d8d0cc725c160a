-- researchers
SELECT COUNT(*) FROM revision

SELECT COUNT(*) AS `COUNT(*)` FROM (SELECT 1 AS `_` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision`

-- researchers
SELECT rev_id, rev_actor, rev_comment_id, rev_len FROM revision

SELECT `revision`.`rev_id` AS `rev_id`, `revision`.`rev_actor` AS `rev_actor`, `revision`.`rev_comment_id` AS `rev_comment_id`, `revision`.`rev_len` AS `rev_len` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_id` END AS `rev_id`, CASE WHEN (`_hidden` & 9) = 0 THEN `rev_actor` END AS `rev_actor`, CASE WHEN (`_hidden` & 5) = 0 THEN `rev_comment_id` END AS `rev_comment_id`, CASE WHEN (`_hidden` & 3) = 0 THEN `rev_len` END AS `rev_len` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision`

-- researchers
SELECT actor_name FROM actor JOIN revision ON actor_id = rev_actor

SELECT `actor`.`actor_name` AS `actor_name` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `actor_id` END AS `actor_id`, CASE WHEN (`_hidden` & 9) = 0 THEN `actor_name` END AS `actor_name` FROM `enwiki`.`actor` WHERE (`_hidden` & 1) = 0) AS `actor` JOIN (SELECT CASE WHEN (`_hidden` & 9) = 0 THEN `rev_actor` END AS `rev_actor` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision` ON `actor`.`actor_id` = `revision`.`rev_actor`

-- researchers
SELECT rev_id FROM revision WHERE rev_actor = 5

SELECT `revision`.`rev_id` AS `rev_id` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_id` END AS `rev_id`, CASE WHEN (`_hidden` & 9) = 0 THEN `rev_actor` END AS `rev_actor` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision` WHERE `revision`.`rev_actor` = 5

-- researchers
SELECT a.rev_id FROM revision a JOIN revision b ON a.rev_parent_id = b.rev_id

SELECT `a`.`rev_id` AS `rev_id` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_id` END AS `rev_id`, CASE WHEN (`_hidden` & 1) = 0 THEN `rev_parent_id` END AS `rev_parent_id` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `a` JOIN (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_id` END AS `rev_id`, CASE WHEN (`_hidden` & 1) = 0 THEN `rev_parent_id` END AS `rev_parent_id` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `b` ON `a`.`rev_parent_id` = `b`.`rev_id`

-- researchers
SELECT page_title, (SELECT MAX(rev_id) FROM revision WHERE rev_page = page_id) FROM page

SELECT `page`.`page_title` AS `page_title`, (SELECT MAX(`revision`.`rev_id`) AS `MAX(rev_id)` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_id` END AS `rev_id`, CASE WHEN (`_hidden` & 1) = 0 THEN `rev_page` END AS `rev_page` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision` WHERE `revision`.`rev_page` = `page`.`page_id`) AS `(SELECT MAX(rev_id) FROM revision WHERE rev_page = page_id)` FROM (SELECT `page_id` AS `page_id`, `page_title` AS `page_title` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT 1 FROM page WHERE page_latest IN (SELECT rev_id FROM revision)

SELECT 1 AS `1` FROM (SELECT `page_latest` AS `page_latest` FROM `enwiki`.`page`) AS `page` WHERE `page`.`page_latest` IN (SELECT `revision`.`rev_id` AS `rev_id` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_id` END AS `rev_id` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision`)
