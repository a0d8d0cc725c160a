-- researchers
SELECT user_email FROM user

SELECT `user`.`user_email` AS `user_email` FROM (SELECT CAST(NULL AS CHAR) AS `user_email` FROM `enwiki`.`user`) AS `user`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_email`

-- researchers
SELECT * FROM user

SELECT `user`.`user_id` AS `user_id`, `user`.`user_name` AS `user_name`, `user`.`user_password` AS `user_password`, `user`.`user_email` AS `user_email`, `user`.`user_registration` AS `user_registration`, `user`.`user_editcount` AS `user_editcount`, `user`.`user_touched` AS `user_touched` FROM (SELECT `user_id` AS `user_id`, `user_name` AS `user_name`, CAST(NULL AS CHAR) AS `user_password`, CAST(NULL AS CHAR) AS `user_email`, `user_registration` AS `user_registration`, `user_editcount` AS `user_editcount`, CAST(NULL AS CHAR) AS `user_touched` FROM `enwiki`.`user`) AS `user`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_password`, `user_email`, `user_touched`

-- researchers
SELECT u.user_email AS mail, (user_email) FROM user u

SELECT `u`.`user_email` AS `mail`, `u`.`user_email` AS `user_email` FROM (SELECT CAST(NULL AS CHAR) AS `user_email` FROM `enwiki`.`user`) AS `u`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_email`

-- researchers
SELECT user_touched FROM user

SELECT `user`.`user_touched` AS `user_touched` FROM (SELECT CAST(NULL AS CHAR) AS `user_touched` FROM `enwiki`.`user`) AS `user`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_touched`

-- researchers
SELECT user_id FROM user WHERE user_email = 'a@b.c'

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id FROM user WHERE USER_EMAIL IS NOT NULL

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id FROM user ORDER BY user_email

refused: access_refused: you may not use column `enwiki.user.user_email` in ORDER BY: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_id, user_email FROM user ORDER BY 2

refused: access_refused: you may not use column `enwiki.user.user_email` in ORDER BY: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_email AS m FROM user ORDER BY m

refused: access_refused: you may not use column `enwiki.user.user_email` in ORDER BY: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_email FROM user GROUP BY user_email

refused: access_refused: you may not use column `enwiki.user.user_email` in GROUP BY: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_email FROM user GROUP BY 1

refused: access_refused: you may not use column `enwiki.user.user_email` in GROUP BY: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_email AS m FROM user HAVING m > 'a'

refused: access_refused: you may not use column `enwiki.user.user_email` in HAVING: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT LENGTH(user_email) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT COUNT(user_email) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT COUNT(DISTINCT user_email) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT GROUP_CONCAT(user_id ORDER BY user_email) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT RANK() OVER (ORDER BY user_email) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT SUM(1) OVER (PARTITION BY user_email) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT SUM(1) OVER w FROM user WINDOW w AS (PARTITION BY user_email)

refused: access_refused: you may not use column `enwiki.user.user_email` in WINDOW: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT 1 FROM user u JOIN user v ON u.user_email = v.user_email

refused: access_refused: you may not use column `enwiki.user.user_email` in ON: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT 1 FROM user u JOIN user v USING (user_email)

refused: access_refused: you may not use column `enwiki.user.user_email` in FROM: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT 1 FROM user NATURAL JOIN user u

refused: access_refused: you may not use column `enwiki.user.user_password`: passwords, tokens and keys are never shown
  try: leave it out; `SELECT *` shows it as NULL

-- researchers
SELECT 1 FROM page WHERE page_title IN (SELECT user_email FROM user)

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT (SELECT user_email FROM user LIMIT 1)

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT (SELECT user_email) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT 1 FROM page WHERE EXISTS (SELECT user_email FROM user)

