-- researchers
SELECT 1; SELECT 2

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
SELECT 1;
;

SELECT 1 AS `1`

-- researchers
SELEC 1

refused: syntax: syntax error near `1` at line 1

-- researchers
SELECT page_id FROM page WHERE

refused: syntax: syntax error near `WHERE` at line 1

-- researchers
SELECT FROM page

refused: syntax: syntax error: a SELECT list is empty

-- researchers
SELECT 'abc

refused: syntax: syntax error near `SELECT 'abc` at line 1

-- researchers
SELECT (1

refused: syntax: syntax error near `1` at line 1

-- researchers
INSERT INTO page VALUES (1)

refused: not_allowed: `INSERT` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
REPLACE INTO page VALUES (1)

refused: not_allowed: `REPLACE` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
UPDATE page SET page_id = 1

refused: not_allowed: `UPDATE` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
DELETE FROM page

refused: not_allowed: `DELETE` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
DROP TABLE page

refused: not_allowed: `DROP` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
CREATE TABLE t AS SELECT * FROM page

refused: not_allowed: `CREATE` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
CREATE TEMPORARY TABLE t AS SELECT 1

refused: not_allowed: `CREATE` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
ALTER TABLE page ADD COLUMN x INT

refused: not_allowed: `ALTER` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
TRUNCATE TABLE page

refused: not_allowed: `TRUNCATE` is not allowed: no table is changed by it here
  try: keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect

-- researchers
SET GLOBAL x = 1

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
SET @x = (SELECT user_email FROM user LIMIT 1)

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
CALL sys.proc()

refused: not_allowed: `CALL` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
PREPARE s FROM 'SELECT 1'

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
EXECUTE s

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
SHOW TABLES

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
DESCRIBE page

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
EXPLAIN SELECT 1

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
HANDLER page OPEN

refused: not_allowed: `HANDLER` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
LOAD DATA INFILE '/etc/passwd' INTO TABLE page

refused: not_allowed: `LOAD` is not allowed: the server reads no files
  try: no data can be brought here: join your own to an answer where you analyse it

-- researchers
SELECT 1 INTO OUTFILE '/tmp/x'

refused: not_allowed: `INTO OUTFILE` is not allowed: the server writes no files
  try: let your client write the file: mysql … -e "SELECT …" > answer.tsv

-- researchers
SELECT 1 INTO DUMPFILE '/tmp/x'

refused: not_allowed: `INTO DUMPFILE` is not allowed: the server writes no files
  try: let your client write the file: mysql … -e "SELECT …" > answer.tsv

-- researchers
SELECT 'x' FROM page INTO OUTFILE '/tmp/x'

refused: not_allowed: `INTO OUTFILE` is not allowed: the server writes no files
  try: let your client write the file: mysql … -e "SELECT …" > answer.tsv

-- researchers
DO SLEEP(1)

refused: not_allowed: `DO` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
GRANT ALL ON *.* TO ann

refused: not_allowed: `GRANT` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
KILL 1

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
LOCK TABLES page READ

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
VALUES (1)

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
TABLE page

SELECT `page`.`page_id` AS `page_id`, `page`.`page_namespace` AS `page_namespace`, `page`.`page_title` AS `page_title`, `page`.`page_latest` AS `page_latest`, `page`.`page_len` AS `page_len`, `page`.`page_touched` AS `page_touched` FROM (SELECT `page_id` AS `page_id`, `page_namespace` AS `page_namespace`, `page_title` AS `page_title`, `page_latest` AS `page_latest`, `page_len` AS `page_len`, `page_touched` AS `page_touched` FROM `enwiki`.`page`) AS `page`

-- researchers
SELECT * FROM (VALUES (1)) t

refused: not_allowed: only tables and subqueries may stand after FROM

-- researchers
SELECT page_id FROM page PROCEDURE ANALYSE()

refused: syntax: syntax error near `ANALYSE()` at line 1

-- researchers
SELECT page_id FROM page PARTITION (p0)

refused: not_allowed: `PARTITION` is not allowed in `TABLE`

-- researchers
SELECT page_id FROM page FOR SYSTEM_TIME AS OF NOW()

refused: not_allowed: `VERSION` is not allowed in `TABLE`

-- researchers
SELECT /*! user_email, */ user_id FROM user

refused: not_allowed: executable comments `/*! … */` are not allowed

-- researchers
SELECT /*!50000 1 */

refused: not_allowed: executable comments `/*! … */` are not allowed

-- researchers
SELECT /*M!100100 1 */ 1

refused: not_allowed: executable comments `/*! … */` are not allowed

-- researchers
SELECT page_id --1
FROM page

SELECT `page`.`page_id` - -1 AS `page_id --1` FROM (SELECT `page_id` AS `page_id` FROM `enwiki`.`page`) AS `page`

-- researchers
BEGIN

refused: not_allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
XA START 'a'

refused: not_allowed: `XA` is not allowed: only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT
  try: ask one SELECT at a time

-- researchers
LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE page

refused: local_infile: `LOAD` is not allowed: the server reads no files and asks no client for any
  try: no data can be brought here: join your own to an answer where you analyse it
