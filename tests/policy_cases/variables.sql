-- researchers
SELECT @@version, @@session.sql_mode, @@global.max_connections, @@SQL_MODE

SELECT '10.11.19-MariaDB' AS `@@version`, '' AS `@@session.sql_mode`, 151 AS `@@global.max_connections`, '' AS `@@SQL_MODE`

-- researchers
SELECT page_id FROM page WHERE page_touched >= @start AND page_len > @n AND page_len > @low

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id`, `page_len` AS `page_len`, `page_touched` AS `page_touched` FROM `enwiki`.`page`) AS `page` WHERE `page`.`page_touched` >= '20180101000000' AND `page`.`page_len` > 3 AND `page`.`page_len` > -2

-- researchers
SELECT @never_set

SELECT NULL AS `@never_set`

-- researchers
SELECT @@no_such_variable

refused: unknown_variable: unknown system variable `no_such_variable`

-- researchers
SELECT DATABASE(), SCHEMA(), USER(), CONNECTION_ID(), VERSION()

SELECT 'enwiki' AS `DATABASE()`, 'enwiki' AS `SCHEMA()`, 'ann@localhost' AS `USER()`, 7 AS `CONNECTION_ID()`, '10.11.19-MariaDB' AS `VERSION()`

-- researchers
SELECT CURRENT_USER()

refused: unknown_variable: unknown system variable `current_user()`

-- researchers
SELECT @n := @n + 1 FROM page

refused: not_allowed: assignments to variables inside a query are not allowed
  try: use ROW_NUMBER() OVER (…) or a recursive common table expression

-- researchers
SELECT 1 INTO @x

refused: not_allowed: `INTO` is not allowed in `SELECT`

-- researchers
SELECT page_id FROM page LIMIT @n

SELECT `page`.`page_id` AS `page_id` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page` LIMIT 3
