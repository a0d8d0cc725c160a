"""Expressions and queries that the engine and a real MariaDB must answer alike, over a small table of nasty values.

Columns of `v`: id, i int, u int unsigned, b bigint, ub bigint unsigned, t tinyint, d decimal(10,2), f double, s varbinary, n varbinary (numbers as text),
ts binary(14), w varchar (utf8mb4, compared without case), z all NULL.
"""

from __future__ import annotations

NUMBERS = """
i + 1; i - t; u + u; i * i; b DIV 2 + 1; t * t; d + i; d * d; d - 0.001; f + 1; f * 2; i / 2; i / 3; u / 7; d / 3; d / i; f / 3; i / 0; d / 0; f / 0;
1 / i; i DIV 3; i DIV 0; d DIV 3;
(f + 1) / 1e10 DIV 2; i % 3; i % 0; d % 3; f % 3; MOD(i, 2); -i; -d; -f; -t; +i; i & 7; u | 1; i ^ 3; ~t; ~u; 1 << t; u >> 1; i << 2; 1 << 64; 1 << 63;
b & 255; ub & 1; ub | 1;
i = 1; i <> 1; i < d; i <= f; u > 5; i >= n; i <=> NULL; i <=> z; i IS NULL; i IS NOT NULL; i IS TRUE; i IS NOT TRUE; i IS FALSE; NOT i; !i; NOT z;
i AND u; i OR u; i XOR u; i AND z; i OR z;
i BETWEEN 0 AND 5; i NOT BETWEEN 0 AND 5; d BETWEEN 0 AND i; i IN (1, 2, NULL); i NOT IN (1, 2); d IN (1, 2.5); i IN (1, '2'); n IN (1, 2);
s IN ('a', 'abc'); (i, u) = (1, 1); (i, t) IN ((1, 1), (-5, -5));
ABS(i); ABS(d); ABS(f); ABS(n); CEIL(d); CEIL(f); CEIL(i); FLOOR(d); FLOOR(f); ROUND(d); ROUND(d, 1); ROUND(i, -1); ROUND(d, -1); ROUND(f);
ROUND(f, 2); ROUND(i); ROUND(2.5); ROUND(-2.5); ROUND(1.005, 2);
TRUNCATE(d, 1); TRUNCATE(f, 1); TRUNCATE(i, -1); TRUNCATE(-1.999, 1); SIGN(i); SIGN(d); SIGN(f); SQRT(i); SQRT(f); POW(i, 2); POW(2, t); EXP(t); LN(i);
LN(f); LOG(i); LOG(2, i); LOG2(u); LOG10(u); LOG(0); PI();
DEGREES(t); RADIANS(t); SIN(t); COS(t); TAN(t); ASIN(t); ACOS(t); ATAN(t); ATAN2(t, 2); ATAN(t, 2); COT(t + 1000); BIT_COUNT(i); BIT_COUNT(ub);
CRC32(s); CRC32(n);
GREATEST(i, u); GREATEST(i, d); GREATEST(i, z); LEAST(i, u, t); LEAST(d, f); GREATEST('a', 'b'); GREATEST(i, 5, 2.5); INTERVAL(i, 0, 10, 20);
COALESCE(z, i); COALESCE(z, d, i); COALESCE(z, s, i); COALESCE(i, 'x'); IFNULL(z, 1); IFNULL(i, 'none'); NULLIF(i, 1); NULLIF(s, 'abc'); NULLIF(i, n);
IF(i, 'yes', 'no'); IF(z, 1, 0); IF(i > 0, i, d); IF(i, 1, 'x'); IF(i, NULL, 2);
CASE WHEN i > 0 THEN 'pos' WHEN i < 0 THEN 'neg' ELSE 'zero' END; CASE i WHEN 1 THEN 'one' WHEN '-5' THEN 'minus' END;
CASE WHEN i THEN 1 ELSE 2.50 END; CASE s WHEN 'abc' THEN i ELSE d END; CASE WHEN z THEN 1 END;
i + n; n * 2; n / 2; s + 0; n + n; '12abc' + 1; '1e2' + 0; ' 7' + 0; '.5' + 0; 'abc' * 1; -n; n % 3; n DIV 2; n = 12; n > 3; s = 0; '10' < 9;
'10' < '9'; n BETWEEN 1 AND 20; i = '1'; i = '1abc'; d = '2.50'; f = '1.5'; n & 1; n | 0; NOT n; NOT s; n AND 1; IF(n, 1, 0);
1 + 1; 2 * 3.5; 7 / 2; 10 / 3; 1 / 3 * 3; 2 / 3 * 100; 100 * 2 / 3; 1.10 + 2.205; 1.5 * 1.5; 5 / 2.0; 1e3; 1e3 + 1; 0.1 + 0.2; 1.0 / 3; 3.000; TRUE;
FALSE; TRUE + TRUE; NULL; 1 = 1.0; 9223372036854775807; 18446744073709551615; 4294967296 * 2; 0x41; x'4142'; b'1000001'; 0x41 = 'A';
i / 3 * 3; i / 7 * 100; (i / 3) = 0.3333; ROUND(i / 3, 2); ROUND(u / 7 * 100, 1); i / 2 + d; d / 7 / 2; CAST(i / 3 AS CHAR); CONCAT(i / 3);
(i > 0) + (u > 0); (i > 0) * 5; (s = 'abc') + 0; -(i > 0); (i > 0) = 1; i > 0 > 0
"""

