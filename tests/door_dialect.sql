-- # groupings with totals
SELECT page_namespace, page_is_redirect, COUNT(*), SUM(page_len) FROM page GROUP BY page_namespace, page_is_redirect WITH ROLLUP

SELECT LEFT(rev_timestamp, 4) AS y, SUBSTR(rev_timestamp, 5, 2) AS m, COUNT(*) AS n FROM revision GROUP BY y, m WITH ROLLUP

SELECT COALESCE(page_namespace, 'total') AS ns, COUNT(*) AS n, AVG(page_len) FROM page GROUP BY page_namespace WITH ROLLUP

SELECT IF(page_namespace IS NULL, 'all', page_namespace) AS ns, COUNT(*) FROM page GROUP BY page_namespace WITH ROLLUP

SELECT * FROM (SELECT page_namespace AS ns, COUNT(*) AS n FROM page GROUP BY page_namespace WITH ROLLUP) t ORDER BY n DESC, ns

SELECT log_type, log_action, COUNT(*) AS n FROM logging GROUP BY log_type, log_action WITH ROLLUP HAVING n > 3

SELECT YEAR(rev_timestamp) AS y, MONTH(rev_timestamp) AS m, COUNT(*), GROUP_CONCAT(DISTINCT rev_minor_edit ORDER BY rev_minor_edit) FROM revision GROUP BY y, m WITH ROLLUP

SELECT rev_minor_edit, COUNT(DISTINCT rev_actor), MIN(rev_id), MAX(rev_id) FROM revision GROUP BY rev_minor_edit WITH ROLLUP

SELECT page_namespace + 1 AS k, SUM(page_len) / COUNT(*) FROM page GROUP BY k WITH ROLLUP

SELECT page_namespace, COUNT(*) FROM page WHERE page_id < 0 GROUP BY page_namespace WITH ROLLUP

SELECT page_namespace, COUNT(*) FROM page GROUP BY page_namespace WITH ROLLUP LIMIT 3

SELECT CONCAT('ns', page_namespace) AS k, COUNT(*) FROM page GROUP BY page_namespace WITH ROLLUP

-- differs: MariaDB says 0 of a column that is declared NOT NULL, in the total's row too
SELECT page_namespace IS NULL AS is_total, page_namespace, COUNT(*) FROM page GROUP BY page_namespace WITH ROLLUP

SELECT DATE(rev_timestamp) AS d, COUNT(*) AS n FROM revision GROUP BY d WITH ROLLUP

-- refused: a direction in GROUP BY
SELECT page_namespace, COUNT(*) FROM page GROUP BY page_namespace DESC

-- # 14-digit timestamps
SELECT rev_id, DATE_FORMAT(rev_timestamp, '%Y-%m-%dT%H:%i:%sZ'), DATE_FORMAT(rev_timestamp, '%y%c%e %k:%i:%S %r %T %a %b %f %h %I %%') FROM revision ORDER BY rev_id LIMIT 4

SELECT DATE_FORMAT(rev_timestamp, '%Y%m%d%H%i%S') = rev_timestamp AS same, COUNT(*) FROM revision GROUP BY same ORDER BY same

SELECT rev_id, rev_timestamp + INTERVAL 1 MONTH, rev_timestamp - INTERVAL 1 YEAR, rev_timestamp + INTERVAL 30 MINUTE, rev_timestamp - INTERVAL 86400 SECOND FROM revision ORDER BY rev_id LIMIT 4

SELECT rev_id, DATE_ADD(rev_timestamp, INTERVAL '1 2' DAY_HOUR), DATE_ADD(rev_timestamp, INTERVAL '1:30' MINUTE_SECOND), DATE_SUB(rev_timestamp, INTERVAL '1-2' YEAR_MONTH), DATE_ADD(rev_timestamp, INTERVAL 1 QUARTER) FROM revision ORDER BY rev_id LIMIT 3

SELECT DATE_ADD('2018-01-31', INTERVAL 1 DAY), DATE_ADD('2018-01-31', INTERVAL 1 SECOND), DATE_ADD('20180131', INTERVAL -1 MONTH), DATE_ADD('2018-01-31 10:00', INTERVAL 1 HOUR), DATE_ADD('2018-02-29', INTERVAL 1 DAY), DATE_ADD(20180131, INTERVAL 1 DAY)

-- differs: fractions of a second
SELECT DATE_ADD('2018-01-31 23:59:59.5', INTERVAL 1 SECOND), UNIX_TIMESTAMP('2018-01-01 10:00:00.25'), MICROSECOND('10:00:00.25')

SELECT rev_id, UNIX_TIMESTAMP(rev_timestamp) DIV 3600, UNIX_TIMESTAMP(rev_timestamp) % 60, UNIX_TIMESTAMP(DATE(rev_timestamp)), UNIX_TIMESTAMP('2018-03-01') - UNIX_TIMESTAMP(rev_timestamp) AS age FROM revision ORDER BY rev_id LIMIT 4

SELECT UNIX_TIMESTAMP('1970-01-01'), UNIX_TIMESTAMP('nonsense'), UNIX_TIMESTAMP(20180101), UNIX_TIMESTAMP(NULL), UNIX_TIMESTAMP(20180101000000)

SELECT FROM_UNIXTIME(0), FROM_UNIXTIME(1514764800.5), FROM_UNIXTIME('1514764800'), FROM_UNIXTIME(NULL), FROM_UNIXTIME(-1), FROM_UNIXTIME(1514764800) + 0, FROM_UNIXTIME(1514764800, '%W')

SELECT rev_id, YEAR(rev_timestamp) * 100 + MONTH(rev_timestamp) AS ym, EXTRACT(YEAR FROM rev_timestamp), EXTRACT(DAY_HOUR FROM rev_timestamp), EXTRACT(WEEK FROM rev_timestamp), EXTRACT(QUARTER FROM rev_timestamp), EXTRACT(HOUR_SECOND FROM rev_timestamp) FROM revision ORDER BY rev_id LIMIT 3

SELECT TIMESTAMPDIFF(YEAR, '2016-02-29', '2018-02-28'), TIMESTAMPDIFF(MONTH, '2018-01-31', '2018-03-01'), TIMESTAMPDIFF(WEEK, '2018-01-01', '2018-01-31'), TIMESTAMPDIFF(QUARTER, '2018-01-01', '2018-12-31'), TIMESTAMPDIFF(SECOND, '2018-01-01', '2018-01-02 00:00:01'), TIMESTAMPDIFF(MICROSECOND, '2018-01-01', '2018-01-01 00:00:01'), TIMESTAMPDIFF(DAY, '2018-01-02', '2018-01-01 00:00:01')

SELECT rev_id, TIMESTAMPDIFF(MONTH, rev_timestamp, 20180301000000), DATEDIFF(rev_timestamp, 20180101), TIMESTAMPDIFF(MINUTE, rev_timestamp, '20180301') FROM revision ORDER BY rev_id LIMIT 4

SELECT rev_id, TIMESTAMPADD(WEEK, 1, rev_timestamp), TIMESTAMPADD(MINUTE, -5, rev_timestamp), ADDTIME(rev_timestamp, '01:00:00'), SUBTIME('2018-01-01 10:00:00', '10:00') FROM revision ORDER BY rev_id LIMIT 3

SELECT rev_id, CAST(rev_timestamp AS DATE) - INTERVAL 1 DAY, CAST(rev_timestamp AS DATETIME) - INTERVAL 1 DAY, CAST(LEFT(rev_timestamp, 8) AS DATE), CONVERT(rev_timestamp, DATE), CAST(LEFT(rev_timestamp, 8) AS UNSIGNED) FROM revision ORDER BY rev_id LIMIT 3

SELECT DATE('2018-01-01') + 0, DATE('2018-01-01') + 1, TIMESTAMP('2018-01-01 10:11:12') + 0, DATE('2018-02-01') - DATE('2018-01-01'), DATE('2018-01-01') > 20171231, DATE('2018-01-01') = '20180101', DATE('2018-01-01') = '2018-1-1'

SELECT COUNT(*) FROM revision WHERE rev_timestamp BETWEEN 20180201000000 AND 20180228235959

SELECT COUNT(*) FROM revision WHERE rev_timestamp > '2018'

SELECT COUNT(*) FROM revision WHERE rev_timestamp > 2018

SELECT COUNT(*) FROM revision WHERE rev_timestamp LIKE 2018

SELECT COUNT(*) FROM revision WHERE CAST(rev_timestamp AS DATETIME) BETWEEN '2018-02-01' AND '2018-02-28 23:59:59'

