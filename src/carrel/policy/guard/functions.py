"""The functions that a question may call: name, kind, fewest arguments and one sample each. Whatever is not here is refused.

The samples are the allow-list itself: a node class, and an argument of it, is allowed exactly when a sample parses to it. An engine's tests run every sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    SCALAR = "scalar"
    AGGREGATE = "aggregate"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of MariaDB.

    Attributes:
        name: in lower case.
        kind: what it takes its arguments from.
        least: fewest arguments.
        samples: expressions without columns; aggregates over literals.
    """

    name: str
    kind: Kind
    least: int
    samples: tuple[str, ...]


def _scalars(*lines: str) -> tuple[Function, ...]:
    return tuple(_read(Kind.SCALAR, line) for line in lines)


def _read(kind: Kind, line: str) -> Function:
    name, least, *samples = (part.strip() for part in line.split(" ;; "))
    return Function(name, kind, int(least), tuple(samples))


STRINGS: Final = _scalars(
    "ascii ;; 1 ;; ASCII('a')",
    "bin ;; 1 ;; BIN(5)",
    "bit_length ;; 1 ;; BIT_LENGTH('a')",
    "char ;; 1 ;; CHAR(65) ;; CHAR(65 USING utf8)",
    "char_length ;; 1 ;; CHAR_LENGTH('abc') ;; CHARACTER_LENGTH('abc')",
    "chr ;; 1 ;; CHR(65)",
    "concat ;; 1 ;; CONCAT('a', 'b')",
    "concat_ws ;; 2 ;; CONCAT_WS(',', 'a', 'b')",
    "conv ;; 3 ;; CONV('ff', 16, 10)",
    "crc32 ;; 1 ;; CRC32('a')",
    "elt ;; 2 ;; ELT(1, 'a', 'b')",
    "field ;; 2 ;; FIELD('b', 'a', 'b')",
    "find_in_set ;; 2 ;; FIND_IN_SET('b', 'a,b')",
    "format ;; 2 ;; FORMAT(1234.5, 1)",
    "from_base64 ;; 1 ;; FROM_BASE64('YQ==')",
    "hex ;; 1 ;; HEX('a') ;; HEX(255)",
    "inet_aton ;; 1 ;; INET_ATON('10.0.0.1')",
    "inet_ntoa ;; 1 ;; INET_NTOA(167772161)",
    "inet6_aton ;; 1 ;; INET6_ATON('2001:db8::1')",
    "inet6_ntoa ;; 1 ;; INET6_NTOA(INET6_ATON('2001:db8::1'))",
    "insert ;; 4 ;; INSERT('abcd', 2, 1, 'x')",
    "instr ;; 2 ;; INSTR('abc', 'b')",
    "lcase ;; 1 ;; LCASE('A') ;; LOWER('A')",
    "left ;; 2 ;; LEFT('abc', 2)",
    "length ;; 1 ;; LENGTH('abc') ;; OCTET_LENGTH('abc')",
    "locate ;; 2 ;; LOCATE('b', 'abc') ;; LOCATE('b', 'abcb', 3) ;; POSITION('b' IN 'abc')",
    "lpad ;; 2 ;; LPAD('a', 3, '0') ;; LPAD('a', 3)",
    "ltrim ;; 1 ;; LTRIM(' a')",
    "make_set ;; 2 ;; MAKE_SET(1, 'a', 'b')",
    "md5 ;; 1 ;; MD5('a')",
    "mid ;; 2 ;; MID('abc', 2) ;; MID('abc', 2, 1)",
    "oct ;; 1 ;; OCT(8)",
    "ord ;; 1 ;; ORD('a')",
    "quote ;; 1 ;; QUOTE('a')",
    "regexp_instr ;; 2 ;; REGEXP_INSTR('abc', 'b')",
    "regexp_replace ;; 3 ;; REGEXP_REPLACE('abc', 'b', 'x')",
    "regexp_substr ;; 2 ;; REGEXP_SUBSTR('abc', 'b')",
    "repeat ;; 2 ;; REPEAT('a', 3)",
    "replace ;; 3 ;; REPLACE('abc', 'b', 'x')",
    "reverse ;; 1 ;; REVERSE('abc')",
    "right ;; 2 ;; RIGHT('abc', 2)",
    "rpad ;; 2 ;; RPAD('a', 3, '0') ;; RPAD('a', 3)",
    "rtrim ;; 1 ;; RTRIM('a ')",
    "sha1 ;; 1 ;; SHA1('a') ;; SHA('a')",
    "sha2 ;; 2 ;; SHA2('a', 256)",
    "soundex ;; 1 ;; SOUNDEX('a')",
    "space ;; 1 ;; SPACE(2)",
    "strcmp ;; 2 ;; STRCMP('a', 'b')",
    "substr ;; 2 ;; SUBSTR('abc', 2) ;; SUBSTRING('abc', 2, 1) ;; SUBSTRING('abc' FROM 2 FOR 1)",
    "substring_index ;; 3 ;; SUBSTRING_INDEX('a.b', '.', 1)",
    "to_base64 ;; 1 ;; TO_BASE64('a')",
    "trim ;; 1 ;; TRIM(' a ') ;; TRIM(BOTH 'x' FROM 'xax') ;; TRIM(LEADING 'x' FROM 'xax') ;; TRIM('x' FROM 'xax')",
    "ucase ;; 1 ;; UCASE('a') ;; UPPER('a')",
    "unhex ;; 1 ;; UNHEX('61')",
)  # fmt: skip

