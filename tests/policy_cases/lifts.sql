-- researchers; lift enwiki.user.user_email
SELECT user_email FROM user WHERE user_email LIKE '%@example.org'

SELECT `user`.`user_email` AS `user_email` FROM (SELECT `user_email` AS `user_email` FROM `enwiki`.`user`) AS `user` WHERE `user`.`user_email` LIKE '%@example.org'

-- researchers; lift enwiki.user.user_email
SELECT user_touched FROM user

SELECT `user`.`user_touched` AS `user_touched` FROM (SELECT CAST(NULL AS CHAR) AS `user_touched` FROM `enwiki`.`user`) AS `user`
  notice: closed to you and shown as NULL in `enwiki.user`: `user_touched`

-- researchers; lift enwiki.user.user_email
SELECT user_email FROM dewiki.user

SELECT `user`.`user_email` AS `user_email` FROM (SELECT CAST(NULL AS CHAR) AS `user_email` FROM `dewiki`.`user`) AS `user`
  notice: closed to you and shown as NULL in `dewiki.user`: `user_email`

-- researchers; lift enwiki.user.user_password
SELECT user_password FROM user

refused: access_refused: you may not use column `enwiki.user.user_password`: passwords, tokens and keys are never shown
  try: leave it out; `SELECT *` shows it as NULL

-- researchers; lift enwiki.recentchanges.rc_new_col enwiki.recentchanges.rc_ip
SELECT rc_new_col FROM recentchanges

refused: access_refused: you may not use column `enwiki.recentchanges.rc_new_col`: nobody has classified this column
  try: leave it out; `SELECT *` shows it as NULL

-- researchers; lift enwiki.recentchanges.rc_new_col enwiki.recentchanges.rc_ip
SELECT rc_ip FROM recentchanges

SELECT `recentchanges`.`rc_ip` AS `rc_ip` FROM (SELECT CAST(NULL AS CHAR) AS `rc_ip` FROM `enwiki`.`recentchanges`) AS `recentchanges`
  notice: closed to you and shown as NULL in `enwiki.recentchanges`: `rc_ip`

-- nobody; lift enwiki.cu_changes.cuc_ip
SELECT cuc_ip FROM cu_changes

SELECT `cu_changes`.`cuc_ip` AS `cuc_ip` FROM (SELECT `cuc_ip` AS `cuc_ip` FROM `enwiki`.`cu_changes`) AS `cu_changes`

-- nobody; lift enwiki.cu_changes.cuc_ip
SELECT * FROM cu_changes

SELECT `cu_changes`.`cuc_id` AS `cuc_id`, `cu_changes`.`cuc_ip` AS `cuc_ip`, `cu_changes`.`cuc_agent` AS `cuc_agent` FROM (SELECT CAST(NULL AS INT UNSIGNED) AS `cuc_id`, `cuc_ip` AS `cuc_ip`, CAST(NULL AS CHAR) AS `cuc_agent` FROM `enwiki`.`cu_changes`) AS `cu_changes`
  notice: closed to you and shown as NULL in `enwiki.cu_changes`: `cuc_id`, `cuc_agent`

-- nobody; lift enwiki.cu_changes.cuc_ip
SELECT page_id FROM page

refused: access_refused: you may not read `enwiki.page`: no group of yours opens it
  try: ask a data steward for the group `researchers`

-- researchers; lift enwiki.revision.rev_actor
SELECT rev_actor FROM revision

SELECT `revision`.`rev_actor` AS `rev_actor` FROM (SELECT CASE WHEN (`_hidden` & 9) = 0 THEN `rev_actor` END AS `rev_actor` FROM `enwiki`.`revision` WHERE (`_hidden` & 1) = 0) AS `revision`

-- researchers; lift enwiki.revision.rev_actor; suppressed
SELECT rev_id, rev_actor FROM revision

SELECT `revision`.`rev_id` AS `rev_id`, `revision`.`rev_actor` AS `rev_actor` FROM (SELECT CASE WHEN (`_hidden` & 1) = 0 THEN `rev_id` END AS `rev_id`, `rev_actor` AS `rev_actor` FROM `enwiki`.`revision`) AS `revision`

-- researchers; lift enwiki.revision.rev_actor; suppressed
SELECT actor_name FROM actor

SELECT `actor`.`actor_name` AS `actor_name` FROM (SELECT CASE WHEN (`_hidden` & 9) = 0 THEN `actor_name` END AS `actor_name` FROM `enwiki`.`actor` WHERE (`_hidden` & 1) = 0) AS `actor`

-- nobody; lift arbcomwiki.page.page_title
SELECT page_title FROM arbcomwiki.page

SELECT `page`.`page_title` AS `page_title` FROM (SELECT `page_title` AS `page_title` FROM `arbcomwiki`.`page`) AS `page`

-- nobody; lift arbcomwiki.page.page_title
SELECT page_title FROM arbcomwiki.user

refused: unknown_table: table `arbcomwiki.user` doesn't exist

-- researchers; lift enwiki.user.user_email; state suspended
SELECT user_email FROM user

refused: unknown_table: table `enwiki.user` doesn't exist
