"""What tools ask by themselves: at connecting, when the navigator is opened, when a table is looked at. `{wiki}` is a database, `page` one of its tables.

Written after the sources of MySQL Connector/J 8 and MariaDB Connector/J 3, DBeaver 24's MySQL extension, SQLAlchemy's and Superset's MySQL dialects, and
Metabase's MySQL driver.
"""

from __future__ import annotations

from typing import Final

CONNECTOR_J: Final = (
    "/* mysql-connector-j-8.3.0 (Revision: 805f872a57875f311cb82487efcfb070411a3fa0) */SELECT  @@session.auto_increment_increment AS auto_increment_increment,"
    " @@character_set_client AS character_set_client, @@character_set_connection AS character_set_connection, @@character_set_results AS character_set_results,"
    " @@character_set_server AS character_set_server, @@collation_server AS collation_server, @@collation_connection AS collation_connection,"
    " @@init_connect AS init_connect, @@interactive_timeout AS interactive_timeout, @@license AS license, @@lower_case_table_names AS lower_case_table_names,"
    " @@max_allowed_packet AS max_allowed_packet, @@net_write_timeout AS net_write_timeout, @@performance_schema AS performance_schema,"
    " @@query_cache_size AS query_cache_size, @@query_cache_type AS query_cache_type, @@sql_mode AS sql_mode, @@system_time_zone AS system_time_zone,"
    " @@time_zone AS time_zone, @@tx_isolation AS transaction_isolation, @@wait_timeout AS wait_timeout",
    "SET character_set_results = NULL", "SET NAMES utf8mb4", "SET autocommit=1", "SET sql_mode='STRICT_TRANS_TABLES'", "SHOW WARNINGS",
    "SELECT @@session.tx_read_only", "SELECT @@session.tx_isolation", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION TRANSACTION READ ONLY", "SET SQL_SELECT_LIMIT=201",
    "SET SQL_SELECT_LIMIT=DEFAULT", "/* ping */ SELECT 1",
    "select @@max_allowed_packet,@@system_time_zone,@@time_zone,@@auto_increment_increment", "SELECT @@max_allowed_packet, @@wait_timeout",
    "set autocommit=1, sql_mode = concat(@@sql_mode,',STRICT_TRANS_TABLES')",
    "SELECT TABLE_SCHEMA TABLE_CAT, NULL TABLE_SCHEM, TABLE_NAME, IF(TABLE_TYPE='BASE TABLE' or TABLE_TYPE = 'SYSTEM VERSIONED', 'TABLE', TABLE_TYPE)"
    " as TABLE_TYPE, TABLE_COMMENT REMARKS, NULL TYPE_CAT, NULL TYPE_SCHEM, NULL TYPE_NAME, NULL SELF_REFERENCING_COL_NAME, NULL REF_GENERATION"
    " FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = '{wiki}' AND TABLE_TYPE IN ('BASE TABLE','VIEW') ORDER BY TABLE_TYPE, TABLE_SCHEMA, TABLE_NAME",
    "SELECT A.TABLE_SCHEMA TABLE_CAT, NULL TABLE_SCHEM, A.TABLE_NAME, A.COLUMN_NAME, B.SEQ_IN_INDEX KEY_SEQ, B.INDEX_NAME PK_NAME"
    " FROM INFORMATION_SCHEMA.COLUMNS A, INFORMATION_SCHEMA.STATISTICS B WHERE A.COLUMN_KEY in ('PRI','pri') AND B.INDEX_NAME='PRIMARY'"
    " AND A.TABLE_SCHEMA = '{wiki}' AND A.TABLE_NAME = 'page' AND B.TABLE_SCHEMA = '{wiki}' AND B.TABLE_NAME = 'page' AND A.TABLE_SCHEMA = B.TABLE_SCHEMA"
    " AND A.TABLE_NAME = B.TABLE_NAME AND A.COLUMN_NAME = B.COLUMN_NAME ORDER BY A.COLUMN_NAME",
    "SELECT SCHEMA_NAME AS TABLE_CAT FROM INFORMATION_SCHEMA.SCHEMATA ORDER BY TABLE_CAT",
)
"""What the two JDBC drivers ask under every tool in Java."""

