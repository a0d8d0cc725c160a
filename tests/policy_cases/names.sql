-- researchers
SELECT page_id FROM enwiki.page

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT p.page_id FROM dewiki.page p

SELECT `p`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `dewiki`.`page`) AS `p`

-- researchers
SELECT enwiki.page.page_id, dewiki.page.page_id FROM enwiki.page, dewiki.page

SELECT `page`.`page_id` AS `page_id`, `page_2`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` CROSS JOIN (SELECT `page_id` AS `page_id` FROM `dewiki`.`page`) AS `page_2`

-- researchers
SELECT page_id FROM Page

refused: unknown_table: table `enwiki.Page` doesn't exist
  try: did you mean `enwiki.page`?

-- researchers
SELECT P.page_id FROM page p

refused: unknown_column: unknown column `P.page_id` in SELECT

-- researchers
SELECT page.page_id FROM page p

refused: unknown_column: unknown column `page.page_id` in SELECT

-- researchers
SELECT nope FROM page

refused: unknown_column: unknown column `nope` in SELECT

-- researchers
SELECT 1 FROM page WHERE nope = 1

refused: unknown_column: unknown column `nope` in WHERE

-- researchers
SELECT page_id AS x, x + 1 FROM page

refused: unknown_column: unknown column `x` in SELECT

-- researchers
SELECT page_id AS x FROM page WHERE x = 1

refused: unknown_column: unknown column `x` in WHERE

-- researchers
SELECT page_id FROM page, links

refused: ambiguous_column: column `page_id` in SELECT is ambiguous

-- researchers
SELECT x.* FROM page

refused: unknown_table: unknown table `x`

-- researchers
SELECT page FROM page

refused: unknown_column: unknown column `page` in SELECT

-- researchers
SELECT _hidden FROM revision

refused: unknown_column: unknown column `_hidden` in SELECT

-- researchers
SELECT rev_id FROM revision WHERE _hidden = 1

refused: unknown_column: unknown column `_hidden` in WHERE

-- researchers
SELECT * FROM page p, links p

refused: duplicate_alias: not unique table/alias: `p`

-- researchers
SELECT * FROM page t JOIN links T ON t.page_id = T.page_id

SELECT `t`.`page_id` AS `page_id`, `t`.`page_namespace` AS `page_namespace`, `t`.`page_title` AS `page_title`, `t`.`page_latest` AS `page_latest`, `t`.`page_len` AS `page_len`, `t`.`page_touched` AS `page_touched`, `T_2`.`page_id` AS `page_id`, `T_2`.`target` AS `target` FROM (SELECT `page_id` AS `page_id`, `page_namespace` AS `page_namespace`, `page_title` AS `page_title`, `page_latest` AS `page_latest`, `page_len` AS `page_len`, `page_touched` AS `page_touched` FROM `enwiki`.`page`) AS `t` JOIN (SELECT `page_id` AS `page_id`, `target` AS `target` FROM `enwiki`.`links`) AS `T_2` ON `t`.`page_id` = `T_2`.`page_id`

-- researchers
SELECT * FROM pages

refused: unknown_table: table `enwiki.pages` doesn't exist
  try: did you mean `enwiki.page`?

-- researchers
SELECT * FROM mysteri

refused: unknown_table: table `enwiki.mysteri` doesn't exist

-- researchers
SELECT * FROM nowhere.page

refused: unknown_table: table `nowhere.page` doesn't exist

-- researchers; database none
SELECT page_id FROM page

refused: no_database: no database selected
  try: write `database.page` or choose a database

-- researchers; database none
SELECT page_id FROM enwiki.page

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers; database none
SELECT 1

SELECT 1 AS `1`
