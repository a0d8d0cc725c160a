-- # edits per time
SELECT LEFT(rev_timestamp, 6) AS month, COUNT(*) AS edits FROM revision GROUP BY month ORDER BY month

SELECT SUBSTR(rev_timestamp, 1, 6) month, COUNT(*) FROM revision GROUP BY 1 ORDER BY 1

SELECT DATE(rev_timestamp) AS day, COUNT(*) FROM revision GROUP BY DATE(rev_timestamp) ORDER BY day

SELECT DATE_FORMAT(rev_timestamp, '%Y-%m') AS month, COUNT(*) AS edits, COUNT(DISTINCT rev_actor) AS editors FROM revision GROUP BY month ORDER BY month DESC

SELECT YEAR(rev_timestamp), MONTH(rev_timestamp), COUNT(*) FROM revision GROUP BY YEAR(rev_timestamp), MONTH(rev_timestamp) ORDER BY 1, 2

SELECT EXTRACT(YEAR_MONTH FROM rev_timestamp) AS ym, SUM(rev_minor_edit) AS minor FROM revision GROUP BY ym ORDER BY ym

SELECT HOUR(rev_timestamp) h, COUNT(*) c FROM revision GROUP BY h ORDER BY c DESC, h

SELECT DAYNAME(rev_timestamp) AS weekday, COUNT(*) FROM revision GROUP BY weekday ORDER BY weekday

SELECT DAYOFWEEK(rev_timestamp), WEEKDAY(rev_timestamp), COUNT(*) FROM revision GROUP BY 1, 2 ORDER BY 1, 2

SELECT WEEK(rev_timestamp) AS w, WEEK(rev_timestamp, 1) AS w1, WEEK(rev_timestamp, 3) AS w3, YEARWEEK(rev_timestamp) AS yw, COUNT(*) FROM revision GROUP BY w, w1, w3, yw ORDER BY 4, 2, 3

SELECT WEEKOFYEAR(rev_timestamp) AS w, MIN(rev_timestamp), MAX(rev_timestamp) FROM revision GROUP BY w ORDER BY w

SELECT QUARTER(rev_timestamp) q, COUNT(*) FROM revision GROUP BY q ORDER BY q

SELECT MONTHNAME(rev_timestamp) AS m, COUNT(*) FROM revision GROUP BY m ORDER BY MIN(rev_timestamp)

SELECT CONCAT(SUBSTRING(rev_timestamp, 1, 4), '-', SUBSTRING(rev_timestamp, 5, 2), '-01') AS month, COUNT(*) FROM revision GROUP BY month ORDER BY month

SELECT STR_TO_DATE(LEFT(rev_timestamp, 8), '%Y%m%d') AS d, COUNT(*) FROM revision GROUP BY d ORDER BY d LIMIT 20

SELECT STR_TO_DATE(rev_timestamp, '%Y%m%d%H%i%S') AS ts, rev_id FROM revision ORDER BY rev_id LIMIT 10

SELECT rev_id, UNIX_TIMESTAMP(rev_timestamp) AS epoch FROM revision ORDER BY rev_id LIMIT 10

SELECT DATE(rev_timestamp) - INTERVAL DAYOFMONTH(rev_timestamp) - 1 DAY AS first, COUNT(*) FROM revision GROUP BY first ORDER BY first

SELECT COUNT(*) FROM revision WHERE rev_timestamp BETWEEN '20180201000000' AND '20180228235959'

SELECT COUNT(*) FROM revision WHERE rev_timestamp >= 20180201000000 AND rev_timestamp < 20180301000000

SELECT COUNT(*) FROM revision WHERE rev_timestamp LIKE '201802%'

SELECT COUNT(*) FROM revision WHERE LEFT(rev_timestamp, 6) = 201802

SELECT COUNT(*) FROM revision WHERE DATE(rev_timestamp) = '2018-02-01'

SELECT COUNT(*) FROM revision WHERE rev_timestamp > DATE_FORMAT(DATE_SUB('2018-03-01', INTERVAL 30 DAY), '%Y%m%d%H%i%s')

SELECT COUNT(*) FROM revision WHERE rev_timestamp < DATE_FORMAT('2018-02-15' - INTERVAL 1 WEEK, '%Y%m%d%H%i%S')

SELECT COUNT(*) FROM revision WHERE rev_timestamp >= TIMESTAMP '2018-02-01 00:00:00'

SELECT COUNT(*) FROM revision WHERE DATE(rev_timestamp) BETWEEN DATE '2018-02-01' AND DATE '2018-02-10'

SELECT rev_id, TIMESTAMPDIFF(DAY, '2018-01-01', rev_timestamp) d, TIMESTAMPDIFF(HOUR, rev_timestamp, '2018-03-01 12:00:00') h FROM revision ORDER BY rev_id LIMIT 12

SELECT rev_id, DATEDIFF('2018-03-31', rev_timestamp), TO_DAYS(rev_timestamp), LAST_DAY(rev_timestamp) FROM revision ORDER BY rev_id LIMIT 12

SELECT rev_id, rev_timestamp + INTERVAL 1 DAY, DATE_ADD(rev_timestamp, INTERVAL 90 MINUTE), DATE(rev_timestamp) + INTERVAL 1 MONTH FROM revision ORDER BY rev_id LIMIT 12

SELECT rev_id, CAST(rev_timestamp AS DATETIME), CAST(rev_timestamp AS DATE), TIMESTAMP(rev_timestamp), TIME(rev_timestamp) FROM revision ORDER BY rev_id LIMIT 5

SELECT rev_id, DATE_FORMAT(rev_timestamp, '%d/%m/%y %H:%i'), DATE_FORMAT(rev_timestamp, '%M %D, %Y at %l %p'), DATE_FORMAT(rev_timestamp, '%x-W%v') FROM revision ORDER BY rev_id LIMIT 5

SELECT FLOOR(UNIX_TIMESTAMP(rev_timestamp) / 86400) AS day, COUNT(*) FROM revision GROUP BY day ORDER BY day LIMIT 10

SELECT FROM_UNIXTIME(FLOOR(UNIX_TIMESTAMP(rev_timestamp) / 3600) * 3600) AS hour, COUNT(*) FROM revision GROUP BY hour ORDER BY hour LIMIT 10

SELECT MIN(rev_timestamp), MAX(rev_timestamp), TIMESTAMPDIFF(DAY, MIN(rev_timestamp), MAX(rev_timestamp)) AS days FROM revision

SELECT COUNT(*) / COUNT(DISTINCT LEFT(rev_timestamp, 8)) AS per_day FROM revision

SELECT LEFT(rev_timestamp, 6) AS month, COUNT(*) AS edits FROM revision GROUP BY month WITH ROLLUP

-- # who edits
SELECT actor_name, COUNT(*) AS edits FROM revision JOIN actor ON actor_id = rev_actor GROUP BY actor_name ORDER BY edits DESC, actor_name LIMIT 10

SELECT actor_name, COUNT(*) edits FROM revision, actor WHERE rev_actor = actor_id GROUP BY rev_actor ORDER BY 2 DESC, 1 LIMIT 10

SELECT LEFT(rev_timestamp, 6) AS month, COUNT(DISTINCT rev_actor) AS active FROM revision JOIN actor ON rev_actor = actor_id WHERE actor_user IS NOT NULL GROUP BY month ORDER BY month

SELECT month, COUNT(*) AS active_editors FROM (SELECT LEFT(rev_timestamp, 6) AS month, rev_actor, COUNT(*) AS edits FROM revision GROUP BY month, rev_actor HAVING edits >= 5) AS t GROUP BY month ORDER BY month

SELECT month, SUM(edits >= 5) AS active, SUM(edits >= 100) AS very_active, COUNT(*) AS editors FROM (SELECT LEFT(rev_timestamp, 6) AS month, rev_actor, COUNT(*) AS edits FROM revision GROUP BY 1, 2) t GROUP BY month ORDER BY month

SELECT IF(actor_user IS NULL, 'anonymous', 'registered') AS kind, COUNT(*) AS edits, COUNT(*) / (SELECT COUNT(*) FROM revision) AS share FROM revision JOIN actor ON actor_id = rev_actor GROUP BY kind ORDER BY kind

SELECT SUM(actor_user IS NULL) AS anonymous, SUM(actor_user IS NOT NULL) AS registered, AVG(actor_user IS NULL) AS share FROM revision JOIN actor ON actor_id = rev_actor

SELECT ROUND(100 * SUM(actor_user IS NULL) / COUNT(*), 2) AS percent FROM revision JOIN actor ON actor_id = rev_actor

SELECT actor_name FROM actor WHERE actor_user IS NULL ORDER BY actor_name

SELECT actor_name FROM actor WHERE actor_user IS NULL AND actor_name REGEXP '^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$' ORDER BY actor_name

SELECT actor_name, INET_ATON(actor_name) FROM actor WHERE actor_user IS NULL ORDER BY actor_id

SELECT actor_name, INET6_ATON(actor_name) IS NULL AS no_address, INET6_NTOA(INET6_ATON(actor_name)) AS address FROM actor ORDER BY actor_id

SELECT HEX(INET6_ATON(actor_name)) FROM actor WHERE actor_name LIKE '%:%' ORDER BY actor_id

SELECT user_name, user_editcount FROM user ORDER BY user_editcount DESC, user_name LIMIT 10

SELECT user_name, user_editcount FROM `user` WHERE user_editcount > (SELECT AVG(user_editcount) FROM user) ORDER BY user_id

SELECT COUNT(*) FROM user WHERE user_editcount = 0 OR user_editcount IS NULL

