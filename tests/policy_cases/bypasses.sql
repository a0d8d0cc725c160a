-- researchers; dialect duckdb
FROM user

SELECT "user"."user_id" AS "user_id", "user"."user_name" AS "user_name", "user"."user_password" AS "user_password", "user"."user_email" AS "user_email", "user"."user_registration" AS "user_registration", "user"."user_editcount" AS "user_editcount", "user"."user_touched" AS "user_touched" FROM (SELECT "user_id" AS "user_id", "user_name" AS "user_name", CAST(NULL AS TEXT) AS "user_password", CAST(NULL AS TEXT) AS "user_email", "user_registration" AS "user_registration", "user_editcount" AS "user_editcount", CAST(NULL AS TEXT) AS "user_touched" FROM "enwiki"."user") AS "user"
  notice: closed to you and shown as NULL in `enwiki.user`: `user_password`, `user_email`, `user_touched`

-- researchers; dialect duckdb
SELECT * FROM 'users.parquet'

refused: unknown_table: table `enwiki.users.parquet` doesn't exist

-- researchers; dialect duckdb
SELECT * FROM read_csv('/etc/passwd')

refused: not_allowed: table functions are not allowed

-- researchers; dialect duckdb
SELECT * FROM read_parquet('*.parquet')

refused: not_allowed: table functions are not allowed

-- researchers; dialect duckdb
SELECT * FROM glob('*')

refused: not_allowed: table functions are not allowed

-- researchers; dialect duckdb
SELECT * FROM query('SELECT * FROM user')

refused: not_allowed: table functions are not allowed

-- researchers; dialect duckdb
SELECT * FROM query_table('user')

refused: not_allowed: table functions are not allowed

-- researchers; dialect duckdb
SELECT COLUMNS('.*') FROM user

refused: unknown_function: function `columns` does not exist

-- researchers; dialect duckdb
SELECT COLUMNS(*) FROM user

refused: unknown_function: function `columns` does not exist

-- researchers; dialect duckdb
SELECT #3 FROM user

refused: not_allowed: `POSITIONALCOLUMN` is not allowed

-- researchers; dialect duckdb
SELECT u FROM user u

refused: unknown_column: unknown column `u` in SELECT

-- researchers; dialect duckdb
SELECT struct_extract(u, 'user_email') FROM user u

refused: unknown_function: function `struct_extract` does not exist

-- researchers; dialect duckdb
SELECT u.* EXCLUDE (user_id) FROM user u

refused: not_allowed: `EXCEPT` is not allowed in `STAR`

-- researchers; dialect duckdb
SELECT * REPLACE (user_email AS user_id) FROM user

refused: not_allowed: `REPLACE` is not allowed in `STAR`

-- researchers; dialect duckdb
SELECT * RENAME (user_email AS m) FROM user

refused: not_allowed: `RENAME` is not allowed in `STAR`

-- researchers; dialect duckdb
SELECT * LIKE '%mail' FROM user

refused: not_allowed: `*` stands for columns only in a SELECT list or in COUNT(*)

-- researchers; dialect duckdb
SELECT u.user_email.x FROM user u

refused: unknown_column: unknown column `u.user_email.x` in SELECT

-- researchers; dialect duckdb
SELECT UNNEST([1])

refused: unknown_function: function `unnest` does not exist

-- researchers; dialect duckdb
SELECT * FROM unnest([1]) t

refused: not_allowed: only tables and subqueries may stand after FROM

-- researchers; dialect duckdb
SELECT * FROM range(10)

refused: not_allowed: table functions are not allowed

-- researchers; dialect duckdb
SELECT {'a': user_email} FROM user

refused: unknown_function: function `struct` does not exist

-- researchers; dialect duckdb
SELECT [user_email] FROM user

refused: unknown_function: function `array` does not exist

-- researchers; dialect duckdb
SELECT list_filter([1], x -> x > 0)

refused: unknown_function: function `list_filter` does not exist

-- researchers; dialect duckdb
SELECT * FROM user TABLESAMPLE 10%

refused: not_allowed: `SAMPLE` is not allowed in `TABLE`

-- researchers; dialect duckdb
SELECT * FROM user USING SAMPLE 10

refused: not_allowed: `SAMPLE` is not allowed in `SELECT`

-- researchers; dialect duckdb
SELECT * FROM user AT (VERSION => 1)

refused: not_allowed: `WHEN` is not allowed in `TABLE`

-- researchers; dialect duckdb
PIVOT user ON user_email

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
SELECT * FROM user PIVOT (COUNT(*) FOR user_name IN ('a'))

refused: not_allowed: `PIVOTS` is not allowed in `TABLE`

