-- researchers
SELECT CONCAT_WS(',', page_title, 'x'), SUBSTRING_INDEX(page_title, '_', 1), SUBSTRING(page_title FROM 2 FOR 3), LOCATE('a', page_title) FROM page

SELECT CONCAT_WS(',', `page`.`page_title`, 'x') AS `CONCAT_WS(',', page_title, 'x')`, SUBSTRING_INDEX(`page`.`page_title`, '_', 1) AS `SUBSTRING_INDEX(page_title, '_', 1)`, SUBSTRING(`page`.`page_title`, 2, 3) AS `SUBSTRING(page_title FROM 2 FOR 3)`, LOCATE('a', `page`.`page_title`) AS `LOCATE('a', page_title)` FROM (SELECT `page_title` AS `page_title` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT DATE_FORMAT(page_touched, '%Y-%m'), STR_TO_DATE(page_touched, '%Y%m%d%H%i%S'), UNIX_TIMESTAMP(page_touched), FROM_UNIXTIME(0) FROM page

SELECT DATE_FORMAT(`page`.`page_touched`, '%Y-%m') AS `DATE_FORMAT(page_touched, '%Y-%m')`, STR_TO_DATE(`page`.`page_touched`, '%Y%m%d%H%i%s') AS `STR_TO_DATE(page_touched, '%Y%m%d%H%i%S')`, UNIX_TIMESTAMP(`page`.`page_touched`) AS `UNIX_TIMESTAMP(page_touched)`, FROM_UNIXTIME(0) AS `FROM_UNIXTIME(0)` FROM (SELECT `page_touched` AS `page_touched` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT TIMESTAMPDIFF(DAY, page_touched, NOW()), DATEDIFF(NOW(), page_touched), YEARWEEK(page_touched), QUARTER(page_touched) FROM page

SELECT TIMESTAMPDIFF(DAY, `page`.`page_touched`, NOW()) AS `TIMESTAMPDIFF(DAY, page_touched, NOW())`, DATEDIFF(NOW(), `page`.`page_touched`) AS `DATEDIFF(NOW(), page_touched)`, YEARWEEK(`page`.`page_touched`) AS `YEARWEEK(page_touched)`, QUARTER(`page`.`page_touched`) AS `QUARTER(page_touched)` FROM (SELECT `page_touched` AS `page_touched` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT ROUND(page_len / 3, 2), FLOOR(page_len), GREATEST(page_len, 1), RAND(), TRUNCATE(page_len, -1), CONV(page_len, 10, 16) FROM page

SELECT ROUND(`page`.`page_len` / 3, 2) AS `ROUND(page_len / 3, 2)`, FLOOR(`page`.`page_len`) AS `FLOOR(page_len)`, GREATEST(`page`.`page_len`, 1) AS `GREATEST(page_len, 1)`, RAND() AS `RAND()`, TRUNCATE(`page`.`page_len`, -1) AS `TRUNCATE(page_len, -1)`, CONV(`page`.`page_len`, 10, 16) AS `CONV(page_len, 10, 16)` FROM (SELECT `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT MD5(page_title), SHA1(page_title), HEX(page_title), INET_NTOA(page_id), CRC32(page_title) FROM page

SELECT MD5(`page`.`page_title`) AS `MD5(page_title)`, SHA(`page`.`page_title`) AS `SHA1(page_title)`, HEX(`page`.`page_title`) AS `HEX(page_title)`, INET_NTOA(`page`.`page_id`) AS `INET_NTOA(page_id)`, CRC32(`page`.`page_title`) AS `CRC32(page_title)` FROM (SELECT `page_id` AS `page_id`, `page_title` AS `page_title` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT STDDEV(page_len), VARIANCE(page_len), BIT_OR(page_len), GROUP_CONCAT(page_title) FROM page

SELECT STDDEV_POP(`page`.`page_len`) AS `STDDEV(page_len)`, VAR_POP(`page`.`page_len`) AS `VARIANCE(page_len)`, BIT_OR(`page`.`page_len`) AS `BIT_OR(page_len)`, GROUP_CONCAT(`page`.`page_title` SEPARATOR ',') AS `GROUP_CONCAT(page_title)` FROM (SELECT `page_title` AS `page_title`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT JSON_EXTRACT(page_title, '$.a'), JSON_UNQUOTE(JSON_EXTRACT(page_title, '$.b')), JSON_VALUE(page_title, '$.c') FROM page

SELECT JSON_EXTRACT(`page`.`page_title`, '$.a') AS `JSON_EXTRACT(page_title, '$.a')`, JSON_UNQUOTE(JSON_EXTRACT(`page`.`page_title`, '$.b')) AS `JSON_UNQUOTE(JSON_EXTRACT(page_title, '$.b'))`, JSON_VALUE(`page`.`page_title`, '$.c') AS `JSON_VALUE(page_title, '$.c')` FROM (SELECT `page_title` AS `page_title` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT TRIM(BOTH '_' FROM page_title), CHAR(65 USING utf8), ISNULL(page_len), NULLIF(page_len, 0), COALESCE(page_len, 1), INTERVAL(page_len, 1, 2) FROM page

SELECT TRIM(BOTH '_' FROM `page`.`page_title`) AS `TRIM(BOTH '_' FROM page_title)`, CHAR(65 USING utf8) AS `CHAR(65 USING utf8)`, (`page`.`page_len` IS NULL) AS `ISNULL(page_len)`, NULLIF(`page`.`page_len`, 0) AS `NULLIF(page_len, 0)`, COALESCE(`page`.`page_len`, 1) AS `COALESCE(page_len, 1)`, INTERVAL ((`page`.`page_len`, 1, 2)) AS `INTERVAL(page_len, 1, 2)` FROM (SELECT `page_title` AS `page_title`, `page_len` AS `page_len` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT carrel_pseudonym(page_title) FROM page

refused: not_allowed: function `carrel_pseudonym` is not allowed

-- researchers
SELECT enwiki.concat('a')

refused: not_allowed: functions and fields with a prefix are not allowed

-- researchers
SELECT no_such_function(1)

refused: unknown_function: function `no_such_function` does not exist

-- researchers
SELECT SLEEP(10)

refused: not_allowed: function `sleep` is not allowed

-- researchers
SELECT BENCHMARK(1000000, MD5('a'))

refused: not_allowed: function `benchmark` is not allowed

-- researchers
SELECT LOAD_FILE('/etc/passwd')

refused: not_allowed: function `load_file` is not allowed

-- researchers
SELECT GET_LOCK('a', 10)

refused: not_allowed: function `get_lock` is not allowed

-- researchers
SELECT EXTRACTVALUE('<a/>', CONCAT('/', (SELECT user_name FROM user LIMIT 1)))

refused: not_allowed: function `extractvalue` is not allowed

-- researchers
SELECT UPDATEXML('<a/>', '/a', 'b')

refused: not_allowed: function `updatexml` is not allowed

-- researchers
SELECT sys_exec('id')

refused: not_allowed: function `sys_exec` is not allowed

-- researchers
SELECT sys_eval('id')

refused: not_allowed: function `sys_eval` is not allowed

-- researchers
SELECT error('x')

refused: not_allowed: function `error` is not allowed

-- researchers
SELECT MATCH(page_title) AGAINST ('x') FROM page

refused: not_allowed: function `match` is not allowed

-- researchers
SELECT NAME_CONST('a', 1)

refused: not_allowed: function `name_const` is not allowed

-- researchers
SELECT UUID()

refused: not_allowed: function `uuid` is not allowed

-- researchers
SELECT AES_DECRYPT('a', 'b')

refused: not_allowed: function `aes_decrypt` is not allowed

-- researchers
SELECT getvariable('x')

refused: unknown_function: function `getvariable` does not exist

-- researchers
SELECT read_text('/etc/passwd')

refused: unknown_function: function `read_text` does not exist

-- researchers
SELECT array_agg(page_id) FROM page

refused: unknown_function: function `array_agg` does not exist

-- researchers
SELECT list_transform(page_id, x -> x) FROM page

refused: unknown_function: function `list_transform` does not exist

-- researchers
SELECT string_agg(page_title, ",") FROM page

refused: unknown_function: function `string_agg` does not exist

-- researchers
SELECT ANY_VALUE(page_id) FROM page

refused: unknown_function: function `any_value` does not exist

-- researchers
SELECT CAST(page_title AS BLOB) FROM page

refused: not_allowed: a type that nothing can be cast to

-- researchers
SELECT CAST(page_title AS enwiki.secret) FROM page

refused: syntax: syntax error near `enwiki.secret) FROM page` at line 1

-- researchers
SELECT EXTRACT(EPOCH FROM page_touched) FROM page

refused: not_allowed: EXTRACT takes one of MariaDB's units