SELECT 1 AS `1` FROM (SELECT 1 AS `_` FROM `enwiki`.`page`) AS `page` WHERE EXISTS(SELECT `user`.`user_email` AS `user_email` FROM (SELECT CAST(NULL AS CHAR) AS `user_email` FROM `enwiki`.`user`) AS `user`)
  notice: closed to you and shown as NULL in `enwiki.user`: `user_email`

-- researchers
SELECT 1 FROM page WHERE EXISTS (SELECT 1 FROM user WHERE user_email = page_title)

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT 1 FROM user WHERE page_id = (SELECT 1 FROM page WHERE page_title = user_email)

refused: unknown_column: unknown column `page_id` in WHERE

-- researchers
SELECT m FROM (SELECT user_email AS m FROM user) t

SELECT `t`.`m` AS `m` FROM (SELECT `user`.`user_email` AS `m` FROM (SELECT CAST(NULL AS CHAR) AS `user_email` FROM `enwiki`.`user`) AS `user`) AS `t`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_email`

-- researchers
SELECT m FROM (SELECT user_email AS m FROM user) t WHERE m = 'x'

refused: access_refused: you may not use column `enwiki.user.user_email` in WHERE: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT LEFT(m, 1) FROM (SELECT user_email AS m FROM user UNION SELECT user_email FROM dewiki.user) t

refused: access_refused: you may not use column `m` in an expression
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
WITH t AS (SELECT * FROM user) SELECT MAX(user_email) FROM t

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT CASE WHEN user_email LIKE 'a%' THEN 1 END FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT CAST(user_email AS UNSIGNED) FROM user

refused: access_refused: you may not use column `enwiki.user.user_email` in an expression: personal data (personal.email)
  try: SELECT it by its name alone to see NULL, or leave it out

-- researchers
SELECT user_password FROM user

refused: access_refused: you may not use column `enwiki.user.user_password`: passwords, tokens and keys are never shown
  try: leave it out; `SELECT *` shows it as NULL

-- researchers
SELECT user_id AS user_password FROM user

SELECT `user`.`user_id` AS `user_password` FROM (SELECT `user_id` AS `user_id` FROM `enwiki`.`user`) AS `user`

-- researchers
SELECT 1 FROM user WHERE user_password = 'x'

refused: access_refused: you may not use column `enwiki.user.user_password`: passwords, tokens and keys are never shown
  try: leave it out; `SELECT *` shows it as NULL

-- researchers
SELECT user_password FROM (SELECT * FROM user) t

refused: access_refused: you may not use column `enwiki.user.user_password`: passwords, tokens and keys are never shown
  try: leave it out; `SELECT *` shows it as NULL

-- researchers
SELECT t.* FROM (SELECT * FROM user) t

SELECT `t`.`user_id` AS `user_id`, `t`.`user_name` AS `user_name`, `t`.`user_password` AS `user_password`, `t`.`user_email` AS `user_email`, `t`.`user_registration` AS `user_registration`, `t`.`user_editcount` AS `user_editcount`, `t`.`user_touched` AS `user_touched` FROM (SELECT `user`.`user_id` AS `user_id`, `user`.`user_name` AS `user_name`, `user`.`user_password` AS `user_password`, `user`.`user_email` AS `user_email`, `user`.`user_registration` AS `user_registration`, `user`.`user_editcount` AS `user_editcount`, `user`.`user_touched` AS `user_touched` FROM (SELECT `user_id` AS `user_id`, `user_name` AS `user_name`, CAST(NULL AS CHAR) AS `user_password`, CAST(NULL AS CHAR) AS `user_email`, `user_registration` AS `user_registration`, `user_editcount` AS `user_editcount`, CAST(NULL AS CHAR) AS `user_touched` FROM `enwiki`.`user`) AS `user`) AS `t`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_password`, `user_email`, `user_touched`

-- researchers
SELECT rc_new_col FROM recentchanges

refused: access_refused: you may not use column `enwiki.recentchanges.rc_new_col`: nobody has classified this column
  try: leave it out; `SELECT *` shows it as NULL