NUMBERS: Final = _scalars(
    "abs ;; 1 ;; ABS(-1)",
    "acos ;; 1 ;; ACOS(1)",
    "asin ;; 1 ;; ASIN(1)",
    "atan ;; 1 ;; ATAN(1) ;; ATAN(1, 2)",
    "atan2 ;; 2 ;; ATAN2(1, 2)",
    "bit_count ;; 1 ;; BIT_COUNT(7)",
    "ceiling ;; 1 ;; CEILING(1.2) ;; CEIL(1.2)",
    "cos ;; 1 ;; COS(1)",
    "cot ;; 1 ;; COT(1)",
    "degrees ;; 1 ;; DEGREES(1)",
    "exp ;; 1 ;; EXP(1)",
    "floor ;; 1 ;; FLOOR(1.2)",
    "greatest ;; 2 ;; GREATEST(1, 2)",
    "least ;; 2 ;; LEAST(1, 2)",
    "interval ;; 2 ;; INTERVAL(2, 1, 3)",
    "ln ;; 1 ;; LN(2)",
    "log ;; 1 ;; LOG(2) ;; LOG(2, 8)",
    "log10 ;; 1 ;; LOG10(100)",
    "log2 ;; 1 ;; LOG2(8)",
    "mod ;; 2 ;; MOD(7, 3)",
    "pi ;; 0 ;; PI()",
    "pow ;; 2 ;; POW(2, 3) ;; POWER(2, 3)",
    "radians ;; 1 ;; RADIANS(1)",
    "rand ;; 0 ;; RAND() ;; RAND(1)",
    "round ;; 1 ;; ROUND(1.5) ;; ROUND(1.25, 1)",
    "sign ;; 1 ;; SIGN(-1)",
    "sin ;; 1 ;; SIN(1)",
    "sqrt ;; 1 ;; SQRT(4)",
    "tan ;; 1 ;; TAN(1)",
    "truncate ;; 2 ;; TRUNCATE(1.25, 1)",
)