SELECT LEFT(user_registration, 6) AS month, COUNT(*) AS accounts FROM user GROUP BY month ORDER BY month

SELECT LEFT(user_registration, 8) AS day, COUNT(*) FROM user WHERE user_registration LIKE '2018%' GROUP BY day HAVING COUNT(*) > 1 ORDER BY day

SELECT user_id, user_name, user_registration FROM user WHERE user_registration IS NULL OR user_registration < '20180110' ORDER BY user_registration, user_id

SELECT user_id, user_registration FROM user ORDER BY user_registration DESC, user_id DESC LIMIT 15

SELECT u.user_name, COUNT(r.rev_id) AS first_day FROM user u JOIN actor a ON a.actor_user = u.user_id LEFT JOIN revision r ON r.rev_actor = a.actor_id AND r.rev_timestamp BETWEEN u.user_registration AND DATE_FORMAT(DATE_ADD(u.user_registration, INTERVAL 1 DAY), '%Y%m%d%H%i%s') GROUP BY u.user_id ORDER BY u.user_id

SELECT u.user_id, MIN(r.rev_timestamp) AS first_edit, TIMESTAMPDIFF(SECOND, u.user_registration, MIN(r.rev_timestamp)) AS seconds FROM user u JOIN actor ON actor_user = u.user_id JOIN revision r ON r.rev_actor = actor_id GROUP BY u.user_id ORDER BY u.user_id

SELECT LEFT(u.user_registration, 6) AS cohort, COUNT(*) AS n, SUM(EXISTS(SELECT 1 FROM revision JOIN actor ON rev_actor = actor_id WHERE actor_user = u.user_id AND rev_timestamp > DATE_FORMAT(u.user_registration + INTERVAL 30 DAY, '%Y%m%d%H%i%s'))) AS surviving FROM user u GROUP BY cohort ORDER BY cohort

SELECT COUNT(*) FROM user LEFT JOIN actor ON actor_user = user_id LEFT JOIN revision ON rev_actor = actor_id WHERE rev_id IS NULL

SELECT user_name FROM user WHERE NOT EXISTS (SELECT * FROM revision JOIN actor ON actor_id = rev_actor WHERE actor_user = user_id) ORDER BY user_name

SELECT user_name FROM user WHERE user_id NOT IN (SELECT actor_user FROM actor WHERE actor_user IS NOT NULL) ORDER BY 1

SELECT ug_group, COUNT(*) AS members FROM user_groups GROUP BY ug_group ORDER BY members DESC, ug_group

SELECT user_name, GROUP_CONCAT(ug_group ORDER BY ug_group SEPARATOR ', ') AS groups FROM user JOIN user_groups ON ug_user = user_id GROUP BY user_id ORDER BY user_name

SELECT user_name, GROUP_CONCAT(DISTINCT ug_group ORDER BY ug_group DESC) FROM user LEFT JOIN user_groups ON ug_user = user_id GROUP BY user_name ORDER BY user_name

SELECT COUNT(*) FROM revision JOIN actor ON rev_actor = actor_id LEFT JOIN user_groups ON ug_user = actor_user AND ug_group = 'bot' WHERE ug_group IS NULL

SELECT COUNT(*) FROM revision WHERE rev_actor NOT IN (SELECT actor_id FROM actor JOIN user_groups ON ug_user = actor_user WHERE ug_group = 'bot')

SELECT COUNT(*) FROM revision WHERE NOT EXISTS (SELECT 1 FROM user_groups, actor WHERE ug_user = actor_user AND actor_id = rev_actor AND ug_group = 'bot')

SELECT LEFT(rev_timestamp, 6) m, SUM(IF(ug_group = 'bot', 1, 0)) AS bots, SUM(IF(ug_group IS NULL, 1, 0)) AS people FROM revision JOIN actor ON rev_actor = actor_id LEFT JOIN user_groups ON ug_user = actor_user AND ug_group = 'bot' GROUP BY m ORDER BY m

SELECT ug_user FROM user_groups WHERE ug_group = 'sysop' UNION SELECT ufg_user FROM user_former_groups WHERE ufg_group = 'sysop'

SELECT * FROM user_groups ORDER BY ug_user, ug_group

SELECT * FROM user_former_groups

SELECT actor_id, actor_user, actor_name FROM actor

SELECT * FROM actor ORDER BY actor_name LIMIT 5

SELECT DISTINCT actor_user IS NULL FROM actor ORDER BY 1

SELECT actor_name, LENGTH(actor_name), CHAR_LENGTH(actor_name), CHAR_LENGTH(CONVERT(actor_name USING utf8)) FROM actor ORDER BY actor_id

SELECT LOWER(actor_name), UPPER(CONVERT(actor_name USING utf8mb4)), LOWER(CONVERT(actor_name USING utf8)) FROM actor ORDER BY actor_id

SELECT REVERSE(CONVERT(actor_name USING utf8mb4)), LEFT(CONVERT(actor_name USING utf8mb4), 3), SUBSTRING(CONVERT(actor_name USING utf8mb4) FROM 2 FOR 4) FROM actor ORDER BY actor_id

SELECT actor_name FROM actor WHERE CONVERT(actor_name USING utf8mb4) LIKE 'm%' ORDER BY actor_id

SELECT actor_name FROM actor WHERE actor_name LIKE 'm%' ORDER BY actor_id

SELECT actor_name FROM actor WHERE CAST(actor_name AS CHAR) = 'KEEPER'

SELECT actor_name FROM actor WHERE LOWER(CAST(actor_name AS CHAR CHARACTER SET utf8)) LIKE '%bot' ORDER BY 1

SELECT actor_name FROM actor WHERE actor_name RLIKE 'bot$' OR actor_name REGEXP 'Bot' ORDER BY actor_id

SELECT MD5(actor_name), SHA1(actor_name), HEX(actor_name) FROM actor ORDER BY actor_id LIMIT 5

SELECT TRIM(actor_name), REPLACE(actor_name, ' ', '_'), CONCAT('User:', REPLACE(actor_name, ' ', '_')) FROM actor ORDER BY actor_id

-- # reverts
SELECT COUNT(*) FROM revision a JOIN revision b ON a.rev_page = b.rev_page AND a.rev_sha1 = b.rev_sha1 AND a.rev_id > b.rev_id WHERE a.rev_sha1 <> ''

SELECT a.rev_id, MAX(b.rev_id) AS reverted_to FROM revision a JOIN revision b ON a.rev_page = b.rev_page AND a.rev_sha1 = b.rev_sha1 AND b.rev_id < a.rev_id WHERE a.rev_sha1 != '' GROUP BY a.rev_id ORDER BY a.rev_id

SELECT DISTINCT m.rev_id FROM revision m JOIN revision r ON r.rev_page = m.rev_page AND r.rev_id > m.rev_id JOIN revision o ON o.rev_page = m.rev_page AND o.rev_id < m.rev_id AND o.rev_sha1 = r.rev_sha1 WHERE m.rev_sha1 <> r.rev_sha1 ORDER BY m.rev_id LIMIT 30

SELECT rev_sha1, COUNT(*) AS n FROM revision GROUP BY rev_sha1 HAVING n > 1 ORDER BY n DESC, rev_sha1 LIMIT 10

SELECT LEFT(r.rev_timestamp, 6) AS month, COUNT(DISTINCT r.rev_id) AS reverts FROM revision r INNER JOIN revision o ON o.rev_page = r.rev_page AND o.rev_sha1 = r.rev_sha1 WHERE o.rev_timestamp < r.rev_timestamp AND r.rev_parent_id <> o.rev_id GROUP BY month ORDER BY month

SELECT ctd_name, COUNT(*) FROM change_tag JOIN change_tag_def ON ctd_id = ct_tag_id GROUP BY ctd_name ORDER BY 2 DESC, 1

SELECT ctd_name, ctd_count, ctd_user_defined FROM change_tag_def ORDER BY ctd_id

SELECT rev_id, GROUP_CONCAT(ctd_name ORDER BY ctd_name) AS tags FROM revision JOIN change_tag ON ct_rev_id = rev_id JOIN change_tag_def ON ctd_id = ct_tag_id GROUP BY rev_id ORDER BY rev_id

SELECT COUNT(*) FROM change_tag WHERE ct_rev_id IN (SELECT rev_id FROM revision WHERE rev_minor_edit = 1)

SELECT LEFT(rev_timestamp, 6) AS month, SUM(ct_id IS NOT NULL) AS tagged, COUNT(DISTINCT rev_id) AS edits, SUM(ct_id IS NOT NULL) / COUNT(DISTINCT rev_id) AS ratio FROM revision LEFT JOIN change_tag ON ct_rev_id = rev_id GROUP BY month ORDER BY month

-- # pages
SELECT page_namespace, COUNT(*) FROM page GROUP BY page_namespace ORDER BY page_namespace

SELECT page_namespace, page_is_redirect, COUNT(*), SUM(page_len), AVG(page_len), MIN(page_len), MAX(page_len) FROM page GROUP BY page_namespace, page_is_redirect ORDER BY page_namespace, page_is_redirect

SELECT page_namespace AS ns, COUNT(*) AS pages, ROUND(AVG(page_len), 1) AS mean, STD(page_len) AS deviation FROM page GROUP BY ns HAVING pages > 1 ORDER BY ns

SELECT CASE page_namespace WHEN 0 THEN 'article' WHEN 1 THEN 'talk' WHEN 2 THEN 'user' ELSE 'other' END AS kind, COUNT(*) FROM page GROUP BY kind ORDER BY kind