CASTS = """
CAST(i AS CHAR); CAST(d AS CHAR); CAST(f AS CHAR); CAST(s AS CHAR); CAST(s AS CHAR(2)); CAST(n AS SIGNED); CAST(n AS UNSIGNED); CAST(i AS UNSIGNED);
CAST(d AS SIGNED); CAST(f AS SIGNED); CAST(d AS UNSIGNED);
CAST(n AS DECIMAL(10,2)); CAST(i AS DECIMAL(10,1)); CAST(f AS DECIMAL(10,2)); CAST(n AS DECIMAL); CAST(n AS DOUBLE); CAST('1.9' AS SIGNED);
CAST('-3' AS UNSIGNED); CAST(1.5 AS SIGNED); CAST(2.5 AS SIGNED); CAST(-1.5 AS SIGNED); CAST('abc' AS SIGNED);
CAST(ts AS DATE); CAST(ts AS DATETIME); CAST('2018-03-01' AS DATE); CAST('2018-03-01 10:11:12' AS DATETIME); CAST(20180301 AS DATE); CAST('x' AS DATE);
CAST(s AS BINARY); CAST(w AS BINARY) = 'ABC'; BINARY w = 'abc'; CONVERT(s USING utf8); CONVERT(i, CHAR); CONVERT(n, UNSIGNED);
CAST(ts AS UNSIGNED); CAST(LEFT(ts, 8) AS UNSIGNED); CAST(DATE(ts) AS CHAR); DATE '2018-03-01'; TIMESTAMP '2018-03-01 01:02:03';
CAST(NOW() AS DATE) = CURDATE(); CAST(i > 0 AS CHAR); CAST(ub AS SIGNED); CAST(b AS UNSIGNED)
"""