DATES: Final = _scalars(
    "adddate ;; 2 ;; ADDDATE('2018-01-01', 1) ;; ADDDATE('2018-01-01', INTERVAL 1 DAY)",
    "addtime ;; 2 ;; ADDTIME('2018-01-01 00:00:00', '01:00:00')",
    "convert_tz ;; 3 ;; CONVERT_TZ('2018-01-01 00:00:00', '+00:00', '+01:00')",
    "curdate ;; 0 ;; CURDATE() ;; CURRENT_DATE ;; CURRENT_DATE()",
    "curtime ;; 0 ;; CURTIME() ;; CURRENT_TIME ;; CURRENT_TIME()",
    "now ;; 0 ;; NOW() ;; CURRENT_TIMESTAMP ;; CURRENT_TIMESTAMP() ;; LOCALTIME ;; LOCALTIMESTAMP() ;; SYSDATE()",
    "date ;; 1 ;; DATE('2018-01-01 10:00:00')",
    "date_add ;; 2 ;; DATE_ADD('2018-01-01', INTERVAL 1 MONTH) ;; '2018-01-01' + INTERVAL 1 DAY ;; DATE_ADD('2018-01-01', INTERVAL '1:30' HOUR_MINUTE)",
    "date_format ;; 2 ;; DATE_FORMAT('2018-01-01', '%Y-%m')",
    "date_sub ;; 2 ;; DATE_SUB('2018-01-01', INTERVAL 1 WEEK) ;; '2018-01-01' - INTERVAL 1 DAY",
    "subdate ;; 2 ;; SUBDATE('2018-01-01', INTERVAL 1 DAY) ;; SUBDATE('2018-01-01', 1)",
    "datediff ;; 2 ;; DATEDIFF('2018-01-02', '2018-01-01')",
    "day ;; 1 ;; DAY('2018-01-02') ;; DAYOFMONTH('2018-01-02')",
    "dayname ;; 1 ;; DAYNAME('2018-01-02')",
    "dayofweek ;; 1 ;; DAYOFWEEK('2018-01-02')",
    "dayofyear ;; 1 ;; DAYOFYEAR('2018-01-02')",
    "extract ;; 2 ;; EXTRACT(YEAR FROM '2018-01-02') ;; EXTRACT(YEAR_MONTH FROM '2018-01-02')",
    "from_days ;; 1 ;; FROM_DAYS(737000)",
    "from_unixtime ;; 1 ;; FROM_UNIXTIME(1514764800) ;; FROM_UNIXTIME(1514764800, '%Y')",
    "hour ;; 1 ;; HOUR('10:11:12')",
    "last_day ;; 1 ;; LAST_DAY('2018-02-02')",
    "makedate ;; 2 ;; MAKEDATE(2018, 32)",
    "maketime ;; 3 ;; MAKETIME(10, 11, 12)",
    "microsecond ;; 1 ;; MICROSECOND('10:11:12.5')",
    "minute ;; 1 ;; MINUTE('10:11:12')",
    "month ;; 1 ;; MONTH('2018-01-02')",
    "monthname ;; 1 ;; MONTHNAME('2018-01-02')",
    "period_add ;; 2 ;; PERIOD_ADD(201801, 2)",
    "period_diff ;; 2 ;; PERIOD_DIFF(201803, 201801)",
    "quarter ;; 1 ;; QUARTER('2018-01-02')",
    "sec_to_time ;; 1 ;; SEC_TO_TIME(3661)",
    "second ;; 1 ;; SECOND('10:11:12')",
    "str_to_date ;; 2 ;; STR_TO_DATE('2018', '%Y') ;; STR_TO_DATE('20180101000000', '%Y%m%d%H%i%S')",
    "subtime ;; 2 ;; SUBTIME('10:11:12', '01:00:00')",
    "time ;; 1 ;; TIME('2018-01-01 10:00:00')",
    "time_format ;; 2 ;; TIME_FORMAT('10:11:12', '%H')",
    "time_to_sec ;; 1 ;; TIME_TO_SEC('01:01:01')",
    "timediff ;; 2 ;; TIMEDIFF('10:00:00', '09:00:00')",
    "timestamp ;; 1 ;; TIMESTAMP('2018-01-01') ;; TIMESTAMP('2018-01-01', '01:00:00')",
    "timestampadd ;; 3 ;; TIMESTAMPADD(DAY, 1, '2018-01-01')",
    "timestampdiff ;; 3 ;; TIMESTAMPDIFF(DAY, '2018-01-01', '2018-01-03')",
    "to_days ;; 1 ;; TO_DAYS('2018-01-01')",
    "to_seconds ;; 1 ;; TO_SECONDS('2018-01-01')",
    "unix_timestamp ;; 0 ;; UNIX_TIMESTAMP() ;; UNIX_TIMESTAMP('2018-01-01')",
    "utc_date ;; 0 ;; UTC_DATE()",
    "utc_time ;; 0 ;; UTC_TIME()",
    "utc_timestamp ;; 0 ;; UTC_TIMESTAMP()",
    "week ;; 1 ;; WEEK('2018-01-02') ;; WEEK('2018-01-02', 3)",
    "weekday ;; 1 ;; WEEKDAY('2018-01-02')",
    "weekofyear ;; 1 ;; WEEKOFYEAR('2018-01-02')",
    "year ;; 1 ;; YEAR('2018-01-02')",
    "yearweek ;; 1 ;; YEARWEEK('2018-01-02') ;; YEARWEEK('2018-01-02', 3)",
)