SELECT COUNT(*) FROM revision WHERE DATE(rev_timestamp) IN ('2018-02-01', '2018-02-02', '20180203')

SELECT COUNT(*) FROM revision WHERE DATE_FORMAT(rev_timestamp, '%Y-%m') = '2018-02'

SELECT COUNT(*) FROM revision WHERE EXTRACT(YEAR_MONTH FROM rev_timestamp) = 201802

SELECT COUNT(*) FROM revision WHERE EXTRACT(YEAR_MONTH FROM rev_timestamp) = '201802'

SELECT COUNT(*) FROM revision WHERE rev_timestamp >= CONCAT(DATE_FORMAT('2018-02-01', '%Y%m%d'), '000000')

SELECT COUNT(*) FROM revision WHERE rev_timestamp < REPLACE(REPLACE(REPLACE('2018-02-01 00:00:00', '-', ''), ' ', ''), ':', '')

SELECT DATE_FORMAT(MIN(rev_timestamp), '%Y%m01'), DATE_FORMAT(MAX(rev_timestamp) + INTERVAL 1 MONTH, '%Y-%m-01 00:00:00') FROM revision

SELECT DATE_FORMAT(rev_timestamp, '%Y-%m') AS m, MAX(DATE(rev_timestamp)) AS last FROM revision GROUP BY m HAVING last >= '2018-02-10' ORDER BY m

SELECT DATE(MIN(rev_timestamp)) AS m, rev_actor FROM revision GROUP BY rev_actor HAVING m >= 2 ORDER BY rev_actor

SELECT MAX(DATE(rev_timestamp)) AS m, rev_actor FROM revision GROUP BY rev_actor HAVING m >= 20180201 ORDER BY rev_actor

SELECT MAX(DATE(rev_timestamp)) AS m, rev_actor FROM revision GROUP BY rev_actor HAVING m > '2018' ORDER BY rev_actor

SELECT MAX(TIMESTAMP(rev_timestamp)) AS m, rev_actor FROM revision GROUP BY rev_actor HAVING m BETWEEN '2018-02-01' AND 20180301000000 ORDER BY rev_actor

SELECT MAKEDATE(2018, 60), MAKETIME(10, 5, 3), PERIOD_ADD(201801, 14), TO_DAYS('2018-01-01'), FROM_DAYS(737060), TO_SECONDS('2018-01-01'), DAYOFYEAR('2018-12-31'), LAST_DAY('2016-02-01')

SELECT WEEK('2017-12-31'), WEEK('2017-12-31', 1), WEEK('2017-12-31', 3), YEARWEEK('2017-12-31', 3), WEEKOFYEAR('2017-12-31'), DATE_FORMAT('2017-12-31', '%x-%v'), DATE_FORMAT('2017-12-31', '%X-%V')

SELECT CONVERT_TZ('2018-01-01 00:00:00', '+00:00', '+05:30'), CONVERT_TZ('20180101120000', '+00:00', '-08:00')

-- refused: a function that is not on the list
SELECT GET_FORMAT(DATE, 'ISO')

SELECT HOUR('10:11:12'), MINUTE('2018-01-01 10:11:12'), SECOND('20180101101112'), TIME('2018-01-01 10:11:12'), TIME('10:11'), TIME(101112), HOUR('272:59:59')

SELECT TIME_FORMAT('10:11:12', '%H-%i-%s'), TIME_FORMAT('04:11:12', '%H %k %h %I %l'), TIME_TO_SEC('10:11:12'), TIME_TO_SEC(101112), SEC_TO_TIME(100000), SEC_TO_TIME(-5), TIMEDIFF('10:00:00', '11:30:00')

SELECT CAST('10:11:12' AS TIME), CAST(101112 AS TIME), CAST('2018-01-01 10:11:12' AS TIME), CAST('x' AS TIME)

SELECT CAST('2018-01-01 10:11:12.987' AS DATETIME), CAST('2018-01-01' AS DATETIME), CAST(20180101 AS DATE), CAST('2018-1-1' AS DATE), CAST('18-01-01' AS DATE), CAST('70-01-01' AS DATE), CAST('2018-01-01 25:00:00' AS DATETIME), CAST('2018-02-30' AS DATE), CAST('' AS DATE)

-- # GROUP_CONCAT
SELECT page_namespace, GROUP_CONCAT(page_title ORDER BY page_title SEPARATOR '; ') AS titles FROM page WHERE page_namespace IN (1, 2, 4) GROUP BY page_namespace ORDER BY page_namespace

SELECT page_namespace, GROUP_CONCAT(page_title, ':', page_len ORDER BY page_len DESC, page_title SEPARATOR ' | ') FROM page WHERE page_id < 30 GROUP BY page_namespace ORDER BY 1

SELECT page_namespace, GROUP_CONCAT(DISTINCT page_is_redirect ORDER BY page_is_redirect DESC SEPARATOR '') FROM page GROUP BY page_namespace ORDER BY 1

SELECT GROUP_CONCAT(DISTINCT log_type ORDER BY log_type) AS types, GROUP_CONCAT(DISTINCT LENGTH(log_title) ORDER BY LENGTH(log_title)) FROM logging

SELECT log_type, GROUP_CONCAT(DISTINCT CONCAT(log_type, '/', log_action) ORDER BY log_action) FROM logging GROUP BY log_type ORDER BY log_type

-- refused: LIMIT inside GROUP_CONCAT
SELECT GROUP_CONCAT(page_id ORDER BY page_id LIMIT 3) FROM page

SELECT GROUP_CONCAT(DISTINCT page_namespace ORDER BY page_namespace * -1) FROM page

SELECT GROUP_CONCAT(page_lang), GROUP_CONCAT(IFNULL(page_lang, '-') ORDER BY page_id) FROM page WHERE page_id < 5

SELECT GROUP_CONCAT(page_id ORDER BY 1 DESC) FROM page WHERE page_id < 9

SELECT GROUP_CONCAT(DATE(rev_timestamp) ORDER BY rev_id), GROUP_CONCAT(rev_len / 3 ORDER BY rev_id) FROM revision WHERE rev_id < 6

-- refused: JSON is read, not made
SELECT CONCAT('[', GROUP_CONCAT(JSON_OBJECT('id', page_id) ORDER BY page_id), ']') FROM page WHERE page_id < 4

SELECT GROUP_CONCAT(CONCAT('SELECT ', QUOTE(page_title)) ORDER BY page_id SEPARATOR ' UNION ALL ') FROM page WHERE page_id < 4

SELECT GROUP_CONCAT(page_title ORDER BY page_id SEPARATOR '\n') FROM page WHERE page_id < 4

-- # user variables
SET @start := '20180201000000'; SET @end := DATE_FORMAT(@start + INTERVAL 1 MONTH, '%Y%m%d%H%i%s'); SELECT @start, @end, COUNT(*) FROM revision WHERE rev_timestamp >= @start AND rev_timestamp < @end

SET @n = (SELECT COUNT(*) FROM page); SELECT @n, page_namespace, COUNT(*) / @n AS share FROM page GROUP BY page_namespace ORDER BY page_namespace

SET @d = DATE('2018-02-01'); SELECT @d, @d + INTERVAL 1 DAY, YEAR(@d), COUNT(*) FROM revision WHERE DATE(rev_timestamp) > @d

SET @p = 'M%'; SELECT page_title FROM page WHERE page_title LIKE @p ORDER BY page_title

SET @r = '^[A-M]'; SELECT COUNT(*) FROM page WHERE page_title REGEXP @r

SET @ns = 1; SELECT page_title FROM page WHERE page_namespace = @ns ORDER BY page_title LIMIT 3

SET @x = 18446744073709551615, @y = -9223372036854775808; SELECT @x, @y, @x DIV 2, @y + 1

SET @t = TRUE, @f = FALSE; SELECT @t, @f, @t AND @f, IF(@t, 'yes', 'no')

SET @s = 'ä'; SELECT @s, LENGTH(@s), CHAR_LENGTH(@s), @s = 'Ä', UPPER(@s)

SELECT @never IS NULL, COALESCE(@never, 'nothing'), @never + 1

SET @sql_mode_before = @@sql_mode; SELECT @sql_mode_before = @@sql_mode

SET @wiki = DATABASE(); SELECT @wiki, COUNT(*) FROM page

-- # choices
SELECT page_id, IF(page_len > 500, 'long', IF(page_len > 100, 'middle', 'short')) AS size FROM page ORDER BY page_id LIMIT 10

