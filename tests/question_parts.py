"""Pieces of which `questions` makes questions: `{c}`, `{d}` columns or expressions, `{l}` a literal, `{t}`, `{o}` tables, `{db}` their database."""

from __future__ import annotations

from typing import Final

COMPARISONS: Final = ("=", "<>", "<", ">=", "<=>", ">", "LIKE", "REGEXP")
LIMITS: Final = ("1", "5", "50", "0", "3, 4", "2 OFFSET 1", "18446744073709551615", "9999999999999999999999")

FUNCTIONS: Final = (
    # casts and conversions that would fail
    "CAST({c} AS SIGNED)", "CAST({c} AS UNSIGNED)", "CAST({c} AS DECIMAL(5,2))", "CAST({c} AS DECIMAL(38,30))", "CAST({c} AS DATE)", "CAST({c} AS DATETIME)",
    "CAST({c} AS TIME)", "CAST({c} AS CHAR(3))", "CAST({c} AS BINARY)", "CONVERT({c}, SIGNED)", "CONVERT({c} USING latin1)", "BINARY {c}", "CONV({c}, 36, 10)",
    "CONV({c}, 10, 2)", "UNHEX({c})", "FROM_BASE64({c})", "INET_ATON({c})", "INET_NTOA({c})", "CHAR({c})", "CHAR({c} USING utf8)", "BIN({c})", "OCT({c})",
    # arithmetic that would fail or overflow
    "1 / {c}", "1 % {c}", "{c} DIV 0", "{c} DIV {d}", "{c} + 0", "- {c}", "~{c}", "{c} | 1", "{c} ^ {d}", "{c} << 70", "{c} >> {d}", "{c} * {d} * {c} * {d}",
    "{c} + 18446744073709551615", "{c} - 9223372036854775807", "{c} * 1e308 * 1e308", "POW({c}, 400)", "EXP({c})", "SQRT({c})", "LOG({c})", "LOG2({c})",
    "LN(- {c})", "ACOS({c})", "COT({c})", "ROUND({c}, -2)", "ROUND({c}, {d})", "TRUNCATE({c}, 30)", "FORMAT({c}, 2)", "ABS({c})", "SIGN({c})", "MOD({c}, {d})",
    # text
    "LENGTH({c})", "CHAR_LENGTH({c})", "LEFT({c}, 3)", "RIGHT({c}, {d})", "SUBSTRING({c}, -2, 1)", "SUBSTRING({c}, {d})", "REPEAT({c}, 3)", "REPEAT({c}, {d})",
    "LPAD({c}, 40, 'x')", "RPAD({c}, {d}, {c})", "SPACE({c})", "CONCAT({c}, {d})", "CONCAT_WS('-', {c}, {d})", "REPLACE({c}, {d}, 'x')", "UPPER({c})",
    "LOWER({c})", "REVERSE({c})", "TRIM({c})", "TRIM(LEADING {d} FROM {c})", "LOCATE({d}, {c})", "INSTR({c}, 'e')", "SUBSTRING_INDEX({c}, '_', 1)",
    "SUBSTRING_INDEX({c}, {d}, -1)", "FIND_IN_SET({c}, {d})", "FIELD({c}, {l}, {d})", "ELT({c}, 'a', 'b')", "INSERT({c}, 2, 1, {d})", "STRCMP({c}, {d})",
    "SOUNDEX({c})", "QUOTE({c})", "HEX({c})", "MD5({c})", "SHA1({c})", "SHA2({c}, 256)", "CRC32({c})", "TO_BASE64({c})", "ASCII({c})", "ORD({c})",
    "MAKE_SET({c}, 'a', 'b')", "REGEXP_REPLACE({c}, '[a-e]+', '')", "REGEXP_SUBSTR({c}, '[0-9]+')", "REGEXP_INSTR({c}, 'a')",
    "REGEXP_REPLACE({c}, {d}, '')", "{c} REGEXP {d}", "{c} REGEXP '(a+)+$'", "{c} LIKE {d}", "{c} LIKE {d} ESCAPE '|'", "{c} COLLATE utf8_bin",
    # times
    "STR_TO_DATE({c}, '%Y%m%d%H%i%s')", "DATE_FORMAT({c}, '%Y-%m')", "EXTRACT(YEAR FROM {c})", "EXTRACT(DAY_SECOND FROM {c})", "UNIX_TIMESTAMP({c})",
    "FROM_UNIXTIME({c})", "FROM_UNIXTIME({c}, '%Y')", "YEAR({c})", "WEEK({c}, 3)", "YEARWEEK({c})", "TO_DAYS({c})", "FROM_DAYS({c})", "LAST_DAY({c})",
    "{c} + INTERVAL 1 DAY", "{c} - INTERVAL {d} SECOND", "DATE_ADD({c}, INTERVAL {d} MONTH)", "DATEDIFF({c}, {d})", "TIMESTAMPDIFF(SECOND, {c}, {d})",
    "TIMESTAMPADD(YEAR, {c}, '2018-01-01')", "TIMEDIFF({c}, {d})", "SEC_TO_TIME({c})", "TIME_TO_SEC({c})", "MAKEDATE({c}, {d})", "MAKETIME({c}, 1, 1)",
    "PERIOD_ADD({c}, {d})", "PERIOD_DIFF({c}, {d})", "ADDTIME({c}, {d})", "CONVERT_TZ({c}, '+00:00', '+02:00')", "HOUR({c})", "MONTHNAME({c})", "DATE({c})",
    # choices and comparisons
    "IF({c} = {l}, 1, 0)", "CASE WHEN {c} > {l} THEN 1 / 0 ELSE 2 END", "CASE {c} WHEN {l} THEN {d} ELSE {c} END", "COALESCE({c}, {d})", "NULLIF({c}, {l})",
    "IFNULL({c}, {l})", "GREATEST({c}, {d})", "LEAST({c}, {d}, {l})", "{c} LIKE '%e%'", "{c} IS NULL", "{c} IN ({l}, {l})", "{c} BETWEEN {l} AND {l}",
    "NOT {c}", "{c} AND {d}", "{c} XOR {d}", "{c} <=> {d}", "({c}, {d}) = ({l}, {l})", "({c}, {d}) IN (({l}, {l}), ({d}, {c}))", "{c} = {d}", "{c} > {d}",
    "ISNULL({c})", "INTERVAL({c}, 1, 10, 100)", "{c} IS TRUE",
    # JSON
    "JSON_EXTRACT({c}, '$.a')", "JSON_VALUE({c}, '$.a')", "JSON_LENGTH({c})", "JSON_VALID({c})", "JSON_UNQUOTE({c})",
)
"""Each may stand for one value."""