CHOICES: Final = _scalars(
    "case ;; 1 ;; CASE WHEN 1 THEN 2 ELSE 3 END ;; CASE 1 WHEN 1 THEN 2 END",
    "coalesce ;; 1 ;; COALESCE(NULL, 1)",
    "if ;; 3 ;; IF(1, 2, 3)",
    "ifnull ;; 2 ;; IFNULL(NULL, 1) ;; NVL(NULL, 1)",
    "isnull ;; 1 ;; ISNULL(NULL)",
    "nullif ;; 2 ;; NULLIF(1, 2)",
    "nvl2 ;; 3 ;; NVL2(1, 2, 3)",
    "cast ;; 2 ;; CAST('1' AS UNSIGNED) ;; CAST(1 AS CHAR) ;; CAST(1 AS CHAR(3)) ;; CAST('1' AS DECIMAL(10, 2)) ;; CAST(1 AS CHAR CHARACTER SET utf8)",
    "convert ;; 2 ;; CONVERT('a' USING utf8) ;; CONVERT('1', SIGNED)",
    "binary ;; 1 ;; BINARY 'a'",
    "row ;; 2 ;; ROW(1, 2) = ROW(1, 2)",
)

JSON: Final = _scalars(
    "json_extract ;; 2 ;; JSON_EXTRACT('{\"a\": [1]}', '$.a[0]') ;; JSON_EXTRACT('{}', '$.a', '$.b')",
    "json_unquote ;; 1 ;; JSON_UNQUOTE('\"a\"') ;; JSON_UNQUOTE(JSON_EXTRACT('{\"a\": \"b\"}', '$.a'))",
    "json_value ;; 2 ;; JSON_VALUE('{\"a\": 1}', '$.a')",
    "json_length ;; 1 ;; JSON_LENGTH('[1, 2]')",
    "json_valid ;; 1 ;; JSON_VALID('{}')",
)

AGGREGATES: Final = tuple(
    _read(Kind.AGGREGATE, line)
    for line in (
        "avg ;; 1 ;; AVG(1) ;; AVG(DISTINCT 1)",
        "bit_and ;; 1 ;; BIT_AND(1)",
        "bit_or ;; 1 ;; BIT_OR(1)",
        "bit_xor ;; 1 ;; BIT_XOR(1)",
        "count ;; 1 ;; COUNT(*) ;; COUNT(1) ;; COUNT(DISTINCT 1) ;; COUNT(DISTINCT 1, 2)",
        "group_concat ;; 1 ;; GROUP_CONCAT('a') ;; GROUP_CONCAT(DISTINCT 'a' ORDER BY 'a' DESC SEPARATOR '|') ;; GROUP_CONCAT('a', 'b')",
        "max ;; 1 ;; MAX(1)",
        "min ;; 1 ;; MIN(1)",
        "std ;; 1 ;; STD(1) ;; STDDEV(1) ;; STDDEV_POP(1)",
        "stddev_samp ;; 1 ;; STDDEV_SAMP(1)",
        "sum ;; 1 ;; SUM(1) ;; SUM(DISTINCT 1)",
        "var_pop ;; 1 ;; VAR_POP(1) ;; VARIANCE(1)",
        "var_samp ;; 1 ;; VAR_SAMP(1)",
    )
)

WINDOWS: Final = tuple(
    _read(Kind.WINDOW, line)
    for line in (
        "cume_dist ;; 0 ;; CUME_DIST() OVER (ORDER BY 1)",
        "dense_rank ;; 0 ;; DENSE_RANK() OVER (ORDER BY 1)",
        "first_value ;; 1 ;; FIRST_VALUE(1) OVER (ORDER BY 1)",
        "lag ;; 1 ;; LAG(1) OVER (ORDER BY 1) ;; LAG(1, 2) OVER (ORDER BY 1)",
        "last_value ;; 1 ;; LAST_VALUE(1) OVER (ORDER BY 1)",
        "lead ;; 1 ;; LEAD(1) OVER (ORDER BY 1) ;; LEAD(1, 2) OVER (ORDER BY 1)",
        "nth_value ;; 2 ;; NTH_VALUE(1, 2) OVER (ORDER BY 1)",
        "ntile ;; 1 ;; NTILE(4) OVER (ORDER BY 1)",
        "percent_rank ;; 0 ;; PERCENT_RANK() OVER (ORDER BY 1)",
        "rank ;; 0 ;; RANK() OVER (PARTITION BY 1 ORDER BY 2)",
        "row_number ;; 0 ;; ROW_NUMBER() OVER (PARTITION BY 1 ORDER BY 2)",
    )
)

