-- researchers
SELECT page_id FROM page UNION SELECT rev_page FROM revision ORDER BY page_id LIMIT 3

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` UNION SELECT `revision`.`rev_page` AS `rev_page` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_page` END AS `rev_page` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision` ORDER BY 1 LIMIT 3

-- researchers
SELECT page_id AS x FROM page UNION ALL SELECT page_id FROM links ORDER BY X DESC

SELECT `page`.`page_id` AS `x` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` UNION ALL SELECT `links`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links` ORDER BY 1 DESC

-- researchers
(SELECT page_id FROM page LIMIT 1) UNION (SELECT page_id FROM links LIMIT 1)

(SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` LIMIT 1) UNION (SELECT `links`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links` LIMIT 1)

-- researchers
SELECT page_id FROM page INTERSECT SELECT page_id FROM links

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` INTERSECT SELECT `links`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links`

-- researchers
SELECT page_id FROM page EXCEPT SELECT page_id FROM links

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` EXCEPT SELECT `links`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`links`) AS `links`

-- researchers
SELECT page_id FROM page UNION SELECT page_id, target FROM links

refused: column_count: the used SELECT statements have a different number of columns

-- researchers
SELECT page_id FROM page UNION SELECT rev_page FROM revision ORDER BY rev_page

refused: unknown_column: unknown column `rev_page` in ORDER BY

-- researchers
SELECT page_id FROM page UNION SELECT rev_page FROM revision ORDER BY -page_id

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` UNION SELECT `revision`.`rev_page` AS `rev_page` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_page` END AS `rev_page` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision` ORDER BY -`page_id`

-- researchers
SELECT page_id FROM page UNION SELECT rev_page FROM revision ORDER BY (SELECT page_id)

refused: not_allowed: a UNION is ordered by its columns, and by expressions of them
  try: put it into a subquery, and order that

-- researchers
(SELECT page_id FROM page) ORDER BY page_id LIMIT 1

(SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`) ORDER BY 1 LIMIT 1

-- researchers
SELECT user_name FROM user UNION SELECT user_email FROM user

SELECT `user`.`user_name` AS `user_name` FROM (SELECT `user_name` AS `user_name`, CAST(NULL AS CHAR) AS `user_email` FROM `enwiki`.`user`) AS `user` UNION SELECT `user`.`user_email` AS `user_email` FROM (SELECT `user_name` AS `user_name`, CAST(NULL AS CHAR) AS `user_email` FROM `enwiki`.`user`) AS `user`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_email`

-- researchers
SELECT user_email FROM user UNION SELECT user_email FROM user ORDER BY 1

refused: access_refused: you may not use column `enwiki.user.user_email` in ORDER BY: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out