SELECT CASE WHEN page_len < 100 THEN '<100' WHEN page_len BETWEEN 100 AND 999 THEN '100-999' ELSE '>=1000' END AS bucket, COUNT(*) AS n, SUM(page_len) FROM page GROUP BY bucket ORDER BY bucket

SELECT IF(1, 1, 'a'), IF(0, 1, 'a'), IF(1, 1, 2.50), IF(0, 1.5, 2), IF(1, NULL, 1), IF('a', 1, 0), IF('1a', 1, 0), IF(0.4, 1, 0), IF('0.4', 1, 0), IF('', 1, 0)

SELECT CASE WHEN 0 THEN 1 END, CASE WHEN 1 THEN 1 ELSE 2.55 END, CASE 'a' WHEN 'A' THEN 1 ELSE 0 END, CASE BINARY 'a' WHEN 'A' THEN 1 ELSE 0 END, CASE NULL WHEN NULL THEN 1 ELSE 0 END, CASE 1 WHEN '1' THEN 'eq' END

SELECT COALESCE(NULL, 1, 2.5), COALESCE(NULL, 'a'), COALESCE(1, 'a'), COALESCE(NULL, DATE('2018-01-01')), COALESCE(DATE('2018-01-01'), 'x'), IFNULL(NULL, 2.50), IFNULL(1, 0), IFNULL(NULL, NULL), COALESCE(NULL, 1e2, 1)

SELECT NULLIF(1, 2), NULLIF('a', 'A'), NULLIF(1.50, 1.5), NULLIF('1', 1), NULLIF(NULL, 1), NULLIF(DATE('2018-01-01'), '2018-01-01'), NULLIF(2, NULL)

SELECT rev_id, NULLIF(rev_parent_id, 0), IFNULL(NULLIF(rev_parent_id, 0), 'none'), rev_len / NULLIF(rev_minor_edit, 0) FROM revision ORDER BY rev_id LIMIT 6

SELECT SUM(CASE WHEN rev_minor_edit THEN rev_len END), AVG(CASE WHEN rev_minor_edit THEN rev_len ELSE 0 END), COUNT(CASE WHEN rev_minor_edit THEN 1 END), MAX(CASE WHEN rev_minor_edit THEN rev_timestamp END), SUM(CASE WHEN rev_minor_edit THEN 1.5 ELSE 0 END) FROM revision

SELECT GREATEST('a', 'B'), GREATEST(BINARY 'a', 'B'), LEAST(1, '2'), GREATEST('10', 9), GREATEST('2018-01-01', DATE('2017-01-01')), LEAST(1.5, 2), GREATEST(1, 2, 3), LEAST('', 'a')

SELECT ISNULL(NULL), ISNULL(1), 1 IS TRUE, 0 IS FALSE, NULL IS UNKNOWN, 2 IS TRUE, 'a' IS TRUE, NULL IS NOT TRUE, 1 IS NOT NULL

SELECT INTERVAL(5, 1, 10), INTERVAL(10, 1, 10, 100), INTERVAL(NULL, 1), ELT(0, 'a'), ELT(NULL, 'a'), FIELD('x', 'a'), FIELD(2, 1, '2'), FIELD(NULL, 1)

-- # patterns
SELECT 'abc' LIKE 'a%', 'abc' LIKE 'A_C', BINARY 'abc' LIKE 'A_C', 'a%c' LIKE 'a\%c', 'abc' LIKE 'a\%c', 'a_c' LIKE 'a|_c' ESCAPE '|', 'abc' LIKE 'a|_c' ESCAPE '|', 'a\\c' LIKE 'a\\\\c', 'a' LIKE 'a ', 'a ' LIKE 'a', NULL LIKE 'a', 'a' LIKE NULL, 12 LIKE '1%', 12.5 LIKE '12._'

SELECT 'ä' LIKE 'a', 'ä' LIKE 'Ä', 'ß' LIKE 'ss', 'é' = 'e', 'é' LIKE 'E', CONVERT('É' USING utf8) LIKE 'é', BINARY 'é' LIKE 'É', 'a' LIKE '', '' LIKE '', '' LIKE '%', 'abc' NOT LIKE '%b%', 'a\nb' LIKE 'a_b'

SELECT page_title FROM page WHERE page_title LIKE '\_%' OR page_title LIKE '%\%%' OR page_title LIKE '%\\\\%' ORDER BY page_title

SELECT page_title FROM page WHERE page_title LIKE CONCAT(LEFT(page_title, 2), '%') ORDER BY page_id LIMIT 3

SELECT page_title FROM page WHERE page_title LIKE 'Main=_Page' ESCAPE '=' ORDER BY page_title

SELECT page_title FROM page WHERE page_title LIKE '%e%' AND page_title LIKE '%E%' ORDER BY page_title

SELECT 'abc' REGEXP 'B', BINARY 'abc' REGEXP 'B', 'abc' RLIKE '^a.c$', 'abc' REGEXP '', NULL REGEXP 'a', 'a\nb' REGEXP 'a.b', 'a\nb' REGEXP '^b', 'ä' REGEXP '^.$', 'Ä' REGEXP 'ä', 12 REGEXP '^1', 'a.b' REGEXP '[.]', 'ab' REGEXP 'a|x', 'abc' NOT REGEXP 'z'

SELECT 'abc' REGEXP '[[:alpha:]]+', 'abc1' REGEXP '[[:digit:]]', 'a b' REGEXP '[[:space:]]', 'aaa' REGEXP '^a{3}$', 'aaa' REGEXP '^a{1,2}$', 'x-y' REGEXP '[x-z]-', '1' REGEXP '\\d', 'a' REGEXP '(?i)A', 'foo' REGEXP '^(foo|bar)$', 'ab' REGEXP 'a(?:b)'

SELECT COUNT(*) FROM page WHERE page_title RLIKE '^[A-Z]' AND page_title NOT RLIKE '[0-9]$'

SELECT COUNT(*) FROM page WHERE CONVERT(page_title USING utf8) REGEXP '^main'

SELECT COUNT(*) FROM page WHERE LOWER(page_title) REGEXP '^main'

SELECT REGEXP_REPLACE(page_title, '[_/]', ' '), REGEXP_REPLACE(page_title, '^(.)(.*)$', '\\2\\1'), REGEXP_SUBSTR(page_title, '[a-z]+'), REGEXP_INSTR(page_title, '_') FROM page ORDER BY page_id LIMIT 8

SELECT REGEXP_REPLACE('aBc', 'b', 'x'), REGEXP_REPLACE(BINARY 'aBc', 'b', 'x'), REGEXP_SUBSTR('a1b22', '[0-9]{2}'), REGEXP_SUBSTR('a', 'z'), REGEXP_INSTR('äb', 'b'), REGEXP_INSTR(BINARY 'äb', 'b'), REGEXP_REPLACE('a', '', 'x'), REGEXP_REPLACE(NULL, 'a', 'b')

-- # collations
SELECT 'a' = 'A', 'a' = 'á', 'a' = 'a  ', 'a' < 'B', 'A' < 'b', BINARY 'a' = 'a ', 'a' = BINARY 'a ', 'a' COLLATE utf8mb4_bin = 'A', 'ss' = 'ß', 'ae' = 'æ', 'o' = 'ø', 'Ω' = 'ω', 'Ж' = 'ж', 'a\t' = 'a'

-- differs: single letters of general_ci
SELECT 's' = 'ß', 'й' = 'и', 'a\t' < 'a'

SELECT UPPER(MIN(t)), COUNT(*) FROM (SELECT 'a' AS t UNION ALL SELECT 'A' UNION ALL SELECT 'a ' UNION ALL SELECT 'b') x GROUP BY t ORDER BY 1

SELECT COUNT(*) FROM (SELECT 'a' AS t UNION ALL SELECT 'A' UNION ALL SELECT 'á' UNION ALL SELECT 'a ' UNION ALL SELECT 'b') x GROUP BY t ORDER BY 1

SELECT t, COUNT(*) FROM (SELECT BINARY 'a' AS t UNION ALL SELECT BINARY 'A' UNION ALL SELECT BINARY 'a ' UNION ALL SELECT BINARY 'b') x GROUP BY t ORDER BY t

SELECT COUNT(DISTINCT t), UPPER(MAX(t)) FROM (SELECT 'a' AS t UNION ALL SELECT 'A' UNION ALL SELECT 'á' UNION ALL SELECT 'a ' UNION ALL SELECT 'b') x