SELECT SUM(CASE WHEN page_namespace = 0 THEN 1 ELSE 0 END) AS articles, SUM(CASE WHEN page_namespace % 2 = 1 THEN 1 ELSE 0 END) AS talk, SUM(page_namespace = 2) AS user_pages FROM page

SELECT page_title, page_len FROM page WHERE page_namespace = 0 AND page_is_redirect = 0 ORDER BY page_len DESC, page_title LIMIT 10

SELECT page_title, page_len FROM page WHERE page_namespace = 0 ORDER BY page_len, page_id LIMIT 5 OFFSET 3

SELECT page_title FROM page ORDER BY page_title LIMIT 3, 7

SELECT CONVERT(page_title USING utf8) AS title FROM page ORDER BY page_id LIMIT 10

SELECT REPLACE(page_title, '_', ' ') AS title FROM page WHERE page_title LIKE '%\_%' ORDER BY page_id LIMIT 10

SELECT page_title FROM page WHERE page_title LIKE '%|_%' ESCAPE '|' ORDER BY page_title DESC LIMIT 5

SELECT page_title FROM page WHERE page_title LIKE 'M%' AND page_title NOT LIKE '%/%' ORDER BY page_title

SELECT page_title FROM page WHERE page_title REGEXP '[0-9]{4}' ORDER BY page_title LIMIT 10

SELECT page_title FROM page WHERE page_title NOT REGEXP '^[A-Za-z_]+$' ORDER BY page_title LIMIT 10

SELECT SUBSTRING_INDEX(page_title, '/', 1) AS base, COUNT(*) AS subpages FROM page WHERE page_title LIKE '%/%' GROUP BY base ORDER BY subpages DESC, base

SELECT UPPER(LEFT(page_title, 1)) AS letter, COUNT(*) AS n FROM page WHERE page_namespace = 0 GROUP BY letter ORDER BY n DESC, letter

SELECT page_title, COUNT(*) AS revisions FROM page JOIN revision ON rev_page = page_id GROUP BY page_id ORDER BY revisions DESC, page_id LIMIT 10

SELECT page_namespace, page_title, COUNT(*) AS revisions, COUNT(DISTINCT rev_actor) AS editors, MIN(rev_timestamp) AS created FROM page INNER JOIN revision ON rev_page = page_id WHERE page_namespace IN (0, 1) GROUP BY page_id HAVING editors > 1 ORDER BY editors DESC, revisions DESC, page_id LIMIT 10

SELECT p.page_title, r.rev_timestamp FROM page p JOIN revision r ON r.rev_id = p.page_latest ORDER BY r.rev_timestamp DESC, p.page_id LIMIT 5

SELECT LEFT(MIN(rev_timestamp), 6) AS month, page_id FROM revision JOIN page ON page_id = rev_page WHERE page_namespace = 0 GROUP BY page_id ORDER BY page_id

SELECT LEFT(rev_timestamp, 6) AS month, COUNT(*) AS new_pages FROM revision JOIN page ON page_id = rev_page WHERE rev_parent_id = 0 AND page_namespace = 0 AND NOT page_is_redirect GROUP BY month ORDER BY month

SELECT p.page_title, (SELECT COUNT(*) FROM revision WHERE rev_page = p.page_id) AS n FROM page p WHERE p.page_namespace = 0 ORDER BY n DESC, p.page_title LIMIT 8

SELECT page_title FROM page t WHERE page_namespace = 1 AND NOT EXISTS (SELECT 1 FROM page s WHERE s.page_namespace = 0 AND s.page_title = t.page_title) ORDER BY page_title

SELECT s.page_title, t.page_id IS NOT NULL AS has_talk FROM page s LEFT JOIN page t ON t.page_namespace = s.page_namespace + 1 AND t.page_title = s.page_title WHERE s.page_namespace = 0 ORDER BY s.page_title

SELECT page_content_model, COUNT(*) FROM page GROUP BY page_content_model ORDER BY 1

SELECT IFNULL(page_lang, 'default') AS lang, COALESCE(page_content_model, 'none') AS model, COUNT(*) FROM page GROUP BY lang, model ORDER BY lang, model

SELECT page_id, page_random FROM page ORDER BY page_id LIMIT 10

SELECT ROUND(page_random, 3), TRUNCATE(page_random, 2), page_random * 10, FLOOR(page_random * 10) AS bin FROM page ORDER BY page_id LIMIT 10

SELECT FLOOR(page_random * 10) AS bin, COUNT(*) FROM page GROUP BY bin ORDER BY bin

SELECT page_id, page_len / 1024 AS kb, page_len DIV 1024, page_len MOD 1024, page_len % 7, -page_len FROM page ORDER BY page_id LIMIT 10

SELECT SUM(page_len) / COUNT(*), SUM(page_len) / 1024 / 1024, AVG(page_len) / 3, 100.0 * SUM(page_is_redirect) / COUNT(*) FROM page

SELECT ROUND(AVG(page_random), 10), ROUND(SUM(page_random), 10), ROUND(STDDEV_SAMP(page_random), 10), VARIANCE(page_len) FROM page

SELECT LOG10(page_len + 1), SQRT(page_len), POW(page_len, 2), LN(page_len + 1) FROM page ORDER BY page_id LIMIT 5

SELECT FLOOR(LOG2(page_len + 1)) AS magnitude, COUNT(*) FROM page GROUP BY magnitude ORDER BY magnitude

SELECT pp_propname, COUNT(*), MIN(pp_value) FROM page_props GROUP BY pp_propname ORDER BY pp_propname

SELECT page_title, pp_value FROM page JOIN page_props ON pp_page = page_id WHERE pp_propname = 'displaytitle' ORDER BY page_id

SELECT pp_page, pp_propname, pp_value, pp_sortkey FROM page_props ORDER BY pp_page, pp_propname LIMIT 20

SELECT rd_from, rd_namespace, rd_title, rd_interwiki, rd_fragment FROM redirect ORDER BY rd_from

SELECT p.page_title AS source, rd_title AS target, t.page_id AS target_id FROM redirect JOIN page p ON p.page_id = rd_from LEFT JOIN page t ON t.page_namespace = rd_namespace AND t.page_title = rd_title ORDER BY p.page_id

SELECT * FROM site_stats

SELECT ss_total_edits, ss_good_articles, ss_total_edits / ss_total_pages AS ratio FROM site_stats

SELECT pr_type, pr_level, COUNT(*) FROM page_restrictions GROUP BY pr_type, pr_level ORDER BY 1, 2

SELECT * FROM page WHERE page_id = 1

SELECT * FROM page WHERE page_id = 999999

SELECT * FROM page

SELECT page.* , rev_id FROM page, revision WHERE page_latest = rev_id ORDER BY page_id LIMIT 3

SELECT page_touched, page_links_updated FROM page WHERE page_links_updated IS NULL OR page_links_updated < page_touched ORDER BY page_id LIMIT 5

-- # links and categories
SELECT cl_to, COUNT(*) AS members FROM categorylinks GROUP BY cl_to ORDER BY members DESC, cl_to LIMIT 10

SELECT cl_type, COUNT(*) FROM categorylinks GROUP BY cl_type

SELECT cl_type, COUNT(*) FROM categorylinks GROUP BY cl_type ORDER BY COUNT(*) DESC, cl_type

SELECT cl_from, cl_to, cl_timestamp, cl_type FROM categorylinks ORDER BY cl_from, cl_to LIMIT 10

SELECT DATE(cl_timestamp) AS d, COUNT(*) FROM categorylinks GROUP BY d ORDER BY d LIMIT 10

SELECT cl_to, MIN(cl_timestamp), MAX(cl_timestamp) FROM categorylinks GROUP BY cl_to ORDER BY cl_to LIMIT 5

SELECT cl_from FROM categorylinks WHERE cl_timestamp >= '2018-02-01' AND cl_type = 'page' ORDER BY cl_from, cl_to LIMIT 5

SELECT page_title FROM page JOIN categorylinks ON cl_from = page_id WHERE cl_to = 'Books' ORDER BY cl_sortkey, page_id

SELECT cl_sortkey, cl_sortkey_prefix, cl_collation FROM categorylinks ORDER BY cl_from, cl_to LIMIT 10

SELECT cat_title, cat_pages, cat_subcats, cat_files, cat_pages - cat_subcats - cat_files AS plain FROM category ORDER BY cat_pages DESC, cat_title

SELECT cat_title FROM category LEFT JOIN page ON page_namespace = 14 AND page_title = cat_title WHERE page_id IS NULL ORDER BY cat_title

SELECT page_id, COUNT(cl_to) AS n FROM page LEFT JOIN categorylinks ON cl_from = page_id WHERE page_namespace = 0 AND page_is_redirect = 0 GROUP BY page_id HAVING n = 0 ORDER BY page_id

SELECT pl_namespace, pl_title, COUNT(*) AS inlinks FROM pagelinks GROUP BY pl_namespace, pl_title ORDER BY inlinks DESC, pl_namespace, pl_title LIMIT 10

SELECT pl_title, COUNT(*) AS wanted FROM pagelinks LEFT JOIN page ON page_namespace = pl_namespace AND page_title = pl_title WHERE page_id IS NULL GROUP BY pl_namespace, pl_title ORDER BY wanted DESC, pl_namespace, pl_title LIMIT 10

SELECT page_title FROM page WHERE page_namespace = 0 AND page_is_redirect = 0 AND page_title NOT IN (SELECT pl_title FROM pagelinks WHERE pl_namespace = 0) ORDER BY page_title