AGGREGATES: Final = (
    "COUNT(*)", "COUNT({c})", "COUNT(DISTINCT {c})", "COUNT(DISTINCT {c}, {d})", "MIN({c})", "MAX({c})", "SUM({c})", "AVG({c})", "SUM(DISTINCT {c})",
    "GROUP_CONCAT({c} ORDER BY {d})", "GROUP_CONCAT(DISTINCT {c} SEPARATOR '|')", "BIT_OR({c})", "BIT_XOR({c})", "STDDEV({c})", "VARIANCE({c})",
    "SUM({c} = {l})",
    "SUM(1 / {c})", "MAX(LENGTH({c}))", "AVG(CAST({c} AS DECIMAL(10,4)))", "SUM(POW({c}, 300))", "{c}",
)

WINDOWS: Final = (
    "ROW_NUMBER() OVER (ORDER BY {c})", "RANK() OVER (PARTITION BY {c} ORDER BY {d})", "DENSE_RANK() OVER (ORDER BY {c} DESC)",
    "SUM({c}) OVER (PARTITION BY {d})",
    "COUNT(*) OVER (ORDER BY {c} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", "LAG({c}) OVER (PARTITION BY {d} ORDER BY {c})",
    "LEAD({c}, 2) OVER (ORDER BY {d})",
    "FIRST_VALUE({c}) OVER (ORDER BY {d})", "LAST_VALUE({c}) OVER (ORDER BY {d})", "NTILE(3) OVER (ORDER BY {c})", "PERCENT_RANK() OVER (ORDER BY {c})",
    "CUME_DIST() OVER (ORDER BY {c})", "MAX({c}) OVER ()", "AVG({c}) OVER (ORDER BY {d} ROWS UNBOUNDED PRECEDING)",
)