TEXTS = """
LEFT(s, 2); LEFT(s, 0); LEFT(s, -1); LEFT(s, 100); RIGHT(s, 2); RIGHT(s, 0); RIGHT(s, 100); SUBSTR(s, 2); SUBSTR(s, 2, 1); SUBSTR(s, 0); SUBSTR(s, -2);
SUBSTR(s, -2, 1); SUBSTR(s, -100); SUBSTR(s, 2, 0); SUBSTRING(s FROM 2 FOR 2); MID(s, 1, 2); LEFT(w, 2); SUBSTR(w, 2, 2); SUBSTR(s, t);
LEFT(ts, 6); SUBSTR(ts, 5, 2); RIGHT(ts, 6); CONCAT(LEFT(ts, 4), '-', SUBSTR(ts, 5, 2)); LEFT(i, 1); SUBSTRING_INDEX(s, 'b', 1);
SUBSTRING_INDEX(s, 'b', -1); SUBSTRING_INDEX('a.b.c', '.', 2); SUBSTRING_INDEX('a.b.c', '.', -2); SUBSTRING_INDEX('a.b.c', '.', 0);
SUBSTRING_INDEX('a.b.c', '.', 9); SUBSTRING_INDEX(s, '', 1); SUBSTRING_INDEX('', '.', 1);
CONCAT(s, i); CONCAT(s, z); CONCAT(s, d, f); CONCAT('a', 1, 2.50); CONCAT_WS(',', s, i); CONCAT_WS(',', s, z, i); CONCAT_WS(z, s, i);
CONCAT_WS('-', z, z); LENGTH(s); LENGTH(w); LENGTH(i); CHAR_LENGTH(s); CHAR_LENGTH(w); BIT_LENGTH(s); LENGTH(d); LENGTH('é'); CHAR_LENGTH('é');
LOCATE('b', s); LOCATE('b', s, 2); LOCATE('', s); LOCATE('b', s, 0); LOCATE('B', w); LOCATE('B', s); INSTR(s, 'c'); INSTR(w, 'C'); POSITION('b' IN s);
INSTR(s, 'é'); LOCATE(z, s); REPLACE(s, 'b', 'xx'); REPLACE(s, '', 'x'); REPLACE(w, 'B', 'x'); REPLACE(s, 'b', z);
REPLACE(REPLACE(s, 'a', 'b'), 'b', 'c');
TRIM(s); TRIM(LEADING 'a' FROM s); TRIM(TRAILING 'c' FROM s); TRIM(BOTH 'a' FROM s); TRIM('ab' FROM s); LTRIM('  a '); RTRIM('  a '); LPAD(s, 5, '0');
RPAD(s, 5, 'xy'); LPAD(s, 2, '0'); LPAD(i, 5, '0'); LPAD(s, 5, ''); LPAD(s, -1, 'x'); LPAD('a', 3); LOWER(s); UPPER(s); LOWER(w); UPPER(w);
UPPER('straße'); LOWER('ÀÉ'); UCASE(w); LCASE('ABC'); LOWER(CONVERT(s USING utf8));
REVERSE('abc'); REVERSE(w); REPEAT(s, 2); REPEAT(s, 0); REPEAT(s, -1); SPACE(3); HEX(s); HEX(i); HEX(255); HEX(-1); HEX(u); HEX('é'); UNHEX('4142');
UNHEX('zz'); UNHEX('414'); UNHEX(HEX(s)) = s; MD5(s); MD5(i); SHA1(s); SHA2(s, 256); MD5(''); ASCII(s); ASCII(''); ASCII('é'); ORD('é'); CHAR(65, 66);
CHAR(72 USING utf8); STRCMP(s, 'abc'); STRCMP('a', 'b'); STRCMP('a', 'A');
INSERT('Quadratic', 3, 4, 'What'); INSERT('abc', 0, 1, 'x'); INSERT('abc', 2, 100, 'x'); INSERT(s, 1, 1, 'Z'); ELT(2, 'a', 'b'); ELT(0, 'a');
ELT(t, 'x', 'y'); FIELD('b', 'a', 'b'); FIELD(s, 'abc', 'x'); FIELD(i, 1, 2); FIELD('B', 'a', 'b'); FIELD(z, 'a'); FIND_IN_SET('b', 'a,b');
FIND_IN_SET(s, 'abc,x'); FIND_IN_SET('', ''); FIND_IN_SET('x', ''); MAKE_SET(5, 'a', 'b', 'c'); MAKE_SET(1, z, 'b'); QUOTE(s); QUOTE('it''s');
QUOTE(NULL);
CONV('ff', 16, 10); CONV(255, 10, 16); CONV(s, 16, 10); CONV('zz', 36, 10); CONV('8', 8, 10); CONV('', 10, 2); CONV(u, 10, 2); BIN(5); BIN(i); OCT(8);
INET_NTOA(167772161); INET_ATON('10.0.0.1'); INET_ATON('300.1.1.1'); INET_ATON('x'); INET_NTOA(u);
INET6_NTOA(UNHEX('20010DB8000000000000000000000001')); INET6_NTOA(UNHEX('0A000001')); FORMAT(1234567.891, 2); FORMAT(i, 0); FORMAT(d, 1);
FORMAT(0.5, 0); TO_BASE64('abc'); TO_BASE64(s); FROM_BASE64('YWJj'); SOUNDEX('Robert'); SOUNDEX('Tymczak'); SOUNDEX('a');
s = 'abc'; s = 'ABC'; s = 'abc '; w = 'ABC'; w = 'abc   '; w = 'äbc'; w <> 'ABC'; s < 'b'; w < 'B'; 'a' = 'A'; 'a' = 'a '; BINARY 'a' = 'A'; 'é' = 'e';
w COLLATE utf8mb4_bin = 'ABC'; s IN ('ABC'); w IN ('ABC', 'x'); s BETWEEN 'a' AND 'b'; w BETWEEN 'A' AND 'B'; CONVERT(s USING utf8) = 'ABC';
CAST(s AS CHAR) = 'ABC';
s LIKE 'a%'; s LIKE 'A%'; w LIKE 'a%'; w LIKE 'A_C'; s LIKE '%b%'; s NOT LIKE 'a%'; s LIKE 'a\\_c'; s LIKE '10\\%'; s LIKE 'a|%c' ESCAPE '|';
s LIKE 'abc\\\\'; 'abc' LIKE 'ABC'; s LIKE ''; s LIKE z; i LIKE '1%'; ts LIKE '2018%'; w LIKE 'abc '; s LIKE s; s LIKE CONCAT('%', s);
s REGEXP '^a'; s REGEXP '^A'; w REGEXP '^A'; s RLIKE 'b$'; s NOT REGEXP 'x'; s REGEXP '[0-9]+'; i REGEXP '^-'; s REGEXP 'a|b'; s REGEXP '^$';
'abc' REGEXP '[[:<:]]abc[[:>:]]'; s REGEXP z; REGEXP_REPLACE(s, '[ab]', 'x'); REGEXP_REPLACE('abc', '(a)(b)', '\\\\2\\\\1'); REGEXP_SUBSTR(s, '[bc]+');
REGEXP_INSTR(s, 'b'); REGEXP_SUBSTR(s, 'q'); REGEXP_INSTR('abc', 'c')
"""