SELECT COUNT(*) FROM pagelinks a JOIN pagelinks b ON a.pl_from <> b.pl_from AND a.pl_namespace = b.pl_namespace AND a.pl_title = b.pl_title

SELECT COUNT(DISTINCT pl_from, pl_title), COUNT(DISTINCT pl_from), COUNT(*) FROM pagelinks

SELECT lt_namespace, lt_title, COUNT(tl_from) AS uses FROM linktarget LEFT JOIN templatelinks ON tl_target_id = lt_id GROUP BY lt_id ORDER BY uses DESC, lt_id

SELECT SUBSTRING_INDEX(SUBSTRING_INDEX(el_to, '/', 3), '/', -1) AS domain, COUNT(*) AS links FROM externallinks GROUP BY domain ORDER BY links DESC, domain LIMIT 10

SELECT el_from, el_to, LENGTH(el_to), LOCATE('example', el_to), INSTR(el_to, '//') FROM externallinks ORDER BY el_id LIMIT 5

SELECT COUNT(*) FROM externallinks WHERE el_to LIKE 'https://%'

SELECT il_to, COUNT(*) FROM imagelinks GROUP BY il_to ORDER BY 2 DESC, 1

SELECT ll_lang, COUNT(*) FROM langlinks GROUP BY ll_lang ORDER BY ll_lang

SELECT iwl_prefix, COUNT(DISTINCT iwl_title) FROM iwlinks GROUP BY iwl_prefix ORDER BY iwl_prefix

-- # logs, blocks, recent changes
SELECT log_type, log_action, COUNT(*) FROM logging GROUP BY log_type, log_action ORDER BY 3 DESC, 1, 2

SELECT DATE(log_timestamp) AS day, log_type, COUNT(*) AS n FROM logging WHERE log_type IN ('block', 'delete', 'newusers') GROUP BY day, log_type ORDER BY day, log_type

SELECT LEFT(log_timestamp, 8) AS day, SUM(log_type = 'newusers') AS accounts, SUM(log_type = 'block' AND log_action = 'block') AS blocks, SUM(log_type = 'delete') AS deletions FROM logging GROUP BY day ORDER BY day

SELECT log_action, log_title, log_params FROM logging WHERE log_type = 'newusers' ORDER BY log_id LIMIT 5

SELECT log_id, log_type, log_title, log_page, log_deleted FROM logging WHERE log_page = 0 OR log_page IS NULL ORDER BY log_id LIMIT 10

SELECT log_type, COUNT(DISTINCT log_actor), COUNT(log_page) FROM logging GROUP BY log_type WITH ROLLUP

SELECT log_id, log_deleted & 1 AS action_hidden, log_deleted & 2 AS comment_hidden, (log_deleted & 4) = 4 AS user_hidden, log_deleted | 8 FROM logging ORDER BY log_id LIMIT 5

SELECT COUNT(*) FROM logging WHERE log_deleted & 1 = 0 AND NOT log_deleted & 4

SELECT COUNT(*) FROM logging, comment WHERE log_comment_id = comment_id AND comment_text <> ''

SELECT log_id, comment_text FROM logging JOIN comment ON comment_id = log_comment_id WHERE log_type = 'delete' ORDER BY log_id LIMIT 8

SELECT rev_deleted, rev_deleted & 1 AS text_hidden, COUNT(*) FROM revision GROUP BY rev_deleted ORDER BY rev_deleted

SELECT SUM((rev_deleted & 4) > 0), SUM(rev_deleted & 2 > 0), BIT_OR(rev_deleted), BIT_AND(rev_minor_edit) FROM revision

SELECT ipb_address, ipb_timestamp, ipb_expiry FROM ipblocks ORDER BY ipb_id

SELECT IF(ipb_user = 0, 'address', 'account') AS target, COUNT(*), SUM(ipb_expiry = 'infinity') AS forever FROM ipblocks GROUP BY target ORDER BY target

SELECT ipb_id, TIMESTAMPDIFF(DAY, ipb_timestamp, ipb_expiry) AS days FROM ipblocks WHERE ipb_expiry <> 'infinity' ORDER BY ipb_id

SELECT COUNT(*) FROM user JOIN ipblocks ON ipb_user = user_id

SELECT rc_type, rc_source, COUNT(*) FROM recentchanges GROUP BY rc_type, rc_source ORDER BY 1, 2

SELECT rc_bot, rc_minor, rc_new, COUNT(*), SUM(rc_new_len - rc_old_len) AS bytes FROM recentchanges GROUP BY rc_bot, rc_minor, rc_new ORDER BY 1, 2, 3

SELECT rc_title, CAST(rc_new_len AS SIGNED) - CAST(rc_old_len AS SIGNED) AS diff FROM recentchanges WHERE rc_type < 2 ORDER BY diff DESC, rc_id LIMIT 10

SELECT rc_id, rc_new_len - rc_old_len, ABS(rc_new_len - rc_old_len) FROM recentchanges ORDER BY rc_id LIMIT 10

SELECT DATE_FORMAT(rc_timestamp, '%H') AS hour, COUNT(*) FROM recentchanges WHERE rc_bot = 0 AND rc_namespace = 0 GROUP BY hour ORDER BY hour

SELECT rc_log_type, rc_log_action, COUNT(*) FROM recentchanges WHERE rc_logid <> 0 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2

SELECT rc_log_type FROM recentchanges GROUP BY rc_log_type ORDER BY rc_log_type DESC

SELECT actor_name, COUNT(*) c FROM recentchanges JOIN actor ON rc_actor = actor_id GROUP BY 1 HAVING c > 2 ORDER BY c DESC, 1

-- # rows that hang together
-- answered: a difference of unsigned numbers below 0 is NULL
SELECT rev_id, rev_len, CAST(rev_len AS SIGNED) - (SELECT p.rev_len FROM revision p WHERE p.rev_id = r.rev_parent_id) AS diff FROM revision r WHERE rev_parent_id > 0 ORDER BY rev_id LIMIT 15

SELECT c.rev_id, CAST(c.rev_len AS SIGNED) - CAST(COALESCE(p.rev_len, 0) AS SIGNED) AS diff FROM revision c LEFT JOIN revision p ON p.rev_id = c.rev_parent_id ORDER BY c.rev_id LIMIT 15

SELECT SUM(IF(c.rev_len > p.rev_len, c.rev_len - p.rev_len, 0)) AS added, SUM(IF(c.rev_len < p.rev_len, p.rev_len - c.rev_len, 0)) AS removed FROM revision c JOIN revision p ON p.rev_id = c.rev_parent_id

SELECT rev_page, rev_id FROM revision WHERE (rev_page, rev_timestamp) IN (SELECT rev_page, MIN(rev_timestamp) FROM revision GROUP BY rev_page) ORDER BY rev_page, rev_id LIMIT 10

SELECT rev_id FROM revision WHERE rev_len = (SELECT MAX(rev_len) FROM revision) ORDER BY rev_id

SELECT rev_id FROM revision WHERE rev_len > ALL (SELECT page_len FROM page WHERE page_namespace = 1) ORDER BY rev_id LIMIT 5

SELECT rev_id FROM revision WHERE rev_page = ANY (SELECT page_id FROM page WHERE page_namespace = 2) ORDER BY rev_id LIMIT 5

SELECT a.rev_actor, b.rev_actor, COUNT(DISTINCT a.rev_page) AS pages FROM revision a JOIN revision b ON a.rev_page = b.rev_page AND a.rev_actor < b.rev_actor GROUP BY a.rev_actor, b.rev_actor ORDER BY pages DESC, 1, 2 LIMIT 10

SELECT content_model, model_name, COUNT(*) FROM content JOIN content_models ON model_id = content_model GROUP BY content_model ORDER BY content_model

SELECT role_name, COUNT(*), SUM(content_size) FROM slots JOIN slot_roles ON role_id = slot_role_id JOIN content ON content_id = slot_content_id GROUP BY role_name

SELECT rev_id, rev_len, content_size, rev_len = content_size AS same FROM revision JOIN slots ON slot_revision_id = rev_id JOIN content ON content_id = slot_content_id ORDER BY rev_id LIMIT 5

SELECT COUNT(*) FROM revision LEFT JOIN page ON page_id = rev_page WHERE page_id IS NULL

SELECT t1.n, t2.m FROM (SELECT COUNT(*) AS n FROM page) AS t1, (SELECT COUNT(*) AS m FROM revision) AS t2

SELECT (SELECT COUNT(*) FROM page) AS pages, (SELECT COUNT(*) FROM revision) AS revisions, (SELECT COUNT(*) FROM user) AS users

SELECT p.page_title FROM page p NATURAL JOIN (SELECT page_id FROM page WHERE page_namespace = 0) q ORDER BY p.page_title LIMIT 3

SELECT page_id, rev_id FROM page JOIN (SELECT rev_page AS page_id, rev_id FROM revision) r USING (page_id) ORDER BY page_id, rev_id LIMIT 5

SELECT r.rev_id, p.page_id FROM revision r RIGHT JOIN page p ON p.page_latest = r.rev_id ORDER BY p.page_id LIMIT 10

SELECT COUNT(*) FROM page CROSS JOIN site_stats

SELECT COUNT(*) FROM (SELECT 1 a UNION ALL SELECT 2) x JOIN (SELECT 1 b UNION ALL SELECT 2) y JOIN (SELECT 1 c) z

-- # columns that are not grouped
SELECT page_title, COUNT(*) FROM page JOIN revision ON rev_page = page_id GROUP BY page_id ORDER BY page_id LIMIT 5