DBEAVER: Final = (
    "SHOW VARIABLES LIKE 'lower_case_table_names'", "SHOW VARIABLES LIKE 'lower_case_%'", "SHOW ENGINES", "SHOW PLUGINS", "SHOW CHARSET", "SHOW COLLATION",
    "SELECT @@GLOBAL.character_set_server,@@GLOBAL.collation_server", "SHOW DATABASES", "SHOW FULL PROCESSLIST", "SELECT CURRENT_USER()", "SELECT DATABASE()",
    "SHOW GRANTS FOR CURRENT_USER()", "SHOW PRIVILEGES", "SHOW GLOBAL STATUS", "SHOW GLOBAL VARIABLES", "SHOW SESSION VARIABLES", "SHOW WARNINGS",
    "SELECT * FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{wiki}'", "SHOW FULL TABLES FROM `{wiki}`", "SHOW TABLE STATUS FROM `{wiki}`",
    "SHOW TABLE STATUS FROM `{wiki}` LIKE 'page'", "SELECT * FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = '{wiki}' AND t.TABLE_NAME = 'page'",
    "SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='{wiki}' AND TABLE_NAME='page' ORDER BY ORDINAL_POSITION",
    "SHOW FULL COLUMNS FROM `{wiki}`.`page`", "SHOW INDEX FROM `{wiki}`.`page`", "SHOW CREATE TABLE `{wiki}`.`page`", "SHOW CREATE DATABASE `{wiki}`",
    "SELECT kc.CONSTRAINT_NAME,kc.TABLE_NAME,kc.COLUMN_NAME,kc.ORDINAL_POSITION FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE kc"
    " WHERE kc.TABLE_SCHEMA='{wiki}' AND kc.REFERENCED_TABLE_NAME IS NULL AND kc.TABLE_NAME='page' ORDER BY kc.CONSTRAINT_NAME,kc.ORDINAL_POSITION",
    "SELECT cc.CONSTRAINT_NAME, cc.CHECK_CLAUSE, tc.TABLE_NAME FROM (SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS"
    " WHERE CONSTRAINT_SCHEMA = '{wiki}' ORDER BY CONSTRAINT_NAME) cc, (SELECT TABLE_NAME, CONSTRAINT_NAME FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS"
    " WHERE TABLE_SCHEMA = '{wiki}' AND TABLE_NAME='page') tc WHERE cc.CONSTRAINT_NAME = tc.CONSTRAINT_NAME ORDER BY cc.CONSTRAINT_NAME",
    "SELECT * FROM INFORMATION_SCHEMA.STATISTICS WHERE TABLE_SCHEMA='{wiki}' AND TABLE_NAME='page' ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
    "SELECT * FROM INFORMATION_SCHEMA.PARTITIONS WHERE TABLE_SCHEMA='{wiki}' AND TABLE_NAME='page' AND PARTITION_METHOD IS NOT NULL"
    " ORDER BY PARTITION_ORDINAL_POSITION,SUBPARTITION_ORDINAL_POSITION",
    "SELECT * FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '{wiki}' AND EVENT_OBJECT_TABLE='page'", "SHOW TRIGGERS FROM `{wiki}`",
    "SELECT * FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA='{wiki}' AND ROUTINE_TYPE IN ('PROCEDURE','FUNCTION') ORDER BY ROUTINE_NAME",
    "SELECT * FROM information_schema.PARAMETERS WHERE SPECIFIC_SCHEMA='{wiki}'", "SELECT * FROM information_schema.EVENTS WHERE EVENT_SCHEMA='{wiki}'",
    "SELECT * FROM information_schema.VIEWS WHERE TABLE_SCHEMA='{wiki}'",
    "SELECT * FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = '{wiki}' AND TABLE_NAME='page'",
    "SELECT * FROM INFORMATION_SCHEMA.USER_PRIVILEGES", "SELECT * FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES WHERE TABLE_SCHEMA='{wiki}' AND TABLE_NAME='page'",
    "SELECT * FROM INFORMATION_SCHEMA.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA='{wiki}' AND TABLE_NAME='page'",
    "SELECT COUNT(*) FROM `{wiki}`.`page`", "SELECT `page_id`, `page_namespace`, `page_title` FROM `{wiki}`.`page` WHERE `page_id`=1",
    "SELECT 'keep alive'", "SELECT SUM(data_length + index_length) FROM information_schema.TABLES WHERE TABLE_SCHEMA='{wiki}'",
)

