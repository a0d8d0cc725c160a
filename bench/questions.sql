-- Questions as analysts of Wikimedia ask them, over the tables of the sample wiki: one a paragraph.

SELECT COUNT(*) FROM revision

SELECT DATABASE()

SELECT * FROM page LIMIT 10

SELECT page_id, page_title FROM page WHERE page_namespace = 0 AND page_is_redirect = 0 ORDER BY page_title LIMIT 100

SELECT rev_id, rev_timestamp FROM revision WHERE rev_timestamp BETWEEN '20180301000000' AND '20180331235959'

SELECT rev_id FROM revision WHERE rev_timestamp >= 20180301000000 AND rev_timestamp < 20180401000000 LIMIT 1000

SELECT LEFT(rev_timestamp, 6) AS month, COUNT(*) AS edits FROM revision GROUP BY month ORDER BY month

SELECT LEFT(rev_timestamp, 8) AS day, COUNT(DISTINCT rev_actor) AS editors FROM revision WHERE rev_timestamp LIKE '2018%' GROUP BY 1 ORDER BY 1

SELECT DATE_FORMAT(rev_timestamp, '%Y-%m') m, SUM(rev_minor_edit = 1) minor, SUM(rev_minor_edit) / COUNT(*) share FROM revision GROUP BY m

SELECT EXTRACT(YEAR_MONTH FROM rev_timestamp) AS ym, COUNT(*) FROM revision GROUP BY ym HAVING COUNT(*) > 5

SELECT DATE(log_timestamp) AS day, COUNT(*) AS accounts FROM logging WHERE log_type = 'newusers' AND log_action IN ('create', 'create2') GROUP BY day

SELECT STR_TO_DATE(LEFT(rev_timestamp, 8), '%Y%m%d') AS date, COUNT(*) FROM revision GROUP BY date

SELECT actor_name, COUNT(*) AS edits FROM revision JOIN actor ON actor_id = rev_actor GROUP BY actor_name ORDER BY edits DESC, actor_name LIMIT 20

SELECT a.actor_name, p.page_title, COUNT(*) n FROM revision r JOIN actor a ON a.actor_id = r.rev_actor JOIN page p ON p.page_id = r.rev_page
WHERE p.page_namespace = 0 GROUP BY a.actor_name, p.page_title ORDER BY n DESC LIMIT 50

SELECT page_title, COUNT(rev_id) edits, COUNT(DISTINCT rev_actor) editors, MIN(rev_timestamp) first_edit, MAX(rev_timestamp) last_edit
FROM page LEFT JOIN revision ON rev_page = page_id WHERE page_namespace IN (0, 4) GROUP BY page_id ORDER BY edits DESC LIMIT 20

SELECT CONCAT('https://en.wikipedia.org/wiki/', page_title) AS url, page_len FROM page WHERE page_len > 1000 ORDER BY page_len DESC LIMIT 25

SELECT user_id, user_name, user_registration, user_editcount FROM user WHERE user_registration >= '20180101000000' ORDER BY user_registration

SELECT ug_group, COUNT(*) FROM user_groups GROUP BY ug_group

SELECT user_name FROM user WHERE user_id NOT IN (SELECT ug_user FROM user_groups WHERE ug_group = 'bot') AND user_editcount > 10

SELECT user_name, user_editcount FROM user LEFT JOIN user_groups ON ug_user = user_id AND ug_group = 'bot' WHERE ug_user IS NULL ORDER BY user_editcount DESC

SELECT SUM(edits >= 5) AS active, SUM(edits >= 100) AS very_active FROM
(SELECT rev_actor, COUNT(*) AS edits FROM revision WHERE rev_timestamp BETWEEN '20180301' AND '20180401' GROUP BY rev_actor) AS editors

SELECT month, COUNT(*) AS active_editors FROM (
  SELECT LEFT(rev_timestamp, 6) AS month, rev_actor, COUNT(*) AS n FROM revision JOIN page ON page_id = rev_page
  JOIN actor ON actor_id = rev_actor WHERE page_namespace = 0 AND actor_user IS NOT NULL GROUP BY month, rev_actor HAVING n >= 5
) t GROUP BY month ORDER BY month

SELECT r.rev_id, CAST(r.rev_len AS SIGNED) - CAST(COALESCE(p.rev_len, 0) AS SIGNED) AS delta FROM revision r LEFT JOIN revision p ON p.rev_id = r.rev_parent_id
WHERE r.rev_timestamp LIKE '201803%' ORDER BY delta DESC LIMIT 100

SELECT actor_name, SUM(CAST(r.rev_len AS SIGNED) - CAST(IFNULL(p.rev_len, 0) AS SIGNED)) AS net, COUNT(*) AS edits FROM revision r
LEFT JOIN revision p ON p.rev_id = r.rev_parent_id JOIN actor ON actor_id = r.rev_actor JOIN page ON page_id = r.rev_page
WHERE page_namespace = 0 GROUP BY actor_name HAVING edits > 1 ORDER BY net DESC LIMIT 10