SELECT 'a' AS t UNION SELECT 'A' UNION SELECT 'b'

SELECT t FROM (SELECT 'b' AS t UNION ALL SELECT 'A' UNION ALL SELECT 'C' UNION ALL SELECT 'ä') x ORDER BY t, BINARY t

SELECT t FROM (SELECT 'b' AS t UNION ALL SELECT 'A' UNION ALL SELECT 'C' UNION ALL SELECT 'ä') x ORDER BY BINARY t

SELECT t FROM (SELECT 'b' AS t UNION ALL SELECT 'A' UNION ALL SELECT 'C' UNION ALL SELECT 'ä') x ORDER BY t COLLATE utf8mb4_bin DESC

SELECT 'a' IN ('A', 'b'), BINARY 'a' IN ('A', 'b'), 'a ' IN ('a'), 'a' BETWEEN 'A' AND 'B', FIELD('a', 'A'), FIND_IN_SET('A', 'a,b'), STRCMP('a', 'A'), STRCMP('a', BINARY 'A'), LOCATE('A', 'ba'), INSTR('ba', 'A'), INSTR(BINARY 'ba', 'A'), REPLACE('aAa', 'a', 'x'), SUBSTRING_INDEX('aXbxc', 'x', 1), POSITION('B' IN 'abc')

SELECT a.actor_id, b.actor_id FROM actor a JOIN actor b ON CONVERT(a.actor_name USING utf8) = UPPER(CONVERT(b.actor_name USING utf8)) ORDER BY 1, 2

SELECT CONVERT(page_title USING utf8) AS t, COUNT(*) FROM page GROUP BY t HAVING COUNT(*) > 1 ORDER BY t

SELECT COUNT(DISTINCT page_title), COUNT(DISTINCT CONVERT(page_title USING utf8)), COUNT(DISTINCT LOWER(page_title)) FROM page

SELECT COUNT(*) FROM page p JOIN page q ON CONVERT(p.page_title USING utf8) = CONVERT(q.page_title USING utf8) AND p.page_id < q.page_id

-- refused: functions of character sets
SELECT CHARSET('a'), COLLATION('a'), CHARSET(page_title), COLLATION(page_title), CHARSET(CONVERT(page_title USING utf8)), COERCIBILITY(page_title) FROM page LIMIT 1

SELECT LENGTH('a '), TRIM('  a '), LTRIM('  a'), RTRIM('a  '), TRIM(BOTH 'x' FROM 'xxaxx'), TRIM(LEADING 'x' FROM 'xxaxx'), TRIM(TRAILING 'x' FROM 'xxaxx'), CONCAT('[', RPAD('a', 3, ' '), ']')

SELECT LOWER('ÄÖ'), UPPER('straße'), LOWER(BINARY 'ABC'), UPPER(BINARY 'abc'), LCASE('A'), UCASE('a'), LOWER(CONVERT(BINARY 'ABC' USING utf8))

-- # text and number
SELECT '1' + 1, '1.5' + 1, '1e2' + 0, ' 12 ' + 0, '0x10' + 0, 'abc' + 1, '' + 1, '-' + 1, '.5' + 0, '5.' + 0, '1,000' + 0, 1 + NULL, '12abc' * 2, '3' * '4', '7' / 2, '7' DIV 2, '7' % 4, -'7', +'7', - '1.50'

SELECT 1 = '1', 1 = '1.0', 1 = '1a', 0 = 'a', '1' = '1.0', '10' < '9', 10 < '9', '10' < 9, 1.5 = '1.50', '' = 0, NULL = 0, 'a' = 0, 0 = '', 1 = TRUE, '1' = TRUE, 'true' = TRUE, 1e0 = 1, 0.1 + 0.2 = 0.3, 0.1e0 + 0.2e0 = 0.3e0

SELECT page_id FROM page WHERE page_id IN ('1', '2', '3x') ORDER BY page_id

SELECT page_id FROM page WHERE page_id BETWEEN '2' AND '4' ORDER BY page_id

SELECT page_id FROM page WHERE page_id = 2.0 OR page_id = '3.0' OR page_id = 4e0 ORDER BY page_id

SELECT COUNT(*) FROM page WHERE page_title IN (0, 1)

SELECT COUNT(*) FROM page WHERE page_title + 0 = 0

SELECT CONCAT(1, 2), CONCAT(1.50, 'a'), CONCAT(1e3), CONCAT(1/3), CONCAT(TRUE), CONCAT(NULL, 1), CONCAT(DATE('2018-01-01'), ''), CONCAT(0.1 + 0.2), CONCAT(1e20), CONCAT(1e-5), CONCAT(123456789012345678), CONCAT(1.0e15), CONCAT(-0.0)

SELECT CAST('12' AS SIGNED), CAST('-12.7' AS SIGNED), CAST(12.5 AS SIGNED), CAST(-12.5 AS SIGNED), CAST('1e3' AS SIGNED), CAST(1e3 AS SIGNED), CAST('99999999999999999999' AS SIGNED), CAST('99999999999999999999' AS UNSIGNED), CAST(-1 AS UNSIGNED), CAST('-1' AS UNSIGNED), CAST(1.5 AS UNSIGNED), CAST(NULL AS SIGNED), CAST('' AS SIGNED), CAST(TRUE AS SIGNED)

SELECT CAST(1.55 AS DECIMAL), CAST(1.55 AS DECIMAL(5,1)), CAST('1.555' AS DECIMAL(10,2)), CAST(-1.555 AS DECIMAL(10,2)), CAST(1e3 AS DECIMAL(10,3)), CAST('abc' AS DECIMAL(5,2)), CAST(12345 AS DECIMAL(3,0)), CAST(1/3 AS DECIMAL(20,10)), CAST(NULL AS DECIMAL(5,2)), CAST(DATE('2018-01-01') AS DECIMAL(10)), CAST('1.5' AS DOUBLE), CAST(1 AS DOUBLE), CAST('1e-3' AS FLOAT)

SELECT CAST(1.50 AS CHAR), CAST(1e3 AS CHAR), CAST('abcdef' AS CHAR(3)), CAST(123 AS CHAR(2)), CAST('abc' AS BINARY), CAST('abc' AS BINARY(2)), HEX(CAST('a' AS BINARY(3))), CAST(NULL AS CHAR), CONVERT(12, CHAR), CONVERT('a' USING utf8), CAST(DATE('2018-01-01') AS CHAR), CAST(TRUE AS CHAR), CAST(1/3 AS CHAR)

-- # numbers
SELECT 1/3, 2/3, 1/3*3, 10/4, 7/7, 1.0/3, 1.00/3, 1/3.0, 5/2.5, 1e0/3, 1/0.1, 100*1/3, 100*(1/3), 1/3/3, 0.1/3, 22/7/2

SELECT SUM(page_len)/COUNT(*), SUM(page_len)/SUM(page_is_redirect), AVG(page_len)/2, AVG(page_len)*100, SUM(page_len)*1.0/COUNT(*), 100*SUM(page_is_redirect)/COUNT(*), ROUND(100*SUM(page_is_redirect)/COUNT(*), 2), ROUND(AVG(page_len)), AVG(page_len) DIV 1, SUM(page_len) % 7 FROM page

SELECT 1.5 + 1, 1.50 + 1.5, 1.5 * 1.5, 1.25 * 100, 1.5 - 2, 3 * 0.1, 1.10 * 2.20, 5.0 % 3, 5.5 % 2, 5.5 DIV 2, -7 DIV 2, -7 % 3, 7 % -3, 7 MOD 3, 1.5 DIV 0.5, 0.3 % 0.1

SELECT ROUND(1.005, 2), ROUND(1234.567, -2), ROUND(1234.567), ROUND(-1.5), ROUND(0.5), ROUND(1.5e0), ROUND(2.5e0), ROUND(1e0/3, 4), ROUND('1.55', 1), ROUND(NULL), ROUND(15, -1), ROUND(1.5, 5), TRUNCATE(-1.999, 2), TRUNCATE(123, -1), CEIL(-1.5), FLOOR(1.5e0), CEILING(1)

SELECT ABS(-1), ABS(-1.50), ABS('-3'), SIGN(-2.5), MOD(10, 3), MOD(10.5, 3), POW(2, 10), POWER(2, 0.5), SQRT(2), SQRT(-1), EXP(1), LN(2), LOG(2, 8), LOG10(1000), LOG2(8), PI(), DEGREES(PI()), SIN(1), ATAN(1), ATAN2(1, 2), RADIANS(90), COT(1), LOG(0), CRC32('a')