SUPERSET: Final = (
    "SELECT VERSION()", "SELECT @@version_comment", "SELECT @@tx_isolation", "SELECT @@session.sql_mode", "SHOW VARIABLES LIKE 'sql_mode'",
    "SHOW VARIABLES LIKE 'lower_case_table_names'", "SELECT CAST('test plain returns' AS CHAR(60)) AS anon_1", "SELECT DATABASE()", "ROLLBACK", "COMMIT",
    "SELECT schema_name FROM information_schema.schemata",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{wiki}' AND table_name = 'page'",
    "SELECT table_name FROM information_schema.tables WHERE table_schema = '{wiki}' AND table_type = 'BASE TABLE'",
    "SHOW FULL TABLES FROM `{wiki}`", "SHOW CREATE TABLE `{wiki}`.`page`", "DESCRIBE `{wiki}`.`page`",
    "SELECT table_comment FROM information_schema.tables WHERE table_schema = '{wiki}' AND table_name = 'page'",
    "SELECT CONNECTION_ID()", "SELECT page_title AS page_title, COUNT(*) AS count FROM page GROUP BY page_title ORDER BY count DESC LIMIT 1000",
    "SELECT DATE(DATE_SUB(rev_timestamp, INTERVAL DAYOFWEEK(rev_timestamp) - 1 DAY)) AS d, COUNT(*) AS n FROM revision GROUP BY d ORDER BY n DESC LIMIT 10",
    "SELECT DATE_ADD(DATE(rev_timestamp), INTERVAL HOUR(rev_timestamp) HOUR) AS __timestamp, count(*) AS count FROM revision"
    " WHERE rev_timestamp >= '20010101000000' GROUP BY DATE_ADD(DATE(rev_timestamp), INTERVAL HOUR(rev_timestamp) HOUR) ORDER BY count DESC LIMIT 10000",
    "SELECT * FROM (SELECT page_namespace, COUNT(*) AS n FROM page GROUP BY page_namespace) AS virtual_table LIMIT 1000",
    "SELECT MIN(page_id), MAX(page_id) FROM `{wiki}`.page",
)

METABASE: Final = (
    "SELECT @@GLOBAL.time_zone AS global_tz, @@system_time_zone AS system_tz, time_format( timediff( now(), convert_tz(now(), @@GLOBAL.time_zone, '+00:00') ),"
    " '%H:%i' ) AS 'offset'",
    "SELECT VERSION()", "SET @@session.time_zone = '+00:00'", "SHOW GRANTS FOR CURRENT_USER()", "SELECT TRUE AS _ FROM `{wiki}`.`page` WHERE 1 <> 1 LIMIT 0",
    "-- Metabase\nSELECT SUBSTRING(`page`.`page_title`, 1, 1234) AS `substring1`, `page`.`page_namespace` AS `page_namespace` FROM `page` LIMIT 10000",
    "-- Metabase\nSELECT `page`.`page_namespace` AS `page_namespace` FROM `page` GROUP BY `page`.`page_namespace`"
    " ORDER BY `page`.`page_namespace` ASC LIMIT 1001",
    "-- Metabase:: userID: 1 queryType: MBQL queryHash: 0000\nSELECT COUNT(*) AS `count` FROM `page` WHERE `page`.`page_namespace` = 0",
    "SELECT STR_TO_DATE(CONCAT(DATE_FORMAT(CAST(`revision`.`rev_timestamp` AS datetime), '%Y-%m'), '-01'), '%Y-%m-%d') AS `month`, COUNT(*) AS `count`"
    " FROM `revision` GROUP BY STR_TO_DATE(CONCAT(DATE_FORMAT(CAST(`revision`.`rev_timestamp` AS datetime), '%Y-%m'), '-01'), '%Y-%m-%d') ORDER BY `month` ASC",
    "SELECT c.column_name AS name, c.ordinal_position - 1 AS 'database-position', c.table_name AS 'table-name', upper(c.data_type) AS 'database-type',"
    " c.extra = 'auto_increment' AS 'database-is-auto-increment', c.is_nullable = 'YES' AS 'database-is-nullable', c.column_key = 'PRI' AS 'pk?',"
    " nullif(c.column_comment, '') AS 'field-comment' FROM information_schema.columns AS c WHERE c.table_schema NOT IN ('sys', 'mysql', 'information_schema')"
    " AND c.table_schema = '{wiki}' AND c.table_name = 'page' ORDER BY c.ordinal_position",
    "SELECT a.table_name AS 'fk-table-name' FROM information_schema.key_column_usage AS a"
    " WHERE a.referenced_table_schema IS NOT NULL AND a.table_schema = '{wiki}'",
)

TOOLS: Final = {"Connector/J": CONNECTOR_J, "DBeaver": DBEAVER, "Superset": SUPERSET, "Metabase": METABASE}