TRUNCATIONS: Final = _scalars(
    "carrel_ip_prefix ;; 1 ;; CARREL_IP_PREFIX('192.0.2.77') ;; CARREL_IP_PREFIX('2001:db8:1:2::9')",
    "carrel_day ;; 1 ;; CARREL_DAY('20180501123456')",
    "carrel_agent_family ;; 1 ;; CARREL_AGENT_FAMILY('Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0')",
)  # fmt: skip
"""Carrel's own: less than the whole of a value, which policy may let leave its tag behind."""

FUNCTIONS: Final = STRINGS + NUMBERS + DATES + CHOICES + JSON + TRUNCATIONS + AGGREGATES + WINDOWS

OPERATORS: Final = (
    "1 + 2", "1 - 2", "1 * 2", "1 / 2", "1 DIV 2", "1 % 2", "-1", "1 & 2", "1 | 2", "1 ^ 2", "~1", "1 << 2", "1 >> 2",
    "1 AND 2", "1 OR 2", "1 XOR 2", "NOT 1", "!1", "1 = 2", "1 <> 2", "1 < 2", "1 <= 2", "1 > 2", "1 >= 2", "1 <=> 2", "1 IS NULL", "1 IS NOT NULL",
    "1 IS TRUE", "1 IS NOT FALSE", "1 IS UNKNOWN", "1 BETWEEN 0 AND 2", "1 NOT BETWEEN 0 AND 2", "1 IN (1, 2)", "1 NOT IN (1, 2)", "(1, 2) IN ((1, 2), (3, 4))",
    "1 IN (SELECT 1)", "1 NOT IN (SELECT 1)", "EXISTS(SELECT 1)", "1 = ANY (SELECT 1)", "1 = SOME (SELECT 1)", "1 > ALL (SELECT 1)", "(SELECT 1)",
    "'a' LIKE 'b'", "'a' NOT LIKE 'b'", "'a' LIKE 'b' ESCAPE '|'", "'a' NOT LIKE 'b' ESCAPE '|'", "'a' REGEXP 'b'", "'a' RLIKE 'b'", "'a' NOT REGEXP 'b'",
    "'a' COLLATE utf8_bin", "_utf8'a'", "_binary'a'", "N'a'", "x'41'", "0x41", "b'01'", "'a' 'b'", "TRUE", "NULL", "1.5", "DATE '2018-01-01'",
    "TIMESTAMP '2018-01-01 00:00:00'", "TIME '10:00:00'", "'2018-01-01' + INTERVAL 1 DAY - INTERVAL '2' HOUR", "INTERVAL 1 DAY + '2018-01-01'",
    "SUM(1) OVER (PARTITION BY 1 ORDER BY 2 ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING)", "SUM(1) OVER (ORDER BY 1 ROWS UNBOUNDED PRECEDING)", "SUM(1) OVER ()",
    "SUM(1) OVER (ORDER BY 1 DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", "1 = (2)",
)  # fmt: skip
"""Operators and literals, one sample each; as allow-list they work as the functions' samples do."""

REFUSED: Final = frozenset(
    {
        "benchmark", "carrel_pseudonym", "error", "extractvalue", "get_lock", "is_free_lock", "is_used_lock", "load_file", "master_gtid_wait",
        "master_pos_wait", "name_const", "nextval", "lastval", "setval", "release_all_locks", "release_lock", "sleep", "sys_eval", "sys_exec",
        "updatexml", "uuid", "uuid_short", "encrypt", "des_encrypt", "des_decrypt", "aes_encrypt", "aes_decrypt", "encode", "decode", "password",
        "old_password", "des_key_file", "analyse", "match", "match_against", "default", "values", "wsrep_sync_wait_upto_gtid", "charset", "collation",
        "coercibility",
    }
)  # fmt: skip
"""Functions of MariaDB that are refused as such, so that the refusal need not say that they are unknown."""
