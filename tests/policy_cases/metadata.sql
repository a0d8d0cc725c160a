-- nobody
SELECT TABLE_NAME FROM information_schema.TABLES

SELECT `TABLES`.`TABLE_NAME` AS `TABLE_NAME` FROM (SELECT `TABLE_NAME` AS `TABLE_NAME` FROM `information_schema`.`TABLES`) AS `TABLES`

-- nobody
SELECT t.table_name FROM INFORMATION_SCHEMA.tables t WHERE table_schema = DATABASE()

SELECT `t`.`TABLE_NAME` AS `table_name` FROM (SELECT `TABLE_SCHEMA` AS `TABLE_SCHEMA`, `TABLE_NAME` AS `TABLE_NAME` FROM `information_schema`.`TABLES`) AS `t` WHERE `t`.`TABLE_SCHEMA` = 'enwiki'

-- nobody
SELECT * FROM information_schema.USER_PRIVILEGES

refused: unknown_table: table `information_schema.USER_PRIVILEGES` doesn't exist

-- nobody
SELECT User FROM mysql.user

refused: unknown_table: table `mysql.user` doesn't exist

-- nobody
SELECT * FROM performance_schema.threads

refused: unknown_table: table `performance_schema.threads` doesn't exist

-- nobody
SELECT * FROM sqlite_master

refused: unknown_table: table `enwiki.sqlite_master` doesn't exist
  try: did you mean `enwiki.site_stats`?

-- nobody
SELECT * FROM duckdb_tables()

refused: not_allowed: table functions are not allowed

-- nobody
SELECT * FROM pragma_storage_info('x')

refused: not_allowed: table functions are not allowed

-- nobody
SELECT current_setting('x')

refused: unknown_function: function `current_setting` does not exist