-- researchers; dialect duckdb
UNPIVOT user ON user_email INTO NAME n VALUE v

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
SUMMARIZE user

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
DESCRIBE user

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
SELECT * FROM (DESCRIBE user)

refused: not_allowed: `DESCRIBE` is not allowed

-- researchers; dialect duckdb
SELECT * FROM (SUMMARIZE user)

refused: not_allowed: `SUMMARIZE` is not allowed

-- researchers; dialect duckdb
SHOW ALL TABLES

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
COPY (SELECT 1) TO '/tmp/x'

refused: not_allowed: `COPY` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
ATTACH '/tmp/x'

refused: not_allowed: `ATTACH` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
PRAGMA database_list

refused: not_allowed: `PRAGMA` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
INSTALL httpfs

refused: not_allowed: `INSTALL` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
EXPORT DATABASE '/tmp/x'

refused: not_allowed: `EXPORT` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect duckdb
SELECT user_id FROM user QUALIFY ROW_NUMBER() OVER (ORDER BY user_email) = 1

refused: not_allowed: `QUALIFY` is not allowed in `SELECT`

-- researchers; dialect duckdb
SELECT DISTINCT ON (user_email) user_id FROM user

refused: not_allowed: `ON` is not allowed in `DISTINCT`

-- researchers; dialect duckdb
SELECT user_id FROM user SEMI JOIN page ON user_email = page_title

refused: not_allowed: `SEMI JOIN` is not allowed

-- researchers; dialect duckdb
SELECT user_id FROM user ANTI JOIN page USING (page_id)

refused: not_allowed: `ANTI JOIN` is not allowed

-- researchers; dialect duckdb
SELECT user_id FROM user POSITIONAL JOIN page

refused: not_allowed: `POSITIONAL JOIN` is not allowed

-- researchers; dialect duckdb
SELECT MAX(user_id) FILTER (WHERE user_email = 'x') FROM user

refused: not_allowed: `FILTER` is not allowed

-- researchers; dialect duckdb
SELECT user_id FROM user ORDER BY ALL

refused: not_allowed: `ALL` is not allowed here

-- researchers; dialect duckdb
SELECT user_email, COUNT(*) FROM user GROUP BY ALL

refused: not_allowed: `ALL` is not allowed in `GROUP`

-- researchers; dialect duckdb
SELECT COUNT(*) FROM user GROUP BY GROUPING SETS ((user_email))

refused: not_allowed: `GROUPINGSETS` is not allowed

-- researchers; dialect duckdb
SELECT COUNT(*) FROM user GROUP BY CUBE (user_email)

refused: not_allowed: `CUBE` is not allowed

-- researchers; dialect duckdb
SELECT user_email::INTEGER FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers; dialect duckdb
SELECT TRY_CAST(user_email AS INTEGER) FROM user

refused: unknown_function: function `try_cast` does not exist

-- researchers; dialect duckdb
SELECT getvariable('x')

refused: unknown_function: function `getvariable` does not exist

-- researchers; dialect duckdb
SELECT current_setting('home_directory')

refused: unknown_function: function `current_setting` does not exist

-- researchers; dialect duckdb
SELECT $1

refused: not_allowed: `PLACEHOLDER` is not allowed

-- researchers; dialect duckdb
SELECT ?

refused: syntax: the statement has 1 placeholders, and 0 values came with it

-- researchers; dialect duckdb
SELECT main.abs(1)

refused: not_allowed: functions and fields with a prefix are not allowed

-- researchers; dialect duckdb
SELECT memory.enwiki.user.user_email FROM user

refused: not_allowed: `CATALOG` is not allowed in `COLUMN`

-- researchers; dialect duckdb
SELECT * FROM memory.enwiki.user

refused: not_allowed: `CATALOG` is not allowed in `TABLE`

-- researchers; dialect duckdb
SELECT user_id FROM user UNION BY NAME SELECT user_id FROM user

refused: not_allowed: `BY NAME` is not allowed in `UNION`

-- researchers; dialect duckdb
WITH t AS MATERIALIZED (SELECT user_id FROM user) SELECT user_id FROM t

refused: not_allowed: `MATERIALIZED` is not allowed in `CTE`

-- researchers; dialect duckdb
SELECT page_id FROM PAGE

SELECT "PAGE"."page_id" AS "page_id" FROM (SELECT "page_id" AS "page_id" FROM "enwiki"."page") AS "PAGE"

-- researchers; dialect hive
SELECT user_id FROM user LATERAL VIEW explode(array(user_email)) t AS e

refused: not_allowed: `LATERALS` is not allowed in `SELECT`

-- researchers; dialect hive
SELECT TRANSFORM (user_email) USING 'cat' FROM user

refused: not_allowed: `QUERYTRANSFORM` is not allowed