TIMES = """
DATE(ts); DATE('2018-03-01 10:00:00'); DATE('2018-3-1'); DATE('x'); DATE(z); DATE(20180301); DATE('20180301'); DATE('20180301101112'); YEAR(ts);
MONTH(ts); DAY(ts); DAYOFMONTH(ts); HOUR(ts); MINUTE(ts); SECOND(ts); QUARTER(ts); DAYOFWEEK(ts); WEEKDAY(ts); DAYOFYEAR(ts); HOUR('10:11:12');
MINUTE('10:11:12'); SECOND('10:11:12'); HOUR('100:00:00');
WEEK(ts); WEEK(ts, 0); WEEK(ts, 1); WEEK(ts, 2); WEEK(ts, 3); WEEK(ts, 5); WEEK(ts, 7); WEEKOFYEAR(ts); YEARWEEK(ts); YEARWEEK(ts, 1); YEARWEEK(ts, 3);
WEEK('2018-01-01', 1); WEEK('2017-12-31', 3); WEEK('2016-01-01', 3); WEEK('2016-01-01', 1); WEEK('2015-12-31', 2); YEARWEEK('2016-01-01');
YEARWEEK('2012-01-01', 2); DAYNAME(ts); MONTHNAME(ts);
EXTRACT(YEAR FROM ts); EXTRACT(MONTH FROM ts); EXTRACT(DAY FROM ts); EXTRACT(YEAR_MONTH FROM ts); EXTRACT(HOUR FROM ts); EXTRACT(DAY_HOUR FROM ts);
EXTRACT(HOUR_MINUTE FROM ts); EXTRACT(WEEK FROM ts); EXTRACT(QUARTER FROM ts); EXTRACT(MINUTE_SECOND FROM ts);
DATE_FORMAT(ts, '%Y-%m-%d'); DATE_FORMAT(ts, '%Y%m'); DATE_FORMAT(ts, '%H:%i:%s'); DATE_FORMAT(ts, '%T %r'); DATE_FORMAT(ts, '%M %e, %Y');
DATE_FORMAT(ts, '%a %W %b %c %k %l %p'); DATE_FORMAT(ts, '%j %w %y %D'); DATE_FORMAT(ts, '%U %u %V %v %X %x'); DATE_FORMAT(ts, '%% %q x');
DATE_FORMAT('2018-03-01', '%Y-%m-01'); DATE_FORMAT(z, '%Y'); DATE_FORMAT('bad', '%Y'); DATE_FORMAT(ts, '%h %I %S %f'); DATE_FORMAT(DATE(ts), '%d');
STR_TO_DATE(ts, '%Y%m%d%H%i%s'); STR_TO_DATE(LEFT(ts, 8), '%Y%m%d'); STR_TO_DATE('01/03/2018', '%d/%m/%Y'); STR_TO_DATE('bad', '%Y-%m-%d');
STR_TO_DATE('2018-03-01 10:11', '%Y-%m-%d %H:%i'); UNIX_TIMESTAMP(ts); UNIX_TIMESTAMP('2018-03-01'); UNIX_TIMESTAMP('2018-03-01 00:00:01');
FROM_UNIXTIME(1519862400); FROM_UNIXTIME(u); FROM_UNIXTIME(1519862400, '%Y-%m');
TIMESTAMPDIFF(DAY, '2018-01-01', ts); TIMESTAMPDIFF(MONTH, '2017-01-31', ts); TIMESTAMPDIFF(YEAR, '2010-06-01', ts);
TIMESTAMPDIFF(HOUR, ts, '2018-03-01'); TIMESTAMPDIFF(SECOND, ts, '2018-03-01'); TIMESTAMPDIFF(WEEK, '2018-01-01', ts);
TIMESTAMPDIFF(QUARTER, '2017-01-01', ts); TIMESTAMPDIFF(MINUTE, '2018-01-01 00:00:30', '2018-01-01 00:02:00'); DATEDIFF(ts, '2018-01-01');
DATEDIFF('2018-01-01', ts); DATEDIFF('2018-03-01 23:00:00', '2018-02-28 01:00:00');
DATE_ADD(ts, INTERVAL 1 DAY); DATE_ADD('2018-01-31', INTERVAL 1 MONTH); DATE_ADD('2018-01-31', INTERVAL 1 HOUR); DATE_SUB(ts, INTERVAL 2 WEEK);
DATE_SUB('2018-03-31', INTERVAL 1 MONTH); DATE(ts) + INTERVAL 1 DAY; DATE(ts) - INTERVAL 1 MONTH; DATE(ts) + INTERVAL 1 HOUR; ts + INTERVAL 90 MINUTE;
'2018-01-01' + INTERVAL 1 DAY; '2018-01-01 00:00:00' + INTERVAL 1 DAY; INTERVAL 1 YEAR + DATE(ts); DATE_ADD(DATE(ts), INTERVAL i DAY);
DATE_ADD('2018-01-01', INTERVAL '1:30' HOUR_MINUTE); DATE_ADD('2018-01-01', INTERVAL '1 2' DAY_HOUR);
DATE_ADD('2018-01-01', INTERVAL '1-2' YEAR_MONTH); DATE_ADD('2018-01-01', INTERVAL -1 QUARTER); DATE_ADD('9999-12-31', INTERVAL 1 DAY);
ADDDATE('2018-01-01', 31); SUBDATE('2018-01-01', 1); ADDDATE('2018-01-01', INTERVAL 1 DAY); TIMESTAMPADD(DAY, 1, '2018-01-01');
DATE_ADD('bad', INTERVAL 1 DAY);
LAST_DAY(ts); LAST_DAY('2016-02-10'); TO_DAYS(ts); TO_DAYS('2018-01-01'); FROM_DAYS(737060); TO_SECONDS('2018-01-01'); MAKEDATE(2018, 60);
MAKEDATE(2018, 0); MAKEDATE(18, 1); PERIOD_DIFF(201803, 201712); PERIOD_ADD(201711, 3); SEC_TO_TIME(3661); SEC_TO_TIME(-5); SEC_TO_TIME(100000);
TIME_TO_SEC('01:01:01'); TIME_TO_SEC(ts); TIMEDIFF('10:00:00', '09:30:00'); TIMEDIFF('2018-01-02 00:00:00', '2018-01-01 12:00:00');
TIME('2018-01-01 10:11:12'); TIME(ts); MAKETIME(10, 11, 12); TIME_FORMAT('10:11:12', '%H-%i'); TIMESTAMP('2018-01-01');
TIMESTAMP('2018-01-01', '01:00:00'); ADDTIME('10:00:00', '01:00:00'); SUBTIME('10:00:00', '01:00:00'); MICROSECOND('2018-01-01 10:11:12');
CONVERT_TZ('2018-01-01 00:00:00', '+00:00', '+01:30');
ts = 20180301101112; ts > 20180101000000; ts < '20180301'; ts BETWEEN 20180101000000 AND 20181231235959; DATE(ts) = '2018-03-01';
DATE(ts) >= '20180101'; DATE(ts) < CURDATE(); DATE(ts) BETWEEN '2018-01-01' AND '2018-12-31'; DATE(ts) = 20180301; DATE(ts) + 0;
CAST(ts AS DATETIME) + 0; CAST(ts AS DATETIME) = '2018-03-01 10:11:12'; DATE(ts) IN ('2018-03-01', '2017-01-01'); CONCAT(DATE(ts));
CONCAT(CAST(ts AS DATETIME)); IF(DATE(ts) > '2018-01-01', DATE(ts), NULL); COALESCE(DATE(ts), 'none'); LEFT(DATE(ts), 7); MAX(DATE(ts)); MIN(ts);
GREATEST(DATE(ts), '2018-01-01'); YEAR(DATE(ts)) * 100 + MONTH(DATE(ts)); DATE(ts) <=> NULL
"""