SELECT FORMAT(1234567.891, 2), FORMAT(1234567.891, 0), FORMAT(0.5, 0), FORMAT(-1234.5, 1), FORMAT('1234', 2), FORMAT(NULL, 2), FORMAT(1e10, 3)

SELECT 9223372036854775807 + 0, 18446744073709551615, 18446744073709551615 - 1, 9223372036854775807 * 1.0, 99999999999999999999, 99999999999999999999 + 1, -9223372036854775808, 18446744073709551615 / 2, 0.1 + 0.2, 1e308, -1e-7, 123456789.123456789, 1.7976931348623157e308

-- answered: what does not fit is NULL
SELECT 9223372036854775807 + 1

-- answered: what does not fit is NULL
SELECT 9223372036854775807 * 2

-- answered: what does not fit is NULL
SELECT CAST(1 AS UNSIGNED) - 2

-- answered: what does not fit is NULL
SELECT 18446744073709551615 + 1

-- answered: what does not fit is NULL
SELECT -9223372036854775808 - 1

-- answered: what does not fit is NULL
SELECT page_id - 1000000 FROM page ORDER BY page_id LIMIT 1

-- answered: what does not fit is NULL
SELECT EXP(1000), POW(10, 400)

SELECT CAST(1 AS SIGNED) - 2, CAST(page_id AS SIGNED) - 1000000, page_id - 1.0 - 1000000, page_id * 1.0 - 1000000, 0 - CAST(page_id AS SIGNED) FROM page ORDER BY page_id LIMIT 2

SELECT -page_id, - - page_id, +page_id, ABS(-page_id), -page_len * 2 FROM page ORDER BY page_id LIMIT 2

SELECT 5 & 3, 5 | 3, 5 ^ 3, ~0, ~5 & 255, 1 << 3, 1 << 63, 1 << 64, 255 >> 4, -1 >> 60, -1 & 255, 5 & '3', 5.6 & 3, NULL & 1, 0xFF & 15, 0xFF + 0, b'101' + 0, BIT_COUNT(255), 1 | 2 & 4, 6 ^ 2 | 1

SELECT log_id, log_deleted & 1, log_deleted & 4 = 4, log_deleted & (1 | 4), log_deleted << 2, log_deleted ^ 15, NOT log_deleted & 1, log_deleted & 2 > 0 FROM logging ORDER BY log_id LIMIT 4

SELECT BIT_AND(page_namespace), BIT_OR(page_namespace), BIT_XOR(page_namespace), BIT_OR(page_is_redirect << 1) FROM page

SELECT CONV(255, 10, 16), CONV('ff', 16, 2), CONV(-1, 10, 16), CONV('z', 36, 10), CONV('12', 3, 10), HEX('abc'), HEX(255), HEX(-1), UNHEX('616263'), UNHEX('zz'), BIN(10), OCT(64), ORD('a'), ASCII(''), CHAR(77, 121)

SELECT 0x4D, 0x4D + 0, x'4D', 0x4D = 'M', HEX(0x4D), CONCAT(0x4D, 'x'), b'01001101', CAST(0x4D AS UNSIGNED), 0x4D = 77

SELECT page_random, page_random + 0, page_random * 1000, page_random / 3, ROUND(page_random, 5), page_random > 0.5, CAST(page_random AS CHAR), CAST(page_random AS DECIMAL(10,6)), FORMAT(page_random, 4), CONCAT(page_random), page_random * 1e10, page_random / 1e10 FROM page ORDER BY page_id LIMIT 5

SELECT 1e10, 1e15, 1e16, 1e17, 1.5e300, 1e-4, 1e-5, 1e-15, 123456789012345678e0, 0.1e0, 1/3e0, 100e0, 1e0, -0e0, 12345.678e0, 1e14 + 0.5e0, 1.0e0/7

SELECT ROUND(AVG(page_random), 12), ROUND(SUM(page_random), 12), MIN(page_random), MAX(page_random), AVG(page_id), SUM(page_id * 0.5), AVG(page_id * 0.5), VARIANCE(page_id), STDDEV(page_id), AVG(DISTINCT page_namespace), SUM(DISTINCT page_namespace) FROM page WHERE page_id < 20

SELECT SUM('1'), SUM('1.5'), AVG('1'), MAX('1'), MIN('b'), SUM(NULL), SUM(1.5), SUM(1e0), SUM(TRUE), AVG(TRUE), COUNT('a'), MAX(DATE('2018-01-01')), MIN(1.50), BIT_OR('5') FROM page WHERE page_id = 1

-- # HAVING and ORDER BY
SELECT page_namespace AS ns, COUNT(*) AS n FROM page GROUP BY ns HAVING n > 1 AND ns > 0 ORDER BY n DESC, ns

-- answered: computing with the alias of an aggregate
SELECT page_namespace AS ns, COUNT(*) AS n, SUM(page_len) AS s FROM page GROUP BY ns HAVING s / n > 100 ORDER BY s / n DESC

SELECT page_namespace, COUNT(*) FROM page GROUP BY page_namespace HAVING COUNT(*) > (SELECT AVG(n) FROM (SELECT COUNT(*) AS n FROM page GROUP BY page_namespace) t) ORDER BY 1

SELECT page_title AS t FROM page HAVING t LIKE 'M%' ORDER BY t

SELECT page_id, page_len * 2 AS d FROM page HAVING d > 1000 ORDER BY d, page_id LIMIT 5

SELECT page_namespace FROM page GROUP BY page_namespace HAVING MAX(page_len) > 500 AND MIN(page_len) < 100 ORDER BY MAX(page_len) DESC, page_namespace

SELECT page_namespace, COUNT(*) AS page_len FROM page GROUP BY page_namespace HAVING page_len > 5 ORDER BY page_len, 1

SELECT COUNT(*) AS n FROM page HAVING n > 1

SELECT page_id FROM page ORDER BY 1 DESC LIMIT 3

SELECT page_id AS x, page_namespace FROM page ORDER BY 2, x LIMIT 3

SELECT page_id, -page_id AS page_id_ FROM page ORDER BY page_id_ LIMIT 3

SELECT page_id, -page_id AS x FROM page ORDER BY x + 0 LIMIT 3

SELECT page_namespace AS page_id, page_id AS page_namespace FROM page ORDER BY page_id, page_namespace LIMIT 5

SELECT page_id FROM page ORDER BY page_namespace = 0 DESC, page_len DESC, page_id LIMIT 5

SELECT page_title FROM page ORDER BY FIELD(page_namespace, 4, 2, 0) DESC, page_id LIMIT 5

SELECT page_title FROM page ORDER BY page_namespace DESC, page_title LIMIT 2, 3

SELECT page_title FROM page ORDER BY page_title LIMIT 3 OFFSET 100000

SELECT page_title FROM page ORDER BY page_title LIMIT 0, 2

SELECT page_id FROM page ORDER BY page_id LIMIT 18446744073709551615 OFFSET 4

SELECT page_id FROM page ORDER BY page_id + 0 DESC LIMIT 3

SELECT page_id FROM page ORDER BY CONCAT(page_id) LIMIT 5

SELECT page_id FROM page ORDER BY page_id IN (5, 3) DESC, page_id LIMIT 4

SELECT page_lang, COUNT(*) FROM page GROUP BY page_lang ORDER BY page_lang IS NULL DESC, page_lang

SELECT rev_actor, COUNT(*) FROM revision GROUP BY rev_actor ORDER BY COUNT(*) DESC, rev_actor LIMIT 5

-- answered: computing with the alias of an aggregate
SELECT rev_actor, COUNT(*) AS c FROM revision GROUP BY rev_actor ORDER BY c * -1, rev_actor LIMIT 5

SELECT LEFT(rev_timestamp, 6) AS m, COUNT(*) FROM revision GROUP BY LEFT(rev_timestamp, 6) ORDER BY LEFT(rev_timestamp, 6) DESC

SELECT DATE(rev_timestamp) AS rev_timestamp, COUNT(*) FROM revision GROUP BY DATE(rev_timestamp) ORDER BY rev_timestamp LIMIT 5

SELECT rev_timestamp, COUNT(*) AS n FROM revision GROUP BY DATE(rev_timestamp) HAVING n > 100000

SELECT page_namespace, page_title FROM page WHERE (page_namespace, page_title) IN ((0, 'Main_Page'), (4, 'About')) ORDER BY 1, 2