-- differs: the first row of a group
SELECT rev_page, rev_id, rev_timestamp, COUNT(*) FROM revision GROUP BY rev_page ORDER BY rev_page LIMIT 10

SELECT page_namespace, page_title, COUNT(*) FROM page GROUP BY page_namespace ORDER BY page_namespace

-- differs: the first row of a group
SELECT log_type, log_action, log_title, COUNT(*) FROM logging GROUP BY log_type ORDER BY log_type

-- differs: the first row of a group
SELECT actor_name, actor_id, rev_id, COUNT(*) FROM actor JOIN revision ON rev_actor = actor_id GROUP BY actor_id ORDER BY actor_id

-- differs: the first row of a group
SELECT LEFT(rev_timestamp, 6), rev_timestamp, COUNT(*) FROM revision GROUP BY LEFT(rev_timestamp, 6) ORDER BY 1

-- differs: the first row of a group
SELECT rev_timestamp, COUNT(*) FROM revision

-- differs: the first row of a group
SELECT rc_title, rc_namespace, COUNT(*) n FROM recentchanges GROUP BY rc_namespace ORDER BY rc_namespace

-- differs: the first row of a group
SELECT rev_actor, rev_len, MAX(rev_len) FROM revision GROUP BY rev_actor ORDER BY rev_actor

-- differs: the first row of a group
SELECT cl_to, cl_type, COUNT(*) FROM categorylinks GROUP BY cl_to ORDER BY cl_to

SELECT user_name, COUNT(*) FROM user JOIN user_groups ON ug_user = user_id GROUP BY ug_user ORDER BY ug_user

-- # unions, calendars, WITH, windows
SELECT 'page' AS t, COUNT(*) AS n FROM page UNION ALL SELECT 'revision', COUNT(*) FROM revision UNION ALL SELECT 'logging', COUNT(*) FROM logging

SELECT m.month, COALESCE(e.edits, 0) AS edits FROM (SELECT '201801' AS month UNION ALL SELECT '201802' UNION ALL SELECT '201803' UNION ALL SELECT '201804') m LEFT JOIN (SELECT LEFT(rev_timestamp, 6) AS month, COUNT(*) AS edits FROM revision GROUP BY 1) e ON e.month = m.month ORDER BY m.month

SELECT DATE('2018-01-01') + INTERVAL n DAY AS day FROM (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) AS numbers ORDER BY day

SELECT a.d + b.d * 10 AS n FROM (SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) a, (SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2) b ORDER BY n

WITH RECURSIVE days AS (SELECT DATE('2018-02-01') AS d UNION ALL SELECT d + INTERVAL 1 DAY FROM days WHERE d < '2018-02-10') SELECT d, COUNT(rev_id) AS edits FROM days LEFT JOIN revision ON DATE(rev_timestamp) = d GROUP BY d ORDER BY d

WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, i * i FROM n ORDER BY i

WITH firsts AS (SELECT rev_actor, MIN(rev_timestamp) AS first FROM revision GROUP BY rev_actor) SELECT LEFT(first, 6) AS cohort, COUNT(*) FROM firsts GROUP BY cohort ORDER BY cohort

WITH m (month, actor) AS (SELECT LEFT(rev_timestamp, 6), rev_actor FROM revision) SELECT month, COUNT(DISTINCT actor) FROM m GROUP BY month ORDER BY month

SELECT rev_id, ROW_NUMBER() OVER (PARTITION BY rev_page ORDER BY rev_id) AS number FROM revision ORDER BY rev_id LIMIT 15

SELECT month, edits, SUM(edits) OVER (ORDER BY month) AS running, LAG(edits) OVER (ORDER BY month) AS before_ FROM (SELECT LEFT(rev_timestamp, 6) AS month, COUNT(*) AS edits FROM revision GROUP BY month) t ORDER BY month

SELECT page_title, page_len, RANK() OVER (ORDER BY page_len DESC) AS place, DENSE_RANK() OVER (ORDER BY page_len DESC) AS dense FROM page WHERE page_namespace = 1 ORDER BY place, page_title LIMIT 10

SELECT page_namespace, page_title, page_len FROM (SELECT page_namespace, page_title, page_len, ROW_NUMBER() OVER (PARTITION BY page_namespace ORDER BY page_len DESC, page_id) AS n FROM page) t WHERE n <= 2 ORDER BY page_namespace, n

SELECT page_id, page_len / SUM(page_len) OVER () AS share, NTILE(4) OVER (ORDER BY page_len, page_id) AS quarter FROM page ORDER BY page_id LIMIT 5

