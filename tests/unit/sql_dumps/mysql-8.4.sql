-- MySQL dump 10.13  Distrib 8.4.3, for Linux (x86_64)
--
-- Host: localhost    Database: wiki
-- ------------------------------------------------------
-- Server version	8.4.3

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;
SET @@SESSION.SQL_LOG_BIN= 0;

--
-- GTID state at the beginning of the backup 
--

SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5';
CREATE DATABASE /*!32312 IF NOT EXISTS*/ `wiki` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci */ /*!80016 DEFAULT ENCRYPTION='N' */;

USE `wiki`;

--
-- Table structure for table `odd`
--

DROP TABLE IF EXISTS `odd`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `odd` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `a` int DEFAULT NULL,
  `g` int GENERATED ALWAYS AS ((`a` + 1)) VIRTUAL,
  `gs` varchar(20) COLLATE utf8mb4_bin GENERATED ALWAYS AS (concat(`a`,_utf8mb4'x')) STORED NOT NULL,
  `inv` int DEFAULT '7' /*!80023 INVISIBLE */,
  `j` json DEFAULT NULL,
  `jd` json DEFAULT (json_array()),
  `u` varbinary(16) DEFAULT (uuid_to_bin(uuid())),
  `p` point NOT NULL /*!80003 SRID 4326 */,
  `gc` geomcollection DEFAULT NULL,
  `b` bit(12) DEFAULT b'101',
  `y` year DEFAULT NULL,
  `e` enum('a','b''c','d,e)') CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'a',
  `s` set('x','y') COLLATE utf8mb4_bin DEFAULT NULL,
  `d` decimal(65,30) DEFAULT NULL,
  `f` float unsigned DEFAULT NULL,
  `ts` timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `dt` datetime DEFAULT CURRENT_TIMESTAMP,
  `bb` blob,
  `c` char(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT NULL COMMENT 'it''s; (odd)',
  `n` national varchar(5) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uk` (`a`,`c`(2)) USING BTREE COMMENT 'k',
  KEY `fk` ((cast(`j` as unsigned array))),
  KEY `fk2` ((lower(`c`)),`a` DESC),
  KEY `ik` (`a`) /*!80000 INVISIBLE */,
  SPATIAL KEY `sp` (`p`),
  FULLTEXT KEY `ft` (`c`) /*!50100 WITH PARSER `ngram` */,
  CONSTRAINT `odd_chk_1` CHECK ((`a` > 0)) /*!80016 NOT ENFORCED */,
  CONSTRAINT `odd_ibfk_1` FOREIGN KEY (`a`) REFERENCES `other` (`id`) ON DELETE CASCADE ON UPDATE SET NULL
) /*!50100 TABLESPACE `innodb_system` */ ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci STATS_PERSISTENT=1 ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 COMMENT='x;y'
/*!50100 PARTITION BY RANGE (`id`)
SUBPARTITION BY HASH (`id`)
(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `odd`
--

LOCK TABLES `odd` WRITE;
/*!40000 ALTER TABLE `odd` DISABLE KEYS */;
INSERT INTO `odd` (`id`, `a`, `inv`, `j`, `jd`, `u`, `p`, `gc`, `b`, `y`, `e`, `s`, `d`, `f`, `ts`, `dt`, `bb`, `c`, `n`) VALUES (1,1,7,'{\"a\": \"b\\nc\"}','[]',_binary 'abc\0\'\"\\defghijklmno',_binary '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0',NULL,_binary '\nú',2024,'b\'c','x,y',1.500000000000000000000000000000,1.5,'2024-01-01 00:00:00.000000','0000-00-00 00:00:00',_binary 'x','ab','n'),(2,2,7,NULL,NULL,NULL,_binary '',NULL,0x05,NULL,NULL,'',-12345678901234567890123456789012345.123456789012345678901234567890,1e-10,NULL,NULL,'',NULL,NULL);
/*!40000 ALTER TABLE `odd` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Temporary view structure for view `seen`
--

DROP TABLE IF EXISTS `seen`;
/*!50001 DROP VIEW IF EXISTS `seen`*/;
SET @saved_cs_client     = @@character_set_client;
/*!50503 SET character_set_client = utf8mb4 */;
/*!50001 CREATE VIEW `seen` AS SELECT 
 1 AS `id`,
 1 AS `a`*/;
SET character_set_client = @saved_cs_client;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET sql_mode              = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `stop` BEFORE INSERT ON `odd` FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.c = 'x;;'; END */;;
DELIMITER ;
/*!50106 SET @save_time_zone= @@TIME_ZONE */ ;
/*!50106 DROP EVENT IF EXISTS `tick` */;
DELIMITER ;;
/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`%`*/ /*!50106 EVENT `tick` ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE DO DELETE FROM odd */ ;;
DELIMITER ;
/*!50003 DROP FUNCTION IF EXISTS `twice` */;
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` FUNCTION `twice`(x int) RETURNS int
    DETERMINISTIC
BEGIN
  RETURN 2 * x;
END ;;
DELIMITER ;
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` PROCEDURE `proc`()
BEGIN END ;;
DELIMITER ;
/*!50001 DROP VIEW IF EXISTS `seen`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `seen` AS select `odd`.`id` AS `id`,`odd`.`a` AS `a` from `odd` */;
SET @@SESSION.SQL_LOG_BIN = @MYSQLDUMP_TEMP_LOG_BIN;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

-- Dump completed on 2024-11-01 12:00:00