-- researchers
SELECT rc_ip FROM recentchanges

SELECT `recentchanges`.`rc_ip` AS `rc_ip` FROM (SELECT CAST(NULL AS CHAR) AS `rc_ip` FROM `enwiki`.`recentchanges`) AS `recentchanges`
  notice: closed to you and shown as NULL in `enwiki.recentchanges`: `rc_ip`

-- researchers
SELECT * FROM recentchanges

SELECT `recentchanges`.`rc_id` AS `rc_id`, `recentchanges`.`rc_title` AS `rc_title`, `recentchanges`.`rc_ip` AS `rc_ip`, `recentchanges`.`rc_new_col` AS `rc_new_col` FROM (SELECT `rc_id` AS `rc_id`, `rc_title` AS `rc_title`, CAST(NULL AS CHAR) AS `rc_ip`, CAST(NULL AS CHAR) AS `rc_new_col` FROM `enwiki`.`recentchanges`) AS `recentchanges`
  notice: closed to you and shown as NULL in `enwiki.recentchanges`: `rc_ip`, `rc_new_col`

-- researchers; database log
SELECT clientIp, COUNT(*) FROM Edit_17541122 GROUP BY clientIp

SELECT `Edit_17541122`.`clientIp` AS `clientIp`, COUNT(*) AS `COUNT(*)` FROM (SELECT CARREL_PSEUDONYM(`clientIp`) AS `clientIp` FROM `log`.`Edit_17541122`) AS `Edit_17541122` GROUP BY `Edit_17541122`.`clientIp`

-- researchers; database log
SELECT * FROM Edit_17541122 WHERE userAgent LIKE '%Firefox%'

SELECT `Edit_17541122`.`id` AS `id`, `Edit_17541122`.`timestamp` AS `timestamp`, `Edit_17541122`.`clientIp` AS `clientIp`, `Edit_17541122`.`event_action` AS `event_action`, `Edit_17541122`.`userAgent` AS `userAgent` FROM (SELECT `id` AS `id`, `timestamp` AS `timestamp`, CARREL_PSEUDONYM(`clientIp`) AS `clientIp`, `event_action` AS `event_action`, CARREL_PSEUDONYM(`userAgent`) AS `userAgent` FROM `log`.`Edit_17541122`) AS `Edit_17541122` WHERE `Edit_17541122`.`userAgent` LIKE '%Firefox%'

-- researchers, statistics-privatedata-users; database log
SELECT clientIp FROM Edit_17541122

SELECT `Edit_17541122`.`clientIp` AS `clientIp` FROM (SELECT `clientIp` AS `clientIp` FROM `log`.`Edit_17541122`) AS `Edit_17541122`

-- analytics-users; database wmf
SELECT * FROM webrequest

SELECT `webrequest`.`ip` AS `ip`, `webrequest`.`dt` AS `dt`, `webrequest`.`uri_host` AS `uri_host`, `webrequest`.`http_status` AS `http_status` FROM (SELECT CAST(NULL AS CHAR) AS `ip`, `dt` AS `dt`, `uri_host` AS `uri_host`, `http_status` AS `http_status` FROM `wmf`.`webrequest`) AS `webrequest`
  notice: closed to you and shown as NULL in `wmf.webrequest`: `ip`

-- analytics-users; database wmf
SELECT uri_host FROM webrequest WHERE ip = '10.0.0.1'

refused: access_refused: you may not use column `wmf.webrequest.ip` in WHERE: personal data (personal.ip)
  try: SELECT it by its name alone to see NULL, or leave it out

-- analytics-privatedata-users; database wmf
SELECT ip, http_status FROM webrequest

SELECT `webrequest`.`ip` AS `ip`, `webrequest`.`http_status` AS `http_status` FROM (SELECT `ip` AS `ip`, `http_status` AS `http_status` FROM `wmf`.`webrequest`) AS `webrequest`