SELECT 'desktop' AS platform, COUNT(*) AS n FROM revision WHERE rev_minor_edit = 0 UNION ALL SELECT 'mobile', COUNT(*) FROM revision WHERE rev_minor_edit = 1

SELECT COUNT(*) FROM (SELECT rev_actor FROM revision UNION SELECT ar_actor FROM archive) AS everybody

SELECT rc_type, rc_bot, COUNT(*) FROM recentchanges GROUP BY rc_type, rc_bot ORDER BY 1, 2

SELECT IF(rc_bot, 'bot', IF(rc_minor = 1, 'minor', 'other')) AS kind, COUNT(*) AS n FROM recentchanges GROUP BY kind

SELECT CASE WHEN page_len < 100 THEN 'stub' WHEN page_len < 1000 THEN 'short' WHEN page_len < 10000 THEN 'medium' ELSE 'long' END AS class, COUNT(*) AS pages,
AVG(page_len) AS mean FROM page WHERE page_namespace = 0 AND NOT page_is_redirect GROUP BY class

SELECT cl_to, COUNT(*) AS members FROM categorylinks GROUP BY cl_to ORDER BY members DESC LIMIT 30

SELECT page_title FROM page WHERE EXISTS (SELECT 1 FROM categorylinks WHERE cl_from = page_id) AND page_namespace = 0

SELECT page_title, (SELECT COUNT(*) FROM revision WHERE rev_page = page_id) AS revisions FROM page ORDER BY revisions DESC LIMIT 10

SELECT GROUP_CONCAT(DISTINCT ug_group ORDER BY ug_group SEPARATOR '|') AS user_groups, ug_user FROM user_groups GROUP BY ug_user

SELECT img_media_type, COUNT(*), SUM(img_size) FROM image GROUP BY img_media_type

SELECT log_type, log_action, COUNT(*) FROM logging WHERE log_timestamp > '2018' GROUP BY log_type, log_action WITH ROLLUP

SELECT UNIX_TIMESTAMP(rev_timestamp) AS at, rev_id FROM revision WHERE rev_page = 1 ORDER BY at DESC LIMIT 1

SELECT TIMESTAMPDIFF(DAY, user_registration, MIN(rev_timestamp)) AS days, user_name FROM user JOIN actor ON actor_user = user_id
JOIN revision ON rev_actor = actor_id GROUP BY user_id, user_registration, user_name ORDER BY days

SELECT CONVERT(page_title USING utf8) AS title, LENGTH(page_title) AS bytes FROM page WHERE page_title LIKE 'A%' OR page_title REGEXP '^[B-D]' LIMIT 40

SELECT rev_actor, rev_timestamp, ROW_NUMBER() OVER (PARTITION BY rev_actor ORDER BY rev_timestamp, rev_id) AS nth FROM revision

WITH firsts AS (SELECT rev_actor, MIN(rev_timestamp) AS first_edit FROM revision GROUP BY rev_actor),
later AS (SELECT r.rev_actor, COUNT(*) AS n FROM revision r JOIN firsts f ON f.rev_actor = r.rev_actor AND r.rev_timestamp > f.first_edit GROUP BY r.rev_actor)
SELECT LEFT(first_edit, 6) AS cohort, COUNT(*) AS newcomers, SUM(n >= 1) AS returned, SUM(n >= 1) / COUNT(*) AS rate
FROM firsts LEFT JOIN later USING (rev_actor) GROUP BY cohort ORDER BY cohort

SELECT ctd_name, COUNT(ct_id) AS uses FROM change_tag_def LEFT JOIN change_tag ON ct_tag_id = ctd_id GROUP BY ctd_name ORDER BY uses DESC

SELECT page.page_title, comment_text FROM revision JOIN comment ON comment_id = rev_comment_id JOIN page ON page_id = rev_page WHERE comment_text LIKE '%revert%' LIMIT 20

SELECT ROUND(100 * SUM(page_is_redirect) / COUNT(*), 2) AS percent, page_namespace FROM page GROUP BY page_namespace ORDER BY page_namespace

SELECT FLOOR(page_len / 500) * 500 AS bucket, COUNT(*) FROM page GROUP BY bucket ORDER BY bucket

SELECT * FROM page NATURAL JOIN page_props LIMIT 5

SELECT DISTINCT SUBSTR(rev_timestamp, 9, 2) AS hour FROM revision ORDER BY hour

SELECT s.ss_total_edits, s.ss_good_articles, (SELECT COUNT(*) FROM page) AS pages FROM site_stats AS s

SELECT table_name, table_rows FROM information_schema.tables WHERE table_schema = 'samplewiki' ORDER BY table_name