SELECT rev_id, AVG(rev_len) OVER (ORDER BY rev_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS smooth FROM revision ORDER BY rev_id LIMIT 6

SELECT rev_id, TIMESTAMPDIFF(MINUTE, LAG(rev_timestamp) OVER (PARTITION BY rev_actor ORDER BY rev_timestamp, rev_id), rev_timestamp) AS gap FROM revision ORDER BY rev_id LIMIT 10

SELECT FIRST_VALUE(rev_id) OVER (PARTITION BY rev_page ORDER BY rev_id) AS first, rev_id FROM revision ORDER BY rev_id LIMIT 10

(SELECT page_id, page_len FROM page ORDER BY page_len DESC, page_id LIMIT 3) UNION ALL (SELECT page_id, page_len FROM page ORDER BY page_len, page_id LIMIT 3) ORDER BY 2, 1

SELECT page_id FROM page WHERE page_namespace = 0 EXCEPT SELECT rev_page FROM revision WHERE rev_minor_edit = 1 ORDER BY 1 LIMIT 5

SELECT page_id FROM page INTERSECT SELECT rev_page FROM revision WHERE rev_minor_edit = 1 ORDER BY page_id LIMIT 5

SELECT page_id AS id, 'p' AS kind FROM page WHERE page_id < 4 UNION SELECT rev_id, 'r' FROM revision WHERE rev_id < 4 ORDER BY id + 0 DESC, kind

-- # values and their looks
SELECT 1, 1.0, 1.50, '1', NULL, TRUE, 1e3, 0x41, 'it''s', "double", 1/3, 10/4, 7 DIV 2, 2+2

SELECT 1 + 1, 1+1, COUNT(*), count( * ), max(page_id) FROM page

SELECT PAGE_ID, Page_Title, page.page_len FROM page ORDER BY PAGE_ID LIMIT 2

SELECT page_id id, page_title AS 'Title of page', page_len `length` FROM page ORDER BY id LIMIT 2

SELECT page_id as "the id" FROM page ORDER BY "the id", page_id LIMIT 2

SELECT 'tab	here', 'line\nbreak', 'back\\slash', CONCAT('nul', CHAR(0)), ''

SELECT CONCAT('a', NULL), CONCAT_WS(',', 'a', NULL, 'b'), IFNULL(NULL, 'x'), NULLIF(1, 1), COALESCE(NULL, NULL, 3)

SELECT ROUND(2.5), ROUND(-2.5), ROUND(1.255, 2), ROUND(15.5, -1), CEIL(1.2), FLOOR(-1.2), TRUNCATE(1.999, 1), 5 % 3, -5 % 3

SELECT CAST('12abc' AS UNSIGNED), CAST(-1 AS UNSIGNED), CAST('1.5' AS DECIMAL(10,2)), CAST(1 AS CHAR), CAST('2018-01-01' AS DATE), CONVERT('5', SIGNED)

SELECT 'a' = 'A', 'a' = 'a ', 'a' < 'b', BINARY 'a' = 'A', 'abc' LIKE 'A%', 'abc' REGEXP '^A', '10' = 10, '1e1' = 10

SELECT GREATEST(1, 2.5), LEAST('a', 'b'), GREATEST(1, NULL), ELT(2, 'a', 'b'), FIELD('b', 'a', 'b'), FIND_IN_SET('b', 'a,b')

SELECT LPAD(page_id, 6, '0'), RPAD(page_title, 5, '.'), REPEAT('x', 3), SPACE(2), FORMAT(page_len * 1000, 0), FORMAT(page_random, 3) FROM page ORDER BY page_id LIMIT 3

SELECT DATE('20180230'), DATE('nonsense'), YEAR('20180101000000'), STR_TO_DATE('2018-13-01', '%Y-%m-%d'), DATE_FORMAT('20180101', '%W')

SELECT DATE_ADD('2018-01-31', INTERVAL 1 MONTH), '2018-03-01' - INTERVAL 1 DAY, DATEDIFF('2018-03-01', '2018-02-01'), TIMESTAMPDIFF(MONTH, '2018-01-31', '2018-02-28'), DATE_SUB('2018-03-01 10:00:00', INTERVAL 36 HOUR)

SELECT UNIX_TIMESTAMP('2018-01-01 00:00:00'), FROM_UNIXTIME(1514764800), FROM_UNIXTIME(1514764800, '%Y%m%d%H%i%s'), SEC_TO_TIME(3700), TIME_TO_SEC('01:00:00'), MAKEDATE(2018, 32)

SELECT TIMESTAMP '2018-01-01 10:00:00', DATE '2018-01-01', TIME '10:00:00', TIMESTAMP('2018-01-01'), TIMEDIFF('2018-01-02 00:00:00', '2018-01-01 12:30:00')

SELECT INET_ATON('10.0.0.1'), INET_NTOA(167772161), INET6_NTOA(INET6_ATON('2001:DB8::1')), INET6_ATON('nonsense'), HEX(INET6_ATON('10.0.0.1'))

SELECT NOT 0, !1, 1 AND NULL, 0 AND NULL, 1 OR NULL, 1 XOR 1, NULL IS NULL, 1 <=> NULL, NULL <=> NULL, 5 BETWEEN 1 AND 10, 3 IN (1, 2, NULL)

SELECT 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, 256 >> 4, BIT_COUNT(7), CONV('ff', 16, 10), HEX(255), BIN(5), OCT(8)

SELECT IF(1 > 0, 'yes', 'no'), CASE WHEN 1 = 2 THEN 'a' END, CASE 3 WHEN 3 THEN 'three' ELSE 'other' END, IF(NULL, 1, 0)

SELECT 1 / 0, 1 DIV 0, 1 % 0, 0 / 5, 22 / 7 * 7, 2 / 3 * 100, 1.0 * 2 / 3

SELECT LENGTH('é'), CHAR_LENGTH('é'), UPPER('é'), HEX('é'), REVERSE('aé'), LEFT('éa', 1), ASCII('a'), ORD('é'), CHAR(65)

SELECT 'ä' AS `Überschrift`, '日本語' AS 名前, '😀' emoji

SELECT QUOTE(page_title), MD5(page_id), CRC32(page_title), SHA1('') FROM page ORDER BY page_id LIMIT 2

SELECT SUBSTR('abcdef', -3), SUBSTR('abcdef', 2, 3), MID('abcdef', 3), RIGHT('abc', 2), LOCATE('c', 'abc'), INSTR('abc', 'b'), INSERT('abc', 2, 1, 'X'), STRCMP('a', 'b')

SELECT REGEXP_REPLACE('2018-01-01', '-', ''), REGEXP_SUBSTR('abc123', '[0-9]+'), REGEXP_INSTR('abc', 'c'), 'abc' REGEXP 'b|x', 'a.c' RLIKE 'a\\.c'

SELECT JSON_EXTRACT('{"a": [1, 2]}', '$.a[1]'), JSON_VALUE('{"a": "x"}', '$.a'), JSON_UNQUOTE('"q"'), JSON_VALID('{')

SELECT SUM(NULL), AVG(NULL), COUNT(NULL), MAX(NULL), GROUP_CONCAT(NULL)

SELECT COUNT(*), SUM(page_len), AVG(page_len), MIN(page_title), GROUP_CONCAT(page_id) FROM page WHERE 0

SELECT page_namespace, COUNT(*) FROM page WHERE 1 = 0 GROUP BY page_namespace

SELECT rev_id, rev_len FROM revision WHERE rev_len IS NULL

SELECT GROUP_CONCAT(page_title) FROM page WHERE page_namespace = 1

SELECT LENGTH(GROUP_CONCAT(rev_id ORDER BY rev_id)), LENGTH(GROUP_CONCAT(rev_sha1 SEPARATOR '')) FROM revision

SELECT rev_actor, GROUP_CONCAT(DISTINCT LEFT(rev_timestamp, 6) ORDER BY rev_timestamp SEPARATOR ' ') FROM revision GROUP BY rev_actor ORDER BY rev_actor

SELECT page_namespace, GROUP_CONCAT(page_id ORDER BY page_len DESC, page_id) FROM page GROUP BY page_namespace ORDER BY page_namespace

SELECT rev_len, COUNT(*) FROM revision GROUP BY rev_len ORDER BY rev_len IS NULL, rev_len LIMIT 5

SELECT page_lang, page_id FROM page ORDER BY page_lang, page_id DESC LIMIT 5

SELECT comment_text FROM comment WHERE LENGTH(comment_text) <> CHAR_LENGTH(CONVERT(comment_text USING utf8mb4)) ORDER BY comment_id LIMIT 10

SELECT comment_id, comment_text FROM comment ORDER BY LENGTH(comment_text) DESC, comment_id LIMIT 3

SELECT COUNT(*) FROM comment WHERE comment_text LIKE '/*%' OR comment_text LIKE '%*/%'

SELECT LEFT(comment_text, 20) AS start, COUNT(*) AS n FROM comment JOIN revision ON rev_comment_id = comment_id GROUP BY start ORDER BY n DESC, start LIMIT 5

SELECT DISTINCT page_namespace FROM page ORDER BY page_namespace DESC

SELECT DISTINCT LEFT(rev_timestamp, 6) m, rev_minor_edit FROM revision ORDER BY m, rev_minor_edit

SELECT COUNT(DISTINCT rev_page), COUNT(DISTINCT LEFT(rev_timestamp, 8)), COUNT(rev_parent_id), COUNT(IF(rev_minor_edit, 1, NULL)) FROM revision

SELECT page_namespace FROM page GROUP BY page_namespace HAVING COUNT(*) > 10 AND MAX(page_len) > 100 ORDER BY NULL

SELECT page_namespace n, SUM(page_len) / COUNT(*) AS mean FROM page GROUP BY n HAVING mean > 100 ORDER BY mean DESC

-- # names, comments, several databases
SELECT COUNT(*) FROM `page` # a remark
WHERE `page`.`page_namespace` = 0

SELECT /* how many */ COUNT(*) -- pages
FROM page

SELECT SQL_NO_CACHE COUNT(*) FROM page USE INDEX (PRIMARY)

SELECT COUNT(*) FROM samplewiki.page

SELECT a.n, b.n FROM (SELECT COUNT(*) n FROM samplewiki.page) a, (SELECT COUNT(*) n FROM enwiki.page) b

SELECT s.page_title FROM samplewiki.page s JOIN enwiki.page e ON e.page_title = s.page_title AND e.page_namespace = s.page_namespace ORDER BY 1

SELECT 'samplewiki' AS wiki, COUNT(*) AS edits FROM samplewiki.revision UNION ALL SELECT 'enwiki', COUNT(*) FROM enwiki.revision

SELECT samplewiki.page.page_title FROM samplewiki.page ORDER BY samplewiki.page.page_id LIMIT 2

SELECT DATABASE()

SET @from = '20180201000000', @to = '20180301000000'; SELECT COUNT(*) FROM revision WHERE rev_timestamp >= @from AND rev_timestamp < @to

SET @n = 5; SELECT @n, @n + 1, @undefined

SELECT 1; SELECT 2 AS two; SELECT COUNT(*) FROM page

SELECT column_name, data_type, column_type FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'revision' ORDER BY ordinal_position

SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'samplewiki' AND table_name IN ('page', 'revision')

SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%wiki' AND schema_name NOT IN ('arbcomwiki') ORDER BY 1

-- # what else analysts write
SELECT page_title, page_len FROM page ORDER BY page_len DESC LIMIT 10

-- refused: what DISTINCT leaves has no such order
SELECT DISTINCT page_namespace FROM page ORDER BY page_len LIMIT 3

SELECT DISTINCT LEFT(rev_timestamp, 6) AS m FROM revision ORDER BY m + 0 DESC

SELECT DISTINCT page_namespace, page_is_redirect FROM page ORDER BY page_namespace * 10 + page_is_redirect

SELECT rev_timestamp, rev_id FROM revision WHERE rev_page = 1

-- differs: rows of a join without ORDER BY, cut by LIMIT
SELECT page_title, rev_timestamp FROM page, revision WHERE rev_page = page_id AND page_namespace = 0 LIMIT 10

SELECT u.user_name, COUNT(*) FROM user u LEFT JOIN actor a ON a.actor_user = u.user_id LEFT JOIN revision r ON r.rev_actor = a.actor_id GROUP BY u.user_name ORDER BY COUNT(*) DESC, u.user_name LIMIT 5

SELECT a.d + 10 * b.d + 100 * c.d AS n FROM (SELECT 0 AS d UNION SELECT 1 UNION SELECT 2) a JOIN (SELECT 0 AS d UNION SELECT 1) b JOIN (SELECT 0 AS d UNION SELECT 1) c ORDER BY n

SELECT COUNT(*) FROM (SELECT 1 a) a JOIN (SELECT 1 b) b JOIN (SELECT 1 c) c JOIN (SELECT 1 d) d JOIN (SELECT 1 e) e JOIN (SELECT 1 f) f JOIN (SELECT 1 g) g JOIN (SELECT 1 h) h JOIN (SELECT 1 i) i JOIN (SELECT 1 j) j JOIN (SELECT 1 k) k JOIN (SELECT 1 l) l

SELECT a.d FROM (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS a CROSS JOIN (SELECT 0 AS d UNION ALL SELECT 1) AS b CROSS JOIN (SELECT 0 AS d UNION ALL SELECT 1) AS c CROSS JOIN (SELECT 0 AS d UNION ALL SELECT 1) AS e ORDER BY 1 LIMIT 3

SELECT page_title FROM page WHERE page_title REGEXP '(?i)^main' ORDER BY page_id

-- refused: RE2 has no look-around and no back references
SELECT page_title FROM page WHERE page_title REGEXP '^(?!M)' ORDER BY page_id LIMIT 3

SELECT page_title FROM page WHERE page_title REGEXP '\\bPage\\b' ORDER BY page_id

SELECT page_title FROM page WHERE page_title REGEXP '[[:upper:]]{2}' ORDER BY page_id

SELECT page_title FROM page WHERE page_title REGEXP '[[:<:]]Page' ORDER BY page_id

-- refused: RE2 has no look-around and no back references
SELECT page_title REGEXP '(a)\\1' FROM page ORDER BY page_id LIMIT 3

SELECT page_title RLIKE CONCAT('^', 'Main') FROM page ORDER BY page_id LIMIT 3

-- words
SELECT page_title REGEXP '*' FROM page LIMIT 1

SELECT WEEK('2018-01-01', 4), WEEK('2018-01-01', 6), YEARWEEK('2018-01-01', 4)

SELECT WEEK(rev_timestamp, 4), WEEK(rev_timestamp, 6), WEEK(rev_timestamp, 2), WEEK(rev_timestamp, 5), WEEK(rev_timestamp, 7), rev_id FROM revision ORDER BY rev_id

SELECT DATE_FORMAT(rev_timestamp, '%U %u %V %v %X %x %w %j') FROM revision ORDER BY rev_id

SELECT TIMESTAMPDIFF(WEEK, rev_timestamp, NOW()) > 0, DATE(rev_timestamp) < CURDATE() FROM revision ORDER BY rev_id LIMIT 2

SELECT rev_timestamp - 20180000000000, rev_timestamp + 0, rev_timestamp * 1, rev_timestamp DIV 1000000 FROM revision ORDER BY rev_id LIMIT 3

SELECT SUBSTRING(rev_timestamp, 1, 4) + 1, LEFT(rev_timestamp, 4) * 12 + SUBSTR(rev_timestamp, 5, 2) FROM revision ORDER BY rev_id LIMIT 3

SELECT AVG(rev_timestamp), SUM(LEFT(rev_timestamp, 4)), MAX(rev_timestamp + 0) FROM revision

-- differs: beyond 16 digits
SELECT AVG(UNIX_TIMESTAMP(rev_timestamp)) FROM revision

SELECT SUM(rev_len * 1.5), AVG(rev_len * 1.5), SUM(rev_len / 3), AVG(rev_len / 3), MAX(rev_len / 7), SUM(rev_len) * 0.1 FROM revision

SELECT rev_len / 3 * 3, ROUND(rev_len / 7, 3), CEIL(rev_len / 7), rev_len * 0.01, rev_len / 0.5, rev_len / 1e3 FROM revision ORDER BY rev_id LIMIT 5

SELECT STD(rev_len), STDDEV_POP(rev_len), VAR_SAMP(rev_len), STDDEV_SAMP(rev_len) FROM revision

SELECT IF(rev_len > 100, 'big', 0), IF(rev_minor_edit, 1, 'no'), IFNULL(rev_len, 'x'), COALESCE(rev_parent_id, -1), NULLIF(rev_minor_edit, 0) FROM revision ORDER BY rev_id LIMIT 5

SELECT CASE WHEN rev_len < 100 THEN 1 WHEN rev_len < 1000 THEN 2.5 END, CASE WHEN rev_minor_edit THEN 'm' ELSE rev_len END FROM revision ORDER BY rev_id LIMIT 5

SELECT rev_id IN (1, 2, 3), rev_id BETWEEN 2 AND 4, rev_id > 3 AND rev_id < 6, rev_id % 2 = 0 OR rev_id = 1 FROM revision ORDER BY rev_id LIMIT 6

SELECT page_id, page_title FROM page WHERE page_title = 'main_page'

SELECT page_id, page_title FROM page WHERE CONVERT(page_title USING utf8) = 'MAIN_PAGE'

SELECT page_id FROM page WHERE page_title = 'Main_Page ' OR page_title = 'Main_Page'

SELECT page_title FROM page WHERE page_title > 'S' ORDER BY page_title DESC LIMIT 4

SELECT page_title FROM page ORDER BY CONVERT(page_title USING utf8), page_id LIMIT 40

SELECT page_title FROM page ORDER BY LOWER(CONVERT(page_title USING utf8mb4)) DESC, page_id LIMIT 20

SELECT page_title FROM page ORDER BY LENGTH(page_title), page_title LIMIT 10

-- differs: the order of signs in unicode collations
SELECT CONVERT(page_title USING utf8mb4) COLLATE utf8mb4_unicode_ci AS t, COUNT(*) FROM page GROUP BY t ORDER BY t LIMIT 10

SELECT LOWER(CONVERT(page_title USING utf8)) AS t, COUNT(*) FROM page GROUP BY t HAVING COUNT(*) > 1 ORDER BY 2 DESC, 1

SELECT MIN(page_title), MAX(page_title), MIN(CONVERT(page_title USING utf8)) FROM page

SELECT page_title AS t FROM page UNION SELECT log_title FROM logging ORDER BY t LIMIT 10

SELECT page_id, page_title FROM page UNION ALL SELECT NULL, 'total' ORDER BY page_id LIMIT 3

SELECT COUNT(*) AS `count`, page_namespace AS `group` FROM page GROUP BY `group` ORDER BY `count` DESC, `group`

SELECT SUM(page_len) total FROM page WHERE page_namespace IN (SELECT page_namespace FROM page GROUP BY page_namespace HAVING COUNT(*) > 5)

SELECT AVG(n), MAX(n), MIN(n) FROM (SELECT COUNT(*) AS n FROM revision GROUP BY rev_page) t

SELECT n AS edits, COUNT(*) AS editors FROM (SELECT rev_actor, COUNT(*) AS n FROM revision GROUP BY rev_actor) t GROUP BY n ORDER BY n

SELECT page_namespace, MAX(page_len), (SELECT p2.page_title FROM page p2 WHERE p2.page_namespace = p.page_namespace ORDER BY p2.page_len DESC, p2.page_id LIMIT 1) AS longest FROM page p GROUP BY page_namespace ORDER BY page_namespace

SELECT r.rev_id FROM revision r WHERE r.rev_timestamp = (SELECT MAX(r2.rev_timestamp) FROM revision r2 WHERE r2.rev_page = r.rev_page) ORDER BY r.rev_id LIMIT 10

SELECT r.rev_page, COUNT(*) FROM revision r WHERE r.rev_len > (SELECT AVG(rev_len) FROM revision WHERE rev_page = r.rev_page) GROUP BY r.rev_page ORDER BY 2 DESC, 1 LIMIT 10

SELECT log_params FROM logging ORDER BY log_id LIMIT 20

SELECT LENGTH(log_params), LEFT(log_params, 10), log_params LIKE 'a:%' FROM logging ORDER BY log_id LIMIT 10

SELECT SUBSTRING_INDEX(SUBSTRING_INDEX(log_params, '"', 2), '"', -1) FROM logging WHERE log_type = 'newusers' ORDER BY log_id LIMIT 5

SELECT HEX(page_title), HEX(page_id), HEX(LEFT(page_title, 2)), UNHEX(HEX(page_title)) FROM page ORDER BY page_id LIMIT 3

SELECT LEFT(page_title, 5), SUBSTR(page_title, 3, 4), RIGHT(page_title, 3), LEFT(CONVERT(page_title USING utf8), 5) FROM page ORDER BY page_id DESC LIMIT 60

SELECT LPAD(page_title, 8, '*'), INSERT(page_title, 2, 3, '--'), REVERSE(page_title), REPEAT(page_title, 2) FROM page ORDER BY page_id LIMIT 10

SELECT CONCAT_WS('|', page_id, page_title, page_lang, page_len), CONCAT(page_title, ':', page_id), CONCAT(page_title, page_lang) FROM page ORDER BY page_id LIMIT 3

SELECT rev_comment_id, comment_id, comment_text, comment_data FROM revision JOIN comment ON comment_id = rev_comment_id ORDER BY rev_id LIMIT 30

SELECT COUNT(*), SUM(comment_text LIKE '%revert%'), SUM(comment_text REGEXP 'undo|revert|rv'), SUM(LOWER(CONVERT(comment_text USING utf8)) LIKE '%undid%') FROM revision JOIN comment ON comment_id = rev_comment_id

SELECT page_is_redirect, page_is_new, page_is_redirect + page_is_new, page_is_redirect = page_is_new, !page_is_new, NOT page_is_redirect FROM page ORDER BY page_id LIMIT 5

SELECT EXISTS (SELECT 1 FROM page WHERE page_id = 1) AS there, NOT EXISTS (SELECT 1 FROM page WHERE page_id = 0) AS missing

SELECT MAX(rev_id) - MIN(rev_id) + 1 - COUNT(*) AS gaps FROM revision

SELECT rev_actor, COUNT(*) AS n, COUNT(*) * 100 / (SELECT COUNT(*) FROM revision) AS pct, ROUND(COUNT(*) * 100 / (SELECT COUNT(*) FROM revision), 1) AS r FROM revision GROUP BY rev_actor ORDER BY n DESC, rev_actor LIMIT 5

SELECT DATE_FORMAT(MIN(rev_timestamp), '%Y-%m-%d %T') AS first, MAX(DATE(rev_timestamp)) AS last, COUNT(DISTINCT DATE(rev_timestamp)) AS days FROM revision

SELECT MAKEDATE(2018, DAYOFYEAR(rev_timestamp)) AS d, COUNT(*) FROM revision GROUP BY d ORDER BY d LIMIT 5

SELECT DATE_SUB(DATE(rev_timestamp), INTERVAL WEEKDAY(rev_timestamp) DAY) AS week, COUNT(*) FROM revision GROUP BY week ORDER BY week

SELECT CONCAT(YEAR(rev_timestamp), '-Q', QUARTER(rev_timestamp)) AS quarter, COUNT(*) FROM revision GROUP BY quarter ORDER BY quarter

SELECT CAST(CONCAT(LEFT(rev_timestamp, 4), '-', SUBSTR(rev_timestamp, 5, 2), '-01') AS DATE) AS month, COUNT(*) FROM revision GROUP BY month ORDER BY month

SELECT PERIOD_DIFF(201803, LEFT(rev_timestamp, 6)) AS months_ago, COUNT(*) FROM revision GROUP BY months_ago ORDER BY months_ago

SELECT rev_id, SEC_TO_TIME(TIMESTAMPDIFF(SECOND, '2018-01-01', rev_timestamp) % 86400), TIME_FORMAT(TIME(rev_timestamp), '%H:%i') FROM revision ORDER BY rev_id LIMIT 5

SELECT FROM_UNIXTIME(UNIX_TIMESTAMP(rev_timestamp)), FROM_UNIXTIME(UNIX_TIMESTAMP(rev_timestamp), '%Y-%m') FROM revision ORDER BY rev_id LIMIT 3

SELECT ADDDATE(rev_timestamp, 1), ADDDATE(DATE(rev_timestamp), INTERVAL 1 WEEK), DATE(rev_timestamp) + INTERVAL '1' HOUR, rev_timestamp - INTERVAL 1 SECOND FROM revision ORDER BY rev_id LIMIT 3

-- differs: the longest time of day has no fraction
SELECT DATEDIFF(MAX(rev_timestamp), MIN(rev_timestamp)), TIMEDIFF(MAX(TIMESTAMP(rev_timestamp)), MIN(TIMESTAMP(rev_timestamp))) FROM revision

SELECT TIMEDIFF(CAST('20180102000000' AS DATETIME), CAST(rev_timestamp AS DATETIME)) FROM revision ORDER BY rev_id LIMIT 3

SELECT user_registration, DATE(user_registration), UNIX_TIMESTAMP(user_registration) FROM user ORDER BY user_id

SELECT user_name, user_email, user_real_name FROM user ORDER BY user_id LIMIT 3

SELECT * FROM user ORDER BY user_id LIMIT 3

SELECT * FROM revision ORDER BY rev_id LIMIT 3

SELECT * FROM recentchanges ORDER BY rc_id LIMIT 3

SELECT * FROM logging ORDER BY log_id LIMIT 3

SELECT * FROM ipblocks

SELECT * FROM image

SELECT * FROM archive ORDER BY ar_id LIMIT 5

SELECT * FROM categorylinks ORDER BY cl_from, cl_to LIMIT 5

SELECT * FROM change_tag ORDER BY ct_id LIMIT 5

SELECT * FROM comment ORDER BY comment_id LIMIT 5

SELECT * FROM page_props

SELECT * FROM externallinks ORDER BY el_id LIMIT 5

SELECT * FROM sites ORDER BY site_id LIMIT 2

SELECT * FROM slots ORDER BY slot_revision_id LIMIT 2

SELECT * FROM interwiki ORDER BY iw_prefix LIMIT 3

SELECT * FROM page p JOIN revision r ON r.rev_id = p.page_latest ORDER BY page_id LIMIT 2

SELECT p.*, r.rev_timestamp AS ts FROM page p LEFT JOIN revision r ON r.rev_page = p.page_id AND r.rev_parent_id = 0 ORDER BY page_id, rev_id LIMIT 5

SELECT ar_title, COUNT(*) FROM archive GROUP BY ar_title ORDER BY 2 DESC, 1

SELECT COUNT(*) FROM (SELECT rev_id FROM revision UNION ALL SELECT ar_rev_id FROM archive) x

SELECT LEFT(ts, 6) AS month, SUM(live) AS live, SUM(1 - live) AS deleted FROM (SELECT rev_timestamp AS ts, 1 AS live FROM revision UNION ALL SELECT ar_timestamp, 0 FROM archive) x GROUP BY month ORDER BY month

SELECT @@version LIKE '%MariaDB%', @@sql_mode IS NOT NULL, @@max_allowed_packet > 0

SELECT USER() LIKE '%@%', DATABASE(), CONNECTION_ID() > 0, VERSION() LIKE '10.%'

SHOW TABLES LIKE 'page%'

SHOW DATABASES LIKE 'samplewiki'

SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'samplewiki' AND column_name LIKE 'rev\_%' ORDER BY table_name, ordinal_position

SELECT page_id FROM page WHERE page_id = '1abc'

SELECT page_id FROM page WHERE page_title = 0 ORDER BY page_id LIMIT 3

SELECT 'abc' + 0, '12' * '3', 1 + '1', '1.5' + 1, 'a' + 'b', -'3', '5' > 10, 'abc' = 0

SELECT page_id FROM page WHERE page_touched > NOW() - INTERVAL 100 YEAR ORDER BY page_id LIMIT 2

SELECT COUNT(*) FROM recentchanges WHERE rc_timestamp > DATE_FORMAT(NOW() - INTERVAL 30 DAY, '%Y%m%d%H%i%s')

SELECT COUNT(*) FROM revision WHERE rev_timestamp BETWEEN DATE_FORMAT('2018-02-01', '%Y%m%d000000') AND DATE_FORMAT(LAST_DAY('2018-02-01'), '%Y%m%d235959')

SELECT COUNT(*) FROM revision WHERE STR_TO_DATE(rev_timestamp, '%Y%m%d%H%i%s') >= '2018-02-01' AND TIMESTAMP(rev_timestamp) < TIMESTAMP('2018-03-01')

SELECT COUNT(*) FROM revision WHERE YEAR(rev_timestamp) = 2018 AND MONTH(rev_timestamp) = '02'

SELECT COUNT(*) FROM revision WHERE rev_timestamp >= '2018-02-01'

SELECT COUNT(*) FROM revision WHERE rev_timestamp > DATE('2018-02-01')

SELECT COUNT(*) FROM revision WHERE UNIX_TIMESTAMP(rev_timestamp) > UNIX_TIMESTAMP('2018-02-01')

SELECT COUNT(*) FROM revision WHERE (rev_timestamp + INTERVAL 1 DAY) > '2018-02-01'

-- refused: assignments inside a query
SELECT rev_id, @row := 1 FROM revision LIMIT 1

SELECT MOD(rev_id, 10) AS bucket, COUNT(*) FROM revision GROUP BY bucket ORDER BY bucket

SELECT rev_id DIV 100 * 100 AS bucket, COUNT(*), AVG(rev_len) FROM revision GROUP BY bucket ORDER BY bucket

SELECT FLOOR(rev_len / 500) * 500 AS bin, COUNT(*) FROM revision GROUP BY bin ORDER BY bin

SELECT ROUND(rev_len, -2) AS bin, COUNT(*) FROM revision GROUP BY bin ORDER BY bin

SELECT rev_len DIV 100 AS b, REPEAT('*', COUNT(*) DIV 5) AS bar FROM revision GROUP BY b ORDER BY b

SELECT page_namespace, SUM(page_len) AS s FROM page GROUP BY page_namespace WITH ROLLUP HAVING s > 100

SELECT IFNULL(page_namespace, 'all') AS ns, COUNT(*) FROM page GROUP BY page_namespace WITH ROLLUP

SELECT PERCENT_RANK() OVER (ORDER BY page_len) AS pr, CUME_DIST() OVER (ORDER BY page_len) AS cd, page_id FROM page ORDER BY page_id LIMIT 5

SELECT LAST_VALUE(page_id) OVER (ORDER BY page_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l, LEAD(page_id, 2) OVER (ORDER BY page_id) AS n FROM page ORDER BY page_id LIMIT 3

-- refused: MEDIAN
SELECT MEDIAN(page_len) OVER (PARTITION BY page_namespace) FROM page LIMIT 1

SELECT page_id FROM page ORDER BY RAND() LIMIT 0

SELECT page_id FROM page LIMIT 0

SELECT COUNT(*) FROM page HAVING COUNT(*) > 10000

SELECT 1 FROM page WHERE page_id = 1 AND NULL

SELECT NULL UNION SELECT 1 ORDER BY 1

SELECT TRUE, FALSE, NULL, 1 = 1, 2 > 3, TRUE + TRUE

SELECT 1 AS a, 1 AS A

SELECT `page_id`,`page_title`AS`x`FROM`page`ORDER BY`page_id`LIMIT 1

SELECT page_id FROM page WHERE page_namespace=0&&page_is_redirect=0 ORDER BY page_id LIMIT 3

SELECT page_id FROM page WHERE page_namespace=4||page_namespace=2 ORDER BY page_id LIMIT 3

SELECT page_id FROM page FORCE INDEX (PRIMARY) WHERE page_id != 1 AND page_id <> 2 ORDER BY page_id LIMIT 3

SELECT STRAIGHT_JOIN p.page_id FROM page p STRAIGHT_JOIN revision r ON r.rev_id = p.page_latest ORDER BY 1 LIMIT 2

SELECT page_id FROM page WHERE page_id IN (SELECT MAX(page_id) FROM page) LOCK IN SHARE MODE

-- differs: SQL_CALC_FOUND_ROWS counts nothing
SELECT SQL_CALC_FOUND_ROWS page_id FROM page ORDER BY page_id LIMIT 1; SELECT FOUND_ROWS()

-- both
SELECT nosuch FROM page

-- both
SELECT * FROM nosuch

-- both
SELECT page_id FROM page, revision WHERE id = 1

-- both
SELECT rev_id FROM revision a JOIN revision b ON a.rev_id = b.rev_parent_id

-- both
SELECT COUNT(*) FROM page WHERE COUNT(*) > 1

-- both
SELECT * FROM page ORDER BY 99

-- both
SELECT NOSUCH(1)

-- both
SELECT 1 UNION SELECT 1, 2

-- words
SELECT page_id FROM page WHERE page_id = (SELECT rev_page, rev_id FROM revision LIMIT 1)

-- both
SELECT DISTINCT page_id FROM page p JOIN page q USING (page_id) WHERE page_title = 'x'

-- both
SELECT * FROM nosuchdb.page