-- researchers; dialect hive
SELECT user_id FROM user DISTRIBUTE BY user_email

refused: not_allowed: `DISTRIBUTE` is not allowed in `SELECT`

-- researchers; dialect hive
SELECT user_id FROM user SORT BY user_email

refused: not_allowed: `SORT` is not allowed in `SELECT`

-- researchers; dialect hive
SELECT user_id FROM user CLUSTER BY user_email

refused: not_allowed: `CLUSTER` is not allowed in `SELECT`

-- researchers; dialect hive
SELECT user_id FROM user TABLESAMPLE (BUCKET 1 OUT OF 2)

refused: not_allowed: `SAMPLE` is not allowed in `TABLE`

-- researchers; dialect hive
SELECT reflect('java.lang.System', 'exit', 1)

refused: unknown_function: function `reflect` does not exist

-- researchers; dialect hive
SELECT java_method('java.lang.System', 'exit', 1)

refused: unknown_function: function `java_method` does not exist

-- researchers; dialect hive
INSERT OVERWRITE DIRECTORY '/tmp' SELECT 1

refused: not_allowed: `INSERT` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers; dialect hive
dfs -cat /etc/passwd

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect hive
!sh id

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect hive
reset

refused: not_allowed: `RESET` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect hive
ADD JAR x.jar

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect hive
EXPLAIN SELECT 1

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers; dialect hive
FROM user SELECT user_id

SELECT `user`.`user_id` AS `user_id` FROM (SELECT `user_id` AS `user_id` FROM `enwiki`.`user`) AS `user`

-- researchers; dialect hive
SELECT user_id, upper(user_name) FROM user

SELECT `user`.`user_id` AS `user_id`, UPPER(`user`.`user_name`) AS `_c1` FROM (SELECT `user_id` AS `user_id`, `user_name` AS `user_name` FROM `enwiki`.`user`) AS `user`

-- researchers; dialect oracle
SELECT 1

refused: unsupported: no dialect `oracle`
  try: one of mysql, hive, duckdb

-- researchers
SELECT * FROM `/etc/hostname`

refused: unknown_table: table `enwiki./etc/hostname` doesn't exist

-- researchers
SELECT * FROM `enwiki`.`user`.`x`

refused: not_allowed: `CATALOG` is not allowed in `TABLE`

-- researchers
SELECT * FROM def.enwiki.user

refused: not_allowed: `CATALOG` is not allowed in `TABLE`

-- researchers
SELECT * FROM page p WHERE p.page_id = (SELECT MAX(user_email) FROM user)

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_name FROM user WHERE user_id = 1 OR user_email > 'm' LIMIT 1

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT (user_email = 'x') AS hit FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id FROM user WHERE (user_id, user_email) = (1, 'x')

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id FROM user WHERE ROW(user_email, 1) = ROW('x', 1)

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT NULLIF(user_email, 'x') FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_email IN ('x') FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_email <=> 'x' FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT JSON_EXTRACT(user_email, '$.a') FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT INTERVAL user_email DAY + NOW() FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id FROM user LIMIT 1 OFFSET (SELECT COUNT(*) FROM user)

refused: not_allowed: LIMIT and OFFSET take whole numbers

-- researchers
SELECT user_id FROM user LIMIT (SELECT 1)

refused: not_allowed: LIMIT and OFFSET take whole numbers

-- researchers
SELECT user_id FROM user HAVING user_email > 'a'

refused: unknown_column: unknown column `user_email` in HAVING

-- researchers
SELECT user_id FROM user GROUP BY user_id HAVING MAX(user_email) > 'a'

refused: access_refused: you may not use column `enwiki.user.user_email` in HAVING: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id FROM user GROUP BY user_id, LEFT(user_email, 1)

refused: access_refused: you may not use column `enwiki.user.user_email` in GROUP BY: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT a.x FROM (SELECT user_email AS x, user_id FROM user) a JOIN user b ON a.x = b.user_name

refused: access_refused: you may not use column `enwiki.user.user_email` in ON: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_name FROM user UNION SELECT LEFT(user_email, 3) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
WITH RECURSIVE r AS (SELECT user_email AS x FROM user UNION ALL SELECT CONCAT(x, 'a') FROM r) SELECT x FROM r

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_email COLLATE utf8_bin FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT -user_email FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id FROM user USE INDEX (user_email)

SELECT `user`.`user_id` AS `user_id` FROM (SELECT `user_id` AS `user_id` FROM `enwiki`.`user`) AS `user`

-- researchers
SELECT DEFAULT(user_email) FROM user

refused: not_allowed: `ALIASES` is not allowed

-- researchers
SELECT VALUES(user_email) FROM user

refused: not_allowed: function `values` is not allowed