CONDITIONS: Final = (
    "{c} = {d}", "{c} LIKE CONCAT('%', {d}, '%')", "{c} REGEXP 'a+'", "{c} IS NOT NULL", "{c} IN ({l}, {l}, {d})", "{c} BETWEEN {l} AND {d}", "1 / {c} > {l}",
    "CAST({c} AS SIGNED) DIV {d} = 1", "LENGTH({c}) > {l}", "NOT ({c} <=> {l})", "({c}, {d}) IN (({l}, {l}), ({l}, {l}))", "{c} RLIKE {l}", "1", "{c}",
    "IF({c} = {l}, CAST({d} AS DATE), 1 / 0)", "CASE WHEN {c} IS NULL THEN 1 ELSE {d} / 0 END IS NULL", "{c} <> '' AND SUBSTRING({c}, 1, 1) = {l}",
)

ATTACKS: Final = (
    # errors that speak
    "SELECT extractvalue(1, concat(0x7e, {c})) FROM {t}", "SELECT updatexml(1, {c}, 1) FROM {t}", "SELECT error({c}) FROM {t}",
    "SELECT (SELECT {c} FROM {t}) = 1", "SELECT {c} FROM {t} WHERE {c} = (SELECT {d} FROM {t} WHERE {d} = {l})",
    "SELECT (SELECT b.{c} FROM {t} b WHERE b.{d} <=> a.{d}) FROM {t} a LIMIT 5", "SELECT * FROM {t} t JOIN (SELECT 1 / 0 AS z) u WHERE t.{c} / u.z > 1",
    "SELECT COUNT(*), CONCAT({c}, FLOOR(RAND(0) * 2)) x FROM {t} GROUP BY x", "SELECT POLYGON({c}, {d}) FROM {t}", "SELECT ST_LatFromGeoHash({c}) FROM {t}",
    "SELECT NAME_CONST({c}, 1) FROM {t}", "SELECT ROW({c}, 1) > (SELECT COUNT(*), 1) FROM {t}", "SELECT {c} FROM {t} WHERE {c} REGEXP CONCAT('[', {d})",
    "SELECT {c} LIKE {d} ESCAPE {c} FROM {t}", "SELECT REGEXP_REPLACE({c}, CONCAT('(', {d}), '') FROM {t}", "SELECT JSON_EXTRACT({c}, {d}) FROM {t}",
    "SELECT DATE_FORMAT({c}, {d}) FROM {t}", "SELECT CAST({c} AS DECIMAL(65,30)) FROM {t}", "SELECT FORMAT({c}, {d}) FROM {t}",
    "SELECT CONV({c}, {d}, 10) FROM {t}",
    "SELECT {c} FROM {t} ORDER BY (SELECT {d} FROM {t})", "SELECT {c} FROM {t} GROUP BY (SELECT {d} FROM {t} LIMIT 1)",
    "SELECT EXP(~(SELECT {c} FROM {t} LIMIT 1))",
    # time
    "SELECT 1 FROM {t} WHERE sleep({c})", "SELECT benchmark(9, {c}) FROM {t}", "SELECT get_lock({c}, 1) FROM {t}",
    # what is behind the tables
    "SELECT _hidden FROM {t}", "SELECT t._hidden FROM {t} t", "SELECT * FROM {t} ORDER BY _hidden", "SELECT * FROM {t} a JOIN {t} b USING (_hidden)",
    "SELECT rowid FROM {t}", "SELECT file_row_number, filename FROM {t}", "SELECT COLUMNS(*) FROM {t}", "SELECT {t} FROM {t}", "SELECT t FROM {t} t",
    "SELECT * FROM `{t}@1`", "SELECT * FROM `{db}.{t}@given`", "SELECT * FROM temp.{t}", "SELECT * FROM main.{t}", "SELECT * FROM read_parquet('*')",
    "SELECT * FROM duckdb_tables()", "SELECT * FROM pragma_storage_info('{t}')", "SELECT * FROM sqlite_master", "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM `../lake/{db}.db/{t}/*.parquet`", "SELECT getvariable('{c}') FROM {t}", "SELECT carrel_pseudonym({c}) FROM {t}",
    "SELECT current_setting('x')",
    "SELECT * FROM mysql.user", "SELECT * FROM performance_schema.threads", "SELECT * FROM information_schema.innodb_sys_tables",
    "SELECT LOAD_FILE({c}) FROM {t}",
    "SELECT {c} FROM {t} INTO OUTFILE '/tmp/x'", "SELECT {c} INTO @x FROM {t}", "SELECT * FROM {t} PROCEDURE ANALYSE()", "TABLE {t}", "VALUES (1), (2)",
    "SELECT {c} FROM {t} PARTITION (p0)", "SELECT {c} FROM {t} FOR SYSTEM_TIME AS OF 1", "SELECT {c} FROM {t} TABLESAMPLE (10 PERCENT)", "HANDLER {t} OPEN",
    "SELECT * FROM {t} FOR UPDATE", "SELECT {c} FROM {t} LOCK IN SHARE MODE", "SELECT * FROM {t} USE INDEX (PRIMARY)", "ANALYZE TABLE {t}", "CHECK TABLE {t}",
    "CHECKSUM TABLE {t}", "SHOW PROFILES", "SHOW STATUS LIKE 'Threads%'", "SHOW OPEN TABLES", "SHOW ENGINE INNODB STATUS", "SHOW GRANTS",
    "SHOW PRIVILEGES",
    # names
    "SHOW COLUMNS FROM {t}", "SHOW FULL COLUMNS FROM {t}", "DESCRIBE {t} {c}", "SHOW INDEX FROM {t}", "SHOW CREATE TABLE {t}", "SHOW TABLE STATUS LIKE '{t}'",
    "SHOW TABLES LIKE '%{t}%'", "SHOW TABLES WHERE Tables_in_{db} = '{t}'", "SHOW COLUMNS FROM {t} WHERE Field = '{c}'", "EXPLAIN SELECT {c} FROM {t}",
    "EXPLAIN {t}",
    "SELECT * FROM information_schema.columns WHERE table_name = '{t}'", "SELECT * FROM information_schema.statistics WHERE column_name = '{c}'",
    "SELECT * FROM information_schema.tables WHERE table_name = '{t}'", "SELECT table_rows, data_length, auto_increment FROM information_schema.tables",
    "SELECT t.table_name, COUNT(x.{c}) FROM information_schema.tables t LEFT JOIN {t} x ON x.{c} = t.table_name GROUP BY 1 ORDER BY 2 DESC, 1",
    "SELECT (SELECT COUNT(*) FROM {t}) = table_rows FROM information_schema.tables WHERE table_name = '{t}'",
    "SELECT * FROM information_schema.column_statistics", "SELECT user, db, command FROM information_schema.processlist",
    "SELECT * FROM information_schema.key_column_usage LIMIT 9",
    "SELECT {t}.* FROM {t}", "SELECT {db}.{t}.{c} FROM {db}.{t}", "SELECT `{c}` FROM `{t}`", "SELECT {c} AS {d}, {d} AS {c} FROM {t} ORDER BY {c}, {d}",
    "SELECT {c} AS `_hidden` FROM {t} ORDER BY `_hidden`", "SELECT * FROM (SELECT {c} AS {d}, {d} AS {c} FROM {t}) {t} ORDER BY {c}",
    "SELECT 1 AS {c} FROM {t} GROUP BY {c}", "SELECT COUNT(*) AS {c} FROM {t} GROUP BY {c} ORDER BY {c}", "SELECT MAX({d}) AS {c} FROM {t} HAVING {c} > {l}",
    "WITH {t} AS (SELECT 1 AS {c}) SELECT {c} FROM {t}", "WITH {t} AS (SELECT {c} FROM {t}) SELECT * FROM {t}",
    "WITH x AS (SELECT * FROM {t}) SELECT {c} FROM x, {t}",
    "WITH RECURSIVE r AS (SELECT {c} AS v FROM {t} UNION SELECT {d} FROM {t}) SELECT COUNT(*), MIN(v) FROM r",
    "SELECT * FROM {t} AS {o} NATURAL JOIN {o} AS {t} LIMIT 5",
    # rows
    "SELECT SQL_CALC_FOUND_ROWS {c} FROM {t} LIMIT 1", "SELECT FOUND_ROWS(), ROW_COUNT(), LAST_INSERT_ID()", "SELECT {c} FROM {t} LIMIT 0",
    "SELECT COUNT(*) FROM {t}",
    "SELECT COUNT(*), COUNT({c}), COUNT(DISTINCT {c}), MIN({c}), MAX({c}) FROM {t}", "SELECT DISTINCT {c}, {d} FROM {t}", "SELECT {c} FROM {t}",
    "SELECT * FROM {t}",
    "SELECT {c}, COUNT(*) FROM {t} GROUP BY {c}", "SELECT {c}, {d} FROM {t} GROUP BY {c}", "SELECT {c} FROM {t} ORDER BY {d}",
    "SELECT {c} FROM {t} ORDER BY RAND(3) LIMIT 4",
    "SELECT {c} FROM {t} UNION SELECT {d} FROM {t}", "SELECT {c} FROM {t} INTERSECT SELECT {c} FROM {t}", "SELECT {c} FROM {t} EXCEPT SELECT {d} FROM {t}",
    "SELECT * FROM {t} UNION SELECT * FROM {t}", "(SELECT {c} FROM {t} LIMIT 1) UNION ALL (SELECT {d} FROM {t} ORDER BY 1 LIMIT 1)",
    "SELECT * FROM {t} a NATURAL JOIN {t} b LIMIT 5", "SELECT * FROM {t} a JOIN {t} b USING ({c}) LIMIT 5",
    "SELECT * FROM {t} a NATURAL LEFT JOIN {o} b LIMIT 5",
    "SELECT {c}, {d} FROM {t} a RIGHT JOIN {o} b USING ({c}) LIMIT 5", "SELECT * FROM {t} a WHERE EXISTS (SELECT 1 FROM {t} b WHERE a.{c} = b.{d}) LIMIT 5",
    "SELECT a.{c}, (SELECT COUNT(*) FROM {t} b WHERE b.{d} < a.{d}) FROM {t} a LIMIT 5", "SELECT {c}, ROW_NUMBER() OVER (ORDER BY {d}) FROM {t} LIMIT 9",
    "SELECT LAG({c}) OVER (PARTITION BY {d} ORDER BY {c}) FROM {t} LIMIT 9", "SELECT {c} FROM {t} WHERE {c} NOT IN (SELECT {d} FROM {o})",
    "SELECT AVG({c}), STDDEV({d}), SUM(LENGTH({c}) * 1.1), GROUP_CONCAT({d}) FROM {t}", "SELECT MAX(IF({c} = {l}, 1, 0)), BIT_XOR(CRC32({c})) FROM {t}",
    # sessions
    "SET @x = (SELECT {c} FROM {t} LIMIT 1)", "SELECT @x", "SELECT * FROM {t} WHERE {c} = @x", "SELECT @y := {c} FROM {t}",
    "SET @z = (SELECT COUNT(*) FROM {t})",
    "SELECT @z, @@version, @@warning_count", "SHOW WARNINGS", "SHOW COUNT(*) WARNINGS", "SHOW ERRORS", "CREATE TABLE x AS SELECT {c} FROM {t}",
    "DELETE FROM {t}",
    "INSERT INTO {t} ({c}) VALUES ({l})", "SELECT {c} FROM {t}; SELECT {d} FROM {t}",
    "SELECT {c} FROM {t} LIMIT 2; SELECT 1 / (SELECT COUNT(*) FROM {t}); SELECT nothing",
    "PREPARE s FROM 'SELECT {c} FROM {t}'", "DO (SELECT {c} FROM {t})", "CALL p()", "BEGIN; SELECT COUNT(*) FROM {t}; ROLLBACK",
    "USE {db}; SELECT {c} FROM {t} LIMIT 1",
    # comments and odd text
    "SELECT /*!50000 {c} */ FROM {t}", "SELECT {c} /* {t} */ FROM {t} -- end", "SELECT {c} FROM {t} WHERE 1 --1", "SELECT/**/{c}/**/FROM/**/{t}",
    "SELECT\n{c}\nFROM\n{t};;",
    "select {c} from {t} where ''='' and \"a\" = 'a'", "SELECT {c} FROM {t} WHERE {c} = 'it''s' OR {c} = 'a\\'b'",
    "SELECT N'{c}', _utf8'x', 0x41, b'1', x'4D', {c} FROM {t} LIMIT 1",
    "SELECT {c} FROM {t} LIMIT 1 OFFSET 99999999999999999999", "SELECT {c} FROM {t} LIMIT -1", "SELECT {c} FROM {t} LIMIT '1'",
    "SELECT {c} FROM {t} WHERE {d} = 'é́'",
)
"""Each is asked as it stands, for tables and columns drawn by chance."""