SELECT page_id FROM page WHERE (page_namespace, page_id) > (1, 5) ORDER BY page_id LIMIT 3

SELECT 1 <=> 1, 1 <=> NULL, NULL <=> NULL, NOT (1 <=> NULL), 'a' <=> 'A', (1, NULL) <=> (1, NULL)

SELECT COUNT(*) FROM page WHERE page_lang <=> NULL

SELECT COUNT(*) FROM revision a JOIN revision b ON a.rev_parent_id <=> b.rev_parent_id WHERE a.rev_id < 20 AND b.rev_id < 20

-- # joins
SELECT STRAIGHT_JOIN page_title, rev_id FROM page JOIN revision ON rev_page = page_id WHERE page_id = 1 ORDER BY rev_id LIMIT 3

SELECT page_id, page_title, rev_id FROM page STRAIGHT_JOIN revision ON page_latest = rev_id ORDER BY page_id LIMIT 3

SELECT * FROM (SELECT 1 AS a, 2 AS b) x NATURAL JOIN (SELECT 1 AS a, 3 AS c) y

SELECT * FROM (SELECT 1 AS a, 2 AS b) x NATURAL LEFT JOIN (SELECT 2 AS a, 3 AS c) y

SELECT * FROM (SELECT 1 AS a, 2 AS b) x NATURAL RIGHT JOIN (SELECT 2 AS a, 3 AS c) y

SELECT * FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 2 AS b, 1 AS a) y USING (a, b)

SELECT x.a, y.a, b FROM (SELECT 1 AS a, 2 AS b) x LEFT JOIN (SELECT 2 AS a) y USING (a)

SELECT a FROM (SELECT 1 AS a) x RIGHT JOIN (SELECT 2 AS a) y USING (a)

SELECT x.*, y.* FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y USING (a)

SELECT * FROM (SELECT 1 AS a) x JOIN (SELECT 1 AS a) y ON x.a = y.a

SELECT * FROM (SELECT 1 AS a) x, (SELECT 2 AS b) y JOIN (SELECT 3 AS c) z ON c > b

SELECT * FROM (SELECT 1 AS a) x LEFT JOIN ((SELECT 1 AS b) y JOIN (SELECT 1 AS c) z ON b = c) ON a = b

SELECT * FROM (SELECT 1 AS a UNION SELECT 2) x LEFT JOIN (SELECT 1 AS b) y ON a = b AND b > 5 ORDER BY a

SELECT p.page_id, COUNT(r.rev_id) AS n FROM page p LEFT OUTER JOIN revision r ON r.rev_page = p.page_id AND r.rev_minor_edit = 1 GROUP BY p.page_id ORDER BY n DESC, p.page_id LIMIT 5

SELECT COUNT(*) FROM page p INNER JOIN page q ON p.page_title = q.page_title AND p.page_namespace = 0 AND q.page_namespace = 1

SELECT t.page_title, u.page_title FROM page t, page u WHERE t.page_id = u.page_id + 1 ORDER BY t.page_id LIMIT 3

SELECT COUNT(*) FROM (page, site_stats) JOIN revision ON rev_page = page_id

-- # subqueries
SELECT 1 IN (SELECT NULL), 1 NOT IN (SELECT NULL), 1 IN (SELECT 1 UNION SELECT NULL), 2 NOT IN (SELECT 1 UNION SELECT NULL), NULL IN (SELECT 1), NULL IN (SELECT 1 FROM page WHERE 0), NULL NOT IN (SELECT 1 FROM page WHERE 0), EXISTS (SELECT NULL), EXISTS (SELECT 1 FROM page WHERE 0)

SELECT COUNT(*) FROM page WHERE page_id NOT IN (SELECT rev_parent_id FROM revision)

SELECT COUNT(*) FROM page WHERE page_id NOT IN (SELECT NULLIF(rev_page, 1) FROM revision)

SELECT COUNT(*) FROM page p WHERE NOT EXISTS (SELECT 1 FROM revision WHERE rev_page = p.page_id AND rev_minor_edit = 1)

SELECT COUNT(*) FROM page p WHERE EXISTS (SELECT rev_page FROM revision r WHERE r.rev_page = p.page_id GROUP BY rev_page HAVING COUNT(*) > 2)

SELECT page_id, (SELECT MAX(rev_id) FROM revision WHERE rev_page = page_id) AS last, (SELECT COUNT(*) FROM revision WHERE rev_page = page_id AND rev_id < page_latest) AS before_ FROM page ORDER BY page_id LIMIT 5

SELECT page_id FROM page WHERE page_len = (SELECT MAX(page_len) FROM page) OR page_len <= ALL (SELECT page_len FROM page) ORDER BY page_id

SELECT page_id FROM page WHERE page_id > ANY (SELECT 5 UNION SELECT 10) ORDER BY page_id LIMIT 2

SELECT page_id FROM page WHERE page_id = SOME (SELECT rev_page FROM revision WHERE rev_minor_edit) ORDER BY page_id LIMIT 2

SELECT (SELECT page_title FROM page WHERE page_id = -1), (SELECT COUNT(*) FROM page WHERE page_id = -1), (SELECT NULL), (SELECT 1 + 1)

SELECT t.ns, t.n FROM (SELECT page_namespace ns, COUNT(*) n FROM page GROUP BY 1) AS t WHERE t.n = (SELECT MAX(n) FROM (SELECT COUNT(*) n FROM page GROUP BY page_namespace) u)

SELECT * FROM (SELECT page_id FROM page ORDER BY page_len DESC, page_id LIMIT 3) t ORDER BY page_id

SELECT a.page_id FROM (SELECT page_id FROM page WHERE page_namespace = 0) a LEFT JOIN (SELECT DISTINCT rev_page FROM revision WHERE rev_minor_edit = 1) b ON b.rev_page = a.page_id WHERE b.rev_page IS NULL ORDER BY 1 LIMIT 5

-- # unions
SELECT 1 AS x UNION SELECT 2.5 UNION SELECT '3' ORDER BY x

SELECT 1 UNION ALL SELECT 1.50 UNION ALL SELECT 2e0

SELECT 'a' UNION ALL SELECT 1

SELECT NULL UNION ALL SELECT 'a'

SELECT DATE('2018-01-01') UNION ALL SELECT 'x'

SELECT DATE('2018-01-01') UNION ALL SELECT TIMESTAMP('2018-01-01 10:00:00')

SELECT 1 UNION ALL SELECT -1 UNION ALL SELECT 18446744073709551615

SELECT page_id FROM page WHERE page_id < 3 UNION ALL SELECT page_title FROM page WHERE page_id < 3

SELECT page_len FROM page WHERE page_id < 3 UNION ALL SELECT 0.5

SELECT page_namespace, COUNT(*) FROM page GROUP BY 1 UNION ALL SELECT 'total', COUNT(*) FROM page ORDER BY 1

SELECT 1, 2 UNION SELECT 1, 2 UNION ALL SELECT 1, 2

(SELECT 1 AS a) UNION (SELECT 2) ORDER BY a DESC LIMIT 1

(SELECT page_id FROM page ORDER BY page_id LIMIT 2) UNION (SELECT page_id FROM page ORDER BY page_id DESC LIMIT 2) ORDER BY page_id

SELECT 1 AS a UNION SELECT 2 AS b UNION SELECT 3 ORDER BY 1 DESC

SELECT * FROM (SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT NULL) t ORDER BY a

SELECT COUNT(*), SUM(a) FROM (SELECT 1 AS a UNION SELECT 1 UNION SELECT 2) t

SELECT 'x' AS k, COUNT(*) AS n FROM page UNION SELECT 'longer name', COUNT(*) FROM revision ORDER BY n

-- # windows
SELECT page_id, ROW_NUMBER() OVER (ORDER BY page_len DESC, page_id) AS n, RANK() OVER (ORDER BY page_namespace) AS r, DENSE_RANK() OVER (ORDER BY page_namespace) AS d FROM page ORDER BY page_id LIMIT 6

SELECT page_namespace, page_id, COUNT(*) OVER (PARTITION BY page_namespace) AS n, SUM(page_len) OVER (PARTITION BY page_namespace ORDER BY page_id) AS running, AVG(page_len) OVER (PARTITION BY page_namespace) AS mean FROM page ORDER BY page_namespace, page_id LIMIT 10

SELECT month, n, n - LAG(n) OVER (ORDER BY month) AS change_, LEAD(n, 1) OVER (ORDER BY month) AS next_, ROUND(100 * n / SUM(n) OVER (), 1) AS pct FROM (SELECT LEFT(rev_timestamp, 6) AS month, COUNT(*) AS n FROM revision GROUP BY month) t ORDER BY month

