-- MySQL dump 10.13  Distrib 5.5.62, for debian-linux-gnu (x86_64)
/*!40101 SET NAMES latin1 */;
/*!40101 SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
CREATE TABLE t (
  id int(11) NOT NULL AUTO_INCREMENT,
  c char(5) character set utf8 collate utf8_bin default NULL,
  ts timestamp NOT NULL default CURRENT_TIMESTAMP on update CURRENT_TIMESTAMP,
  d double(5,2) default NULL,
  tt tinytext,
  PRIMARY KEY  (id), KEY c (c)
) TYPE=MyISAM DEFAULT CHARSET=latin1 PACK_KEYS=1 AUTO_INCREMENT=3;
INSERT INTO t VALUES (1,'é','0000-00-00 00:00:00',-1.5,'a');
INSERT INTO t VALUES (2,NULL,'2010-01-01 00:00:00',NULL,NULL);
INSERT DELAYED IGNORE INTO t VALUES (3,NULL,'2010-01-01 00:00:00',NULL,NULL);
