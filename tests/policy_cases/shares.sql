-- researchers
SELECT * FROM staging.mine

SELECT `mine`.`ip` AS `ip`, `mine`.`n` AS `n` FROM (SELECT CARREL_PSEUDONYM(`ip`) AS `ip`, `n` AS `n` FROM `staging`.`mine`) AS `mine`

-- researchers
SELECT n FROM staging.events

refused: access_refused: you may not read `staging.events`: it belongs to somebody else

-- researchers; shares c1
SELECT * FROM staging.events

SELECT `events`.`ip` AS `ip`, `events`.`n` AS `n`, `events`.`word` AS `word` FROM (SELECT CARREL_PSEUDONYM(`ip`) AS `ip`, `n` AS `n`, `word` AS `word` FROM `staging`.`events`) AS `events`

-- statistics-privatedata-users; shares c1
SELECT ip, n FROM staging.events WHERE ip > ''

SELECT `events`.`ip` AS `ip`, `events`.`n` AS `n` FROM (SELECT `ip` AS `ip`, `n` AS `n` FROM `staging`.`events`) AS `events` WHERE `events`.`ip` > ''

-- researchers; shares c1; state suspended
SELECT n FROM staging.events

refused: unknown_table: table `staging.events` doesn't exist

-- analytics-users; shares c1
SELECT n FROM staging.events

refused: unknown_table: table `staging.events` doesn't exist

-- nobody; shares c1
SELECT n FROM staging.events

refused: unknown_table: table `staging.events` doesn't exist

-- wmf; shares c2; door http
SELECT hour FROM staging.hours

refused: unknown_table: table `staging.hours` doesn't exist

-- researchers; shares c2
SELECT hour FROM staging.hours

refused: access_refused: you may not read `staging.hours`: it was made of databases of kind lake, where no group of yours reads

-- analytics-privatedata-users; shares c2
SELECT hour FROM staging.hours

SELECT `hours`.`hour` AS `hour` FROM (SELECT `hour` AS `hour` FROM `staging`.`hours`) AS `hours`

-- researchers, analytics-users; shares c2
SELECT hour FROM staging.hours

SELECT `hours`.`hour` AS `hour` FROM (SELECT `hour` AS `hour` FROM `staging`.`hours`) AS `hours`

-- researchers; shares c3
SELECT title FROM staging.closed

refused: access_refused: you may not read `staging.closed`: it was made of private databases of kind wiki, where no group of yours reads

-- researchers; shares c4
SELECT title FROM staging.own

refused: access_refused: you may not read `staging.own`: it holds what its owner alone may see

-- researchers; shares c5
SELECT * FROM staging.hashes

SELECT `hashes`.`hash` AS `hash`, `hashes`.`n` AS `n` FROM (SELECT CAST(NULL AS CHAR) AS `hash`, `n` AS `n` FROM `staging`.`hashes`) AS `hashes`
  notice: closed to you and shown as NULL in `staging.hashes`: `hash`

-- researchers; shares c5
SELECT hash FROM staging.hashes

refused: access_refused: you may not use column `staging.hashes.hash`: passwords, tokens and keys are never shown
  try: leave it out; `SELECT *` shows it as NULL

-- researchers
SELECT n FROM u_bob.events

refused: unknown_table: table `u_bob.events` doesn't exist

-- researchers; shares c6
SELECT n FROM u_bob.events

SELECT `events`.`n` AS `n` FROM (SELECT `n` AS `n` FROM `u_bob`.`events`) AS `events`

-- researchers; shares c6
SELECT n FROM u_bob.other

refused: unknown_table: table `u_bob.other` doesn't exist

-- researchers; shares c6
SELECT n FROM u_bob.othr

refused: unknown_table: table `u_bob.othr` doesn't exist

-- researchers
SELECT code, name FROM datasets.countries

SELECT `countries`.`code` AS `code`, `countries`.`name` AS `name` FROM (SELECT `code` AS `code`, `name` AS `name` FROM `datasets`.`countries`) AS `countries`

-- data-stewards
SELECT code, name FROM datasets.countries

SELECT `countries`.`code` AS `code`, `countries`.`name` AS `name` FROM (SELECT `code` AS `code`, `name` AS `name` FROM `datasets`.`countries`) AS `countries`

-- analytics-users
SELECT code FROM datasets.countries

refused: unknown_table: table `datasets.countries` doesn't exist

-- nobody
SELECT code FROM datasets.countries

refused: unknown_table: table `datasets.countries` doesn't exist

-- researchers
SELECT hour FROM datasets.cluster

refused: access_refused: you may not read `datasets.cluster`: it was made of databases of kind lake, where no group of yours reads

-- analytics-privatedata-users
SELECT hour FROM datasets.cluster

SELECT `cluster`.`hour` AS `hour` FROM (SELECT `hour` AS `hour` FROM `datasets`.`cluster`) AS `cluster`