SELECT page_namespace, COUNT(*) AS n, RANK() OVER (ORDER BY COUNT(*) DESC) AS place, SUM(COUNT(*)) OVER (ORDER BY page_namespace) AS running FROM page GROUP BY page_namespace ORDER BY page_namespace

SELECT rev_id, MIN(rev_len) OVER w AS lo, MAX(rev_len) OVER w AS hi, FIRST_VALUE(rev_len) OVER w AS f FROM revision WINDOW w AS (PARTITION BY rev_page ORDER BY rev_id) ORDER BY rev_id LIMIT 8

SELECT page_id, SUM(page_len) OVER (ORDER BY page_id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s, AVG(page_len) OVER (ORDER BY page_id ROWS UNBOUNDED PRECEDING) AS a, COUNT(page_lang) OVER () AS c FROM page ORDER BY page_id LIMIT 5

SELECT page_id, SUM(page_len) OVER (ORDER BY page_namespace RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM page ORDER BY page_id LIMIT 5

SELECT page_id, NTILE(3) OVER (ORDER BY page_id) AS t, NTH_VALUE(page_id, 2) OVER (ORDER BY page_id) AS second, PERCENT_RANK() OVER (ORDER BY page_id) AS p, CUME_DIST() OVER (ORDER BY page_id) AS c FROM page ORDER BY page_id LIMIT 6

-- words: neither knows a default of LEAD
SELECT LEAD(page_id, 1, 0) OVER (ORDER BY page_id) FROM page

SELECT * FROM (SELECT rev_page, rev_id, ROW_NUMBER() OVER (PARTITION BY rev_page ORDER BY rev_timestamp DESC, rev_id DESC) AS n FROM revision) t WHERE n = 1 ORDER BY rev_page LIMIT 5

SELECT DISTINCT page_namespace, MAX(page_len) OVER (PARTITION BY page_namespace) AS m FROM page ORDER BY page_namespace

-- # WITH
WITH a AS (SELECT page_namespace AS ns, COUNT(*) AS n FROM page GROUP BY ns), b AS (SELECT MAX(n) AS m FROM a) SELECT ns, n, n / m FROM a, b ORDER BY ns

WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT * FROM a UNION ALL SELECT * FROM b

WITH RECURSIVE m AS (SELECT CAST('2018-01-01' AS DATE) AS d UNION ALL SELECT d + INTERVAL 1 MONTH FROM m WHERE d < '2018-06-01') SELECT DATE_FORMAT(d, '%Y-%m') AS month FROM m ORDER BY d

WITH RECURSIVE c (cat, depth) AS (SELECT cat_title, 0 FROM category WHERE cat_id = 1 UNION ALL SELECT page_title, depth + 1 FROM c JOIN categorylinks ON cl_to = cat JOIN page ON page_id = cl_from AND page_namespace = 14 WHERE depth < 3) SELECT depth, COUNT(*) FROM c GROUP BY depth ORDER BY depth

WITH p AS (SELECT page_id, page_title FROM page WHERE page_namespace = 0), r AS (SELECT rev_page, COUNT(*) AS n FROM revision GROUP BY rev_page) SELECT page_title, n FROM p JOIN r ON rev_page = page_id ORDER BY n DESC, page_id LIMIT 5

WITH RECURSIVE f AS (SELECT 1 AS a, 1 AS b UNION ALL SELECT b, a + b FROM f WHERE b < 50) SELECT a FROM f

-- # JSON
SELECT JSON_VALUE('{"a": 15}', '$.a'), JSON_UNQUOTE(JSON_EXTRACT('{"a": "q"}', '$.a')), JSON_LENGTH('[1, 2, 3]'), JSON_VALID('[]'), JSON_VALID('x'), JSON_EXTRACT('{"a": 1}', '$.z')

-- refused: JSON is read, not made
SELECT JSON_OBJECT('a', 1, 'b', 'x'), JSON_ARRAY(1, 'x', NULL)

-- # text
SELECT SUBSTRING('abcdef', 2), SUBSTRING('abcdef', -2), SUBSTRING('abcdef', 0), SUBSTRING('abcdef', 2, -1), SUBSTRING('abcdef' FROM 3), SUBSTRING('abcdef' FROM 2 FOR 2), LEFT('abc', 0), LEFT('abc', -1), RIGHT('abc', 10), MID('abc', 2, 1), SUBSTR('äbc', 1, 1), SUBSTR(BINARY 'äbc', 1, 1) = BINARY 'ä'

SELECT SUBSTRING_INDEX('a.b.c', '.', 2), SUBSTRING_INDEX('a.b.c', '.', -1), SUBSTRING_INDEX('a.b.c', '.', 0), SUBSTRING_INDEX('abc', '.', 1), SUBSTRING_INDEX('a--b--c', '--', 2), SUBSTRING_INDEX('', '.', 1), SUBSTRING_INDEX(NULL, '.', 1), SUBSTRING_INDEX('abc', '', 1)

SELECT LPAD('7', 3, '0'), RPAD('abc', 2, 'x'), LPAD('abc', 10, 'xy'), LPAD('a', 3), REPEAT('ab', 3), REPEAT('a', 0), REPEAT('a', -1), SPACE(3), REVERSE('abc'), INSERT('abcdef', 2, 2, 'XX'), INSERT('abc', 10, 1, 'x'), REPLACE('abcabc', 'b', ''), REPLACE('abc', '', 'x'), LOCATE('b', 'abcb', 3), LOCATE('z', 'abc'), LOCATE('', 'abc'), INSTR('abc', 'c'), ELT(1, 'x', 'y'), MAKE_SET(5, 'a', 'b', 'c'), QUOTE("it's"), QUOTE(NULL), SOUNDEX('Robert'), STRCMP('b', 'a')

SELECT MD5('a'), SHA1('a'), SHA2('a', 256), TO_BASE64('abc'), FROM_BASE64('YWJj'), CRC32('abc'), HEX('ä'), LENGTH('ä'), CHAR_LENGTH('ä'), BIT_LENGTH('a'), OCTET_LENGTH('ä'), ORD('ä'), UNHEX(HEX('ä')), ASCII('ä')

SELECT CONCAT_WS('-', 'a', NULL, 'b', ''), CONCAT_WS(NULL, 'a'), CONCAT('a', 1, 2.50, NULL), 1

-- words
SELECT CONCAT()

SELECT CONCAT_WS(', ', page_id, page_title) AS c, CONCAT('<', page_title, '>') AS d, CONCAT(LEFT(page_title, 1), LOWER(SUBSTR(page_title, 2))) AS e FROM page ORDER BY page_id LIMIT 3

SELECT 'a' 'b', 'it''s', "say ""hi""", 'tab\there', 'nul\0x' AS nul, 'cr\rx', 'back\\slash', 'perc\%ent', 'under\_score', 'q\'q', 'z\zz', ''

SELECT "page_title" FROM page LIMIT 1

SELECT page_title "quoted alias", page_id 'single', page_len AS `back tick` FROM page ORDER BY page_id LIMIT 1

SELECT INET_NTOA(3232235777), INET_ATON('192.168.1.1'), INET_ATON('x'), 1 AS one, VERSION() LIKE '10.11%', CONNECTION_ID() > 0, LAST_INSERT_ID(), ROW_COUNT() IS NOT NULL

SELECT CHAR_LENGTH(comment_text), LENGTH(comment_text), LEFT(comment_text, 10) FROM comment ORDER BY comment_id LIMIT 10

SELECT NOW() > '2018-01-01', CURDATE() = CURRENT_DATE, LENGTH(NOW()), LENGTH(CURTIME()), UNIX_TIMESTAMP() > 1500000000, SYSDATE() IS NOT NULL, UTC_TIMESTAMP() = NOW(), LENGTH(UTC_DATE()), NOW() + 0 > 20180101000000, LENGTH(CURRENT_TIMESTAMP), DATE_FORMAT(NOW(), '%Y') >= 2018

-- # dates in parts, letters of scripts, variables
SELECT rev_id, STR_TO_DATE(rev_timestamp, '%Y%m%d%H%i%s') + INTERVAL 1 WEEK, STR_TO_DATE(LEFT(rev_timestamp, 6), '%Y%m'), STR_TO_DATE(CONCAT(LEFT(rev_timestamp, 10), '0000'), '%Y%m%d%H%i%s') FROM revision ORDER BY rev_id LIMIT 3

SELECT STR_TO_DATE('01,5,2018', '%d,%m,%Y'), STR_TO_DATE('May 1, 2018', '%M %d, %Y'), STR_TO_DATE('2018-05-01 10:11:12', '%Y-%m-%d %H:%i:%s'), STR_TO_DATE('10:11', '%H:%i'), STR_TO_DATE('2018', '%Y'), STR_TO_DATE('x', '%Y'), STR_TO_DATE('20180501T101112Z', '%Y%m%dT%H%i%sZ')

SELECT STR_TO_DATE('2018-05-01 extra', '%Y-%m-%d'), STR_TO_DATE('1/2/18', '%c/%e/%y'), STR_TO_DATE('Tue May 01 2018', '%a %b %d %Y'), STR_TO_DATE('201818 Monday', '%X%V %W'), STR_TO_DATE(NULL, '%Y')

SET @a = 1, @b = '2', @c = 1.50, @d = NULL, @e = 1e3; SELECT @a, @b, @c, @d, @e, @a + @b, @c + 0 = 1.5, CONCAT(@b, @a), @e + 1

SELECT STR_TO_DATE('201718 Sunday', '%X%V %W'), STR_TO_DATE('201818 Monday', '%x%v %W'), STR_TO_DATE('2018 18 0', '%X %V %w'), STR_TO_DATE('20181 Sunday', '%x%v %W'), STR_TO_DATE('2018 1 6', '%X %V %w'), STR_TO_DATE('2018 10 Tue', '%Y %U %a'), STR_TO_DATE('2018 10 Tue', '%Y %u %a'),  STR_TO_DATE('05-01', '%m-%d'), STR_TO_DATE('2018 100','%Y %j'), STR_TO_DATE('2018 10','%Y %H')

SELECT STR_TO_DATE(CONCAT(YEARWEEK(rev_timestamp), ' Sunday'), '%X%V %W') AS week, COUNT(*) FROM revision GROUP BY week ORDER BY week

SELECT STR_TO_DATE(LEFT(rev_timestamp, 6), '%Y%m') AS month, COUNT(*), MIN(STR_TO_DATE(LEFT(rev_timestamp, 6), '%Y%m')) FROM revision GROUP BY month ORDER BY month

SELECT DATE_FORMAT(STR_TO_DATE('2018-05', '%Y-%m'), '%b %Y'), YEAR(STR_TO_DATE('2018', '%Y')), CONCAT(STR_TO_DATE('2018-05', '%Y-%m'), ''), LAST_DAY(STR_TO_DATE('2018-05', '%Y-%m')), STR_TO_DATE('2018-05', '%Y-%m') > '2018-04-01', COALESCE(NULL, STR_TO_DATE('2018-05', '%Y-%m'))

SELECT * FROM (SELECT STR_TO_DATE('2018-05', '%Y-%m') AS m UNION ALL SELECT STR_TO_DATE('2018-06', '%Y-%m')) t ORDER BY m

SELECT 'é' REGEXP '\\w', 'é' REGEXP '[[:alpha:]]', 'é' REGEXP '^[\\w ]+$', BINARY 'é' REGEXP '\\w', 'é!' REGEXP '[^[:alnum:]]', 'a\\w' REGEXP 'a\\\\w', 'é' REGEXP '[[:alpha:]_-]'

SET @d = 1.50; SELECT @d, @d + 1.25 > 2, CONCAT(@d, '')

SET @e = 1e3, @f = -2.5e-3, @g = 0.1e0; SELECT @e, @f, @g, @e / 3

SET @z = 1.10 + 2.20; SELECT @z

-- # refusals
-- both
SELECT nosuch FROM page

-- both
SELECT page.nosuch FROM page

-- both
SELECT p.page_id FROM page

-- both
SELECT page_id FROM page p WHERE page.page_id = 1

-- both
SELECT page_id FROM page WHERE nosuch = 1

-- both
SELECT page_id FROM page GROUP BY nosuch

-- both
SELECT page_id FROM page ORDER BY nosuch

-- both
SELECT page_id FROM page HAVING nosuch = 1

-- both
SELECT page_id FROM page JOIN revision ON nosuch = 1

-- both
SELECT page_id FROM page JOIN revision USING (nosuch)

-- both
SELECT page_id FROM page a JOIN page b ON a.page_id = b.page_id

-- both
SELECT a.page_id FROM page a JOIN page b ON page_id = 1

-- both
SELECT a.page_id FROM page a JOIN page b WHERE page_id = 1

-- both
SELECT a.page_id FROM page a JOIN page b GROUP BY page_title

-- both
SELECT a.page_id FROM page a JOIN page b ORDER BY page_title

-- both
SELECT * FROM nosuch

-- both
SELECT * FROM enwiki.nosuch

-- both
SELECT * FROM nosuchdb.page

-- both
SELECT nosuch()

-- both
SELECT NoSuch(1, 2)

-- both
SELECT nosuch(page_id) FROM page

-- both
SELECT COUNT(*) FROM page WHERE SUM(page_id) > 1

-- both
SELECT SUM(COUNT(*)) FROM page

-- both
SELECT page_id FROM page GROUP BY COUNT(*)

-- both
SELECT page_id FROM page GROUP BY 5

-- both
SELECT page_id FROM page ORDER BY 5

-- both
SELECT 1 UNION SELECT 1, 2

-- answered
SELECT * FROM (SELECT 1)

-- both
SELECT * FROM page a, page a

-- both
SELECT (SELECT 1, 2)

-- both
SELECT (SELECT page_id FROM page)

-- both
SELECT page_id IN (SELECT 1, 2) FROM page

-- both
SELECT (1, 2) = (1, 2, 3)

-- words
SELECT (1, 2)

-- words
SELECT page_id FROM page LIMIT -1

-- words
SELECT page_id FROM page LIMIT 'a'

-- words: what follows the place of the error
SELECT FROM page

-- words: what follows the place of the error
SELEC 1

-- words: what follows the place of the error
SELECT page_id page_title FROM page WHERE

-- words: what follows the place of the error
SELECT * FROM page WHERE page_id =

-- words
SELECT ABS()

-- words
SELECT ABS(1, 2)

-- both
SELECT CONCAT_WS(',')

-- words
SELECT MD5()

-- words
SELECT ROUND(1, 2, 3)

-- answered
SELECT IFNULL(1)

-- words
SELECT NULLIF(1)

-- answered
SELECT IF(1, 2)

-- words
SELECT DATE_FORMAT('2018-01-01')

-- both
SELECT @@nosuch

-- both
SELECT ROW_NUMBER() OVER () FROM page WHERE ROW_NUMBER() OVER () = 1

-- words
SELECT ROW_NUMBER() FROM page

-- both
SELECT RANK() OVER w FROM page

-- both
WITH a AS (SELECT 1) SELECT * FROM b

-- both
WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a

-- words: what follows the place of the error
SELECT * FROM page NATURAL JOIN

-- both
SELECT page_id AS a FROM page WHERE a = 1

-- both
SELECT COUNT(*) AS n FROM page WHERE n > 1

-- words
SELECT x.* FROM page

-- both
USE nosuchdb

-- both
SHOW COLUMNS FROM nosuch

-- both
DESCRIBE nosuch

-- both
SHOW TABLES FROM nosuchdb

-- both
SHOW CREATE TABLE nosuch

-- both
SET @@nosuch = 1

-- both
SET nosuch = 1

-- words: what follows the place of the error
SELECT DISTINCT page_id FROM page HAVING COUNT(

-- words
SELECT CAST(1 AS nosuch)

-- refused
SELECT page_id FROM page PROCEDURE ANALYSE()

-- words
SELECT a.b.c.d FROM page

-- words
SELECT EXTRACT(NOSUCH FROM '2018-01-01')

-- words
SELECT '2018-01-01' + INTERVAL 1 NOSUCH

-- words: what follows the place of the error
SELECT LEFT('a')

-- words: what follows the place of the error
SELECT SUM() FROM page

-- words: what follows the place of the error
SELECT SUM(1, 2) FROM page

-- words
SELECT COUNT(DISTINCT *) FROM page

-- words
SELECT MAX(DISTINCT page_id, 1) FROM page

-- words: what follows the place of the error
SELECT GROUP_CONCAT() FROM page

-- answered
SELECT page_id FROM page FORCE INDEX (nosuch)

-- both
EXPLAIN SELECT nosuch FROM page

SELECT LENGTH('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'), 'éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé'