JSONS = """
JSON_EXTRACT('{"a": [1, 2]}', '$.a[1]'); JSON_EXTRACT('{"a": "x"}', '$.a'); JSON_UNQUOTE(JSON_EXTRACT('{"a": "x"}', '$.a'));
JSON_VALUE('{"a": "x"}', '$.a'); JSON_VALUE('{"a": [1]}', '$.a'); JSON_EXTRACT(s, '$.a'); JSON_LENGTH('[1,2,3]'); JSON_LENGTH('{"a": 1}');
JSON_LENGTH('1'); JSON_VALID('{}'); JSON_VALID(s); JSON_VALUE('{"a": 1.5}', '$.a'); JSON_EXTRACT('{"a": null}', '$.b'); JSON_UNQUOTE('"a\\\\"b"')
"""

QUERIES = """
SELECT COUNT(*) FROM v
SELECT COUNT(i), COUNT(DISTINCT i), COUNT(DISTINCT i, u), COUNT(z) FROM v
SELECT SUM(i), SUM(u), SUM(d), SUM(n), SUM(f), SUM(z), SUM(DISTINCT t) FROM v
SELECT AVG(i), AVG(u), AVG(d), AVG(f), AVG(n), AVG(z) FROM v
SELECT MIN(i), MAX(i), MIN(s), MAX(s), MIN(d), MAX(d), MIN(ts), MAX(ts), MIN(z) FROM v
SELECT STD(t), STDDEV_SAMP(t), VARIANCE(t), VAR_SAMP(t), STDDEV_POP(t) FROM v
SELECT BIT_AND(u), BIT_OR(u), BIT_XOR(u), BIT_AND(z), BIT_OR(z) FROM v
SELECT SUM(s = 'abc'), SUM(i > 0), AVG(i > 0), SUM(NOT i), COUNT(i > 0 OR NULL), SUM(IF(i > 0, 1, 0)) FROM v
SELECT SUM(i) / COUNT(*), SUM(i > 0) / COUNT(*) * 100, 100.0 * SUM(u > 5) / COUNT(*) FROM v
SELECT GROUP_CONCAT(i ORDER BY i), GROUP_CONCAT(DISTINCT t ORDER BY t DESC SEPARATOR '|'), GROUP_CONCAT(i, ':', u ORDER BY id), GROUP_CONCAT(z) FROM v
SELECT g, COUNT(*), SUM(i) FROM w GROUP BY g
SELECT g, h, COUNT(*) FROM w GROUP BY g, h
SELECT g, COUNT(*) AS c FROM w GROUP BY g HAVING c > 1 ORDER BY c DESC, g
SELECT g, SUM(i) FROM w GROUP BY g HAVING SUM(i) > 10
SELECT LEFT(ts, 6) AS month, COUNT(*) FROM w GROUP BY month ORDER BY month
SELECT LEFT(ts, 6), COUNT(*) FROM w GROUP BY 1 ORDER BY 1 DESC
SELECT g, h, COUNT(*) FROM w GROUP BY g, h WITH ROLLUP
SELECT g, COUNT(*) FROM w WHERE g = 'a' GROUP BY g ORDER BY NULL
SELECT g, COUNT(*) FROM w GROUP BY g ORDER BY COUNT(*) DESC, g LIMIT 2
SELECT g, COUNT(*) FROM w GROUP BY g ORDER BY g LIMIT 1, 2
SELECT g + 1, COUNT(*) + 1, CONCAT(g, ':', COUNT(*)) FROM w GROUP BY g
SELECT DISTINCT g FROM w ORDER BY g
SELECT DISTINCT g, h FROM w ORDER BY h DESC, g
SELECT COUNT(*) FROM w WHERE g IN (SELECT g FROM w WHERE i > 3)
SELECT id FROM w WHERE i > (SELECT AVG(i) FROM w) ORDER BY id
SELECT id, (SELECT COUNT(*) FROM w x WHERE x.g = w.g) AS n FROM w ORDER BY id
SELECT id FROM w WHERE EXISTS (SELECT 1 FROM v WHERE v.i = w.i) ORDER BY id
SELECT id FROM w WHERE NOT EXISTS (SELECT 1 FROM v WHERE v.i = w.i) ORDER BY id
SELECT id FROM w WHERE i >= ALL (SELECT i FROM w) ORDER BY id
SELECT id FROM w WHERE i = ANY (SELECT t FROM v) ORDER BY id
SELECT id FROM w WHERE (g, h) IN (SELECT g, h FROM w WHERE i = 5) ORDER BY id
SELECT id FROM w WHERE n IN (SELECT i FROM w) ORDER BY id
SELECT w.id, v.s FROM w JOIN v ON v.id = w.i ORDER BY w.id, v.s
SELECT w.id, v.s FROM w LEFT JOIN v ON v.id = w.i ORDER BY w.id
SELECT w.id, v.s FROM v RIGHT JOIN w ON v.id = w.i ORDER BY w.id
SELECT w.id FROM w JOIN v USING (id) ORDER BY w.id
SELECT COUNT(*) FROM w, v WHERE w.i = v.n
SELECT COUNT(*) FROM w JOIN v ON w.n = v.i
SELECT w.id FROM w CROSS JOIN v WHERE v.id = 1 ORDER BY 1
SELECT i FROM w UNION SELECT i FROM v ORDER BY i
SELECT i FROM w UNION ALL SELECT s FROM v ORDER BY 1
SELECT i, 'w' FROM w UNION ALL SELECT d, 'v' FROM v ORDER BY 1, 2
(SELECT i FROM w ORDER BY i DESC LIMIT 2) UNION ALL (SELECT i FROM w ORDER BY i LIMIT 2) ORDER BY 1
SELECT i FROM w EXCEPT SELECT i FROM v ORDER BY 1
SELECT i FROM w INTERSECT SELECT i FROM v ORDER BY 1
SELECT AVG(c) FROM (SELECT g, COUNT(*) AS c FROM w GROUP BY g) AS x
SELECT x.g, x.c FROM (SELECT g, COUNT(*) AS c FROM w GROUP BY g) AS x WHERE x.c > 1 ORDER BY x.g
WITH a AS (SELECT g, COUNT(*) AS c FROM w GROUP BY g) SELECT a.g, b.c FROM a JOIN a AS b ON a.g = b.g ORDER BY a.g
WITH RECURSIVE a AS (SELECT 1 AS k UNION ALL SELECT k + 1 FROM a WHERE k < 5) SELECT k FROM a ORDER BY k
SELECT id, i FROM v ORDER BY i, id
SELECT id, i FROM v ORDER BY i DESC, id
SELECT id, s FROM v ORDER BY s, id
SELECT id, w FROM v ORDER BY w, id
SELECT w, COUNT(*) FROM v GROUP BY w ORDER BY COUNT(*) DESC, w
SELECT id FROM v WHERE s LIKE 'a%' ORDER BY id
SELECT id FROM v WHERE i ORDER BY id
SELECT id FROM v WHERE n ORDER BY id
SELECT id FROM v WHERE NOT i ORDER BY id
SELECT id FROM v WHERE s ORDER BY id
SELECT id, ROW_NUMBER() OVER (ORDER BY id) FROM w ORDER BY id
SELECT id, ROW_NUMBER() OVER (PARTITION BY g ORDER BY i DESC, id) FROM w ORDER BY id
SELECT id, RANK() OVER (ORDER BY g), DENSE_RANK() OVER (ORDER BY g) FROM w ORDER BY id
SELECT id, SUM(i) OVER (PARTITION BY g) FROM w ORDER BY id
SELECT id, SUM(i) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM w ORDER BY id
SELECT id, AVG(i) OVER (PARTITION BY g) FROM w ORDER BY id
SELECT id, i / SUM(i) OVER () * 100 FROM w ORDER BY id
SELECT id, LAG(i) OVER (ORDER BY id), LEAD(i, 2) OVER (ORDER BY id) FROM w ORDER BY id
SELECT id, FIRST_VALUE(i) OVER (PARTITION BY g ORDER BY id), LAST_VALUE(i) OVER (PARTITION BY g ORDER BY id) FROM w ORDER BY id
SELECT id, NTILE(3) OVER (ORDER BY id), PERCENT_RANK() OVER (ORDER BY i), CUME_DIST() OVER (ORDER BY i) FROM w ORDER BY id
SELECT g, SUM(COUNT(*)) OVER () FROM w GROUP BY g ORDER BY g
SELECT g, COUNT(*) / (SELECT COUNT(*) FROM w) FROM w GROUP BY g ORDER BY g
SELECT (SELECT MAX(i) FROM w) - (SELECT MIN(i) FROM w), (SELECT COUNT(*) FROM v) / 7
SELECT id, CASE WHEN g = 'a' THEN i ELSE h END AS x FROM w ORDER BY x, id
SELECT MAX(id), g FROM w GROUP BY g ORDER BY g
SELECT id, g FROM w GROUP BY id
SELECT COUNT(*) FROM w WHERE ts >= '20180101000000' AND ts < '20190101000000'
SELECT EXTRACT(YEAR_MONTH FROM ts) AS ym, COUNT(DISTINCT g) FROM w GROUP BY ym
SELECT DATE(ts) AS day, SUM(i) FROM w GROUP BY day
SELECT DATE_FORMAT(ts, '%Y-%m') AS m, COUNT(*), SUM(g = 'a') / COUNT(*) FROM w GROUP BY m
SELECT g, GROUP_CONCAT(DISTINCT h ORDER BY h SEPARATOR ',') FROM w GROUP BY g
SELECT IFNULL(g, 'none') AS k, COUNT(*) FROM w GROUP BY k ORDER BY k
SELECT * FROM w ORDER BY id LIMIT 3
SELECT id FROM w LIMIT 3
SELECT id FROM w LIMIT 0
SELECT 1
SELECT 1, 'a', NULL, 2.50
SELECT COUNT(*) FROM w WHERE 1 = 0
SELECT SUM(i), MAX(g) FROM w WHERE 1 = 0
SELECT g, COUNT(*) FROM w WHERE 1 = 0 GROUP BY g
SELECT id FROM w WHERE g = 'A' ORDER BY id
SELECT MAX(i) FROM w HAVING MAX(i) > 3
SELECT SUM(i) FROM w HAVING COUNT(*) > 1000
SELECT POW(SUM(i), 2), ROUND(AVG(i), 2), FLOOR(AVG(i)), SUM(i) DIV 3, SUM(i) % 7 FROM w
SELECT g, AVG(i), ROUND(AVG(i), 1), AVG(i) * 2, AVG(d) FROM w GROUP BY g
SELECT w.g, COUNT(DISTINCT v.id) FROM w LEFT JOIN v ON v.i = w.i GROUP BY w.g
SELECT a.id, b.id FROM w a JOIN w b ON a.g = b.g AND a.id < b.id ORDER BY a.id, b.id
SELECT STRAIGHT_JOIN w.id FROM w JOIN v ON v.id = w.id ORDER BY w.id
SELECT COUNT(*) FROM (SELECT DISTINCT g, h FROM w) t
SELECT id FROM w ORDER BY RIGHT(ts, 4), id
SELECT u.id FROM (SELECT id FROM w ORDER BY i DESC LIMIT 3) u ORDER BY u.id
"""


def expressions() -> list[str]:
    return [part.strip() for text in (NUMBERS, CASTS, TEXTS, TIMES, JSONS) for part in text.replace("\n", " ").split("; ") if part.strip()]


def queries() -> list[str]:
    return [line.strip() for line in QUERIES.strip().splitlines()]
